import Language

/// Cells: `execute_request`.
extension Shell {
    private struct Cell {
        var code: String
        var isSilent: Bool
        var isKept: Bool
        var stopsOnError: Bool
        var allowsInput: Bool
        var expressions: [String: JSON]

        init(_ request: Request) throws {
            let body = try request.body()
            guard let code = body["code"]?.text else {
                throw MalformedRequest("execute_request needs code")
            }
            self.code = code
            isSilent = body["silent"]?.flag ?? false
            isKept = !isSilent && body["store_history"]?.flag ?? true
            stopsOnError = body["stop_on_error"]?.flag ?? true
            allowsInput = body["allow_stdin"]?.flag ?? false
            expressions = body["user_expressions"]?.fields ?? [:]
        }
    }

    /// Runs a cell and replies; returns the cells that wait behind it and are not to run.
    func execute(_ request: Request) -> [Request] {
        let cell: Cell
        do {
            cell = try Cell(request)
        } catch {
            refuse(request, error)
            return []
        }
        if cell.isKept { count += 1 }
        let number = count
        let output = CellOutput(
            for: request, at: desk, isSilent: cell.isSilent, allowsInput: cell.allowsInput)
        output.publish(
            "execute_input", ["code": .string(cell.code), "execution_count": .integer(number)])
        if cell.isKept { history.store(cell.code, line: number) }

        let shell = request.subshell ?? ""
        let wasFree = busy.insert(shell).inserted
        let began = Clock.now
        let outcome = evaluator.run(
            Source(name: "cell \(number)", text: cell.code), output: output)
        if wasFree { busy.remove(shell) }
        desk.mailbox.dropInputs()

        guard outcome.faults.isEmpty else {
            let ran = Clock.now - began
            return fail(request, cell, outcome, output: output, number: number, after: ran)
        }
        if let result = outcome.result {
            var fields = result.fields
            fields["execution_count"] = .integer(number)
            output.publish("execute_result", fields)
            if cell.isKept, let text = result.plain { history.store(output: text, line: number) }
        }
        if let code = outcome.exit { exitCode = code }
        desk.reply(
            to: request,
            .object([
                "status": .string("ok"),
                "execution_count": .integer(number),
                "payload": .array(Self.payload(of: outcome)),
                "user_expressions": .object(evaluate(cell.expressions, for: request)),
            ]))
        return []
    }

    private func fail(
        _ request: Request, _ cell: Cell, _ outcome: Outcome, output: CellOutput, number: Int,
        after seconds: Double
    ) -> [Request] {
        var fields = Faults.fields(of: outcome.faults)
        output.publish("error", fields)
        let queued = cell.stopsOnError ? cellsBehind(request, after: seconds) : []
        fields["status"] = .string("error")
        fields["execution_count"] = .integer(number)
        fields["payload"] = .array([])
        fields["user_expressions"] = .object([:])
        desk.reply(to: request, .object(fields))
        if let code = outcome.exit { exitCode = code }
        return queued
    }

    /// Takes the cells that were sent before the reply to `request` goes out. "Run all" sends
    /// them in one go, yet the first may fail before the last has come through the socket; after
    /// a cell that ran for a while they have all come.
    private func cellsBehind(_ request: Request, after seconds: Double) -> [Request] {
        if seconds < 0.05, abortGrace > 0, exitCode == nil, !desk.mailbox.isLeaving {
            Clock.sleep(abortGrace)
            desk.mailbox.wait(fence: desk.outbox.postFence(), atMost: 0.05)
        }
        return desk.mailbox.removeCells(of: request.subshell ?? "")
    }

    private func evaluate(_ expressions: [String: JSON], for request: Request) -> [String: JSON] {
        let quiet = CellOutput(for: request, at: desk, isSilent: true)
        return expressions.mapValues { expression in
            guard let text = expression.text else {
                return Switchboard.error("MalformedRequest", "an expression is a text")
            }
            let outcome = evaluator.evaluate(
                Source(name: "expression", text: text), output: quiet)
            var fields: [String: JSON]
            if outcome.faults.isEmpty {
                fields = (outcome.result ?? MIMEBundle()).fields
                fields["status"] = .string("ok")
            } else {
                fields = Faults.fields(of: outcome.faults)
                fields["status"] = .string("error")
            }
            return .object(fields)
        }
    }

    private static func payload(of outcome: Outcome) -> [JSON] {
        var payload: [JSON] = []
        if let page = outcome.page {
            var fields = page.fields
            fields["metadata"] = nil
            fields["source"] = .string("page")
            fields["start"] = .integer(0)
            payload.append(.object(fields))
        }
        if outcome.exit != nil {
            payload.append(.object(["source": .string("ask_exit"), "keepkernel": .bool(false)]))
        }
        return payload
    }
}
