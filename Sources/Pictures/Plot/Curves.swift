/// What turns long rows of numbers into lines worth drawing.
package enum Curves {
    /// Whether a value that can be shown has gaps, or an end, on both sides: no line shows it.
    static func hasLoneValues(_ values: [Double]) -> Bool {
        values.indices.contains { index in
            values[index].isFinite && (index == 0 || !values[index - 1].isFinite)
                && (index == values.count - 1 || !values[index + 1].isFinite)
        }
    }

    /// Whether the first or the last value that can be shown has a gap beside it: a dot, which
    /// the edge of the plot would cut.
    static func endsAlone(_ values: [Double]) -> Bool {
        guard let first = values.firstIndex(where: \.isFinite),
            let last = values.lastIndex(where: \.isFinite), first < last
        else { return false }
        return !values[first + 1].isFinite || !values[last - 1].isFinite
    }

    /// The median of the `window` values around each value; fewer at the ends. Values that are
    /// not finite stay as they are and count for nobody else. Windows of more than 4,001 are cut
    /// to that. Cost: values times window.
    package static func median(_ values: [Double], window: Int) -> [Double] {
        let half = min(max(0, window / 2), 2000, max(0, values.count - 1))
        if half == 0 { return values }
        var sorted: [Double] = []
        sorted.reserveCapacity(2 * half + 2)
        func position(_ value: Double) -> Int {
            var (low, high) = (0, sorted.count)
            while low < high {
                let middle = (low + high) / 2
                if sorted[middle] < value { low = middle + 1 } else { high = middle }
            }
            return low
        }
        var result = values
        for index in -half..<values.count {
            let entering = index + half
            if entering < values.count, values[entering].isFinite {
                sorted.insert(values[entering], at: position(values[entering]))
            }
            let leaving = index - half - 1
            if leaving >= 0, values[leaving].isFinite {
                sorted.remove(at: position(values[leaving]))
            }
            if index >= 0, values[index].isFinite, !sorted.isEmpty {
                let middle = sorted.count / 2
                result[index] =
                    sorted.count % 2 == 1
                    ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2
            }
        }
        return result
    }

    /// The stretches of a curve between its gaps, as places on the picture. More points than
    /// pixel columns become the first, least, greatest and last of each column: the drawn line
    /// covers the same pixels.
    static func stretches(
        x: [Double], y: [Double], _ across: Scale, _ up: Scale, pixel: Double
    ) -> [[Point]] {
        let count = x.isEmpty ? y.count : min(x.count, y.count)
        let columns = abs(across.end - across.start) / pixel
        let isRising = x.isEmpty || zip(x, x.dropFirst()).allSatisfy { !($0 > $1) }
        let isLong = Double(count) > 3 * columns
        var result: [[Point]] = []
        var stretch = Stretch(pixel: pixel, byColumn: isLong && isRising, isThinned: isLong)
        for index in 0..<count {
            if let across = across.place(x.isEmpty ? Double(index) : x[index]),
                let up = up.place(y[index])
            {
                stretch.add(Point(across, up))
            } else {
                stretch.finish(into: &result)
            }
        }
        stretch.finish(into: &result)
        return result
    }

    /// Points gathered up to the next gap.
    private struct Stretch {
        let pixel: Double
        let byColumn: Bool
        let isThinned: Bool
        var points: [Point] = []
        var column = Double.nan
        var first = Point(0, 0)
        var last = Point(0, 0)
        var least = Point(0, 0)
        var greatest = Point(0, 0)

        mutating func add(_ point: Point) {
            if !byColumn {
                // A long curve that turns back: points within half a pixel are one.
                if isThinned, let near = points.last, abs(near.x - point.x) < pixel / 2,
                    abs(near.y - point.y) < pixel / 2
                {
                    return
                }
                points.append(point)
                return
            }
            let here = (point.x / pixel).rounded(.down)
            if here != column {
                flush()
                column = here
                (first, last, least, greatest) = (point, point, point, point)
            } else {
                last = point
                if point.y < least.y { least = point }
                if point.y > greatest.y { greatest = point }
            }
        }

        private mutating func flush() {
            if column.isNaN { return }
            let inner = least.x <= greatest.x ? [least, greatest] : [greatest, least]
            for point in [first] + inner + [last] where point != points.last {
                points.append(point)
            }
            column = .nan
        }

        mutating func finish(into result: inout [[Point]]) {
            flush()
            if !points.isEmpty { result.append(points) }
            points = []
        }
    }

    /// Bins of equal width over the finite values: Freedman and Diaconis' width, 2 IQR / n^(1/3),
    /// between 5 and 120 bins, when `wished` is 0.
    static func bins(
        _ values: [Double], wished: Int, over range: ClosedRange<Double>
    ) -> (edges: [Double], counts: [Int]) {
        let finite = values.filter { $0.isFinite && range.contains($0) }
        var count = min(1000, max(0, wished))
        let span = range.upperBound - range.lowerBound
        if count == 0 {
            let sorted = finite.sorted()
            let quarter = sorted.count / 4
            let spread =
                sorted.isEmpty ? 0 : sorted[sorted.count - 1 - quarter] - sorted[quarter]
            let width = 2 * spread / cubeRoot(Double(max(1, finite.count)))
            let ideal = width > 0 ? span / width : 20
            count = Int(max(5, min(120, ideal.rounded(.up))))
        }
        let edges = (0...count).map { range.lowerBound + span * Double($0) / Double(count) }
        var counts = [Int](repeating: 0, count: count)
        for value in finite {
            let bin = Int((value - range.lowerBound) / span * Double(count))
            counts[max(0, min(count - 1, bin))] += 1
        }
        return (edges, counts)
    }

    private static func cubeRoot(_ value: Double) -> Double {
        var root = max(1, value.squareRoot())
        for _ in 0..<60 { root -= (root * root * root - value) / (3 * root * root) }
        return root
    }
}
