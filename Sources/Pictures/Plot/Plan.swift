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
        let width =
            (canvas.width - 2 * Plan.margin - Plan.gutter * Double(columns - 1)) / Double(columns)
        let height =
            (canvas.height - top - Plan.margin - Plan.gutter * Double(rows - 1)) / Double(rows)
        panels = axes.map { Panel($0, theme: figure.theme) }
        for index in panels.indices {
            panels[index].measure(width: width, height: height, canvas)
        }
        for index in panels.indices {
            let row = index / columns
            let column = index % columns
            let inRow = panels.indices.filter { $0 / columns == row }
            let inColumn = panels.indices.filter { $0 % columns == column }
            // Plots with equal units are equally large: all get the room of the neediest.
            let isAlike = axes.allSatisfy(\.isEqual)
            let side = isAlike ? Array(panels.indices) : inColumn
            let margins = Margins(
                left: side.map { panels[$0].margins.left }.max() ?? 0,
                right: side.map { panels[$0].margins.right }.max() ?? 0,
                top: inRow.map { panels[$0].margins.top }.max() ?? 0,
                bottom: inRow.map { panels[$0].margins.bottom }.max() ?? 0)
            let cell = Rect(
                x: Plan.margin + Double(column) * (width + Plan.gutter),
                y: top + Double(row) * (height + Plan.gutter), width: width, height: height)
            panels[index].settle(in: cell, margins, canvas)
            layout.plates.append(panels[index].plate)
            layout.words += panels[index].words
            if let bar = panels[index].colourBar { layout.bars.append(bar) }
        }
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
