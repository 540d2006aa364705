/// The entries typed before, oldest first, and the searches through them.
package struct History: Sendable {
    package private(set) var entries: [String] = []
    /// The entries' bytes: a search compares bytes, not characters.
    private var bytes: [[UInt8]] = []

    package init(_ entries: [String] = []) {
        for entry in entries { add(entry) }
    }

    package var count: Int { entries.count }

    /// Adds an entry unless it repeats the last one; false then.
    @discardableResult
    package mutating func add(_ entry: String) -> Bool {
        guard !entry.isEmpty, entry != entries.last else { return false }
        entries.append(entry)
        bytes.append(Array(entry.utf8))
        return true
    }

    /// The newest entry before `index` that begins with `prefix` and is not `text`.
    func older(than index: Int, prefix: String, unlike text: String) -> Int? {
        let wanted = Array(prefix.utf8)
        let shown = Array(text.utf8)
        return bytes[..<min(index, count)].lastIndex { History.begins($0, wanted) && $0 != shown }
    }

    /// The oldest entry after `index` that begins with `prefix` and is not `text`.
    func newer(than index: Int, prefix: String, unlike text: String) -> Int? {
        guard index + 1 < count else { return nil }
        let wanted = Array(prefix.utf8)
        let shown = Array(text.utf8)
        return bytes[(index + 1)...].firstIndex { History.begins($0, wanted) && $0 != shown }
    }

    /// The newest entry before `index` that contains `query`.
    func containing(_ query: String, before index: Int) -> Int? {
        let wanted = Array(query.utf8)
        return bytes[..<min(index, count)].lastIndex { History.contains($0, wanted) }
    }

    /// The oldest entry after `index` that contains `query`.
    func containing(_ query: String, after index: Int) -> Int? {
        guard index + 1 < count else { return nil }
        let wanted = Array(query.utf8)
        return bytes[(index + 1)...].firstIndex { History.contains($0, wanted) }
    }

    /// What the newest entry that begins with `text` has beyond it.
    func suggestion(for text: String) -> String? {
        guard !text.isEmpty else { return nil }
        let wanted = Array(text.utf8)
        let found = bytes.last { $0.count > wanted.count && History.begins($0, wanted) }
        return found.map { String(decoding: $0[wanted.count...], as: UTF8.self) }
    }

    private static func begins(_ text: [UInt8], _ wanted: [UInt8]) -> Bool {
        guard text.count >= wanted.count else { return false }
        for index in wanted.indices where text[index] != wanted[index] { return false }
        return true
    }

    private static func contains(_ text: [UInt8], _ wanted: [UInt8]) -> Bool {
        guard let first = wanted.first else { return true }
        guard text.count >= wanted.count else { return false }
        for start in 0...(text.count - wanted.count) where text[start] == first {
            if wanted.indices.allSatisfy({ text[start + $0] == wanted[$0] }) { return true }
        }
        return false
    }
}
