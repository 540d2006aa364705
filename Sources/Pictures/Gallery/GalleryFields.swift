#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Gallery {
    /// `count` points on a ring of eight Gaussians.
    private func ring(_ count: Int, spread: Double, seed: UInt64) -> (x: [Double], y: [Double]) {
        var chance = Chance(seed: seed)
        var x: [Double] = []
        var y: [Double] = []
        for index in 0..<count {
            let angle = Double(index % 8) * Double.pi / 4
            x.append(2 * cos(angle) + spread * chance.normal())
            y.append(2 * sin(angle) + spread * chance.normal())
        }
        return (x, y)
    }

    /// The values of `function` on a 200x200 grid over -3...3.
    private func field(
        _ map: Field.Map, label: String = "", hasColourBar: Bool = true,
        _ function: (Double, Double) -> Double
    ) -> Field {
        let places = (0..<200).map { -3 + 6 * Double($0) / 199 }
        let values = places.flatMap { y in places.map { x in function(x, y) } }
        return Field(
            values: values, columns: 200, rows: 200, x: -3...3, y: -3...3, map: map,
            label: label, hasColourBar: hasColourBar)
    }

    private static func density(_ x: Double, _ y: Double, spread: Double) -> Double {
        (0..<8).reduce(0.0) { sum, index in
            let angle = Double(index) * Double.pi / 4
            let (dx, dy) = (x - 2 * cos(angle), y - 2 * sin(angle))
            return sum + exp(-(dx * dx + dy * dy) / (2 * spread * spread))
        }
    }

    func scatter() -> Figure {
        let real = ring(800, spread: 0.08, seed: 1)
        let fake = ring(800, spread: 0.3, seed: 2)
        return Figure(
            Axes(
                title: "ring: real beside generated, round 2,000", x: Axis("x₁"), y: Axis("x₂"),
                marks: [
                    .scatter(Scatter("real", x: real.x, y: real.y, size: 4)),
                    .scatter(Scatter("generated", x: fake.x, y: fake.y, size: 4)),
                ], isEqual: true), width: 560, height: 560, theme: theme)
    }

    func field() -> Figure {
        let fake = ring(64, spread: 0.25, seed: 4)
        return Figure(
            Axes(
                title: "D(x), real and generated points, −∇D", x: Axis("x₁"), y: Axis("x₂"),
                marks: fieldMarks(fake, hasColourBar: true), isEqual: true), theme: theme)
    }

    private func fieldMarks(
        _ fake: (x: [Double], y: [Double]), hasColourBar: Bool
    ) -> [Mark] {
        let real = ring(200, spread: 0.08, seed: 3)
        return [
            .field(
                field(.diverging(centre: 0), label: "score", hasColourBar: hasColourBar) { x, y in
                    let radius = (x * x + y * y).squareRoot()
                    return 1.2 * Gallery.density(x, y, spread: 0.5)
                        - 0.25 * (radius - 2) * (radius - 2) - 0.2
                }),
            .arrows(
                Arrows(
                    x: fake.x, y: fake.y, dx: zip(fake.x, fake.y).map { $0 * 0.1 - $1 * 0.05 },
                    dy: zip(fake.x, fake.y).map { $1 * 0.1 + $0 * 0.05 }, longest: 24)),
            .scatter(
                Scatter("real", x: real.x, y: real.y, size: 4, opacity: 0.9, pen: .ink)),
            .scatter(
                Scatter("generated", x: fake.x, y: fake.y, size: 5, opacity: 1, pen: .series(4))),
        ]
    }

    func fieldPanels() -> Figure {
        let fake = ring(64, spread: 0.25, seed: 5)
        let optimal = field(.sequential, label: "D*(x)") { x, y in
            let real = Gallery.density(x, y, spread: 0.3)
            return real / (real + Gallery.density(x, y, spread: 0.8) * 0.2 + 0.02)
        }
        let hole = field(.sequential, label: "log p(x)") { x, y in
            let value = log(Gallery.density(x, y, spread: 0.6))
            return x * x + y * y < 0.6 ? .nan : value
        }
        return Figure(
            [
                Axes(
                    title: "trained D", x: Axis("x₁"), y: Axis("x₂"),
                    marks: fieldMarks(fake, hasColourBar: true), isEqual: true),
                Axes(
                    title: "optimal D*", x: Axis("x₁"), y: Axis("x₂"), marks: [.field(optimal)],
                    isEqual: true),
                Axes(
                    title: "not finite in the middle", x: Axis("x₁"), y: Axis("x₂"),
                    marks: [.field(hole)], isEqual: true),
            ], columns: 3, width: 1080, height: 330, theme: theme)
    }

    func mesh() -> Figure {
        let side = 21
        var x: [Double] = []
        var y: [Double] = []
        for row in 0..<side {
            for column in 0..<side {
                let (u, v) = (Double(column) / 10 - 1, Double(row) / 10 - 1)
                x.append(u + 0.4 * sin(3 * v))
                y.append(v + 0.3 * cos(2 * u) * u)
            }
        }
        return Figure(
            Axes(
                title: "Where G takes a regular grid", x: Axis("x₁"), y: Axis("x₂"),
                marks: [.mesh(Mesh("G(z)", x: x, y: y, columns: side, rows: side))],
                isEqual: true), theme: theme)
    }

    /// What nobody wants to see and everybody meets.
    func oddData() -> Figure {
        let gap = (0..<60).map { $0 % 20 == 10 ? Double.nan : sin(Double($0) / 6) }
        return Figure(
            [
                Axes(title: "no value", x: Axis("round"), marks: [.line(Line("D", y: []))]),
                Axes(title: "one value", x: Axis("round"), marks: [.line(Line("D", y: [0.7]))]),
                Axes(
                    title: "a constant", x: Axis("round"),
                    marks: [.line(Line("D", y: [Double](repeating: 0.25, count: 30)))]),
                Axes(title: "gaps", x: Axis("round"), marks: [.line(Line("D", y: gap))]),
                Axes(
                    title: "nothing finite", x: Axis("round"),
                    marks: [.line(Line("D", y: [.nan, .infinity, -.infinity]))]),
                Axes(
                    title: "no positive value on a log axis", x: Axis("round"),
                    y: Axis("loss", isLogarithmic: true), marks: [.line(Line("D", y: [-1, 0]))]),
                Axes(
                    title:
                        "A title that is much longer than its plot is wide and therefore goes on "
                        + "in a second line and ends where there is no more room for it",
                    x: Axis("an axis label that says rather more than anybody would care to read"),
                    y: Axis("and another one that is too long for its axis"),
                    marks: [.line(Line("a curve with a name longer than the plot", y: gap))]),
                Axes(
                    title: "from 10⁻³⁰⁰ to 10³⁰⁰", x: Axis("round"),
                    y: Axis(isLogarithmic: true),
                    marks: [.line(Line(y: (0..<60).map { pow(10, Double($0) * 10 - 300) }))]),
                Axes(
                    title: "enormous", x: Axis("round"),
                    marks: [.line(Line(y: [-1.7e308, 1.7e308, 0]))]),
            ], columns: 3, width: 960, height: 720, theme: theme)
    }

    func small() -> Figure {
        Figure(
            Axes(
                x: Axis("round"), y: Axis("loss"),
                marks: [.line(Line("D", y: (0..<50).map { sin(Double($0) / 9) }))]), width: 240,
            height: 160, scale: 2, theme: theme)
    }
}
