import Foundation
import Language

/// The prompt of a real terminal.
final class InteractiveRepl {
    let repl: Repl
    let output: TerminalOutput
    let terminal: Terminal
    var editor: LineEditor
    private var decoder = KeyDecoder()
    /// Keys decoded and not used yet: what was typed ahead.
    private var keys: ArraySlice<Key> = []
    /// When bytes came last while something runs.
    private var waitingSince: ContinuousClock.Instant?
    var stage: Stage { output.stage }

    init(repl: Repl, output: TerminalOutput, terminal: Terminal) {
        self.repl = repl
        self.output = output
        self.terminal = terminal
        let services = LineEditor.Services(
            evaluator: repl.evaluator, environment: repl.environment,
            highlighter: repl.highlighter)
        editor = LineEditor(
            services: services, history: History(repl.historyFile?.load() ?? []))
        // A suggestion that looks like what was typed would mislead.
        editor.showsSuggestions = output.stage.usesColour
    }

    func run() -> Int32 {
        Signals.installForTerminal()
        output.asker = { [unowned self] in try ask($0, secret: $1) }
        output.pager = { [unowned self] in page($0) }
        let former = repl.evaluator.atSafePoint
        repl.evaluator.atSafePoint = { [unowned self] in
            former?()
            attend()
        }
        defer {
            repl.evaluator.atSafePoint = former
            terminal.enter(.cooked)
        }
        if !repl.greeting.isEmpty { stage.print(repl.greeting.endingLine) }
        while true {
            guard let text = nextText() else { break }
            if let exit = evaluate(text) {
                output.finish(exit: exit)
                return exit
            }
        }
        output.finish(exit: 0)
        return 0
    }

    // MARK: At the prompt

    /// What is typed next, or was typed ahead; nil when the person leaves.
    private func nextText() -> String? {
        if !stage.waiting.isEmpty {
            let text = stage.waiting.removeFirst()
            let kept = editor.buffer.text
            editor.reset()
            editor.replaceAll(with: text)
            leaveFrame()
            editor.reset()
            if !kept.isEmpty { editor.replaceAll(with: kept) }
            return text
        }
        terminal.enter(.editing)
        showEditor()
        while true {
            while let key = keys.popFirst() {
                switch editor.handle(key) {
                case .submit(let text):
                    leaveFrame()
                    editor.reset()
                    return text
                case .leave:
                    leaveFrame()
                    return nil
                case let action: perform(action)
                }
            }
            stage.refresh()
            guard readKeys() else { return nil }
        }
    }

    /// Waits for keys or a signal; false when the terminal is gone.
    private func readKeys() -> Bool {
        switch terminal.wait(milliseconds: decoder.patience ?? -1) {
        case .bytes(let bytes): keys += decoder.feed(bytes)
        case .timeout: keys += decoder.flush()
        case .woken: noteSignals(isRunning: false)
        case .closed: return false
        }
        return true
    }

    private func perform(_ action: LineEditor.Action) {
        switch action {
        case .bell: stage.bell()
        case .cancel: cancel()
        case .clearScreen: stage.clear()
        case .edit(let text):
            aside {
                if let edited = Shell.edit(text, environment: repl.environment) {
                    editor.replaceAll(with: edited)
                }
            }
        case .suspend:
            leaveFrame()
            Signals.stop()
            // What happened meanwhile needs no second redrawing.
            _ = Signals.take()
            stage.forget()
            showEditor()
        case .none, .submit, .leave: break
        }
    }

    private func cancel() {
        leaveFrame(mark: "^C")
        editor.reset()
        showEditor()
    }

    private func noteSignals(isRunning: Bool) {
        let events = Signals.take()
        if events.contains(.resumed) { stage.forget() }
        if events.contains(.interrupted) {
            if isRunning {
                keys = []
                stage.waiting = []
            } else if repl.evaluator.interrupt.take() {
                cancel()
            }
        }
        if events.contains(.resumed) || events.contains(.resized) { stage.refresh() }
    }

    private func showEditor() {
        stage.editor = { [unowned self] in editor.frame(columns: $0, rows: $1) }
        stage.refresh()
    }

