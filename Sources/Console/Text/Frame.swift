import Language

/// What the editor wants to be seen: rows of cells and the place of the cursor.
package struct Frame: Sendable, Equatable {
    package struct Cell: Sendable, Equatable {
        /// One cluster.
        package var text: String
        package var width: Int
        package var style: Style

        package init(text: String, width: Int, style: Style) {
            self.text = text
            self.width = width
            self.style = style
        }
    }

    package struct Row: Sendable, Equatable {
        package var cells: [Cell] = []
        package var width = 0

        package init(_ cells: [Cell] = []) {
            self.cells = cells
            width = cells.reduce(0) { $0 + $1.width }
        }

        /// The characters alone.
        package var text: String { cells.map(\.text).joined() }
    }

    package var rows: [Row] = [Row()]
    package var cursorRow = 0
    package var cursorColumn = 0

    package init() {}

    /// The characters alone, a line a row.
    package var text: String { rows.map(\.text).joined(separator: "\n") }
}

/// Lays text out into rows of a width, cluster by cluster.
struct FrameBuilder {
    var frame = Frame()
    let columns: Int

    init(columns: Int) { self.columns = max(columns, 2) }

    /// The place where the next cell would go.
    var position: (row: Int, column: Int) {
        let last = frame.rows.count - 1
        let width = frame.rows[last].width
        return width >= columns ? (last + 1, 0) : (last, width)
    }

    mutating func add(_ scalars: ArraySlice<Unicode.Scalar>, _ style: Style) {
        guard let first = scalars.first, first != "\n" else { return }
        let width = CellWidth.cells(ofCluster: scalars)
        if frame.rows[frame.rows.count - 1].width + width > columns { newRow() }
        var text = String(String.UnicodeScalarView(scalars))
        if CellWidth.cells(of: first) == 0 { text = first.value < 0x20 ? "?" : "\u{25CC}" + text }
        let last = frame.rows.count - 1
        frame.rows[last].cells.append(Frame.Cell(text: text, width: width, style: style))
        frame.rows[last].width += width
    }

    mutating func add(_ text: String, _ style: Style = .plain) {
        let scalars = Array(text.unicodeScalars)
        var start = 0
        while start < scalars.count {
            if scalars[start] == "\n" {
                newRow()
                start += 1
                continue
            }
            let end = CellWidth.clusterEnd(in: scalars, from: start)
            add(scalars[start..<end], style)
            start = end
        }
    }

    /// Adds as much of a text as the rest of the row holds, with an ellipsis when it is cut.
    mutating func addCut(_ text: String, _ style: Style = .plain, keeping free: Int = 0) {
        let room = columns - free - frame.rows[frame.rows.count - 1].width
        guard room > 0 else { return }
        let line = text.replacing("\n", with: " ")
        if CellWidth.cells(of: line) <= room { return add(line, style) }
        var kept = ""
        var width = 1
        for character in line {
            width += CellWidth.cells(of: String(character))
            if width > room { break }
            kept.append(character)
        }
        add(kept + "…", style)
    }

    mutating func newRow() { frame.rows.append(Frame.Row()) }

    mutating func markCursor() {
        let place = position
        if place.row == frame.rows.count { newRow() }
        frame.cursorRow = place.row
        frame.cursorColumn = place.column
    }
}
