import Language
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Runs a kernel against itself over real sockets and keeps score.
package struct SelfTest: Sendable {
    /// Cells of the language that do what their names say.
    package struct Cells: Sendable {
        package var prints: String
        package var computes: String
        package var fails: String
        package var runsForever: String
        package var completes: String

        package init(
            prints: String = "print(\"hello, world\")", computes: String = "6 * 7",
            fails: String = "surely_unknown_name", runsForever: String = "while true { }",
            completes: String = "pri"
        ) {
            self.prints = prints
            self.computes = computes
            self.fails = fails
            self.runsForever = runsForever
            self.completes = completes
        }
    }

    private let cells: Cells

    package init(cells: Cells = Cells()) { self.cells = cells }

    /// Runs the kernel on the calling thread, over ipc in a fresh folder, with signed and
    /// encrypted messages; prints one line per check. Returns 0 when all passed, else 1.
    package func run(
        evaluator: any Evaluator, identity: Identity, print: @escaping @Sendable (String) -> Void
    ) -> Int32 {
        guard let folder = TemporaryFolder() else {
            print("the self test needs a temporary folder")
            return 1
        }
        defer { folder.remove() }
        let connection: ConnectionFile
        do {
            let keys = try CurveKeys()
            connection = ConnectionFile(
                transport: .ipc, address: folder.path + "/s", firstPort: 1, key: Envelope.unique(),
                curve: .init(publicKey: keys.publicKey, secretKey: keys.secretKey))
        } catch {
            print("the self test cannot \(error.message)")
            return 1
        }
        let score = Score(print: print)
        let began = Clock.now
        let front = Thread { [cells] in
            guard let client = try? Client(connection) else { return }
            Checks(client: client, score: score, cells: cells, began: began).run()
            score.check("shutdown is answered and announced") {
                let restart = JSON.object(["restart": .bool(false)])
                let id = client.send("shutdown_request", restart, on: .control)
                let published = client.published(by: id) ?? []
                return published.contains { $0.type == "shutdown_reply" }
                    && client.reply(to: id, on: .control)?["restart"] == .bool(false)
            }
        }
        guard let front else { return 1 }
        let code = Kernel(
            connection: connection, evaluator: evaluator, identity: identity, historyPath: nil,
            log: Log { _ in }
        ).run()
        front.join()
        return score.close(exitCode: code)
    }
}

/// Counts and prints.
final class Score: Sendable {
    private let state = Monitor((passed: 0, failed: 0))
    private let print: @Sendable (String) -> Void

    init(print: @escaping @Sendable (String) -> Void) { self.print = print }

    func check(_ what: String, _ body: () -> Bool) {
        let began = Clock.now
        let isGood = body()
        line(what, isGood: isGood, milliseconds: (Clock.now - began) * 1e3)
    }

    func line(_ what: String, isGood: Bool, milliseconds: Double) {
        state.with { state in
            if isGood { state.passed += 1 } else { state.failed += 1 }
        }
        let time = "\((milliseconds * 100).rounded() / 100) ms"
        let gap = String(repeating: " ", count: max(1, 52 - what.count))
        print("  \(isGood ? "ok    " : "FAILED")  \(what)\(gap)\(time)")
    }

    func close(exitCode: Int32) -> Int32 {
        let (passed, failed) = state.with { $0 }
        print("\(passed) of \(passed + failed) checks passed")
        return failed == 0 && passed > 0 && exitCode == 0 ? 0 : 1
    }
}

/// A folder for sockets that only its owner can enter.
struct TemporaryFolder {
    let path: String

    init?() {
        var name = Array("\(Environment["TMPDIR"] ?? "/tmp")/saddle-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else { return nil }
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func remove() { rmdir(path) }
}

extension ConnectionFile {
    /// A connection with five ports in a row (for ipc, numbers that end the sockets' paths).
    package init(
        transport: Transport, address: String, firstPort: Int, key: String, curve: Curve? = nil
    ) {
        self.transport = transport
        self.address = address
        (shell, control, stdin) = (firstPort, firstPort + 1, firstPort + 2)
        (iopub, heartbeat) = (firstPort + 3, firstPort + 4)
        self.key = key
        self.curve = curve
    }
}
