import Language

/// The output of a terminal: text that scrolls, and below it the rows that are redrawn in place:
/// an unfinished line, a progress line, what is being typed.
package final class Stage {
    private let descriptor: Int32
    private var screen: Screen
    /// The last line of the output, not ended yet.
    private var partial = ""
    /// A progress line and the curves below it; empty while nothing runs.
    private var progress: [String] = []
    /// What is being typed, for a window of so many columns and rows.
    package var editor: ((Int, Int) -> Frame)?
    /// Lines typed ahead while a program runs.
    package var waiting: [String] = []
    let usesColour: Bool
    /// A line that goes on beyond so many bytes is broken.
    private static let longestPartial = 1 << 16

    package init(descriptor: Int32, usesColour: Bool, environment: [String: String] = [:]) {
        self.descriptor = descriptor
        self.usesColour = usesColour
        screen = Screen { writeAll($0, to: descriptor) }
        screen.usesColour = usesColour
        // xterm and screen cut lines when they become narrower; every other terminal wraps them.
        if environment["XTERM_VERSION"] != nil { screen.reflow = .cuts }
    }

    var size: WindowSize { WindowSize(of: descriptor) }

    // MARK: What scrolls

    /// Adds text above the live rows.
    package func print(_ text: String) {
        guard !text.isEmpty else { return }
        let whole = partial + Transcript.clean(text, keepsColour: usesColour)
        guard let end = whole.utf8.lastIndex(of: UInt8(ascii: "\n")) else {
            partial = Transcript.afterReturn(whole)
            return partial.utf8.count > Stage.longestPartial ? endLine() : refresh()
        }
        let rest = whole.utf8.index(after: end)
        partial = Transcript.afterReturn(String(whole[rest...]))
        let lines = whole[..<rest].unicodeScalars.split(
            separator: "\n", omittingEmptySubsequences: false)
        write(lines.map { Transcript.afterReturn(String($0)) }.joined(separator: "\r\n"))
        refresh()
    }

    /// Ends an unfinished line, so that what follows stands on a line of its own.
    package func endLine() {
        guard !partial.isEmpty else { return }
        let line = partial.replacing("\r", with: "")
        partial = ""
        write(line + "\r\n")
        refresh()
    }

    /// Adds bytes as they are, a picture's escape sequences, on a line of their own.
    package func printRaw(_ text: String) {
        endLine()
        write(text)
        refresh()
    }

    private func write(_ text: String) {
        screen.erase(columns: size.columns)
        writeAll(text, to: descriptor)
    }

    // MARK: What is redrawn

    package func show(progress lines: [String]) {
        guard lines != progress else { return }
        progress = lines
        refresh()
    }

    /// Draws the live rows as they are now.
    package func refresh() {
        let size = size
        let builder = liveRows(size)
        if builder.frame.rows.count == 1, builder.frame.rows[0].cells.isEmpty, editor == nil {
            screen.erase(columns: size.columns)
            return
        }
        var frame = builder.frame
        if let editor {
            let used = frame.rows[0].cells.isEmpty ? 0 : frame.rows.count
            let typed = editor(size.columns, max(size.rows - used, 1))
            if used == 0 { frame.rows = [] }
            frame.cursorRow = frame.rows.count + typed.cursorRow
            frame.cursorColumn = typed.cursorColumn
            frame.rows += typed.rows
        }
        screen.draw(frame, columns: size.columns)
    }

    private func liveRows(_ size: WindowSize) -> FrameBuilder {
        var builder = FrameBuilder(columns: size.columns)
        if !partial.isEmpty {
            let line = Transcript.clean(partial, keepsColour: false)
            builder.add(line.replacing("\r", with: ""))
            let most = max(size.rows / 2, 1)
            if builder.frame.rows.count > most {
                builder.frame.rows.removeFirst(builder.frame.rows.count - most)
            }
        }
        // In a low window the curves make room for what is typed.
        for line in progress.prefix(max(size.rows / 3, 1)) {
            if !builder.frame.rows[0].cells.isEmpty { builder.newRow() }
            builder.addCut(line, Style(.cyan))
        }
        for line in waiting.suffix(3) {
            if !builder.frame.rows[0].cells.isEmpty { builder.newRow() }
            builder.addCut("  next> " + line, .faint)
        }
        builder.frame.cursorRow = builder.frame.rows.count - 1
        let width = builder.frame.rows[builder.frame.rows.count - 1].width
        builder.frame.cursorColumn = min(width, size.columns - 1)
        return builder
    }

    /// Leaves a frame where it is shown, whole even when it is higher than the window.
    package func leave(_ frame: Frame) {
        let size = size
        editor = nil
        if frame.rows.count > size.rows {
            screen.erase(columns: size.columns)
            writeAll(frame.rows.map(\.text).joined(separator: "\r\n") + "\r\n", to: descriptor)
            return
        }
        screen.draw(frame, columns: size.columns)
        screen.finish()
    }

    /// What is on the screen is no longer as we left it: after a stop, after another program.
    package func forget() { screen.forget() }

    /// Clears the window; the live rows are drawn again at its top.
    package func clear() {
        screen.forget()
        writeAll("\u{1B}[H\u{1B}[2J", to: descriptor)
        refresh()
    }

    package func bell() { writeAll("\u{7}", to: descriptor) }

    /// Goes to the start of a line that is our own, wherever another program left the cursor:
    /// a full row of spaces wraps only when the cursor was not at a row's start.
    package func takeLine() {
        let columns = size.columns
        writeAll(
            "\u{23CE}" + String(repeating: " ", count: max(columns - 1, 0)) + "\r\u{1B}[K",
            to: descriptor)
    }
}

/// Text on its way to a terminal.
package enum Transcript {
    /// Keeps newlines, tabs (as spaces), returns and colours; drops every other control, so that
    /// a text that is printed cannot move the cursor or change the terminal.
    package static func clean(_ text: String, keepsColour: Bool) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 && $0 != 0x0A || $0 == 0x7F || $0 == 0xC2 })
        else { return text }
        var result = String.UnicodeScalarView()
        var scalars = text.unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\n": result.append(scalar)
            case "\r": if scalars.first != "\n" { result.append(scalar) }
            case "\t": result.append(contentsOf: "    ".unicodeScalars)
            case "\u{1B}":
                let sequence = takeSequence(&scalars)
                if keepsColour, sequence.last == "m" {
                    result.append(scalar)
                    result.append(contentsOf: sequence)
                }
            case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value): break
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// The rest of an escape sequence, its ESC gone.
    private static func takeSequence(
        _ scalars: inout Substring.UnicodeScalarView
    ) -> [Unicode.Scalar] {
        guard scalars.first == "[" else {
            if scalars.first?.isASCII == true, scalars.first != "\n" { scalars.removeFirst() }
            return []
        }
        var sequence: [Unicode.Scalar] = []
        while let next = scalars.first, (0x20...0x7E).contains(next.value) {
            sequence.append(next)
            scalars.removeFirst()
            if sequence.count > 1, next.value >= 0x40 { break }
        }
        return sequence
    }

    /// What a terminal shows of a line with carriage returns: what follows the last one. A return
    /// at the very end stays, for what will replace the line.
    package static func afterReturn(_ line: String) -> String {
        guard line.utf8.contains(0x0D) else { return line }
        let parts = line.unicodeScalars.split(separator: "\r", omittingEmptySubsequences: true)
        let isOpen = line.unicodeScalars.last == "\r"
        return (parts.last.map { String($0) } ?? "") + (isOpen ? "\r" : "")
    }
}
