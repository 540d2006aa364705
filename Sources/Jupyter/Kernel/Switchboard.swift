import Language

/// What the I/O thread does, without sockets: opens every message that arrives, answers at once
/// what needs no session, puts the rest into the mailbox, and sends what the outbox holds.
///
/// Used by one thread.
final class Switchboard {
    private(set) var envelope: Envelope
    let mailbox: Mailbox
    let outbox: Outbox
    private unowned let transport: any Transport
    private let interrupt: Interrupt
    private let identity: Identity
    private let completeness: @Sendable (String) -> Completeness
    private let ports: JSON
    private let log: Log
    private var usage = Usage()
    private var subshells: [String] = []
    private var dropped = 0
    private var complaints = 0
    private var passedFence = 0
    /// Headers of the requests that are busy, the latest last.
    private var unfinished: [Frame] = []
    /// Headers of the handshakes that were answered a moment ago, and when.
    private var handshakes: [(header: Frame, at: Double)] = []

    /// Set when a shutdown was asked for and announced.
    private(set) var isLeaving = false

    init(
        envelope: Envelope, transport: any Transport, mailbox: Mailbox, outbox: Outbox,
        interrupt: Interrupt, identity: Identity, ports: JSON = .object([:]),
        completeness: @escaping @Sendable (String) -> Completeness, log: Log = .standardError
    ) {
        self.envelope = envelope
        self.transport = transport
        self.mailbox = mailbox
        self.outbox = outbox
        self.interrupt = interrupt
        self.identity = identity
        self.ports = ports
        self.completeness = completeness
        self.log = log
    }

    // MARK: - Out

    func announceStart() {
        send(.status(.starting, for: Outgoing.empty))
    }

    /// Sends what is due; returns the moment at which to come back at the latest.
    func flush(at now: Double) -> (due: Double?, fence: Int?) {
        let (messages, due, fence) = outbox.take(at: now)
        for message in messages { send(message) }
        return (due, fence > passedFence ? fence : nil)
    }

    /// Everything that had arrived when the fence was put up lies in the mailbox now.
    func pass(fence: Int) {
        passedFence = fence
        mailbox.pass(fence: fence)
    }

    /// Front ends and servers take the latest status for the kernel's, whoever it was for. So
    /// when a request is done in the middle of a cell, the cell is announced as busy once more:
    /// else the kernel would look idle, and a server may end idle kernels.
    private func send(_ message: Outgoing) {
        transport.send(envelope.seal(message), on: message.channel)
        switch message.state {
        case .busy: unfinished.append(message.parent)
        case .idle:
            unfinished.removeAll { $0 == message.parent }
            guard let parent = unfinished.last else { return }
            transport.send(envelope.seal(.status(.busy, for: parent)), on: .iopub)
        case .starting, nil: break
        }
    }

    // MARK: - In

    func receive(_ frames: [Frame], from channel: Channel) {
        if channel == .iopub {
            subscribe(frames)
            return
        }
        let request: Request
        do {
            request = try envelope.open(frames, from: channel)
        } catch {
            drop(error, from: channel)
            return
        }
        if channel == .stdin {
            if request.type == "input_reply" { mailbox.put(input: request) }
        } else if channel == .shell, let subshell = request.subshell, !subshells.contains(subshell)
        {
            respond(to: request) { Self.error("SubshellError", "no subshell \(subshell) is open") }
        } else if let answer = Self.immediate[request.type] {
            respond(to: request) { answer(self, request) }
        } else if Shell.knows(request.type) {
            mailbox.put(request)
        } else {
            complain("unknown message \(request.type.debugDescription) on \(channel.rawValue)")
            respond(to: request) {
                Self.error("UnknownRequest", "this kernel knows no \(request.type)")
            }
        }
    }

    /// A new subscriber is greeted, so that it knows from when on it misses nothing (JEP 65), and
    /// told what it may have missed.
    private func subscribe(_ frames: [Frame]) {
        guard let frame = frames.first, frame.first == 1 else { return }
        let topic = Array(frame.dropFirst())
        var writer = JSONWriter()
        writer.append(raw: "{\"subscription\":")
        writer.append(quoted: String(decoding: topic, as: UTF8.self))
        writer.append(raw: "}")
        send(
            Outgoing(
                channel: .iopub, identities: [topic], type: "iopub_welcome",
                parent: Outgoing.empty, content: writer.bytes))
        catchUp()
    }

    /// A front end asks for the kernel's information before it can know that its subscription has
    /// arrived; a server makes sure of that for idle kernels only. JupyterLab waits for the reply
    /// and for `idle`: without, a page loaded anew in mid-training never learns that there are
    /// subshells. So a subscriber is told once more that these requests are done, and that a cell
    /// runs.
    private func catchUp() {
        forgetOldHandshakes()
        for handshake in handshakes { send(.status(.idle, for: handshake.header)) }
        if handshakes.isEmpty, let parent = unfinished.last {
            transport.send(envelope.seal(.status(.busy, for: parent)), on: .iopub)
        }
    }

