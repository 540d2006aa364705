import Foundation
import Laboratory
import Language
import Testing

/// Closed forms of the theory that no other suite holds us to. The list of all of them, and of the
/// traps, stands in `Sources/Laboratory/README.md`.
@Suite struct OracleTests {
    /// `x = e` programs whose last value is a truth.
    private func holds(_ program: String) throws {
        let outcome = Session().run(Source(name: "test", text: program), output: Silence())
        try #require(outcome.faults.isEmpty, "\(outcome.faults)")
        let last = outcome.result?.plain ?? ""
        #expect(last == "true" || last == "1", "gave \(last)")
    }

    private func numbers(_ program: String) throws -> [Double] {
        let outcome = Session().run(Source(name: "test", text: program), output: Silence())
        try #require(outcome.faults.isEmpty, "\(outcome.faults)")
        return (outcome.result?.plain ?? "").trimmingCharacters(in: ["[", "]"])
            .components(separatedBy: ", ").compactMap(Double.init)
    }

    // MARK: f-GAN

    private static let convex: [(String, String, @Sendable (Double) -> Double)] = [
        ("total_variation", "", { abs($0 - 1) / 2 }), ("kl", "", { $0 * log($0) }),
        ("reverse_kl", "", { -log($0) }), ("pearson", "", { ($0 - 1) * ($0 - 1) }),
        ("neyman", "", { (1 - $0) * (1 - $0) / $0 }),
        ("hellinger", "", { ($0.squareRoot() - 1) * ($0.squareRoot() - 1) }),
        ("jeffrey", "", { ($0 - 1) * log($0) }),
        ("jensen_shannon", "", { -($0 + 1) * log((1 + $0) / 2) + $0 * log($0) }),
        (
            "weighted_js", ", π: 0.3",
            { 0.3 * $0 * log($0) - (0.7 + 0.3 * $0) * log(0.7 + 0.3 * $0) }
        ),
        ("gan", "", { $0 * log($0) - ($0 + 1) * log($0 + 1) }),
        ("alpha", ", α: 0.5", { ($0.squareRoot() - 1 - 0.5 * ($0 - 1)) / -0.25 }),
        ("alpha", ", α: 3", { ($0 * $0 * $0 - 1 - 3 * ($0 - 1)) / 6 }),
    ]

