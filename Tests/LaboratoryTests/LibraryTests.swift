import Foundation
import Laboratory
import Language
import Testing

/// Every game of the Library is built, trained and explained; nothing is listed here by name.
@Suite struct LibraryTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Sources/Laboratory/Library").standardizedFileURL

    static let names: [String] = {
        let all = try? FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        return (all ?? []).filter { $0.pathExtension == "saddle" }
            .map { $0.deletingPathExtension().lastPathComponent }.sorted()
    }()

    private func text(_ name: String) throws -> String {
        try String(
            contentsOf: Self.folder.appendingPathComponent(name + ".saddle"), encoding: .utf8)
    }

    private func run(_ session: Session, _ program: String) throws -> MIMEBundle? {
        let outcome = session.run(Source(name: "test", text: program), output: Silence())
        try #require(outcome.faults.isEmpty, "\(outcome.faults)")
        return outcome.result ?? outcome.page
    }

    @Test func theTenGamesAreThere() {
        #expect(Self.names.count >= 10)
    }

    @Test(arguments: names)
    func aGameIsBuiltAndTrained(_ name: String) throws {
        // A game file defines its game with the parameters it needs.
        let parts = try text(name).components(separatedBy: "game \(name)(")
        try #require(parts.count == 2, "\(name).saddle defines game \(name) once")
        let takesNetworks = parts[1].filter { !$0.isWhitespace }.hasPrefix("G,D,data")
        let players = takesNetworks ? "G, D, ring(8)" : ""
        let session = Session()
        let made = try run(
            session,
            """
            seed 1
            G = noise(2) |> linear(8) |> relu |> linear(2)
            D = points(2) |> linear(8) |> relu |> linear(1)
            g = \(name)(\(players))
            train g, rounds: 2
            g.round
            """)
        #expect(made?.plain == "2")
    }

    @Test(arguments: names)
    func aGameIsExplainedWithoutAHole(_ name: String) throws {
        let text = try text(name)
        let shown = Shown()
        let outcome = Session().run(
            Source(name: "test", text: "explain \(name)"), output: shown)
        try #require(outcome.faults.isEmpty, "\(outcome.faults)")
        let bundles = shown.bundles + [outcome.page, outcome.result].compactMap { $0 }
        let page = bundles.compactMap(\.plain).joined()
        #expect(page.contains("\(name)("), "explain \(name) shows no signature: \(page)")
        #expect(
            page.contains("min_") || page.contains(" ← "), "explain \(name) shows no formula")
        #expect(
            bundles.compactMap { $0.contents["text/markdown"] }.contains {
                if case .text(let text) = $0 { text.contains("$$\\begin{aligned}") } else { false }
            }, "explain \(name) shows no LaTeX")
        // And its curves, or its arrows.
        #expect(
            bundles.contains { $0.contents["image/png"] != nil },
            "explain \(name) shows no picture")
        for word in ["arXiv:", "Equilibrium", "Use it"] {
            #expect(text.contains(word), "\(name) does not say \(word)")
            #expect(page.contains(word), "explain \(name) leaves out \(word)")
        }
    }

    /// θ goes by -h f'(ψθ) ψ and ψ by h (f'(ψθ) θ - γ ψ), f'(t) = 1 / (1 + exp(t)).
    @Test func theArrowsOfTheDiracGANAreItsVectorField() throws {
        let made = try run(
            Session(),
            """
            a = explain(dirac(step: 0.2, γ: 0.5)).values.flow.arrows
            θ = tensor(a.x)
            ψ = tensor(a.y)
            slope = sigmoid(-ψ * θ)
            [
                length(a.x), max(abs(tensor(a.dx) + 0.2 * slope * ψ)) < 1e-5,
                max(abs(tensor(a.dy) - 0.2 * (slope * θ - 0.5 * ψ))) < 1e-5
            ]
            """)
        #expect(made?.plain == "[169, 1, 1]")
    }

    @Test(arguments: names)
    func aGameIsWrittenAsTheFormatterWritesIt(_ name: String) throws {
        let text = try text(name)
        #expect(try format(Source(name: name, text: text)) == text)
    }
}

