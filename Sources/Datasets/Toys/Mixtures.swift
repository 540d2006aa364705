#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Two families of scales are in the papers. WGAN-GP (Gulrajani et al. 2017, arXiv:1704.00028)
// divides its sets so that each axis has a variance of about 1; VEEGAN and PacGAN keep radius 1
// and spacing 2. The defaults are WGAN-GP's; `radius`, `spacing` and `deviation` give the others.

extension Dataset {
    /// `modes` Gaussians at equal distances on a circle around 0, labels 0 to modes - 1.
    ///
    /// Defaults as in WGAN-GP's toy data: radius 2, deviation 0.02, all divided by 1.414. VEEGAN
    /// (arXiv:1705.07761) and PacGAN (arXiv:1712.04086) use `radius: 1, deviation: 0.01`.
    /// All modes are distinct: the circle is divided by `modes`, its end is not repeated.
    package static func ring(
        _ modes: Int = 8, radius: Double = 2 / 1.414, deviation: Double? = nil
    ) throws -> Dataset {
        guard (1...10_000).contains(modes) else {
            throw DatasetError.argument(
                who: "ring", problem: "there is no ring of \(modes) modes", hint: "write ring(8)")
        }
        let centres = (0..<modes).map { mode in
            let angle = 2 * Double.pi * Double(mode) / Double(modes)
            return [radius * cos(angle), radius * sin(angle)]
        }
        // Papers keep the deviation at a hundredth of the radius.
        let mixture = try Mixture(
            centres: centres,
            deviations: Array(repeating: deviation ?? abs(radius) / 100, count: modes))
        return from(
            mixture, name: "ring", summary: "\(modes) Gaussians on a circle",
            source: "I. Gulrajani et al. 2017, arXiv:1704.00028, toy data")
    }

    /// 5 x 5 Gaussians on a square grid around 0, labels 0 to 24 row by row.
    ///
    /// Defaults as in WGAN-GP's toy data: -4 to 4 in steps of 2, deviation 0.05, all divided by
    /// 2.828. VEEGAN and PacGAN use `spacing: 2, deviation: 0.05`.
    package static func grid25(
        spacing: Double = 2 / 2.828, deviation: Double? = nil
    ) throws -> Dataset {
        let steps = [-2.0, -1, 0, 1, 2]
        let centres = steps.flatMap { x in steps.map { y in [x * spacing, y * spacing] } }
        let mixture = try Mixture(
            centres: centres,
            deviations: Array(repeating: deviation ?? abs(spacing) / 40, count: centres.count))
        return from(
            mixture, name: "grid25", summary: "25 Gaussians on a 5 x 5 grid",
            source: "I. Gulrajani et al. 2017, arXiv:1704.00028, toy data")
    }

    /// One Gaussian around `mean`, the same on every axis.
    package static func gaussian(
        mean: [Double] = [0, 0], deviation: Double = 1
    ) throws -> Dataset {
        let mixture = try Mixture(centres: [mean], deviations: [deviation])
        return from(
            mixture, name: "gaussian",
            summary: "one Gaussian in \(mean.count) dimension\(mean.count == 1 ? "" : "s")",
            source: "closed form")
    }

    /// Gaussians of one's own: centres (one list of coordinates each), deviations, weights.
    package static func mixture(
        centres: [[Double]], deviations: [Double], weights: [Double]? = nil
    ) throws -> Dataset {
        from(
            try Mixture(centres: centres, deviations: deviations, weights: weights),
            name: "mixture", summary: "\(centres.count) Gaussians", source: "closed form")
    }

    private static func from(
        _ mixture: Mixture, name: String, summary: String, source: String
    ) -> Dataset {
        Dataset(
            name: name, summary: summary, shape: [mixture.dimensions], range: nil,
            classNames: mixture.components.indices.map(String.init),
            source: source, licence: "none needed",
            density: Density(
                dimensions: mixture.dimensions, mixture: mixture, log: mixture.logDensity),
            content: .sampler { batch, generator in
                let (points, components) = try mixture.draw(batch, &generator)
                return (points, components)
            })
    }
}
