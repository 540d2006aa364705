import Tensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Wasserstein-1: the least mean distance that mass must travel.
package enum Wasserstein {
    /// The exact distance of two collections of numbers, of equal or different counts.
    ///
    /// ∫ |F⁻¹(t) - G⁻¹(t)| dt of the two empirical quantile functions; for equal counts the mean
    /// absolute difference of the sorted samples. Cost n log n.
    package static func line(_ left: [Double], _ right: [Double]) throws -> Double {
        guard !left.isEmpty, !right.isEmpty else {
            throw MeasureError.tooFew(measure: "wasserstein", needs: 1, got: 0)
        }
        guard (left + right).allSatisfy(\.isFinite) else {
            throw MeasureError.notFinite(measure: "wasserstein")
        }
        return sortedDistance(left.sorted(), right.sorted())
    }

    /// The distance of two collections that are sorted already.
    static func sortedDistance(_ a: [Double], _ b: [Double]) -> Double {
        if a.count == b.count {
            return zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(a.count)
        }
        // Both quantile functions are steps; in whole numbers of 1 / (n m) no step is lost.
        var (i, j, left, right, total) = (0, 0, b.count, a.count, 0.0)
        while i < a.count, j < b.count {
            let share = min(left, right)
            total += Double(share) * abs(a[i] - b[j])
            (left, right) = (left - share, right - share)
            if left == 0 { (i, left) = (i + 1, b.count) }
            if right == 0 { (j, right) = (j + 1, a.count) }
        }
        return total / (Double(a.count) * Double(b.count))
    }

    /// The most samples that `exact` takes for more than one coordinate.
    package static let mostAssigned = 2000

    /// The exact distance of two collections of points under the Euclidean distance.
    ///
    /// One coordinate: by sorting. More: as an assignment, for equal counts up to `mostAssigned`;
    /// cost n³ (0.03 s for 500 points that lie among each other, 0.12 s for two
    /// clouds apart; 10 s for 2,000 such, as SciPy's linear_sum_assignment).
    package static func exact(_ left: Tensor, _ right: Tensor) throws -> Double {
        let (a, b) = try Rows.pair(left, right, "wasserstein")
        if a.width == 1 { return sortedDistance(a.values.sorted(), b.values.sorted()) }
        guard a.count == b.count else {
            throw MeasureError.argument(
                measure: "wasserstein",
                problem: "\(a.count) and \(b.count) points cannot be paired off",
                hint: "draw as many samples as data")
        }
        guard a.count <= mostAssigned else {
            throw MeasureError.argument(
                measure: "wasserstein",
                problem: "the exact distance of \(a.count) points would take too long",
                hint: "take \(mostAssigned) points at most, or swd")
        }
        let costs = a.squaredDistances(to: b).map { $0.squareRoot() }
        return Assignment(costs: costs, size: a.count).total / Double(a.count)
    }

    /// The mean of `exact` over the projections on `directions` random unit vectors.
    ///
    /// J. Rabin et al. 2011. Any number of coordinates and of samples; the same seed gives the
    /// same directions, so that two figures compare.
    package static func sliced(
        _ left: Tensor, _ right: Tensor, directions: Int = 128, seed: UInt64 = 0
    ) throws -> Double {
        let (a, b) = try Rows.pair(left, right, "swd")
        guard directions > 0 else {
            throw MeasureError.argument(
                measure: "swd", problem: "there are no \(directions) directions",
                hint: "write directions: 128")
        }
        var generator = Generator(seed: seed)
        let vectors = try Rows(generator.normal([directions, a.width]), "swd")
        let (left, right) = (vectors.products(with: a), vectors.products(with: b))
        var total = 0.0
        for direction in 0..<directions {
            let length = vectors[direction].reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length > 0 else { continue }
            total +=
                sortedDistance(
                    left[direction * a.count..<(direction + 1) * a.count].sorted(),
                    right[direction * b.count..<(direction + 1) * b.count].sorted()) / length
        }
        return total / Double(directions)
    }
}

/// The cheapest way to pair n rows with n columns.
///
/// Shortest augmenting paths with potentials (R. Jonker, A. Volgenant 1987): each row in turn
/// is added by a shortest path in reduced costs, which stay non-negative. Cost n³.
struct Assignment {
    /// The column of each row.
    private(set) var columns: [Int]
    /// The sum of the costs of all pairs.
    private(set) var total: Double

    /// `costs` row by row, finite.
    init(costs: [Double], size n: Int) {
        var (rowPotential, columnPotential) = (
            [Double](repeating: 0, count: n), [Double](repeating: 0, count: n)
        )
        var rowOf = [Int](repeating: -1, count: n)
        costs.withUnsafeBufferPointer { costs in
            for row in 0..<n {
                Self.add(row, n, costs, &rowPotential, &columnPotential, &rowOf)
            }
        }
        columns = [Int](repeating: 0, count: n)
        total = 0
        for (column, row) in rowOf.enumerated() {
            columns[row] = column
            total += costs[row * n + column]
        }
    }

    private static func add(
        _ start: Int, _ n: Int, _ costs: UnsafeBufferPointer<Double>,
        _ rowPotential: inout [Double], _ columnPotential: inout [Double], _ rowOf: inout [Int]
    ) {
        var distance = [Double](repeating: .infinity, count: n)
        var previous = [Int](repeating: -1, count: n)
        var isDone = [Bool](repeating: false, count: n)
        var (row, column, length) = (start, -1, 0.0)
        var reached: [(row: Int, column: Int, length: Double)] = []
        repeat {
            var (nearest, next) = (Double.infinity, -1)
            for other in 0..<n where !isDone[other] {
                let through =
                    length + costs[row * n + other] - rowPotential[row] - columnPotential[other]
                if through < distance[other] {
                    distance[other] = through
                    previous[other] = column
                }
                if distance[other] < nearest { (nearest, next) = (distance[other], other) }
            }
            (column, length) = (next, nearest)
            isDone[column] = true
            row = rowOf[column]
            if row >= 0 { reached.append((row, column, length)) }
        } while row >= 0
        rowPotential[start] += length
        for step in reached {
            rowPotential[step.row] += length - step.length
            columnPotential[step.column] -= length - step.length
        }
        while column >= 0 {
            let before = previous[column]
            rowOf[column] = before >= 0 ? rowOf[before] : start
            column = before
        }
    }
}
