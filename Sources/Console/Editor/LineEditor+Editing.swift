extension LineEditor {
    mutating func move(to offset: Int) -> Action {
        let before = buffer.cursor
        buffer.move(to: offset)
        return buffer.cursor == before ? .bell : .none
    }

    mutating func moveToPartner() -> Action {
        let brackets = Brackets(buffer.scalars)
        guard
            let place = brackets.partners[buffer.cursor] ?? brackets.partners[buffer.cursor - 1]
        else { return .bell }
        return move(to: place)
    }

    mutating func delete(_ range: Range<Int>) -> Action {
        guard !range.isEmpty else { return .bell }
        change { $0.remove(range) }
        return .none
    }

    // MARK: Cutting and bringing back

    mutating func cut(_ range: Range<Int>, _ side: KillRing.Side) -> Action {
        guard !range.isEmpty else { return .bell }
        kills.add(
            Array(buffer.scalars[range]), joining: previousCommand == .cutting, side: side)
        change { $0.remove(range) }
        command = .cutting
        return .none
    }

    /// At the end of a line Ctrl-K takes the newline.
    mutating func cutToLineEnd() -> Action {
        let end = buffer.lineEnd
        return cut(buffer.cursor..<(end == buffer.cursor ? buffer.next : end), .after)
    }

    mutating func yank() -> Action {
        guard let text = kills.newest() else { return .bell }
        let start = buffer.cursor
        change { $0.insert(text) }
        command = .yanking(start)
        return .none
    }

    mutating func yankPrevious() -> Action {
        guard case .yanking(let start) = previousCommand, start <= buffer.cursor,
            let text = kills.previous()
        else { return .bell }
        change {
            $0.remove(start..<$0.cursor)
            $0.insert(text)
        }
        command = .yanking(start)
        return .none
    }

    mutating func stepBack() -> Action {
        guard let state = undo.undo(from: buffer) else { return .bell }
        buffer = state
        return .none
    }

    mutating func stepForward() -> Action {
        guard let state = undo.redo(from: buffer) else { return .bell }
        buffer = state
        return .none
    }

    // MARK: Letters

    mutating func transpose() -> Action {
        let middle = buffer.isAtEnd ? buffer.previous : buffer.cursor
        let start = buffer.previous(before: middle)
        let end = buffer.next(after: middle)
        guard start < middle, middle < end else { return .bell }
        let text =
            String(String.UnicodeScalarView(buffer.scalars[middle..<end]))
            + String(String.UnicodeScalarView(buffer.scalars[start..<middle]))
        change { $0.replace(start..<end, with: text) }
        return .none
    }

    mutating func recase(_ body: (String) -> String) -> Action {
        let end = buffer.wordEnd
        var start = buffer.cursor
        while start < end, !TextBuffer.isWord(buffer.scalars[start]) { start += 1 }
        guard start < end else { return .bell }
        let word = String(String.UnicodeScalarView(buffer.scalars[start..<end]))
        change { $0.replace(start..<end, with: body(word)) }
        return .none
    }

    // MARK: Suggestions

    var isAtSuggestion: Bool { suggestion != nil && buffer.isAtEnd }

    mutating func acceptSuggestion() -> Action {
        guard let suggestion else { return .bell }
        change { $0.insert(suggestion) }
        return .none
    }

    mutating func acceptSuggestedWord() -> Action {
        guard let suggestion else { return .bell }
        let ahead = TextBuffer(suggestion)
        var end = 0
        while end < ahead.scalars.count, !TextBuffer.isWord(ahead.scalars[end]) { end += 1 }
        while end < ahead.scalars.count, TextBuffer.isWord(ahead.scalars[end]) { end += 1 }
        change { $0.insert(Array(ahead.scalars[..<end])) }
        return .none
    }
}
