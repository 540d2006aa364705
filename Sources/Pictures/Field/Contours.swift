/// Contour lines of a grid of values by marching squares (W. Lorensen and H. Cline 1987 in the
/// plane): linear along cell edges, saddles decided by the cell's mean.
enum Contours {
    /// The lines at one level, as polylines in columns and rows (0 to columns - 1, 0 to
    /// rows - 1). Cells with a corner that is not finite have none.
    static func lines(
        of values: [Double], columns: Int, rows: Int, level: Double
    ) -> [[Point]] {
        guard columns > 1, rows > 1, values.count >= columns * rows, level.isFinite else {
            return []
        }
        // Each crossing lies on one edge: 2 * corner for the edge to the right of a corner,
        // 2 * corner + 1 for the one above it.
        var links: [Int: [Int]] = [:]
        func join(_ a: Int, _ b: Int) {
            links[a, default: []].append(b)
            links[b, default: []].append(a)
        }
        for row in 0..<rows - 1 {
            for column in 0..<columns - 1 {
                let corner = row * columns + column
                let v = (
                    values[corner], values[corner + 1], values[corner + columns + 1],
                    values[corner + columns]
                )
                let mean = v.0 / 4 + v.1 / 4 + v.2 / 4 + v.3 / 4
                guard mean.isFinite else { continue }
                let code =
                    (v.0 >= level ? 1 : 0) | (v.1 >= level ? 2 : 0) | (v.2 >= level ? 4 : 0)
                    | (v.3 >= level ? 8 : 0)
                if code == 0 || code == 15 { continue }
                let (bottom, right) = (2 * corner, 2 * (corner + 1) + 1)
                let (top, left) = (2 * (corner + columns), 2 * corner + 1)
                switch code {
                case 1, 14: join(left, bottom)
                case 2, 13: join(bottom, right)
                case 3, 12: join(left, right)
                case 4, 11: join(right, top)
                case 6, 9: join(bottom, top)
                case 7, 8: join(left, top)
                default:
                    // Two opposite corners are high: the middle says which belong together.
                    if (mean >= level) == (code == 5) {
                        join(left, top)
                        join(bottom, right)
                    } else {
                        join(left, bottom)
                        join(right, top)
                    }
                }
            }
        }
        func point(_ edge: Int) -> Point {
            let corner = edge / 2
            let other = edge % 2 == 0 ? corner + 1 : corner + columns
            let (a, b) = (values[corner], values[other])
            let part = b == a ? 0.5 : max(0, min(1, (level - a) / (b - a)))
            let (x, y) = (Double(corner % columns), Double(corner / columns))
            return edge % 2 == 0 ? Point(x + part, y) : Point(x, y + part)
        }
        return chains(&links).map { $0.map(point) }
    }

    /// Walks the links into chains: open ones from their ends first, then rings.
    private static func chains(_ links: inout [Int: [Int]]) -> [[Int]] {
        var result: [[Int]] = []
        let ends = links.filter { $0.value.count == 1 }.keys.sorted()
        for start in ends + links.keys.sorted() {
            guard links[start]?.isEmpty == false else { continue }
            var chain = [start]
            var here = start
            while let next = links[here]?.popLast() {
                if let back = links[next]?.firstIndex(of: here) { links[next]?.remove(at: back) }
                chain.append(next)
                here = next
            }
            result.append(chain)
        }
        return result
    }
}
