extension Panel {
    func draw(on canvas: Canvas) {
        canvas.fill(plate, theme.plate)
        let colours = Content.colours(axes, theme: theme)
        for case .field(let field) in axes.marks { draw(field, canvas) }
        if content.field == nil { drawGrid(canvas) }
        drawColourBar(canvas)
        canvas.clipped(to: plate.grown(by: 1)) {
            for (mark, colours) in zip(axes.marks, colours) {
                if case .band(let band) = mark { draw(band, colours[0], canvas) }
            }
            drawBars(colours, canvas)
            for (mark, colours) in zip(axes.marks, colours) {
                if case .line(let line) = mark, line.smoothing > 1 {
                    let faint = colours[0].mixed(into: theme.plate, weight: 0.32)
                    draw(line.x, line.y, faint, width: 1, canvas)
                }
            }
            let dashes = Content.dashes(axes, theme: theme)
            for (index, mark) in axes.marks.enumerated() {
                draw(mark, colours[index].first ?? theme.ink, dashes[index], canvas)
            }
        }
        drawFrame(canvas)
        drawHalos(canvas)
        var y = plate.y - 4 - Double(legendRows.count) * 17
        for row in legendRows {
            var x = plate.x
            for entry in row {
                Legend.draw(entry, x: x, y: y + 8.5, on: canvas)
                x += entry.width
            }
            y += 17
        }
    }

    private func draw(
        _ mark: Mark, _ colour: Colour, _ dashes: [Double], _ canvas: Canvas
    ) {
        switch mark {
        case .line(let line):
            let y =
                line.smoothing > 1 ? Curves.median(line.y, window: line.smoothing) : line.y
            draw(line.x, y, colour, width: 1.6, dashes: dashes, canvas)
        case .scatter(let scatter): draw(scatter, colour, canvas)
        case .rug(let rug): draw(rug, colour, canvas)
        case .arrows(let arrows): draw(arrows, colour, canvas)
        case .mesh(let mesh): draw(mesh, colour, canvas)
        case .rule(let rule): draw(rule, canvas)
        case .note(let note):
            if let x = across.place(note.x), let y = up.place(note.y) {
                canvas.dot(Point(x, y), radius: 4.5, theme.plate)
                canvas.dot(Point(x, y), radius: 3, theme.ink)
            }
        case .band, .bars, .histogram, .field: break
        }
    }

    // MARK: Curves

    private func draw(
        _ x: [Double], _ y: [Double], _ colour: Colour, width: Double, dashes: [Double] = [],
        _ canvas: Canvas
    ) {
        let stretches = Curves.stretches(x: x, y: y, across, up, pixel: 1 / canvas.scale)
        for stretch in stretches {
            if stretch.count == 1 {
                // A value between two gaps, or a curve of one point.
                canvas.dot(stretch[0], radius: stretches.count == 1 ? 4 : 2.5, colour)
            } else {
                canvas.stroke(stretch, colour, width: width, dashes: dashes)
            }
        }
    }

    private func draw(_ band: Band, _ colour: Colour, _ canvas: Canvas) {
        let pixel = 1 / canvas.scale
        var x = band.x
        let count = min(band.lower.count, band.upper.count, x.isEmpty ? .max : x.count)
        if x.isEmpty { x = (0..<count).map(Double.init) }
        // Where one edge has a gap, the band has one.
        var (lower, upper) = (band.lower, band.upper)
        for index in 0..<count
        where up.place(lower[index]) == nil || up.place(upper[index]) == nil {
            lower[index] = .nan
            upper[index] = .nan
        }
        let below = Curves.stretches(
            x: x, y: Array(lower.prefix(count)), across, up, pixel: pixel)
        let above = Curves.stretches(
            x: x, y: Array(upper.prefix(count)), across, up, pixel: pixel)
        for (low, high) in zip(below, above) {
            canvas.fill(low + high.reversed(), colour.opacity(0.22))
        }
    }

    private func draw(_ rule: Rule, _ canvas: Canvas) {
        let ink = theme.ink.mixed(into: theme.plate, weight: 0.65)
        switch rule.direction {
        case .horizontal:
            guard let y = up.place(rule.at) else { return }
            canvas.line(
                from: Point(plate.x, y), to: Point(plate.right, y), ink, width: 1, dashes: [4, 3])
        case .vertical:
            guard let x = across.place(rule.at) else { return }
            canvas.line(
                from: Point(x, plate.y), to: Point(x, plate.bottom), ink, width: 1,
                dashes: [4, 3])
        }
    }

    private func draw(_ rug: Rug, _ colour: Colour, _ canvas: Canvas) {
        let opacity = rug.values.count > 400 ? 0.25 : 0.6
        var last = -Double.infinity
        for x in rug.values.compactMap({ across.place($0) }).sorted() {
            // Strokes on the same quarter of a point are one.
            if x - last < 0.25 { continue }
            last = x
            canvas.line(
                from: Point(x, plate.bottom), to: Point(x, plate.bottom - 9),
                colour.opacity(opacity), width: 1)
        }
    }

    // MARK: Bars

