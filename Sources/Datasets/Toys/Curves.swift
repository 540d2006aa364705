import Tensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Dataset {
    /// A spiral: t = 3π/2 (1 + 2u), point (t cos t, t sin t) plus noise, all divided by `scale`.
    ///
    /// As in WGAN-GP's toy data (arXiv:1704.00028): scikit-learn's `make_swiss_roll` with noise
    /// 0.25, its first and third axis, divided by 7.5.
    package static func swissRoll(
        noise: Double = 0.25, scale: Double = 7.5
    ) throws -> Dataset {
        try positive(scale, "scale", "swiss_roll")
        return try curve(
            "swiss_roll", "a spiral of one and a half turns", deviation: noise / scale, steps: 4096,
            source: "I. Gulrajani et al. 2017, arXiv:1704.00028, toy data"
        ) { u in
            let t = 1.5 * Double.pi * (1 + 2 * u)
            return (t * cos(t) / scale, t * sin(t) / scale)
        }
    }

    /// Two half circles that reach into one another, labels 0 (upper) and 1 (lower).
    ///
    /// The curves of scikit-learn's `make_moons`, drawn at random places instead of equal steps.
    package static func twoMoons(noise: Double = 0.1) throws -> Dataset {
        try curve(
            "two_moons", "two half circles that reach into one another", deviation: noise,
            steps: 2048, source: "F. Pedregosa et al.: scikit-learn, JMLR 12, 2011",
            labels: ["upper", "lower"]
        ) { u in
            // The first half of the parameter runs over the upper moon, the second the lower.
            let t = Double.pi * (u < 0.5 ? 2 * u : 2 * u - 1)
            return u < 0.5 ? (cos(t), sin(t)) : (1 - cos(t), 0.5 - sin(t))
        }
    }

    /// Points (`at`, u) with u uniform in 0...1: a segment that moves sideways.
    ///
    /// Two of these are Example 1 of Arjovsky et al. 2017, arXiv:1701.07875: their
    /// Jensen-Shannon divergence is log 2 at every distance except 0, their Wasserstein distance
    /// is the distance. With `deviation` above 0 the first coordinate is blurred, and the
    /// density is known.
    package static func line(at place: Double = 0, deviation: Double = 0) throws -> Dataset {
        guard place.isFinite, deviation >= 0, deviation.isFinite else {
            throw DatasetError.argument(
                who: "line", problem: "there is no line at \(place) of width \(deviation)",
                hint: "write line(at: 0.5)")
        }
        let density = Density(dimensions: 2) { point in
            guard (0...1).contains(point[1]) else { return -.infinity }
            let z = (point[0] - place) / deviation
            return -0.5 * z * z - log(deviation * (2 * Double.pi).squareRoot())
        }
        return Dataset(
            name: "line", summary: "points on a vertical segment of length 1",
            shape: [2], range: nil, classNames: [],
            source: "M. Arjovsky et al. 2017, arXiv:1701.07875, example 1",
            licence: "none needed", density: deviation > 0 ? density : nil,
            content: .sampler { batch, generator in
                let heights = try generator.uniform([batch])
                let noise = try generator.normal([batch], deviation: Float(deviation))
                let points = try Tensor(shape: [batch, 2]) { target in
                    heights.withValues { heights in
                        noise.withValues { noise in
                            for row in 0..<batch {
                                target[2 * row] = Float(place) + noise[row]
                                target[2 * row + 1] = heights[row]
                            }
                        }
                    }
                }
                return (points, nil)
            })
    }

    private static func curve(
        _ name: String, _ summary: String, deviation: Double, steps: Int, source: String,
        labels: [String] = [], _ curve: @escaping @Sendable (Double) -> (Double, Double)
    ) throws -> Dataset {
        try positive(deviation, "noise", name)
        return Dataset(
            name: name, summary: summary, shape: [2], range: nil, classNames: labels,
            source: source, licence: "none needed",
            density: .around(curve, deviation: deviation, steps: steps),
            content: .sampler { batch, generator in
                let places = try generator.uniform([batch])
                let noise = try generator.normal([batch, 2], deviation: Float(deviation))
                let parts = max(labels.count, 1)
                let points = try Tensor(shape: [batch, 2]) { target in
                    places.withValues { places in
                        noise.withValues { noise in
                            for row in 0..<batch {
                                let (x, y) = curve(Double(places[row]))
                                target[2 * row] = Float(x) + noise[2 * row]
                                target[2 * row + 1] = Float(y) + noise[2 * row + 1]
                            }
                        }
                    }
                }
                guard !labels.isEmpty else { return (points, nil) }
                let classes = try Tensor(shape: [batch]) { target in
                    places.withValues { places in
                        for row in 0..<batch {
                            target[row] = (places[row] * Float(parts)).rounded(.down)
                        }
                    }
                }
                return (points, classes)
            })
    }

    private static func positive(_ value: Double, _ what: String, _ who: String) throws {
        guard value > 0, value.isFinite else {
            throw DatasetError.argument(
                who: who, problem: "a \(what) of \(value) is not possible",
                hint: "the \(what) must be positive")
        }
    }
}
