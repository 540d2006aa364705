import ArgumentParser
import Foundation
import Laboratory
import Language

/// `saddle reproduce [ROW…]`: what the papers showed, beside what comes out here.
struct Reproduce: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Repeats the papers' experiments and writes the table of theirs and ours.",
        discussion: """
            Without names all of them run, about nine minutes on two cores. Each is a program in \
            Laboratory/Experiments. name=value sets a parameter that they declare, such as seeds=3.
            """)

    @ArgumentParser.Argument(help: "Names of experiments, and name=value for their parameters.")
    var rows: [String] = []

    @Flag(help: "Only names them.")
    var list = false

    @Option(help: "A file for the table; standard output without it.")
    var output: String?

    func run() throws {
        if list {
            print(Reproduction.names.joined(separator: "\n"))
            return
        }
        let settings = rows.filter { $0.contains("=") }.map { text in
            let parts = text.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: String(parts[0]), value: String(parts[1]))
        }
        let named = rows.filter { !$0.contains("=") }
        var done: [Reproduction] = []
        do {
            for name in named.isEmpty ? Reproduction.names : named {
                tell("\(name) …")
                done.append(try Reproduction.run(name, settings: settings))
            }
        } catch let fault as Diagnostic {
            tell(render(fault, style: .plain))
            throw ArgumentParser.ExitCode(1)
        }
        let table = Reproduction.table(done)
        guard let output else { return print(table, terminator: "") }
        try Data((Reproduction.heading + table).utf8).write(
            to: URL(fileURLWithPath: output), options: .atomic)
    }

    private func tell(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