    private func forgetOldHandshakes() {
        let now = Clock.now
        handshakes.removeAll { now - $0.at > 2 }
        handshakes = handshakes.suffix(16)
    }

    /// Logs the first lines of a flood one by one and then every thousandth.
    private func complain(_ line: String) {
        complaints += 1
        guard complaints <= 10 || complaints % 1000 == 0 else { return }
        log(line)
    }

    private func drop(_ fault: Envelope.Fault, from channel: Channel) {
        dropped += 1
        let reason =
            switch fault {
            case .noDelimiter: "no delimiter"
            case .tooFewFrames(let count): "\(count) frames after the delimiter"
            case .badSignature: "bad signature"
            case .replayed: "signature seen before"
            case .badHeader(let why): "bad header: \(why)"
            }
        complain("dropped message \(dropped) on \(channel.rawValue): \(reason)")
    }

    // MARK: - Answers that need no session

    private typealias Answer = @Sendable (Switchboard, Request) -> JSON

    private static let immediate: [String: Answer] = [
        "kernel_info_request": { board, _ in board.identity.reply },
        "connect_request": { board, _ in board.ports },
        "is_complete_request": { board, request in board.isComplete(request) },
        "usage_request": { board, _ in board.usage.report() },
        "interrupt_request": { board, _ in
            board.interrupt.request()
            return .object(["status": .string("ok")])
        },
        "shutdown_request": { board, request in board.shutDown(request) },
        "create_subshell_request": { board, _ in board.createSubshell() },
        "delete_subshell_request": { board, request in board.deleteSubshell(request) },
        "list_subshell_request": { board, _ in
            .object([
                "status": .string("ok"),
                "subshell_id": .array(board.subshells.map { .string($0) }),
            ])
        },
    ]

    /// Busy, the work, its reply, idle: for every request, whatever becomes of it. What is no
    /// request (a comm's message to a closed subshell) has no reply.
    private func respond(to request: Request, _ work: () -> JSON) {
        send(.status(.busy, for: request.header))
        let content = JSONWriter.write(work())
        if request.isAnswered { reply(to: request, content) }
        send(.status(.idle, for: request.header))
        if request.type == "kernel_info_request" {
            handshakes.append((request.header, Clock.now))
            forgetOldHandshakes()
        }
    }

    private func reply(to request: Request, _ content: Frame) {
        let reply = Outgoing(
            channel: request.channel, identities: request.identities, type: request.replyType,
            parent: request.header, content: content)
        send(reply)
        guard request.type == "shutdown_request" else { return }
        send(
            Outgoing(channel: .iopub, type: reply.type, parent: request.header, content: content))
    }

    /// Nobody types a longer text; to parse one would hold up everything else that arrives.
    private static let typedLimit = 65_536

    /// A front end may ask at every press of Enter, and only the text counts.
    private func isComplete(_ request: Request) -> JSON {
        // A byte of code is at most six of JSON.
        let unknown = JSON.object(["status": .string("unknown")])
        guard request.content.count <= 8 * Self.typedLimit else { return unknown }
        guard let code = (try? request.body())?["code"]?.text else {
            return Self.error("MalformedRequest", "is_complete_request needs code")
        }
        guard code.utf8.count <= Self.typedLimit else { return unknown }
        switch completeness(code) {
        case .complete: return .object(["status": .string("complete")])
        case .invalid: return .object(["status": .string("invalid")])
        case .incomplete(let indent):
            return .object(["status": .string("incomplete"), "indent": .string(indent)])
        }
    }

    private func shutDown(_ request: Request) -> JSON {
        let restart = (try? request.body())?["restart"]?.flag ?? false
        leave()
        return .object(["status": .string("ok"), "restart": .bool(restart)])
    }

    /// Asks the main thread to end what it does and to leave.
    func leave() {
        isLeaving = true
        mailbox.leave()
        interrupt.request()
    }

    private func createSubshell() -> JSON {
        let id = Envelope.unique()
        subshells.append(id)
        return .object(["status": .string("ok"), "subshell_id": .string(id)])
    }

    private func deleteSubshell(_ request: Request) -> JSON {
        guard let id = (try? request.body())?["subshell_id"]?.text else {
            return Self.error("MalformedRequest", "delete_subshell_request needs a subshell_id")
        }
        guard let place = subshells.firstIndex(of: id) else {
            return Self.error("SubshellError", "no subshell \(id) is open")
        }
        subshells.remove(at: place)
        for cell in mailbox.removeCells(of: id) {
            respond(to: cell) { Self.error("Aborted", "the subshell was closed") }
        }
        return .object(["status": .string("ok")])
    }

    static func error(_ name: String, _ value: String, traceback: [String]? = nil) -> JSON {
        .object([
            "status": .string("error"), "ename": .string(name), "evalue": .string(value),
            "traceback": .array((traceback ?? ["\(name): \(value)"]).map { .string($0) }),
        ])
    }
}
