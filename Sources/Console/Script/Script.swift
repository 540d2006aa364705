import Foundation
import Language

/// Exit codes of a script.
package enum ExitCode {
    package static let success: Int32 = 0
    /// A fault in the script.
    package static let failure: Int32 = 1
    /// The command line is wrong, a file is missing.
    package static let usage: Int32 = 2
    /// Stopped by Ctrl-C, as shells say it: 128 + SIGINT.
    package static let interrupted: Int32 = 130
}

/// Runs a file as a script, `-` for standard input; returns the exit code. `check` may refuse what
/// the command line asks of the script, before anything of it runs.
package func runScript(
    file: String, evaluator: any Evaluator, output: any Reporter,
    check: (Source) -> Diagnostic? = { _ in nil }
) -> Int32 {
    if file == "-" {
        return runScript(
            standardInputNamed: "standard input", evaluator: evaluator, output: output,
            check: check)
    }
    return runScript(readScript(file), evaluator: evaluator, output: output, check: check)
}

private func runScript(
    _ source: Result<Source, Diagnostic>, evaluator: any Evaluator, output: any Reporter,
    check: (Source) -> Diagnostic?
) -> Int32 {
    let fault: Diagnostic
    switch source {
    case .success(let source):
        guard let misfit = check(source) else {
            return runScript(source, evaluator: evaluator, output: output)
        }
        fault = misfit
    case .failure(let missing): fault = missing
    }
    output.report(Outcome(faults: [fault]))
    output.finish(exit: ExitCode.usage)
    return ExitCode.usage
}

/// A script's text; the fault says why there is none.
package func readScript(_ path: String) -> Result<Source, Diagnostic> {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        return .failure(Diagnostic(.usage, "there is no file \(path)", hint: nearest(to: path)))
    }
    if isFolder.boolValue {
        return .failure(Diagnostic(.usage, "\(path) is a folder", hint: "name a file in it"))
    }
    guard let data = FileManager.default.contents(atPath: path) else {
        return .failure(Diagnostic(.usage, "cannot read \(path)", hint: "look at its permissions"))
    }
    return scriptSource(data, name: path)
}

/// Runs what standard input holds, all of it, as one script.
func runScript(
    standardInputNamed name: String, evaluator: any Evaluator, output: any Reporter,
    check: (Source) -> Diagnostic? = { _ in nil }
) -> Int32 {
    Signals.install(interrupt: evaluator.interrupt)
    guard let data = LineReader(descriptor: STDIN_FILENO).rest() else {
        output.finish(exit: ExitCode.interrupted)
        return ExitCode.interrupted
    }
    let source = scriptSource(data, name: name)
    return runScript(source, evaluator: evaluator, output: output, check: check)
}

/// Runs a text as a script and shows how it ended; returns the exit code.
package func runScript(
    _ source: Source, evaluator: any Evaluator, output: any Reporter
) -> Int32 {
    Signals.install(interrupt: evaluator.interrupt)
    _ = Signals.take()
    var wasInterrupted = false
    let former = evaluator.atSafePoint
    evaluator.atSafePoint = {
        former?()
        if Signals.isPending, Signals.take().contains(.interrupted) { wasInterrupted = true }
        // Training takes the request and ends in order; the rest of the script must end too.
        if wasInterrupted { evaluator.interrupt.request() }
    }
    let outcome = evaluator.run(source, output: output)
    evaluator.atSafePoint = former
    if Signals.take().contains(.interrupted) { wasInterrupted = true }
    _ = evaluator.interrupt.take()
    output.report(outcome)
    var exit = outcome.exit ?? (outcome.faults.isEmpty ? ExitCode.success : ExitCode.failure)
    if wasInterrupted || outcome.faults.contains(where: { $0.kind == .interrupted }) {
        exit = ExitCode.interrupted
    }
    output.finish(exit: exit)
    return exit
}

/// A text from a file's bytes: UTF-8, without the mark that some editors put before it.
private func scriptSource(_ data: Data, name: String) -> Result<Source, Diagnostic> {
    guard let text = String(data: data, encoding: .utf8) else {
        return .failure(
            Diagnostic(.usage, "\(name) is not UTF-8 text", hint: "save it as UTF-8"))
    }
    let body =
        text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    return .success(Source(name: name, text: body))
}

/// A file beside the one that is missing which may have been meant.
private func nearest(to path: String) -> String? {
    let cut = path.lastIndex(of: "/")
    let folder = cut.map { String(path[..<$0]) } ?? ""
    let name = (cut.map { String(path[path.index(after: $0)...]) } ?? path).lowercased()
    let names =
        (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder))
    let near = (names ?? []).filter { candidate in
        let other = candidate.lowercased()
        return other == name + ".saddle" || other == name || other.replacing("-", with: "_") == name
    }
    guard let best = near.sorted().first else { return nil }
    return "did you mean \(folder.isEmpty ? best : folder + "/" + best)"
}
