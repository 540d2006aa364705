import Laboratory
import Language
import Testing

/// What public code gets wrong, written as games: the doctor names it, in games that it has never
/// seen, and leaves sound ones in peace.
@Suite struct DoctorTests {
    private static let networks = """
        seed 1
        G = mlp(noise(2), [16], 2)
        D = mlp(2, [16], 1)
        S = points(2) |> linear(16) |> relu |> linear(1) |> sigmoid
        B = points(2) |> linear(16) |> batch_norm |> relu |> linear(1)
        M = points(2) |> linear(16) |> minibatch_std |> relu |> linear(1)
        L = points(2) |> linear(16) |> layer_norm |> relu |> linear(1)
        P = points(2) |> spectral_norm(linear(16)) |> relu |> spectral_norm(linear(1))
        Q = points(2) |> spectral_norm(linear(16)) |> relu |> linear(1)
        H = noise(4) |> linear(64) |> tanh |> reshape(8, 8, 1)
        E = image(8, 8, 1) |> flatten |> linear(1)
        network F(x = points(2)) { sigmoid(linear(1)(relu(linear(16)(x)))) }
        r = ring(8)
        mine(D_loss, G_loss) = {
            game mine(G, D, data) {
                x ~ data
                z ~ noise(G)
                minimize D: D_loss(G, D, x, z)
                minimize G: G_loss(G, D, x, z)
            }
            mine
        }
        wasserstein(G, D, x, z) = mean(D(G(z))) - mean(D(x))
        climb(G, D, x, z) = -mean(D(G(z)))
        penalised(norms, sign) = {
            game penalised(G, D, data) {
                x ~ data
                z ~ noise(G)
                ε ~ uniform(0, 1)
                minimize D: wasserstein(G, D, x, z) +
                    sign * 10 * norms(∇(D, ε * x + (1 - ε) * G(z)))
                minimize G: climb(G, D, x, z)
            }
            penalised
        }

        """

    func value(_ program: String) throws -> String {
        let source = Source(name: "test", text: Self.networks + program)
        let outcome = Session().run(source, output: Silence())
        try #require(outcome.faults.isEmpty, "\(outcome.faults)")
        return outcome.result?.plain ?? ""
    }

