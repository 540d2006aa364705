/// What a plot's marks span: the axes that fit them, prepared bins, and whether there is
/// anything to see at all.
struct Content {
    private(set) var across: Scale
    private(set) var up: Scale
    /// The first field, which owns the colour bar.
    private(set) var field: Field?
    /// Names of bars, and whether they lie.
    private(set) var categories: [String] = []
    private(set) var isLying = false
    private var isWhole: Bool
    /// Whether the heights are whole numbers: those of histograms that count.
    private var isCount: Bool
    /// Edges and heights of each histogram, in the order of the marks.
    private(set) var histograms: [(edges: [Double], heights: [Double])] = []
    /// What stands in the middle of a plot that has nothing to show.
    private(set) var message: String?

    init(_ axes: Axes) {
        isWhole = axes.x.isWhole
        isCount = axes.y.isWhole
        var x = Extent(isLogarithmic: axes.x.isLogarithmic)
        var y = Extent(isLogarithmic: axes.y.isLogarithmic)
        var (padX, padY) = (0.0, 0.05)
        var (fromZeroX, fromZeroY) = (false, false)
        var hasNumbers = false
        var hasData = false
        if Content.bin(axes, into: &histograms) { isWhole = true }
        var next = 0
        for mark in axes.marks {
            switch mark {
            case .line(let line):
                hasNumbers = hasNumbers || !line.y.isEmpty
                Content.add(x: line.x, y: line.y, to: &x, &y)
                if Curves.endsAlone(line.y) { padX = max(padX, 0.04) }
            case .band(let band):
                hasNumbers = hasNumbers || !band.lower.isEmpty
                Content.add(x: band.x, y: band.lower, to: &x, &y)
                Content.add(x: band.x, y: band.upper, to: &x, &y)
            case .rule(let rule):
                if rule.direction == .horizontal { y.add(rule.at) } else { x.add(rule.at) }
            case .note(let note): Content.add(x: [note.x], y: [note.y], to: &x, &y)
            case .scatter(let scatter):
                hasNumbers = hasNumbers || !scatter.y.isEmpty
                Content.add(x: scatter.x, y: scatter.y, to: &x, &y)
                padX = max(padX, 0.04)
            case .rug(let rug):
                x.add(rug.values)
                hasNumbers = hasNumbers || !rug.values.isEmpty
            case .mesh(let mesh):
                hasNumbers = hasNumbers || !mesh.y.isEmpty
                Content.add(x: mesh.x, y: mesh.y, to: &x, &y)
                padX = max(padX, 0.04)
            case .arrows(let arrows):
                hasNumbers = hasNumbers || !arrows.y.isEmpty
                Content.add(x: arrows.x, y: arrows.y, to: &x, &y)
                padX = max(padX, 0.04)
            case .field(let given):
                hasNumbers = hasNumbers || !given.values.isEmpty
                hasData = hasData || given.values.contains { $0.isFinite }
                if field == nil { field = given }
                x.add([given.x.lowerBound, given.x.upperBound])
                y.add([given.y.lowerBound, given.y.upperBound])
            case .histogram(let histogram):
                hasNumbers = hasNumbers || !histogram.values.isEmpty
                let bins = histograms[next]
                next += 1
                x.add(bins.edges)
                y.add(bins.heights)
                fromZeroY = true
                isCount = !histogram.isDensity
            case .bars(let bars):
                hasNumbers = hasNumbers || bars.series.contains { !$0.values.isEmpty }
                if bars.labels.count > categories.count { categories = bars.labels }
                isLying = bars.isLying
                let count = bars.series.map(\.values.count).max() ?? 0
                for index in categories.count..<max(count, categories.count) {
                    categories.append(String(index))
                }
                for series in bars.series {
                    if isLying { Content.add(series, to: &x) } else { Content.add(series, to: &y) }
                }
                if isLying { (fromZeroX, padX) = (true, 0.05) } else { fromZeroY = true }
            }
        }
        if field != nil { (padX, padY) = (0, 0) }
        across = x.scale(axes.x, padding: padX, fromZero: fromZeroX)
        up = y.scale(axes.y, padding: padY, fromZero: fromZeroY)
        if !categories.isEmpty {
            let names = Scale(
                lower: -0.5, upper: Double(categories.count) - 0.5, isLogarithmic: false)
            if isLying { up = names } else { across = names }
        }
        if axes.isEqual { makeSquare(axes) }
        let isEmpty =
            field == nil && (categories.isEmpty ? x.isEmpty || y.isEmpty && !hasRug(axes) : false)
        if isEmpty || (field != nil && !hasData)
            || (!categories.isEmpty && (isLying ? x.isEmpty : y.isEmpty))
        {
            message = hasNumbers ? "no value can be shown" : "no data yet"
        }
    }

