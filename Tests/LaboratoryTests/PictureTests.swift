import Foundation
import Language
import Pictures
import Testing

@testable import Laboratory

/// Commands that draw, run as a person runs them.
@Suite struct PictureTests {
    private static let setUp = """
        seed 1
        G = mlp(noise(2), [8], 2)
        D = mlp(2, [8], 1)
        g = lsgan(G, D, ring(8))
        train g, rounds: 25

        """

    private func run(_ program: String) throws -> MIMEBundle {
        let outcome = Session().run(
            Source(name: "test", text: Self.setUp + program), output: Silence())
        try #require(outcome.faults.isEmpty, "\(outcome.faults)")
        return try #require(outcome.result)
    }

    @Test(arguments: [
        "curve(lsgan)", "curve(lsgan, gan, wgan, theme: \"dark\")", "curve(g)",
        "field(g, resolution: 20)", "surface(D, resolution: 20)", "interpolate(g)",
        "interpolate(g, \"linear\", rows: 2, steps: 3)", "nearest(g)", "gradients(g)", "weights(D)",
        "activations(D, ring(8))", "activations(G)", "animate(g)", "animate g",
        "field(D, resolution: 20, data: ring(8), title: \"D\")", "plot(sin, cos, x: -1...1)",
        "plot([1, 2], [2, 3], x: [5, 9], names: [\"a\", \"b\"], labels: [\"x\", \"y\"])",
        "plot([mean([1, 2]), 3], dots: true)", "plot(sin, cos, dots: [1])", "plot(x -> 1, sin)",
        "beside(plot(g), samples(g), plot(sin), columns: 2)", "beside([plot(sin), animate(g)])",
        "animate(g, of: \"field\", theme: \"dark\")", "samples(g, 9, theme: \"dark\")",
        "plot([g, fork(g)])",
        "histogram([1, 2], theme: \"dark\")",
        "plot([g, fork(g)], [fork(g), g], band: \"error\", log: true)", "plot(g, fork(g))",
        "plot(g, levels: [[\"equilibrium\", 1 / 4], 0.5], moments: 3, notes: [[\"λ\", 2, 0.3]])",
        "plot([g, g], log: \"both\", levels: [0, -1])", "plot([1, 2, 3], log: \"x\")",
        "bars([3, 1])", "bars([[3, 1], [nan, 2]], labels: [\"a\", 7], names: [\"λ\"], errors: 1)",
        "bars([1e-3, 10], lying: true, log: true, axis: \"ms\", theme: \"dark\")", "bars([])",
        "bars(g.history)", "histogram([randn([40]), [1, 2]], names: [\"a\", \"b\"])",
        "histogram([[1, 2], [3]], density: false, labels: [\"score\", \"how many\"])",
    ])
    func aPictureIsAPNGWithACaption(_ program: String) throws {
        let bundle = try run(program)
        guard case .bytes(let png)? = bundle.contents["image/png"] else {
            Issue.record("\(program) gives no PNG")
            return
        }
        #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        #expect(bundle.plain?.isEmpty == false)
    }

    static let long = String(repeating: "a long title, ", count: 400)

    /// Numbers and sizes that nobody draws on purpose.
    @Test(arguments: [
        "plot([])", "plot([1])", "plot([2, 2, 2])", "plot([nan])", "plot([inf, -inf])",
        "plot([1, nan, 3, inf, 2], smoothing: 3)", "plot([1e300, -1e300])", "plot([1e-320, 1])",
        "plot([0, -1, 5], log: true)", "plot([-1], log: true)", "plot(rand([1000000]))",
        "plot([rand([20]), [1], [nan, 2]])", "plot(x -> 3)", "plot(x -> x / 0)",
        "plot([1, 2], title: \"\(PictureTests.long)\")", "histogram([])", "histogram([nan])",
        "histogram([5])", "histogram([inf, 1, 2])", "histogram(rand([1000000]))",
        "histogram([1, 2], bins: 10000)", "show(zeros([0, 2]))", "show(rand([1, 1, 1, 1]))",
        "show(rand([10000, 1, 1, 1]), 10000)", "show(rand([10000, 28, 28, 1]), 10000)",
        "show(nan * rand([4, 8, 8, 3]))", "show(rand([2, 70000, 1, 1]))", "show(rand([5, 7]), 3)",
        "show(rand([2, 8, 8, 1]), captions: [\"\(PictureTests.long)\", 2, 3])",
        "show(rand([2, 8, 8, 1]), columns: 10000, title: \"\(PictureTests.long)\")",
        "samples(g, 1)",
        "samples(g, 10000)", "field(g, resolution: 2)", "curve(lsgan, range: -1e300...1e300)",
        "curve(lsgan, range: 1...1.0000001)", "animate(g, 1e9)", "animate(g, 1e-9)",
        "show(inf * rand([3, 2]))", "interpolate(g, rows: 1, steps: 2)", "nearest(g, 1000)",
        "samples(g, 4, captions: [\"\(PictureTests.long)\"])", "plot(full([1000], 1e38))",
    ])
    func oddPicturesAreSensibleOrRefused(_ program: String) throws {
        let session = Session()
        let outcome = session.run(
            Source(name: "test", text: Self.setUp + "p = " + program), output: Silence())
        if let fault = outcome.faults.first {
            #expect(fault.kind != .fault, "\(fault)")
            #expect(fault.span != nil, "\(fault)")
            #expect(fault.message.count < 400, "\(fault)")
            return
        }
        guard case .picture(let picture)? = session.globals.variable("p").value else {
            Issue.record("\(program) gives no picture")
            return
        }
        let png = try picture.png()
        let image = try PNG.decode(png)
        #expect(image.width < 20_000 && image.height < 80_000)
    }

