import Tensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Kernel distances: the squared maximum mean discrepancy, in the unbiased form, so it can be
/// slightly negative (A. Gretton et al. 2012, JMLR 13, eq. 3).
package enum Discrepancy {
    /// With the kernel exp(-|x - y|² / (2 width²)); `width` nil: the median distance of all pairs.
    ///
    /// Cost (n + m)² times the number of coordinates.
    package static func gaussian(
        _ left: Tensor, _ right: Tensor, width: Double? = nil
    ) throws -> Double {
        let (a, b) = try Rows.pair(left, right, "mmd", atLeast: 2)
        if let width, !(width > 0) {
            throw MeasureError.argument(
                measure: "mmd", problem: "a kernel cannot be \(width) wide",
                hint: "the width must be positive")
        }
        try check(a, b, "mmd", most: mostPaired / 2)
        let variance = width.map { $0 * $0 } ?? median(a.squaredDistances(to: b))
        // All points in one place: every kernel value is 1, and the discrepancy 0.
        guard variance > 0 else { return 0 }
        return unbiased(a, b, Rows.squaredDistances) { exp(-$0 / (2 * variance)) }
    }

    /// The most rows that are compared with as many others: the cost is their square.
    package static let mostPaired = 10_000

    private static func check(_ a: Rows, _ b: Rows, _ measure: String, most: Int) throws {
        let count = max(a.count, b.count)
        guard count > most else { return }
        throw MeasureError.argument(
            measure: measure, problem: "every pair of \(count) samples would take too long",
            hint: "take \(most) samples at most, or swd")
    }

    /// With the kernel (x·y / d + 1)³ of the Kernel Inception Distance (M. Binkowski et al. 2018,
    /// arXiv:1801.01401), on features of d coordinates.
    package static func polynomial(_ left: Tensor, _ right: Tensor) throws -> Double {
        let (a, b) = try Rows.pair(left, right, "kid", atLeast: 2)
        try check(a, b, "kid", most: mostPaired)
        return polynomial(a, b)
    }

    static func polynomial(_ a: Rows, _ b: Rows) -> Double {
        unbiased(a, b, Rows.products) { product in
            let base = product / Double(a.width) + 1
            return base * base * base
        }
    }

    /// The Kernel Inception Distance and its standard error over `splits` equal parts.
    package static func kid(
        _ left: Tensor, _ right: Tensor, splits: Int = 10
    ) throws -> (value: Double, error: Double) {
        let (a, b) = try Rows.pair(left, right, "kid", atLeast: 2)
        let parts = max(1, min(splits, min(a.count, b.count) / 2))
        try check(a, b, "kid", most: mostPaired)
        let values = (0..<parts).map { part in
            polynomial(
                a.slice(a.count * part / parts..<a.count * (part + 1) / parts),
                b.slice(b.count * part / parts..<b.count * (part + 1) / parts))
        }
        let statistics = Statistics(values)
        return (statistics.mean, statistics.error)
    }

    private static func unbiased(
        _ a: Rows, _ b: Rows, _ measure: (Rows) -> (Rows) -> [Double], _ kernel: (Double) -> Double
    ) -> Double {
        let (n, m) = (Double(a.count), Double(b.count))
        return a.sum(with: a, isSame: true, of: measure, kernel) / (n * (n - 1))
            + b.sum(with: b, isSame: true, of: measure, kernel) / (m * (m - 1))
            - 2 * a.sum(with: b, isSame: false, of: measure, kernel) / (n * m)
    }

    /// The mean where more than half of all pairs coincide, so that the others still count.
    private static func median(_ squares: [Double]) -> Double {
        let middle = squares.sorted()[squares.count / 2]
        return middle > 0 ? middle : squares.reduce(0, +) / Double(squares.count)
    }
}

/// Mean and spread of a few numbers.
package struct Statistics: Sendable, Equatable {
    package let mean: Double
    /// The standard deviation with n - 1; 0 for one number.
    package let deviation: Double
    /// The standard error of the mean.
    package let error: Double
    package let count: Int

    package init(_ values: [Double]) {
        let (count, sum) = (values.count, values.reduce(0, +))
        let mean = count == 0 ? 0 : sum / Double(count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        self.count = count
        self.mean = mean
        deviation = count < 2 ? 0 : (squares / Double(count - 1)).squareRoot()
        error = count < 2 ? 0 : deviation / Double(count).squareRoot()
    }
}
