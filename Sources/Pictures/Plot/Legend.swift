/// The names above a plot, each with a sample of its mark. It stands outside the plot, so it
/// covers no data and does not jump about while a picture is updated.
struct Legend {
    enum Key { case line, dashed, area, dot }
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
        for (mark, colours) in zip(axes.marks, colours) {
            let colour = colours.first ?? theme.ink
            switch mark {
            case .line(let line): add(line.name, colour, line.isDashed ? .dashed : .line)
            case .band(let band):
                // A band with its curve's name is explained by the curve.
                add(band.name, colour.mixed(into: theme.plate, weight: 0.3), .area)
            case .scatter(let scatter): add(scatter.name, colour, .dot)
            case .rug(let rug): add(rug.name, colour, .line)
            case .histogram(let histogram): add(histogram.name, colour, .area)
            case .arrows(let arrows): add(arrows.name, colour, .line)
            case .mesh(let mesh): add(mesh.name, colour, .line)
            case .bars(let bars):
                for (series, colour) in zip(bars.series, colours) {
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

    /// The entries in rows of at most `width`.
    func rows(width: Double, _ canvas: Canvas) -> [[Entry]] {
        var rows: [[Entry]] = []
        var used = 0.0
        for entry in entries.prefix(200) {
            let name = canvas.fitted(entry.name, Plan.tick, width: max(20, width - Legend.key))
            let wide = Legend.key + canvas.width(of: name, Plan.tick) + Legend.space
            let placed = Entry(name: name, colour: entry.colour, key: entry.key, width: wide)
            if rows.isEmpty || used + wide - Legend.space > width {
                rows.append([placed])
                used = wide
            } else {
                rows[rows.count - 1].append(placed)
                used += wide
            }
        }
        return rows
    }

    /// Draws one key with its left end at `x`, around the height `y`.
    static func draw(_ entry: Entry, x: Double, y: Double, on canvas: Canvas) {
        switch entry.key {
        case .line:
            canvas.line(
                from: Point(x, y), to: Point(x + 18, y), entry.colour, width: 2.2)
        case .dashed:
            canvas.line(
                from: Point(x, y), to: Point(x + 18, y), entry.colour, width: 2.2,
                dashes: [5, 3])
        case .area:
            canvas.fill(Rect(x: x + 3, y: y - 5, width: 12, height: 10), entry.colour)
        case .dot: canvas.dot(Point(x + 9, y), radius: 3.5, entry.colour)
        }
    }
}
