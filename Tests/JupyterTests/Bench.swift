import Language
import Testing

@testable import Jupyter

/// A whole kernel without sockets and threads: frames go in, frames come out, time stands still
/// unless a test moves it.
final class Bench {
    /// A message that the kernel sent, taken apart.
    struct Message {
        var channel: Channel
        var identities: [Frame]
        var type: String
        var id: String
        var session: String
        var parent: JSON
        var metadata: JSON
        var content: JSON
        var buffers: [Frame]
        var parentID: String? { parent["msg_id"]?.text }
        /// `stream`, `status busy`, ...
        var label: String {
            content["execution_state"]?.text.map { "status \($0)" } ?? type
        }
    }

    final class ArrayTransport: Transport {
        var sent: [(channel: Channel, frames: [Frame])] = []
        func send(_ frames: [Frame], on channel: Channel) { sent.append((channel, frames)) }
    }

    final class LogBook: @unchecked Sendable {
        // A bench lives on one thread.
        var lines: [String] = []
    }

    let evaluator = DoubleEvaluator()
    let transport = ArrayTransport()
    let logBook = LogBook()
    let mailbox = Mailbox()
    let outbox: Outbox
    let board: Switchboard
    let shell: Shell
    let signer: Signer
    var now = 1000.0
    private var sent = 0

    init(key: String = "secret", history: History = History(path: nil)) throws {
        signer = try #require(Signer(key: Array(key.utf8)))
        outbox = Outbox {}
        let logBook = logBook
        board = Switchboard(
            envelope: Envelope(signer: signer), transport: transport, mailbox: mailbox,
            outbox: outbox, interrupt: evaluator.interrupt,
            identity: Identity(version: "1.2.3", banner: "hello"),
            completeness: evaluator.completeness,
            log: Log { logBook.lines.append($0) })
        let pace = Pace(now: { 0 }, sleep: { _ in })
        shell = Shell(
            desk: Desk(
                outbox: outbox, mailbox: mailbox, pace: pace, interrupt: evaluator.interrupt),
            evaluator: evaluator, history: history, abortGrace: 0)
    }

    // MARK: - In

    /// The frames of a message from a client.
    func frames(
        _ type: String, _ content: JSON = .object([:]), id: String, subshell: String? = nil,
        parent: JSON = .object([:]), client: String = "client", buffers: [Frame] = []
    ) -> [Frame] {
        var header: [String: JSON] = [
            "msg_id": .string(id), "msg_type": .string(type), "session": .string(client),
            "username": .string("me"), "version": .string("5.5"),
            "date": .string("2026-01-01T00:00:00Z"),
        ]
        if let subshell { header["subshell_id"] = .string(subshell) }
        let parts = [.object(header), parent, .object([:]), content].map(JSONWriter.write)
        return [Array(client.utf8), Envelope.delimiter, signer.sign(parts[...])] + parts + buffers
    }

    /// A request as handlers see it.
    func request(id: String) -> Request? {
        var envelope = Envelope(signer: signer)
        return try? envelope.open(frames("execute_request", id: id), from: .shell)
    }

    /// Delivers a message without letting the main thread work; returns its id.
    @discardableResult
    func post(
        _ type: String, _ content: JSON = .object([:]), on channel: Channel = .shell,
        subshell: String? = nil, client: String = "client", buffers: [Frame] = []
    ) -> String {
        sent += 1
        let id = "request-\(sent)"
        board.receive(
            frames(type, content, id: id, subshell: subshell, client: client, buffers: buffers),
            from: channel)
        return id
    }

    /// Delivers a message, lets the main thread answer all that waits, returns what was sent.
    func ask(
        _ type: String, _ content: JSON = .object([:]), on channel: Channel = .shell,
        subshell: String? = nil, client: String = "client", buffers: [Frame] = []
    ) throws -> [Message] {
        post(type, content, on: channel, subshell: subshell, client: client, buffers: buffers)
        return try work()
    }

    func run(_ code: String, _ more: [String: JSON] = [:]) throws -> [Message] {
        try ask("execute_request", Self.cell(code, more))
    }

    static func cell(_ code: String, _ more: [String: JSON] = [:]) -> JSON {
        .object(more.merging(["code": .string(code)]) { given, _ in given })
    }

    // MARK: - Out

    /// Lets the main thread answer everything that waits, and returns what was sent since.
    func work() throws -> [Message] {
        while let request = mailbox.takeNow() { shell.answer(request) }
        return try collect()
    }

    func collect() throws -> [Message] {
        _ = board.flush(at: now)
        defer { transport.sent = [] }
        return try transport.sent.map(open)
    }

    private func open(_ sent: (channel: Channel, frames: [Frame])) throws -> Message {
        let mark = try #require(sent.frames.firstIndex(of: Envelope.delimiter))
        let parts = sent.frames[(mark + 2)...(mark + 5)]
        #expect(signer.accepts(sent.frames[mark + 1], of: parts))
        let values = try parts.map(JSONReader.read)
        return Message(
            channel: sent.channel, identities: Array(sent.frames[..<mark]),
            type: try #require(values[0]["msg_type"]?.text),
            id: try #require(values[0]["msg_id"]?.text),
            session: try #require(values[0]["session"]?.text), parent: values[1],
            metadata: values[2], content: values[3], buffers: Array(sent.frames[(mark + 6)...]))
    }
}

extension [Bench.Message] {
    var labels: [String] { map(\.label) }

    func first(_ type: String) throws -> Bench.Message {
        try #require(first { $0.type == type }, "no \(type) among \(labels)")
    }

    func all(_ type: String) -> [Bench.Message] { filter { $0.type == type } }

    /// Only what one request caused.
    func caused(by id: String) -> [Bench.Message] { filter { $0.parentID == id } }

    var reply: Bench.Message {
        get throws { try #require(first { $0.type.hasSuffix("_reply") }, "no reply: \(labels)") }
    }
}
