import CZeroMQ

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What went wrong in libzmq, with what was tried.
struct ZeroMQFault: Error, Equatable {
    var action: String
    var code: Int32
    var message: String { "\(action): \(String(cString: zmq_strerror(code)))" }

    static func last(_ action: String) -> ZeroMQFault {
        ZeroMQFault(action: action, code: zmq_errno())
    }
}

/// A ZeroMQ context. libzmq allows its use from every thread.
///
/// `@unchecked Sendable`: the pointer never changes and libzmq locks for itself.
final class ZeroMQContext: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer

    init() throws(ZeroMQFault) {
        guard let pointer = zmq_ctx_new() else { throw .last("start ZeroMQ") }
        self.pointer = pointer
    }

    /// Makes every blocking call on a socket of this context return `ETERM`.
    func shutdown() { zmq_ctx_shutdown(pointer) }

    deinit {
        while zmq_ctx_term(pointer) < 0, zmq_errno() == EINTR {}
    }
}

/// A socket that belongs to one thread.
///
/// `@unchecked Sendable`: a socket is made and bound by the thread that starts the kernel and
/// then handed, once and for good, to the thread that uses it.
final class ZeroMQSocket: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
    private let context: ZeroMQContext

    init(_ type: Int32, in context: ZeroMQContext) throws(ZeroMQFault) {
        guard let pointer = zmq_socket(context.pointer, type) else { throw .last("open a socket") }
        self.pointer = pointer
        self.context = context
    }

    deinit { zmq_close(pointer) }

    func set(_ option: Int32, _ value: Int32) throws(ZeroMQFault) {
        var value = value
        guard zmq_setsockopt(pointer, option, &value, MemoryLayout<Int32>.size) == 0 else {
            throw .last("set socket option \(option)")
        }
    }

    func set(_ option: Int32, _ bytes: [UInt8]) throws(ZeroMQFault) {
        guard zmq_setsockopt(pointer, option, bytes, bytes.count) == 0 else {
            throw .last("set socket option \(option)")
        }
    }

    func set(_ option: Int32, _ value: Int64) throws(ZeroMQFault) {
        var value = value
        guard zmq_setsockopt(pointer, option, &value, MemoryLayout<Int64>.size) == 0 else {
            throw .last("set socket option \(option)")
        }
    }

    func bind(_ endpoint: String) throws(ZeroMQFault) {
        guard zmq_bind(pointer, endpoint) == 0 else { throw .last("bind to \(endpoint)") }
    }

    func connect(_ endpoint: String) throws(ZeroMQFault) {
        guard zmq_connect(pointer, endpoint) == 0 else { throw .last("connect to \(endpoint)") }
    }

    /// The next whole message; nil when none waits or the context ends.
    func receive(wait: Bool = false) -> [Frame]? {
        var message = zmq_msg_t()
        // A short frame lies inside the struct itself, so its address must hold still.
        return withUnsafeMutablePointer(to: &message) { message in
            var frames: [Frame] = []
            while true {
                zmq_msg_init(message)
                defer { zmq_msg_close(message) }
                let flags = wait || !frames.isEmpty ? 0 : ZMQ_DONTWAIT
                while zmq_msg_recv(message, pointer, flags) < 0 {
                    if zmq_errno() != EINTR { return nil }
                }
                frames.append(
                    Frame(
                        UnsafeRawBufferPointer(
                            start: zmq_msg_data(message), count: zmq_msg_size(message))))
                if zmq_msg_more(message) == 0 { return frames }
            }
        }
    }

    /// Never blocks; false when the peer is gone or cannot take more.
    @discardableResult
    func send(_ frames: [Frame]) -> Bool {
        for (index, frame) in frames.enumerated() {
            let flags = ZMQ_DONTWAIT | (index + 1 < frames.count ? ZMQ_SNDMORE : 0)
            while zmq_send(pointer, frame, frame.count, flags) < 0 {
                if zmq_errno() != EINTR { return false }
            }
        }
        return true
    }
}
