import Language
import Tensors

/// What a session has run, so that a picture can say how it came about.
///
/// One entry for each statement of a cell or script, with the random numbers from before it. A
/// picture then needs only the entries that share names with its own, directly or through others:
/// the rest may have taken random numbers, but where those stood is known. A name that is given a
/// new value is a new name from there on, so that a cell which is run again leaves its earlier
/// runs behind; except names that a function or a block mentions, which see each later value.
final class History {
    struct Entry {
        let text: String
        /// Everything in the text that looks like a name, and in the files that it includes.
        var words: Set<String>
        let before: Moment
        /// The one name that it gives a value, where it does nothing else.
        let assigned: String?
        /// Whether it may keep names for later: it has a function or a block in it.
        var captures: Bool
        /// Pictures drawn by the statement so far, and trainings begun.
        var drawn = 0
        var trainings = 0
        /// True when it ended with a fault: what it did before that counts all the same.
        var hasFailed = false
        /// Why running it again may end elsewhere.
        var doubts: [String] = []
    }

    /// Where the random numbers of a session stand, and how it draws.
    struct Moment {
        var seed: UInt64
        var games: UInt64
        var random: Generator.State
        var isDark: Bool
    }

    private(set) var entries: [Entry] = []
    /// Texts of files that were included, by path.
    private(set) var files: [String: String] = [:]
    /// The same of everything that ran.
    private(set) var doubts: [String] = []
    private var depth = 0

    func begin(_ text: String, at moment: Moment) {
        depth += 1
        if depth > 1 {
            doubt("a cell ran while another one did")
        } else {
            let captures = text.contains("{") || text.contains("->") || Self.isFunction(text)
            entries.append(
                Entry(
                    text: text, words: Self.words(in: text), before: moment,
                    assigned: captures ? nil : Self.assigned(by: text), captures: captures))
        }
    }

    func end(hasFailed: Bool) {
        depth -= 1
        if depth == 0, hasFailed { entries[entries.count - 1].hasFailed = true }
    }

    /// A file that is included by the statement that runs.
    func include(_ path: String, _ text: String) {
        files[path] = text
        guard !entries.isEmpty else { return }
        entries[entries.count - 1].words.formUnion(Self.words(in: text))
        entries[entries.count - 1].captures = true
    }

    /// Something that no text tells happened to everything there is.
    func doubt(_ reason: String) {
        if !doubts.contains(reason) { doubts.append(reason) }
    }

    /// Something that no text tells happened in the statement that runs.
    func doubtCurrent(_ reason: String) {
        guard !entries.isEmpty else { return }
        entries[entries.count - 1].doubts.append(reason)
    }

    /// The number of the next picture of the statement that runs, from 0.
    func nextPicture() -> Int {
        guard !entries.isEmpty else { return 0 }
        entries[entries.count - 1].drawn += 1
        return entries[entries.count - 1].drawn - 1
    }

    /// The number of the next training of the statement that runs, from 0.
    func nextTraining() -> Int {
        guard !entries.isEmpty else { return 0 }
        entries[entries.count - 1].trainings += 1
        return entries[entries.count - 1].trainings - 1
    }

    /// The entries that the last one depends on, in order, and itself; `defined` are the names
    /// that the session knows.
    func needed(_ defined: Set<String>) -> [Entry] {
        guard !entries.isEmpty else { return [] }
        let names = versions(of: defined)
        var wanted = names[entries.count - 1]
        var kept = Set([entries.count - 1])
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for (index, own) in names.enumerated() where !kept.contains(index) {
                guard !own.isDisjoint(with: wanted) else { continue }
                kept.insert(index)
                wanted.formUnion(own)
                isGrowing = true
            }
            // `ans` is whatever came before.
            if kept.contains(where: { entries[$0].words.contains("ans") }) { return entries }
        }
        return entries.indices.filter { kept.contains($0) }.map { entries[$0] }
    }

    /// The names in each entry, each with the number of the value that it has there.
    private func versions(of defined: Set<String>) -> [Set<String>] {
        let captured = entries.reduce(into: Set<String>()) { found, entry in
            if entry.captures { found.formUnion(entry.words) }
        }
        var current: [String: Int] = [:]
        return entries.map { entry in
            let own = entry.words.intersection(defined)
            guard let name = entry.assigned, defined.contains(name), !captured.contains(name) else {
                return Set(own.map { "\($0) \(current[$0, default: 0])" })
            }
            // `x = x + 1` uses one value and makes the next.
            let isUsed = Self.words(in: Self.afterAssignment(entry.text)).contains(name)
            let used = isUsed ? own : own.subtracting([name])
            let versions = used.map { "\($0) \(current[$0, default: 0])" }
            current[name, default: 0] += 1
            return Set(versions).union(["\(name) \(current[name, default: 0])"])
        }
    }

    /// The name before the first `=` of `name = …`.
    private static func assigned(by text: String) -> String? {
        guard let sign = text.firstIndex(of: "="), !text[sign...].hasPrefix("==") else {
            return nil
        }
        let name = text[..<sign].filter { !$0.isWhitespace }
        let words = words(in: String(text[..<sign]))
        return words.count == 1 && words.first == name ? name : nil
    }

    private static func afterAssignment(_ text: String) -> String {
        text.firstIndex(of: "=").map { String(text[text.index(after: $0)...]) } ?? text
    }

    /// `f(x) = …`
    private static func isFunction(_ text: String) -> Bool {
        guard let sign = text.firstIndex(of: "=") else { return false }
        return text[..<sign].contains("(")
    }

    /// Runs of letters, digits, underscores and marks.
    static func words(in text: String) -> Set<String> {
        var found: Set<String> = []
        var word = ""
        for character in text {
            if character.isLetter || character.isNumber || character == "_" || character == "∇" {
                word.append(character)
            } else if !word.isEmpty {
                found.insert(word)
                word = ""
            }
        }
        if !word.isEmpty { found.insert(word) }
        return found
    }
}
