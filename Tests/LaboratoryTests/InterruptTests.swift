import Language
import Testing

@testable import Laboratory

/// What happens in the middle of a program: interrupts.
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
}
