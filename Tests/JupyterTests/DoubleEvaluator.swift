import Language

/// An evaluator that knows a handful of words, one per behaviour that a kernel must cope with.
///
/// `print T`, `error T`, `lines N`, `6 * 7`, `spin`, `busy SECONDS`, `fail`, `shape`, `picture`,
/// `frames N`, `ask P`, `clear`, `leave N`, `?name`, `set N`, `get`, `slider`, `talk`, `look` (at what runs).
final class DoubleEvaluator: Evaluator {
    let interrupt = Interrupt()
    var atSafePoint: (() -> Void)?
    var value = 0
    var handle: (any ControlHandle)?
    /// Text of every cell that was run.
    private(set) var ran: [String] = []

    func run(_ source: Source, output: any Output) -> Outcome {
        ran.append(source.text)
        var outcome = Outcome()
        for line in source.text.split(separator: "\n", omittingEmptySubsequences: false) {
            outcome = step(String(line), of: source, output)
            if !outcome.faults.isEmpty || outcome.exit != nil { return outcome }
        }
        return outcome
    }

    private func step(_ line: String, of source: Source, _ output: any Output) -> Outcome {
        let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
        let rest = parts.count > 1 ? parts[1] : ""
        switch parts.first ?? "" {
        case "print": output.write(rest + "\n", to: .output)
        case "error": output.write(rest + "\n", to: .error)
        case "lines":
            for number in 0..<(Int(rest) ?? 0) {
                output.write("line \(number)\n", to: .output)
                if interrupt.isRequested { return stopped(source) }
            }
        case "6": return Outcome(result: MIMEBundle(text: "42"))
        case "spin": return spin(for: .infinity, source)
        case "busy": return spin(for: Double(rest) ?? 0, source)
        case "fail": return Outcome(faults: [Diagnostic(.name, "unknown name fail")])
        case "shape":
            return Outcome(faults: [
                Diagnostic(
                    .shape, "linear(128) expects a vector", hint: "insert flatten before it",
                    source: source, span: Span(0, source.bytes.count))
            ])
        case "picture": output.display(Self.picture, id: rest.isEmpty ? nil : rest)
        case "frames":
            for number in 0..<(Int(rest) ?? 0) {
                let frame = MIMEBundle(text: "frame \(number)")
                if number == 0 {
                    output.display(frame, id: "f")
                } else {
                    output.update(frame, id: "f")
                }
            }
        case "ask":
            do {
                output.write("got \(try output.ask(rest, secret: false))\n", to: .output)
            } catch {
                return Outcome(faults: [error as? Diagnostic ?? Diagnostic(.fault, "\(error)")])
            }
        case "clear": output.clear(wait: rest == "wait")
        case "leave": return Outcome(exit: Int32(rest) ?? 0)
        case "set": value = Int(rest) ?? 0
        case "look": output.write("looked\n", to: .output)
        case "get": return Outcome(result: MIMEBundle(text: "\(value)"))
        case "slider": showSlider(on: output)
        case "move": handle?.set("x", to: .number(Double(rest) ?? 0))
        case "talk": talk(on: output)
        default:
            if line.hasPrefix("?") {
                return Outcome(
                    page: MIMEBundle([
                        "text/plain": .text("help of \(line)"), "text/html": .text("<b>help</b>"),
                        "text/markdown": .text("**help**"),
                    ]))
            }
        }
        return Outcome()
    }

    private func stopped(_ source: Source) -> Outcome {
        _ = interrupt.take()
        return Outcome(faults: [Diagnostic(.interrupted, "interrupted", source: source)])
    }

    private func spin(for seconds: Double, _ source: Source) -> Outcome {
        let clock = ContinuousClock()
        let start = clock.now
        while start.duration(to: clock.now) < .seconds(min(seconds, 1e6)) {
            if interrupt.isRequested { return stopped(source) }
            atSafePoint?()
            for _ in 0..<1000 { value &+= 0 }
        }
        return Outcome()
    }

    static let picture = MIMEBundle(
        ["text/plain": .text("a picture"), "image/png": .bytes([137, 80, 78, 71])],
        metadata: ["image/png": .object(["width": .integer(2), "height": .integer(3)])])

    private func showSlider(on output: any Output) {
        guard let host = output as? any ControlHost else { return }
        let slider = Control(
            "x", .slider(0...1, step: 0.1, isLogarithmic: false), value: .number(0.5))
        handle = host.show(slider, fallback: nil) { [weak self] event, output in
            if case .number(let number) = event.value { self?.value = Int(number * 100) }
            output.write("moved \(event.name) to \(event.value.plain)\n", to: .output)
        }
    }

    private func talk(on output: any Output) {
        guard let host = output as? any CommHost else { return }
        host.registerComm(target: "echo") { id, message, output in
            let echo: CommHandler = { message, output in
                let copy = CommMessage(message.data, buffers: message.buffers)
                (output as? any CommHost)?.sendComm(copy, to: id)
            }
            echo(message, output)
            return echo
        }
    }

    func looksOn(_ text: String) -> Bool { text.hasPrefix("look") }

    func evaluate(_ expression: Source, output: any Output) -> Outcome {
        ["bad", "fail"].contains(expression.text)
            ? Outcome(faults: [Diagnostic(.name, "unknown name bad")])
            : Outcome(result: MIMEBundle(text: "value of \(expression.text)"))
    }

    func complete(_ text: String, at cursor: Int) -> Completion {
        Completion(
            [
                .init("print", kind: "command", signature: "print(value)"),
                .init("λ", kind: "variable"),
            ], start: max(0, cursor - 1), end: cursor)
    }

    func inspect(_ text: String, at cursor: Int, detail: Int) -> MIMEBundle? {
        text.hasPrefix("print") ? MIMEBundle(text: "print at \(cursor), detail \(detail)") : nil
    }

    var completeness: @Sendable (String) -> Completeness {
        { text in
            if text.hasSuffix("{") { return .incomplete(indent: "    ") }
            return text.hasPrefix(")") ? .invalid : .complete
        }
    }
}
