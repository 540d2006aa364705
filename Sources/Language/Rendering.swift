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
    var lines = [paint.red(word + ": ") + paint.bold(visible(shortened(diagnostic.message)))]
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
        lines += shortened(hint).split(separator: "\n")
            .map { margin + paint.cyan(visible(String($0))) }
    }
    for step in diagnostic.steps {
        lines.append(margin + paint.dim("in \(visible(step.caller)), at \(step.place)"))
    }
    return lines.joined(separator: "\n")
}

/// A sentence that quotes a name of megabytes, as far as anybody reads it.
package func shortened(_ sentence: String) -> String {
    guard sentence.utf8.count > 2000 else { return sentence }
    var start = String.UnicodeScalarView()
    start.append(contentsOf: sentence.unicodeScalars.prefix(500))
    return String(start) + "…"
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
    /// Bytes of a line that are looked at, before its fault and behind.
    static let reach = 2048

    init(_ source: Source, _ span: Span) {
        let number = source.lineNumber(at: span.lower)
        let part = Self.part(of: source, source.span(ofLine: number), around: span.lower)
        let scalars = Array(source.slice(part).unicodeScalars)
        // A fault may stand at the line's end, where there is no scalar any more.
        let first =
            span.lower > part.upper
            ? scalars.count : source.slice(Span(part.lower, span.lower)).unicodeScalars.count
        var shown: [(scalar: Unicode.Scalar, width: Int)] = []
        var caretStart = 0
        var caretEnd = 0
        var column = 0
        let isOneLine = source.lineNumber(at: max(span.lower, span.upper - 1)) == number
        let shownSpan = Span(span.lower, min(span.upper, part.upper))
        let covered = isOneLine ? source.slice(shownSpan).unicodeScalars.count : scalars.count
        for (index, scalar) in scalars.enumerated() {
            if index == first { caretStart = column }
            let pieces: [Unicode.Scalar] =
                scalar == "\t"
                ? Array(repeating: " ", count: Self.tabWidth - column % Self.tabWidth)
                : [visible(scalar)]
            for piece in pieces {
                shown.append((piece, CellWidth.cells(of: piece)))
                column += shown[shown.count - 1].width
            }
            if index < first + covered { caretEnd = column }
        }
        if first >= scalars.count { caretStart = column }
        caretEnd = max(caretEnd, caretStart + 1)
        (line, carets) = Self.window(shown, caretStart, caretEnd, width: column)
    }

    /// The neighbourhood of a place in a line that may have megabytes.
    private static func part(of source: Source, _ line: Span, around place: Int) -> Span {
        func isInside(_ offset: Int) -> Bool { source.bytes[offset] & 0xC0 == 0x80 }
        var lower = max(line.lower, place - reach)
        while lower > line.lower, isInside(lower) { lower -= 1 }
        var upper = min(line.upper, max(place, lower) + reach)
        while upper < line.upper, isInside(upper) { upper += 1 }
        return Span(lower, upper)
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
