import Language
import Tensors

/// What a session has run, so that a picture can say how it came about.
///
/// One entry for each statement of a cell or script, with the random numbers from before it. A
/// picture then needs only the entries that share names with its own, directly or through others:
/// the rest may have taken random numbers, but where those stood is known. A name that is given a
/// new value is a new name from there on, so that a cell which is run again leaves its earlier
/// runs behind; except names that a function or a block mentions, which see each later value.
///
/// Entries that no later picture can depend on are dropped as the session goes on. What is left
/// is bounded: beyond `limit` the oldest entries are forgotten, and pictures that need them say so.
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
        /// Files that it included, by path.
        var files: Set<String> = []
        /// Whether its value became `ans`.
        var isAnswer = false

        /// About the bytes that it takes, its names and a place in arrays included.
        var cost: Int { 4 * text.utf8.count + 512 }
    }

    /// A name with the number of the value that it has.
    private struct Version: Hashable {
        let name: String
        let number: Int
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
    /// Names in entries that were forgotten.
    private(set) var forgotten: Set<String> = []
    /// The number of bytes that the entries may take.
    var limit = 1 << 21
    private var cost = 0
    /// The number of entries at which those that nothing depends on are looked for.
    private var nextTidying = 64
    private var depth = 0

    /// `defined` are the names that the session knows.
    func begin(_ text: String, at moment: Moment, defined: @autoclosure () -> [String]) {
        depth += 1
        if depth > 1 {
            doubt("a cell ran while another one did")
        } else {
            if entries.count >= nextTidying || cost > limit { tidy(Set(defined())) }
            guard 4 * text.utf8.count <= limit else {
                // To look for names in 20 MB takes seconds, and nothing else would be kept.
                doubt("a statement was too long to be kept")
                forgotten.insert(String(text.prefix { $0.isLetter || $0.isNumber || $0 == "_" }))
                entries.append(
                    Entry(text: "", words: [], before: moment, assigned: nil, captures: false))
                return
            }
            let captures =
                text.utf8.contains(UInt8(ascii: "{")) || text.contains("->")
                || Self.isFunction(text)
            entries.append(
                Entry(
                    text: text, words: Self.words(in: text), before: moment,
                    assigned: captures ? nil : Self.assigned(by: text), captures: captures))
            cost += entries[entries.count - 1].cost
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
        if entries[entries.count - 1].files.insert(path).inserted { cost += 4 * text.utf8.count }
    }

    /// The value of the statement that ran last is `ans` from here on.
    func answer() {
        guard depth == 0, !entries.isEmpty else { return }
        entries[entries.count - 1].isAnswer = true
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

    // MARK: What depends on what

    /// The entries that the last one depends on, in order, and itself; `defined` are the names
    /// that the session knows.
    func needed(_ defined: Set<String>) -> [Entry] {
        guard !entries.isEmpty else { return [] }
        let names = versions(of: defined).names
        return connected(names, to: names[entries.count - 1], and: [entries.count - 1])
            .map { entries[$0] }
    }

    /// Drops the entries that share no name with anything that a name means now, directly or
    /// through others; then the oldest, while there are too many all the same.
    private func tidy(_ defined: Set<String>) {
        let (names, current) = versions(of: defined)
        let values = defined.map { Version(name: $0, number: current[$0, default: 0]) }
        entries = connected(names, to: Set(values), and: []).map { entries[$0] }
        measure()
        if cost > limit / 4 * 3 {
            var count = 0
            while cost > limit / 4 * 3, count < entries.count {
                forgotten.formUnion(entries[count].words.intersection(defined))
                cost -= entries[count].cost
                count += 1
            }
            entries.removeFirst(count)
            measure()
        }
        nextTidying = 2 * entries.count + 64
    }

    /// Forgets files that no entry includes any more, and adds up.
    private func measure() {
        let included = entries.reduce(into: Set<String>()) { $0.formUnion($1.files) }
        files = files.filter { included.contains($0.key) }
        cost =
            entries.reduce(0) { $0 + $1.cost } + files.values.reduce(0) { $0 + 4 * $1.utf8.count }
    }

    /// The places of the entries that share names with `wanted`, directly or through others, in
    /// order, `kept` among them.
    private func connected(
        _ names: [Set<Version>], to wanted: Set<Version>, and kept: Set<Int>
    ) -> [Int] {
        var users: [Version: [Int]] = [:]
        for (index, own) in names.enumerated() {
            for version in own { users[version, default: []].append(index) }
        }
        var kept = kept
        var seen = wanted
        var open = Array(wanted)
        while let version = open.popLast() {
            for index in users[version, default: []] where kept.insert(index).inserted {
                open += names[index].filter { seen.insert($0).inserted }
            }
        }
        return kept.sorted()
    }

    /// The names in each entry, each with the number of the value that it has there; and the
    /// numbers at the end.
    private func versions(
        of defined: Set<String>
    ) -> (names: [Set<Version>], current: [String: Int]) {
        let captured = entries.reduce(into: Set<String>()) { found, entry in
            if entry.captures { found.formUnion(entry.words) }
        }
        var current: [String: Int] = [:]
        let names = entries.map { entry in
            let own = entry.words.intersection(defined)
            func versions(_ names: Set<String>) -> Set<Version> {
                Set(names.map { Version(name: $0, number: current[$0, default: 0]) })
            }
            func next(_ name: String) -> Version {
                current[name, default: 0] += captured.contains(name) ? 0 : 1
                return Version(name: name, number: current[name, default: 0])
            }
            var found: Set<Version>
            if let name = entry.assigned, defined.contains(name), !captured.contains(name) {
                // `x = x + 1` uses one value and makes the next.
                let isUsed = Self.words(in: Self.afterAssignment(entry.text)).contains(name)
                found = versions(isUsed ? own : own.subtracting([name]))
                found.insert(next(name))
            } else {
                found = versions(own)
            }
            if entry.isAnswer { found.insert(next("ans")) }
            return found
        }
        return (names, current)
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
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            for word in text.utf8.split(whereSeparator: { !isWord($0) }) {
                found.insert(String(Substring(word)))
            }
            return found
        }
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

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
