import Language

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Turns frames into requests and outgoing messages into frames (the wire protocol).
///
///     identities...  <IDS|MSG>  signature  header  parent header  metadata  content  buffers...
struct Envelope {
    enum Fault: Error, Equatable {
        case noDelimiter
        case tooFewFrames(Int)
        case badSignature
        case replayed
        case badHeader(String)
    }

    static let protocolVersion = "5.5"
    static let delimiter: Frame = Array("<IDS|MSG>".utf8)

    /// One per kernel process.
    let session: String
    private let signer: Signer
    private var replays = ReplayGuard()
    private var sent = 0
    private let user: String

    init(signer: Signer, session: String = Envelope.unique(), user: String = "kernel") {
        self.signer = signer
        self.session = session
        self.user = user
    }

    /// Verifies before it parses: bytes of a stranger reach no parser.
    mutating func open(_ frames: [Frame], from channel: Channel) throws(Fault) -> Request {
        guard let mark = frames.firstIndex(of: Self.delimiter) else { throw .noDelimiter }
        guard frames.count >= mark + 6 else { throw .tooFewFrames(frames.count - mark - 1) }
        let signature = frames[mark + 1]
        guard signer.accepts(signature, of: frames[mark + 2..<mark + 6]) else {
            throw .badSignature
        }
        if signer.isAuthenticating, !replays.admit(signature) { throw .replayed }
        let header: JSON
        do {
            header = try JSONReader.read(frames[mark + 2])
        } catch {
            throw .badHeader("no JSON: expected \(error.expected) at byte \(error.offset)")
        }
        guard let type = header["msg_type"]?.text, let id = header["msg_id"]?.text else {
            throw .badHeader("msg_type or msg_id is missing")
        }
        return Request(
            channel: channel, identities: Array(frames[..<mark]), type: type, id: id,
            subshell: header["subshell_id"]?.text, header: frames[mark + 2],
            parentHeader: frames[mark + 3], metadata: frames[mark + 4],
            content: frames[mark + 5], buffers: Array(frames[(mark + 6)...]))
    }

    /// The frames of a message, signed. Only a client names a subshell.
    mutating func seal(_ message: Outgoing, subshell: String? = nil) -> [Frame] {
        sent += 1
        let header = header(
            type: message.type, id: message.id ?? "\(session)_\(sent)", subshell: subshell)
        let parts = [header, message.parent, message.metadata, message.content]
        var frames = message.identities
        if message.channel == .iopub, frames.isEmpty {
            frames.append(Array("kernel.\(session).\(message.type)".utf8))
        }
        frames.append(Self.delimiter)
        frames.append(signer.sign(parts[...]))
        frames.append(contentsOf: parts)
        frames.append(contentsOf: message.buffers)
        return frames
    }

    private func header(type: String, id: String, subshell: String?) -> Frame {
        var writer = JSONWriter()
        writer.append(raw: "{\"msg_id\":")
        writer.append(quoted: id)
        writer.append(raw: ",\"msg_type\":")
        writer.append(quoted: type)
        writer.append(raw: ",\"session\":")
        writer.append(quoted: session)
        writer.append(raw: ",\"username\":")
        writer.append(quoted: user)
        writer.append(raw: ",\"version\":\"\(Self.protocolVersion)\",\"date\":\"")
        writer.append(raw: Self.timestamp())
        if let subshell {
            writer.append(raw: "\",\"subshell_id\":")
            writer.append(quoted: subshell)
            writer.append(raw: "}")
        } else {
            writer.append(raw: "\"}")
        }
        return writer.bytes
    }

    /// ISO 8601 in UTC with microseconds.
    static func timestamp() -> String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var parts = tm()
        gmtime_r(&now.tv_sec, &parts)
        func padded(_ number: some BinaryInteger, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let day = [
            padded(parts.tm_year + 1900, 4), padded(parts.tm_mon + 1, 2), padded(parts.tm_mday, 2),
        ].joined(separator: "-")
        let time = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded($0, 2) }
            .joined(separator: ":")
        return "\(day)T\(time).\(padded(now.tv_nsec / 1000, 6))Z"
    }

    /// 128 random bits as hexadecimal.
    static func unique() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
