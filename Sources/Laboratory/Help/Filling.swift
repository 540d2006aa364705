extension String {
    /// The text in lines of at most `width` characters where it has spaces to break at. Lines of a
    /// paragraph are joined first; one that is indented or begins a list keeps its own line. What
    /// follows the first line of a paragraph is moved in by `hanging`.
    func filled(to width: Int = 80, hanging: Int = 0) -> String {
        var paragraphs: [String] = []
        for line in split(separator: "\n", omittingEmptySubsequences: false) {
            let begins = line.isEmpty || [" ", "-", "*", "|", "#"].contains { line.hasPrefix($0) }
            if !begins, let last = paragraphs.last, !last.isEmpty {
                paragraphs[paragraphs.count - 1] = last + " " + line
            } else {
                paragraphs.append(String(line))
            }
        }
        return paragraphs.map { Self.broken($0, width, hanging) }.joined(separator: "\n")
    }

    /// Breaks a paragraph; runs of spaces inside a line are kept, and so is a line that is moved in.
    private static func broken(_ text: String, _ width: Int, _ hanging: Int) -> String {
        guard text.count > width, text.first != " " else { return text }
        var lines: [String] = []
        var line = ""
        var gap = 0
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            gap += 1
            guard !word.isEmpty else { continue }
            if line.isEmpty {
                line = String(word)
            } else if line.count + gap + word.count <= width {
                line += String(repeating: " ", count: gap) + word
            } else {
                lines.append(line)
                line = String(repeating: " ", count: hanging) + word
            }
            gap = 0
        }
        return (lines + [line]).joined(separator: "\n")
    }
}
