import Language

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What was run, kept in one append-only file under the user's data folder.
///
/// A line is `[session, line, "input"]` or, when it gave a result, also
/// `[session, line, null, "output"]`. A session is named by the millisecond in which it began, so
/// kernels that run side by side need no counter in common; one `write` per line keeps their
/// lines whole.
final class History {
    struct Entry: Equatable {
        var session: Int
        var line: Int
        var input: String
        var output: String?
    }

    /// Longer inputs and outputs are not kept.
    static let lengthLimit = 262_144
    /// A longer file loses its older half when the next kernel begins to write.
    static let fileLimit = 16_777_216

    let session: Int
    private let path: String?
    private var hasFolder = false
    /// This session's latest entries where there is no file.
    private var recent: [Entry] = []

    /// `path` nil keeps the history of this session only, in memory.
    init(path: String?, session: Int = History.now) {
        self.path = path
        self.session = session
    }

    static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int(time.tv_sec) * 1000 + Int(time.tv_nsec) / 1_000_000
    }

    /// `$SADDLE_HISTORY`, else the user's data folder; nil where there is no home.
    static var standardPath: String? {
        if let path = Environment["SADDLE_HISTORY"] { return path }
        if let folder = Environment["XDG_DATA_HOME"] { return folder + "/saddle/kernel.history" }
        guard let home = Environment["HOME"] else { return nil }
        #if canImport(Darwin)
            return home + "/Library/Application Support/saddle/kernel.history"
        #else
            return home + "/.local/share/saddle/kernel.history"
        #endif
    }

    // MARK: - Storing

    func store(_ input: String, line: Int) {
        guard input.utf8.count <= Self.lengthLimit else { return }
        let isWritten = append([.integer(session), .integer(line), .string(input)])
        if !isWritten {
            recent.append(Entry(session: session, line: line, input: input))
            if recent.count > 2000 { recent.removeFirst(1000) }
        }
    }

    func store(output: String, line: Int) {
        guard output.utf8.count <= Self.lengthLimit else { return }
        let isWritten = append([.integer(session), .integer(line), .null, .string(output)])
        if !isWritten, let place = recent.lastIndex(where: { $0.line == line }) {
            recent[place].output = output
        }
    }

    private func append(_ fields: [JSON]) -> Bool {
        guard let path else { return false }
        do {
            if !hasFolder, let slash = path.lastIndex(of: "/") {
                try File.makeFolder(String(path[..<slash]), mode: 0o700)
                trim(path)
                hasFolder = true
            }
            try File.append(JSONWriter.write(.array(fields)) + [0x0A], to: path)
            return true
        } catch {
            return false
        }
    }

    /// Another kernel's line of this very moment may be lost; a history bears that.
    private func trim(_ path: String) {
        guard let size = File.size(path), size > Self.fileLimit,
            let bytes = try? File.read(path),
            let end = bytes[(bytes.count / 2)...].firstIndex(of: 0x0A)
        else { return }
        try? File.write(Array(bytes[(end + 1)...]), to: path)
    }

    // MARK: - Reading

    /// All entries, in the order in which they were run.
    func entries() -> [Entry] {
        guard let path, let bytes = try? File.read(path) else { return recent }
        return Self.entries(in: bytes.split(separator: 0x0A)[...]) + recent
    }

    private static func entries(in lines: ArraySlice<ArraySlice<UInt8>>) -> [Entry] {
        var entries: [Entry] = []
        var places: [[Int]: Int] = [:]
        for line in lines {
            guard let fields = try? JSONReader.read(Array(line)).elements, fields.count >= 3,
                let session = fields[0].integer, let number = fields[1].integer
            else { continue }
            if let input = fields[2].text {
                places[[session, number]] = entries.count
                entries.append(Entry(session: session, line: number, input: input))
            } else if fields.count > 3, let place = places[[session, number]] {
                entries[place].output = fields[3].text
            }
        }
        return entries
    }

    /// The last entries, without a look at all the others: consoles ask for them at their start.
    private func latest(_ count: Int) -> [Entry] {
        guard let path, recent.isEmpty, let bytes = try? File.read(path) else {
            return recent.suffix(count)
        }
        // Each entry is one line or two, and an output follows its input.
        let lines = bytes.split(separator: 0x0A)
        return Self.entries(in: lines.suffix(2 * min(count, lines.count))).suffix(count)
    }

    /// The content of a `history_reply`.
    func answer(_ body: [String: JSON]) throws -> JSON {
        let found: [Entry]
        switch body["hist_access_type"]?.text {
        case "tail"?: found = latest(max(0, body["n"]?.integer ?? 10))
        case "range"?:
            found = range(
                session: body["session"]?.integer ?? 0, start: body["start"]?.integer ?? 0,
                stop: body["stop"]?.integer)
        case "search"?:
            found = search(
                body["pattern"]?.text ?? "*", unique: body["unique"]?.flag ?? false,
                count: body["n"]?.integer)
        default:
            throw MalformedRequest("hist_access_type is tail, range or search")
        }
        let withOutput = body["output"]?.flag ?? false
        let rows = found.map { entry in
            JSON.array([
                .integer(entry.session), .integer(entry.line),
                withOutput
                    ? .array([.string(entry.input), entry.output.map { .string($0) } ?? .null])
                    : .string(entry.input),
            ])
        }
        return .object(["status": .string("ok"), "history": .array(rows)])
    }

    /// Session 0 is this one, -1 the one before; a positive number is a session's own name.
    private func range(session: Int, start: Int, stop: Int?) -> [Entry] {
        let all = entries()
        var wanted = session
        if session <= 0 {
            var sessions = Array(Set(all.map(\.session)).filter { $0 < self.session }).sorted()
            sessions.append(self.session)
            let place = sessions.count - 1 + session
            guard sessions.indices.contains(place) else { return [] }
            wanted = sessions[place]
        }
        return all.filter {
            $0.session == wanted && $0.line >= start && $0.line < stop ?? Int.max
        }
    }

    private func search(_ pattern: String, unique: Bool, count: Int?) -> [Entry] {
        let glob = Glob(pattern)
        var found = entries().filter { glob.matches($0.input) }
        if unique {
            var seen: Set<String> = []
            found = found.reversed().filter { seen.insert($0.input).inserted }.reversed()
        }
        return count.map { Array(found.suffix(max(0, $0))) } ?? found
    }
}