    private func drawBars(_ colours: [[Colour]], _ canvas: Canvas) {
        var next = 0
        let overlaid = content.histograms.count > 1
        for (mark, colours) in zip(axes.marks, colours) {
            switch mark {
            case .bars(let bars): draw(bars, colours, canvas)
            case .histogram:
                draw(content.histograms[next], colours[0], isOverlaid: overlaid, canvas)
                next += 1
            default: break
            }
        }
    }

    /// The place of zero, or of the axis' beginning where it has no zero.
    private func base(_ scale: Scale) -> Double {
        scale.lower > 0 || scale.isLogarithmic
            ? scale.start : scale.upper < 0 ? scale.end : scale.place(0) ?? scale.start
    }

    private func draw(_ bars: Bars, _ colours: [Colour], _ canvas: Canvas) {
        let (names, amounts) = bars.isLying ? (up, across) : (across, up)
        let pitch = abs(names.end - names.start) / Double(max(1, content.categories.count))
        let thick = pitch * 0.76 / Double(max(1, bars.series.count))
        let base = base(amounts)
        for (index, (series, colour)) in zip(bars.series, colours).enumerated() {
            for (bar, value) in series.values.enumerated() {
                guard let middle = names.place(Double(bar)), let top = amounts.place(value)
                else { continue }
                let start = middle - pitch * 0.38 + Double(index) * thick
                let size = max(0.5, thick - (thick > 4 ? 1 : 0))
                let area =
                    bars.isLying
                    ? Rect(x: min(base, top), y: start, width: abs(top - base), height: size)
                    : Rect(x: start, y: min(base, top), width: size, height: abs(top - base))
                canvas.fill(area, colour)
                guard bar < series.errors.count, series.errors[bar].isFinite,
                    let low = amounts.place(value - series.errors[bar]),
                    let high = amounts.place(value + series.errors[bar])
                else { continue }
                let at = start + size / 2
                canvas.line(
                    from: bars.isLying ? Point(low, at) : Point(at, low),
                    to: bars.isLying ? Point(high, at) : Point(at, high), theme.ink, width: 1.2)
            }
        }
    }

    private func draw(
        _ bins: (edges: [Double], heights: [Double]), _ colour: Colour, isOverlaid: Bool,
        _ canvas: Canvas
    ) {
        let base = base(up)
        var outline: [Point] = []
        for (index, height) in bins.heights.enumerated() {
            guard let left = across.place(bins.edges[index]),
                let right = across.place(bins.edges[index + 1])
            else { continue }
            let top = up.place(height) ?? base
            outline += [Point(left, top), Point(right, top)]
            if isOverlaid { continue }
            let seam = right - left > 5 ? 1.0 : 0
            canvas.fill(
                Rect(x: left, y: top, width: right - left - seam, height: base - top), colour)
        }
        guard isOverlaid, let first = outline.first, let last = outline.last else { return }
        let area = [Point(first.x, base)] + outline + [Point(last.x, base)]
        canvas.fill(area, colour.opacity(0.3))
        canvas.stroke(area, colour, width: 1.4)
    }

    // MARK: Ground

    private func drawGrid(_ canvas: Canvas) {
        for value in yTicks.values where !(content.isLying && !content.categories.isEmpty) {
            guard let y = up.place(value) else { continue }
            canvas.line(
                from: Point(plate.x, y), to: Point(plate.right, y), theme.gridLine)
        }
        for value in xTicks.values where content.categories.isEmpty || content.isLying {
            guard let x = across.place(value) else { continue }
            canvas.line(
                from: Point(x, plate.y), to: Point(x, plate.bottom), theme.gridLine)
        }
    }

    private func drawFrame(_ canvas: Canvas) {
        if content.field != nil {
            canvas.frame(plate, theme.axisLine)
        } else {
            canvas.line(
                from: Point(plate.x, plate.bottom), to: Point(plate.right, plate.bottom),
                theme.axisLine)
            canvas.line(
                from: Point(plate.x, plate.y), to: Point(plate.x, plate.bottom), theme.axisLine)
        }
        for value in xTicks.values where content.categories.isEmpty || content.isLying {
            guard let x = across.place(value) else { continue }
            canvas.line(
                from: Point(x, plate.bottom), to: Point(x, plate.bottom + 4), theme.axisLine)
        }
        for value in yTicks.values where content.categories.isEmpty || !content.isLying {
            guard let y = up.place(value) else { continue }
            canvas.line(from: Point(plate.x - 4, y), to: Point(plate.x, y), theme.axisLine)
        }
        for value in xTicks.minor {
            guard let x = across.place(value) else { continue }
            canvas.line(
                from: Point(x, plate.bottom), to: Point(x, plate.bottom + 2), theme.axisLine)
        }
        for value in yTicks.minor {
            guard let y = up.place(value) else { continue }
            canvas.line(from: Point(plate.x - 2, y), to: Point(plate.x, y), theme.axisLine)
        }
    }

    /// Words inside the plot stand on a patch of its ground, so that curves do not cross them.
    private func drawHalos(_ canvas: Canvas) {
        for word in words where word.role == .rule || word.role == .note {
            canvas.fill(word.area.grown(by: 1), theme.plate.opacity(0.8))
        }
    }
}
