import Language

/// The line editor: keys go in, what is to be done and what is to be seen come out.
///
/// It knows no terminal, so every key of it is tested without one. The text may have several
/// lines. What it must ask about the language goes through `Services`.
package struct LineEditor {
    /// What the caller has to do after a key.
    package enum Action: Equatable {
        case none
        /// The key could do nothing.
        case bell
        case submit(String)
        /// Ctrl-C: the line is thrown away.
        case cancel
        /// Ctrl-D on an empty line.
        case leave
        /// Ctrl-Z.
        case suspend
        /// Ctrl-X Ctrl-E: this text goes to `$EDITOR`, and comes back through `replaceAll`.
        case edit(String)
        /// Ctrl-L.
        case clearScreen
    }

    /// What the editor asks of the language.
    package struct Services {
        package var completeness: (String) -> Completeness
        package var complete: (String, Int) -> Completion
        /// Documentation for what is under the cursor.
        package var inspect: (String, Int) -> String?
        package var highlight: (String) -> [Highlight]

        package init(
            completeness: @escaping (String) -> Completeness = { _ in .complete },
            complete: @escaping (String, Int) -> Completion = { _, cursor in
                Completion([], start: cursor, end: cursor)
            },
            inspect: @escaping (String, Int) -> String? = { _, _ in nil },
            highlight: @escaping (String) -> [Highlight] = { _ in [] }
        ) {
            self.completeness = completeness
            self.complete = complete
            self.inspect = inspect
            self.highlight = highlight
        }
    }

    /// What the key before was, where the next one depends on it.
    enum Command: Equatable { case typing, cutting, yanking(Int), history, vertical, other }

    package var services: Services
    package var history: History
    package internal(set) var buffer = TextBuffer()
    /// What stands before the first line, and before each further one.
    package var prompt = "saddle> "
    package var continuation = "      > "
    /// A line asked for by a program: no history, no completion, Enter always ends it.
    package var isPlain = false
    package var showsSuggestions = true
    /// Characters are not shown.
    package var isSecret = false

    var kills = KillRing()
    var undo = UndoStack()
    var command = Command.other
    var previousCommand = Command.other
    var navigation: Navigation?
    var search: Search?
    var menu: Menu?
    /// Lines shown below the text until the next key.
    var panel: [String] = []
    var isInChord = false
    var goalColumn = 0
    /// What the newest fitting entry of the history adds to the text.
    var suggestion: String?

    package init(services: Services = Services(), history: History = History()) {
        self.services = services
        self.history = history
    }

    /// Takes one key.
    package mutating func handle(_ key: Key) -> Action {
        guard key.code != .ignored else { return .none }
        panel = []
        defer { renewSuggestion() }
        if search != nil, let action = handleSearch(key) { return action }
        if menu != nil, let action = handleMenu(key) { return action }
        previousCommand = command
        command = .other
        if isInChord {
            isInChord = false
            return LineEditor.chords[key]?.run(&self) ?? .bell
        }
        if let binding = LineEditor.bindings[key] { return binding.run(&self) }
        switch key.code {
        case .paste(let text): return insertPaste(text)
        case .character(let scalar) where key.modifiers.subtracting(.shift).isEmpty:
            return type(scalar)
        default:
            // Shift alone changes nothing on the keys that move and delete.
            guard key.modifiers.contains(.shift) else { return .bell }
            let bare = Key(key.code, key.modifiers.subtracting(.shift))
            return LineEditor.bindings[bare]?.run(&self) ?? .bell
        }
    }

    /// Begins a new line; history and kill ring stay.
    package mutating func reset() {
        buffer = TextBuffer()
        undo.clear()
        command = .other
        navigation = nil
        search = nil
        menu = nil
        panel = []
        isInChord = false
        suggestion = nil
    }

    /// Puts a whole text in place of the present one, as one step to undo.
    package mutating func replaceAll(with text: String) {
        undo.record(buffer, joining: false)
        buffer = TextBuffer(text)
        menu = nil
        search = nil
        renewSuggestion()
    }

    /// Adds what was submitted to the history; false when it repeats the last entry or begins
    /// with a space, which keeps a line out of the history.
    package mutating func remember(_ text: String) -> Bool {
        guard !isPlain, text.first != " ", !text.allSatisfy(\.isWhitespace) else { return false }
        return history.add(text)
    }

    /// Nothing in the state contradicts anything else; tests look at it after every key.
    package var isSound: Bool {
        guard buffer.isSound else { return false }
        if let menu,
            menu.matches.isEmpty || menu.selected.map(menu.matches.indices.contains) == false
        {
            return false
        }
        if let index = search?.index, !history.entries.indices.contains(index) { return false }
        return true
    }

    private mutating func renewSuggestion() {
        suggestion = nil
        guard showsSuggestions, !isPlain, menu == nil, search == nil, buffer.isAtEnd else { return }
        suggestion = history.suggestion(for: buffer.text)
    }

    // MARK: Typing

    /// Changes the text as one step to undo, or as part of the step before.
    mutating func change(joining: Bool = false, _ body: (inout TextBuffer) -> Void) {
        let before = buffer
        body(&buffer)
        if buffer.scalars != before.scalars { undo.record(before, joining: joining) }
    }

    private mutating func type(_ scalar: Unicode.Scalar) -> Action {
        let isWordGoingOn = TextBuffer.isWord(scalar) && previousCommand == .typing
        if scalar == "}", outdentBeforeClosing() { return .none }
        change(joining: isWordGoingOn) { $0.insert(String(scalar)) }
        command = .typing
        return .none
    }

    /// A `}` as the first thing of its line goes back one step of indentation.
    private mutating func outdentBeforeClosing() -> Bool {
        let before = buffer.scalars[buffer.lineStart..<buffer.cursor]
        guard !before.isEmpty, before.allSatisfy({ $0 == " " }) else { return false }
        let count = min(before.count, 4)
        change {
            $0.remove(($0.cursor - count)..<$0.cursor)
            $0.insert("}")
        }
        return true
    }

    /// A pasted text goes in as it is, so that a notebook's cell runs as one. Prompts copied with
    /// it are taken off.
    private mutating func insertPaste(_ text: String) -> Action {
        var lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.first?.hasPrefix(prompt) == true {
            lines = lines.map { line in
                for mark in [prompt, continuation] where line.hasPrefix(mark) {
                    return String(line.dropFirst(mark.count))
                }
                return line
            }
        }
        while lines.count > 1, lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
        let joined = lines.joined(separator: isPlain ? " " : "\n")
        change { $0.insert(joined) }
        return .none
    }

    // MARK: Lines

    mutating func enter() -> Action {
        let text = buffer.text
        if isPlain || text.allSatisfy(\.isWhitespace) || text.hasPrefix(";") || text.hasPrefix("?")
        {
            return .submit(text)
        }
        guard buffer.isOnLastLine else { return newLine() }
        guard case .incomplete(let indent) = services.completeness(text) else {
            return .submit(text)
        }
        guard buffer.isAtEnd else { return newLine() }
        change { $0.insert("\n" + indent) }
        return .none
    }

    /// A newline, and the indentation of the line it breaks.
    mutating func newLine() -> Action {
        guard !isPlain else { return .bell }
        let indent = buffer.indent
        change { $0.insert("\n" + indent) }
        return .none
    }
}
