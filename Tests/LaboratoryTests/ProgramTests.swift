import Foundation
import Language
import Laboratory
import Testing

/// The conformance programs: files in `Programs`, each with what it must do in comments.
///
/// `# => text` on a line: the statement that ends there has this value. `# error: text` on a line:
/// running the file ends with a fault at that line whose message contains the text.
@Suite struct ProgramTests {
    static let files: [URL] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Programs")
        let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (all?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "saddle" }
            .sorted { $0.path < $1.path }
    }()

    @Test func thereAreProgramsToRun() {
        #expect(Self.files.count >= 4)
    }

    @Test(arguments: files)
    func aProgramDoesWhatItsCommentsSay(_ file: URL) throws {
        let text = try String(contentsOf: file, encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let wantedFault = lines.enumerated().first { $0.element.contains("# error: ") }
        let session = Session(folder: file.deletingLastPathComponent().path)
        let parsed = parse(Source(name: file.lastPathComponent, text: text))
        if let (index, line) = wantedFault {
            let outcome = session.run(parsed.program.source, output: Silence())
            let fault = try #require(outcome.faults.first, "no fault in \(file.lastPathComponent)")
            let wanted = line.components(separatedBy: "# error: ")[1]
            #expect(fault.message.contains(wanted), "said: \(fault.message)")
            let place = parsed.program.source.place(of: try #require(fault.span).lower)
            #expect(place.line == index + 1, "at line \(place.line): \(fault.message)")
            return
        }
        try #require(parsed.faults.isEmpty, "\(parsed.faults)")
        var checked = 0
        for statement in parsed.program.statements {
            let place = parsed.program.source.place(of: max(statement.span.upper - 1, 0))
            let piece = parsed.program.source.slice(statement.span)
            let outcome = session.run(
                Source(name: file.lastPathComponent, text: piece), output: Silence())
            #expect(outcome.faults.isEmpty, "line \(place.line): \(outcome.faults)")
            let line = lines[place.line - 1]
            guard line.contains("# => ") else { continue }
            let wanted = line.components(separatedBy: "# => ")[1]
            #expect(outcome.result?.plain == wanted, "line \(place.line)")
            checked += 1
        }
        #expect(checked > 0, "\(file.lastPathComponent) expects nothing")
    }
}
