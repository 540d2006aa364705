/// The rows at the bottom of the output that are redrawn in place.
///
/// Only what differs from what is shown is written. Rows end with a real line break, never with
/// the terminal's own wrapping, so that their places are known.
package struct Screen {
    /// What a terminal does with its rows when it becomes narrower or wider.
    package enum Reflow { case wraps, cuts }

    package var usesColour = true
    package var reflow = Reflow.wraps
    private let write: (String) -> Void
    private var shown: [Frame.Row] = []
    private var row = 0
    /// Nil when the terminal alone knows: after the last column, after a cluster that some
    /// terminals measure otherwise.
    private var column: Int? = 0
    private var columns = 0

    package init(write: @escaping (String) -> Void) { self.write = write }

    package var isEmpty: Bool { shown.isEmpty }

    /// Shows a frame in the place of the one before.
    package mutating func draw(_ frame: Frame, columns: Int) {
        var out = ""
        if shown.isEmpty {
            row = 0
            column = 0
        } else if columns != self.columns {
            goToTop(&out, columns: columns)
        }
        self.columns = columns
        let isLong = shown.count != frame.rows.count
        if isLong { out += "\u{1B}[?25l" }
        for (index, new) in frame.rows.enumerated() { drawRow(index, new, &out) }
        if shown.count > frame.rows.count {
            move(toRow: frame.rows.count, 0, &out)
            out += "\u{1B}[J"
        }
        shown = frame.rows
        move(toRow: frame.cursorRow, frame.cursorColumn, &out)
        if isLong { out += "\u{1B}[?25h" }
        if !out.isEmpty { write(out) }
    }

    /// Takes everything away; the cursor stands where the first row began.
    package mutating func erase(columns: Int) {
        guard !shown.isEmpty else { return }
        var out = ""
        goToTop(&out, columns: columns)
        write(out)
    }

    /// Leaves what is shown where it is; the cursor goes to a new line below.
    package mutating func finish() {
        guard !shown.isEmpty else { return }
        var out = ""
        move(toRow: shown.count - 1, 0, &out)
        write(out + "\r\n")
        forget()
    }

    /// What was shown is no longer there, or no longer ours.
    package mutating func forget() {
        shown = []
        row = 0
        column = 0
    }

    // MARK: Parts

    private mutating func goToTop(_ out: inout String, columns: Int) {
        var above = row
        if columns < self.columns, reflow == .wraps {
            above = shown[..<row].reduce(0) { $0 + max(1, ($1.width + columns - 1) / columns) }
            above += (column ?? 0) / columns
        }
        out += "\r"
        if above > 0 { out += "\u{1B}[\(above)A" }
        out += "\u{1B}[J"
        forget()
    }

    private mutating func drawRow(_ index: Int, _ new: Frame.Row, _ out: inout String) {
        let old = index < shown.count ? shown[index] : nil
        if let old, old == new { return }
        let oldCells = old?.cells ?? []
        var same = 0
        var start = 0
        while same < new.cells.count, same < oldCells.count, new.cells[same] == oldCells[same] {
            start += new.cells[same].width
            same += 1
        }
        if old == nil {
            newRow(index, &out)
        } else {
            move(toRow: index, start, &out)
        }
        var style = Style.plain
        for cell in new.cells[same...] {
            if cell.style != style {
                style = cell.style
                out += escape(style)
            }
            out += cell.text
            column = column.map { $0 + cell.width }
            start += cell.width
            if cell.text.unicodeScalars.count > 1 || cell.width > 1 {
                // Terminals disagree about such clusters; the next cell goes where it belongs.
                column = start < columns ? start : nil
                if start < columns { out += "\u{1B}[\(start + 1)G" }
            }
        }
        if style != .plain { out += escape(.plain) }
        if let old, old.width > new.width, new.width < columns { out += "\u{1B}[K" }
        if start >= columns { column = nil }
    }

    /// Makes a row below the last; at the bottom of the window everything scrolls up.
    private mutating func newRow(_ index: Int, _ out: inout String) {
        guard index > 0 else { return }
        if row < index - 1 { move(toRow: index - 1, 0, &out) }
        out += "\r\n"
        row = index
        column = 0
    }

    private mutating func move(toRow target: Int, _ place: Int, _ out: inout String) {
        if target < row { out += "\u{1B}[\(row - target)A" }
        if target > row { out += "\u{1B}[\(target - row)B" }
        row = target
        if column == place { return }
        if place == 0 {
            out += "\r"
        } else if let column, column > place, column - place <= 3 {
            out += String(repeating: "\u{8}", count: column - place)
        } else {
            out += "\u{1B}[\(place + 1)G"
        }
        column = place
    }

    private func escape(_ style: Style) -> String {
        guard !usesColour else { return style.escape }
        return style.isReversed ? "\u{1B}[0;7m" : "\u{1B}[0m"
    }
}
