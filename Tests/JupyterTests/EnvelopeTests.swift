import Language
import Testing

@testable import Jupyter

@Suite struct EnvelopeTests {
    @Test func theSignatureCoversTheFourDictionariesAndNoBuffer() throws {
        let bench = try Bench()
        var frames = bench.frames(
            "complete_request", .object(["code": .string("a")]), id: "a", buffers: [[1, 2, 3]])
        frames[frames.count - 1] = [9]
        bench.board.receive(frames, from: .shell)
        #expect(try bench.work().reply.parentID == "a")
        for place in 3...6 {
            var changed = bench.frames("kernel_info_request", id: "x\(place)")
            changed[place] = changed[place] + [0x20]
            bench.board.receive(changed, from: .shell)
        }
        #expect(try bench.work().isEmpty)
        #expect(bench.logBook.lines.count == 4)
    }

    /// RFC 4231, test case 2.
    @Test func hmacIsTheStandardOne() throws {
        let signer = try #require(Signer(key: Array("Jefe".utf8)))
        let parts: [Frame] = ["what do ya ", "want ", "for ", "nothing?"].map { Array($0.utf8) }
        #expect(
            String(decoding: signer.sign(parts[...]), as: UTF8.self)
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test func anEmptyKeyStillSendsTheSignatureFrame() throws {
        let bench = try Bench(key: "")
        bench.post("kernel_info_request", on: .control)
        let sent = bench.transport.sent
        #expect(sent.count == 3)
        for (_, frames) in sent {
            let mark = try #require(frames.firstIndex(of: Envelope.delimiter))
            #expect(frames[mark + 1].isEmpty)
            #expect(frames.count == mark + 6)
        }
        var frames = bench.frames("kernel_info_request", id: "again")
        frames[2] = Array("nonsense".utf8)
        bench.board.receive(frames, from: .shell)
        #expect(try bench.work().isEmpty == false)
    }

    @Test func badAndReplayedSignaturesAreDroppedAndLogged() throws {
        let bench = try Bench()
        let good = bench.frames("kernel_info_request", id: "once")
        var bad = bench.frames("kernel_info_request", id: "bad")
        bad[2] = Array(repeating: UInt8(ascii: "0"), count: 64)
        var unsigned = bad
        unsigned[2] = []
        for frames in [bad, unsigned, good, good] { bench.board.receive(frames, from: .control) }
        let messages = try bench.work()
        #expect(messages.all("kernel_info_reply").count == 1)
        #expect(bench.logBook.lines.filter { $0.contains("bad signature") }.count == 2)
        #expect(bench.logBook.lines.filter { $0.contains("seen before") }.count == 1)
    }

    @Test func replaysAreKnownForAtLeastTheCapacityAndMemoryIsBounded() {
        var replays = ReplayGuard(capacity: 10)
        func signature(_ number: Int) -> Frame { Array("\(number)".utf8) }
        for number in 0..<100 {
            let isNew = replays.admit(signature(number))
            #expect(isNew)
            for earlier in max(0, number - 9)...number {
                let isAdmitted = replays.admit(signature(earlier))
                #expect(!isAdmitted)
            }
        }
        let isForgotten = replays.admit(signature(0))
        #expect(isForgotten)
    }

    @Test func aThousandMessagesOfGarbageAreDroppedAndTheKernelGoesOn() throws {
        let bench = try Bench()
        var generator = SplitMix(state: 7)
        for _ in 0..<1000 {
            var frames: [Frame] = []
            for _ in 0..<Int(generator.next() % 9) {
                let count = Int(generator.next() % 40)
                frames.append((0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
            }
            if generator.next() % 2 == 0, !frames.isEmpty {
                frames[Int(generator.next() % UInt64(frames.count))] = Envelope.delimiter
            }
            for channel in [Channel.shell, .control, .stdin] {
                bench.board.receive(frames, from: channel)
            }
        }
        #expect(try bench.work().isEmpty)
        #expect(bench.logBook.lines.count < 20)
        #expect(try bench.run("6 * 7").reply.content["status"] == .string("ok"))
    }

    /// Signed well, so only the parser stands between them and the kernel.
    @Test func signedNonsenseIsRefused() throws {
        let bench = try Bench(key: "")
        let texts = [
            "", "{", "[]", "null", "{\"msg_type\":1,\"msg_id\":\"a\"}", "{\"msg_type\":\"a\"}",
            String(repeating: "[", count: 100_000), "{\"a\":\"\\ud800\"}", "\u{0}",
        ]
        for text in texts {
            let frames = [Envelope.delimiter, [], Array(text.utf8), [], [], []]
            bench.board.receive(frames, from: .shell)
        }
        #expect(try bench.work().isEmpty)
        #expect(bench.logBook.lines.count == texts.count)
    }

    @Test func identitiesOfAnyLengthComeBack() throws {
        let bench = try Bench()
        let frames = bench.frames("kernel_info_request", id: "deep")
        bench.board.receive([[0], [1, 2, 3]] + frames, from: .shell)
        let reply = try bench.work().reply
        #expect(reply.identities == [[0], [1, 2, 3], Array("client".utf8)])
    }
}

/// Steele, Lea, Flood 2014: enough randomness for noise.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
