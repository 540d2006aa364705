/// Equal cells over the range of points of one or two coordinates.
struct Grid {
    private let low: [Double]
    private let size: [Double]
    private let cells: Int

    /// Over the range of `points`, widened by a tenth on each side.
    init(_ points: Rows, _ measure: String) throws {
        guard points.width == 1 || points.width == 2 else {
            throw MeasureError.argument(
                measure: measure,
                problem: "a grid in \(points.width) dimensions has too many cells",
                hint: "it is for points of one or two coordinates; take swd")
        }
        cells = points.width == 1 ? 100 : 30
        var (low, size) = ([Double](), [Double]())
        for axis in 0..<points.width {
            let values = (0..<points.count).map { points.values[$0 * points.width + axis] }
            let (least, most) = (values.min() ?? 0, values.max() ?? 1)
            let margin = most > least ? (most - least) / 10 : 0.5
            low.append(least - margin)
            size.append((most - least + 2 * margin) / Double(cells))
        }
        self.low = low
        self.size = size
    }

    var description: String {
        low.count == 1 ? "\(cells) cells" : "\(cells) x \(cells) cells"
    }

    /// The share of points in each cell, the nearest for those outside; `smoothing` is added
    /// to every share before they are scaled to add up to 1.
    func shares(_ points: Rows, smoothing: Double) -> [Double] {
        let total = low.count == 1 ? cells : cells * cells
        var shares = [Double](repeating: smoothing, count: total)
        for row in 0..<points.count {
            var cell = 0
            for axis in low.indices {
                let place = (points.values[row * points.width + axis] - low[axis]) / size[axis]
                cell = cell * cells + Int(min(max(place, 0), Double(cells - 1)))
            }
            shares[cell] += 1 / Double(points.count)
        }
        let sum = shares.reduce(0, +)
        return shares.map { $0 / sum }
    }
}
