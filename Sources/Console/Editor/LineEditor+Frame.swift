import Language

extension LineEditor {
    /// What is to be seen in a window of this size.
    package func frame(columns: Int, rows: Int) -> Frame {
        var builder = FrameBuilder(columns: columns)
        builder.add(shownPrompt.text, shownPrompt.style)
        let styles = scalarStyles()
        addText(&builder, styles)
        let textRows = builder.frame.rows.count
        addBelow(&builder, room: max(rows - textRows, 0))
        return LineEditor.window(builder.frame, rows: max(rows, 1))
    }

    /// What stays in the transcript: the whole text, nothing below it, `mark` behind it.
    package func finalFrame(columns: Int, mark: String = "") -> Frame {
        var last = self
        last.menu = nil
        last.panel = []
        last.search = nil
        last.suggestion = nil
        last.buffer.move(to: buffer.scalars.count)
        var builder = FrameBuilder(columns: columns)
        builder.add(last.shownPrompt.text, last.shownPrompt.style)
        last.addText(&builder, last.scalarStyles())
        builder.add(mark, .faint)
        return builder.frame
    }

    private var shownPrompt: (text: String, style: Style) {
        if let search {
            let mark = search.isFailing ? "no match" : "search"
            return ("(\(mark)) \(search.query): ", Style(search.isFailing ? .red : .cyan))
        }
        if isPlain { return (prompt, .plain) }
        switch buffer.scalars.first {
        case ";": return ("shell> ".leftPadded(to: prompt.count), Style(.red, bold: true))
        case "?": return ("help> ".leftPadded(to: prompt.count), Style(.yellow, bold: true))
        default: return (prompt, Style(.green, bold: true))
        }
    }

    private func addText(_ builder: inout FrameBuilder, _ styles: [Style]) {
        let scalars = buffer.scalars
        var start = 0
        while start < scalars.count {
            if start == buffer.cursor { builder.markCursor() }
            if scalars[start] == "\n" {
                builder.newRow()
                builder.add(continuation, .faint)
                start += 1
                continue
            }
            let end = CellWidth.clusterEnd(in: scalars, from: start)
            if isSecret {
                builder.add("•")
            } else {
                builder.add(scalars[start..<end], styles[start])
            }
            start = end
        }
        guard buffer.isAtEnd else { return }
        builder.markCursor()
        guard let suggestion, !isSecret else { return }
        let line = suggestion.prefix { !$0.isNewline }
        builder.add(String(line) + (line.count < suggestion.count ? " …" : ""), .faint)
    }

    private func scalarStyles() -> [Style] {
        var styles = [Style](repeating: .plain, count: buffer.scalars.count)
        // A text this long is data; colouring it at every key would be felt.
        let isTooLong = styles.count > 20_000
        guard !isPlain, !isTooLong, buffer.scalars.first != ";" else { return styles }
        for highlight in services.highlight(buffer.text) {
            // A name is not unknown while it is being typed.
            if highlight.kind == .unknown, highlight.range.upperBound == buffer.cursor { continue }
            for index in highlight.range.clamped(to: 0..<styles.count) {
                styles[index] = highlight.kind.style
            }
        }
        let brackets = Brackets(buffer.scalars)
        for index in brackets.open { styles[index] = Style(.yellow, bold: true) }
        for index in brackets.stray { styles[index] = Highlight.Kind.fault.style }
        for place in [buffer.cursor - 1, buffer.cursor] {
            if let partner = brackets.partners[place] {
                styles[place] = Highlight.Kind.bracket.style
                styles[partner] = Highlight.Kind.bracket.style
                break
            }
        }
        return styles
    }

    private func addBelow(_ builder: inout FrameBuilder, room: Int) {
        guard room > 0 else { return }
        if let menu {
            addMenu(menu, &builder, room: room)
        } else {
            for (index, line) in panel.prefix(room).enumerated() {
                builder.newRow()
                let isLast = index == room - 1 && panel.count > room
                builder.addCut(isLast ? "…" : line, index == 0 ? Style(.cyan) : .plain)
            }
        }
    }

    private func addMenu(_ menu: Menu, _ builder: inout FrameBuilder, room: Int) {
        let visible = min(LineEditor.menuRows, room)
        let chosen = menu.selected ?? 0
        let start = min(max(chosen - visible / 2, 0), max(menu.matches.count - visible, 0))
        let shown = menu.matches[start..<min(start + visible, menu.matches.count)]
        let names = shown.map { CellWidth.cells(of: $0.text) }.max() ?? 0
        let nameColumn = min(names, max(builder.columns / 2, 8))
        for (index, match) in zip(shown.indices, shown) {
            builder.newRow()
            let style = index == menu.selected ? Style(reversed: true) : .plain
            builder.add("  ", style)
            builder.addCut(match.text, style, keeping: builder.columns - nameColumn - 2)
            let pad = nameColumn - CellWidth.cells(of: match.text)
            builder.add(String(repeating: " ", count: max(pad, 0) + 2), style)
            let signature = match.signature.isEmpty ? match.kind : match.signature
            builder.addCut(signature, style == .plain ? Style(.cyan) : style)
            if !match.summary.isEmpty { builder.addCut("  " + match.summary, style) }
        }
        if menu.matches.count > shown.count, shown.count < room {
            builder.newRow()
            builder.addCut("  \(chosen + 1) of \(menu.matches.count)", .faint)
        }
    }

    /// The rows around the cursor when there are more than the window has.
    private static func window(_ frame: Frame, rows: Int) -> Frame {
        guard frame.rows.count > rows else { return frame }
        var cut = frame
        let start = min(max(frame.cursorRow - rows / 2, 0), frame.rows.count - rows)
        cut.rows = Array(frame.rows[start..<start + rows])
        cut.cursorRow = frame.cursorRow - start
        return cut
    }
}

extension String {
    func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: max(width - count, 0)) + self
    }
}
