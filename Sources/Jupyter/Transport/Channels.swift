import CZeroMQ

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The kernel's sockets on libzmq, bound where the connection file says and nowhere else.
///
/// `@unchecked Sendable`: bound by the thread that starts the kernel, then used by the I/O thread
/// alone; the heartbeat's socket is handed to the heartbeat's thread.
final class Channels: Transport, @unchecked Sendable {
    private let context: ZeroMQContext
    private let sockets: [Channel: ZeroMQSocket]
    let heartbeat: ZeroMQSocket

    /// The messages that a subscriber may be behind before it loses some. A flood of text and
    /// pictures makes some 30 a second, so whoever reads within the hour loses nothing.
    private static let backlog: Int32 = 100_000

    init(_ connection: ConnectionFile) throws(ZeroMQFault) {
        context = try ZeroMQContext()
        var sockets: [Channel: ZeroMQSocket] = [:]
        let ports = [
            (Channel.iopub, connection.iopub), (.control, connection.control),
            (.stdin, connection.stdin), (.shell, connection.shell),
        ]
        for (channel, port) in ports {
            let type = channel == .iopub ? ZMQ_XPUB : ZMQ_ROUTER
            let socket = try Self.open(type, in: context, connection)
            if channel == .iopub {
                try socket.set(ZMQ_XPUB_MANUAL, Int32(1))
                try socket.set(ZMQ_SNDHWM, Self.backlog)
            } else {
                try socket.set(ZMQ_ROUTER_HANDOVER, Int32(1))
                try socket.set(ZMQ_SNDHWM, Int32(0))
            }
            try Self.bind(socket, to: port, of: connection)
            sockets[channel] = socket
        }
        self.sockets = sockets
        heartbeat = try Self.open(ZMQ_ROUTER, in: context, connection)
        try heartbeat.set(ZMQ_ROUTER_HANDOVER, Int32(1))
        try Self.bind(heartbeat, to: connection.heartbeat, of: connection)
    }

    private static func open(
        _ type: Int32, in context: ZeroMQContext, _ connection: ConnectionFile
    ) throws(ZeroMQFault) -> ZeroMQSocket {
        let socket = try ZeroMQSocket(type, in: context)
        // What was said last (a shutdown's reply) gets a second to leave.
        try socket.set(ZMQ_LINGER, Int32(1000))
        try socket.set(ZMQ_MAXMSGSIZE, Int64(1 << 30))
        // Only where it is asked for: such a socket also takes connections of version 4.
        if connection.address.contains(":") { try socket.set(ZMQ_IPV6, Int32(1)) }
        if let curve = connection.curve {
            try socket.set(ZMQ_CURVE_SERVER, Int32(1))
            try socket.set(ZMQ_CURVE_SECRETKEY, Array(curve.secretKey.utf8))
        }
        return socket
    }

    /// A socket of ipc is a file; only its owner may speak to it.
    private static func bind(
        _ socket: ZeroMQSocket, to port: Int, of connection: ConnectionFile
    ) throws(ZeroMQFault) {
        guard connection.transport == .ipc else {
            try socket.bind(connection.endpoint(port))
            return
        }
        let before = umask(0o177)
        defer { umask(before) }
        try socket.bind(connection.endpoint(port))
    }

    func send(_ frames: [Frame], on channel: Channel) { sockets[channel]?.send(frames) }

    /// Makes the heartbeat's thread leave.
    func shutdown() { context.shutdown() }

    /// Waits until a message or a wake-up arrives, or until `seconds` are over.
    /// Returns the channels that have messages; level-triggered, so nothing is ever missed.
    func poll(_ waker: Waker?, atMost seconds: Double) -> [Channel] {
        let order: [Channel] = [.iopub, .control, .shell, .stdin]
        var items = order.map { channel in
            zmq_pollitem_t(
                socket: sockets[channel]?.pointer, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        }
        if let waker {
            items.append(
                zmq_pollitem_t(
                    socket: nil, fd: waker.readEnd, events: Int16(ZMQ_POLLIN), revents: 0))
        }
        let timeout = Int((max(0, seconds) * 1000).rounded(.up))
        guard zmq_poll(&items, Int32(items.count), timeout) > 0 else { return [] }
        if let waker, items[order.count].revents != 0 { waker.drain() }
        return order.indices.filter { items[$0].revents & Int16(ZMQ_POLLIN) != 0 }.map { order[$0] }
    }

    /// A subscription counts from the moment when it is read here, so that its welcome comes before
    /// all that is published: libzmq by itself would deliver to it before anybody has read it.
    func receive(from channel: Channel) -> [Frame]? {
        guard let socket = sockets[channel], let frames = socket.receive() else { return nil }
        if channel == .iopub, let frame = frames.first, let kind = frame.first, kind < 2 {
            let topic = Array(frame.dropFirst())
            // Fails only for a subscriber that has left meanwhile.
            try? socket.set(kind == 1 ? ZMQ_SUBSCRIBE : ZMQ_UNSUBSCRIBE, topic)
        }
        return frames
    }
}
