/// One plot while it is laid out and drawn.
struct Panel {
    let axes: Axes
    let theme: Theme
    /// The inside of the plot.
    var plate = Rect(x: 0, y: 0, width: 1, height: 1)
    var margins = Margins()
    var across: Scale
    var up: Scale
    var xTicks = Ticks(values: [], labels: [])
    var yTicks = Ticks(values: [], labels: [])
    var words: [PlacedText] = []
    var colourBar: Rect?
    var barTicks = Ticks(values: [], labels: [])
    /// Lower and upper end of the colour bar.
    var barRange = 0.0...1.0
    /// Titles' and legend's rows above the plot, found while measuring.
    var titleLines: [String] = []
    var legendRows: [[Legend.Entry]] = []
    let legend: Legend
    let content: Content

    init(_ axes: Axes, theme: Theme) {
        self.axes = axes
        self.theme = theme
        content = Content(axes)
        across = content.across
        up = content.up
        legend = Legend(axes, theme: theme)
        if let field = content.field { barRange = field.shownRange }
    }

    // MARK: Measuring

    /// Finds the margins for a cell of this size.
    mutating func measure(width: Double, height: Double, _ canvas: Canvas) {
        let tickHeight = canvas.typeface(Plan.tick).lineHeight
        let labelHeight = canvas.typeface(Plan.label).lineHeight
        titleLines =
            axes.title.isEmpty
            ? [] : canvas.wrapped(axes.title, Plan.title, width: width - 40, lines: 2)
        margins.bottom = tickHeight + Plan.tickGap
        let hasXLabel = !label(axes.x, content.xTicks(width: width * 0.8, canvas).common).isEmpty
        if hasXLabel { margins.bottom += labelHeight + 3 }
        measureSides(height: max(20, height * 0.8 - margins.bottom), width: width, canvas)
        if axes.hasLegend {
            // A legend never takes more than a third of the plot.
            legendRows = legend.rows(
                width: width - margins.left - margins.right, most: max(1, Int(height / 3 / 17)),
                canvas)
        }
        margins.top = Double(titleLines.count) * 18 + Double(legendRows.count) * 17
        margins.top += margins.top > 0 ? 4 : tickHeight / 2
        measureSides(
            height: max(20, height - margins.top - margins.bottom), width: width, canvas)
    }

    /// The room that numbers and labels need left and right of an inside of this height.
    private mutating func measureSides(height: Double, width: Double, _ canvas: Canvas) {
        let labelHeight = canvas.typeface(Plan.label).lineHeight
        let ticks = content.yTicks(height: height, room: width * 0.4, canvas)
        let widest = ticks.labels.map { canvas.width(of: $0, Plan.tick) }.max() ?? 0
        margins.left = widest + Plan.tickGap
        if !label(axes.y, ticks.common).isEmpty { margins.left += labelHeight + 4 }
        margins.right = 12
        if let field = content.field, field.hasColourBar {
            let marks = Ticks.linear(
                from: barRange.lowerBound, to: barRange.upperBound, count: max(2, Int(height / 40)))
            let widest = marks.labels.map { canvas.width(of: $0, Plan.tick) }.max() ?? 0
            margins.right = 10 + 12 + Plan.tickGap + widest + 2
            if !label(Axis(field.label), marks.common).isEmpty { margins.right += labelHeight + 3 }
        }
    }

    /// Takes its place and puts every word.
    mutating func settle(in cell: Rect, _ margins: Margins, _ canvas: Canvas) {
        plate = Rect(
            x: cell.x + margins.left, y: cell.y + margins.top,
            width: max(8, cell.width - margins.left - margins.right),
            height: max(8, cell.height - margins.top - margins.bottom))
        if axes.isEqual, !across.isLogarithmic, !up.isLogarithmic {
            let unit = min(
                plate.width / (across.upper - across.lower), plate.height / (up.upper - up.lower))
            let size = (
                width: max(8, unit * (across.upper - across.lower)),
                height: max(8, unit * (up.upper - up.lower))
            )
            plate.x += (plate.width - size.width) / 2
            plate.width = size.width
            plate.height = size.height
        }
        // Whole pixels, so that frames and fields meet without a seam.
        let right = (plate.right * canvas.scale).rounded() / canvas.scale
        let bottom = (plate.bottom * canvas.scale).rounded() / canvas.scale
        plate.x = (plate.x * canvas.scale).rounded() / canvas.scale
        plate.y = (plate.y * canvas.scale).rounded() / canvas.scale
        plate.width = right - plate.x
        plate.height = bottom - plate.y
        across.start = plate.x
        across.end = plate.right
        up.start = plate.bottom
        up.end = plate.y
        if content.isLying {
            // Lying bars are read from the top.
            (up.start, up.end) = (up.end, up.start)
        }
        putHeader(canvas)
        putAxes(canvas)
        putColourBar(canvas)
        putMessage(canvas)
        putRules(canvas)
    }

    /// The words beside an axis: label, unit and what its numbers have in common.
    func label(_ axis: Axis, _ common: String) -> String {
        let unit = [axis.unit, common].filter { !$0.isEmpty }.joined(separator: ", ")
        if unit.isEmpty { return axis.label }
        return axis.label.isEmpty ? unit : axis.label + " (" + unit + ")"
    }

    /// The same cut to `width`: the words before the unit, since numbers without it are wrong.
    func label(_ axis: Axis, _ common: String, within width: Double, _ canvas: Canvas) -> String {
        let whole = label(axis, common)
        if canvas.width(of: whole, Plan.label) <= width || axis.label.isEmpty {
            return canvas.fitted(whole, Plan.label, width: width)
        }
        let unit = whole.dropFirst(axis.label.count)
        let room = width - canvas.width(of: String(unit), Plan.label)
        let words = canvas.fitted(axis.label, Plan.label, width: room)
        return words.isEmpty ? canvas.fitted(whole, Plan.label, width: width) : words + unit
    }

    mutating func put(
        _ text: String, _ role: PlacedText.Role, _ font: Font, _ colour: Colour, x: Double,
        y: Double, _ canvas: Canvas, isTurned: Bool = false
    ) {
        if text.isEmpty { return }
        words.append(
            word(text, role, font, colour, x: x, y: y, canvas, isTurned: isTurned))
    }

    func word(
        _ text: String, _ role: PlacedText.Role, _ font: Font, _ colour: Colour, x: Double,
        y: Double, _ canvas: Canvas, isTurned: Bool = false
    ) -> PlacedText {
        let size = canvas.size(of: text, font)
        return PlacedText(
            text: text, role: role,
            area: Rect(
                x: x, y: y, width: isTurned ? size.height : size.width,
                height: isTurned ? size.width : size.height),
            isTurned: isTurned, font: font, colour: colour)
    }
}
