import Laboratory
import Language
import Testing

/// Options and penalties of the Library's games where a loss is known in closed form.
@Suite struct OptionOracleTests {
    private func value(_ program: String) throws -> String {
        let outcome = Session().run(Source(name: "test", text: program), output: Silence())
        try #require(outcome.faults.isEmpty, "\(outcome.faults)")
        return outcome.result?.plain ?? ""
    }

    /// D(x) = x on data and samples that are all 0, blurred by noise of deviation 1: every score is
    /// normal. E softplus(n) = 0.80606, E softplus(√2 n) = 0.90266, E max(0, 1 + n) = Φ(1) + φ(1);
    /// the slope of D is 1, so R1 with γ 10 is 5, R1 + R2 with γ 1 are 1, and DRAGAN's penalty 0.
    @Test(arguments: [
        ("lsgan", ", a: 0, b: 0, c: 0", 1.0, 0.5), ("gan", "", 1.61212, 0.80606),
        ("hinge", "", 2.16663, 0), ("r1", "", 6.61212, 0.80606),
        ("relativistic", "", 1.90266, 0.90266), ("dragan", "", 1.61212, 0.80606),
    ])
    func noiseOfDeviationOneGivesTheLossesOfNormalScores(
        _ game: String, _ options: String, _ judge: Double, _ maker: Double
    ) throws {
        let program = """
            seed 1
            G = noise(1) |> linear(1)
            D = points(1) |> linear(1)
            set_parameters(G, [zeros([1, 1]), [0]])
            set_parameters(D, [ones([1, 1]), [0]])
            g = \(game)(G, D, zeros([2, 1]), batch: 100000, instance_noise: 1,
                optimizer: sgd(0)\(options))
            train g, rounds: 1, quiet: true
            abs(g.losses.D[0] - \(judge)) < 0.015 and abs(g.losses.G[0] - \(maker)) < 0.015
            """
        #expect(try value(program) == "true")
    }

    /// With labels -1, 1, 0 and smoothing 0.2 the label of real samples is 0.6, and D rests at -0.2.
    @Test func smoothingMovesALabelTowardsTheOtherAndNotTowardsNothing() throws {
        let program = """
            G = noise(2) |> linear(2)
            D = points(2) |> linear(1)
            set_parameters(D, [zeros([2, 1]), [-0.2]])
            made(rate) = lsgan(G, copy(D), gaussian(), a: -1, b: 1, c: 0, smoothing: 0.2,
                optimizer: sgd(rate))
            g, h = made(0), made(1)
            train g, rounds: 1, quiet: true
            train h, rounds: 1, quiet: true
            rests = abs(parameters(h.D)[1][0] + 0.2) < 0.00001
            rests and abs(g.losses.D[0] - 0.64) < 0.00001 and abs(g.losses.G[0] - 0.02) < 0.00001
            """
        #expect(try value(program) == "true")
    }

    /// DRAGAN looks at x + spread · std(x) · u. Data at ±2 have std 2, and D(x) = x² / 2 has the slope
    /// x: E (|2 + u| - 1)² = 7/3 and E (|-2 + u| - 1)² = 1/3, in the mean 4/3.
    @Test func theNeighbourhoodOfDRAGANIsAsWideAsTheDataAreSpread() throws {
        let program = """
            seed 1
            network D(x = points(1)) { x^2 / 2 + 0 * linear(1)(x) }
            G = noise(1) |> linear(1)
            g = dragan(G, D, tensor([[2], [-2]]), batch: 100000, optimizer: sgd(0))
            train g, rounds: 1, quiet: true
            abs(g.losses.penalty[0] - 4 / 3) < 0.03
            """
        #expect(try value(program) == "true" || value(program) == "1")
    }
}