    /// Where a unit is as long on both axes, what spans less is shown with more around it: the
    /// plot stays as large as its place.
    private mutating func makeSquare(_ axes: Axes) {
        guard axes.x.range == nil, axes.y.range == nil, field == nil, categories.isEmpty,
            !across.isLogarithmic, !up.isLogarithmic
        else { return }
        let span = max(across.upper - across.lower, up.upper - up.lower)
        func widened(_ scale: Scale) -> Scale {
            var wide = scale
            let room = (span - (scale.upper - scale.lower)) / 2
            wide.lower -= room
            wide.upper += room
            return wide
        }
        (across, up) = (widened(across), widened(up))
    }

    private func hasRug(_ axes: Axes) -> Bool {
        axes.marks.contains { if case .rug = $0 { true } else { false } }
    }

    /// Only pairs that both axes can show count.
    private static func add(x: [Double], y: [Double], to across: inout Extent, _ up: inout Extent) {
        let count = x.isEmpty ? y.count : min(x.count, y.count)
        for index in 0..<count {
            let place = x.isEmpty ? Double(index) : x[index]
            guard place.isFinite, y[index].isFinite, !across.isLogarithmic || place > 0,
                !up.isLogarithmic || y[index] > 0
            else { continue }
            across.add(place)
            up.add(y[index])
        }
    }

    private static func add(_ series: Bars.Series, to extent: inout Extent) {
        extent.add(series.values)
        for (value, error) in zip(series.values, series.errors) where error.isFinite {
            extent.add(value + error)
            extent.add(value - error)
        }
    }

    /// All histograms of a plot share their bins' range; whether it is that of whole numbers.
    private static func bin(
        _ axes: Axes, into result: inout [(edges: [Double], heights: [Double])]
    ) -> Bool {
        var all = Extent(isLogarithmic: false)
        var sets: [Histogram] = []
        for case .histogram(let histogram) in axes.marks {
            all.add(histogram.values)
            sets.append(histogram)
        }
        if all.isEmpty {
            result = sets.map { _ in ([], []) }
            return false
        }
        let scale = all.scale(axes.x, padding: 0)
        let pool = sets.flatMap(\.values)
        var range = scale.lower...scale.upper
        var shared = 0
        var isWhole = false
        if all.isOne {
            // An odd number, so that the value stands in the middle of its bin.
            shared = 21
        } else if axes.x.range == nil, all.greatest - all.least <= 40,
            sets.allSatisfy({ $0.bins == 0 }),
            pool.allSatisfy({ !$0.isFinite || $0 == $0.rounded() })
        {
            // Of few whole numbers each has a bin of its own around it.
            isWhole = true
            range = all.least - 0.5...all.greatest + 0.5
            shared = Int(all.greatest - all.least) + 1
        } else {
            shared = Curves.bins(pool, wished: 0, over: range).counts.count
        }
        for set in sets {
            let bins = Curves.bins(
                set.values, wished: set.bins > 0 ? set.bins : shared, over: range)
            let total = Double(max(1, bins.counts.reduce(0, +)))
            let width = bins.edges.count > 1 ? bins.edges[1] - bins.edges[0] : 1
            let heights = bins.counts.map {
                set.isDensity ? Double($0) / total / width : Double($0)
            }
            result.append((bins.edges, heights))
        }
        return isWhole
    }

    // MARK: Ticks

