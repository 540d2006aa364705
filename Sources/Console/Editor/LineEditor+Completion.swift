import Language

extension LineEditor {
    /// The matches offered below the line.
    struct Menu {
        var matches: [Completion.Match]
        /// Nothing is chosen until Tab is pressed again.
        var selected: Int?
        /// Where a match goes, and the text without one.
        var start: Int
        var end: Int
        var original: TextBuffer
    }

    mutating func complete() -> Action {
        guard !isPlain else { return .bell }
        let lead = buffer.scalars[buffer.lineStart..<buffer.cursor]
        if lead.allSatisfy({ $0 == " " }), !buffer.isEmpty {
            let count = 4 - lead.count % 4
            change { $0.insert(String(repeating: " ", count: count)) }
            return .none
        }
        let completion = services.complete(buffer.text, buffer.cursor)
        let count = buffer.scalars.count
        guard completion.start >= 0, completion.start <= completion.end, completion.end <= count,
            let first = completion.matches.first
        else { return .bell }
        let typed = String(
            String.UnicodeScalarView(buffer.scalars[completion.start..<completion.end]))
        // `\psi` names a symbol although a longer name may begin with it.
        let isWholeSymbol = first.kind == "symbol" && first.summary == typed
        if completion.matches.count == 1 || isWholeSymbol {
            if first.text == typed { return showMatch(first) }
            change { $0.replace(completion.start..<completion.end, with: first.text) }
            return .none
        }
        let shared = LineEditor.sharedPrefix(completion.matches.map(\.text))
        var end = completion.end
        if shared.unicodeScalars.count > typed.unicodeScalars.count, shared.hasPrefix(typed) {
            change { $0.replace(completion.start..<completion.end, with: shared) }
            end = buffer.cursor
        }
        menu = Menu(
            matches: completion.matches, start: completion.start, end: end, original: buffer)
        return .none
    }

    private mutating func showMatch(_ match: Completion.Match) -> Action {
        panel = [match.signature, match.summary].filter { !$0.isEmpty }
        return panel.isEmpty ? .bell : .none
    }

    mutating func inspect() -> Action {
        guard !isPlain, let text = services.inspect(buffer.text, buffer.cursor) else {
            return .bell
        }
        panel = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while panel.last?.isEmpty == true { panel.removeLast() }
        return panel.isEmpty ? .bell : .none
    }

    /// Takes a key while the menu is open; nil when it closed and the key means what it always does.
    mutating func handleMenu(_ key: Key) -> Action? {
        guard let open = menu else { return nil }
        switch (key.code, key.modifiers) {
        case (.tab, []), (.down, _), (.character("n"), .control): choose(1)
        case (.tab, .shift), (.up, _), (.character("p"), .control): choose(-1)
        case (.pageDown, _): choose(LineEditor.menuRows)
        case (.pageUp, _): choose(-LineEditor.menuRows)
        case (.escape, _), (.character("g"), .control):
            buffer = open.original
            menu = nil
        case (.enter, []) where open.selected != nil:
            closeMenu()
        default:
            closeMenu()
            return nil
        }
        return Action.none
    }

    /// What is chosen stays, as one step to undo.
    private mutating func closeMenu() {
        if let menu, menu.original.scalars != buffer.scalars {
            undo.record(menu.original, joining: false)
        }
        menu = nil
        command = .other
    }

    private mutating func choose(_ step: Int) {
        guard var open = menu else { return }
        let count = open.matches.count
        let place = open.selected.map { $0 + step } ?? (step > 0 ? 0 : count - 1)
        let chosen = ((place % count) + count) % count
        open.selected = chosen
        menu = open
        buffer = open.original
        buffer.replace(open.start..<open.end, with: open.matches[chosen].text)
    }

    /// Matches shown at a time.
    static let menuRows = 8

    static func sharedPrefix(_ texts: [String]) -> String {
        guard var shared = texts.first.map({ Array($0.unicodeScalars) }) else { return "" }
        for text in texts.dropFirst() {
            let same = zip(shared, text.unicodeScalars).prefix { $0 == $1 }.count
            shared.removeLast(shared.count - same)
        }
        while !shared.isEmpty, CellWidth.isExtending(shared[shared.count - 1]) {
            shared.removeLast()
        }
        return String(String.UnicodeScalarView(shared))
    }
}
