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
        // The paper is dark.
        #expect(dark.pixel(x: 0, y: 0).prefix(1) == [0x18])
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
