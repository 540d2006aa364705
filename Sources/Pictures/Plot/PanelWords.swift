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
        let below = canvas.fitted(
            label(axes.x, xTicks.common), Plan.label, width: max(plate.width, canvas.width / 4))
        let centre = plate.middle.x - canvas.width(of: below, Plan.label) / 2
        put(
            below, .axisLabel, Plan.label, theme.ink,
            x: max(1, min(centre, canvas.width - canvas.width(of: below, Plan.label) - 1)),
            y: plate.bottom + Plan.tickGap + tickHeight + 3, canvas)
        let beside = canvas.fitted(label(axes.y, yTicks.common), Plan.label, width: plate.height)
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
        let beside = canvas.fitted(barLabel(field, barTicks), Plan.label, width: plate.height)
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

    /// Words of rules and notes, each at the first of several places where it covers no other
    /// word; one that finds none is left out.
    mutating func putRules(_ canvas: Canvas) {
        for mark in axes.marks {
            switch mark {
            case .rule(let rule): putWord(of: rule, canvas)
            case .note(let note): putWord(of: note, canvas)
            default: break
            }
        }
    }

    private mutating func putWord(of rule: Rule, _ canvas: Canvas) {
        let text = canvas.fitted(rule.label, Plan.tick, width: plate.width - 12)
        let size = canvas.size(of: text, Plan.tick)
        var places: [Point] = []
        if rule.direction == .horizontal {
            guard let y = up.place(rule.at) else { return }
            for x in [plate.right - 5 - size.width, plate.x + 5, plate.middle.x - size.width / 2] {
                places += [Point(x, y - size.height - 1), Point(x, y + 1)]
            }
        } else {
            guard let x = across.place(rule.at) else { return }
            for step in 0..<4 {
                let y = plate.y + 3 + Double(step) * (size.height + 2)
                places += [Point(x + 5, y), Point(x - 5 - size.width, y)]
            }
        }
        put(firstFree: places, text, .rule, theme.ink, canvas)
    }

    private mutating func putWord(of note: Note, _ canvas: Canvas) {
        guard let x = across.place(note.x), let y = up.place(note.y) else { return }
        let text = canvas.fitted(note.text, Plan.tick, width: plate.width - 12)
        let size = canvas.size(of: text, Plan.tick)
        let places = [
            Point(x + 7, y - size.height - 2), Point(x - 7 - size.width, y - size.height - 2),
            Point(x + 7, y + 2), Point(x - 7 - size.width, y + 2),
            Point(x - size.width / 2, y - size.height - 7), Point(x - size.width / 2, y + 7),
        ]
        put(firstFree: places, text, .note, theme.ink, canvas)
    }

    private mutating func put(
        firstFree places: [Point], _ text: String, _ role: PlacedText.Role, _ colour: Colour,
        _ canvas: Canvas
    ) {
        if text.isEmpty { return }
        for place in places {
            let placed = word(text, role, Plan.tick, colour, x: place.x, y: place.y, canvas)
            if plate.contains(placed.area, slack: 0),
                !words.contains(where: { $0.area.overlaps(placed.area) })
            {
                words.append(placed)
                return
            }
        }
    }
}
