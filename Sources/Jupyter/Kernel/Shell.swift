import Language

/// What the main thread does: answers the requests that need the session, one after the other,
/// and at safe points those that may be answered meanwhile.
///
/// Used on the thread that runs cells.
final class Shell {
    let desk: Desk
    let evaluator: any Evaluator
    let history: History
    /// Counts the cells that are kept (`store_history`).
    var count = 0
    /// Shells of which a cell is running, by subshell id; "" is the main shell.
    var busy: Set<String> = []
    private var isInComm = false
    var exitCode: Int32?
    /// Seconds in which requests that were sent together with a failing cell may still arrive.
    let abortGrace: Double

    init(desk: Desk, evaluator: any Evaluator, history: History, abortGrace: Double = 0.008) {
        self.desk = desk
        self.evaluator = evaluator
        self.history = history
        self.abortGrace = abortGrace
        desk.widgets.listen()
        desk.attend = { [weak self] in self?.attend() }
        evaluator.atSafePoint = { [weak self] in self?.attend() }
    }

    /// Answers requests until the kernel is asked to leave; returns the exit code.
    func run() -> Int32 {
        while exitCode == nil, case .request(let request) = desk.mailbox.next() {
            answer(request)
        }
        abortAll()
        guard let exitCode else { return 0 }
        // The front end was told by the reply's payload. A console that finds its kernel dead
        // never reads that reply, so it gets a moment to ask for the end itself.
        desk.mailbox.waitToLeave(atMost: 1)
        abortAll()
        return exitCode
    }

    /// Called at safe points, many times a second: costs one atomic load when nothing waits.
    func attend() {
        guard desk.mailbox.needsAttention else { return }
        while let request = desk.mailbox.takeMeanwhile(busy: busy, commsWait: isInComm) {
            answer(request)
        }
        // Whoever comes back to a game that trains may look at it in the notebook itself.
        for shell in busy {
            while let cell = desk.mailbox.takeEarly(of: shell, where: looksOn) { answer(cell) }
        }
    }

    private func looksOn(_ request: Request) -> Bool {
        guard request.content.count < 1024, let code = (try? request.body())?["code"]?.text else {
            return false
        }
        return evaluator.looksOn(code)
    }

    // MARK: - Handlers

    private typealias Handler = @Sendable (Shell, Request) throws -> JSON?

    /// One line per message type: the content of the reply, or nil where none is due.
    private static let handlers: [String: Handler] = [
        "complete_request": { try $0.complete($1) },
        "inspect_request": { try $0.inspect($1) },
        "history_request": { try $0.history.answer($1.body()) },
        "comm_info_request": { $0.desk.comms.info(target: try $1.body()["target_name"]?.text) },
        "comm_open": { shell, request in try shell.inComm { try shell.desk.comms.opened(request) }
        },
        "comm_msg": { shell, request in try shell.inComm { try shell.desk.comms.received(request) }
        },
        "comm_close": { shell, request in try shell.inComm { try shell.desk.comms.closed(request) }
        },
    ]

    static func knows(_ type: String) -> Bool {
        type == "execute_request" || handlers[type] != nil
    }

    func answer(_ request: Request) {
        // An interrupt that came while nothing ran was meant for nothing.
        if desk.current.isEmpty { _ = desk.interrupt.take() }
        guard request.type == "execute_request" else {
            desk.answering(request) {
                do {
                    let content = try Self.handlers[request.type]?(self, request)
                    if let content { desk.reply(to: request, content) }
                } catch {
                    refuse(request, error)
                }
            }
            return
        }
        var queued: [Request] = []
        desk.answering(request) { queued = execute(request) }
        abort(queued, "not run, because a cell before it failed")
    }

    /// Nobody is left waiting for a cell that no longer runs.
    private func abortAll() {
        abort(desk.mailbox.removeAllCells(), "not run, because the kernel ends")
    }

    private func abort(_ cells: [Request], _ reason: String) {
        for cell in cells {
            desk.answering(cell) { desk.reply(to: cell, Switchboard.error("Aborted", reason)) }
        }
    }

    func refuse(_ request: Request, _ error: any Error) {
        let reason = (error as? MalformedRequest)?.reason ?? "\(error)"
        // Comm messages have no reply; a person at the front end cannot mend them either.
        guard request.isAnswered else { return }
        desk.reply(to: request, Switchboard.error("MalformedRequest", reason))
    }

    private func inComm(_ body: () throws -> Void) rethrows -> JSON? {
        isInComm = true
        defer { isInComm = false }
        try body()
        return nil
    }

    private func complete(_ request: Request) throws -> JSON {
        let (code, cursor) = try Self.place(in: request)
        let completion = evaluator.complete(code, at: cursor)
        let types = completion.matches.map { match in
            JSON.object([
                "start": .integer(completion.start), "end": .integer(completion.end),
                "text": .string(match.text), "type": .string(match.kind),
                "signature": .string(match.signature),
            ])
        }
        return .object([
            "status": .string("ok"),
            "matches": .array(completion.matches.map { .string($0.text) }),
            "cursor_start": .integer(completion.start),
            "cursor_end": .integer(completion.end),
            "metadata": .object(["_jupyter_types_experimental": .array(types)]),
        ])
    }

    private func inspect(_ request: Request) throws -> JSON {
        let (code, cursor) = try Self.place(in: request)
        let detail = try request.body()["detail_level"]?.integer ?? 0
        let bundle = evaluator.inspect(code, at: cursor, detail: detail > 0 ? 1 : 0)
        var fields = (bundle ?? MIMEBundle()).fields
        fields["status"] = .string("ok")
        fields["found"] = .bool(bundle != nil)
        return .object(fields)
    }

    /// Code and cursor; a cursor counts Unicode scalars, and one outside the text means its end.
    private static func place(in request: Request) throws -> (code: String, cursor: Int) {
        let body = try request.body()
        guard let code = body["code"]?.text else {
            throw MalformedRequest("\(request.type) needs code")
        }
        let end = code.unicodeScalars.count
        guard let cursor = body["cursor_pos"]?.integer, cursor >= 0 else { return (code, end) }
        return (code, min(cursor, end))
    }
}