    @Test(arguments: [
        // The generator descends where it should climb (Zeleni9/pytorch-wgan, pull request 53).
        (
            "mine((G, D, x, z) -> mean(softplus(-D(x))) + mean(softplus(D(G(z)))), "
                + "(G, D, x, z) -> mean(softplus(D(G(z)))))(G, D, r)", "sign",
            "turn the sign of G's objective"
        ),
        (
            "mine((G, D, x, z) -> mean((D(x) + 1)^2) + mean((D(G(z)) - 1)^2), "
                + "(G, D, x, z) -> mean((D(G(z)) - 1)^2))(G, D, r)", "sign",
            "turn the sign of D's objective"
        ),
        (
            "mine((G, D, x, z) -> mean((D(x) - 1)^2) + mean((D(G(z)) - 1)^2), "
                + "(G, D, x, z) -> mean((D(G(z)) - 1)^2))(G, D, r)", "sign",
            "does not tell them apart"
        ),
        // A least-squares loss on a sigmoid, in the network and in the loss.
        ("lsgan(G, S, r)", "sigmoid", "it ends in a sigmoid under a least-squares loss"),
        ("lsgan(G, F, r)", "sigmoid", "it ends in a sigmoid under a least-squares loss"),
        ("wgan(G, S, r)", "sigmoid", "under a Wasserstein loss"),
        ("gan(G, S, r)", "sigmoid", "so there are two"),
        ("hinge(G, S, r)", "sigmoid", "under a hinge loss"),
        (
            "mine((G, D, x, z) -> mean((sigmoid(D(x)) - 1)^2) + mean(sigmoid(D(G(z)))^2), "
                + "(G, D, x, z) -> mean((sigmoid(D(G(z))) - 1)^2))(G, D, r)", "sigmoid",
            "flat on both sides"
        ),
        (
            "mine((G, D, x, z) -> -mean(log(D(x))) - mean(log(1 - D(G(z)))), "
                + "(G, D, x, z) -> -mean(log(D(G(z)))))(G, D, r)", "range", "log_sigmoid(D(x))"
        ),
        // A sigmoid that stands in the loss.
        (
            "mine((G, D, x, z) -> mean(sigmoid(D(G(z)))) - mean(sigmoid(D(x))), "
                + "(G, D, x, z) -> -mean(sigmoid(D(G(z)))))(G, D, r)", "sigmoid",
            "a Wasserstein loss of the sigmoid of a score"
        ),
        (
            "mine((G, D, x, z) -> -mean(log_sigmoid(sigmoid(D(x)))) - "
                + "mean(log_sigmoid(-sigmoid(D(G(z))))), "
                + "(G, D, x, z) -> -mean(log_sigmoid(sigmoid(D(G(z))))))(G, D, r)", "sigmoid",
            "takes its own sigmoid, of the sigmoid of a score"
        ),
        // No clipping and no penalty (archsyscall/GANs-TensorFlow2, issue 2).
        ("mine(wasserstein, climb)(G, D, r)", "constraint", "nothing holds it"),
        ("mine(wasserstein, climb)(G, Q, r)", "constraint", "1 of its 2 layers"),
        ("wgan(G, D, r, c: inf)", "constraint", "nothing holds it"),
        // Penalties: norm over the wrong axis (Zeleni9/pytorch-wgan, issue 40), over the batch,
        // for each element, with the wrong sign.
        (
            "penalised(s -> mean((sqrt(sum(s^2, 0)) - 1)^2), 1)(G, D, r)", "penalty",
            "not taken over all axes but the first"
        ),
        (
            "penalised(s -> mean((s - 1)^2), 1)(G, D, r)", "penalty",
            "not taken over all axes but the first"
        ),
        (
            "penalised(s -> (sqrt(sum(s^2)) - 1)^2, 1)(G, D, r)", "penalty",
            "depends on the gradients of the others"
        ),
        (
            "penalised(s -> (mean(norm(s)) - 1)^2, 1)(G, D, r)", "penalty",
            "depends on the gradients of the others"
        ),
        ("penalised(s -> mean((norm(s) - 1)^2), -1)(G, D, r)", "penalty", "wrong sign"),
        // The mean over a sample's elements where their sum belongs, and a square that is missing.
        (
            "penalised(s -> mean((sqrt(mean(s^2, 1)) - 1)^2), 1)(G, D, r)", "penalty",
            "rests at a gradient of norm 1.414 = √2"
        ),
        (
            "penalised(s -> mean(relu(sqrt(mean(s^2, 1)) - 1)^2), 1)(G, D, r)", "penalty",
            "rests at a gradient of norm 1.414 = √2"
        ),
        ("penalised(s -> mean(norm(s) - 1), 1)(G, D, r)", "penalty", "is not squared"),
        // Batch norm under a penalty for each sample.
        ("wgan_gp(G, B, r)", "batch_norm", "(batch_norm)"),
        ("r1(G, M, r)", "batch_norm", "(minibatch_std)"),
        // Losses that reach nobody.
        (
            "mine((G, D, x, z) -> mean((D(x) - 1)^2) + mean(D(G(z))^2), "
                + "(G, D, x, z) -> mean((D(x) - 1)^2))(G, D, r)", "path", "no path leads"
        ),
        (
            "mine((G, D, x, z) -> mean((D(x) - 1)^2) + mean(D(G(z))^2), "
                + "(G, D, x, z) -> mean(0 * D(G(z)) + 1))(G, D, r)", "path",
            "every gradient that reaches G is exactly 0"
        ),
        // G is trained by something else than D, and D on one side only.
        (
            "mine((G, D, x, z) -> mean((D(x) - 1)^2) + mean(D(G(z))^2), "
                + "(G, D, x, z) -> mean(G(z)^2))(G, D, r)", "path", "it does not depend on D"
        ),
        (
            "mine((G, D, x, z) -> mean(softplus(-D(x))), "
                + "(G, D, x, z) -> mean(softplus(-D(G(z)))))(G, D, r)", "sign",
            "D never sees generated samples"
        ),
        (
            "mine((G, D, x, z) -> mean(softplus(D(G(z)))), "
                + "(G, D, x, z) -> mean(softplus(-D(G(z)))))(G, D, r)", "sign",
            "D never sees real samples"
        ),
        ("lsgan(H, E, digits())", "range", "gives -1…1"),
    ])
    func aFaultIsFoundAndNamed(_ game: String, _ kind: String, _ words: String) throws {
        let program = """
            found = check(\(game)).findings
            first = if found.count == 0 { none } else { found[0] }
            if first == none { "nothing" } else { "\\(first.kind): \\(first.sentence) | \\(first.remedy)" }
            """
        let said = try value(program)
        #expect(said.contains("\(kind): "), "\(said)")
        #expect(said.contains(words), "\(said)")
        #expect(try value("check(\(game)).findings.count") == "1")
    }

