import Foundation
import Language

/// The read-evaluate-print loop: a line editor where there is a terminal, plain lines where there
/// is not.
package final class Repl {
    let evaluator: any Evaluator
    let output: any Reporter
    let environment: [String: String]
    let greeting: String
    let historyFile: HistoryFile?
    let highlighter: (String) -> [Highlight]
    let names: NameCheck
    private var count = 0
    /// What has run here without a fault, for `%save`.
    private var done: [String] = []

    /// - Parameters:
    ///   - greeting: shown once, above the first prompt.
    ///   - highlighter: colours of a text as it is typed.
    package init(
        evaluator: any Evaluator, output: any Reporter, greeting: String = "",
        environment: [String: String] = ProcessInfo.processInfo.environment,
        highlighter: @escaping (String) -> [Highlight] = highlights
    ) {
        self.evaluator = evaluator
        self.output = output
        self.greeting = greeting
        self.environment = environment
        let names = NameCheck(evaluator: evaluator)
        self.names = names
        self.highlighter = { text in names.mark(highlighter(text), in: text) }
        historyFile = HistoryFile(environment: environment)
    }

    /// Runs until the person leaves; returns the exit code. Standard input that is no terminal is
    /// run as one script.
    package func run() -> Int32 {
        Signals.install(interrupt: evaluator.interrupt)
        if let terminal = output as? TerminalOutput,
            let device = Terminal(input: STDIN_FILENO, output: STDOUT_FILENO)
        {
            return InteractiveRepl(repl: self, output: terminal, terminal: device).run()
        }
        guard isatty(STDIN_FILENO) == 1 else {
            return runScript(
                standardInputNamed: "standard input", evaluator: evaluator, output: output)
        }
        return PlainRepl(repl: self).run()
    }

    /// What a text does; the exit code when it asks to leave.
    func evaluate(_ text: String) -> Int32? {
        switch ReplCommand(text) {
        case .nothing: return nil
        case .shell(let command):
            shell(command)
            return nil
        case .keys:
            output.write(Repl.keysHelp, to: .output)
            return nil
        case .history(let entries):
            output.write(entries, to: .output)
            return nil
        case .unknown(let name):
            let hint = "%history, %keys, %names, %save FILE, %time STATEMENT and %run FILE exist"
            output.report(Outcome(faults: [Diagnostic(.name, "no %\(name) here", hint: hint)]))
            return nil
        case .program(let program):
            count += 1
            let source = Source(name: "input \(count)", text: program)
            let outcome = evaluator.run(source, output: output)
            output.report(outcome)
            names.forget()
            let isQuestion = outcome.page != nil || program == ReplCommand.names
            if outcome.faults.isEmpty, outcome.exit == nil, !isQuestion { done.append(program) }
            return outcome.exit
        case .save(let file):
            save(to: file)
            return nil
        }
    }

    /// Writes what has run here as a script; a file that is there already is left alone.
    private func save(to file: String) {
        let fault: Diagnostic
        if file.isEmpty {
            fault = Diagnostic(.usage, "%save needs a file", hint: "write %save gan.saddle")
        } else if done.isEmpty {
            fault = Diagnostic(.usage, "nothing has run here yet that could be saved")
        } else if FileManager.default.fileExists(atPath: file) {
            fault = Diagnostic(
                .file, "\(file) is there already", hint: "name another file, or remove this one")
        } else {
            let text = done.map { $0.endingLine }.joined()
            guard FileManager.default.createFile(atPath: file, contents: Data(text.utf8)) else {
                let fault = Diagnostic(.file, "cannot write \(file)", hint: "is the path right?")
                return output.report(Outcome(faults: [fault]))
            }
            return output.write("wrote \(file)\n", to: .output)
        }
        output.report(Outcome(faults: [fault]))
    }

    private func shell(_ command: String) {
        let words = command.split(separator: " ", maxSplits: 1)
        if words.first == "cd" {
            let target = words.count > 1 ? String(words[1]) : ""
            if let fault = Shell.changeDirectory(target, environment: environment) {
                output.write(fault + "\n", to: .error)
            }
            return
        }
        Shell.run(command, environment: environment)
    }

    package static var keysHelp: String {
        var text = ""
        for group in LineEditor.groups {
            text += (text.isEmpty ? "" : "\n") + group.title + "\n"
            for binding in group.bindings {
                let keys = binding.keys.map(\.name).joined(separator: ", ")
                text +=
                    "  " + keys.padding(toLength: max(30, keys.count), withPad: " ", startingAt: 0)
                    + "  " + binding.summary + "\n"
            }
        }
        text += "\nlines that are no program\n"
        for (line, summary) in otherLines {
            text += "  " + line.padding(toLength: 32, withPad: " ", startingAt: 0) + summary + "\n"
        }
        return text
    }

    private static let otherLines = [
        ("?name", "help on a name"), (";command", "a command of the shell; ;cd changes the folder"),
        ("%history, %history 50", "what was typed last; %history WORD finds lines"),
        ("%names", "every name that has a value"),
        ("%save FILE", "what ran here without a fault, as a script"),
        ("%run FILE", "runs a script here"), ("%time STATEMENT", "says how long it takes"),
        ("%keys", "this list"),
    ]
}

/// What a text typed at the prompt is.
package enum ReplCommand: Equatable {
    case nothing
    /// `;command`
    case shell(String)
    case keys
    case history(String)
    /// `%save FILE`
    case save(String)
    case unknown(String)
    case program(String)

    fileprivate static let names = "names()"

    /// `history` gives the entries for `%history`.
    package init(_ text: String, history: [String] = []) {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let first = trimmed.first else {
            self = .nothing
            return
        }
        if first == ";" {
            let command = trimmed.dropFirst().trimmingCharacters(in: .whitespaces)
            self = command.isEmpty ? .nothing : .shell(command)
            return
        }
        guard first == "%" else {
            self = .program(text)
            return
        }
        let words = trimmed.dropFirst().split(separator: " ", maxSplits: 1).map(String.init)
        let rest = words.count > 1 ? words[1] : ""
        switch words.first ?? "" {
        case "time": self = .program("time " + rest)
        case "run": self = .program("include \"\(rest)\"")
        case "keys": self = .keys
        case "names", "who", "whos": self = .program(Self.names)
        case "save": self = .save(rest.trimmingCharacters(in: .whitespaces))
        case "history": self = .history(ReplCommand.listing(history, rest))
        case let name: self = .unknown(name)
        }
    }

    /// The last entries (all that contain a word, or the last n; 20 by default).
    private static func listing(_ history: [String], _ argument: String) -> String {
        let word = argument.trimmingCharacters(in: .whitespaces)
        let shown: ArraySlice<String>
        if let count = word.isEmpty ? 20 : Int(word) {
            shown = history.suffix(max(count, 0))
        } else {
            shown = history.filter { $0.contains(word) }[...]
        }
        return shown.map { $0 + "\n" }.joined()
    }
}
