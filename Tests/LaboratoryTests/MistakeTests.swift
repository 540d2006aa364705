import Laboratory
import Language
import Testing

/// Mistakes that beginners make, each with what Saddle answers, word for word: the way out stands
/// in the answer.
@Suite struct MistakeTests {
    struct Mistake: CustomStringConvertible, Sendable {
        let name: String
        let text: String
        let message: String
        let hint: String
        var description: String { name }

        init(_ name: String, _ text: String, _ message: String, _ hint: String) {
            self.name = name
            self.text = text
            self.message = message
            self.hint = hint
        }
    }

    @Test(arguments: networks + games + words + habits)
    func aMistakeIsAnsweredWithItsWayOut(_ mistake: Mistake) throws {
        let outcome = Session().run(
            Source(name: "cell", text: mistake.text), output: Transcript())
        let fault = try #require(outcome.faults.first)
        #expect(fault.message == mistake.message)
        #expect(fault.hint == mistake.hint)
        #expect(fault.span != nil)
    }

    @Test func thereAreAtLeastTwenty() {
        #expect((Self.networks + Self.games + Self.words).count >= 20)
    }

    /// Trains badly but is no fault: said once, when the game is made.
    @Test(arguments: ["lsgan", "gan", "wgan", "hinge"])
    func aProbabilityWhereAScoreIsDueIsNoted(_ game: String) {
        let said = Transcript()
        let text = Self.players + "P = D |> sigmoid\ng = \(game)(G, P, digits())"
        #expect(Session().run(Source(name: "cell", text: text), output: said).faults.isEmpty)
        #expect(
            said.text == "note: P ends in sigmoid, but \(game) wants a score without bounds; "
                + "leave sigmoid out\n")
    }

    @Test func aScoreIsNotNoted() {
        let said = Transcript()
        let text = Self.players + "g = lsgan(G, D, digits())"
        #expect(Session().run(Source(name: "cell", text: text), output: said).faults.isEmpty)
        #expect(said.text == "")
    }

    static let players = """
        G = noise(8) |> linear(64) |> sigmoid |> reshape(8, 8, 1)
        D = image(8, 8, 1) |> flatten |> linear(16) |> relu |> linear(1)

        """

    static let networks = [
        Mistake(
            "flatten is missing", "D = image(28, 28, 1) |> linear(128)",
            "linear(128) expects a vector, but image(28, 28, 1) gives [n, 28, 28, 1]",
            "insert flatten before it"),
        Mistake(
            "a string for a number", "G = noise(\"8\") |> linear(16)",
            "noise expects a size or a network, but got a string",
            "a number has no quotes: write 8"),
        Mistake(
            "G makes too much",
            """
            G = noise(8) |> linear(3)
            D = points(2) |> linear(1)
            train lsgan(G, D, ring(8)), rounds: 1
            """,
            "D begins with points(2), so it expects [n, 2], not [n, 3]",
            "let what makes its input end in linear(2), or begin D with points(3)"),
        Mistake(
            "the number of channels", players + "D(rand([4, 8, 8, 3]))",
            "D begins with image(8, 8, 1), so it expects [n, 8, 8, 1], not [n, 8, 8, 3]",
            "let what makes its input end in reshape(8, 8, 1), or begin D with image(8, 8, 3)"),
        Mistake(
            "other data than D looks at",
            players + "train lsgan(G, D, ring(8)), rounds: 1",
            "D begins with image(8, 8, 1), so it expects [n, 8, 8, 1], not [n, 2]",
            "let what makes its input end in reshape(8, 8, 1), or begin D with points(2)"),
        Mistake(
            "noise of D", players + "z ~ noise(D)", "D does not start from noise",
            "a generator begins with noise(64) |> …; are G and D swapped?"),
        Mistake(
            "samples of D", players + "samples(D)",
            "D does not start from noise, so it makes no samples",
            "samples takes a game or a generator"),
        Mistake(
            "data given to a network", players + "D(digits())", "D takes a batch, not data",
            "draw one: x ~ data"),
    ]

    static let games = [
        Mistake(
            "G and D swapped", players + "train lsgan(D, G, digits()), rounds: 1",
            "D does not start from noise",
            "a generator begins with noise(64) |> …; are G and D swapped?"),
        Mistake(
            "minimize on data",
            players + """
                game f(G, D, data) {
                    x ~ data
                    minimize data: mean(D(x))
                }
                train f(G, D, digits()), rounds: 1
                """,
            "minimize trains a network, but data is data",
            "name the player whose parameters move"),
        Mistake(
            "mean is missing",
            players + """
                game f(G, D, data) {
                    x ~ data
                    minimize D: (D(x) - 1)^2
                }
                train f(G, D, digits()), rounds: 1
                """,
            "an objective is one number, but this has shape [64, 1]",
            "take the mean over the batch: mean(…)"),
        Mistake(
            "data without brackets", players + "g = lsgan(G, D, digits)",
            "lsgan's data is the command digits", "call it: digits()"),
        Mistake(
            "a draw from a command", "x ~ digits", "digits is a command", "call it: digits()"),
        Mistake(
            "too few players", players + "g = lsgan(G, D)", "lsgan needs an argument data",
            "its parameters: G, D, data, a, b, c, smoothing, instance_noise, noise_until, optimizer"
        ),
        Mistake(
            "a misspelt game", players + "g = lgsan(G, D, digits())", "there is no lgsan",
            "did you mean lsgan?"),
        Mistake(
            "a misspelt option", players + "g = lsgan(G, D, digits(), batchsize: 32)",
            "lsgan has no argument batchsize", "did you mean batch?"),
        Mistake(
            "a misspelt member", players + "g = lsgan(G, D, digits())\ng.loses",
            "a game of lsgan has no member loses", "did you mean losses?"),
        Mistake(
            "half a batch", players + "g = lsgan(G, D, digits(), batch: 0)",
            "lsgan: batch is a whole number from 1 up, not 0",
            "usual values lie between 16 and 256"),
        Mistake(
            "an optimiser in quotes", players + "g = lsgan(G, D, digits(), optimizer: \"adam\")",
            "lsgan's optimizer expects an optimiser such as adam(1e-3), but got a string",
            "write adam(1e-3), without quotes"),
        Mistake(
            "train before the game", "train g, rounds: 10", "there is no g",
            "give it a value first: g = …"),
        Mistake(
            "train a network", players + "train(G)", "train expects a game, but got the network G",
            "make a game of two networks and data first: g = lsgan(G, D, data); "
                + "G is one of its players"),
        Mistake(
            "train a rule", "train lsgan", "train expects a game, but got the game lsgan",
            "give it its players first: g = lsgan(G, D, data)"),
        Mistake(
            "rounds in quotes", players + "g = lsgan(G, D, digits())\ntrain g, rounds: \"100\"",
            "train's rounds expects a whole number, but got a string",
            "a number has no quotes: write 100"),
    ]

    static let words = [
        Mistake(
            "a bracket left open", "G = noise(8) |> linear(16\nx = 1",
            "this ( is never closed", "add )"),
        Mistake(
            "a colon for a block", "for i in range(10): print(i)",
            "a block stands in braces, not behind a colon",
            "write { where the block begins and } where it ends"),
        Mistake(
            "import", "import torch", "nothing needs to be imported",
            "everything is there already; a file of your own: include \"file.saddle\""),
        Mistake("True", "x = True", "True is written true", "write true"),
        Mistake(
            "an option with =", players + "g = lsgan(G, D, digits(), batch=32)",
            "the argument batch is labelled with a colon, not with =", "write batch: value"),
        Mistake(
            "= in a condition", "x = 1\nif x = 3 { 1 }",
            "= gives a value; a condition compares with ==", "write =="),
        Mistake("len", "len([1, 2])", "there is no len", "write length(x), or x.count"),
        Mistake(
            "a prefix", "nn.Linear(3)", "there is no nn",
            "layers need no prefix: linear(128) |> relu"),
    ]
}
