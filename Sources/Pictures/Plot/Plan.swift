/// A figure laid out: where each plot, axis, legend and word goes. Words are measured on the
/// canvas they will be drawn on, so nothing overlaps and nothing is cut.
struct Plan {
    let figure: Figure
    private(set) var layout: Layout
    private(set) var panels: [Panel] = []

    static let tick = Font(size: 11)
    static let label = Font(size: 12)
    static let title = Font(size: 13, isBold: true)
    static let heading = Font(size: 15, isBold: true)
    /// Free space around the figure, between plots, and between a plot and its numbers.
    static let margin = 10.0
    static let gutter = 18.0
    static let tickGap = 6.0

    init(_ figure: Figure, _ canvas: Canvas) {
        self.figure = figure
        layout = Layout(width: canvas.width, height: canvas.height)
        var top = Plan.margin
        if !figure.title.isEmpty {
            let room = canvas.width - 2 * Plan.margin
            for line in canvas.wrapped(figure.title, Plan.heading, width: room, lines: 2) {
                let size = canvas.size(of: line, Plan.heading)
                layout.words.append(
                    PlacedText(
                        text: line, role: .title,
                        area: Rect(
                            x: Plan.margin, y: top, width: size.width, height: size.height),
                        isTurned: false, font: Plan.heading, colour: figure.theme.ink))
                top += size.height + 2
            }
            top += 6
        }
        let axes = figure.axes.isEmpty ? [Axes()] : figure.axes
        let columns = Plan.columns(axes.count, wished: figure.columns, of: canvas)
        let rows = (axes.count + columns - 1) / columns
        panels = axes.map { Panel($0, theme: figure.theme) }
        let room = (
            width: canvas.width - 2 * Plan.margin - Plan.gutter * Double(columns - 1),
            height: canvas.height - top - Plan.margin - Plan.gutter * Double(rows - 1)
        )
        var widths = [Double](repeating: room.width / Double(columns), count: columns)
        var heights = [Double](repeating: room.height / Double(rows), count: rows)
        var margins = measured(widths, heights, canvas)
        if panels.count > 1, !axes.allSatisfy(\.isEqual) {
            // The insides are equally large, so columns and rows with more around them get more.
            widths = Self.shares(room.width, margins.columns.map { $0.left + $0.right })
            heights = Self.shares(room.height, margins.rows.map { $0.top + $0.bottom })
            margins = measured(widths, heights, canvas)
        }
        for index in panels.indices {
            let (row, column) = (index / columns, index % columns)
            let own = Margins(
                left: margins.columns[column].left, right: margins.columns[column].right,
                top: margins.rows[row].top, bottom: margins.rows[row].bottom)
            let cell = Rect(
                x: Plan.margin + widths[..<column].reduce(0, +) + Plan.gutter * Double(column),
                y: top + heights[..<row].reduce(0, +) + Plan.gutter * Double(row),
                width: widths[column], height: heights[row])
            panels[index].settle(in: cell, own, canvas)
            layout.plates.append(panels[index].plate)
            layout.words += panels[index].words
            if let bar = panels[index].colourBar { layout.bars.append(bar) }
        }
    }

    /// The room that each column and each row needs around its insides in cells of these sizes.
    private mutating func measured(
        _ widths: [Double], _ heights: [Double], _ canvas: Canvas
    ) -> (columns: [Margins], rows: [Margins]) {
        var columns = [Margins](repeating: Margins(), count: widths.count)
        var rows = [Margins](repeating: Margins(), count: heights.count)
        // Plots with equal units are equally large: all get the room of the neediest.
        let isAlike = panels.allSatisfy(\.axes.isEqual)
        for index in panels.indices {
            let (row, column) = (index / widths.count, index % widths.count)
            panels[index].measure(width: widths[column], height: heights[row], canvas)
            let own = panels[index].margins
            for column in isAlike ? Array(columns.indices) : [column] {
                columns[column].left = max(columns[column].left, own.left)
                columns[column].right = max(columns[column].right, own.right)
            }
            rows[row].top = max(rows[row].top, own.top)
            rows[row].bottom = max(rows[row].bottom, own.bottom)
        }
        return (columns, rows)
    }

    /// The sizes of cells whose insides are equal once each has taken its own margin.
    private static func shares(_ room: Double, _ margins: [Double]) -> [Double] {
        let inside = (room - margins.reduce(0, +)) / Double(margins.count)
        // Too narrow for all words: the cells are equal then.
        guard inside > 8 else { return margins.map { _ in room / Double(margins.count) } }
        return margins.map { $0 + inside }
    }

    func draw(on canvas: Canvas) {
        for panel in panels { panel.draw(on: canvas) }
        for word in layout.words { canvas.draw(word) }
    }

    /// As many plots side by side as keep each about 4:3.
    private static func columns(_ count: Int, wished: Int, of canvas: Canvas) -> Int {
        if wished > 0 { return min(wished, count) }
        var best = (columns: 1, score: Double.infinity)
        for columns in 1...max(1, count) where columns <= 12 {
            let rows = (count + columns - 1) / columns
            let ratio = canvas.width / Double(columns) / (canvas.height / Double(rows))
            let off = ratio > 1.35 ? ratio / 1.35 : 1.35 / ratio
            let empty = Double(rows * columns - count) / Double(rows * columns)
            if off * (1 + empty) < best.score { best = (columns, off * (1 + empty)) }
        }
        return best.columns
    }
}

/// Space that a plot needs around its inside.
struct Margins {
    var left = 0.0
    var right = 0.0
    var top = 0.0
    var bottom = 0.0
}
