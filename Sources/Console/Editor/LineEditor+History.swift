extension LineEditor {
    /// A walk through the entries that begin with a prefix.
    struct Navigation {
        var prefix: String
        var index: Int
        /// What stood here before the walk.
        var original: TextBuffer
    }

    /// An incremental search (Ctrl-R).
    struct Search {
        var query = ""
        /// The entry shown; nil before the first hit.
        var index: Int?
        var isFailing = false
        var original: TextBuffer
    }

    // MARK: Up and down

    mutating func up() -> Action {
        if previousCommand == .history || buffer.isOnFirstLine { return older() }
        return moveLine(to: buffer.lineStart(at: buffer.lineStart - 1))
    }

    mutating func down() -> Action {
        if previousCommand == .history || buffer.isOnLastLine { return newer() }
        return moveLine(to: buffer.lineEnd + 1)
    }

    private mutating func moveLine(to start: Int) -> Action {
        if previousCommand != .vertical { goalColumn = buffer.column }
        command = .vertical
        return move(to: buffer.offset(column: goalColumn, lineStart: start))
    }

    mutating func older() -> Action {
        guard !isPlain else { return .bell }
        var walk = currentWalk()
        command = .history
        defer { navigation = walk }
        guard
            let found = history.older(than: walk.index, prefix: walk.prefix, unlike: buffer.text)
        else { return .bell }
        walk.index = found
        show(history.entries[found])
        return .none
    }

    mutating func newer() -> Action {
        guard !isPlain, let start = navigation, previousCommand == .history else { return .bell }
        var walk = start
        command = .history
        defer { navigation = walk }
        if let found = history.newer(
            than: walk.index, prefix: walk.prefix, unlike: buffer.text)
        {
            walk.index = found
            show(history.entries[found])
            return .none
        }
        guard walk.index < history.count else { return .bell }
        walk.index = history.count
        buffer = walk.original
        return .none
    }

    private func currentWalk() -> Navigation {
        if previousCommand == .history, let navigation { return navigation }
        let head = buffer.scalars[..<buffer.cursor]
        return Navigation(
            prefix: String(String.UnicodeScalarView(head)), index: history.count, original: buffer)
    }

    private mutating func show(_ entry: String) {
        undo.record(buffer, joining: previousCommand == .history)
        buffer = TextBuffer(entry)
    }

    // MARK: Search

    mutating func beginSearch() -> Action {
        guard !isPlain else { return .bell }
        search = Search(original: buffer)
        return .none
    }

    /// Takes a key of a search; nil when the search ended and the key means what it always does.
    mutating func handleSearch(_ key: Key) -> Action? {
        guard var state = search else { return nil }
        switch (key.code, key.modifiers) {
        case (.character("r"), .control), (.up, _): seek(&state, older: true)
        case (.character("s"), .control), (.down, _): seek(&state, older: false)
        case (.backspace, []):
            if !state.query.isEmpty { state.query.removeLast() }
            state.index = nil
            state.isFailing = false
            seek(&state, older: true)
        case (.character(let scalar), []), (.character(let scalar), .shift):
            state.query.unicodeScalars.append(scalar)
            // The entry shown may fit the longer query too.
            state.index = state.index.map { $0 + 1 }
            seek(&state, older: true)
        case (.character("g"), .control), (.character("c"), .control), (.escape, _):
            buffer = state.original
            search = nil
            return Action.none
        case (.paste(let text), _):
            state.query += text.split(whereSeparator: \.isNewline).joined(separator: " ")
            state.index = nil
            seek(&state, older: true)
        default:
            undo.record(state.original, joining: false)
            search = nil
            return nil
        }
        search = state
        return state.isFailing ? .bell : Action.none
    }

    private mutating func seek(_ state: inout Search, older: Bool) {
        guard !state.query.isEmpty else {
            state.index = nil
            buffer = state.original
            return
        }
        let found =
            older
            ? history.containing(state.query, before: state.index ?? history.count)
            : history.containing(state.query, after: state.index ?? history.count)
        state.isFailing = found == nil
        // A failing search stays where it was; the index may point one past an entry.
        if let found {
            state.index = found
            buffer = TextBuffer(history.entries[found])
        } else if let index = state.index {
            state.index = min(index, history.count - 1)
        }
    }
}
