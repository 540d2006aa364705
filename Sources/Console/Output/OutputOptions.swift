import Foundation
import Language

/// How results are shown outside a notebook.
package struct OutputOptions: Sendable {
    /// A line of JSON for every report, on standard output.
    package var json = false
    /// Where pictures are written; nil for the current directory, and then only when there is no
    /// terminal to show them in.
    package var directory: String?
    package var environment: [String: String]

    package init(
        json: Bool = false, directory: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.json = json
        self.directory = directory
        self.environment = environment
    }

    /// https://no-color.org: set and not empty.
    var forbidsColour: Bool { environment["NO_COLOR"].map { !$0.isEmpty } ?? false }
    var isDumb: Bool { environment["TERM"].map { $0 == "dumb" || $0.isEmpty } ?? true }
}

/// An output that also shows how a run ended.
package protocol Reporter: Output {
    /// Shows a run's result, page and faults.
    func report(_ outcome: Outcome)
    /// Says that the program has ended, with its exit code.
    func finish(exit: Int32)
}

/// The output that suits where the program runs: a terminal, a pipe, JSON lines.
package func makeReporter(_ options: OutputOptions) -> any Reporter {
    if !options.json, isatty(STDOUT_FILENO) == 1, !options.isDumb {
        return TerminalOutput(options: options)
    }
    return PlainOutput(options: options)
}
