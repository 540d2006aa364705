import Foundation
import Laboratory
import Language
import Testing

/// The example of every command is a program that runs.
@Suite struct ExampleTests {
    static let names = Session.commandExamples.map(\.name)

    @Test func everyCommandHasAnExampleThatMentionsIt() {
        for (name, program) in Session.commandExamples {
            #expect(program.contains(name), "the example of \(name) does not use it")
        }
    }

    @Test(arguments: names)
    func anExampleRuns(_ name: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "saddle-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let example = try #require(Session.commandExamples.first { $0.name == name })
        let outcome = Session(folder: folder.path).run(
            Source(name: name, text: example.program), output: Silence())
        #expect(outcome.faults.isEmpty, "\(outcome.faults)")
    }
}
