import Language

/// One part of a ZeroMQ message.
typealias Frame = [UInt8]

/// The four sockets that speak the message protocol. (The heartbeat echoes bytes and no more.)
enum Channel: String, Sendable, CaseIterable {
    case shell, control, stdin, iopub
}

/// A message that came in, its signature found good, its header read.
///
/// Content stays raw bytes until whoever answers reads it, so that a long cell costs the I/O
/// thread nothing.
struct Request: Sendable {
    var channel: Channel
    /// The routing identities in front of the delimiter: where the answer goes.
    var identities: [Frame]
    var type: String
    var id: String
    /// The subshell that is to answer; nil for the main shell.
    var subshell: String?
    /// The header as it came: the parent header of everything this request causes.
    var header: Frame
    var parentHeader: Frame
    var metadata: Frame
    var content: Frame
    var buffers: [Frame]

    /// The content as a JSON object; anything else is a fault.
    func body() throws(MalformedRequest) -> [String: JSON] {
        do {
            if let fields = try JSONReader.read(content).fields { return fields }
            throw MalformedRequest("the content of \(type) is not a JSON object")
        } catch let fault as JSONReader.Fault {
            throw MalformedRequest(
                "the content of \(type) is not JSON: expected \(fault.expected)"
                    + " at byte \(fault.offset)")
        } catch let fault as MalformedRequest {
            throw fault
        } catch {
            throw MalformedRequest("the content of \(type) cannot be read")
        }
    }

    /// Whether somebody waits for a reply.
    var isAnswered: Bool { type.hasSuffix("_request") }

    /// The message type of the answer.
    var replyType: String { type.dropLast("_request".count) + "_reply" }
}

/// A request that was signed well and yet makes no sense; the answer says so.
struct MalformedRequest: Error, Equatable {
    var reason: String
    init(_ reason: String) { self.reason = reason }
}

/// A message on its way out; header, signature and frames come when it is sent.
struct Outgoing: Sendable, Equatable {
    var channel: Channel
    var identities: [Frame] = []
    var type: String
    /// Given where the sender must know it beforehand (an `input_request`); else made fresh.
    var id: String?
    /// The raw header of the request that caused it; `{}` for none.
    var parent: Frame
    var metadata: Frame = Outgoing.empty
    var content: Frame
    var buffers: [Frame] = []

    /// What a `status` message says; nil for every other message.
    var state: State?

    enum State: String, Sendable { case starting, busy, idle }

    static func status(_ state: State, for parent: Frame) -> Outgoing {
        Outgoing(
            channel: .iopub, type: "status", parent: parent,
            content: Array("{\"execution_state\":\"\(state.rawValue)\"}".utf8), state: state)
    }

    static let empty: Frame = Array("{}".utf8)
}
