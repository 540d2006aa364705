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
        let (aa, bb, ab) = (
            a.squaredDistances(to: a), b.squaredDistances(to: b), a.squaredDistances(to: b)
        )
        let variance = width.map { $0 * $0 } ?? median(ab)
        // All points in one place: every kernel value is 1, and the discrepancy 0.
        guard variance > 0 else { return 0 }
        let kernel = { (square: Double) in exp(-square / (2 * variance)) }
        return unbiased(
            aa.map(kernel), bb.map(kernel), ab.map(kernel), a.count, b.count)
    }

    /// With the kernel (x·y / d + 1)³ of the Kernel Inception Distance (M. Binkowski et al. 2018,
    /// arXiv:1801.01401), on features of d coordinates.
    package static func polynomial(_ left: Tensor, _ right: Tensor) throws -> Double {
        let (a, b) = try Rows.pair(left, right, "kid", atLeast: 2)
        return polynomial(a, b)
    }

    static func polynomial(_ a: Rows, _ b: Rows) -> Double {
        let kernel = { (product: Double) in
            let base = product / Double(a.width) + 1
            return base * base * base
        }
        return unbiased(
            a.products(with: a).map(kernel), b.products(with: b).map(kernel),
            a.products(with: b).map(kernel), a.count, b.count)
    }

    /// The Kernel Inception Distance and its standard error over `splits` equal parts.
    package static func kid(
        _ left: Tensor, _ right: Tensor, splits: Int = 10
    ) throws -> (value: Double, error: Double) {
        let (a, b) = try Rows.pair(left, right, "kid", atLeast: 2)
        let parts = max(1, min(splits, min(a.count, b.count) / 2))
        let values = (0..<parts).map { part in
            polynomial(
                a.slice(a.count * part / parts..<a.count * (part + 1) / parts),
                b.slice(b.count * part / parts..<b.count * (part + 1) / parts))
        }
        let statistics = Statistics(values)
        return (statistics.mean, statistics.error)
    }

    private static func unbiased(
        _ aa: [Double], _ bb: [Double], _ ab: [Double], _ n: Int, _ m: Int
    ) -> Double {
        let within = { (values: [Double], count: Int) in
            var sum = values.reduce(0, +)
            for index in 0..<count { sum -= values[index * count + index] }
            return sum / (Double(count) * Double(count - 1))
        }
        return within(aa, n) + within(bb, m) - 2 * ab.reduce(0, +) / (Double(n) * Double(m))
    }

    private static func median(_ squares: [Double]) -> Double {
        squares.sorted()[squares.count / 2]
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
