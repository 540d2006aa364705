import Foundation
import Language

/// Output without a terminal: text to standard output and error, pictures to files; or a line of
/// JSON for every event.
///
/// The events of `--json`, each an object with a `type`:
/// `text` (`stream`, `text`), `display` (`text`, `data`, `file`, `id`), `result` (as `display`),
/// `progress` (`done`, `total`, `line`, `ended`, `latest`), `error` (`kind`, `message`, `hint`, `name`,
/// `line`, `column`), `end` (`exit`).
package final class PlainOutput: Reporter {
    private let options: OutputOptions
    private var files: PictureFiles
    private let output: Int32
    private let errors: Int32
    private let input: Int32
    /// The newest bundle under each id that came after its first display; shown at the end.
    private var updates: [(id: String, bundle: MIMEBundle)] = []

    package init(
        options: OutputOptions, input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO,
        errors: Int32 = STDERR_FILENO
    ) {
        self.options = options
        self.input = input
        self.output = output
        self.errors = errors
        files = PictureFiles(directory: options.directory)
    }

    package var liveness: Liveness { options.json ? .line : .none }

    package func write(_ text: String, to stream: TextStream) {
        guard !options.json else {
            return emit("text", ["stream": .string(stream.rawValue), "text": .string(text)])
        }
        writeAll(text, to: stream == .output ? output : errors)
    }

    package func display(_ bundle: MIMEBundle, id: String?) { show(bundle, id: id, as: "display") }

    package func update(_ bundle: MIMEBundle, id: String) {
        if let place = updates.firstIndex(where: { $0.id == id }) {
            updates[place].bundle = bundle
        } else {
            updates.append((id, bundle))
        }
    }

    package func progress(_ progress: Language.Progress) {
        guard options.json else { return }
        var fields: [String: JSON] = [
            "done": .integer(progress.done), "total": .integer(progress.total),
            "line": .string(progress.line), "ended": .bool(progress.ended),
        ]
        if !progress.curves.isEmpty {
            let latest = progress.curves.map { ($0.name, $0.values.last.map(JSON.number) ?? .null) }
            fields["latest"] = .object(Dictionary(latest) { $1 })
        }
        emit("progress", fields)
    }

    package func clear(wait: Bool) {}

    package func ask(_ prompt: String, secret: Bool) throws -> String {
        writeAll(prompt, to: errors)
        return try LineReader(descriptor: input).answer(to: prompt, secret: secret)
    }

    package func report(_ outcome: Outcome) {
        flushUpdates()
        if let page = outcome.page { show(page, id: nil, as: "display") }
        if let result = outcome.result { show(result, id: nil, as: "result") }
        for fault in outcome.faults { show(fault) }
    }

    package func finish(exit: Int32) {
        flushUpdates()
        if options.json { emit("end", ["exit": .integer(Int(exit))]) }
    }

    // MARK: Parts

    private func flushUpdates() {
        let waiting = updates
        updates = []
        for (id, bundle) in waiting { show(bundle, id: id, as: "display") }
    }

    private func show(_ bundle: MIMEBundle, id: String?, as type: String) {
        var file: String?
        if let png = bundle.png {
            do {
                file = try files.write(png, of: bundle, id: id)
            } catch let fault as Diagnostic {
                show(fault)
            } catch {}
        }
        guard options.json else {
            if let plain = bundle.plain { writeAll(plain.endingLine, to: output) }
            if let file { writeAll("wrote \(file)\n", to: output) }
            return
        }
        var fields: [String: JSON] = [:]
        if let id { fields["id"] = .string(id) }
        if let file { fields["file"] = .string(file) }
        fields["text"] = bundle.plain.map { .string($0) }
        var data: [String: JSON] = [:]
        for (kind, content) in bundle.contents where kind != "text/plain" {
            switch content {
            case .text(let text): data[kind] = .string(text)
            case .json(let value): data[kind] = value
            case .bytes: break
            }
        }
        if !data.isEmpty { fields["data"] = .object(data) }
        emit(type, fields)
    }

    private func show(_ fault: Diagnostic) {
        guard options.json else {
            return writeAll(fault.shown(usesColour: false).endingLine, to: errors)
        }
        var fields: [String: JSON] = [
            "kind": .string(fault.kind.rawValue), "message": .string(fault.message),
        ]
        fields["hint"] = fault.hint.map { .string($0) }
        if let source = fault.source {
            fields["name"] = .string(source.name)
            if let span = fault.span {
                let place = source.place(of: span.lower)
                fields["line"] = .integer(place.line)
                fields["column"] = .integer(place.column)
            }
        }
        emit("error", fields)
    }

    private func emit(_ type: String, _ fields: [String: JSON]) {
        var fields = fields
        fields["type"] = .string(type)
        writeAll(JSONText.encode(.object(fields)) + "\n", to: output)
    }
}

extension String {
    /// The text with exactly the newline it needs at its end.
    var endingLine: String { isEmpty || utf8.last == UInt8(ascii: "\n") ? self : self + "\n" }
}
