#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One picture of every kind, from numbers made up by formulas: the contact sheet that somebody
/// looks at after each change, and the material of many tests.
package struct Gallery {
    package let theme: Theme
    private var chance = Chance(seed: 7)

    package init(theme: Theme = .light) { self.theme = theme }

    /// All pictures with their names: PNG files, an animation among them, one SVG and one PDF.
    package static func files(theme: Theme) throws(PictureError) -> [(name: String, bytes: [UInt8])]
    {
        var gallery = Gallery(theme: theme)
        let suffix = theme.isDark ? "-dark" : "-light"
        let about = [("Title", "gallery"), ("Software", "saddle")]
        var files: [(name: String, bytes: [UInt8])] = []
        for (name, figure) in gallery.figures() {
            files.append((name + suffix + ".png", try figure.png(text: about)))
        }
        for (name, grid) in try gallery.grids() {
            files.append((name + suffix + ".png", try grid.png(text: about)))
        }
        files.append(("training" + suffix + ".png", try gallery.training().png(text: about)))
        files.append(("animation" + suffix + ".png", try gallery.animation().png(text: about)))
        let losses = gallery.losses()
        files.append(("losses" + suffix + ".svg", try losses.svg()))
        files.append(("losses" + suffix + ".pdf", try losses.pdf()))
        return files
    }

    /// All plots and fields.
    package mutating func figures() -> [(name: String, figure: Figure)] {
        [
            ("losses", losses()), ("losses-log", lossesLog()), ("seeds", seeds()),
            ("losses-large", large()), ("anatomy", anatomy()), ("gradients", gradients()),
            ("weights", weights()), ("histogram", histogram()), ("bars", bars()),
            ("scatter", scatter()), ("field", field()), ("field-panels", fieldPanels()),
            ("mesh", mesh()), ("odd-data", oddData()), ("small", small()),
        ]
    }

    // MARK: Curves

    /// A loss that falls from `start` to `end` with noise.
    private mutating func loss(
        _ count: Int, from start: Double, to end: Double, noise: Double
    ) -> [Double] {
        (0..<count).map { round in
            let trend = end + (start - end) * exp(-5 * Double(round) / Double(count))
            return trend + noise * chance.normal()
        }
    }

    package mutating func losses() -> Figure {
        let discriminator = loss(1001, from: 0.5, to: 0.245, noise: 0.02)
        let generator = loss(1001, from: 0.05, to: 0.26, noise: 0.03)
        return Figure(
            Axes(
                title: "lsgan on digits, round 1,000", x: Axis("round"), y: Axis("loss"),
                marks: [
                    .line(Line("D", y: discriminator, smoothing: 31)),
                    .line(Line("G", y: generator, smoothing: 31)),
                    .rule(Rule(.horizontal, at: 0.25, label: "equilibrium 1/4")),
                    .rule(Rule(.vertical, at: 400, label: "learning rate halved")),
                ]), theme: theme)
    }

    private mutating func lossesLog() -> Figure {
        let critic = loss(3000, from: 4, to: -3, noise: 0.1).map { pow(10, $0) }
        return Figure(
            Axes(
                title: "wgan_gp: Wasserstein estimate and penalty", x: Axis("round"),
                y: Axis("value", isLogarithmic: true),
                marks: [
                    .line(Line("estimate", y: critic, smoothing: 51)),
                    .line(
                        Line(
                            "λ · penalty at x̂", y: critic.map { $0 * 0.05 + 0.002 },
                            isDashed: true)),
                    .note(Note("λ = 10 → 1", x: 1500, y: critic[1500])),
                ]), theme: theme)
    }

    private mutating func seeds() -> Figure {
        let count = 200
        let runs = (0..<5).map { _ in loss(count, from: 2, to: 0.7, noise: 0.06) }
        let least = (0..<count).map { index in runs.map { $0[index] }.min() ?? 0 }
        let greatest = (0..<count).map { index in runs.map { $0[index] }.max() ?? 0 }
        let mean = (0..<count).map { index in runs.reduce(0) { $0 + $1[index] } / 5 }
        let x = (0..<count).map { Double($0) * 250 }
        let other = (0..<count).map { 0.4 + 1.2 * exp(-Double($0) / 30) }
        return Figure(
            Axes(
                title: "Five seeds: mean, least and greatest", x: Axis("samples seen"),
                y: Axis("time to recover", unit: "ms"),
                marks: [
                    .band(Band(x: x, lower: least, upper: greatest, pen: .series(0))),
                    .line(Line("lsgan", x: x, y: mean)),
                    .band(
                        Band(
                            x: x, lower: other.map { $0 - 0.1 }, upper: other.map { $0 + 0.1 },
                            pen: .series(1))),
                    .line(Line("gan, saturating", x: x, y: other)),
                ]), theme: theme)
    }

    /// A million points, and numbers far from one.
    private mutating func large() -> Figure {
        var level = 3_000_000.0
        let walk = (0..<1_000_000).map { _ in
            level += 900 * chance.normal()
            return level
        }
        let tiny = loss(400, from: 4e-6, to: 1e-6, noise: 1e-7)
        return Figure(
            [
                Axes(
                    title: "A million values", x: Axis("step"), y: Axis("score"),
                    marks: [.line(Line(y: walk))]),
                Axes(
                    title: "Small values", x: Axis("round"), y: Axis("learning rate"),
                    marks: [.line(Line(y: tiny, pen: .series(1)))]),
                Axes(
                    title: "A narrow range", x: Axis("round"), y: Axis("value"),
                    marks: [
                        .line(
                            Line(
                                y: tiny.map { 1_234_567 + $0 * 100 }, pen: .series(2)))
                    ]),
                Axes(
                    title: "Names that need two rows of legend", x: Axis("round"),
                    marks: (0..<8).map { index in
                        .line(
                            Line(
                                "player number \(index + 1)",
                                y: (0..<50).map { sin(Double($0) / 8 + Double(index)) }))
                    }),
            ], title: "Numbers of every size", columns: 2, width: 900, height: 640, theme: theme)
    }

    private mutating func anatomy() -> Figure {
        let scores = stride(from: -3.0, through: 4, by: 0.02).map { $0 }
        let samples = (0..<120).map { _ in 0.3 + 0.5 * chance.normal() }
        func panel(_ title: String, _ curves: [(String, (Double) -> Double)]) -> Axes {
            Axes(
                title: title, x: Axis("score D(G(z))"), y: Axis("loss of G"),
                marks: curves.map { .line(Line($0.0, x: scores, y: scores.map($0.1))) }
                    + [.rug(Rug("samples", values: samples, pen: .ink))])
        }
        return Figure(
            [
                panel(
                    "Loss",
                    [
                        ("lsgan", { ($0 - 1) * ($0 - 1) / 2 }),
                        ("gan, −log σ(s)", { log(1 + exp(-$0)) }),
                        ("gan, log(1 − σ(s))", { -log(1 + exp($0)) }),
                    ]),
                panel(
                    "Derivative",
                    [
                        ("lsgan", { $0 - 1 }), ("gan, −log σ(s)", { -1 / (1 + exp($0)) }),
                        ("gan, log(1 − σ(s))", { -1 / (1 + exp(-$0)) }),
                    ]),
            ], title: "What each loss tells the generator", columns: 2, width: 900, height: 420,
            theme: theme)
    }

    // MARK: Bars and histograms

    private mutating func gradients() -> Figure {
        let names = [
            "linear 64 → 128", "batch_norm 128", "relu", "linear 128 → 256", "batch_norm 256",
            "linear 256 → 784",
        ]
        let norms = [0.00021, 0.0042, 0.011, 0.032, 0.4, 1.9]
        return Figure(
            Axes(
                title: "Gradient norm per layer", x: Axis("norm", isLogarithmic: true),
                marks: [
                    .bars(
                        Bars(
                            labels: names,
                            series: [
                                Bars.Series("G", values: norms),
                                Bars.Series("D", values: norms.reversed()),
                            ], isLying: true))
                ]), theme: theme)
    }

    private mutating func weights() -> Figure {
        let axes = (0..<6).map { layer in
            Axes(
                title: "layer \(layer + 1)", x: Axis(layer > 2 ? "weight" : ""),
                y: Axis(layer % 3 == 0 ? "count" : ""),
                marks: [
                    .histogram(
                        Histogram(
                            values: (0..<4000).map { _ in
                                chance.normal() * 0.02 * Double(layer + 1)
                            }, pen: .series(0)))
                ])
        }
        return Figure(
            axes, title: "Weights of D", columns: 3, width: 900, height: 520, theme: theme)
    }

    private mutating func histogram() -> Figure {
        Figure(
            Axes(
                title: "Scores of real and generated samples", x: Axis("D(x)"),
                y: Axis("density"),
                marks: [
                    .histogram(
                        Histogram(
                            "real", values: (0..<3000).map { _ in 1 + 0.5 * chance.normal() },
                            isDensity: true)),
                    .histogram(
                        Histogram(
                            "generated", values: (0..<800).map { _ in 0.6 * chance.normal() },
                            isDensity: true)),
                ]), theme: theme)
    }

    private func bars() -> Figure {
        Figure(
            Axes(
                title: "Classes among 1,000 samples", x: Axis("class"), y: Axis("share", unit: "%"),
                marks: [
                    .bars(
                        Bars(
                            labels: (0..<10).map(String.init),
                            series: [
                                Bars.Series(
                                    "lsgan", values: [10, 11, 9, 12, 8, 9, 11, 10, 12, 8],
                                    errors: [Double](repeating: 1, count: 10)),
                                Bars.Series("gan", values: [2, 31, 5, 9, 14, 1, 8, 22, 3, 5]),
                            ])),
                    .rule(Rule(.horizontal, at: 10, label: "even share")),
                ]), theme: theme)
    }
}

/// Numbers that look random and are the same every time (G. Marsaglia 2003, xorshift).
struct Chance {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    /// Between 0 and 1.
    mutating func uniform() -> Double {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Double(state >> 11) / 9_007_199_254_740_992
    }

    /// Mean 0, variance 1 (G. Box and M. Muller 1958).
    mutating func normal() -> Double {
        let radius = (-2 * log(max(1e-300, uniform()))).squareRoot()
        return radius * cos(2 * Double.pi * uniform())
    }
}