    /// Leaves what was typed in the transcript.
    private func leaveFrame(mark: String = "") {
        stage.leave(editor.finalFrame(columns: stage.size.columns, mark: mark))
    }

    /// Hands the terminal to another program for a while.
    private func aside(_ body: () -> Void) {
        let mode = terminal.mode
        let shown = stage.editor
        stage.editor = nil
        stage.refresh()
        terminal.enter(.cooked)
        body()
        _ = repl.evaluator.interrupt.take()
        terminal.enter(mode)
        stage.forget()
        stage.takeLine()
        stage.editor = shown
        stage.refresh()
    }

    // MARK: While something runs

    private func evaluate(_ text: String) -> Int32? {
        if editor.remember(text) { repl.historyFile?.append(text) }
        defer {
            // What Ctrl-C asked of a program that had ended must not stop the next one.
            _ = repl.evaluator.interrupt.take()
            noteSignals(isRunning: true)
            stage.editor = nil
        }
        if case .shell = ReplCommand(text) {
            var exit: Int32?
            aside { exit = repl.evaluate(text) }
            return exit
        }
        if case .history(let entries) = ReplCommand(text, history: editor.history.entries) {
            output.write(entries, to: .output)
            return nil
        }
        terminal.enter(.running)
        takeAhead()
        return repl.evaluate(text)
    }

    /// At a safe point: keys typed meanwhile are edited below the output, signals are noted.
    private func attend() {
        switch terminal.wait(milliseconds: 0) {
        case .bytes(let bytes):
            keys += decoder.feed(bytes)
            waitingSince = .now
            takeAhead()
        case .woken: noteSignals(isRunning: true)
        case .timeout:
            guard let patience = decoder.patience, let since = waitingSince,
                .now - since > .milliseconds(Int(patience))
            else { return }
            keys += decoder.flush()
            takeAhead()
        case .closed: repl.evaluator.interrupt.request()
        }
    }

    /// Edits the next line with the keys that came while something runs.
    private func takeAhead() {
        guard !keys.isEmpty else { return }
        while let key = keys.popFirst() {
            switch editor.handle(key) {
            case .submit(let text):
                editor.reset()
                if !text.allSatisfy(\.isWhitespace) { stage.waiting.append(text) }
            case .cancel:
                editor.reset()
                stage.waiting = []
                repl.evaluator.interrupt.request()
            case .clearScreen: stage.clear()
            case .none: break
            case .bell, .leave, .suspend, .edit: stage.bell()
            }
        }
        let isEmpty = editor.buffer.isEmpty
        stage.editor = isEmpty ? nil : { [unowned self] in editor.frame(columns: $0, rows: $1) }
        stage.refresh()
    }

    // MARK: Questions and pages

    /// Lets the person answer a program's question.
    private func ask(_ prompt: String, secret: Bool) throws -> String {
        let mode = terminal.mode
        let typed = stage.editor
        var question = LineEditor()
        question.isPlain = true
        question.isSecret = secret
        question.prompt = prompt
        terminal.enter(.editing)
        defer {
            terminal.enter(mode)
            stage.editor = typed
            stage.refresh()
        }
        stage.endLine()
        stage.editor = { question.frame(columns: $0, rows: $1) }
        while true {
            stage.refresh()
            guard readKeys() else { throw Diagnostic(.interrupted, "the terminal is gone") }
            while let key = keys.popFirst() {
                switch question.handle(key) {
                case .submit(let answer):
                    stage.leave(question.finalFrame(columns: stage.size.columns))
                    return answer
                case .cancel, .leave:
                    stage.leave(question.finalFrame(columns: stage.size.columns, mark: "^C"))
                    throw Diagnostic(.interrupted, "interrupted")
                case .bell: stage.bell()
                default: break
                }
            }
        }
    }

    private func page(_ text: String) -> Bool {
        let lines = text.utf8.count { $0 == UInt8(ascii: "\n") }
        guard lines >= stage.size.rows - 1 else { return false }
        var isShown = false
        aside { isShown = Shell.page(text, environment: repl.environment) }
        return isShown
    }
}
