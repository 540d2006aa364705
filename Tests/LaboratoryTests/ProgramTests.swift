import Foundation
import Laboratory
import Language
import Testing

/// The conformance programs: files in `Programs`, each with what it must do in comments.
///
/// In `values`, on the line where a statement ends: `# => text`, its value (lines of a longer one
/// joined by " / "), and `# prints: text`. In `faults`: `# error: text` on the line where the one
/// fault must be, a part of its message; anywhere `# hint: text` and `# kind: word`. Anywhere in
/// both: `# given: name=value …`, a script's parameters. Files in `included` are included by others.
@Suite(.serialized) struct ProgramTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Programs")

    static func files(_ name: String) -> [URL] {
        let folder = folder.appendingPathComponent(name)
        let all = try? FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        return (all ?? []).filter { $0.pathExtension == "saddle" }.sorted { $0.path < $1.path }
    }

    @Test func thereAreAHundredOfEach() {
        #expect(Self.files("values").count >= 100)
        #expect(Self.files("faults").count >= 100)
    }

    @Test(arguments: files("values"))
    func aProgramHasTheValuesThatItsCommentsSay(_ file: URL) throws {
        let program = try ConformanceProgram(file)
        try #require(program.parsed.faults.isEmpty, "\(program.parsed.faults)")
        var checked = 0
        for (statement, line) in program.statements {
            let transcript = Transcript()
            let outcome = program.session.run(statement, output: transcript)
            #expect(outcome.faults.isEmpty, "\(line): \(outcome.faults)")
            if let wanted = line.marked("=>") {
                #expect(outcome.result?.plain?.onOneLine == wanted, "\(line)")
                checked += 1
            }
            if let wanted = line.marked("prints:") {
                #expect(transcript.text.onOneLine == wanted, "\(line)")
                checked += 1
            }
        }
        _ = program.session.run(Source(name: "after", text: "limit()"), output: Transcript())
        #expect(checked > 0, "\(file.lastPathComponent) expects nothing")
    }

    @Test(arguments: files("faults"))
    func aProgramEndsWithTheFaultThatItsCommentsSay(_ file: URL) throws {
        let program = try ConformanceProgram(file)
        let outcome = program.session.run(program.parsed.program.source, output: Transcript())
        _ = program.session.run(Source(name: "after", text: "limit()"), output: Transcript())
        let wanted = try #require(program.marked("error:"), "no fault is expected")
        let fault = try #require(outcome.faults.first, "no fault")
        #expect(fault.message.contains(wanted), "said: \(fault.message)")
        if let hint = program.marked("hint:") {
            #expect(fault.hint?.contains(hint) == true, "hinted: \(fault.hint ?? "nothing")")
        }
        if let kind = program.marked("kind:") { #expect(fault.kind.rawValue == kind) }
        let source = try #require(fault.source)
        let place = source.place(of: try #require(fault.span).lower)
        if source.name.hasPrefix("Library/") {
            #expect(!fault.steps.isEmpty, "the way into the Library is not told")
            return
        }
        let line = source.text.components(separatedBy: "\n")[place.line - 1]
        #expect(line.contains("# error: "), "the fault is at line \(place.line): \(line)")
    }

    /// Every kind that a program can cause has a program; interrupts have tests of their own, and
    /// `fault` is a fault of Saddle itself.
    @Test func everyKindOfDiagnosticHasAProgram() throws {
        let seen = try Set(
            Self.files("faults").compactMap { try ConformanceProgram($0).marked("kind:") })
        let wanted = Set(Diagnostic.Kind.allCases).subtracting([.interrupted, .fault])
        #expect(wanted.map(\.rawValue).filter { !seen.contains($0) } == [])
    }
}

/// A conformance program, its statements, and a session for it.
private struct ConformanceProgram {
    let text: String
    let parsed: ParseResult
    let session: Session

    init(_ file: URL) throws {
        text = try String(contentsOf: file, encoding: .utf8)
        parsed = parse(Source(name: file.lastPathComponent, text: text))
        session = Session(folder: file.deletingLastPathComponent().path)
        for setting in (marked("given:") ?? "").split(separator: " ") {
            let parts = setting.split(separator: "=").map(String.init)
            session.setParameter(parts[0], to: parts[1])
        }
    }

    /// Each statement as a text of its own, with the line that it is the last one of, or "".
    var statements: [(Source, String)] {
        let source = parsed.program.source
        let lines = text.components(separatedBy: "\n")
        let ends = parsed.program.statements.map {
            source.place(of: max($0.span.upper - 1, 0)).line
        }
        return parsed.program.statements.enumerated().map { index, statement in
            let isLast = index + 1 == ends.count || ends[index + 1] != ends[index]
            let piece = Source(name: source.name, text: source.slice(statement.span))
            return (piece, isLast ? lines[ends[index] - 1] : "")
        }
    }

    func marked(_ mark: String) -> String? {
        text.components(separatedBy: "\n").lazy.compactMap { $0.marked(mark) }.first
    }
}

extension String {
    /// What stands behind `# mark ` in a line.
    fileprivate func marked(_ mark: String) -> String? {
        let parts = components(separatedBy: "# \(mark) ")
        return parts.count > 1 ? parts[1] : nil
    }

    fileprivate var onOneLine: String {
        trimmingCharacters(in: .newlines).components(separatedBy: "\n")
            .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " / ")
    }
}

/// An output that keeps what was written.
final class Transcript: Output {
    private(set) var text = ""
    var liveness: Liveness { .none }
    func write(_ text: String, to stream: TextStream) { self.text += text }
    func display(_ bundle: MIMEBundle, id: String?) { text += (bundle.plain ?? "") + "\n" }
    func update(_ bundle: MIMEBundle, id: String) {}
    func progress(_ progress: Language.Progress) {}
    func clear(wait: Bool) {}
    func ask(_ prompt: String, secret: Bool) throws -> String {
        throw Diagnostic(.usage, "nobody is there to answer \(prompt)")
    }
}