/// Losses of games whose discriminator is what it is at the equilibrium, in closed form.
@Suite struct EquilibriumTests {
    @Test(arguments: [
        ("gan", "", 0.0, 1.386294, 0.693147), ("gan", ", saturating: true", 0, 1.386294, -0.693147),
        ("lsgan", "", 0.5, 0.25, 0.125), ("lsgan", ", a: -1, b: 1, c: 0", 0, 1, 0),
        // One-sided smoothing s: σ(D) = (1 - s) / 2, and D = b̃ / 2 for least squares.
        ("gan", ", smoothing: 0.2", -0.405465, 1.346023, 0.916291),
        ("lsgan", ", smoothing: 0.2", 0.4, 0.16, 0.18),
        ("wgan", "", 0.3, 0, -0.3), ("hinge", "", 0, 2, 0), ("r1", "", 0, 1.386294, 0.693147),
        ("relativistic", "", 0.4, 0.693147, 0.693147), ("wgan_gp", "", 0, 10, 0),
        ("wgan_gp", ", one_sided: true", 0, 0, 0), ("dragan", "", 0, 11.386294, 0.693147),
        ("fgan", ", divergence: \"gan\"", 0, 1.386294, -0.693147),
        ("fgan", ", divergence: \"pearson\"", 0, 0, 0), ("fgan", ", divergence: \"kl\"", 1, 0, -1),
    ])
    func aConstantDiscriminatorHasTheLossesOfTheTheory(
        _ game: String, _ options: String, _ score: Double, _ judge: Double, _ maker: Double
    ) throws {
        let session = Session()
        let program = """
            G = noise(2) |> linear(2)
            D = points(2) |> linear(1)
            set_parameters(D, [zeros([2, 1]), full([1], \(score))])
            c = inf
            g = \(game)(G, D, gaussian()\(options), optimizer: sgd(0))
            \(game == "wgan" ? "g.c = 10" : "")
            train g, rounds: 1
            abs(g.losses.D[0] - \(judge)) < 0.00001 and abs(g.losses.G[0] - \(maker)) < 0.00001
            """
        let outcome = session.run(Source(name: "test", text: program), output: Silence())
        try #require(outcome.faults.isEmpty, "\(outcome.faults)")
        #expect(outcome.result?.plain == "true")
    }

    @Test(arguments: ["gan", "lsgan", "dragan", "r1", "relativistic"])
    func softLabelsMoveTheDiscriminatorThatIsAtRest(_ game: String) throws {
        // The bias of a constant D rests exactly where the theory says, with and without smoothing.
        let rests = [
            "gan": (0.0, -0.405465), "lsgan": (0.5, 0.4), "dragan": (0, -0.405465),
            "r1": (0, -0.405465), "relativistic": (0, 0),
        ]
        let rest = try #require(rests[game])
        for (smoothing, score) in [(0.0, rest.0), (0.2, rest.1)] {
            let program = """
                G = noise(2) |> linear(2)
                D = points(2) |> linear(1)
                set_parameters(D, [zeros([2, 1]), full([1], \(score))])
                g = \(game)(G, D, gaussian(), smoothing: \(smoothing), optimizer: sgd(1))
                train g, rounds: 1
                abs(parameters(D)[1][0] - \(score)) < 0.00001
                """
            #expect(try value(program) == "1", "smoothing \(smoothing)")
        }
    }

    @Test(arguments: [
        (
            "gan", "-mean(log_sigmoid(D(x))) - mean(log_sigmoid(-D(G(z))))",
            "-mean(log_sigmoid(D(G(z))))"
        ),
        (
            "lsgan", "mean((D(x) - 1)^2) / 2 + mean((D(G(z)) - 0)^2) / 2",
            "mean((D(G(z)) - 1)^2) / 2"
        ),
        ("hinge", "mean(relu(1 - D(x))) + mean(relu(1 + D(G(z))))", "-mean(D(G(z)))"),
    ])
    func optionsThatAreOffLeaveTheGameOfThePaper(
        _ game: String, _ judge: String, _ maker: String
    ) throws {
        let program = """
            game plain(G, D, data) {
                x ~ data
                z ~ noise(G)
                minimize D: \(judge)
                z ~ noise(G)
                minimize G: \(maker)
            }
            seed 1
            G = mlp(noise(2), [8], 2)
            D = mlp(2, [8], 1)
            o = adam(0.001, 0.5, 0.999)
            a = \(game)(copy(G), copy(D), ring(8), seed: 1, optimizer: o)
            b = plain(copy(G), copy(D), ring(8), seed: 1, optimizer: o)
            c = \(game)(copy(G), copy(D), ring(8), seed: 1, optimizer: o, instance_noise: 0.5)
            train a, rounds: 20
            train b, rounds: 20
            train c, rounds: 20
            same = a.losses.D == b.losses.D and a.losses.G == b.losses.G
            same and a.losses.D != c.losses.D
            """
        #expect(try value(program) == "true")
    }

    /// The noise falls in a straight line and is 0 from the named round on; a training that is
    /// saved and loaded goes on where it was.
    @Test(arguments: ["gan", "lsgan", "dragan", "r1", "relativistic", "hinge"])
    func instanceNoiseFallsToNothing(_ game: String) throws {
        let program = """
            seed 1
            G = mlp(noise(2), [8], 2)
            D = mlp(2, [8], 1)
            made(level, end) = \(game)(copy(G), copy(D), ring(8), seed: 1, instance_noise: level,
                noise_until: end)
            off = made(0, 0)
            stays = made(0.5, 0)
            falls = made(0.5, 4)
            slowly = made(0.5, 1000000000)
            for g in [off, stays, falls, slowly] { train g, rounds: 6 }
            # It begins as noise that stays, and noise that falls for ever is that.
            first = falls.losses.D[0] == stays.losses.D[0] and falls.losses.D[0] != off.losses.D[0]
            later = falls.losses.D[1] != stays.losses.D[1]
            same = max(abs(tensor(slowly.losses.D) - tensor(stays.losses.D))) < 0.00001
            # From round 4 on nothing is drawn for it any more: the networks of `off` play on alike.
            a = made(0.5, 4)
            b = made(0, 0)
            train a, rounds: 4
            h = fork(a)
            h.instance_noise = 0
            train a, rounds: 2
            train h, rounds: 2
            gone = a.losses.D == h.losses.D and a.losses.G == h.losses.G
            first and later and same and gone
            """
        #expect(try value(program) == "true")
    }