    @Test func anEmptyCurveSaysSo() throws {
        let layouts = try ["plot([])", "plot([nan, inf])"].map { program in
            guard case .picture(let picture)? = try value("p = " + program),
                case .figure(let figure) = picture.content
            else { throw Diagnostic(.fault, "no figure") }
            return try figure.layout().words.map(\.text)
        }
        #expect(layouts[0].contains("no data yet"))
        #expect(layouts[1].contains("no value can be shown"))
    }

    /// The value of `p` after a program.
    private func value(_ program: String) throws -> Value? {
        let session = Session()
        let outcome = session.run(
            Source(name: "test", text: Self.setUp + program), output: Silence())
        try #require(outcome.faults.isEmpty, "\(outcome.faults)")
        return session.globals.variable("p").value
    }

    @Test(arguments: [
        "samples(g)", "plot(g)", "curve(lsgan)", "field(g, resolution: 9)", "gradients(g)",
        "weights(D)", "activations(G)", "histogram([1, 2])", "interpolate(g)", "nearest(g)",
        "animate(g)", "show(rand([4, 8, 8, 1]))", "show(ring(8))",
    ])
    func aThemeIsTheSameNamedOrSet(_ program: String) throws {
        func pixels(_ program: String) throws -> [UInt8] {
            guard case .picture(let picture)? = try value(program) else { return [] }
            return try picture.png()
        }
        let named = program.dropLast() + ", theme: \"dark\")"
        let dark = try PNG.decode(try pixels("p = \(named)"))
        #expect(dark == (try PNG.decode(try pixels("theme \"dark\"\np = \(program)"))))
        #expect(dark != (try PNG.decode(try pixels("p = \(program)"))))
        // The paper is dark, and so is the rim of the pictures on a sheet.
        #expect([[0x18], [0x48]].contains(dark.pixel(x: 0, y: 0).prefix(1)))
    }

    @Test func rowsOfSamplesAreWhatTheySay() throws {
        let game = """
            seed 1
            network H(z = noise(3), y = points(10)) {
                reshape(8, 8, 1)(sigmoid(linear(64)(concat([z, y], 1))))
            }
            network E(x = image(8, 8, 1), y = points(10)) {
                linear(1)(concat([flatten(x), y], 1))
            }
            game conditional(G, D, data) {
                x, k ~ data;  y = onehot(k, 10);  z ~ noise(G)
                minimize D: mean((D(x, y) - 1)^2) + mean(D(G(z, y), y)^2)
                minimize G: mean((D(G(z, y), y) - 1)^2)
            }
            h = conditional(H, E, digits())
            train h, rounds: 1

            """
        for (command, columns, rows) in [
            ("samples(h, 30, rows: \"class\")", 3, 10), ("samples(h, 27, rows: \"latent\")", 9, 3),
        ] {
            guard case .picture(let picture)? = try value(game + "p = " + command),
                case .image(let sheet) = picture.content
            else {
                Issue.record("no sheet")
                return
            }
            // Cells of 56 or 96 pixels, and the words beside them.
            #expect(sheet.width > columns * 56 && sheet.height > rows * 56)
        }
    }

