import Language
import Synchronization
import Testing

@testable import Jupyter

/// The kernel on libzmq with its three threads; the client is ours.
@Suite(.serialized) struct SocketTests {
    private let identity = Identity(version: "1.2.3", banner: "hello")
    private static let words = SelfTest.Cells(
        prints: "print a", computes: "6 * 7", fails: "fail", runsForever: "spin", completes: "pri",
        asks: "ask name?", floods: "lines \(SelfTest.Cells.lines)")

    /// Runs a kernel around `body`, which plays the front end and must end with a shutdown.
    private func withKernel(
        _ connection: ConnectionFile, _ body: @escaping @Sendable (Client) -> Void
    ) throws -> Int32 {
        let front: Thread = try #require(
            Thread {
                guard let client = try? Client(connection) else {
                    Issue.record("no client")
                    return
                }
                guard client.isWelcomed() else {
                    Issue.record("no welcome")
                    return
                }
                body(client)
                client.send("shutdown_request", on: .control)
                while client.next(.control)?.type != "shutdown_reply" {}
            })
        defer { front.join() }
        return Kernel(
            connection: connection, evaluator: DoubleEvaluator(), identity: identity,
            historyPath: nil, log: Log { _ in }
        ).run()
    }

    /// Five ports for each kernel, none twice, below those that the system hands out.
    private static let ports = Atomic<Int>(Int.random(in: 2_500..<6_000))

    private func tcp(key: String = "secret", curve: ConnectionFile.Curve? = nil) -> ConnectionFile {
        ConnectionFile(
            transport: .tcp, address: "127.0.0.1",
            firstPort: 5 * Self.ports.add(1, ordering: .relaxed).newValue,
            key: key, curve: curve)
    }

    @Test func theSelfTestPasses() throws {
        let lines = Monitor<[String]>([])
        let code = SelfTest(cells: Self.words).run(
            evaluator: DoubleEvaluator(), identity: identity
        ) { line in lines.with { $0.append(line) } }
        let report = lines.with { $0 }
        // Times and memory are those of all tests that run beside this one.
        let failed = report.filter { $0.contains("FAILED") }
        let faults = failed.filter { !$0.contains("(at most ") }
        #expect(faults.isEmpty, "\(report.joined(separator: "\n"))")
        #expect(code == (failed.isEmpty ? 0 : 1))
        #expect(report.last == "\(38 - failed.count) of 38 checks passed")
        for section in ["Start", "Cells", "Faults", "While a cell runs", "Security", "Figures"] {
            #expect(report.contains(section))
        }
        #expect(report.contains { $0.contains("an empty cell") && $0.hasSuffix("(at most 1)") })
    }

    @Test func theSelfTestNoticesAKernelThatDoesNotDo() throws {
        let lines = Monitor<[String]>([])
        var wrong = Self.words
        wrong.computes = "print a"
        let code = SelfTest(cells: wrong).run(
            evaluator: DoubleEvaluator(), identity: identity
        ) { line in lines.with { $0.append(line) } }
        #expect(code == 1)
        #expect(lines.with { $0 }.contains { $0.contains("FAILED") && $0.contains("value") })
    }

    @Test func manyLinesArriveInFewMessagesAndThenIdle() throws {
        let code = try withKernel(tcp()) { client in
            guard let (reply, published) = client.run("lines 100000", within: 60) else {
                Issue.record("no idle")
                return
            }
            #expect(reply["status"] == .string("ok"))
            let texts = published.filter { $0.type == "stream" }.compactMap {
                $0.content["text"]?.text
            }
            #expect(texts.count < 100)
            let all = texts.joined()
            #expect(all.hasSuffix("line 99999\n"))
            #expect(all.utf8.count { $0 == 0x0A } == 100_000)
        }
        #expect(code == 0)
    }

    @Test func aCellOfTwentyMegabytesComesThrough() throws {
        let code = try withKernel(tcp()) { client in
            let text = "# " + String(repeating: "λ", count: 10_000_000)
            let (reply, published) = client.run(text, within: 60) ?? (.null, [])
            #expect(reply["status"] == .string("ok"))
            let echo = published.first { $0.type == "execute_input" }
            #expect(echo?.content["code"]?.text == text)
        }
        #expect(code == 0)
    }

    @Test func aThousandRapidCellsAreAllAnsweredInOrder() throws {
        let code = try withKernel(tcp()) { client in
            let ids = (0..<1000).map { _ in
                client.send("execute_request", .object(["code": .string("6 * 7")]))
            }
            let counts = ids.map { client.reply(to: $0)?["execution_count"]?.integer }
            #expect(counts == Array(1...1000))
        }
        #expect(code == 0)
    }

    @Test func withoutTheServersKeyNobodyGetsIn() throws {
        let (server, stranger) = (try CurveKeys(), try CurveKeys())
        let connection = tcp(
            curve: .init(publicKey: server.publicKey, secretKey: server.secretKey))
        let code = try withKernel(connection) { client in
            #expect(client.run("6 * 7")?.reply["status"] == .string("ok"))
            var plain = connection
            plain.curve = nil
            var wrong = connection
            wrong.curve?.publicKey = stranger.publicKey
            for other in [plain, wrong] {
                guard let outsider = try? Client(other, name: "outsider") else {
                    Issue.record("no client")
                    continue
                }
                outsider.send("kernel_info_request")
                #expect(outsider.next(.shell, within: 0.3) == nil)
                #expect(outsider.echo([1], within: 0.1) == nil)
            }
            #expect(client.run("6 * 7")?.reply["status"] == .string("ok"))
        }
        #expect(code == 0)
    }

    @Test func aPortInUseIsExitCodeTwo() throws {
        let connection = tcp()
        let code = try withKernel(connection) { client in
            let second = Kernel(
                connection: connection, evaluator: DoubleEvaluator(), identity: self.identity,
                historyPath: nil, log: Log { _ in })
            #expect(second.run() == 2)
        }
        #expect(code == 0)
    }

    @Test func theExitCodeIsTheProgramsOwn() throws {
        let connection = tcp()
        let front = try #require(
            Thread {
                let client = try? Client(connection)
                client?.send("execute_request", .object(["code": .string("leave 7")]))
                Clock.sleep(0.2)
            })
        let code = Kernel(
            connection: connection, evaluator: DoubleEvaluator(), identity: identity,
            historyPath: nil, log: Log { _ in }
        ).run()
        front.join()
        #expect(code == 7)
    }
}
