import Language

/// What the self test looks at, from the first hello to an interrupt.
struct Checks {
    let client: Client
    let score: Score
    let cells: SelfTest.Cells
    let connection: ConnectionFile
    let began: Double

    func run() {
        guard hello() else { return }
        cell()
        fault()
        queries()
        input()
        comms()
        live()
        security()
        load()
        figures()
    }

    private func hello() -> Bool {
        score.section("Start")
        let reply = ask("kernel_info_request")
        let isGood = reply?["protocol_version"] == .string(Envelope.protocolVersion)
        score.line(
            "the first reply names the protocol", isGood: isGood,
            milliseconds: (Clock.now - began) * 1e3)
        score.check("a new subscriber is welcomed") { client.isWelcomed() }
        score.check("the heartbeat echoes") { client.echo([1, 2, 3]) == [1, 2, 3] }
        return isGood
    }

    private func cell() {
        score.section("Cells")
        score.check("busy, the cell, its text, idle, in this order") {
            let said = client.run(cells.prints)?.published ?? []
            return said.map(\.type) == ["status", "execute_input", "stream", "status"]
                && said.first?.content["execution_state"] == .string("busy")
        }
        score.check("a cell has a value") {
            let result = client.run(cells.computes)?.published.first { $0.type == "execute_result" }
            return result?.content["data"]?["text/plain"]?.text?.isEmpty == false
        }
        score.check("a silent cell publishes nothing and does not count") {
            let before = client.run(cells.computes)?.reply["execution_count"]?.integer
            let silent = client.run(cells.prints, ["silent": .bool(true)])
            let after = client.run(cells.computes)?.reply["execution_count"]?.integer
            return silent?.published.count == 2 && before.map { $0 + 1 } == after
        }
        score.check("user expressions succeed and fail each by itself") {
            let given = JSON.object(["good": .string(cells.computes), "bad": .string(cells.fails)])
            let found = client.run("", ["user_expressions": given])?.reply["user_expressions"]
            return found?["good"]?["status"] == .string("ok")
                && found?["bad"]?["status"] == .string("error")
        }
    }

    private func fault() {
        score.section("Faults")
        score.check("a fault has name, sentence and lines") {
            guard let (reply, published) = client.run(cells.fails) else { return false }
            return reply["status"] == .string("error") && reply["ename"]?.text != nil
                && reply["traceback"]?.elements?.isEmpty == false
                && published.contains { $0.type == "error" }
        }
        score.check("cells behind a failing one are not run") {
            let ids = [cells.fails, cells.prints, cells.prints].map { send($0) }
            let names = ids.map { client.reply(to: $0)?["ename"]?.text }
            return names.dropFirst().allSatisfy { $0 == "Aborted" }
        }
        score.check("later cells run") {
            client.run(cells.computes)?.reply["status"] == .string("ok")
        }
        score.check("an unknown request is refused") {
            ask("wish_request")?["status"] == .string("error")
        }
        score.check("so is a request without its content") {
            ask("execute_request")?["status"] == .string("error")
        }
    }

    private func queries() {
        score.section("Questions")
        let code = JSON.object(["code": .string(cells.completes)])
        let questions: [(String, JSON, Channel, String)] = [
            ("complete_request", code, .shell, "matches"),
            ("inspect_request", code, .shell, "found"),
            ("is_complete_request", code, .shell, "status"),
            ("history_request", .object(["hist_access_type": .string("tail")]), .shell, "history"),
            ("comm_info_request", .object([:]), .shell, "comms"),
            ("usage_request", .object([:]), .control, "kernel_memory"),
        ]
        for (type, content, channel, field) in questions {
            score.check("\(type) is answered") { ask(type, content, channel)?[field] != nil }
        }
        score.check("a cursor counts code points") {
            let text = "\u{1D4B3}\u{1F1E9}\u{1F1EA} " + cells.completes
            let end = text.unicodeScalars.count
            let reply = ask(
                "complete_request",
                .object(["code": .string(text), "cursor_pos": .integer(end)]))
            return reply?["cursor_end"] == .integer(end)
        }
    }

    private func input() {
        score.section("Input")
        score.check("a cell asks, and is answered") {
            let id = send(cells.asks, ["allow_stdin": .bool(true)])
            guard client.next(.stdin)?.type == "input_request" else { return false }
            client.send("input_reply", .object(["value": .string("Ada")]), on: .stdin)
            let said = client.published(by: id) ?? []
            return said.contains { $0.content["text"]?.text?.contains("Ada") == true }
        }
        score.check("where nobody can answer, asking is a fault") {
            client.run(cells.asks, ["allow_stdin": .bool(false)])?.reply["status"]
                == .string("error")
        }
    }

    private func comms() {
        score.section("Comms")
        score.check("an unknown target is closed at once") {
            let content: [String: JSON] = [
                "comm_id": .string("c"), "target_name": .string("nobody"), "data": .object([:]),
            ]
            let said = client.published(by: client.send("comm_open", .object(content))) ?? []
            return said.contains { $0.type == "comm_close" }
        }
        score.check("a page that was loaded anew gets the widgets") {
            let target = JSON.string(Widgets.controlTarget)
            let opening: [String: JSON] = [
                "comm_id": .string("k"), "target_name": target, "data": .object([:]),
            ]
            client.send("comm_open", .object(opening))
            let asking: [String: JSON] = [
                "comm_id": .string("k"), "data": .object(["method": .string("request_states")]),
            ]
            let said = client.published(by: client.send("comm_msg", .object(asking))) ?? []
            return said.contains { $0.content["data"]?["method"] == .string("update_states") }
        }
    }

