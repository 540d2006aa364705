import Language

/// What the self test looks at, from the first hello to an interrupt.
struct Checks {
    let client: Client
    let score: Score
    let cells: SelfTest.Cells
    let began: Double

    func run() {
        guard hello() else { return }
        cell()
        fault()
        queries()
        interrupt()
        security()
        speed()
    }

    private func hello() -> Bool {
        let id = client.send("kernel_info_request")
        let reply = client.reply(to: id)
        let isGood = reply?["protocol_version"] == .string(Envelope.protocolVersion)
        score.line(
            "first reply after start", isGood: isGood, milliseconds: (Clock.now - began) * 1e3)
        score.check("a new subscriber is welcomed") { client.isWelcomed() }
        score.check("the heartbeat echoes") { client.echo([1, 2, 3]) == [1, 2, 3] }
        return isGood
    }

    private func cell() {
        score.check("a cell prints") {
            let published = client.run(cells.prints)?.published ?? []
            return published.first?.content["execution_state"] == .string("busy")
                && published.contains { $0.type == "stream" }
        }
        score.check("a cell has a value") {
            let result = client.run(cells.computes)?.published.first { $0.type == "execute_result" }
            return result?.content["data"]?["text/plain"]?.text?.isEmpty == false
        }
        score.check("a silent cell publishes nothing") {
            client.run(cells.prints, ["silent": .bool(true)])?.published.count == 2
        }
    }

    private func fault() {
        score.check("a fault has name, sentence and lines") {
            guard let (reply, published) = client.run(cells.fails) else { return false }
            return reply["status"] == .string("error") && reply["ename"]?.text != nil
                && reply["traceback"]?.elements?.isEmpty == false
                && published.contains { $0.type == "error" }
        }
        score.check("cells behind a failing one are not run") {
            let codes = [cells.fails, cells.prints, cells.prints]
            let ids = codes.map { client.send("execute_request", .object(["code": .string($0)])) }
            let names = ids.map { client.reply(to: $0)?["ename"]?.text }
            return names.dropFirst().allSatisfy { $0 == "Aborted" }
        }
        score.check("later cells run") {
            client.run(cells.computes)?.reply["status"] == .string("ok")
        }
    }

    private func queries() {
        let code = JSON.object(["code": .string(cells.completes)])
        let questions: [(String, JSON, String)] = [
            ("complete_request", code, "matches"), ("inspect_request", code, "found"),
            ("is_complete_request", code, "status"),
            ("history_request", .object(["hist_access_type": .string("tail")]), "history"),
            ("comm_info_request", .object([:]), "comms"),
        ]
        for (type, content, field) in questions {
            score.check("\(type) is answered") {
                client.reply(to: client.send(type, content))?[field] != nil
            }
        }
        score.check("an unknown request is refused") {
            client.reply(to: client.send("wish_request"))?["status"] == .string("error")
        }
    }

    private func interrupt() {
        let id = client.send("execute_request", .object(["code": .string(cells.runsForever)]))
        Clock.sleep(0.1)
        score.check("completion while a cell runs") {
            let query = client.send(
                "complete_request", .object(["code": .string(cells.completes)]))
            return client.reply(to: query)?["status"] == .string("ok")
        }
        score.check("kernel_info while a cell runs") {
            let query = client.send("kernel_info_request", on: .control)
            return client.reply(to: query, on: .control)?["status"] == .string("ok")
        }
        score.check("a running cell is interrupted") {
            let interrupt = client.send("interrupt_request", on: .control)
            return client.reply(to: id)?["ename"] == .string(Faults.name(of: .interrupted))
                && client.reply(to: interrupt, on: .control)?["status"] == .string("ok")
        }
        score.check("the kernel goes on after an interrupt") {
            client.run(cells.computes)?.reply["status"] == .string("ok")
        }
    }

    private func security() {
        score.check("messages signed badly or not at all get no answer") {
            let header = Array("{\"msg_id\":\"x\",\"msg_type\":\"kernel_info_request\"}".utf8)
            let rest = [Outgoing.empty, Outgoing.empty, Outgoing.empty]
            for signature in [[], Array(repeating: UInt8(ascii: "0"), count: 64)] {
                client.send(
                    raw: [Envelope.delimiter, signature, header] + rest, on: .control)
            }
            client.send(raw: [[1, 2, 3]], on: .control)
            let id = client.send("kernel_info_request", on: .control)
            return client.next(.control)?.parentID == id
        }
    }

    private func speed() {
        var times: [Double] = []
        for _ in 0..<200 {
            let began = Clock.now
            guard client.run("") != nil else { break }
            times.append((Clock.now - began) * 1e3)
        }
        times.sort()
        let median = times.isEmpty ? .infinity : times[times.count / 2]
        score.line(
            "an empty cell, median of \(times.count)", isGood: times.count == 200 && median < 20,
            milliseconds: median)
    }
}
