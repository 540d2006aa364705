extension Panel {
    mutating func putHeader(_ canvas: Canvas) {
        var y = plate.y - 4 - Double(titleLines.count) * 18 - Double(legendRows.count) * 17
        for line in titleLines {
            put(line, .title, Plan.title, theme.ink, x: plate.x, y: y, canvas)
            y += 18
        }
        for row in legendRows {
            var x = plate.x
            for entry in row {
                put(
                    entry.name, .legend, Plan.tick, theme.ink, x: x + Legend.key, y: y + 1, canvas)
                x += entry.width
            }
            y += 17
        }
    }

    mutating func putAxes(_ canvas: Canvas) {
        xTicks = content.xTicks(width: plate.width, canvas)
        yTicks = content.yTicks(height: plate.height, room: plate.x, canvas)
        if axes.isEqual, !across.isLogarithmic, !up.isLogarithmic {
            // Equal units deserve equal steps: the coarser ones.
            let step = max(xTicks.step, yTicks.step)
            xTicks = across.ticks(count: xTicks.values.count, step: step)
            yTicks = up.ticks(count: yTicks.values.count, step: step)
        }
        let tickHeight = canvas.typeface(Plan.tick).lineHeight
        let labelHeight = canvas.typeface(Plan.label).lineHeight
        for (value, text) in zip(xTicks.values, xTicks.labels) {
            guard let place = across.place(value) else { continue }
            let width = canvas.width(of: text, Plan.tick)
            // The last number may stand over the plot's edge, but not over the picture's.
            let x = max(1, min(place - width / 2, canvas.width - width - 1))
            put(
                text, .xTick, Plan.tick, theme.softInk, x: x, y: plate.bottom + Plan.tickGap,
                canvas)
        }
        var left = plate.x
        for (value, text) in zip(yTicks.values, yTicks.labels) {
            guard let place = up.place(value) else { continue }
            let x = plate.x - Plan.tickGap - canvas.width(of: text, Plan.tick)
            left = min(left, x)
            put(
                text, .yTick, Plan.tick, theme.softInk, x: x, y: place - tickHeight / 2, canvas)
        }
        let below = label(
            axes.x, xTicks.common, within: max(plate.width, canvas.width / 4), canvas)
        let centre = plate.middle.x - canvas.width(of: below, Plan.label) / 2
        put(
            below, .axisLabel, Plan.label, theme.ink,
            x: max(1, min(centre, canvas.width - canvas.width(of: below, Plan.label) - 1)),
            y: plate.bottom + Plan.tickGap + tickHeight + 3, canvas)
        let beside = label(axes.y, yTicks.common, within: plate.height, canvas)
        put(
            beside, .axisLabel, Plan.label, theme.ink, x: left - 4 - labelHeight,
            y: plate.middle.y - canvas.width(of: beside, Plan.label) / 2, canvas, isTurned: true)
    }

    mutating func putColourBar(_ canvas: Canvas) {
        guard let field = content.field, field.hasColourBar else { return }
        let bar = Rect(x: plate.right + 10, y: plate.y, width: 12, height: plate.height)
        colourBar = bar
        barTicks = Ticks.linear(
            from: barRange.lowerBound, to: barRange.upperBound,
            count: max(2, Int(plate.height / 40)))
        let tickHeight = canvas.typeface(Plan.tick).lineHeight
        var right = bar.right
        for (value, text) in zip(barTicks.values, barTicks.labels) {
            put(
                text, .barTick, Plan.tick, theme.softInk, x: bar.right + Plan.tickGap,
                y: barPlace(value) - tickHeight / 2, canvas)
            right = max(right, bar.right + Plan.tickGap + canvas.width(of: text, Plan.tick))
        }
        let beside = label(Axis(field.label), barTicks.common, within: plate.height, canvas)
        put(
            beside, .axisLabel, Plan.label, theme.ink, x: right + 3,
            y: plate.middle.y - canvas.width(of: beside, Plan.label) / 2, canvas, isTurned: true)
    }

    /// The height on the colour bar at which a value stands.
    func barPlace(_ value: Double) -> Double {
        let span = barRange.upperBound - barRange.lowerBound
        return plate.bottom - (value - barRange.lowerBound) / span * plate.height
    }

    /// A plot without anything to show says so.
    mutating func putMessage(_ canvas: Canvas) {
        guard let message = content.message else { return }
        let text = canvas.fitted(message, Plan.label, width: plate.width - 8)
        let size = canvas.size(of: text, Plan.label)
        put(
            text, .message, Plan.label, theme.softInk, x: plate.middle.x - size.width / 2,
            y: plate.middle.y - size.height / 2, canvas)
    }

    /// Words of rules and notes, each where it covers no other word and as little of the curves
    /// as can be; one that finds no place is left out.
    mutating func putRules(_ canvas: Canvas) {
        let crowd = crowd()
        for mark in axes.marks {
            switch mark {
            case .rule(let rule): putWord(of: rule, crowd, canvas)
            case .note(let note): putWord(of: note, crowd, canvas)
            default: break
            }
        }
    }

    private mutating func putWord(of rule: Rule, _ crowd: [Point], _ canvas: Canvas) {
        let text = canvas.fitted(rule.label, Plan.tick, width: plate.width - 12)
        let size = canvas.size(of: text, Plan.tick)
        var places: [Point] = []
        if rule.direction == .horizontal {
            guard let y = up.place(rule.at) else { return }
            let room = plate.width - 10 - size.width
            for part in [1, 0, 0.5, 0.75, 0.25] {
                let x = plate.x + 5 + room * part
                places += [Point(x, y - size.height - 1), Point(x, y + 1)]
            }
        } else {
            guard let x = across.place(rule.at) else { return }
            for step in 0..<4 {
                let y = plate.y + 3 + Double(step) * (size.height + 2)
                places += [Point(x + 5, y), Point(x - 5 - size.width, y)]
            }
        }
        put(bestOf: places, crowd, text, .rule, theme.ink, canvas)
    }

    private mutating func putWord(of note: Note, _ crowd: [Point], _ canvas: Canvas) {
        guard let x = across.place(note.x), let y = up.place(note.y) else { return }
        let text = canvas.fitted(note.text, Plan.tick, width: plate.width - 12)
        let size = canvas.size(of: text, Plan.tick)
        let places = [
            Point(x + 7, y - size.height - 2), Point(x - 7 - size.width, y - size.height - 2),
            Point(x + 7, y + 2), Point(x - 7 - size.width, y + 2),
            Point(x - size.width / 2, y - size.height - 7), Point(x - size.width / 2, y + 7),
        ]
        put(bestOf: places, crowd, text, .note, theme.ink, canvas)
    }

    private mutating func put(
        bestOf places: [Point], _ crowd: [Point], _ text: String, _ role: PlacedText.Role,
        _ colour: Colour, _ canvas: Canvas
    ) {
        if text.isEmpty { return }
        var best: (word: PlacedText, covered: Int)?
        for place in places {
            let placed = word(text, role, Plan.tick, colour, x: place.x, y: place.y, canvas)
            guard plate.contains(placed.area, slack: 0),
                !words.contains(where: { $0.area.overlaps(placed.area) })
            else { continue }
            let covered = crowd.reduce(0) { sum, point in
                let isInside =
                    point.x >= placed.area.x && point.x <= placed.area.right
                    && point.y >= placed.area.y && point.y <= placed.area.bottom
                return sum + (isInside ? 1 : 0)
            }
            if covered < best?.covered ?? .max { best = (placed, covered) }
            if covered == 0 { break }
        }
        if let best { words.append(best.word) }
    }

    /// Some 400 places of each curve, to keep words off them.
    private func crowd() -> [Point] {
        var places: [Point] = []
        for case .line(let line) in axes.marks {
            let count = line.x.isEmpty ? line.y.count : min(line.x.count, line.y.count)
            for index in stride(from: 0, to: count, by: max(1, count / 400)) {
                let x = line.x.isEmpty ? Double(index) : line.x[index]
                if let x = across.place(x), let y = up.place(line.y[index]) {
                    places.append(Point(x, y))
                }
            }
        }
        return places
    }
}
