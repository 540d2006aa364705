/// The texts that were cut, newest last. Cuts in a row grow one entry.
struct KillRing: Sendable {
    private var entries: [[Unicode.Scalar]] = []
    /// Entries above the newest that Alt-Y has gone back.
    private var turn = 0
    private static let capacity = 60

    enum Side { case before, after }

    /// Adds a cut; `joining` the newest entry when the key before was a cut too.
    mutating func add(_ text: [Unicode.Scalar], joining: Bool, side: Side) {
        guard !text.isEmpty else { return }
        turn = 0
        guard joining, let last = entries.popLast() else {
            entries.append(text)
            if entries.count > Self.capacity { entries.removeFirst() }
            return
        }
        entries.append(side == .after ? last + text : text + last)
    }

    /// The newest entry; the ring is turned back to it.
    mutating func newest() -> [Unicode.Scalar]? {
        turn = 0
        return entries.last
    }

    /// The entry before the one given last; around the ring.
    mutating func previous() -> [Unicode.Scalar]? {
        guard !entries.isEmpty else { return nil }
        turn = (turn + 1) % entries.count
        return entries[entries.count - 1 - turn]
    }
}
