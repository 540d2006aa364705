import Laboratory
import Language
import Testing

/// A number that is not finite ends a round, and nothing of that round remains.
@Suite struct MistakeNonFiniteTests {
    private static let start = """
        game steep(G, D, x) {
            state k = 0
            k += 1
            minimize G: mean(G(x)^2)
            minimize D: mean(D(x)^2) + log(2 - k)
        }
        G = points(2) |> linear(2)
        D = points(2) |> linear(1)
        g = steep(G, D, ones([4, 2]))
        train g, rounds: 1
        before = map(p -> p + 0, parameters(G) + parameters(D))

        """

    @Test func theWeightsAreThoseFromBeforeTheRound() throws {
        let session = Session()
        func run(_ text: String) -> Outcome {
            session.run(Source(name: "cell", text: text), output: Transcript())
        }
        #expect(run(Self.start).faults.isEmpty)
        let fault = try #require(run("train g, rounds: 5").faults.first)
        #expect(
            fault.message
                == "round 2: the objective of D became infinite; "
                + "the first operation that gave it is log")
        #expect(fault.hint == "the weights are those from before the round")
        #expect(fault.source.map { $0.slice(fault.span ?? Span(0, 0)) } == "log(2 - k)")
        let kept = run(
            """
            after = parameters(G) + parameters(D)
            sum(map(i -> sum(abs(after[i] - before[i])), 0..<4))
            """)
        #expect(kept.result?.plain == "0")
        #expect(run("g.round").result?.plain == "1")
    }
}
