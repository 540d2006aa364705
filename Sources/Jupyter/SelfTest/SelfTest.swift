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
        package var asks: String
        /// Prints `lines` lines.
        package var floods: String

        package static let lines = 20_000

        package init(
            prints: String = "print(\"hello, world\")", computes: String = "6 * 7",
            fails: String = "surely_unknown_name", runsForever: String = "while true { }",
            completes: String = "pri", asks: String = "print(input(\"name? \"))",
            floods: String = "for i in 0..<\(Cells.lines) { print(i) }"
        ) {
            self.prints = prints
            self.computes = computes
            self.fails = fails
            self.runsForever = runsForever
            self.completes = completes
            self.asks = asks
            self.floods = floods
        }
    }

    private let cells: Cells

    package init(cells: Cells = Cells()) { self.cells = cells }

    /// Runs the kernel on the calling thread, over ipc in a fresh folder, with signed and
    /// encrypted messages; prints one line per check. Returns 0 when all passed, else 1.
    package func run(
        evaluator: any Evaluator, identity: Identity, style: RenderingStyle = .plain,
        print: @escaping @Sendable (String) -> Void
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
        let score = Score(style: style, print: print)
        let began = Clock.now
        let front = Thread { [cells] in
            guard let client = try? Client(connection) else { return }
            Checks(
                client: client, score: score, cells: cells, connection: connection, began: began
            ).run()
            score.section("End")
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
    private let style: RenderingStyle
    private let print: @Sendable (String) -> Void

    init(style: RenderingStyle = .plain, print: @escaping @Sendable (String) -> Void) {
        self.style = style
        self.print = print
    }

    /// A heading for the checks that follow.
    func section(_ title: String) { print(painted(title, "1")) }

    func check(_ what: String, _ body: () -> Bool) {
        let began = Clock.now
        let isGood = body()
        line(what, isGood: isGood, milliseconds: (Clock.now - began) * 1e3)
    }

    func line(_ what: String, isGood: Bool, milliseconds: Double) {
        count(isGood)
        row(isGood ? ("ok", "32") : ("FAILED", "1;31"), what, "\(Self.short(milliseconds)) ms")
    }

    /// A measured value beside the one that it should not exceed; above ten times that it failed.
    func figure(_ what: String, _ value: Double?, limit: Double, unit: String) {
        guard let value else { return line(what, isGood: false, milliseconds: 0) }
        count(value < 10 * limit)
        let verdict =
            value <= limit
            ? ("ok", "32")
            : value < 10 * limit
                ? ("slow", "33")
                : ("FAILED", "1;31")
        row(verdict, what, "\(Self.short(value)) \(unit)  (at most \(Self.short(limit)))")
    }

    func close(exitCode: Int32) -> Int32 {
        let (passed, failed) = state.with { $0 }
        let isGood = failed == 0 && passed > 0 && exitCode == 0
        print(painted("\(passed) of \(passed + failed) checks passed", isGood ? "1;32" : "1;31"))
        return isGood ? 0 : 1
    }

    private func count(_ isGood: Bool) {
        state.with { state in
            if isGood { state.passed += 1 } else { state.failed += 1 }
        }
    }

    private func row(_ verdict: (word: String, colour: String), _ what: String, _ value: String) {
        let word = verdict.word + String(repeating: " ", count: max(0, 6 - verdict.word.count))
        let gap = String(repeating: " ", count: max(1, 56 - what.count))
        print("  \(painted(word, verdict.colour))  \(what)\(gap)\(value)")
    }

    private func painted(_ text: String, _ colour: String) -> String {
        style == .ansi ? "\u{1B}[\(colour)m\(text)\u{1B}[0m" : text
    }

    /// Two digits after the point, and none that say nothing.
    private static func short(_ value: Double) -> String {
        let text = "\((value * 100).rounded() / 100)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
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
