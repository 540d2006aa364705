import CCairo

extension Field {
    /// The values of the colour bar's ends, never equal: given, or the data's, symmetric about
    /// the centre of a diverging map.
    var shownRange: ClosedRange<Double> {
        if let range, range.lowerBound.isFinite, range.upperBound.isFinite,
            range.lowerBound < range.upperBound
        {
            return range
        }
        var extent = Extent(isLogarithmic: false)
        extent.add(values)
        if case .diverging(let centre) = map, centre.isFinite {
            let reach =
                extent.isEmpty
                ? 1 : max(abs(extent.greatest - centre), abs(extent.least - centre))
            // Wide enough to be a range, narrow enough that its span is a number.
            let middle = max(-1e300, min(1e300, centre))
            let room = max(min(reach, 8e307), abs(middle) * 1e-9, 1e-300)
            return middle - room...middle + room
        }
        let scale = extent.scale(Axis(), padding: 0)
        return scale.lower...scale.upper
    }

    var isWhole: Bool {
        columns > 0 && rows > 0 && columns <= 1 << 20 && rows <= 1 << 20
            && columns * rows <= Image.largest && values.count >= columns * rows
    }

    func colours(onDark isDark: Bool) -> ColourMap {
        switch map {
        case .sequential: .sequential
        case .diverging: isDark ? .divergingDark : .diverging
        }
    }
}

extension Panel {
    func draw(_ field: Field, _ canvas: Canvas) {
        guard field.isWhole else { return }
        let range = field.shownRange
        let map = field.colours(onDark: theme.isDark)
        let (low, span) = (range.lowerBound, range.upperBound - range.lowerBound)
        let blank = theme.gridLine.bytes(channels: 3)
        let hole = UInt32(blank[0]) << 16 | UInt32(blank[1]) << 8 | UInt32(blank[2])
        guard let left = across.place(field.x.lowerBound),
            let right = across.place(field.x.upperBound),
            let bottom = up.place(field.y.lowerBound), let top = up.place(field.y.upperBound)
        else { return }
        guard
            let surface = cairo_image_surface_create(
                CAIRO_FORMAT_RGB24, Int32(field.columns), Int32(field.rows))
        else { return }
        defer { cairo_surface_destroy(surface) }
        guard let data = cairo_image_surface_get_data(surface) else { return }
        let stride = Int(cairo_image_surface_get_stride(surface))
        cairo_surface_flush(surface)
        field.values.withUnsafeBufferPointer { values in
            map.table.withUnsafeBufferPointer { table in
                for row in 0..<field.rows {
                    // The first row of values is the lowest, the first row of pixels the top.
                    let line = UnsafeMutableRawPointer(data + (field.rows - 1 - row) * stride)
                    for column in 0..<field.columns {
                        let value = values[row * field.columns + column]
                        let part = max(0, min(255, (value - low) / span * 255))
                        line.storeBytes(
                            of: value.isFinite ? table[Int(part + 0.5)] : hole,
                            toByteOffset: column * 4, as: UInt32.self)
                    }
                }
            }
        }
        cairo_surface_mark_dirty(surface)
        canvas.clipped(to: plate) {
            paint(surface, field, from: Point(left, top), to: Point(right, bottom), canvas)
            drawContours(field, canvas)
        }
    }

    /// Values stand at the grid's points, so the picture reaches half a cell beyond them; the
    /// plate cuts that off.
    private func paint(
        _ surface: OpaquePointer, _ field: Field, from: Point, to: Point, _ canvas: Canvas
    ) {
        // A field without width or height fills the plate.
        let (flatX, flatY) = (to.x - from.x < 1e-3, to.y - from.y < 1e-3)
        let from = Point(flatX ? plate.x : from.x, flatY ? plate.y : from.y)
        let to = Point(flatX ? plate.right : to.x, flatY ? plate.bottom : to.y)
        let wide = (to.x - from.x) / Double(max(1, field.columns - 1))
        let high = (to.y - from.y) / Double(max(1, field.rows - 1))
        let context = canvas.context
        cairo_save(context)
        cairo_translate(
            context, field.columns > 1 ? from.x - wide / 2 : from.x,
            field.rows > 1 ? from.y - high / 2 : from.y)
        cairo_scale(context, wide, high)
        cairo_set_source_surface(context, surface, 0, 0)
        let pattern = cairo_get_source(context)
        cairo_pattern_set_extend(pattern, CAIRO_EXTEND_PAD)
        cairo_pattern_set_filter(pattern, CAIRO_FILTER_BILINEAR)
        cairo_paint(context)
        cairo_restore(context)
    }

