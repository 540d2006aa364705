import Language
import Testing

@testable import Jupyter

@Suite struct BatchTests {
    private let parent = Array("{\"msg_id\":\"p\"}".utf8)

    private func message(_ type: String) -> Outgoing {
        Outgoing(channel: .iopub, type: type, parent: parent, content: Outgoing.empty)
    }

    private func text(_ message: Outgoing) throws -> String {
        try #require(try JSONReader.read(message.content)["text"]?.text)
    }

    @Test func textWaitsFiftyMillisecondsAndGoesAsOne() throws {
        var batch = Batch()
        let isUrgent = batch.add(text: "a", to: .output, parent: parent, at: 0)
        #expect(isUrgent)
        let isUrgentAgain = batch.add(text: "b", to: .output, parent: parent, at: 0.03)
        #expect(!isUrgentAgain)
        let early = batch.take(at: 0.049)
        #expect(early.isEmpty)
        #expect(batch.nextDue == 0.05)
        let sent = batch.take(at: 0.05)
        #expect(try sent.map(text) == ["ab"])
        #expect(batch.nextDue == nil)
    }

    @Test func aFullPieceGoesAtOnceAndSplitsNoCharacter() throws {
        var batch = Batch()
        let line = String(repeating: "λ∇𝒳", count: 40_000)
        let isUrgent = batch.add(text: line, to: .output, parent: parent, at: 0)
        #expect(isUrgent)
        let first = batch.take(at: 0.001)
        let rest = batch.take(at: 1)
        #expect(first.count == 5)
        #expect(rest.count == 1)
        #expect(try (first + rest).map(text).joined() == line)
        for message in first + rest { #expect(try text(message).utf8.count <= Batch.textLimit) }
    }

    @Test func aMillionLinesAreFewMessagesAndNoLineIsLost() throws {
        var batch = Batch()
        var sent: [Outgoing] = []
        var expected = 0
        for number in 0..<1_000_000 {
            let line = "\(number)\n"
            expected += line.utf8.count
            let now = Double(number) * 1e-6
            if batch.add(text: line, to: .output, parent: parent, at: now) || number % 50_000 == 0 {
                sent += batch.take(at: now)
            }
        }
        sent += batch.take(at: 10)
        #expect(sent.count <= expected / (Batch.textLimit - 8) + 25)
        let all = try sent.map(text).joined()
        #expect(all.utf8.count == expected)
        #expect(all.hasPrefix("0\n1\n2\n") && all.hasSuffix("\n999999\n"))
    }

    @Test func anotherMessageTakesTheTextBeforeItAlong() throws {
        var batch = Batch()
        _ = batch.add(text: "a", to: .output, parent: parent, at: 0)
        batch.add(message("display_data"))
        _ = batch.add(text: "b", to: .output, parent: parent, at: 0)
        let first = batch.take(at: 0.01)
        #expect(first.map(\.type) == ["stream", "display_data"])
        let second = batch.take(at: 0.05)
        #expect(second.map(\.type) == ["stream"])
    }

    @Test func streamsThatAlternateKeepOrderAndStayFew() throws {
        var batch = Batch()
        for number in 0..<10_000 {
            let stream = number % 2 == 0 ? TextStream.output : .error
            _ = batch.add(text: "\(number) ", to: stream, parent: parent, at: 0)
        }
        let sent = batch.take(at: 1)
        #expect(sent.count < 25)
        #expect(try text(sent[0]) == "0 ")
        #expect(try text(sent[1]) == "1 ")
    }

    @Test func textOfTwoRequestsStaysApart() throws {
        var batch = Batch()
        _ = batch.add(text: "a", to: .output, parent: parent, at: 0)
        _ = batch.add(text: "b", to: .output, parent: Outgoing.empty, at: 0)
        let sent = batch.take(at: 1)
        #expect(sent.map(\.parent) == [parent, Outgoing.empty])
    }

    private func frame(_ number: Int) -> Outgoing {
        var frame = message("update_display_data")
        frame.content = Array("\(number)".utf8)
        return frame
    }

    @Test func ofFastUpdatesTheLatestWins() {
        var batch = Batch()
        var sent: [Outgoing] = []
        for number in 0..<1000 {
            let now = Double(number) * 1e-3
            batch.add(update: frame(number), of: "d")
            sent += batch.take(at: now)
        }
        sent += batch.take(at: 2)
        #expect(sent.count <= 5)
        #expect(sent.last == frame(999))
    }

    @Test func aDisplayCountsAsTheFirstOfItsUpdates() {
        var batch = Batch()
        batch.add(display: message("display_data"), of: "d")
        batch.add(update: frame(1), of: "d")
        batch.add(update: frame(2), of: "e")
        let first = batch.take(at: 0)
        #expect(first == [message("display_data"), frame(2)])
        #expect(batch.nextDue == 0.25)
        let second = batch.take(at: 0.25)
        #expect(second == [frame(1)])
    }

    @Test func idleTakesTheLastUpdateAlong() {
        var batch = Batch()
        batch.add(display: message("display_data"), of: "d")
        batch.add(update: frame(1), of: "d")
        batch.add(update: frame(2), of: "d")
        batch.add(idle: message("status"))
        let sent = batch.take(at: 0)
        #expect(sent.suffix(2) == [frame(2), message("status")])
        #expect(batch.nextDue == nil)
    }
}

@Suite struct PaceTests {
    final class Time {
        var now = 0.0
    }

    @Test func aFloodStaysUnderTheLimitsOfAServer() {
        let time = Time()
        let pace = Pace(now: { time.now }, sleep: { time.now += $0 })
        let interrupt = Interrupt()
        var sent: [(at: Double, bytes: Int)] = []
        for _ in 0..<100_000 {
            pace.spend(bytes: 100, unless: interrupt)
            sent.append((time.now, 100))
        }
        for start in stride(from: 0.0, to: time.now, by: 0.5) {
            let window = sent.filter { $0.at >= start && $0.at < start + 3 }
            #expect(window.reduce(0) { $0 + $1.bytes } < 3_000_000)
        }
        #expect(time.now > 10)
    }

    @Test func anInterruptEndsTheWait() {
        let time = Time()
        let interrupt = Interrupt()
        let pace = Pace(
            now: { time.now },
            sleep: {
                time.now += $0
                interrupt.request()
            })
        pace.spend(bytes: 100_000_000, unless: interrupt)
        #expect(time.now < 0.02)
    }

    @Test func smallOutputDoesNotWait() {
        let pace = Pace(now: { 0 }, sleep: { _ in Issue.record("waited") })
        pace.spend(bytes: 400_000, unless: Interrupt())
        pace.reset()
        pace.spend(bytes: 400_000, unless: Interrupt())
        for _ in 0..<500 { pace.spend(messages: 1, unless: Interrupt()) }
    }
}