    /// f*(t) is the largest t u - f(u) over u > 0. A discriminator of constant score v shows T and
    /// f*(T): the losses of G are -f*(T) exactly and -T in practice.
    @Test(arguments: convex.indices)
    func aConjugateIsTheOneOfItsDivergence(_ index: Int) throws {
        let (name, options, f) = Self.convex[index]
        let found = try numbers(
            """
            G = noise(1) |> linear(1)
            D = points(1) |> linear(1)
            one(v, e) = {
                set_parameters(D, [zeros([1, 1]), full([1], v)])
                g = fgan(G, D, gaussian([0]), divergence: "\(name)", exact: e, batch: 2,
                    optimizer: sgd(0)\(options))
                train g, rounds: 1, quiet: true
                -g.losses.G[0]
            }
            [one(-2, false), one(-2, true), one(-0.4, false), one(-0.4, true), one(0.7, false),
                one(0.7, true)]
            """)
        try #require(found.count == 6)
        for place in [0, 2, 4] {
            let (t, conjugate) = (found[place], found[place + 1])
            // Where T leaves the effective domain of u > 0, Pearson's polynomial goes on.
            if name == "pearson", t < -2 { continue }
            let most =
                (0...400_000).map { step -> Double in
                    let u = exp(Double(step) / 20_000 - 10)
                    return t * u - f(u)
                }.max() ?? .nan
            #expect(
                abs(conjugate - most) < 2e-4 * max(1, abs(most)),
                "\(name): f*(\(t)) is \(conjugate), not \(most)")
        }
    }

    /// KL fits mean and variance of the data, whatever their shape.
    @Test func theKLFitOfOneGaussianHasTheMomentsOfTheData() throws {
        try holds(
            """
            seed 1
            data = mixture([[-1], [1]], 0.5)
            G = noise(1) |> linear(1)
            D = mlp(1, [32, 32], 1, "tanh")
            g = fgan(G, D, data, divergence: "kl", batch: 512, optimizer: adam(0.002, 0.5, 0.999))
            train g, rounds: 1500, quiet: true
            x = G(randn([4000, 1]))
            abs(mean(x)) < 0.15 and abs(std(x) - sqrt(1.25)) < 0.15
            """)
    }

    // MARK: Wasserstein

    /// Of all clipped lines the critic of a shift is the steepest; its loss is minus c times the
    /// distance.
    @Test(arguments: [0.5, 1])
    func theCriticOfAShiftIsALineWithTheSlopeOfTheClip(_ c: Double) throws {
        try holds(
            """
            D = points(1) |> linear(1)
            G = noise(1) |> linear(1)
            set_parameters(G, [zeros([1, 1]), [0]])
            x = full([64, 1], 3)
            game critic(G, D, data, c) {
                x ~ data
                z ~ noise(G)
                minimize D: mean(D(G(z))) - mean(D(x))
                clip D, c
            }
            k = critic(G, D, x, \(c), optimizer: rmsprop(0.05))
            train k, rounds: 100, quiet: true
            exact = wasserstein(zeros([64, 1]), x)
            abs(parameters(D)[0][0][0] - \(c)) < 0.00001 and abs(-k.losses.D[99] - \(c) * exact) < 0.0001
            """)
    }

    /// Gulrajani et al. 2017, arXiv:1704.00028, figure 1b: with weights at ±c one layer of width n
    /// multiplies the gradient by about c √(n/2).
    @Test(arguments: [0.1, 0.01, 0.001])
    func clippedWeightsScaleTheGradientByTheLaw(_ c: Double) throws {
        let found = try numbers(
            """
            seed 1
            deep(layers) = {
                D = mlp(2, map(i -> 256, 0..<layers), 1)
                w = map(p -> if length(shape(p)) > 1 { \(c) * sign(randn(shape(p))) } else { zeros(shape(p)) }, parameters(D))
                set_parameters(D, w)
                mean(norm(∇(D, randn([64, 2]))))
            }
            a = mean(map(i -> deep(3), 0..<5))
            b = mean(map(i -> deep(8), 0..<5))
            [(b / a)^0.2, 0]
            """)
        let law = c * (256.0 / 2).squareRoot()
        #expect(abs((found.first ?? 0) / law - 1) < 0.12, "\(found) against \(law)")
    }

    // MARK: Information

    /// log 10 - H(c | x) is a lower bound of the information and never above the code's entropy.
    @Test func theInformationOfATenfoldCodeIsAtMostLogTen() throws {
        try holds(
            """
            seed 1
            c = onehot(range(0, 10), 10)
            bound(logits) = log(10) + mean(sum(c * log_softmax(logits), 1))
            best = bound(100 * c)
            others = map(i -> bound(i * randn([10, 10])), 1...20)
            abs(best - 2.302585) < 0.0001 and max(others) < best and abs(bound(zeros([10, 10]))) < 0.00001
            """)
    }

    // MARK: Flows

    /// An affine coupling layer (RealNVP) and an invertible product (Glow), written in the language.
    @Test func aFlowIsInvertedAndItsDeterminantIsThatOfItsJacobian() throws {
        try holds(
            """
            seed 1
            S = mlp(1, [8], 1, "tanh")
            T = mlp(1, [8], 1, "tanh")
            W = [[0.6, -1.2], [0.5, 1.1]]
            V = [[1.1, 1.2], [-0.5, 0.6]] / (0.6 * 1.1 + 1.2 * 0.5)
            couple(x) = concat([x[.., 0..<1], x[.., 1..<2] * exp(S(x[.., 0..<1])) + T(x[.., 0..<1])], 1)
            back(y) = concat([y[.., 0..<1], (y[.., 1..<2] - T(y[.., 0..<1])) * exp(-S(y[.., 0..<1]))], 1)
            forward(x) = couple(couple(x) @ W)
            inverse(y) = back(back(y) @ V)
            logdet(x) = {
                h = couple(x) @ W
                S(x[.., 0..<1])[.., 0] + log(abs(0.6 * 1.1 + 1.2 * 0.5)) + S(h[.., 0..<1])[.., 0]
            }
            x = randn([16, 2])
            a = ∇(v -> sum(forward(v)[.., 0]), x)
            b = ∇(v -> sum(forward(v)[.., 1]), x)
            jacobian = a[.., 0] * b[.., 1] - a[.., 1] * b[.., 0]
            near = max(abs(inverse(forward(x)) - x)) < 0.00001
            near and max(abs(log(abs(jacobian)) - logdet(x))) < 0.0001
            """)
    }
}

