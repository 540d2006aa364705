extension Figure {
    /// The figure's curves, points and rules as a Vega-Lite 5 specification in JSON, for front
    /// ends that draw plots themselves (media type `application/vnd.vegalite.v5+json`), so that
    /// a person can zoom, move and read values off. None when a plot holds any other mark, or has
    /// nothing to show.
    ///
    /// Of a curve with more than 4,000 values the least and the greatest of each of 2,000 equal
    /// stretches are kept.
    package func vegaLite() -> String? {
        var plots: [JSON] = []
        for (index, axes) in axes.enumerated() {
            guard let members = plot(axes, number: index) else { return nil }
            plots.append(.object(members))
        }
        var head: [(String, JSON)] = [
            ("$schema", .text("https://vega.github.io/schema/vega-lite/v5.json")),
            ("background", .text(theme.paper.code)),
            ("config", config),
        ]
        if !title.isEmpty { head.append(("title", .text(title))) }
        head.append(("columns", .number(Double(plotColumns))))
        head.append(("concat", .array(plots)))
        return JSON.object(head).written
    }

    private var plotColumns: Int { columns > 0 ? min(columns, 100) : max(1, min(2, axes.count)) }

    private var plotRows: Int { max(1, (axes.count + plotColumns - 1) / plotColumns) }

    private var config: JSON {
        let ink = JSON.text(theme.ink.code)
        let labels: [(String, JSON)] = [("labelColor", ink), ("titleColor", ink)]
        let lines = JSON.text(theme.gridLine.code)
        return .object([
            ("axis", .object(labels + [("gridColor", lines), ("domainColor", lines)])),
            (
                "legend",
                .object(
                    labels + [
                        ("orient", .text("top")), ("symbolOpacity", .number(1)),
                        ("symbolStrokeWidth", .number(2)),
                    ])
            ),
            ("title", .object([("color", ink), ("anchor", .text("start"))])),
        ])
    }

    private func plot(_ axes: Axes, number: Int) -> [(String, JSON)]? {
        if Content(axes).message != nil { return nil }
        let names = distinctNames(axes)
        let isNamed = axes.hasLegend && axes.marks.contains { !$0.name.isEmpty }
        let colours = Content.colours(axes, theme: theme).map { $0.first ?? theme.ink }
        let dashes = Content.dashes(axes, theme: theme)
        // Rules and bands stand in no legend.
        let listed = axes.marks.indices.filter { index in
            switch axes.marks[index] {
            case .rule, .band, .note: false
            default: true
            }
        }
        var layers: [[(String, JSON)]] = []
        for (index, mark) in axes.marks.enumerated() {
            var look: [(String, JSON)] = [("tooltip", .flag(true)), ("clip", .flag(true))]
            var pairs: [(x: Double, y: Double)] = []
            switch mark {
            case .line(let line):
                look += [("type", .text("line"))]
                if Curves.hasLoneValues(line.y) {
                    look.append(("point", .object([("size", .number(14))])))
                }
                if !dashes[index].isEmpty {
                    look.append(("strokeDash", .array(dashes[index].map { .number($0) })))
                }
                pairs = thinned(x: line.x, y: line.y)
            case .scatter(let scatter):
                look += [("type", .text("circle")), ("opacity", .number(scatter.opacity))]
                pairs = zip(scatter.x, scatter.y).map { (x: $0, y: $1) }
            case .rule(let rule):
                if let layer = self.rule(rule, axes) { layers.append(layer) }
                continue
            case .band(let band):
                layers.append(self.band(band, colours[index], axes))
                continue
            case .note(let note):
                if let layer = self.note(note, axes) { layers.append(layer) }
                continue
            case .rug, .bars, .histogram, .field, .arrows, .mesh: return nil
            }
            let scale = JSON.object([
                ("domain", .array(listed.map { .text(names[$0]) })),
                ("range", .array(listed.map { .text(colours[$0].code) })),
            ])
            let colour = JSON.object(
                [
                    ("field", .text("curve")), ("type", .text("nominal")), ("scale", scale),
                    ("title", .null),
                ] + (isNamed ? [] : [("legend", .null)]))
            let encoding = JSON.object([
                ("x", encoding("x", axes.x)), ("y", encoding("y", axes.y)), ("color", colour),
            ])
            // Each row says its curve, which is written once. A JSON text is one of Vega's, too.
            let named = JSON.array([
                .object([
                    ("calculate", .text(JSON.text(names[index]).written)), ("as", .text("curve")),
                ])
            ])
            if case .line(let line) = mark, line.smoothing > 1 {
                // The raw curve, faint, below the smooth one.
                let faint = look + [("opacity", .number(0.3)), ("strokeWidth", .number(1))]
                layers.append([
                    ("data", rows(pairs, axes)), ("transform", named), ("mark", .object(faint)),
                    ("encoding", encoding),
                ])
                pairs = thinned(x: line.x, y: Curves.median(line.y, window: line.smoothing))
            }
            layers.append([
                ("data", rows(pairs, axes)), ("transform", named), ("mark", .object(look)),
                ("encoding", encoding),
            ])
        }
        if !layers.isEmpty {
            // Zooming belongs to one layer and moves them all.
            let zoom = JSON.object([
                ("name", .text("zoom\(number)")), ("select", .text("interval")),
                ("bind", .text("scales")),
            ])
            layers[0].append(("params", .array([zoom])))
        }
        return [
            ("title", .text(axes.title)),
            ("width", .number(Double(max(80, width / plotColumns - 120)))),
            ("height", .number(Double(max(60, height / plotRows - 100)))),
            ("layer", .array(layers.map { .object($0) })),
        ]
    }

    /// Each mark's name, with a number behind one that comes again: it is a key of the colours.
    private func distinctNames(_ axes: Axes) -> [String] {
        var times: [String: Int] = [:]
        return axes.marks.enumerated().map { index, mark in
            let name = mark.name.isEmpty ? "curve \(index + 1)" : mark.name
            times[name, default: 0] += 1
            return times[name] == 1 ? name : "\(name) (\(times[name, default: 1]))"
        }
    }

    /// What an axis cannot show is a gap.
    private func number(_ value: Double, _ axis: Axis) -> JSON {
        axis.canShow(value) ? .number(value) : .null
    }

    private func rows(_ pairs: [(x: Double, y: Double)], _ axes: Axes) -> JSON {
        let rows = pairs.map { pair in
            JSON.object([("x", number(pair.x, axes.x)), ("y", number(pair.y, axes.y))])
        }
        return .object([("values", .array(rows))])
    }

    private func encoding(_ field: String, _ axis: Axis) -> JSON {
        let words = axis.unit.isEmpty ? axis.label : axis.label + " (" + axis.unit + ")"
        var scale: [(String, JSON)] = [("zero", .flag(false))]
        if axis.isLogarithmic { scale = [("type", .text("log"))] }
        if let range = axis.range {
            let ends = [JSON.number(range.lowerBound), .number(range.upperBound)]
            scale.append(("domain", .array(ends)))
        }
        let whole = axis.isWhole ? [("axis", JSON.object([("tickMinStep", .number(1))]))] : []
        return .object(
            [
                ("field", .text(field)), ("type", .text("quantitative")), ("title", .text(words)),
                ("scale", .object(scale)),
            ] + whole)
    }

    /// The area between two curves; of a long one every so many values.
    private func band(_ band: Band, _ colour: Colour, _ axes: Axes) -> [(String, JSON)] {
        let count = min(band.lower.count, band.upper.count, band.x.isEmpty ? .max : band.x.count)
        let rows = stride(from: 0, to: count, by: max(1, count / 2000)).map { index in
            // An end that the axis cannot show leaves a gap; alone it would be taken for zero.
            let isWhole =
                axes.y.canShow(band.lower[index]) && axes.y.canShow(band.upper[index])
            return JSON.object([
                ("x", number(band.x.isEmpty ? Double(index) : band.x[index], axes.x)),
                ("y", isWhole ? .number(band.lower[index]) : .null),
                ("y2", isWhole ? .number(band.upper[index]) : .null),
            ])
        }
        let look: [(String, JSON)] = [
            ("type", .text("area")), ("color", .text(colour.code)), ("opacity", .number(0.22)),
            ("clip", .flag(true)),
        ]
        let encoding = JSON.object([
            ("x", encoding("x", axes.x)), ("y", encoding("y", axes.y)),
            ("y2", .object([("field", .text("y2"))])),
        ])
        return [
            ("data", .object([("values", .array(rows))])), ("mark", .object(look)),
            ("encoding", encoding),
        ]
    }

    private func rule(_ rule: Rule, _ axes: Axes) -> [(String, JSON)]? {
        guard (rule.direction == .horizontal ? axes.y : axes.x).canShow(rule.at) else {
            return nil
        }
        let field = rule.direction == .horizontal ? "y" : "x"
        let place = JSON.object([
            ("field", .text(field)), ("type", .text("quantitative")),
        ])
        let look: [(String, JSON)] = [
            ("type", .text("rule")), ("color", .text(theme.softInk.code)),
            ("strokeDash", .array([.number(4), .number(3)])), ("tooltip", .text(rule.label)),
        ]
        let row = JSON.object([(field, .number(rule.at))])
        return [
            ("data", .object([("values", .array([row]))])), ("mark", .object(look)),
            ("encoding", .object([(field, place)])),
        ]
    }

    private func note(_ note: Note, _ axes: Axes) -> [(String, JSON)]? {
        guard axes.x.canShow(note.x), axes.y.canShow(note.y) else { return nil }
        let look: [(String, JSON)] = [
            ("type", .text("text")), ("align", .text("left")), ("dx", .number(6)),
            ("color", .text(theme.ink.code)), ("text", .text(note.text)),
        ]
        func place(_ field: String) -> JSON {
            .object([("field", .text(field)), ("type", .text("quantitative"))])
        }
        let row = JSON.object([("x", .number(note.x)), ("y", .number(note.y))])
        return [
            ("data", .object([("values", .array([row]))])), ("mark", .object(look)),
            ("encoding", .object([("x", place("x")), ("y", place("y"))])),
        ]
    }

    private func thinned(x: [Double], y: [Double]) -> [(x: Double, y: Double)] {
        let count = x.isEmpty ? y.count : min(x.count, y.count)
        func pair(_ index: Int) -> (x: Double, y: Double) {
            (x.isEmpty ? Double(index) : x[index], y[index])
        }
        if count <= 4000 { return (0..<count).map(pair) }
        return (0..<2000).flatMap { share -> [(x: Double, y: Double)] in
            let part = share * count / 2000..<(share + 1) * count / 2000
            let finite = part.filter { y[$0].isFinite }
            guard let low = finite.min(by: { y[$0] < y[$1] }),
                let high = finite.max(by: { y[$0] < y[$1] })
            else { return [pair(part.lowerBound)] }
            return low == high ? [pair(low)] : [pair(min(low, high)), pair(max(low, high))]
        }
    }
}

extension Axis {
    fileprivate func canShow(_ value: Double) -> Bool {
        value.isFinite && (!isLogarithmic || value > 0)
    }
}

extension Mark {
    /// The name under which a legend lists the mark; empty when it has none.
    package var name: String {
        switch self {
        case .line(let line): line.name
        case .band(let band): band.name
        case .scatter(let scatter): scatter.name
        case .rug(let rug): rug.name
        case .histogram(let histogram): histogram.name
        case .arrows(let arrows): arrows.name
        case .mesh(let mesh): mesh.name
        case .rule(let rule): rule.label
        case .note(let note): note.text
        case .bars, .field: ""
        }
    }
}

extension Colour {
    /// As web pages write it: #E69F00.
    var code: String {
        let digits = bytes(channels: 3).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "#" + digits.joined()
    }
}
