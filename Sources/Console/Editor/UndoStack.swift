/// States of the text to go back to and forth; characters typed in a row are one step.
struct UndoStack: Sendable {
    private var past: [TextBuffer] = []
    private var future: [TextBuffer] = []
    private static let capacity = 500

    /// Keeps the state before a change; `joining` the step before keeps nothing.
    mutating func record(_ before: TextBuffer, joining: Bool) {
        future = []
        if joining, !past.isEmpty { return }
        past.append(before)
        if past.count > Self.capacity { past.removeFirst(Self.capacity / 10) }
    }

    mutating func undo(from current: TextBuffer) -> TextBuffer? {
        guard let state = past.popLast() else { return nil }
        future.append(current)
        return state
    }

    mutating func redo(from current: TextBuffer) -> TextBuffer? {
        guard let state = future.popLast() else { return nil }
        past.append(current)
        return state
    }

    mutating func clear() {
        past = []
        future = []
    }
}
