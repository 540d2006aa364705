import Laboratory
import Language
import Testing

/// Measures as commands: closed forms, and real examples beside themselves.
@Suite struct MeasureCommandTests {
    private func value(_ program: String) throws -> String {
        let outcome = Session().run(Source(name: "test", text: program), output: Silence())
        try #require(outcome.faults.isEmpty, "\(outcome.faults)")
        return outcome.result?.plain ?? ""
    }

    @Test(arguments: [
        "abs(kl([0.5, 0.5], [0.25, 0.75]) - 0.5 * log(4 / 3)) < 0.000001",
        "abs(js([1, 0], [0, 1]) - log(2)) < 0.000001",
        "abs(total_variation([1, 0], [0.5, 0.5]) - 0.5) < 0.000001",
        "abs(wasserstein([[0], [1]], [[2], [3]]) - 2) < 0.000001",
        "modes(ring(8), ring(8), count: 2000).modes_captured.value == 8",
        "classify(digits(), first(digits(), 50).images).accuracy > 0.9",
        "coverage(digits(), digits(), count: 300).classes_shown.value == 10",
        "inception_score(digits(), digits(), count: 500).value > 7",
        "swd(ring(8), ring(8), count: 500).value < 0.2",
        "fid(gaussian([0, 0]), gaussian([0, 0]), count: 500).value < 0.1",
        "fid(gaussian([3, 0]), gaussian([0, 0]), count: 2000).value > 8",
    ])
    func aMeasureGivesWhatTheoryGives(_ claim: String) throws {
        #expect(try value(claim) == "true")
    }

    /// A D that knows nothing is right half of the time and says so; one that orders by x, which
    /// the samples lack, is always right.
    @Test(arguments: [("0", "[0.5, 0.5, 0]"), ("1000", "[1, 1, 0]")])
    func aDiscriminatorIsAClassifier(_ slope: String, _ figures: String) throws {
        let program = """
            G = noise(1) |> linear(1)
            D = points(1) |> linear(1)
            set_parameters(G, [zeros([1, 1]), [-9]])
            set_parameters(D, [[[\(slope)]], [0]])
            d = discriminator(gan(G, D, gaussian([9], 0.5)), count: 100)
            map(r -> r.value, [d.accuracy, d.ranking, d.calibration_error])
            """
        #expect(try value(program) == figures)
    }

    @Test func featuresAreWhatTheLastLayerSees() throws {
        let program = """
            D = mlp(2, [8], 1)
            x = randn([5, 2])
            w = parameters(D)
            max(abs(features(D, x) @ w[2] + w[3] - D(x))) < 0.00001
            """
        #expect(try value(program) == "1")
    }

    @Test func aMeasureSaysWhatAPerfectSamplerGets() throws {
        let words = try value("swd(ring(8), ring(8), count: 100)")
        #expect(words.contains("perfect") && words.contains("from 100 samples"))
    }

    @Test func aMeasureWithoutDataNamesTheWayOut() {
        let source = Source(name: "test", text: "fid(mlp(noise(2), [4], 2))")
        let fault = Session().run(source, output: Silence()).faults.first
        #expect(fault?.message == "fid needs data to compare with")
    }

    @Test func aComparisonIsHonestAboutChance() throws {
        let words = try value(
            """
            G = mlp(noise(2), [8], 2)
            D = mlp(2, [8], 1)
            compare([lsgan, lsgan], G, D, ring(8), rounds: 3, seeds: 2, count: 100)
            """)
        #expect(words.contains("differ by no more than chance can do"))
    }

    /// A game that diverges leaves the others their figures.
    @Test func aGameThatDivergesIsLeftOutOfAComparison() throws {
        let program = """
            G = mlp(noise(2), [8], 2)
            D = mlp(2, [8], 1)
            game lost(G, D, data) {
                x ~ data
                z ~ noise(G)
                minimize D: mean(log(D(x) * 0 - 5)) + mean(D(G(z)))
                minimize G: -mean(D(G(z)))
            }
            found = compare([lost, lsgan], G, D, ring(8), rounds: 3, seeds: 2, count: 100)

            """
        let words = try value(program + "found")
        let stopped = "lost came to no end with 2 of 2 seeds: round 1: the objective of D became"
        #expect(words.contains(stopped))
        #expect(words.contains("modes captured: lsgan"))
        #expect(try value(program + "found.lost.stopped") == "2")
    }

    @Test func oneSeedHasNoError() throws {
        let words = try value(
            """
            G = mlp(noise(2), [8], 2)
            D = mlp(2, [8], 1)
            compare([lsgan, gan], G, D, ring(8), rounds: 3, seeds: 1, count: 100)
            """)
        #expect(words.contains("one seed says nothing about chance") && !words.contains("_error"))
    }

    /// Sums of pairs, not matrices of them: what would not fit is refused before it is tried.
    @Test(arguments: [
        ("mmd(zeros([5001, 2]), zeros([9, 2]))", "take 5000 samples at most, or swd"),
        ("kid(zeros([10001, 2]), zeros([9, 2]))", "take 10000 samples at most, or swd"),
        ("kl([1, 2, 3], [0.2, 0.3, 0.5])", "divide them by their sum: p / sum(p)"),
        ("mixture([[0, 0], [1, 1]], [0.1, 0])", "it is a positive number, such as 0.1"),
    ])
    func whatCannotBeMeasuredIsRefusedWithTheWayOut(_ program: String, _ hint: String) {
        let fault = Session().run(Source(name: "test", text: program), output: Silence())
            .faults.first
        #expect(fault?.hint == hint)
    }

    @Test(arguments: [
        // Each Gaussian has its own deviation.
        "x ~ mixture([[0], [100]], [0.01, 5])\n"
            + "near = where(x < 50, x, 0)\nfar = where(x < 50, 100, x)\n"
            + "max(abs(near)) < 0.1 and max(abs(far - 100)) > 1",
        // Finite weights whose sum is not.
        "modes(mixture([[0, 0], [9, 9]], 0.1, weights: [1e308, 1e308]), "
            + "mixture([[0, 0], [9, 9]], 0.1)).modes_captured.value == 2",
        // More than half of all pairs coincide, and yet the sets differ.
        "mmd(zeros([20, 1]), concat([zeros([15, 1]), ones([5, 1])], 0)) > 0.01",
    ])
    func oddInputsAreMeasuredAsTheyAre(_ program: String) throws {
        #expect(try value(program) == "true")
    }

    @Test func dcganFollowsItsRules() throws {
        let program = """
            G, D = dcgan(digits(), latents: 8, width: 4)
            shape(D(G(randn([3, 8]))))
            """
        #expect(try value(program) == "[3, 1]")
    }
}
