import Language
import Testing

@testable import Laboratory

/// What happens in the middle of a program: interrupts, and hyperparameters that are set.
@Suite struct InterruptTests {
    private func outcome(_ session: Session, _ text: String) -> Outcome {
        session.run(Source(name: "test", text: text), output: Silence())
    }

    @Test func aListOfThousandsIsLeftInItsMiddle() {
        let session = Session()
        session.atSafePoint = { session.interrupt.request() }
        let list = "x = [" + String(repeating: "1 + 1, ", count: 5000) + "1]"
        #expect(outcome(session, list).faults.map(\.kind) == [.interrupted])
        #expect(session.globals.variable("x").value == nil)
    }

    @Test func aLongTextIsLeftBetweenItsReadingAndItsRun() throws {
        let session = Session()
        let source = Source(name: "test", text: "[1, [2, 3]]")
        let compiler = Compiler(
            session: session, globals: session.globals, source: source,
            interrupt: session.interrupt)
        guard case .expression(let list) = parse(source).program.statements[0].kind else {
            Issue.record("no expression")
            return
        }
        let frame = Frame(session: session, outer: nil, count: 0)
        #expect(try compiler.code(list)(frame).inSource == "[1, [2, 3]]")
        session.interrupt.request()
        #expect(try compiler.code(list)(frame).inSource == "none")
    }

    /// A round is played with one value of each hyperparameter throughout, whatever comes meanwhile,
    /// and whoever reads it sees at once what was set.
    @Test func whatIsSetInTheMiddleOfARoundCountsFromTheNext() throws {
        let session = Session()
        var changes = 0
        session.atSafePoint = {
            guard session.playing != nil else { return }
            changes += 1
            let batch = changes % 2 == 0 ? 7 : 64
            let made = outcome(session, "g.batch = \(batch); g.k = \(changes)")
            #expect(made.faults.isEmpty, "\(made.faults)")
            #expect(outcome(session, "[g.batch, g.k]").result?.plain == "[\(batch), \(changes)]")
            #expect(outcome(session, "f = fork(g); f.k").result?.plain == "\(changes)")
        }
        let trained = outcome(
            session,
            """
            game twice(G, D, data, k = 0) {
                x ~ data
                minimize D: 0 * mean(D(x)) + k
                z ~ noise(G)
                minimize G: 0 * mean(G(z) - x) + k
            }
            g = twice(mlp(noise(2), [8], 2), mlp(2, [8], 1), ring(8))
            while g.k < 10 { train g, rounds: 20 }
            """)
        #expect(trained.faults.isEmpty, "\(trained.faults)")
        guard case .game(let game)? = session.globals.variable("g").value else {
            Issue.record("no game")
            return
        }
        #expect(game.curves.count == 2)
        #expect(game.curves[0].values == game.curves[1].values)
        #expect((game.curves[0].values.last ?? 0) > 0)
    }
}
