import Datasets

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Divergences between two distributions given as masses that add up to 1, in nats.
///
/// Densities become masses by `masses(of:)`; then these sums are midpoint quadratures. I.
/// Csiszar's f-divergences as in Nowozin et al. 2016, arXiv:1606.00709, table 1.
package enum Divergence {
    /// Σ p log(p / q): 0 only when equal, infinite where q is 0 and p is not.
    package static func kl(_ p: [Double], _ q: [Double]) throws -> Double {
        try sum(p, q, "kl") { p, q in
            if p == 0 { return 0 }
            return q == 0 ? .infinity : p * log(p / q)
        }
    }

    /// ½ KL(p, m) + ½ KL(q, m) with m = (p + q) / 2: symmetric, at most log 2.
    package static func js(_ p: [Double], _ q: [Double]) throws -> Double {
        // Term by term, and not below 0: rounding could leave -1e-17 for equal distributions,
        // and the distance is the root of this.
        let total = try sum(p, q, "js") { p, q in
            let m = (p + q) / 2
            let left = p == 0 ? 0 : p * log(p / m)
            let right = q == 0 ? 0 : q * log(q / m)
            return (left + right) / 2
        }
        return max(0, total)
    }

    /// The root of `js`, which is a metric (D. Endres, J. Schindelin 2003).
    package static func jsDistance(_ p: [Double], _ q: [Double]) throws -> Double {
        try js(p, q).squareRoot()
    }

    /// ½ Σ |p - q|, from 0 to 1: the largest difference of the probabilities of any event.
    package static func totalVariation(_ p: [Double], _ q: [Double]) throws -> Double {
        try sum(p, q, "total_variation") { abs($0 - $1) / 2 }
    }

    /// Pearson's χ²(p || q) = Σ (p - q)² / q; infinite where q is 0 and p is not.
    package static func pearson(_ p: [Double], _ q: [Double]) throws -> Double {
        try sum(p, q, "pearson") { p, q in
            if p == q { return 0 }
            return q == 0 ? .infinity : (p - q) * (p - q) / q
        }
    }

    /// ∫ (2q - (p + q))² / (p + q), the χ² between p + q and 2q to which LSGAN's generator
    /// objective leads when b - c = 1 and b - a = 2 (Mao et al. 2016, arXiv:1611.04076, eq. 8);
    /// it is twice that objective at the optimal discriminator. From 0 to 2.
    package static func leastSquares(_ p: [Double], _ q: [Double]) throws -> Double {
        try sum(p, q, "least_squares") { p, q in
            p + q == 0 ? 0 : (q - p) * (q - p) / (p + q)
        }
    }

    /// The masses of a one-dimensional density in `steps` equal cells of low...high, not scaled:
    /// they add up to the share of the density that lies there.
    package static func masses(
        of density: Density, from low: Double, to high: Double, steps: Int
    ) throws -> [Double] {
        guard density.dimensions == 1, low < high, (high - low).isFinite, steps > 0 else {
            throw MeasureError.argument(
                measure: "masses", problem: "there are no \(steps) cells from \(low) to \(high)",
                hint: "take a density of one dimension and a finite interval")
        }
        let width = (high - low) / Double(steps)
        return (0..<steps).map { density([low + (Double($0) + 0.5) * width]) * width }
    }

    /// The masses of a two-dimensional density in `steps` x `steps` equal cells of a square
    /// low...high on both axes.
    package static func masses2(
        of density: Density, from low: Double, to high: Double, steps: Int
    ) throws -> [Double] {
        guard density.dimensions == 2, low < high, (high - low).isFinite, steps > 0 else {
            throw MeasureError.argument(
                measure: "masses", problem: "there are no \(steps) cells from \(low) to \(high)",
                hint: "take a density of two dimensions and a finite interval")
        }
        let width = (high - low) / Double(steps)
        let places = (0..<steps).map { low + (Double($0) + 0.5) * width }
        return places.flatMap { x in places.map { y in density([x, y]) * width * width } }
    }

    /// The share of `values` in each of `bins` equal cells of low...high; what lies outside counts
    /// to the nearest cell, so the shares add up to 1.
    package static func histogram(
        _ values: [Double], from low: Double, to high: Double, bins: Int
    ) throws -> [Double] {
        guard low < high, (high - low).isFinite, bins > 0, !values.isEmpty else {
            throw MeasureError.argument(
                measure: "histogram",
                problem:
                    "there are no \(bins) bins from \(low) to \(high) for \(values.count) values",
                hint: "give at least one value and one bin, and the smaller bound first")
        }
        guard values.allSatisfy(\.isFinite) else {
            throw MeasureError.notFinite(measure: "histogram")
        }
        var counts = [Int](repeating: 0, count: bins)
        for value in values {
            let place = (min(max(value, low), high) - low) / (high - low) * Double(bins)
            counts[min(Int(place), bins - 1)] += 1
        }
        return counts.map { Double($0) / Double(values.count) }
    }

    private static func sum(
        _ p: [Double], _ q: [Double], _ measure: String, _ term: (Double, Double) -> Double
    ) throws -> Double {
        guard p.count == q.count, !p.isEmpty else {
            throw MeasureError.widths(measure: measure, left: [p.count], right: [q.count])
        }
        guard (p + q).allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            throw MeasureError.argument(
                measure: measure, problem: "a mass is negative or not finite",
                hint: "give probabilities that add up to 1")
        }
        return zip(p, q).reduce(0) { $0 + term($1.0, $1.1) }
    }
}
