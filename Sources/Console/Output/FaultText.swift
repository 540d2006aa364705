import Language

extension Diagnostic {
    /// The fault as text: the sentence, the line with a caret, the hint.
    func shown(usesColour: Bool) -> String {
        let mark = { (text: String, style: Style) in usesColour ? style.wrap(text) : text }
        var lines = [mark("error: ", Style(.red, bold: true)) + message]
        if let source, let span {
            let start = source.place(of: span.lower)
            let text = source.line(start.line)
            let number = " \(start.line) | "
            lines[0] = "\(source.name):\(start.line): " + lines[0]
            let end = source.place(of: span.upper)
            let count = end.line == start.line ? max(end.column - start.column, 1) : 1
            let before = String(
                String.UnicodeScalarView(text.unicodeScalars.prefix(start.column - 1)))
            let pad =
                String(repeating: " ", count: number.count - 2) + "| "
                + String(repeating: " ", count: CellWidth.cells(of: before))
            lines.append(number + text)
            lines.append(pad + mark(String(repeating: "^", count: count), Style(.red, bold: true)))
        }
        if let hint { lines.append("   " + hint) }
        return lines.joined(separator: "\n")
    }
}