/// Traps of public code, each as a test that fails if we had it.
@Suite struct TrapTests {
    private func holds(_ program: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "saddle-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let outcome = Session(folder: folder.path).run(
            Source(name: "test", text: program), output: Silence())
        try #require(outcome.faults.isEmpty, "\(outcome.faults)")
        let last = outcome.result?.plain ?? ""
        #expect(last == "true" || last == "1", "gave \(last)")
    }

    /// The penalty is one for each image too, at a point with one weight for each image.
    @Test(arguments: ["wgan_gp", "r1", "dragan", "relativistic"])
    func aPenaltyOnImagesIsOneForEachImage(_ game: String) throws {
        try holds(
            """
            G = noise(4) |> linear(64) |> sigmoid |> reshape(8, 8, 1)
            D = image(8, 8, 1) |> conv(4) |> leaky_relu(0.2) |> flatten |> linear(1)
            check(\(game)(G, D, digits())).ok
            """)
    }

    @Test func theWeightsOfWGANStayWithinTheClip() throws {
        try holds(
            """
            seed 1
            G = mlp(noise(2), [8], 2)
            D = mlp(2, [8], 1)
            g = wgan(G, D, ring(8), c: 0.02, optimizer: rmsprop(0.01))
            train g, rounds: 3, quiet: true
            most = max(map(w -> max(abs(w)), parameters(D)))
            abs(most - 0.02) < 0.0000001
            """)
    }

    /// The loss of the critic holds the penalty, and the penalty is a curve of its own, so the
    /// estimate of the distance can be had.
    @Test func thePenaltyCanBeTakenFromTheLossOfTheCritic() throws {
        try holds(
            """
            G = noise(1) |> linear(1)
            D = points(1) |> linear(1)
            set_parameters(G, [zeros([1, 1]), [1]])
            set_parameters(D, [[[3]], [0.5]])
            g = wgan_gp(G, D, full([8, 1], 5), optimizer: sgd(0), critic_steps: 1)
            train g, rounds: 1, quiet: true
            estimate = -(g.losses.D[0] - g.λ * g.losses.penalty[0])
            abs(g.losses.penalty[0] - 4) < 0.0001 and abs(estimate - 12) < 0.0001
            """)
    }

    /// The first argument is the share that the running statistics keep, not a large ε.
    @Test func aNumberGivenToBatchNormIsNoEpsilon() throws {
        try holds(
            """
            seed 1
            N = points(3) |> batch_norm(0.8)
            game look(N, data) {
                x ~ data
                report deviation = std(0.05 * x)
                report normed = std(N(0.05 * x))
                minimize N by sgd(0): mean(N(x)^2)
            }
            g = look(N, gaussian([0, 0, 0]), batch: 512)
            train g, rounds: 1, quiet: true
            g.losses.deviation[0] < 0.06 and abs(g.losses.normed[0] - 1) < 0.01
            """)
    }

    /// Both places of G(z) in |D(G(z)) - G(z)| pull at G, as central differences say.
    @Test func theTargetOfAnAutoencoderIsNotDetached() throws {
        try holds(
            """
            seed 3
            G = noise(3) |> linear(5) |> tanh |> linear(2)
            D = points(2) |> linear(5) |> tanh |> linear(2)
            z = randn([16, 3])
            loss() = mean((D(G(z)) - G(z))^2)
            game energy(G, D, zs) { minimize G by sgd(1): mean((D(G(zs)) - G(zs))^2) }
            before = parameters(G)
            g = energy(G, D, z)
            train g, rounds: 1, quiet: true
            after = parameters(G)
            directions = map(w -> randn(shape(w)), before)
            at(h) = {
                set_parameters(G, map(i -> before[i] + h * directions[i], 0..<length(before)))
                loss()
            }
            numeric = (at(0.003) - at(-0.003)) / 0.006
            exact = 0
            for i in 0..<length(before) { exact = exact + sum((before[i] - after[i]) * directions[i]) }
            abs(numeric - exact) / max(abs(exact), 0.0001) < 0.002
            """)
    }

    /// A penalty is differentiated twice: what D's weights receive agrees with central differences.
    @Test(arguments: [
        "mean(norm(∇(D, x))^2)", "mean((norm(∇(D, x)) - 1)^2)", "mean(relu(norm(∇(D, x)) - 0.1)^2)",
    ])
    func aPenaltyReachesTheWeightsAsCentralDifferencesSay(_ penalty: String) throws {
        try holds(
            """
            seed 3
            D = points(3) |> linear(6) |> softplus |> linear(5) |> tanh |> linear(1)
            points = randn([16, 3])
            game steep(D, x) { minimize D by sgd(1): \(penalty) }
            game still(D, x) { minimize D by sgd(0): \(penalty) }
            before = parameters(D)
            g = steep(D, points)
            train g, rounds: 1, quiet: true
            after = parameters(D)
            directions = map(w -> randn(shape(w)), before)
            at(h) = {
                set_parameters(D, map(i -> before[i] + h * directions[i], 0..<length(before)))
                s = still(D, points)
                train s, rounds: 1, quiet: true
                s.losses.D[0]
            }
            numeric = (at(0.003) - at(-0.003)) / 0.006
            exact = 0
            for i in 0..<length(before) { exact = exact + sum((before[i] - after[i]) * directions[i]) }
            abs(numeric - exact) / max(abs(exact), 0.0001) < 0.005
            """)
    }

    /// A game with labels goes on after a load as if it had never stopped: same labels, same
    /// rounds.
    @Test func aGameWithLabelsResumesWithItsLabels() throws {
        try holds(
            """
            network G(z = noise(2), y = points(8)) { linear(2)(relu(linear(8)(concat([z, y], 1)))) }
            network D(x = points(2), y = points(8)) { linear(1)(relu(linear(8)(concat([x, y], 1)))) }
            game labelled(G, D, data) {
                x, y ~ data
                c = onehot(y, 8)
                z = randn([64, 2])
                report label = mean(y)
                minimize D: mean((D(x, c) - 1)^2) + mean(D(G(z, c), c)^2)
                minimize G: mean((D(G(z, c), c) - 1)^2)
            }
            made() = {
                seed 1
                labelled(fresh(G), fresh(D), ring(8))
            }
            a = made()
            train a, rounds: 6, quiet: true
            b = made()
            train b, rounds: 3, quiet: true
            save b, "half.safetensors"
            c = made()
            load c, "half.safetensors"
            train c, rounds: 3, quiet: true
            labels = max(a.losses.label) > 1 and a.losses.label == c.losses.label
            labels and a.losses.D == c.losses.D and c.round == 6
            """)
    }

    /// Real and generated samples are batches of their own under batch norm.
    @Test func batchNormSeesRealAndGeneratedSamplesApart() throws {
        try holds(
            """
            seed 1
            D = points(2) |> batch_norm |> linear(1)
            game apart(D, data) {
                x ~ data
                report alone = mean(abs(D(x)))
                report far = mean(abs(D(100 + x)))
                report again = mean(abs(D(x)))
                minimize D by sgd(0): mean(D(x)^2)
            }
            g = apart(D, gaussian())
            train g, rounds: 1, quiet: true
            l = g.losses
            l.alone[0] == l.again[0] and abs(l.alone[0] - l.far[0]) < 0.001
            """)
    }

    /// A deviation is a deviation, where a public logger passed a variance.
    @Test func aNormalDrawHasTheDeviationThatItIsGiven() throws {
        try holds(
            """
            seed 1
            game draws(D, data) {
                x ~ data
                ε ~ normal(2, 0.1)
                report deviation = std(ε)
                minimize D by sgd(0): mean(D(x)^2)
            }
            g = draws(points(2) |> linear(1), gaussian(), batch: 10000)
            train g, rounds: 1, quiet: true
            x ~ gaussian([0, 0], 0.1)
            abs(g.losses.deviation[0] - 0.1) < 0.003 and abs(std(x) - 0.1) < 0.03
            """)
    }
}
