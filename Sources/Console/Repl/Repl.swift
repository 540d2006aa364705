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
            let hint = "%history, %keys, %time STATEMENT and %run FILE exist"
            output.report(Outcome(faults: [Diagnostic(.name, "no %\(name) here", hint: hint)]))
            return nil
        case .program(let program):
            count += 1
            let source = Source(name: "input \(count)", text: program)
            let outcome = evaluator.run(source, output: output)
            output.report(outcome)
            names.forget()
            return outcome.exit
        }
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
        return text
    }
}

/// What a text typed at the prompt is.
package enum ReplCommand: Equatable {
    case nothing
    /// `;command`
    case shell(String)
    case keys
    case history(String)
    case unknown(String)
    case program(String)

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
