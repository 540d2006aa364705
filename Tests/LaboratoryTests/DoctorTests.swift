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

    private func value(_ program: String) throws -> String {
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

    @Test(arguments: [
        "gan(G, D, r)", "gan(G, D, r, saturating: true, smoothing: 0.1, instance_noise: 0.1)",
        "lsgan(G, D, r)", "lsgan(G, D, r, a: -1, c: 0)", "wgan(G, D, r)", "wgan_gp(G, D, r)",
        "wgan_gp(G, L, r, one_sided: true)", "hinge(G, P, r)", "dragan(G, D, r)", "r1(G, D, r)",
        "relativistic(G, D, r)", "dirac()", "gan(G, B, r)", "mine(wasserstein, climb)(G, P, r)",
        "gan(A, C, digits())", "fgan(G, D, r)", "fgan(G, D, r, divergence: \"jeffrey\")",
        "fgan(G, D, r, divergence: \"kl\", exact: false)",
        "fgan(G, D, r, divergence: \"total_variation\")",
        "mine((G, D, x, z) -> -mean(log(D(x))) - mean(log(1 - D(G(z)))), "
            + "(G, D, x, z) -> -mean(log(D(G(z)))))(G, S, r)",
        // Energies: small means real.
        "mine((G, D, x, z) -> mean(D(x)^2) + mean((D(G(z)) - 1)^2), "
            + "(G, D, x, z) -> mean(D(G(z))^2))(G, D, r)",
    ])
    func aSoundGameIsLeftInPeace(_ game: String) throws {
        let program = "A, C = dcgan(digits(), latents: 8, width: 4)\ncheck(\(game))"
        let said = try value(program)
        #expect(said.contains("nothing is wrong"), "\(said)")
    }

    @Test func autoencodersAndCyclesAreLeftInPeace() throws {
        let program = """
            T = points(2) |> linear(8) |> relu |> linear(2)
            U = fresh(T)
            V = points(2) |> linear(8) |> relu |> linear(4)
            game began(G, D, data, γ = 0.5) {
                state k = 0
                x ~ data
                z ~ noise(G)
                L(v) = mean(abs(v - D(v)))
                minimize D: L(x) - k * L(G(z))
                minimize G: L(G(z))
                k = clamp(k + 0.001 * (γ * L(x) - L(G(z))), 0, 1)
            }
            game vae(E, R, data) {
                x ~ data
                h = E(x)
                μ = h[.., 0..<2]
                s = h[.., 2..<4]
                z = μ + exp(s / 2) * randn(shape(μ))
                minimize E, R: mean(sum((R(z) - x)^2, 1)) +
                    mean(sum(exp(s) + μ^2 - 1 - s, 1)) / 2
            }
            game cycle(F, K, P, Q, left, right) {
                x ~ left
                y ~ right
                minimize P: mean((P(y) - 1)^2) / 2 + mean(P(F(x))^2) / 2
                minimize Q: mean((Q(x) - 1)^2) / 2 + mean(Q(K(y))^2) / 2
                minimize F, K: mean((P(F(x)) - 1)^2) + mean((Q(K(y)) - 1)^2) +
                    10 * (mean(abs(K(F(x)) - x)) + mean(abs(F(K(y)) - y)))
            }
            games = [
                began(G, T, r), vae(V, G, r), cycle(T, U, D, fresh(D), ring(8), two_moons())
            ]
            map(g -> check(g).ok, games)
            """
        #expect(try value(program) == "[true, true, true]")
    }

    /// Games as papers and programs write them, in other ways than the Library's.
    @Test(arguments: [
        // The weight with an axis of its own, and a root that is safe at 0.
        """
        ε = rand([length(x), 1])
        s = ∇(D, ε * x + (1 - ε) * G(z))
        minimize D: mean(D(G(z))) - mean(D(x)) + 10 * mean((sqrt(sum(s^2, 1) + 1e-10) - 1)^2)
        minimize G: -mean(D(G(z)))
        """,
        // The square of the norm; ProGAN's drift.
        """
        ε ~ uniform(0, 1)
        x̂ = ε * x + (1 - ε) * G(z)
        minimize D: mean(D(G(z))) - mean(D(x)) + 10 * mean((norm(∇(D, x̂))^2 - 1)^2) +
            0.001 * mean(D(x)^2)
        minimize G: -mean(D(G(z)))
        """,
        // WGAN-div, arXiv:1712.01026.
        """
        minimize D: mean(D(G(z))) - mean(D(x)) + mean(norm(∇(D, x))^6) + mean(norm(∇(D, G(z)))^6)
        minimize G: -mean(D(G(z)))
        """,
        // R1 in other words.
        """
        minimize D: mean(softplus(-D(x))) + mean(softplus(D(G(z)))) + 5 * mean(sum(∇(D, x)^2, 1))
        minimize G: mean(softplus(-D(G(z))))
        """,
        // Least squares on relativistic averages, arXiv:1807.00734.
        """
        minimize D: mean((D(x) - mean(D(G(z))) - 1)^2) + mean((D(G(z)) - mean(D(x)) + 1)^2)
        minimize G: mean((D(G(z)) - mean(D(x)) - 1)^2) + mean((D(x) - mean(D(G(z))) + 1)^2)
        """,
        // Cross entropy with soft labels, as frameworks compute it.
        """
        bce(l, t) = mean(relu(l) - l * t + softplus(-abs(l)))
        minimize D: bce(D(x), 0.9) + bce(D(G(z)), 0)
        minimize G: bce(D(G(z)), 1)
        """,
        // The signs of the WGAN paper's program; the clip first.
        """
        clip D, 0.01
        minimize D: mean(D(x)) - mean(D(G(z)))
        minimize G: mean(D(G(z)))
        """,
        // Boundary-seeking GAN, arXiv:1702.08431.
        """
        maximize D: mean(log_sigmoid(D(x))) + mean(log_sigmoid(-D(G(z))))
        minimize G: mean(D(G(z))^2) / 2
        """,
        // Both kinds in one batch.
        """
        s = D(concat([x, G(z)], 0))
        n = length(x)
        minimize D: mean((s[0..<n] - 1)^2) + mean(s[n..<2 * n]^2)
        minimize G: mean((D(G(z)) - 1)^2)
        """,
        // Further terms and further steps.
        """
        minimize D by adam(4e-4, 0, 0.9): mean(relu(1 - D(x))) + mean(relu(1 + D(G(z))))
        w ~ noise(G)
        minimize G: -mean(D(G(z))) + 0.1 / (mean(abs(G(z) - G(w))) + 0.001)
        minimize G by adam(1e-4): mean((mean(G(z), 0) - mean(x, 0))^2)
        """,
    ])
    func aSoundGameInOtherWordsIsLeftInPeace(_ round: String) throws {
        let program = """
            game another(G, D, data) {
                x ~ data
                z ~ noise(G)
                \(round)
            }
            check(another(G, D, r))
            """
        let said = try value(program)
        #expect(said.contains("nothing is wrong"), "\(said)")
    }

    @Test func partsMeasurersAndMarginsAreLeftInPeace() throws {
        let program = """
            F = points(2) |> linear(8) |> relu
            K = F |> linear(1)
            C = fresh(D)
            T = points(2) |> linear(8) |> relu |> linear(2)
            # Features of a discriminator that is built on them.
            game matching(G, D, F, data) {
                x ~ data
                z ~ noise(G)
                minimize D: -mean(log_sigmoid(D(x))) - mean(log_sigmoid(-D(G(z))))
                minimize G: sum((mean(F(x), 0) - mean(F(G(z)), 0))^2)
            }
            # A critic that only measures.
            game measured(G, D, C, data) {
                x ~ data
                z ~ noise(G)
                ε ~ uniform(0, 1)
                minimize D: mean((D(x) - 1)^2) + mean(D(G(z))^2)
                minimize G: mean((D(G(z)) - 1)^2)
                minimize C: mean(C(G(z))) - mean(C(x)) +
                    10 * mean((norm(∇(C, ε * x + (1 - ε) * G(z))) - 1)^2)
            }
            game energy(G, D, data, margin = 1) {
                x ~ data
                z ~ noise(G)
                e(v) = mean(norm(D(v) - v))
                minimize D: e(x) + relu(margin - e(G(z)))
                minimize G: e(G(z))
            }
            map(g -> check(g).ok, [matching(G, K, F, r), measured(G, D, C, r), energy(G, T, r)])
            """
        #expect(try value(program) == "[true, true, true]")
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