    private func live() {
        score.section("While a cell runs")
        let subshell = ask("create_subshell_request", .object([:]), .control)?["subshell_id"]?.text
        let running = send(cells.runsForever)
        Clock.sleep(0.1)
        score.check("completion") {
            ask("complete_request", .object(["code": .string(cells.completes)]))?["status"]
                == .string("ok")
        }
        score.check("kernel_info, on both channels") {
            [.shell, .control].allSatisfy {
                ask("kernel_info_request", .object([:]), $0)?["status"] == .string("ok")
            }
        }
        score.check("a cell of a subshell") {
            let id = send(cells.computes, subshell: subshell)
            return subshell != nil && client.reply(to: id)?["status"] == .string("ok")
        }
        score.check("a cell of a subshell that nobody opened is refused") {
            let id = send(cells.computes, subshell: "nobody")
            return client.reply(to: id)?["status"] == .string("error")
        }
        score.check("an interrupt") {
            let interrupt = client.send("interrupt_request", on: .control)
            return client.reply(to: running)?["ename"] == .string(Faults.name(of: .interrupted))
                && client.reply(to: interrupt, on: .control)?["status"] == .string("ok")
        }
        score.check("and the kernel goes on") {
            client.run(cells.computes)?.reply["status"] == .string("ok")
        }
    }

    private func security() {
        score.section("Security")
        score.check("messages signed badly or not at all get no answer") {
            let header = Array("{\"msg_id\":\"x\",\"msg_type\":\"kernel_info_request\"}".utf8)
            let rest = [Outgoing.empty, Outgoing.empty, Outgoing.empty]
            for signature in [[], Array(repeating: UInt8(ascii: "0"), count: 64)] {
                client.send(
                    raw: [Envelope.delimiter, signature, header] + rest, on: .control)
            }
            client.send(raw: [[1, 2, 3]], on: .control)
            return client.nextIsReply(to: client.send("kernel_info_request", on: .control))
        }
        score.check("nor does a message that is sent twice") {
            let first = client.send("kernel_info_request", on: .control)
            client.repeatLast(on: .control)
            let second = client.send("kernel_info_request", on: .control)
            return client.nextIsReply(to: first) && client.nextIsReply(to: second)
        }
        score.check("nor does anybody without the server's key (CURVE)") {
            guard let keys = try? CurveKeys() else { return false }
            var wrong = connection
            wrong.curve?.publicKey = keys.publicKey
            guard let stranger = try? Client(wrong, name: "stranger") else { return false }
            stranger.send("kernel_info_request", on: .control)
            return stranger.next(.control, within: 0.1) == nil
        }
    }

    private func load() {
        score.section("Load")
        let count = SelfTest.Cells.lines
        score.check("\(count) lines, none lost, in few messages") {
            let said = client.run(cells.floods, within: 30)?.published ?? []
            let texts = said.compactMap { $0.type == "stream" ? $0.content["text"]?.text : nil }
            return texts.count < 100
                && texts.reduce(0) { $0 + $1.utf8.count { $0 == 0x0A } } == count
        }
        score.check("500 cells at once, answered in order") {
            let ids = (0..<500).map { _ in send("") }
            let counts = ids.compactMap { client.reply(to: $0)?["execution_count"]?.integer }
            return counts.count == 500 && zip(counts, counts.dropFirst()).allSatisfy { $0 < $1 }
        }
    }

    /// What is measured, beside what it should be. A busy machine is no fault of the kernel: only
    /// ten times as much is one.
    private func figures() {
        score.section("Figures")
        var trips: [Double] = []
        for _ in 0..<200 {
            let began = Clock.now
            guard client.run("") != nil else { break }
            trips.append((Clock.now - began) * 1e3)
        }
        trips.sort()
        score.figure("an empty cell, median of 200", trips[safe: 100], limit: 1, unit: "ms")
        var latencies: [Double] = []
        for _ in 0..<5 {
            let id = send(cells.runsForever)
            Clock.sleep(0.03)
            let began = Clock.now
            client.send("interrupt_request", on: .control)
            guard client.reply(to: id) != nil else { break }
            latencies.append((Clock.now - began) * 1e3)
        }
        latencies.sort()
        score.figure("an interrupt, median of 5", latencies[safe: 2], limit: 20, unit: "ms")
        let memory = Double(Usage.residentBytes) / 1_048_576
        score.figure("memory of kernel and self test", memory, limit: 60, unit: "MiB")
    }

    private func send(
        _ code: String, _ more: [String: JSON] = [:], subshell: String? = nil
    ) -> String {
        let content = JSON.object(more.merging(["code": .string(code)]) { $1 })
        return client.send("execute_request", content, subshell: subshell)
    }

    private func ask(
        _ type: String, _ content: JSON = .object([:]), _ channel: Channel = .shell
    ) -> JSON? {
        client.reply(to: client.send(type, content, on: channel), on: channel)
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? {
        indices.contains(index) ? self[index] : nil
    }
}
