import Datasets
import Tensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How samples spread over the modes of a mixture, beside what a perfect sampler gets.
///
/// High quality: within 3 standard deviations of the nearest centre. Captured: nearest to at
/// least one high-quality sample (A. Srivastava et al. 2017, VEEGAN, arXiv:1705.07761). Reverse
/// KL: of the shares of all samples by nearest centre from the weights of the mixture (Z. Lin et
/// al. 2018, PacGAN, arXiv:1712.04086).
package struct ModeCoverage: Sendable, Equatable {
    /// How many modes were captured, and how many there are.
    package let captured: Int
    package let modes: Int
    /// The share of high-quality samples.
    package let highQuality: Double
    /// KL(shares of the samples || weights of the mixture), in nats.
    package let reverseKL: Double
    /// The number of samples nearest to each centre.
    package let counts: [Int]
    package let samples: Int
    /// What a perfect sampler gets on average.
    package let perfect: (captured: Double, highQuality: Double, reverseKL: Double)

    package static func == (left: ModeCoverage, right: ModeCoverage) -> Bool {
        left.captured == right.captured && left.counts == right.counts
            && left.highQuality == right.highQuality && left.samples == right.samples
    }

    /// Counts the samples `[n, dimensions]` by the modes of `mixture`.
    package init(of samples: Tensor, in mixture: Mixture) throws {
        let rows = try Rows(samples, "modes")
        guard rows.width == mixture.dimensions else {
            throw MeasureError.widths(
                measure: "modes", left: samples.shape, right: [mixture.dimensions])
        }
        let components = mixture.components
        var counts = [Int](repeating: 0, count: components.count)
        var isCaptured = [Bool](repeating: false, count: components.count)
        var good = 0
        for row in 0..<rows.count {
            let (mode, square) = Self.nearest(rows[row], components)
            counts[mode] += 1
            if square.squareRoot() <= 3 * components[mode].deviation {
                good += 1
                isCaptured[mode] = true
            }
        }
        let weights = components.map(\.weight)
        let quality = Self.withinThree(mixture.dimensions)
        self.counts = counts
        self.samples = rows.count
        modes = components.count
        captured = isCaptured.filter { $0 }.count
        highQuality = Double(good) / Double(rows.count)
        reverseKL = try Divergence.kl(counts.map { Double($0) / Double(rows.count) }, weights)
        perfect = (
            weights.reduce(0) { $0 + 1 - pow(1 - $1 * quality, Double(rows.count)) },
            quality, Self.expectedKL(weights, samples: rows.count)
        )
    }

    /// Counts `samples` of a data set that is a mixture of Gaussians.
    package init(of samples: Tensor, in data: Dataset) throws {
        guard let mixture = data.density?.mixture else {
            throw MeasureError.data(measure: "modes", name: data.name, lacks: "known modes")
        }
        try self.init(of: samples, in: mixture)
    }

    /// The three figures.
    package var readings: [Reading] {
        [
            Reading(
                "modes captured", Double(captured), perfect: perfect.captured, samples: samples,
                note: "there are \(modes)"),
            Reading(
                "high-quality share", highQuality, perfect: perfect.highQuality, samples: samples),
            Reading(
                "reverse KL of the modes", reverseKL, perfect: perfect.reverseKL, samples: samples),
        ]
    }

    /// The share of a Gaussian in `dimensions` dimensions that lies within 3 deviations.
    ///
    /// The regularised incomplete gamma function P(d/2, 9/2) by its power series; 1 - e^-4.5 =
    /// 98.89 % in two dimensions.
    package static func withinThree(_ dimensions: Int) -> Double {
        let (a, x) = (Double(dimensions) / 2, 4.5)
        var (term, sum, n) = (1 / a, 1 / a, a)
        while term > sum * 1e-16 {
            n += 1
            term *= x / n
            sum += term
        }
        return sum * exp(-x + a * log(x) - lgamma(a))
    }

    /// The mean of KL(shares || weights) over perfect samplers of `samples` independent draws.
    ///
    /// Each count is binomial, so the mean is a sum over its values; no simulation.
    package static func expectedKL(_ weights: [Double], samples: Int) -> Double {
        var known: [Double: Double] = [:]
        return weights.reduce(0) { total, weight in
            if let term = known[weight] { return total + term }
            let term = expectedTerm(weight, Double(samples))
            known[weight] = term
            return total + term
        }
    }

    /// E[(X/n) log(X / (n w))] for X binomial with n draws of probability w.
    private static func expectedTerm(_ weight: Double, _ n: Double) -> Double {
        guard weight > 0, weight < 1 else { return 0 }
        let deviation = (n * weight * (1 - weight)).squareRoot()
        // Beyond 12 deviations (and 40 counts, for small means) nothing is left in a Double.
        let low = max(1, (n * weight - 12 * deviation - 40).rounded(.down))
        let high = min(n, (n * weight + 12 * deviation + 40).rounded(.up))
        var (sum, x) = (0.0, low)
        while x <= high {
            let probability =
                lgamma(n + 1) - lgamma(x + 1) - lgamma(n - x + 1) + x * log(weight)
                + (n - x) * log1p(-weight)
            sum += exp(probability) * x / n * log(x / (n * weight))
            x += 1
        }
        return sum
    }

    private static func nearest(
        _ point: ArraySlice<Double>, _ components: [Mixture.Component]
    ) -> (mode: Int, square: Double) {
        var best = (mode: 0, square: Double.infinity)
        for (mode, component) in components.enumerated() {
            let square = zip(point, component.centre).reduce(0) {
                $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
            }
            if square < best.square { best = (mode, square) }
        }
        return best
    }
}

/// How labels given by a classifier spread over the classes of the data.
package struct ClassCoverage: Sendable, Equatable {
    /// How many classes have at least one sample.
    package let captured: Int
    package let counts: [Int]
    /// How many classes the data have.
    package let classes: Int
    /// KL(shares || those of the data) in nats: log(classes / n) when n of equally likely classes
    /// are hit alike; infinite where a class is hit that the data lack.
    package let reverseKL: Double
    /// What a perfect sampler gets on average.
    package let perfectKL: Double
    package let samples: Int

    /// `labels` are whole numbers below `classes`, which the data have in the shares `weights`; nil:
    /// in equal ones.
    package init(labels: [Int], classes: Int, weights: [Double]? = nil) throws {
        let equal = [Double](repeating: 1 / Double(max(classes, 1)), count: max(classes, 0))
        let weights = weights ?? equal
        guard classes > 0, weights.count == classes, !labels.isEmpty,
            labels.allSatisfy({ (0..<classes).contains($0) })
        else {
            throw MeasureError.argument(
                measure: "classes", problem: "\(labels.count) labels do not fit \(classes) classes",
                hint: "labels are whole numbers from 0")
        }
        var counts = [Int](repeating: 0, count: classes)
        for label in labels { counts[label] += 1 }
        self.counts = counts
        self.classes = weights.filter { $0 > 0 }.count
        samples = labels.count
        captured = counts.filter { $0 > 0 }.count
        reverseKL = try Divergence.kl(
            counts.map { Double($0) / Double(labels.count) }, weights)
        perfectKL = ModeCoverage.expectedKL(weights, samples: labels.count)
    }
}
