import Language

/// A function that was written in the language, with the frame in which it was made.
package final class Function {
    package let name: String
    let parameters: [Bound]
    let body: Chunk
    let scope: Scope
    let outer: Frame?
    let frames = FramePool()
    let documentation: String
    /// Where it was written, for `source` and for the steps of a fault.
    let source: Source
    let span: Span

    /// The slots of the parameters are 0, 1, 2 … in their order.
    let isOrdered: Bool

    /// A parameter: its name, its slot, and how to make its value when no argument gives one.
    struct Bound {
        let name: String
        let slot: Int
        let standard: Code?
    }

    init(
        name: String, parameters: [Bound], body: Chunk, scope: Scope, outer: Frame?,
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
        isOrdered = parameters.enumerated().allSatisfy { $0.offset == $0.element.slot }
    }

    deinit { frames.release() }

    var title: String { name.isEmpty ? "a function" : name }

    /// `f(x, y = …)`
    var signature: String {
        let listed = parameters.map { $0.standard == nil ? $0.name : "\($0.name) = …" }
        return "\(name)(\(listed.joined(separator: ", ")))"
    }

    func frame(_ session: Session) -> Frame {
        frames.take() ?? Frame(session: session, outer: outer, count: scope.count)
    }

    /// Runs the body in a frame whose parameters are filled.
    func run(_ frame: Frame) throws -> Value {
        let session = frame.session
        try session.enter(self)
        defer { session.depth -= 1 }
        var result: Value?
        try session.run(body, frame, into: &result)
        return result ?? .nothing
    }

    func call(_ session: Session, _ arguments: [Given]) throws -> Value {
        var frame = frame(session)
        try fill(frame, parameters, with: arguments, title)
        let value = try run(frame)
        frames.takeBack(&frame)
        return value
    }

    /// A call with a value for each parameter.
    func call(_ session: Session, with values: [Value]) throws -> Value {
        guard values.count == parameters.count else {
            return try call(
                session, values.map { Given(label: nil, value: $0, span: Span(0, 0)) })
        }
        var frame = frame(session)
        for (index, value) in values.enumerated() { frame[parameters[index].slot] = value }
        let value = try run(frame)
        frames.takeBack(&frame)
        return value
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
    let synonyms = [
        "lr": "rate", "learning_rate": "rate", "batch_size": "batch", "epochs": "rounds",
        "steps": "rounds", "iterations": "rounds", "axis": "axes", "dim": "axes",
        "in_features": "features", "out_features": "features",
    ]
    let near =
        synonyms[label].flatMap { known.contains($0) ? $0 : nil }
        ?? nearest(label, in: known)
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
