import Laboratory
import Language
import Testing

/// Gradients of whole rounds, held against central differences of the objective itself.
@Suite struct RoundTests {
    /// The loss of a game's player for given weights is computed by the language; a second game
    /// with SGD of rate 1 moves each weight by minus its gradient.
    private func value(_ session: Session, _ text: String) throws -> String {
        let outcome = session.run(Source(name: "test", text: text), output: Silence())
        try #require(outcome.faults.isEmpty, "\(outcome.faults)")
        return outcome.result?.plain ?? ""
    }

    private static let networks = """
        seed 3
        G = noise(5) |> linear(7) |> tanh |> linear(6) |> sigmoid
        D = points(6) |> linear(7) |> softplus |> linear(1)
        x = rand([16, 6])
        z = randn([16, 5])

        """

    /// The objectives of least squares for fixed batches.
    private static let objectives = """
        loss_d() = mean((D(x) - 1)^2) / 2 + mean(D(G(z))^2) / 2
        loss_g() = mean((D(G(z)) - 1)^2) / 2

        """

    private static let round = """
        game still(G, D, xs, zs) {
            minimize D by sgd(1): mean((D(xs) - 1)^2) / 2 + mean(D(G(zs))^2) / 2
        }
        game turn(G, D, xs, zs) {
            minimize G by sgd(1): mean((D(G(zs)) - 1)^2) / 2
        }

        """

    @Test(arguments: [("D", "loss_d", "still"), ("G", "loss_g", "turn")])
    func theGradientOfAPlayerAgreesWithCentralDifferences(
        _ player: String, _ loss: String, _ game: String
    ) throws {
        let session = Session()
        _ = try value(session, Self.networks + Self.objectives + Self.round)
        // Along a random direction of all weights: (L(w + hd) - L(w - hd)) / 2h = gradient · d.
        let program = """
            before = parameters(\(player))
            g = \(game)(G, D, x, z)
            train g, rounds: 1
            after = parameters(\(player))
            slopes = map(i -> before[i] - after[i], 0..<length(before))
            directions = map(w -> randn(shape(w)), before)
            at(h) = {
                set_parameters(\(player), map(i -> before[i] + h * directions[i], 0..<length(before)))
                \(loss)()
            }
            numeric = (at(0.01) - at(-0.01)) / 0.02
            exact = 0
            for i in 0..<length(slopes) { exact = exact + sum(slopes[i] * directions[i]) }
            abs(numeric - exact) / max(abs(exact), 0.0001) < 0.001
            """
        #expect(try value(session, program) == "1")
    }
}
