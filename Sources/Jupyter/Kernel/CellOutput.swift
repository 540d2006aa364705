import Language

/// The output of one request: everything it says carries that request's header as its parent.
///
/// Used on the thread that runs cells.
final class CellOutput: Output {
    private let request: Request
    let desk: Desk
    private let isSilent: Bool
    private let allowsInput: Bool

    init(for request: Request, at desk: Desk, isSilent: Bool = false, allowsInput: Bool = false) {
        self.request = request
        self.desk = desk
        self.isSilent = isSilent
        self.allowsInput = allowsInput
    }

    var liveness: Liveness { isSilent ? .none : .pictures }

    func write(_ text: String, to stream: TextStream) {
        guard !isSilent, !text.isEmpty else { return }
        desk.pace.spend(bytes: text.utf8.count, unless: desk.interrupt)
        desk.outbox.post(text: text, to: stream, parent: request.header)
    }

    func display(_ bundle: MIMEBundle, id: String?) {
        guard !isSilent else { return }
        desk.pace.spend(messages: 1, unless: desk.interrupt)
        let message = message("display_data", bundle.displayed(as: id))
        if let id {
            desk.outbox.post(display: message, of: id)
        } else {
            desk.outbox.post(message)
        }
    }

    func update(_ bundle: MIMEBundle, id: String) {
        guard !isSilent else { return }
        desk.outbox.post(
            update: message("update_display_data", bundle.displayed(as: id)), of: id)
    }

    /// The display of a running command carries its progress already.
    func progress(_ progress: Progress) {}

    func clear(wait: Bool) {
        desk.pace.spend(messages: 1, unless: desk.interrupt)
        publish("clear_output", ["wait": .bool(wait)])
    }

    func publish(_ type: String, _ content: [String: JSON]) {
        guard !isSilent else { return }
        desk.outbox.post(message(type, content))
    }

    private func message(_ type: String, _ content: [String: JSON]) -> Outgoing {
        Outgoing(
            channel: .iopub, type: type, parent: request.header,
            content: JSONWriter.write(.object(content)))
    }

    func ask(_ prompt: String, secret: Bool) throws -> String {
        guard allowsInput, !isSilent else {
            throw Diagnostic(
                .usage, "input was asked for, but this front end cannot answer",
                hint: "run the cell where a person can type")
        }
        desk.mailbox.dropInputs()
        let id = Envelope.unique()
        desk.outbox.post(
            Outgoing(
                channel: .stdin, identities: request.identities, type: "input_request", id: id,
                parent: request.header,
                content: JSONWriter.write(
                    .object(["prompt": .string(prompt), "password": .bool(secret)]))))
        while true {
            // A signal cannot wake a waiting thread for certain, so the wait looks up often.
            let reply = desk.mailbox.takeInput(atMost: 0.01) { isAnswer($0, to: id) }
            if let reply {
                guard let value = try? reply.body()["value"]?.text else {
                    throw Diagnostic(.usage, "the front end's answer holds no text")
                }
                return value
            }
            if desk.interrupt.take() || desk.mailbox.isLeaving {
                throw Diagnostic(.interrupted, "interrupted while waiting for input")
            }
            desk.attend()
        }
    }

    /// From the client that was asked, and not the answer to an older question. Some clients send
    /// no parent header at all.
    private func isAnswer(_ reply: Request, to id: String) -> Bool {
        guard reply.identities == request.identities else { return false }
        let parent = try? JSONReader.read(reply.parentHeader)["msg_id"]?.text
        return parent == nil || parent == id
    }
}

extension MIMEBundle {
    /// The fields `data` and `metadata` of a message.
    var fields: [String: JSON] {
        let data = contents.mapValues { content -> JSON in
            switch content {
            case .text(let text): .string(text)
            case .bytes(let bytes): .string(Base64.encode(bytes))
            case .json(let value): value
            }
        }
        return ["data": .object(data), "metadata": .object(metadata)]
    }

    func displayed(as id: String?) -> [String: JSON] {
        var fields = fields
        fields["transient"] = .object(id.map { ["display_id": .string($0)] } ?? [:])
        return fields
    }
}
