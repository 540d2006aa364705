import Language

/// The open conversations between session and front end (`comm_open`, `comm_msg`, `comm_close`).
///
/// Used on the thread that runs cells.
final class Comms {
    private unowned let desk: Desk
    private var conversations: [String: Conversation] = [:]
    private var targets: [String: CommTarget] = [:]

    private struct Conversation {
        var target: String
        var receive: CommHandler
    }

    init(desk: Desk) { self.desk = desk }

    // MARK: - From the session

    func open(
        target: String, _ message: CommMessage, id: String = Envelope.unique(),
        receive: @escaping CommHandler
    ) -> String {
        conversations[id] = Conversation(target: target, receive: receive)
        publish(
            "comm_open", id: id, message, ["target_name": .string(target)])
        return id
    }

    func send(_ message: CommMessage, to id: String) {
        guard conversations[id] != nil else { return }
        publish("comm_msg", id: id, message)
    }

    func close(_ id: String) {
        guard conversations.removeValue(forKey: id) != nil else { return }
        publish("comm_close", id: id, CommMessage(.object([:])))
    }

    func register(target: String, _ open: @escaping CommTarget) { targets[target] = open }

    private func publish(
        _ type: String, id: String, _ message: CommMessage, _ more: [String: JSON] = [:]
    ) {
        var content = more
        content["comm_id"] = .string(id)
        content["data"] = message.data
        desk.publish(
            type, .object(content), metadata: message.metadata, buffers: message.buffers)
    }

    // MARK: - From the front end

    /// An unknown target is closed at once, so that the front end does not wait for it.
    func opened(_ request: Request) throws {
        let body = try request.body()
        guard let id = body["comm_id"]?.text, let target = body["target_name"]?.text else {
            throw MalformedRequest("comm_open needs comm_id and target_name")
        }
        guard let open = targets[target] else {
            publish("comm_close", id: id, CommMessage(.object([:])))
            return
        }
        // The target may speak before it returns what receives.
        conversations[id] = Conversation(target: target) { _, _ in }
        let receive = open(id, message(body, request), CellOutput(for: request, at: desk))
        if conversations[id] != nil { conversations[id]?.receive = receive }
    }

    func received(_ request: Request) throws {
        let body = try request.body()
        guard let id = body["comm_id"]?.text else {
            throw MalformedRequest("comm_msg needs comm_id")
        }
        conversations[id]?.receive(message(body, request), CellOutput(for: request, at: desk))
    }

    func closed(_ request: Request) throws {
        guard let id = try request.body()["comm_id"]?.text else {
            throw MalformedRequest("comm_close needs comm_id")
        }
        conversations[id] = nil
        desk.widgets.forget(id)
    }

    func info(target: String?) -> JSON {
        let open = conversations.filter { target == nil || $0.value.target == target }
        return .object([
            "status": .string("ok"),
            "comms": .object(open.mapValues { .object(["target_name": .string($0.target)]) }),
        ])
    }

    private func message(_ body: [String: JSON], _ request: Request) -> CommMessage {
        CommMessage(
            body["data"] ?? .object([:]),
            metadata: (try? JSONReader.read(request.metadata)) ?? .object([:]),
            buffers: request.buffers)
    }
}
