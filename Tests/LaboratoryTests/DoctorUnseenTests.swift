import Testing

/// Games as a student writes them, none of them known to the doctor: what is wrong in the faulty ones
/// is one finding, and the sound ones are left in peace.
extension DoctorTests {
    private static let more = """
        T = points(2) |> linear(8) |> relu |> linear(2)
        A = noise(4) |> linear(64) |> sigmoid |> reshape(8, 8, 1)
        C = image(8, 8, 1) |> conv(4, kernel: 3, stride: 2) |> leaky_relu(0.2) |> flatten |> linear(1)

        """

    typealias Faulty = (players: String, round: String, kind: String, words: String)

    static let faulty: [Faulty] = [
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G); ε ~ uniform(0, 1)
            n = norm(∇(D, ε * x + (1 - ε) * G(z)))
            minimize D: mean(D(G(z))) - mean(D(x)) + λ * mean((n + 1)^2)
            minimize G: -mean(D(G(z)))
            """, "penalty", "take 1 from the norm"
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G); ε ~ uniform(0, 1)
            n = norm(∇(D, ε * x + (1 - ε) * G(z)))
            minimize D: mean(D(G(z))) - mean(D(x)) + λ * mean(relu(1 - n)^2)
            minimize G: -mean(D(G(z)))
            """, "penalty", "so it holds nothing"
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G)
            p = mean((norm(∇(v -> D(G(v)), z)) - 1)^2)
            minimize D: mean(D(G(z))) - mean(D(x)) + λ * p
            minimize G: -mean(D(G(z)))
            """, "constraint", "nothing holds it"
        ),
        (
            "G, D, r",
            """
            repeat 5 { x ~ data; z ~ noise(G); minimize D: mean(D(G(z))) - mean(D(x)); clip D, 0.01 }
            z ~ noise(G)
            minimize G: mean(D(G(z)))
            """, "sign", "turn the sign of G's objective"
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G)
            maximize D: -mean(log_sigmoid(D(x))) - mean(log_sigmoid(-D(G(z))))
            minimize G: -mean(log_sigmoid(D(G(z))))
            """, "sign", "turn the sign of D's objective"
        ),
        (
            "G, P, r",
            """
            x ~ data; z ~ noise(G)
            minimize D: mean(relu(1 + D(x))) + mean(relu(1 - D(G(z))))
            minimize G: -mean(D(G(z)))
            """, "sign", "turn the sign of D's objective"
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G); ε ~ uniform(0, 1)
            g = ∇(D, ε * x + (1 - ε) * G(z))
            minimize D: mean(D(G(z))) - mean(D(x)) + λ * (sum(g^2) - 1)^2
            minimize G: -mean(D(G(z)))
            """, "penalty", "depends on the gradients of the others"
        ),
        (
            "A, C, digits()",
            """
            x ~ data; z ~ noise(G); ε ~ uniform(0, 1)
            g = ∇(D, ε * x + (1 - ε) * G(z))
            minimize D: mean(D(G(z))) - mean(D(x)) + λ * mean((sqrt(sum(g^2, 3) + 1e-12) - 1)^2)
            minimize G: -mean(D(G(z)))
            """, "penalty", "not taken over all axes but the first"
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G); ε ~ uniform(0, 1)
            minimize D: mean(D(G(z))) - mean(D(x)) - λ * mean((norm(∇(D, ε * x + (1 - ε) * G(z))) - 1)^2)
            minimize G: -mean(D(G(z)))
            """, "penalty", "wrong sign"
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G); ε ~ uniform(0, 1)
            maximize D: mean(D(x)) - mean(D(G(z))) + λ * mean((norm(∇(D, ε * x + (1 - ε) * G(z))) - 1)^2)
            minimize G: -mean(D(G(z)))
            """, "penalty", "wrong sign"
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G); ε ~ uniform(0, 1)
            p = mean((norm(∇(D, ε * x + (1 - ε) * G(z))) - 1)^2)
            minimize D: mean(D(G(z))) - mean(D(x))
            report p = λ * p
            minimize G: -mean(D(G(z)))
            """, "constraint", "nothing holds it"
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G)
            minimize D: mean(D(G(z))) - mean(D(x))
            clip G, 0.01
            minimize G: -mean(D(G(z)))
            """, "constraint", "nothing holds it"
        ),
        (
            "G, S, r",
            """
            x ~ data; z ~ noise(G)
            minimize D: -mean(log(sigmoid(D(x)) + 1e-8)) - mean(log(1 - sigmoid(D(G(z))) + 1e-8))
            minimize G: -mean(log(sigmoid(D(G(z))) + 1e-8))
            """, "sigmoid", "so there are two"
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G)
            minimize D: mean(softplus(-D(x))) + mean(softplus(D(G(z))))
            minimize G: mean(softplus(-D(x)))
            """, "path", "no path leads"
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G); y ~ data
            minimize D: mean(softplus(-D(x))) + mean(softplus(D(y)))
            minimize G: mean(softplus(-D(G(z))))
            """, "sign", "D never sees generated samples"
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G)
            minimize D: mean(softplus(-D(x))) + mean(softplus(D(G(z))))
            minimize G: -mean(D(G(z)) > 0)
            """, "path", "no path leads"
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G)
            minimize G: mean(softplus(-D(x))) + mean(softplus(D(G(z))))
            minimize D: mean(softplus(-D(G(z))))
            """, "sign", "D never sees real samples"
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G)
            minimize D: -mean(log_sigmoid(D(x))) - mean(log_sigmoid(-D(G(z))))
            minimize G: mean(log_sigmoid(D(G(z))))
            """, "sign", "turn the sign of G's objective"
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G)
            e = rand([1])
            x̂ = e * x + (1 - e) * G(z)
            minimize D: mean(D(G(z))) - mean(D(x)) + λ * mean((norm(∇(D, x̂)) - 1)^2)
            minimize G: -mean(D(G(z)))
            """, "penalty", "for the whole batch"
        ),
        (
            "G, D, r",
            """
            x, y ~ data
            z ~ noise(G)
            minimize D: mean((D(x) - 1)^2) + mean(D(G(z))^2)
            minimize G: mean((D(G(z)) + 1)^2)
            """, "sign", "turn the sign of G's objective"
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G)
            minimize D: mean(softplus(-D(x))) + mean(softplus(-D(G(z))))
            minimize G: mean(softplus(-D(G(z))))
            """, "sign", "does not tell them apart"
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G)
            minimize D: mean(D(x)) + mean(D(G(z)))
            clip D, 0.01
            minimize G: -mean(D(G(z)))
            """, "sign", "does not tell them apart"
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G)
            minimize D: mean(softplus(-(D(x) - D(G(z)))))
            minimize G: mean(softplus(-(D(x) - D(G(z)))))
            """, "sign", "turn the sign of G's objective"
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G)
            minimize G, D: mean((D(x) - 1)^2) + mean(D(G(z))^2)
            """, "sign", "together, so they do not play against each other"
        ),
    ]

    @Test(arguments: faulty)
    func aStudentsFaultIsOneFinding(
        _ players: String, _ round: String, _ kind: String, _ words: String
    ) throws {
        let program =
            Self.more + """
                game mine(G, D, data, λ = 10) {
                    \(round)
                }
                found = check(mine(\(players))).findings
                "\\(found.count) \\(found[0].kind): \\(found[0].sentence) | \\(found[0].remedy)"
                """
        let said = try value(program)
        #expect(said.hasPrefix("\"1 \(kind): "), "\(said)")
        #expect(said.contains(words), "\(said)")
    }

    static let sound: [(players: String, round: String)] = [
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G)
            minimize D: 0.5 * mean((D(x) - 0.9)^2) + 0.5 * mean((D(G(z)) - 0.1)^2)
            z ~ noise(G)
            minimize G: 0.5 * mean((D(G(z)) - 0.9)^2)
            """
        ),
        (
            "G, L, r",
            """
            repeat 2 {
                x ~ data; z ~ noise(G); ε ~ uniform(0, 1)
                minimize D: mean(D(G(z))) - mean(D(x)) + 10 * mean(norm(∇(D, ε * x + (1 - ε) * G(z)))^2)
            }
            z ~ noise(G)
            maximize G: mean(D(G(z)))
            """
        ),
        (
            "G, P, r",
            """
            x ~ data; z ~ noise(G)
            f = G(z)
            minimize D: mean(relu(1 - (D(x) - mean(D(f))))) + mean(relu(1 + (D(f) - mean(D(x)))))
            f = G(z)
            minimize G: mean(relu(1 + (D(x) - mean(D(f))))) + mean(relu(1 - (D(f) - mean(D(x)))))
            """
        ),
        (
            "G, S, r",
            """
            x ~ data; z ~ noise(G)
            minimize D: -mean(log(D(x) + 1e-7)) - mean(log(1 - D(G(z)) + 1e-7))
            minimize G: -mean(log(D(G(z)) + 1e-7))
            """
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G)
            minimize D: mean(softplus(-D(x))) + mean(softplus(D(G(z))))
            minimize G: mean(softplus(-D(G(z)))) + mean((mean(G(z), 0) - mean(x, 0))^2)
            """
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G)
            minimize D: mean(softplus(-D(x))) + mean(softplus(D(G(z)))) + 0.001 * sum(map(w -> sum(w^2), parameters(D)))
            minimize G: mean(softplus(-D(G(z))))
            """
        ),
        (
            "G, D, r",
            """
            repeat 2 {
                x ~ data; z ~ noise(G)
                minimize D by sgd(0.1): mean(softplus(-D(x))) - 0.1 * mean(D(x)) + mean(softplus(D(G(z))))
            }
            minimize G by adam(0.001): mean(softplus(-D(G(z))))
            """
        ),
        (
            "G, D, r",
            """
            repeat 5 { x ~ data; z ~ noise(G); maximize D: mean(D(x) - D(G(z))); clip D, 0.05 }
            z ~ noise(G)
            maximize G: mean(D(G(z)))
            """
        ),
        (
            "G, D, r",
            """
            x ~ data; z ~ noise(G)
            minimize D: mean(exp(-D(x))) + mean(exp(D(G(z))))
            minimize G: mean(exp(-D(G(z))))
            """
        ),
        (
            "G, T, r",
            """
            x ~ data; z ~ noise(G)
            minimize D: -mean(log_softmax(D(x))[.., 0]) - mean(log_softmax(D(G(z)))[.., 1])
            minimize G: -mean(log_softmax(D(G(z)))[.., 0])
            """
        ),
        (
            "A, C, digits()",
            """
            x ~ data; z ~ noise(G)
            e = rand([length(x), 1, 1, 1])
            g = ∇(D, e * x + (1 - e) * G(z))
            n = sqrt(sum(reshape(g, [length(x), -1])^2, 1) + 1e-12)
            minimize D: mean(D(G(z))) - mean(D(x)) + 10 * mean(relu(n - 1)^2)
            minimize G: -mean(D(G(z)))
            """
        ),
        (
            "G, P, r",
            """
            x ~ data; z ~ noise(G)
            minimize D: mean(D(G(z))) - mean(D(x)) + 0.001 * mean(D(x)^2)
            minimize G: -mean(D(G(z))) + 0.01 * mean(norm(G(z))^2)
            """
        ),
    ]

    @Test(arguments: sound)
    func aStudentsSoundGameIsLeftInPeace(_ players: String, _ round: String) throws {
        let program =
            Self.more + """
                game mine(G, D, data, λ = 10) {
                    \(round)
                }
                check(mine(\(players)))
                """
        let said = try value(program)
        #expect(said.contains("nothing is wrong"), "\(said)")
    }

    /// A round that counts on batches of 64 is examined with those.
    @Test func aRoundOfItsOwnBatchIsLeftInPeace() throws {
        let program = """
            game moments(G, data) {
                x ~ data; z ~ noise(G)
                k(u, v) = mean(exp(-sum((reshape(u, [64, 1, 2]) - reshape(v, [1, 64, 2]))^2, 2)))
                minimize G: k(G(z), G(z)) - 2 * k(G(z), x)
            }
            check(moments(G, r))
            """
        #expect(try value(program).contains("nothing is wrong"))
    }
}
