import CZeroMQ
import Language

/// A front end of our own, for the self test and for tests on real sockets.
///
/// Used by one thread.
final class Client {
    private let context: ZeroMQContext
    private let sockets: [Channel: ZeroMQSocket]
    private let beat: ZeroMQSocket
    private var envelope: Envelope
    private var sent = 0
    private var last: [Frame] = []

    init(_ connection: ConnectionFile, name: String = "self-test") throws(ZeroMQFault) {
        let context = try ZeroMQContext()
        guard let signer = Signer(key: Array(connection.key.utf8)) else {
            throw ZeroMQFault(action: "sign messages", code: 0)
        }
        envelope = Envelope(signer: signer, session: Envelope.unique())
        let doors = Doors(
            context: context, connection: connection, name: name,
            keys: connection.curve == nil ? nil : try CurveKeys())
        sockets = [
            .shell: try doors.open(ZMQ_DEALER, connection.shell),
            .control: try doors.open(ZMQ_DEALER, connection.control),
            .stdin: try doors.open(ZMQ_DEALER, connection.stdin),
            .iopub: try doors.open(ZMQ_SUB, connection.iopub),
        ]
        beat = try doors.open(ZMQ_REQ, connection.heartbeat)
        self.context = context
    }

    /// How a client's sockets are opened.
    private struct Doors {
        let context: ZeroMQContext
        let connection: ConnectionFile
        let name: String
        let keys: CurveKeys?

        func open(_ type: Int32, _ port: Int) throws(ZeroMQFault) -> ZeroMQSocket {
            let socket = try ZeroMQSocket(type, in: context)
            try socket.set(ZMQ_LINGER, Int32(0))
            try socket.set(ZMQ_RCVHWM, Int32(0))
            try socket.set(ZMQ_RECONNECT_IVL, Int32(2))
            if connection.address.contains(":") { try socket.set(ZMQ_IPV6, Int32(1)) }
            if let keys, let server = connection.curve {
                try socket.set(ZMQ_CURVE_SERVERKEY, Array(server.publicKey.utf8))
                try socket.set(ZMQ_CURVE_PUBLICKEY, Array(keys.publicKey.utf8))
                try socket.set(ZMQ_CURVE_SECRETKEY, Array(keys.secretKey.utf8))
            }
            if type == ZMQ_SUB { try socket.set(ZMQ_SUBSCRIBE, []) }
            if type == ZMQ_DEALER { try socket.set(ZMQ_ROUTING_ID, Array(name.utf8)) }
            try socket.connect(connection.endpoint(port))
            return socket
        }
    }

    /// Sends a message and returns its id.
    @discardableResult
    func send(
        _ type: String, _ content: JSON = .object([:]), on channel: Channel = .shell,
        parent: Frame = Outgoing.empty, subshell: String? = nil
    ) -> String {
        sent += 1
        let id = "\(envelope.session)-\(sent)"
        let message = Outgoing(
            channel: channel, type: type, id: id, parent: parent,
            content: JSONWriter.write(content))
        last = envelope.seal(message, subshell: subshell)
        sockets[channel]?.send(last)
        return id
    }

    /// Sends the very bytes of the last message again, as an eavesdropper would.
    func repeatLast(on channel: Channel) { sockets[channel]?.send(last) }

    func send(raw frames: [Frame], on channel: Channel) { sockets[channel]?.send(frames) }

    /// The next message of a channel; nil when none comes in time.
    func next(_ channel: Channel, within seconds: Double = 5) -> Request? {
        guard let socket = sockets[channel] else { return nil }
        let deadline = Clock.now + seconds
        while true {
            if let frames = socket.receive() {
                return try? envelope.open(frames, from: channel)
            }
            let rest = deadline - Clock.now
            guard rest > 0 else { return nil }
            var item = zmq_pollitem_t(
                socket: socket.pointer, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
            zmq_poll(&item, 1, Int((rest * 1000).rounded(.up)))
        }
    }

    /// The reply to a request; other messages of that channel are dropped.
    func reply(to id: String, on channel: Channel = .shell, within seconds: Double = 5) -> JSON? {
        let deadline = Clock.now + seconds
        while let message = next(channel, within: max(0, deadline - Clock.now)) {
            if message.parentID == id { return try? JSONReader.read(message.content) }
        }
        return nil
    }

    /// Whether the next message on control is the reply to a request.
    func nextIsReply(to id: String) -> Bool { next(.control)?.parentID == id }

    /// What a request causes on IOPub, up to its `idle`; nil when idle does not come in time.
    func published(by id: String, within seconds: Double = 5) -> [(type: String, content: JSON)]? {
        let deadline = Clock.now + seconds
        var messages: [(type: String, content: JSON)] = []
        while let message = next(.iopub, within: max(0, deadline - Clock.now)) {
            guard message.parentID == id, let content = try? JSONReader.read(message.content) else {
                continue
            }
            messages.append((message.type, content))
            if content["execution_state"] == .string("idle") { return messages }
        }
        return nil
    }

    /// Runs a cell: its reply and what it published.
    func run(
        _ code: String, _ more: [String: JSON] = [:], within seconds: Double = 5
    ) -> (reply: JSON, published: [(type: String, content: JSON)])? {
        let id = send("execute_request", .object(more.merging(["code": .string(code)]) { $1 }))
        guard let published = published(by: id, within: seconds),
            let reply = reply(to: id, within: seconds)
        else { return nil }
        return (reply, published)
    }

    /// Waits for the greeting after which nothing on IOPub is missed.
    func isWelcomed(within seconds: Double = 5) -> Bool {
        let deadline = Clock.now + seconds
        while let message = next(.iopub, within: max(0, deadline - Clock.now)) {
            if message.type == "iopub_welcome" { return true }
        }
        return false
    }

    /// The bytes that come back from the heartbeat.
    func echo(_ bytes: Frame, within seconds: Double = 5) -> Frame? {
        beat.send([bytes])
        var item = zmq_pollitem_t(
            socket: beat.pointer, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        guard zmq_poll(&item, 1, Int(seconds * 1000)) > 0 else { return nil }
        return beat.receive()?.last
    }
}

extension Request {
    /// The id of the message that this one answers.
    var parentID: String? { (try? JSONReader.read(parentHeader))?["msg_id"]?.text }
}

/// A fresh key pair of CurveZMQ.
struct CurveKeys {
    var publicKey: String
    var secretKey: String

    init() throws(ZeroMQFault) {
        var (open, secret) = ([CChar](repeating: 0, count: 41), [CChar](repeating: 0, count: 41))
        guard zmq_curve_keypair(&open, &secret) == 0 else { throw .last("make CURVE keys") }
        func text(_ key: [CChar]) -> String {
            String(decoding: key.prefix(40).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        (publicKey, secretKey) = (text(open), text(secret))
    }
}
