import Language

/// The pieces of a text in the kinds that have a colour here.
package func highlights(_ text: String) -> [Highlight] {
    let places = ScalarPlaces(text)
    return highlight(text).compactMap { span, piece in
        kind(of: piece).map { Highlight(places[span], $0) }
    }
}

private func kind(of piece: TokenClass) -> Highlight.Kind? {
    switch piece {
    case .comment, .documentation: .comment
    case .number, .constant: .number
    case .string: .string
    case .escape, .keyword: .keyword
    case .command: .command
    case .function: .function
    case .name: .name
    case .unknown: .fault
    case .label, .member, .operator, .bracket: nil
    }
}

/// Byte offsets of a text as offsets of Unicode scalars.
private struct ScalarPlaces {
    private var scalarAt: [Int] = []

    init(_ text: String) {
        var count = 0
        for byte in text.utf8 {
            if byte & 0xC0 != 0x80 { count += 1 }
            scalarAt.append(count - 1)
        }
        scalarAt.append(count)
    }

    subscript(span: Span) -> Range<Int> {
        let last = scalarAt.count - 1
        let lower = scalarAt[min(max(span.lower, 0), last)]
        return lower..<max(lower, scalarAt[min(max(span.upper, 0), last)])
    }
}

/// Finds names that nothing knows: neither the session nor the text itself.
package final class NameCheck {
    private let evaluator: any Evaluator
    /// What the session answered; asked anew after every run.
    private var answers: [String: Bool] = [:]

    package init(evaluator: any Evaluator) { self.evaluator = evaluator }

    package func forget() { answers = [:] }

    /// Turns names that are unknown into `unknown`.
    package func mark(_ pieces: [Highlight], in text: String) -> [Highlight] {
        let scalars = Array(text.unicodeScalars)
        let defined = NameCheck.defined(pieces, in: scalars)
        return pieces.map { piece in
            guard NameCheck.isName(piece) else { return piece }
            let name = NameCheck.text(of: piece, in: scalars)
            guard !defined.contains(name), !isKnown(name) else { return piece }
            return Highlight(piece.range, .unknown)
        }
    }

    private func isKnown(_ name: String) -> Bool {
        if let answer = answers[name] { return answer }
        let cursor = name.unicodeScalars.count
        let answer = evaluator.inspect(name, at: cursor, detail: 0) != nil
        answers[name] = answer
        return answer
    }

    private static func isName(_ piece: Highlight) -> Bool {
        piece.kind == .name || piece.kind == .function || piece.kind == .command
    }

    private static func text(of piece: Highlight, in scalars: [Unicode.Scalar]) -> String {
        String(String.UnicodeScalarView(scalars[piece.range.clamped(to: 0..<scalars.count)]))
    }

    /// Names that the text gives a meaning to: targets of `=`, `~` and `->`, parameters, names
    /// after a word that defines (`for`, `game`, `state`, ...).
    static func defined(_ pieces: [Highlight], in scalars: [Unicode.Scalar]) -> Set<String> {
        let brackets = Brackets(scalars)
        var names: Set<String> = []
        var row: [String] = []
        for (index, piece) in pieces.enumerated() where isName(piece) {
            let name = text(of: piece, in: scalars)
            let next = skipSpace(from: piece.range.upperBound, in: scalars)
            row.append(name)
            if isDefinition(at: next, in: scalars) {
                names.formUnion(row)
            } else if next < scalars.count, scalars[next] == "(",
                let end = brackets.partners[next], opensBody(after: end, in: scalars)
            {
                names.insert(name)
            }
            if next >= scalars.count || scalars[next] != "," { row = [] }
            if index > 0, pieces[index - 1].kind == .keyword,
                text(of: pieces[index - 1], in: scalars) != "in"
            {
                names.insert(name)
            }
        }
        for (open, close) in brackets.partners where scalars[open] == "(" && open < close {
            guard opensBody(after: close, in: scalars) else { continue }
            for piece in pieces
            where isName(piece) && (open..<close).contains(piece.range.lowerBound) {
                names.insert(text(of: piece, in: scalars))
            }
        }
        return names
    }

    private static func skipSpace(from start: Int, in scalars: [Unicode.Scalar]) -> Int {
        var place = start
        while place < scalars.count, scalars[place] == " " { place += 1 }
        return place
    }

    /// `=` (not `==`), `~`, `->`, `+=` and its like.
    private static func isDefinition(at place: Int, in scalars: [Unicode.Scalar]) -> Bool {
        guard place < scalars.count else { return false }
        let after = place + 1 < scalars.count ? scalars[place + 1] : " "
        switch scalars[place] {
        case "=": return after != "="
        case "~": return true
        case "-": return after == ">" || after == "="
        case "+", "*", "/": return after == "="
        default: return false
        }
    }

    /// A bracket that ends a definition's parameters: `=`, `->` or `{` follows.
    private static func opensBody(after close: Int, in scalars: [Unicode.Scalar]) -> Bool {
        let next = skipSpace(from: close + 1, in: scalars)
        guard next < scalars.count else { return false }
        return scalars[next] == "{" || isDefinition(at: next, in: scalars)
    }
}
