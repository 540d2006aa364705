import Laboratory
import Language
import Testing

/// Gradients of whole rounds, held against central differences of the objective itself.
@Suite struct RoundTests {
    /// The loss of a game's player for given weights is computed by the language; a second game
    /// with SGD of rate 1 moves each weight by minus its gradient.
    fileprivate func value(_ session: Session, _ text: String) throws -> String {
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

extension RoundTests {
    /// An optimiser that forgot its moments would make three equal steps of this.
    @Test func anOptimiserRemembersFromRoundToRound() throws {
        let session = Session()
        let program = """
            run(o) = {
                seed 1
                G = noise(3) |> linear(4)
                D = points(4) |> linear(1)
                g = lsgan(G, D, gaussian([0, 0, 0, 0]), optimizer: o, seed: 1)
                train g, rounds: 20
                parameters(G)[0]
            }
            a = run(adam(0.01, 0, 0.999))
            b = run(adam(0.01, 0.9, 0.999))
            max(abs(a - b)) > 0.001
            """
        #expect(try value(session, program) == "1")
    }
}

extension RoundTests {
    /// `D(x)` twice in an objective is computed once; names for other draws of the same values make
    /// it compute them apart, and the weights must come out the same.
    @Test func aNetworkAppliedTwiceToTheSameBatchCountsTwice() throws {
        let session = Session()
        let program = """
            run(apart) = {
                seed 1
                G = noise(3) |> linear(8) |> relu |> linear(4)
                D = points(4) |> linear(8) |> tanh |> linear(1)
                game twice(G, D, data) {
                    x ~ data
                    z ~ noise(G)
                    y = if apart { x + 0 } else { x }
                    u = if apart { z + 0 } else { z }
                    minimize D: mean((D(x) - 1)^2) + mean(abs(D(y))) + mean(D(G(z)) * D(G(u)))
                    minimize G: mean((D(G(z)) - 1)^2) + mean(abs(D(G(u))))
                }
                g = twice(G, D, gaussian([0, 0, 0, 0]), optimizer: adam(0.01), seed: 1)
                train g, rounds: 10
                [parameters(G)[0], parameters(D)[0]]
            }
            a = run(false)
            b = run(true)
            max(abs(a[0] - b[0])) < 1e-5 and max(abs(a[1] - b[1])) < 1e-5
            """
        #expect(try value(session, program) == "true")
    }

    /// A network that draws random numbers is computed each time that it is written.
    @Test func dropoutDropsAnewEachTime() throws {
        let session = Session()
        let program = """
            seed 1
            D = points(4) |> dropout(0.5) |> linear(1)
            N = noise(4) |> linear(1)
            game look(D, N, data) {
                x ~ data
                report dropped = mean(abs(D(x) - D(x)))
                report plain = mean(abs(N(x) - N(x)))
                minimize D: mean((D(x) - D(x))^2)
            }
            g = look(D, N, gaussian([0, 0, 0, 0]), seed: 1)
            train g, rounds: 3
            g.losses.dropped[2] > 0 and g.losses.plain[2] == 0 and g.losses.D[2] > 0
            """
        #expect(try value(session, program) == "true")
    }

    /// Both objectives see one G(z) where they share z; G moves as if it were computed anew.
    @Test func sharedNoiseIsOneWayBackForTheGenerator() throws {
        let session = Session()
        let program = """
            run(text) = {
                seed 1
                G = noise(3) |> linear(8) |> relu |> linear(4)
                D = points(4) |> linear(8) |> tanh |> linear(1)
                game shared(G, D, data) {
                    x ~ data
                    z ~ noise(G)
                    minimize D: -mean(log_sigmoid(D(x))) - mean(log_sigmoid(-D(G(z))))
                    u = if text { z + 0 } else { z }
                    minimize G: -mean(log_sigmoid(D(G(u))))
                }
                g = shared(G, D, gaussian([0, 0, 0, 0]), optimizer: adam(0.01), seed: 1)
                train g, rounds: 10
                [parameters(G)[0], parameters(D)[0]]
            }
            a = run(false)
            b = run(true)
            max(abs(a[0] - b[0])) < 1e-5 and max(abs(a[1] - b[1])) < 1e-5
            """
        #expect(try value(session, program) == "true")
    }
}
