import Language

/// A cell of a notebook, or the stretch of a script between two `# %%` marks.
struct Cell: Equatable {
    enum Kind: String { case code, markdown, raw }
    var kind: Kind
    var source: String
    /// Everything a notebook keeps beside the text: tags, a title.
    var metadata: [String: JSON] = [:]
    /// Pictures of a markdown cell, by name.
    var attachments: JSON?

    // MARK: As part of a script

    /// The mark and the body, without a newline at the end.
    var script: String {
        var mark = "# %%"
        if kind != .code { mark += " [\(kind.rawValue)]" }
        var rest = metadata
        if case .string(let title)? = rest["title"], Cell.isPlainTitle(title) {
            mark += " " + title
            rest["title"] = nil
        }
        if let attachments { rest["attachments"] = attachments }
        if !rest.isEmpty { mark += " " + JSONText.encode(.object(rest)) }
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        let body = lines.map { line in
            Cell.escape(kind == .code ? line : line.isEmpty ? "#" : "# " + line)
        }
        return ([mark] + body).joined(separator: "\n")
    }

    /// The cell that a mark and the lines below it make; nil when the line is no mark.
    init?(mark: Substring, body: [Substring]) {
        guard let rest = Cell.afterMark(mark) else { return nil }
        self.init(kind: .code, source: "")
        readMark(rest)
        var lines = body
        if lines.last?.isEmpty == true { lines.removeLast() }
        source = lines.map { line in
            let line = Cell.unescape(line)
            return kind == .code ? String(line) : Cell.uncomment(line)
        }.joined(separator: "\n")
    }

    init(kind: Kind, source: String, metadata: [String: JSON] = [:], attachments: JSON? = nil) {
        self.kind = kind
        self.source = source
        self.metadata = metadata
        self.attachments = attachments
    }

    static func isMark(_ line: Substring) -> Bool { afterMark(line) != nil }

    /// What follows `# %%`.
    private static func afterMark(_ line: Substring) -> Substring? {
        guard line.hasPrefix("#") else { return nil }
        let text = line.dropFirst().drop { $0 == " " }
        guard text.hasPrefix("%%") else { return nil }
        let rest = text.dropFirst(2)
        return rest.isEmpty || rest.first == " " || rest.first == "\t" ? rest : nil
    }

    /// `[markdown] title {"tags":["x"]}`, each part optional.
    private mutating func readMark(_ text: Substring) {
        var rest = text.drop { $0 == " " || $0 == "\t" }
        for kind in [Kind.markdown, .raw] where rest.hasPrefix("[\(kind.rawValue)]") {
            self.kind = kind
            rest = rest.dropFirst(kind.rawValue.count + 2).drop { $0 == " " }
        }
        if rest.hasPrefix("[md]") {
            kind = .markdown
            rest = rest.dropFirst(4).drop { $0 == " " }
        }
        if let start = rest.firstIndex(of: "{"),
            case .object(var fields)? = JSONText.decode(String(rest[start...]))
        {
            attachments = fields.removeValue(forKey: "attachments")
            metadata = fields
            rest = rest[..<start]
        }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        if !rest.isEmpty { metadata["title"] = .string(String(rest)) }
    }

    /// A title that can stand in a mark and be read back from it.
    private static func isPlainTitle(_ title: String) -> Bool {
        !title.isEmpty && title.first != "[" && !title.contains("{")
            && !title.contains(where: \.isNewline) && title.first != " " && title.last != " "
    }

    /// A line that looks like a mark gets a backslash: `# \%%`.
    private static func escape(_ line: Substring) -> String {
        let bare = line.hasPrefix("#") ? line.dropFirst().drop { $0 == " " } : ""
        guard bare.drop(while: { $0 == "\\" }).hasPrefix("%%") else { return String(line) }
        return line[..<bare.startIndex] + "\\" + bare
    }

    private static func unescape(_ line: Substring) -> Substring {
        let bare = line.hasPrefix("#") ? line.dropFirst().drop { $0 == " " } : ""
        guard bare.hasPrefix("\\"), bare.drop(while: { $0 == "\\" }).hasPrefix("%%") else {
            return line
        }
        return line[..<bare.startIndex] + bare.dropFirst()
    }

    private static func uncomment(_ line: Substring) -> String {
        guard line.hasPrefix("#") else { return String(line) }
        let text = line.dropFirst()
        return String(text.hasPrefix(" ") ? text.dropFirst() : text)
    }
}