    private func drawContours(_ field: Field, _ canvas: Canvas) {
        guard field.columns > 1, field.rows > 1 else { return }
        let range = field.shownRange
        var levels = field.levels
        var labels = levels.map { Numerals.short($0) }
        if levels.isEmpty, field.contours > 0 {
            let ticks = Ticks.linear(
                from: range.lowerBound, to: range.upperBound, count: min(100, field.contours) + 2)
            (levels, labels) = (ticks.values, ticks.labels)
        }
        let map = field.colours(onDark: theme.isDark)
        let span = range.upperBound - range.lowerBound
        var taken = words.map(\.area)
        let crowd = points()
        for (level, label) in zip(levels, labels) {
            let ground = map[(level - range.lowerBound) / span]
            // Dark lines on light ground and light ones on dark.
            let ink =
                ground.luma > 0.45
                ? Colour(0x000000).mixed(into: ground, weight: 0.55)
                : Colour(0xFFFFFF).mixed(into: ground, weight: 0.6)
            let lines = Contours.lines(
                of: field.values, columns: field.columns, rows: field.rows, level: level
            ).map { $0.compactMap { place($0, field) } }
            for line in lines where line.count > 1 { canvas.stroke(line, ink, width: 1) }
            let longest = lines.max { $0.count < $1.count } ?? []
            drawLabel(label, ink, ground, along: longest, &taken, crowd, canvas)
        }
    }

    /// Where the points over the field lie, which would cover numbers.
    private func points() -> [Point] {
        axes.marks.flatMap { mark -> [Point] in
            guard case .scatter(let scatter) = mark else { return [] }
            return zip(scatter.x, scatter.y).prefix(2000).compactMap { x, y in
                guard let x = across.place(x), let y = up.place(y) else { return nil }
                return Point(x, y)
            }
        }
    }

    private func place(_ point: Point, _ field: Field) -> Point? {
        let x =
            field.x.lowerBound + point.x / Double(field.columns - 1)
            * (field.x.upperBound - field.x.lowerBound)
        let y =
            field.y.lowerBound + point.y / Double(field.rows - 1)
            * (field.y.upperBound - field.y.lowerBound)
        guard let across = across.place(x), let up = up.place(y) else { return nil }
        return Point(across, up)
    }

    /// The level's number on its longest line, where there is room for it.
    private func drawLabel(
        _ text: String, _ ink: Colour, _ ground: Colour, along line: [Point],
        _ taken: inout [Rect], _ crowd: [Point], _ canvas: Canvas
    ) {
        let font = Font(size: 9.5)
        let size = canvas.size(of: text, font)
        guard line.count > 8, !text.isEmpty else { return }
        for part in [0.5, 0.35, 0.65, 0.2, 0.8, 0.05, 0.95] {
            let middle = line[Int(Double(line.count - 1) * part)]
            let area = Rect(
                x: middle.x - size.width / 2, y: middle.y - size.height / 2, width: size.width,
                height: size.height)
            guard plate.grown(by: -3).contains(area, slack: 0),
                !taken.contains(where: { $0.grown(by: 8).overlaps(area) }),
                !crowd.contains(where: { area.grown(by: 4).contains($0) })
            else { continue }
            taken.append(area)
            canvas.fill(area.grown(by: 1), ground.opacity(0.85))
            canvas.draw(
                PlacedText(
                    text: text, role: .note, area: area, isTurned: false, font: font,
                    colour: ground.luma > 0.45 ? Colour(0x111111) : Colour(0xFFFFFF)))
            return
        }
    }

