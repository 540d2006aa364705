import ArgumentParser
import Console
import Laboratory
import Language

/// Options of everything that shows results outside a notebook.
struct Showing: ParsableArguments {
    @Option(help: "Folder for the pictures that a program shows.")
    var output: String?

    @Flag(help: "A line of JSON for every report.")
    var json = false

    func reporter() -> any Reporter {
        makeReporter(OutputOptions(json: json, directory: output))
    }
}

/// `saddle`, `saddle -e CODE`, `saddle < script`.
struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repl", abstract: "A prompt; with -e, runs a text and leaves.")

    @Option(
        name: [.customShort("e"), .customLong("evaluate")], parsing: .unconditional,
        help: "Runs this text and leaves.")
    var code: String?

    @OptionGroup var showing: Showing

    func run() throws {
        let output = showing.reporter()
        let session = Session.ofUser()
        let status: Int32
        if let code {
            status = runScript(Source(name: "-e", text: code), evaluator: session, output: output)
        } else {
            status =
                Repl(
                    evaluator: session, output: output, greeting: Version.greeting,
                    highlighter: highlights
                ).run()
        }
        throw ArgumentParser.ExitCode(status)
    }
}

/// `saddle run FILE [name=value …]`.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs a script; name=value sets a parameter that it declares with param.",
        discussion: """
            'saddle run FILE --help' lists the parameters of a script. A script may begin with \
            '#!/usr/bin/env saddle run' after 'saddle install --shell'.
            """,
        helpNames: [])

    @ArgumentParser.Argument(
        help: "The script, or - for standard input.", completion: .file(extensions: ["saddle"]))
    var file: String?

    @ArgumentParser.Argument(help: "name=value for parameters that the script declares.")
    var settings: [String] = []

    @OptionGroup var showing: Showing

    @Flag(name: [.short, .long], help: "Shows this, or what a script says of its parameters.")
    var help = false

    func validate() throws {
        if file == nil, !help {
            throw ValidationError("run needs a FILE, or - for standard input")
        }
        for setting in settings where !setting.dropFirst().contains("=") {
            throw ValidationError("'\(setting)' is no name=value")
        }
    }

    func run() throws {
        guard let file else { return print(Saddle.helpMessage(for: Run.self)) }
        if help, file != "-" { throw ArgumentParser.ExitCode(describe(file)) }
        let session = Session.ofUser(folder: folder(of: file))
        for setting in settings {
            let parts = setting.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            session.setParameter(String(parts[0]), to: String(parts[1]))
        }
        let status = runScript(
            file: file, evaluator: session, output: showing.reporter()
        ) { source in
            ScriptOutline(source, folder: folder(of: file)).flatMap(session.misfit)
        }
        throw ArgumentParser.ExitCode(status)
    }

    private func folder(of file: String) -> String {
        let parts = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let folder = file == "-" ? "." : parts.joined(separator: "/")
        return folder.isEmpty ? (file.hasPrefix("/") ? "/" : ".") : folder
    }

    /// Prints what a script says of itself; an exit code.
    private func describe(_ file: String) -> Int32 {
        let output = showing.reporter()
        switch readScript(file) {
        case .failure(let fault):
            output.report(Outcome(faults: [fault]))
            return 2
        case .success(let source):
            guard let outline = ScriptOutline(source, folder: folder(of: file)) else {
                output.report(Outcome(faults: Language.parse(source).faults))
                return 1
            }
            print(Run.text(of: outline, file: file))
            return 0
        }
    }

    private static func text(of outline: ScriptOutline, file: String) -> String {
        let rows = outline.parameters.map { ("  \($0.name)=\($0.standard)", $0.help) }
        let width = min(rows.map { CellWidth.cells(of: $0.0) }.max() ?? 0, 36)
        var text = "Usage: saddle run \(file)" + (rows.isEmpty ? "" : " [name=value ...]") + "\n"
        if !outline.summary.isEmpty { text += "\n\(outline.summary)\n" }
        text += rows.isEmpty ? "\nThe script declares no parameters.\n" : "\nParameters:\n"
        for (name, help) in rows {
            let gap = String(repeating: " ", count: max(width - CellWidth.cells(of: name), 0) + 2)
            text += help.isEmpty ? name + "\n" : name + gap + help + "\n"
        }
        return text + "\n'saddle help run' lists the options of every script."
    }
}
