import Language

/// The way from the thread that runs cells to the thread that owns the sockets.
final class Outbox: Sendable {
    private struct State {
        var batch = Batch()
        /// The sender has been woken and has not looked yet.
        var isSignalled = false
        var fences = 0
    }

    private let state = Monitor(State())
    private let wake: @Sendable () -> Void

    init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

    func post(_ message: Outgoing) { change { $0.add(message) } }

    func post(idle message: Outgoing) { change { $0.add(idle: message) } }

    func post(display message: Outgoing, of id: String) {
        change { $0.add(display: message, of: id) }
    }

    func post(update message: Outgoing, of id: String) {
        change { $0.add(update: message, of: id) }
    }

    func post(text: String, to stream: TextStream, parent: Frame) {
        let now = Clock.now
        let isUrgent = state.with { state in
            let isUrgent = state.batch.add(text: text, to: stream, parent: parent, at: now)
            defer { if isUrgent { state.isSignalled = true } }
            return isUrgent && !state.isSignalled
        }
        if isUrgent { wake() }
    }

    /// Asks the I/O thread to read everything that has arrived and to say so in the mailbox.
    /// Returns the number that it will say.
    func postFence() -> Int {
        let fence = state.with { state in
            state.fences += 1
            state.isSignalled = true
            return state.fences
        }
        wake()
        return fence
    }

    /// What is to be sent now, when to ask again, and the latest fence.
    func take(at now: Double) -> (messages: [Outgoing], due: Double?, fence: Int) {
        state.with { state in
            state.isSignalled = false
            let messages = state.batch.take(at: now)
            return (messages, state.batch.nextDue, state.fences)
        }
    }

    private func change(_ body: (inout Batch) -> Void) {
        let isAsleep = state.with { state in
            body(&state.batch)
            defer { state.isSignalled = true }
            return !state.isSignalled
        }
        if isAsleep { wake() }
    }
}
