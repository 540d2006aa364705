/// The names above a plot, each with a sample of its mark. It stands outside the plot, so it
/// covers no data and does not jump about while a picture is updated.
struct Legend {
    enum Key: Equatable {
        case line(dashes: [Double])
        case area, dot, none
    }
    struct Entry {
        let name: String
        let colour: Colour
        let key: Key
        /// Room for key, name and the space after it.
        var width = 0.0
    }
    /// Room for a key and the space after it.
    static let key = 26.0
    private static let space = 16.0

    private(set) var entries: [Entry] = []

    init(_ axes: Axes, theme: Theme) {
        let colours = Content.colours(axes, theme: theme)
        let dashes = Content.dashes(axes, theme: theme)
        for (index, mark) in axes.marks.enumerated() {
            let colour = colours[index].first ?? theme.ink
            switch mark {
            case .line(let line): add(line.name, colour, .line(dashes: dashes[index]))
            case .band(let band):
                // A band with its curve's name is explained by the curve.
                add(band.name, colour.mixed(into: theme.plate, weight: 0.3), .area)
            case .scatter(let scatter): add(scatter.name, colour, .dot)
            case .rug(let rug): add(rug.name, colour, .line(dashes: []))
            case .histogram(let histogram): add(histogram.name, colour, .area)
            case .arrows(let arrows): add(arrows.name, colour, .line(dashes: []))
            case .mesh(let mesh): add(mesh.name, colour, .line(dashes: []))
            case .bars(let bars):
                for (series, colour) in zip(bars.series, colours[index]) {
                    add(series.name, colour, .area)
                }
            case .rule, .note, .field: break
            }
        }
    }

    private mutating func add(_ name: String, _ colour: Colour, _ key: Key) {
        if name.isEmpty || entries.contains(where: { $0.name == name }) { return }
        entries.append(Entry(name: name, colour: colour, key: key))
    }

    /// The entries in at most `most` rows of `width`, in columns when there are several rows; the
    /// last says how many found no place.
    func rows(width: Double, most: Int, _ canvas: Canvas) -> [[Entry]] {
        let placed = entries.prefix(200).map { entry in
            let name = canvas.fitted(entry.name, Plan.tick, width: max(20, width - Legend.key))
            let wide = Legend.key + canvas.width(of: name, Plan.tick) + Legend.space
            return Entry(name: name, colour: entry.colour, key: entry.key, width: wide)
        }
        var rows = Self.rows(placed, width)
        if rows.count > 1, let widest = placed.map(\.width).max() {
            let even = Self.rows(
                placed.map { entry in
                    Entry(name: entry.name, colour: entry.colour, key: entry.key, width: widest)
                }, width)
            if even.count <= rows.count { rows = even }
        }
        guard rows.count > most, most > 0 else { return rows }
        rows = Array(rows[..<most])
        while true {
            let left = entries.count - rows.reduce(0) { $0 + $1.count }
            let words = "and \(left) more"
            let wide = Legend.key + canvas.width(of: words, Plan.tick)
            let used = rows[most - 1].reduce(0) { $0 + $1.width }
            if used + wide <= width || rows[most - 1].isEmpty {
                rows[most - 1].append(
                    Entry(name: words, colour: Colour(0), key: .none, width: wide))
                return rows
            }
            rows[most - 1].removeLast()
        }
    }

    private static func rows(_ entries: [Entry], _ width: Double) -> [[Entry]] {
        var rows: [[Entry]] = []
        var used = 0.0
        for entry in entries {
            if rows.isEmpty || used + entry.width - Legend.space > width {
                rows.append([entry])
                used = entry.width
            } else {
                rows[rows.count - 1].append(entry)
                used += entry.width
            }
        }
        return rows
    }

    /// Draws one key with its left end at `x`, around the height `y`.
    static func draw(_ entry: Entry, x: Double, y: Double, on canvas: Canvas) {
        switch entry.key {
        case .line(let dashes):
            canvas.line(
                from: Point(x, y), to: Point(x + 20, y), entry.colour, width: 2.2,
                dashes: dashes == [6, 4] ? [5, 2.5] : dashes)
        case .none: break
        case .area:
            canvas.fill(Rect(x: x + 3, y: y - 5, width: 12, height: 10), entry.colour)
        case .dot: canvas.dot(Point(x + 9, y), radius: 3.5, entry.colour)
        }
    }
}