    /// One weight for each element (eriklindernoren/PyTorch-GAN, issue 5), or for the batch.
    @Test(arguments: [("rand(shape(x))", "for each element"), ("0.5", "for the whole batch")])
    func theMixtureOfAPenaltyIsLookedThrough(_ weight: String, _ words: String) throws {
        let program = """
            game mixed(G, D, data) {
                x ~ data
                z ~ noise(G)
                ε = \(weight)
                x̃ = G(z)
                x̂ = ε * x + (1 - ε) * x̃
                minimize D: mean(D(x̃)) - mean(D(x)) + 10 * mean((norm(∇(D, x̂)) - 1)^2)
                minimize G: -mean(D(G(z)))
            }
            check(mixed(G, D, r)).findings[0].sentence
            """
        #expect(try value(program).contains(words))
    }

    @Test func aStepThatMovesBothSidesIsNamed() throws {
        let program = """
            game allied(G, D, data) {
                x ~ data
                z ~ noise(G)
                minimize D: mean((D(x) - 1)^2) + mean(D(G(z))^2)
                minimize G, D: mean((D(G(z)) - 1)^2)
            }
            found = check(allied(G, D, r)).findings
            "\\(found.count) \\(found[0].kind): \\(found[0].sentence)"
            """
        let said = try value(program)
        #expect(said.contains("1 path: this step moves D together with G"), "\(said)")
    }

    @Test func aPlayerThatNobodyTrainsIsNamed() throws {
        let program = """
            game alone(G, D, data) {
                x ~ data
                z ~ noise(G)
                minimize D: mean((D(x) - 1)^2) + mean(D(G(z))^2)
            }
            check(alone(G, D, r)).findings[0].sentence
            """
        #expect(try value(program).contains("no objective trains G"))
    }

    @Test func aRoundThatFailsIsAFindingWithItsLine() throws {
        let program = """
            game broken(G, D, data) { x ~ data; minimize D: mean(D(x @ x)) }
            check(broken(G, D, r)).findings[0].place
            """
        #expect(try value(program).contains("line "))
    }

    @Test func anExaminationLeavesTheGameAsItWas() throws {
        let program = """
            a = wgan_gp(copy(G), copy(D), r, seed: 3)
            b = wgan_gp(copy(G), copy(D), r, seed: 3)
            check(a);
            train a, rounds: 5
            train b, rounds: 5
            a.losses.D == b.losses.D and a.losses.G == b.losses.G and a.round == 5
            """
        #expect(try value(program) == "true")
    }

    @Test func theWordsSayWhereWhatAndTheWayOut() throws {
        #expect(
            try value("check(lsgan(G, S, r))") == """
                lsgan: 1 finding

                1. D: it ends in a sigmoid under a least-squares loss, which wants scores without \
                bounds: where D is sure its slope is nearly 0 and G learns nothing
                   remedy: end D in linear(1)

                  in order: the loss of D reaches all its weights; the loss of G reaches all its \
                weights; D and G play against each other
                """)
    }
}
