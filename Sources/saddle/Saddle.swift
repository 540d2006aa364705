import ArgumentParser
import Foundation

/// The executable: argument parsing only. Without an argument it is the REPL.
@main
struct Saddle: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saddle",
        abstract: "A laboratory for adversarial games.",
        usage: """
            saddle [-e CODE] [--output DIR] [--json]
            saddle FILE [name=value ...]
            saddle COMMAND ...
            """,
        discussion: """
            Without an argument a prompt opens (or standard input is run as a script). \
            Jupyter starts 'saddle kernel' by itself after 'saddle install'. Exit codes: 0, \
            1 (a fault in a program), 2 (a wrong command line), 130 (Ctrl-C).
            """,
        version: Version.current,
        subcommands: [
            Evaluate.self, Run.self, HelpTopic.self, Doctor.self, Format.self, Convert.self,
            GalleryCommand.self, Bench.self, Reproduce.self, PackageCommand.self, Install.self,
            Uninstall.self,
            KernelCommand.self,
        ],
        defaultSubcommand: Evaluate.self)

    /// As ArgumentParser does it, but a wrong command line gives 2, as it does in other tools.
    static func main() {
        do {
            var command = try parseAsRoot(words(of: CommandLine.arguments))
            try command.run()
        } catch  where exitCode(for: error) == .validationFailure {
            FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
            exit(withError: ArgumentParser.ExitCode(2))
        } catch {
            exit(withError: error)
        }
    }

    /// `saddle FILE` is `saddle run FILE`, and so is a program named `saddle run`: Linux hands
    /// `#!/usr/bin/env saddle run` on as one word; `saddle install --shell` makes such a link.
    static func words(of arguments: [String]) -> [String] {
        let words = Array(arguments.dropFirst())
        let name = arguments.first?.split(separator: "/").last ?? ""
        if name == "saddle run" { return ["run"] + words }
        guard let first = words.first, !first.hasPrefix("-"),
            !configuration.subcommands.contains(where: { $0._commandName == first }),
            first.hasSuffix(".saddle") || FileManager.default.fileExists(atPath: first)
        else { return words }
        return ["run"] + words
    }
}

enum Version {
    static let current = "0.1.0"
    static let greeting = "Saddle \(current), a laboratory for adversarial games. Type help."
}
