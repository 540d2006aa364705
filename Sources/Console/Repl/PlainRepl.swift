import Foundation
import Language

/// The prompt of a terminal that can do nothing but print lines (`TERM=dumb`).
struct PlainRepl {
    let repl: Repl

    func run() -> Int32 {
        if !repl.greeting.isEmpty { repl.output.write(repl.greeting.endingLine, to: .output) }
        let reader = LineReader(descriptor: STDIN_FILENO)
        var text = ""
        while true {
            repl.output.write(text.isEmpty ? "saddle> " : "      > ", to: .output)
            guard let line = reader.next() else {
                _ = repl.evaluator.interrupt.take()
                guard reader.wasInterrupted else { break }
                repl.output.write("\n", to: .output)
                text = ""
                continue
            }
            text += text.isEmpty ? line : "\n" + line
            let isMark = text.hasPrefix(";") || text.hasPrefix("%") || text.hasPrefix("?")
            if !isMark, case .incomplete = repl.evaluator.completeness(text) { continue }
            let whole = text
            text = ""
            let exit = repl.evaluate(whole)
            _ = Signals.take()
            _ = repl.evaluator.interrupt.take()
            if let exit {
                repl.output.finish(exit: exit)
                return exit
            }
        }
        repl.output.write("\n", to: .output)
        repl.output.finish(exit: 0)
        return 0
    }
}
