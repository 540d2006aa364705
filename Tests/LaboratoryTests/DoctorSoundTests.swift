import Testing

/// Sound games, of the Library and as papers write them, in which the doctor finds nothing.
extension DoctorTests {
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
}
