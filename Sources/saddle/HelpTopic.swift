import ArgumentParser
import Console
import Laboratory
import Language

/// `saddle help TOPIC`: a command of the shell, a word of the language, or the keys of the prompt.
struct HelpTopic: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "help",
        abstract: "Help on a command, on a word of the language, or on its 'keys'.")

    @ArgumentParser.Argument(
        help: "Such as run, lsgan, train; 'language' lists all words, 'keys' those of the prompt.")
    var topic: String?

    func run() throws {
        guard let topic else { return print(Saddle.helpMessage()) }
        let commands = Saddle.configuration.subcommands
        if let command = commands.first(where: { $0._commandName == topic }) {
            return print(Saddle.helpMessage(for: command))
        }
        if topic == "keys" { return print(Repl.keysHelp, terminator: "") }
        let page = Session().manual(on: topic == "language" ? nil : topic)
        makeReporter(OutputOptions()).report(page)
        if !page.faults.isEmpty { throw ArgumentParser.ExitCode(2) }
    }
}