    /// A generator whose picture says which label it was given, and which latent.
    private static let telling = """
        greys = reshape(linspace(0, 0.9, 10), [10, 1])
        numbers = reshape(linspace(0, 9, 10), [10, 1])
        first = reshape(linspace(1, 0, 2), [2, 1])
        network G(z = noise(2), y = points(10)) {
            made = concat([(y @ greys) * ones([1, 63]), sigmoid(z @ first)], 1)
            reshape(8, 8, 1)(made + 0 * linear(64)(z))
        }
        network D(x = image(8, 8, 1), y = points(10)) {
            h = leaky_relu(linear(5)(concat([flatten(x), y], 1)), 0.2)
            y @ numbers + 0 * linear(1)(h)
        }
        game conditional(G, D, data) {
            x, k ~ data;  y = onehot(k, 10);  z ~ noise(G)
            minimize D: mean((D(x, y) - 1)^2) + mean(D(G(z, y), y)^2)
            minimize G: mean((D(G(z, y), y) - 1)^2)
        }
        seed 3
        h = conditional(G, D, digits())

        """

    @Test func aRowOfAClassHoldsWhatTheGeneratorMakesOfThatClass() throws {
        let program = Self.telling + "p = samples(h, 40, rows: \"class\")"
        guard case .picture(let picture)? = try value(program),
            case .image(let sheet) = picture.content
        else {
            Issue.record("no sheet")
            return
        }
        // Ten rows of four cells: 56 pixels and a gap of 2, from the right and the bottom.
        let (cell, gap) = (56, 2)
        let left = sheet.width - 8 - 4 * cell - 3 * gap
        let top = sheet.height - 8 - 10 * cell - 9 * gap
        var last: [[UInt8]] = []
        for row in 0..<10 {
            let y = top + row * (cell + gap)
            for column in 0..<4 {
                let x = left + column * (cell + gap)
                let grey = sheet.pixel(x: x, y: y)
                // 0.1 of a row, rounded to the nearest of 256 steps.
                #expect(grey == [UInt8((25.5 * Double(row) + 0.5).rounded(.down))], "\(row)")
                let latent = sheet.pixel(x: x + cell - 1, y: y + cell - 1)
                if row == 0 { last.append(latent) }
                #expect(latent == last[column], "one latent in a column")
            }
        }
        #expect(Set(last).count > 1, "another one in the next")
    }

    @Test func aPathBetweenLatentsKeepsItsLabel() throws {
        guard
            case .picture(let picture)? = try value(
                Self.telling + "p = interpolate(h, rows: 4, steps: 3)"),
            case .image(let sheet) = picture.content
        else {
            Issue.record("no sheet")
            return
        }
        let cell = (sheet.height - 2) / 4
        for row in 0..<4 {
            for column in 0..<3 {
                let grey = sheet.pixel(x: 2 + column * cell, y: 2 + row * cell)
                #expect(grey == [UInt8((25.5 * Double(row) + 0.5).rounded(.down))])
            }
        }
    }

    @Test func aConditionalDiscriminatorScoresEachSampleWithItsLabel() throws {
        let program = Self.telling + "p = samples(h, 12, captions: \"score\", real: true)"
        guard case .picture(let picture)? = try value(program) else {
            Issue.record("no picture")
            return
        }
        #expect(picture.caption.contains("12 samples"))
        // The second input says how many classes there are.
        guard case .picture? = try value(Self.telling + "p = samples(G, 20)") else {
            Issue.record("no picture of a generator alone")
            return
        }
    }

    @Test func whatComesOutOfTheLayersOfANetworkFunctionIsShown() throws {
        let functions = """
            network F(x = points(2)) { linear(1)(relu(3 * linear(4)(x) + 1)) }
            network K(z = noise(3), y = points(10)) { tanh(linear(5)(concat([z, y], 1))) }
            network T(x = points(2), y = points(2)) { linear(1)(x + y) }
            x = randn([6, 2])

            """
        func names(_ call: String) throws -> [String] {
            guard case .picture(let picture)? = try value(functions + "p = " + call),
                case .figure(let figure) = picture.content
            else { return [] }
            return figure.axes.map(\.title)
        }
        #expect(try names("activations(F, x)") == ["0 linear(4)", "1 relu", "2 linear(1)"])
        #expect(try names("activations(K)") == ["0 linear(5)", "1 tanh"])
        #expect(try names("activations(T, [x, x])") == ["0 linear(1)"])
        #expect(try names("weights(F)").count == 3)
        // The last layer's output is the network's.
        guard case .record(let plots)? = try value(functions + "p = activations(F, x).values"),
            case .record(let last)? = plots.fields.last?.value,
            case .record(let bins)? = last.fields.first?.value
        else {
            Issue.record("no values")
            return
        }
        let shown = bins.fields.first { $0.name == "values" }?.value.numbers
        let made = try value(functions + "p = F(x)")?.numbers
        #expect(shown != nil && shown == made)
    }

