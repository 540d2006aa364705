import Language

/// A function that was written in the language, with the frame in which it was made.
package final class Function {
    package let name: String
    let parameters: [Bound]
    let body: Action
    let scope: Scope
    let outer: Frame?
    let documentation: String
    /// Where it was written, for `source` and for the steps of a fault.
    let source: Source
    let span: Span

    /// A parameter: its name, its slot, and how to make its value when no argument gives one.
    struct Bound {
        let name: String
        let slot: Int
        let standard: Code?
    }

    init(
        name: String, parameters: [Bound], body: @escaping Action, scope: Scope, outer: Frame?,
        documentation: String, source: Source, span: Span
    ) {
        self.name = name
        self.parameters = parameters
        self.body = body
        self.scope = scope
        self.outer = outer
        self.documentation = documentation
        self.source = source
        self.span = span
    }

    var title: String { name.isEmpty ? "a function" : name }

    /// `f(x, y = …)`
    var signature: String {
        let listed = parameters.map { $0.standard == nil ? $0.name : "\($0.name) = …" }
        return "\(name)(\(listed.joined(separator: ", ")))"
    }

    func frame(_ session: Session) -> Frame {
        Frame(session: session, outer: outer, count: scope.count)
    }

    /// Runs the body in a frame whose parameters are filled.
    func run(_ frame: Frame) throws -> Value {
        let session = frame.session
        try session.enter(self)
        defer { session.depth -= 1 }
        do {
            switch try body(frame) {
            case .value(let value), .returned(let value): return value
            case .left, .continued: return .nothing
            }
        } catch let escape as Escape {
            if case .returned(let value) = escape.flow { return value }
            return .nothing
        }
    }

    func call(_ session: Session, _ arguments: [Given]) throws -> Value {
        let frame = frame(session)
        try fill(frame, parameters, with: arguments, title)
        return try run(frame)
    }
}

/// An argument as given at a call.
struct Given {
    let label: String?
    let value: Value
    let span: Span
}

/// Puts arguments into the slots of parameters: in order, or by name; defaults for the rest.
func fill(
    _ frame: Frame, _ parameters: [Function.Bound], with arguments: [Given], _ title: String
) throws {
    var next = 0
    for argument in arguments {
        if let label = argument.label {
            guard let bound = parameters.first(where: { $0.name == label }) else {
                throw unknownLabel(label, title, parameters.map(\.name), argument.span)
            }
            guard frame[bound.slot] == nil else {
                throw Diagnostic(.value, "\(title) gets \(label) twice")
            }
            frame[bound.slot] = argument.value
        } else {
            guard next < parameters.count else {
                throw Diagnostic(
                    .value,
                    "\(title) takes \(counted(parameters.count, "argument")), but got more",
                    hint: "its parameters: \(parameters.map(\.name).joined(separator: ", "))")
            }
            frame[parameters[next].slot] = argument.value
            next += 1
        }
    }
    for bound in parameters where frame[bound.slot] == nil {
        guard let standard = bound.standard else {
            throw Diagnostic(
                .value, "\(title) needs an argument \(bound.name)",
                hint: "its parameters: \(parameters.map(\.name).joined(separator: ", "))")
        }
        frame[bound.slot] = try standard(frame)
    }
}

func unknownLabel(
    _ label: String, _ title: String, _ known: [String], _ span: Span
) -> Diagnostic {
    let near =
        nearest(label, in: known)
        ?? known.first { $0.count > 2 && (label.hasPrefix($0) || label.hasSuffix($0)) }
    return Diagnostic(
        .name, "\(title) has no argument \(label)",
        hint: near.map { "did you mean \($0)?" }
            ?? (known.isEmpty
                ? "it takes no arguments" : "it takes \(known.joined(separator: ", "))"))
}

/// "1 argument", "3 arguments", "2 axes".
func counted(_ count: Int, _ noun: String) -> String {
    let plurals = ["axis": "axes", "index": "indices", "class": "classes"]
    return "\(count) \(count == 1 ? noun : plurals[noun] ?? noun + "s")"
}
