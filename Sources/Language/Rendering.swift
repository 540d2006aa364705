/// Whether colours may be used.
package enum RenderingStyle: Sendable { case plain, ansi }

/// A fault as a person reads it: the sentence, the line with a caret, the hint, and the calls that
/// led there.
///
///     error: linear(128) expects a vector, but image(28, 28, 1) gives [n, 28, 28, 1]
///      2 | D = image(28, 28, 1) |> linear(128)
///        |                         ^^^^^^^^^^^
///        insert flatten before it
///
/// Tabs, wide characters and combining marks are counted in columns. A long line is cut to a window
/// around the caret. There is no newline at the end.
package func render(_ diagnostic: Diagnostic, style: RenderingStyle) -> String {
    let paint = Paint(isOn: style == .ansi)
    let word = diagnostic.kind == .interrupted ? "interrupted" : "error"
    var lines = [paint.red(word + ": ") + paint.bold(visible(diagnostic.message))]
    var margin = "   "
    if let source = diagnostic.source, let span = diagnostic.span {
        let place = source.place(of: span.lower)
        let number = String(place.line)
        margin = String(repeating: " ", count: number.count + 2)
        if isFile(source.name) {
            lines.append(margin + paint.dim("\(source.name):\(place.line):\(place.column)"))
        }
        let excerpt = Excerpt(source, span)
        lines.append(paint.dim(" \(number) | ") + excerpt.line)
        lines.append(paint.dim(margin + "| ") + paint.red(excerpt.carets))
    }
    if let hint = diagnostic.hint {
        lines += hint.split(separator: "\n").map { margin + paint.cyan(visible(String($0))) }
    }
    for step in diagnostic.steps {
        lines.append(margin + paint.dim("in \(visible(step.caller)), at \(step.place)"))
    }
    return lines.joined(separator: "\n")
}

/// Cells and prompts are on the screen already; a file has to be named.
private func isFile(_ name: String) -> Bool { name.contains("/") || name.hasSuffix(".saddle") }

/// Control characters by their pictures, so that no text can steer a terminal.
private func visible(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
        return text
    }
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { scalars.append(visible(scalar)) }
    return String(scalars)
}

private func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x0A, 0x09: " "
    case 0x00..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? " "
    case 0x7F: "\u{2421}"
    case 0x80..<0xA0, 0x202A...0x202E, 0x2066...0x2069: "\u{FFFD}"
    default: scalar
    }
}

/// A line of a source, and the carets under a span of it.
private struct Excerpt {
    var line: String
    var carets: String

    /// Lines wider than this are shown in part.
    static let widest = 100
    static let tabWidth = 4

    init(_ source: Source, _ span: Span) {
        let place = source.place(of: span.lower)
        let scalars = Array(source.line(place.line).unicodeScalars)
        var shown: [(scalar: Unicode.Scalar, width: Int)] = []
        var caretStart = 0
        var caretEnd = 0
        var column = 0
        let isOneLine = source.place(of: max(span.lower, span.upper - 1)).line == place.line
        let covered = isOneLine ? source.slice(span).unicodeScalars.count : scalars.count
        for (index, scalar) in scalars.enumerated() {
            if index == place.column - 1 { caretStart = column }
            let pieces: [Unicode.Scalar] =
                scalar == "\t"
                ? Array(repeating: " ", count: Self.tabWidth - column % Self.tabWidth)
                : [visible(scalar)]
            for piece in pieces {
                shown.append((piece, CellWidth.cells(of: piece)))
                column += shown[shown.count - 1].width
            }
            if index < place.column - 1 + covered { caretEnd = column }
        }
        if place.column - 1 >= scalars.count { caretStart = column }
        caretEnd = max(caretEnd, caretStart + 1)
        (line, carets) = Self.window(shown, caretStart, caretEnd, width: column)
    }

    private static func window(
        _ shown: [(scalar: Unicode.Scalar, width: Int)], _ start: Int, _ end: Int, width: Int
    ) -> (String, String) {
        let from = width <= widest ? 0 : max(0, min(start - 30, width - widest))
        let to = width <= widest ? width : from + widest
        var text = String.UnicodeScalarView()
        var column = 0
        var begins = 0
        for (scalar, scalarWidth) in shown {
            if column >= from, column + scalarWidth <= to {
                if text.isEmpty { begins = column }
                text.append(scalar)
            }
            column += scalarWidth
        }
        let isCutLeft = from > 0
        let isCutRight = to < width
        let padding = start - begins + (isCutLeft ? 1 : 0)
        let carets = max(1, min(end, to) - start)
        return (
            (isCutLeft ? "…" : "") + String(text) + (isCutRight ? "…" : ""),
            String(repeating: " ", count: max(0, padding)) + String(repeating: "^", count: carets)
        )
    }
}

/// Escape sequences for a terminal, or nothing.
private struct Paint {
    let isOn: Bool
    func red(_ text: String) -> String { code("1;31", text) }
    func bold(_ text: String) -> String { code("1", text) }
    func dim(_ text: String) -> String { code("2", text) }
    func cyan(_ text: String) -> String { code("36", text) }
    private func code(_ number: String, _ text: String) -> String {
        isOn ? "\u{1B}[\(number)m\(text)\u{1B}[0m" : text
    }
}