    /// As many marks as leave room between their numbers.
    func xTicks(width: Double, _ canvas: Canvas) -> Ticks {
        if !categories.isEmpty, !isLying {
            let pitch = width / Double(categories.count)
            var room = 26.0
            if pitch < room {
                // Where not every bar has its word, those that have one show enough of it.
                let longest = categories.prefix(1000).map { canvas.width(of: $0, Plan.tick) }.max()
                room = max(room, min(90, (longest ?? 0) + 14))
            }
            let step = max(1, Int((room / max(pitch, 1e-6)).rounded(.up)))
            return named(every: step) {
                canvas.fitted($0, Plan.tick, width: pitch * Double(step) - 6)
            }
        }
        var count = max(2, min(11, Int(width / 40)))
        while true {
            let ticks = isWhole ? across.ticks(count: count).whole : across.ticks(count: count)
            let widest = ticks.labels.map { canvas.width(of: $0, Plan.tick) }.max() ?? 0
            var scale = across
            (scale.start, scale.end) = (0, width)
            let places = ticks.values.compactMap { scale.place($0) }
            let closest = zip(places.dropFirst(), places).map { $0 - $1 }.min() ?? .infinity
            if closest >= widest + 14 { return ticks }
            if count == 1 { return Ticks(values: [], labels: []) }
            count -= 1
        }
    }

    func yTicks(height: Double, room: Double, _ canvas: Canvas) -> Ticks {
        if isLying, !categories.isEmpty {
            let pitch = height / Double(categories.count)
            let step = max(1, Int((14 / max(pitch, 1e-6)).rounded(.up)))
            return named(every: step) { canvas.fitted($0, Plan.tick, width: max(24, room)) }
        }
        var count = max(3, min(9, Int(height / 36)))
        while true {
            let ticks = isCount ? up.ticks(count: count).whole : up.ticks(count: count)
            var scale = up
            (scale.start, scale.end) = (0, height)
            let places = ticks.values.compactMap { scale.place($0) }
            let closest = zip(places.dropFirst(), places).map { $0 - $1 }.min() ?? .infinity
            if closest >= 16 { return ticks }
            if count == 1 { return Ticks(values: [], labels: []) }
            count -= 1
        }
    }

    private func named(every step: Int, _ shortened: (String) -> String) -> Ticks {
        let shown = stride(from: 0, to: categories.count, by: step)
        return Ticks(
            values: shown.map(Double.init), labels: shown.map { shortened(categories[$0]) })
    }

    /// The dashes of each curve: colours that come again have others, and a dashed curve has the
    /// first ones at least.
    static func dashes(_ axes: Axes, theme: Theme) -> [[Double]] {
        let patterns: [[Double]] = [[], [7, 6], [2, 3], [9, 3, 2, 3]]
        var next = 0
        return axes.marks.map { mark in
            guard case .line(let line) = mark else {
                if mark.isAutomatic { next += 1 }
                return []
            }
            var index = 0
            switch line.pen {
            case .automatic:
                index = next
                next += 1
            case .series(let own): index = max(0, own)
            case .ink, .fixed: break
            }
            let turn = index / max(1, theme.series.count)
            return patterns[(turn + (line.isDashed ? 1 : 0)) % patterns.count]
        }
    }

    /// The colour of each mark (one each series for bars), automatic ones in the theme's order.
    static func colours(_ axes: Axes, theme: Theme) -> [[Colour]] {
        var next = 0
        func colour(_ pen: Pen) -> Colour {
            switch pen {
            case .automatic:
                next += 1
                return theme.colour(of: next - 1)
            case .series(let index): return theme.colour(of: index)
            case .ink: return theme.ink
            case .fixed(let colour): return colour
            }
        }
        return axes.marks.map { mark in
            switch mark {
            case .line(let line): [colour(line.pen)]
            case .band(let band): [colour(band.pen)]
            case .scatter(let scatter): [colour(scatter.pen)]
            case .rug(let rug): [colour(rug.pen)]
            case .histogram(let histogram): [colour(histogram.pen)]
            case .arrows(let arrows): [colour(arrows.pen)]
            case .mesh(let mesh): [colour(mesh.pen)]
            case .bars(let bars): bars.series.map { _ in colour(.automatic) }
            case .rule, .note: [theme.ink]
            case .field: []
            }
        }
    }
}
