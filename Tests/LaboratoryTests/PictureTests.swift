import Foundation
import Laboratory
import Language
import Testing

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
        "plot([mean([1, 2]), 3], dots: true)", "plot(x -> 1, sin)",
        "beside(plot(g), samples(g), plot(sin), columns: 2)", "beside([plot(sin), animate(g)])",
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