    func drawColourBar(_ canvas: Canvas) {
        guard let bar = colourBar, let field = content.field else { return }
        let map = field.colours(onDark: theme.isDark)
        let steps = max(2, Int((bar.height * canvas.scale).rounded()))
        for step in 0..<steps {
            let y = bar.bottom - bar.height * Double(step + 1) / Double(steps)
            canvas.fill(
                Rect(x: bar.x, y: y, width: bar.width, height: bar.height / Double(steps)),
                map[(Double(step) + 0.5) / Double(steps)])
        }
        canvas.frame(bar, theme.axisLine)
        for value in barTicks.values {
            let y = barPlace(value)
            canvas.line(from: Point(bar.right, y), to: Point(bar.right + 4, y), theme.axisLine)
        }
    }

    // MARK: Points, arrows, meshes

    func draw(_ scatter: Scatter, _ colour: Colour, _ canvas: Canvas) {
        let radius = max(0.5, min(100, scatter.size / 2))
        let ink = colour.opacity(colour.alpha * max(0, min(1, scatter.opacity)))
        let places = zip(scatter.x, scatter.y).compactMap { x, y -> Point? in
            guard let x = across.place(x), let y = up.place(y) else { return nil }
            return Point(x, y)
        }
        if content.field != nil {
            // A rim of paper keeps a crowd of points apart from the field, not from each other.
            canvas.dots(places, radius: radius + 0.9, theme.paper)
        }
        canvas.dots(places, radius: radius, ink)
    }

    func draw(_ arrows: Arrows, _ colour: Colour, _ canvas: Canvas) {
        let count = min(arrows.x.count, arrows.y.count, arrows.dx.count, arrows.dy.count)
        var shafts: [(from: Point, dx: Double, dy: Double)] = []
        var longest = 0.0
        for index in 0..<count {
            let (x, y) = (arrows.x[index], arrows.y[index])
            guard let x0 = across.place(x), let y0 = up.place(y),
                let x1 = across.place(x + arrows.dx[index]),
                let y1 = up.place(y + arrows.dy[index])
            else { continue }
            shafts.append((Point(x0, y0), x1 - x0, y1 - y0))
            longest = max(longest, ((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0)).squareRoot())
        }
        guard longest > 0 else { return }
        let factor = arrows.longest.map { min($0, plate.width / 11) / longest } ?? 1
        for shaft in shafts {
            let (dx, dy) = (shaft.dx * factor, shaft.dy * factor)
            let length = (dx * dx + dy * dy).squareRoot()
            if length < 0.5 { continue }
            let (ux, uy) = (dx / length, dy / length)
            let head = min(6, length * 0.6)
            let tip = Point(shaft.from.x + dx, shaft.from.y + dy)
            let neck = Point(tip.x - ux * head, tip.y - uy * head)
            canvas.stroke([shaft.from, neck], colour, width: 1.2)
            canvas.fill(
                [
                    tip, Point(neck.x - uy * head * 0.45, neck.y + ux * head * 0.45),
                    Point(neck.x + uy * head * 0.45, neck.y - ux * head * 0.45),
                ], colour)
        }
    }

    func draw(_ mesh: Mesh, _ colour: Colour, _ canvas: Canvas) {
        let (columns, rows) = (mesh.columns, mesh.rows)
        guard columns > 0, rows > 0, columns <= 1 << 20, rows <= 1 << 20,
            min(mesh.x.count, mesh.y.count) >= columns * rows
        else { return }
        func draw(_ indices: StrideTo<Int>) {
            var run: [Point] = []
            for index in indices {
                if let x = across.place(mesh.x[index]), let y = up.place(mesh.y[index]) {
                    run.append(Point(x, y))
                } else {
                    if run.count > 1 { canvas.stroke(run, colour, width: 1) }
                    run = []
                }
            }
            if run.count > 1 { canvas.stroke(run, colour, width: 1) }
        }
        for row in 0..<rows {
            draw(stride(from: row * columns, to: (row + 1) * columns, by: 1))
        }
        for column in 0..<columns {
            draw(stride(from: column, to: rows * columns, by: columns))
        }
    }
}