    @Test func fallingNoiseHasItsDeviation() throws {
        let program = """
            game looks(D, data) {
                x ~ data
                report deviation = std(noisy(zeros([20000]), 0.8, until: 10))
                minimize D by sgd(0): mean(D(x)^2)
            }
            g = looks(points(2) |> linear(1), gaussian())
            train g, rounds: 13, quiet: true
            law = map(r -> 0.8 * max(1 - r / 10, 0), 0..<13)
            max(abs(tensor(g.losses.deviation) - tensor(law))) < 0.02 and g.losses.deviation[10] == 0
            """
        #expect(try value(program) == "true")
    }

    @Test func instanceNoiseHasItsDeviation() throws {
        let program = """
            x = noisy(full([20000], 3), 0.5)
            max([abs(mean(x) - 3), abs(std(x) - 0.5)]) < 0.02
            """
        #expect(try value(program) == "1")
    }

    @Test(arguments: [
        // λ = -γ/2 ± √(γ²/4 - 1/4) for the log losses, -γ/2 ± √(γ²/4 - 1) for Wasserstein.
        ("saturating", 0.0, 0.0, -0.25), ("non_saturating", 0, 0, -0.25),
        ("wasserstein", 0, 0, -1), ("saturating", 1, -0.5, 0), ("non_saturating", 1, -0.5, 0),
        ("saturating", 0.5, -0.25, -0.1875), ("saturating", 2, -1, 0.75),
        ("wasserstein", 2, -1, 0), ("wasserstein", 3, -1.5, 1.25),
    ])
    func theDiracGANHasItsEigenvalues(
        _ loss: String, _ γ: Double, _ real: Double, _ square: Double
    ) throws {
        // M e and M² e of one start e give trace and determinant of a step (Cayley and Hamilton);
        // the eigenvalues of the gradients are (those of M - 1) / h.
        let program = """
            d = dirac(start: 0.000001, loss: "\(loss)", γ: \(γ))
            train d, rounds: 2
            θ = d.losses.θ
            ψ = d.losses.ψ
            trace = ψ[1] / ψ[0]
            determinant = (trace * θ[0] - θ[1]) / 0.000001
            [(trace / 2 - 1) / 0.1, (trace^2 / 4 - determinant) / 0.01]
            """
        let found = try value(program).trimmingCharacters(in: ["[", "]"])
            .components(separatedBy: ", ").compactMap(Double.init)
        try #require(found.count == 2)
        #expect(abs(found[0] - real) < 1e-6 && abs(found[1] - square) < 1e-6, "found \(found)")
    }

    private func value(_ program: String) throws -> String {
        let outcome = Session().run(Source(name: "test", text: program), output: Silence())
        try #require(outcome.faults.isEmpty, "\(outcome.faults)")
        return outcome.result?.plain ?? ""
    }

    @Test(arguments: [
        // Simultaneous steps: |λ|² = 1 + h²/4 at γ 0; alternating ones keep their distance.
        ("", "d.losses.distance[1999] > 2 * d.losses.distance[0]"),
        (", alternating: true", "d.losses.distance[1999] > 0.2 and d.losses.distance[1999] < 2"),
        (", γ: 1", "d.losses.distance[1999] < 0.000001"),
    ])
    func theDiracGANTurnsAsItsEigenvaluesSay(_ options: String, _ claim: String) throws {
        let program = """
            d = dirac(start: 0.5\(options))
            train d, rounds: 2000
            \(claim)
            """
        let outcome = Session().run(Source(name: "test", text: program), output: Silence())
        try #require(outcome.faults.isEmpty, "\(outcome.faults)")
        #expect(outcome.result?.plain == "true")
    }
}

/// Keeps what a program shows.
private final class Shown: Output {
    var bundles: [MIMEBundle] = []
    var liveness: Liveness { .none }
    func write(_ text: String, to stream: TextStream) {}
    func display(_ bundle: MIMEBundle, id: String?) { bundles.append(bundle) }
    func update(_ bundle: MIMEBundle, id: String) { bundles.append(bundle) }
    func progress(_ progress: Language.Progress) {}
    func clear(wait: Bool) {}
    func ask(_ prompt: String, secret: Bool) throws -> String {
        throw Diagnostic(.usage, "nobody is there to answer")
    }
}
