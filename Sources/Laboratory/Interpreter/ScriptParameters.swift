import Foundation
import Language

/// Values that a script was started with: `saddle run file rounds=200`.
struct ScriptParameters {
    var given: [String: String] = [:]
}

/// A `param` of a script, as `saddle run FILE --help` lists it.
package struct ScriptParameter: Sendable, Equatable {
    package let name: String
    /// The default as it is written.
    package let standard: String
    /// The `##` lines directly above it, else the comment behind it; may be empty.
    package let help: String
    fileprivate let value: Expression

    package static func == (left: Self, right: Self) -> Bool {
        (left.name, left.standard, left.help) == (right.name, right.standard, right.help)
    }
}

/// What a script says of itself, found without running it.
package struct ScriptOutline {
    /// The comment at the script's top.
    package private(set) var summary = ""
    /// In the order in which they stand, those of included files in their place.
    package private(set) var parameters: [ScriptParameter] = []
    /// False when a file is included whose name is known only at run time.
    private(set) var isWhole = true
    private var seen: Set<String> = []

    /// `folder` is where included files are looked for. A text with faults has no outline: running
    /// it tells them.
    package init?(_ source: Source, folder: String) {
        let parsed = parse(source)
        guard parsed.faults.isEmpty else { return nil }
        summary = Self.head(of: source)
        collect(parsed.program.statements, source, folder)
    }

    private mutating func collect(_ statements: [Statement], _ source: Source, _ folder: String) {
        for statement in statements {
            switch statement.kind {
            case .parameter(let name, let value):
                guard !parameters.contains(where: { $0.name == name.text }) else { continue }
                parameters.append(
                    ScriptParameter(
                        name: name.text, standard: source.slice(value.span),
                        help: Self.comment(on: statement, in: source), value: value))
            case .include(let file): include(file, folder)
            default: continue
            }
        }
    }

    private mutating func include(_ file: Expression, _ folder: String) {
        guard case .string(let pieces) = file.kind, pieces.count <= 1 else {
            isWhole = false
            return
        }
        var name = ""
        if case .text(let text)? = pieces.first {
            name = text
        } else if !pieces.isEmpty {
            isWhole = false
            return
        }
        let path = Path.joined(folder, name)
        guard seen.insert(path).inserted else { return }
        guard let data = FileManager.default.contents(atPath: path),
            let text = String(data: data, encoding: .utf8)
        else { return }
        let source = Source(name: name, text: text)
        collect(parse(source).program.statements, source, Path.folder(path))
    }

    // MARK: Comments

    private static func head(of source: Source) -> String {
        var lines: [String] = []
        for number in 1...max(source.lineCount, 1) {
            let line = source.line(number)
            if number == 1, line.hasPrefix("#!") { continue }
            guard let text = uncommented(line), !text.hasPrefix("%%") else { break }
            lines.append(text)
        }
        return lines.joined(separator: "\n").trimmed
    }

    private static func comment(on statement: Statement, in source: Source) -> String {
        var number = source.place(of: statement.span.lower).line - 1
        var lines: [String] = []
        while number >= 1, source.line(number).trimmed.hasPrefix("##") {
            lines.insert(uncommented(source.line(number)) ?? "", at: 0)
            number -= 1
        }
        if !lines.isEmpty { return lines.joined(separator: " ").trimmed }
        let end = source.place(of: statement.span.upper)
        let rest = String(source.line(end.line).unicodeScalars.dropFirst(end.column - 1)).trimmed
        return (uncommented(rest.hasPrefix(";") ? String(rest.dropFirst()) : rest) ?? "").trimmed
    }

    /// The text of a line that is a comment.
    private static func uncommented(_ line: String) -> String? {
        let text = line.trimmed
        guard text.hasPrefix("#") else { return nil }
        return String(text.drop { $0 == "#" }).trimmed
    }
}

extension Session {
    /// Sets a script's parameter before it runs: `saddle run file rounds=500`.
    package func setParameter(_ name: String, to text: String) { parameters.given[name] = text }

    /// The first of the values given that the script does not take; nil when all fit. Defaults
    /// that must be computed are compared when the script gets there.
    package func misfit(in outline: ScriptOutline) -> Diagnostic? {
        let names = outline.parameters.map(\.name)
        for (name, text) in parameters.given.sorted(by: { $0.key < $1.key }) {
            guard let parameter = outline.parameters.first(where: { $0.name == name }) else {
                guard outline.isWhole else { continue }
                let known =
                    names.isEmpty
                    ? "it declares none; param \(name) = … in the script does"
                    : "it has " + names.joined(separator: ", ")
                let near = nearest(name, in: names).map { "did you mean \($0)?" }
                return Diagnostic(
                    .usage, "the script has no parameter \(name)", hint: near ?? known)
            }
            do {
                guard let usual = try literal(parameter.value, parameter.standard) else { continue }
                let made = try value(ofArgument: text, named: name, like: usual)
                guard made.sort != usual.sort else { continue }
                return wrong(name, text, made, usual, standard: parameter.standard)
            } catch {
                return diagnostic(from: error)
            }
        }
        return nil
    }

    /// The value of a default that needs no names; nil where it does.
    private func literal(_ expression: Expression, _ text: String) throws -> Value? {
        switch expression.kind {
        case .number, .boolean, .string: try written(text, named: "default")
        default: nil
        }
    }

    /// The value of `name=text` on a command line, for a parameter whose default is `usual`: where
    /// a text is wanted, quotes may be left out.
    func value(ofArgument text: String, named name: String, like usual: Value) throws -> Value {
        let made = try written(text, named: name)
        if case .string = usual {
            if case .string = made { return made } else { return .string(text) }
        }
        return made
    }

    /// A simple expression, else the text itself.
    private func written(_ text: String, named name: String) throws -> Value {
        let parsed = parse(Source(name: "argument \(name)", text: text))
        guard parsed.faults.isEmpty, parsed.program.statements.count == 1,
            case .expression(let expression) = parsed.program.statements[0].kind
        else { return .string(text) }
        switch expression.kind {
        case .number, .boolean, .string, .none, .list, .unary, .range:
            let code = Compiler(
                session: self, globals: globals, source: parsed.program.source
            ).code(expression)
            return try code(Frame(session: self, outer: nil, count: 0))
        default: return .string(text)
        }
    }

    func wrong(
        _ name: String, _ text: String, _ made: Value, _ usual: Value, standard: String
    ) -> Diagnostic {
        Diagnostic(
            .usage, "\(name)=\(text) is \(made.kindName), but the script expects \(usual.kindName)",
            hint: "its default is \(standard)")
    }
}

extension Value {
    /// A coarse kind, to compare an argument with a default.
    var sort: String {
        switch self {
        case .number: "number"
        case .boolean: "boolean"
        case .string: "string"
        case .list, .tuple: "list"
        case .interval: "interval"
        default: "other"
        }
    }
}
