import Synchronization

/// The way from the thread that owns the sockets to the thread that runs cells.
final class Mailbox: Sendable {
    enum Next: Sendable {
        case request(Request)
        case leave
    }

    private struct State {
        var queue = RequestQueue()
        var inputs: [Request] = []
        var isLeaving = false
        var fence = 0
    }

    private let state = Monitor(State())
    /// Whether a look into the mailbox is worth its lock at a safe point.
    private let attention = Atomic<Bool>(false)

    var needsAttention: Bool { attention.load(ordering: .relaxed) }

    func put(_ request: Request) {
        state.change { state in
            state.queue.append(request)
            attention.store(state.queue.hasUrgent, ordering: .releasing)
        }
    }

    /// Waits for what comes next; cells of all shells may run.
    func next() -> Next {
        state.wait { state in
            if state.isLeaving { return .leave }
            return take(from: &state, busy: [], commsWait: false).map { .request($0) }
        } ?? .leave
    }

    /// What may be answered while the shells in `busy` run cells; nil when nothing may.
    func takeMeanwhile(busy: Set<String>, commsWait: Bool) -> Request? {
        state.with { take(from: &$0, busy: busy, commsWait: commsWait) }
    }

    /// The cell that waits next for a busy shell, where it need not wait as `isReady` finds; each
    /// cell is looked at once.
    func takeEarly(of shell: String, where isReady: (Request) -> Bool) -> Request? {
        state.with { state in
            defer { attention.store(state.queue.hasUrgent, ordering: .releasing) }
            return state.queue.takeEarly(of: shell, where: isReady)
        }
    }

    /// All that may run now, without waiting (tests).
    func takeNow() -> Request? { takeMeanwhile(busy: [], commsWait: false) }

    private func take(
        from state: inout State, busy: Set<String>, commsWait: Bool
    ) -> Request? {
        let request = state.queue.take(busy: busy, commsWait: commsWait)
        attention.store(state.queue.hasUrgent, ordering: .releasing)
        return request
    }

    /// Removes and returns the cells that wait for a shell.
    func removeCells(of shell: String) -> [Request] {
        state.with { $0.queue.removeCells(of: shell) }
    }

    /// Removes and returns the cells of all shells, in the order in which they came.
    func removeAllCells() -> [Request] {
        state.with { $0.queue.removeAllCells() }
    }

    func leave() {
        state.change { state in state.isLeaving = true }
    }

    func waitToLeave(atMost seconds: Double) {
        _ = state.wait(atMost: seconds) { $0.isLeaving ? true : nil }
    }

    var isLeaving: Bool { state.with { $0.isLeaving } }

    // MARK: - Answers on stdin

    func put(input reply: Request) { state.change { $0.inputs.append(reply) } }

    func dropInputs() { state.with { $0.inputs.removeAll() } }

    /// Waits a moment for an answer that `isAwaited` accepts; others are stale and dropped.
    func takeInput(atMost seconds: Double, where isAwaited: (Request) -> Bool) -> Request? {
        state.wait(atMost: seconds) { state in
            defer { state.inputs.removeAll() }
            return state.inputs.first(where: isAwaited)
        }
    }

    // MARK: - Fences

    func pass(fence: Int) { state.change { $0.fence = fence } }

    func wait(fence: Int, atMost seconds: Double) {
        _ = state.wait(atMost: seconds) { $0.fence >= fence ? true : nil }
    }
}

/// Requests in the order in which they came, one line per shell, and one for those that may be
/// answered while cells run.
struct RequestQueue {
    private struct Entry {
        var order: Int
        var request: Request
        /// Somebody has looked whether it must wait its turn.
        var isSeen = false
    }

    private var cells: [String: [Entry]] = [:]
    private var others: [Entry] = []
    private var arrived = 0

    private static let comms: Set<String> = ["comm_open", "comm_msg", "comm_close"]

    /// True when something waits that may be answered while a cell of the main shell runs.
    var hasUrgent: Bool {
        !others.isEmpty || cells.contains { $0.key != "" || $0.value.first?.isSeen == false }
    }

    mutating func append(_ request: Request) {
        arrived += 1
        let entry = Entry(order: arrived, request: request)
        if request.type == "execute_request" {
            cells[request.subshell ?? "", default: []].append(entry)
        } else {
            others.append(entry)
        }
    }

    mutating func take(busy: Set<String>, commsWait: Bool) -> Request? {
        let other = others.firstIndex { !commsWait || !Self.comms.contains($0.request.type) }
        let otherOrder = other.map { others[$0].order } ?? Int.max
        let cell = cells.filter { !busy.contains($0.key) }
            .compactMap { line in line.value.first.map { (line.key, $0.order) } }
            .min { $0.1 < $1.1 }
        if let cell, cell.1 < otherOrder { return removeFirst(of: cell.0) }
        return other.map { others.remove(at: $0).request }
    }

    mutating func takeEarly(of shell: String, where isReady: (Request) -> Bool) -> Request? {
        guard let next = cells[shell]?.first, !next.isSeen else { return nil }
        cells[shell]?[0].isSeen = true
        return isReady(next.request) ? removeFirst(of: shell) : nil
    }

    private mutating func removeFirst(of shell: String) -> Request? {
        let request = cells[shell]?.removeFirst().request
        if cells[shell]?.isEmpty == true { cells[shell] = nil }
        return request
    }

    mutating func removeCells(of shell: String) -> [Request] {
        (cells.removeValue(forKey: shell) ?? []).map(\.request)
    }

    mutating func removeAllCells() -> [Request] {
        defer { cells = [:] }
        return cells.values.joined().sorted { $0.order < $1.order }.map(\.request)
    }
}