    @Test func rulesNotesAndBarsHaveTheirValues() throws {
        func number(_ program: String) throws -> [Double]? {
            try value("p = " + program)?.numbers
        }
        #expect(try number("plot([1, 2], levels: [[\"a\", 7]]).values.a.at") == [7])
        #expect(try number("plot([1, 2], moments: [[\"b\", 3]]).values.b.at") == [3])
        #expect(
            try number("bars([[3, 1], [5, 2]], names: [\"u\", \"v\"]).values.bars.v") == [5, 2])
        #expect(
            try number("histogram([[1, 1, 2], [5]], names: [\"u\", \"v\"]).values.u.values")
                == [1, 1, 2])
        #expect(try number("shape(show(zeros([8, 8, 3])).pixels)")?[2] == 3)
    }

    @Test func gamesOverEachOtherHaveAColourEach() throws {
        let program = "p = curve(lsgan, gan, wgan, hinge, g)"
        guard case .picture(let picture)? = try value(program),
            case .figure(let figure) = picture.content
        else {
            Issue.record("no figure")
            return
        }
        #expect(
            figure.axes.map(\.title) == [
                "D on data: loss", "D on samples: loss", "G: loss", "D on data: derivative",
                "D on samples: derivative", "G: derivative",
            ])
        for axes in figure.axes {
            let lines = axes.marks.compactMap { mark -> Line? in
                if case .line(let line) = mark { line } else { nil }
            }
            #expect(lines.map(\.name) == ["lsgan", "gan", "wgan", "hinge", "lsgan"])
            #expect(lines.map(\.pen) == (0..<5).map { .series($0) })
        }
        let told = Dictionary(picture.provenance, uniquingKeysWith: { first, _ in first })
        #expect(told["saddle:game"] == "lsgan\ngan\nwgan\nhinge\nlsgan")
        #expect(told["saddle:source"]?.split(separator: "\n").count == 5)
    }

    @Test func anAnimationHasSeveralFrames() throws {
        guard case .bytes(let png)? = try run("animate(g)").contents["image/png"] else {
            Issue.record("no PNG")
            return
        }
        #expect(Data(png).range(of: Data("acTL".utf8)) != nil)
        #expect(Data(png).range(of: Data("fdAT".utf8)) != nil)
    }

    @Test func aPlotIsInteractiveWhenAsked() throws {
        let kind = "application/vnd.vegalite.v5+json"
        #expect(try run("plot(g)").contents[kind] == nil)
        guard case .json(let plot)? = try run("plot(g, interactive: true)").contents[kind] else {
            Issue.record("no Vega-Lite")
            return
        }
        #expect(plot["$schema"] != nil)
    }

    @Test func curvesStandWhereTheyAreTold() throws {
        let kind = "application/vnd.vegalite.v5+json"
        let program = "plot([1, 4], x: [3, 7], names: [\"here\"], interactive: true)"
        let plot = try #require(try run(program).contents[kind])
        #expect("\(plot)".contains("here") && "\(plot)".contains("7"))
    }

    @Test(arguments: [
        ("plot([1, 2], x: [1, 2, 3])", "plot got 2 numbers for 3 places"),
        ("plot(sin, x: 3...1)", "plot needs a rising range"),
        ("plot([1], names: [2])", "plot's names expects strings, but got a number"),
        ("plot(\"a\")", "plot expects games, or numbers to draw, but got a string"),
        (
            "plot(sin, dots: \"a\")",
            "plot's dots expects true, false or a list of whole numbers, but got a string"
        ),
        (
            "plot(g, log: 3)",
            "plot's log expects true, false, \"x\", \"y\" or \"both\", but got a number"
        ),
        (
            "plot(g, levels: [\"a\"])",
            "plot's levels expects numbers, or [\"word\", number] each, but got a string"
        ),
        (
            "plot(g, notes: [[1, 2, 3]])",
            "plot's notes expects [\"word\", x, y] each, but got a list"
        ),
        (
            "field(points(3) |> linear(1))",
            "a field needs a network of points(2), which the network is not"
        ),
        (
            "save(plot(g), \"losses\")",
            "the name of the file has no ending that says which kind it is"
        ),
        ("beside()", "beside needs pictures"),
        ("beside(3)", "beside expects pictures, but got a number"),
        ("field(D, data: 3)", "field expects data, but got a number"),
    ])
    func aWrongPictureIsAFault(_ program: String, _ sentence: String) {
        let outcome = Session().run(
            Source(name: "test", text: Self.setUp + program), output: Silence())
        #expect(outcome.faults.map(\.message) == [sentence])
    }

    @Test func lookingDoesNotChangeAGame() throws {
        let look = "gradients(g)\ncurve(g)\nfield(g, resolution: 5)\nnearest(g)\n"
        let end = "train g, rounds: 5\nsum(parameters(G)[0])"
        #expect(try run(look + end).plain == run(end).plain)
    }
}
