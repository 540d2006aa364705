import Foundation
import Language

/// Statements that are more than a value: `network`, `param`, `include`, `interact`, `time`, `?`.
extension Compiler {
    /// `network D(x = image(28, 28, 1), y) { … }`: a space as default says what the input is.
    func network(_ definition: Definition, _ span: Span) -> Code {
        let inner = inner(.network)
        let (bound, run, scope) = inner.prepared(definition.parameters, definition.body)
        let source = source
        return { frame in
            let function = Function(
                name: definition.name.text, parameters: bound, body: run, scope: scope,
                outer: frame, documentation: definition.documentation, source: source, span: span)
            do { return .network(try NetworkBox(function: function, frame.session)) } catch {
                throw located(error, span, source)
            }
        }
    }

    /// `param rounds = 2000`: a script's hyperparameter, set by `saddle run file rounds=500`.
    func parameter(_ name: Name, _ value: Expression) -> Action {
        let standard = code(value)
        let put = store(assignable(name.text))
        let text = source.slice(value.span)
        let source = source
        return { frame in
            let session = frame.session
            guard let given = session.parameters.given[name.text] else {
                put(frame, try standard(frame))
                return .value(.nothing)
            }
            let usual = try standard(frame)
            let made = try session.value(ofArgument: given, named: name.text, like: usual)
            guard usual.sort == made.sort else {
                throw located(
                    session.wrong(name.text, given, made, usual, standard: text), name.span, source)
            }
            put(frame, made)
            return .value(.nothing)
        }
    }

    /// `include "file.saddle"`, relative to the including file or notebook.
    func include(_ path: Expression, _ span: Span) -> Action {
        let text = code(path)
        let source = source
        return { frame in
            let given: Value
            do { given = try text(frame) } catch var fault as Diagnostic {
                if case .name(let word) = path.kind, fault.kind == .name {
                    fault.hint = "a file name stands in quotes: include \"\(word).saddle\""
                }
                throw fault
            }
            guard case .string(let name) = given else {
                var wrong = Diagnostic.mismatch("include", expects: "a file name", got: given)
                wrong.hint = "write it in quotes: include \"file.saddle\""
                throw located(wrong, path.span, source)
            }
            do { try frame.session.include(name) } catch { throw located(error, span, source) }
            return .value(.nothing)
        }
    }

    /// `interact x in a...b { … }`: the block for each position of a slider.
    func interact(
        _ name: Name, _ sequence: Expression, _ body: Block, _ span: Span
    ) -> Action {
        let values = code(sequence)
        let put = store(declare(name.text))
        let run = self.sequence(body)
        let (source, scope) = (source, scope)
        return { frame in
            let range = try values(frame)
            do {
                try frame.session.interact(name.text, over: range) { value in
                    // A slider may move while a run for its last position waits at a safe point.
                    let waiting = scope?.unnamed.map { ($0, frame[$0]) } ?? []
                    defer { for (slot, value) in waiting { frame[slot] = value } }
                    put(frame, value)
                    if case .value(let shown) = try run(frame) { return shown }
                    return .nothing
                }
            } catch { throw located(error, span, source) }
            return .value(.nothing)
        }
    }

    /// `time STATEMENT`, `animate STATEMENT`.
    func modified(_ word: Name, _ inner: Statement, _ span: Span) -> Action {
        let run = action(inner)
        let source = source
        return { frame in
            do { return .value(try frame.session.modified(word.text, frame, run)) } catch {
                throw located(error, span, source)
            }
        }
    }

    /// `?name` inside a block: prints what `help name` prints.
    func help(_ name: Name?, _ span: Span) -> Action {
        let source = source
        return { frame in
            do {
                frame.session.output.display(try frame.session.help(on: name), id: nil)
            } catch { throw located(error, span, source) }
            return .value(.nothing)
        }
    }
}

extension Session {
    /// Runs a file's statements in this session. A file that is being included already is a cycle.
    func include(_ name: String) throws {
        let file = resolve(name)
        guard !including.contains(file.path) else {
            let names = (including + [file.path]).map { Path.last($0) }
            throw Diagnostic(
                .file, "\(name) includes itself: \(names.joined(separator: " → "))")
        }
        let text = try text(of: file, named: name)
        history.include(name, text)
        let before = folder
        including.append(file.path)
        folder = Path.folder(file.path)
        defer {
            including.removeLast()
            folder = before
        }
        try load(Source(name: name, text: text), into: globals)
    }

    /// The text of a file, or what it was when the picture was made that is made again.
    private func text(of file: URL, named name: String) throws -> String {
        if let known = replay?.files[name] { return known }
        guard let data = FileManager.default.contents(atPath: file.path) else {
            throw Diagnostic(
                .file, "there is no file \(name)", hint: "looked for \(file.path)")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw Diagnostic(.file, "\(name) is not UTF-8 text")
        }
        return text
    }

    /// A path as the person means it: relative to the file or notebook, `~` for the home folder.
    func resolve(_ path: String) -> URL {
        URL(fileURLWithPath: Path.joined(folder, path))
    }

    func modified(_ word: String, _ frame: Frame, _ run: Action) throws -> Value {
        // `animate g` reads like a command on a statement; what moves is the game's history.
        if word == "animate", case .value(.game(let game)) = try run(frame),
            let command = builtin("animate")
        {
            return try apply(command, [Given(label: nil, value: .game(game), span: Span(0, 0))])
        }
        guard word == "time" else {
            throw Diagnostic(.name, "there is no \(word) before a statement")
        }
        let began = Clock.seconds
        let flow = try run(frame)
        let seconds = Clock.seconds - began
        output.write("\(seconds.asDuration)\n", to: .output)
        if case .value(let value) = flow { return value }
        return .nothing
    }
}

extension Double {
    /// `0.41 ms`, `3.2 s`, `2 min 5 s`.
    var asDuration: String {
        if self < 1e-3 { return "\((self * 1e6).short) µs" }
        if self < 1 { return "\((self * 1e3).short) ms" }
        if self < 120 { return "\(self.short) s" }
        return "\(Int(self) / 60) min \(Int(self) % 60) s"
    }
}
