import Laboratory
import Language
import Testing

/// A number that is not finite ends a round, and nothing of that round remains.
@Suite struct MistakeNonFiniteTests {
    /// A game whose last objective goes wrong in the second round, after a first one was fine.
    private static func start(_ objective: String) -> String {
        """
        game steep(G, D, x) {
            state k = 0
            k += 1
            minimize G: mean(G(x)^2)
            minimize D: \(objective)
        }
        G = points(2) |> linear(2)
        D = points(2) |> linear(1)
        g = steep(G, D, ones([4, 2]))
        train g, rounds: 1
        before = map(p -> p + 0, parameters(G) + parameters(D))

        """
    }

    @Test(arguments: [
        (
            "mean(D(x)^2) + log(2 - k)", "log(2 - k)",
            "the objective of D became infinite; the first operation that gave it is log"
        ),
        (
            "sqrt((2 - k) * mean(D(x)^2))", "sqrt((2 - k) * mean(D(x)^2))",
            "the objective of D became NaN; the gradient of weight is not finite"
        ),
    ]) func theWeightsAreThoseFromBeforeTheRound(
        _ objective: String, _ culprit: String, _ message: String
    ) throws {
        let session = Session()
        func run(_ text: String) -> Outcome {
            session.run(Source(name: "cell", text: text), output: Transcript())
        }
        #expect(run(Self.start(objective)).faults.isEmpty)
        let fault = try #require(run("train g, rounds: 5").faults.first)
        #expect(fault.message == "round 2: " + message)
        #expect(fault.hint?.hasPrefix("the weights are those from before the round") == true)
        #expect(fault.source.map { $0.slice(fault.span ?? Span(0, 0)) } == culprit)
        let kept = run(
            """
            after = parameters(G) + parameters(D)
            sum(map(i -> sum(abs(after[i] - before[i])), 0..<4))
            """)
        #expect(kept.result?.plain == "0")
        #expect(run("g.round").result?.plain == "1")
    }
}
