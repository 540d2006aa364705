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

    @Test func lookingDoesNotChangeAGame() throws {
        let look = "gradients(g)\ncurve(g)\nfield(g, resolution: 5)\nnearest(g)\n"
        let end = "train g, rounds: 5\nsum(parameters(G)[0])"
        #expect(try run(look + end).plain == run(end).plain)
    }
}
