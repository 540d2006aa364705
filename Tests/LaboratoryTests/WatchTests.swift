import Laboratory
import Language
import Testing

/// What a training says when it goes wrong, and that it says nothing else.
@Suite struct WatchTests {
    private static let start = """
        seed 1
        G = mlp(noise(2), [32, 32], 2)
        D = mlp(2, [32, 32], 1)
        game loose(G, D, data) {
            repeat 3 {
                x ~ data
                z ~ noise(G)
                minimize D: mean(D(G(z))) - mean(D(x))
            }
            z ~ noise(G)
            minimize G: -mean(D(G(z)))
        }
        game alike(G, data) {
            x ~ data
            z ~ noise(G)
            minimize G: mean(G(z)^2)
        }

        """

    private func said(_ program: String) throws -> (errors: String, output: String) {
        let notes = Notes()
        let source = Source(name: "test", text: Self.start + program)
        let outcome = Session().run(source, output: notes)
        try #require(outcome.faults.isEmpty, "\(outcome.faults)")
        return (notes.errors, notes.output + (outcome.result?.plain ?? ""))
    }

    @Test(arguments: [
        (
            "gan(G, D, gaussian([20, 20]), saturating: true, optimizer: adam(0.01))", 300,
            "saturation",
            "tells all 256 real samples"
        ),
        // T = tanh(v) / 2 is flat where the scores of this D go.
        (
            "fgan(noise(1) |> linear(1), mlp(1, [64, 64], 1, \"tanh\"), "
                + "mixture([[-1], [1]], 0.6, weights: [0.6, 0.4]), batch: 256, "
                + "divergence: \"total_variation\")", 2000, "saturation", "so nobody moves"
        ),
        ("loose(G, D, ring(8), optimizer: adam(0.01))", 1000, "explosion", "the loss of"),
        ("alike(G, ring(8), optimizer: adam(0.01))", 1000, "collapse", "nearly alike"),
    ])
    func aTrainingThatGoesWrongSaysSoOnce(
        _ game: String, _ rounds: Int, _ kind: String, _ words: String
    ) throws {
        let found = try said("g = \(game)\ntrain g, rounds: \(rounds)").errors
        let lines = found.split(separator: "\n").filter { $0.hasPrefix("\(kind) at round ") }
        #expect(lines.count == 1, "said: \(found)")
        #expect(lines.first?.contains(words) == true, "said: \(found)")
        // A figure, and one suggestion.
        #expect(
            lines.first?.contains(where: \.isNumber) == true && lines.first?.contains("; ") == true)
        #expect(try said("g = \(game)\ntrain g, rounds: \(rounds)").errors == found)
    }

    @Test func modesThatAreLostAreCounted() throws {
        // A generator that has learnt three of eight modes perfectly.
        let found = try said(
            """
            game three(G, data) {
                x ~ data
                z ~ noise(G)
                minimize G: mean(0 * G(z))
            }
            network T(z = noise(2)) {
                s = linear(2)(z)
                a = floor(3 * sigmoid(2 * z[.., 0]))
                0.01 * z + 0 * s + 1.41421356 * stack([cos(a * π / 4), sin(a * π / 4)], 1)
            }
            g = three(T, ring(8))
            train g, rounds: 1000
            """
        ).errors
        #expect(found.contains("the samples reach 3 of 8 modes"), "said: \(found)")
    }

    @Test(arguments: [
        "lsgan(G, D, ring(8))", "gan(G, D, ring(8))", "wgan_gp(G, D, ring(8), λ: 0.1)",
    ])
    func aSoundTrainingSaysNothing(_ game: String) throws {
        #expect(try said("g = \(game)\ntrain g, rounds: 600").errors == "")
    }

    @Test func watchingChangesNothing() throws {
        let program = """
            a = gan(copy(G), copy(D), ring(8), seed: 1, saturating: true, optimizer: adam(0.01))
            b = gan(copy(G), copy(D), ring(8), seed: 1, saturating: true, optimizer: adam(0.01))
            train a, rounds: 1500
            train b, rounds: 1500, quiet: true
            a.losses.D == b.losses.D and a.losses.G == b.losses.G
            """
        #expect(try said(program).output.hasSuffix("true"))
    }
}

/// Keeps what is written, by stream.
private final class Notes: Output {
    var errors = ""
    var output = ""
    var liveness: Liveness { .none }
    func write(_ text: String, to stream: TextStream) {
        if stream == .error { errors += text } else { output += text }
    }
    func display(_ bundle: MIMEBundle, id: String?) {}
    func update(_ bundle: MIMEBundle, id: String) {}
    func progress(_ progress: Language.Progress) {}
    func clear(wait: Bool) {}
    func ask(_ prompt: String, secret: Bool) throws -> String {
        throw Diagnostic(.usage, "nobody is there to answer")
    }
}
