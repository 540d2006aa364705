extension Lexer {
    /// `12`, `1_000`, `0.5`, `.5`, `1.`, `1e-4`.
    mutating func number() {
        let start = position
        digits()
        if byte(at: position) == UInt8(ascii: "."), pointBelongsToNumber(start) {
            position += 1
            digits()
        }
        exponent()
        let written = text(start, position)
        let (next, _) = scalar(at: position)
        if written == "0", ["x", "X", "b", "o"].contains(next),
            isHexadecimal(byte(at: position + 1))
        {
            skipWord()
            report(.foreign(.hexadecimal), Span(start, position))
            add(.number(0), "0", from: start)
            return
        }
        let value = Double(written.filter { $0 != "_" }) ?? 0
        if value.isInfinite { report(.numberTooLarge(written), Span(start, position)) }
        add(.number(value.isInfinite ? 0 : value), written, from: start)
        glued(written, start)
    }

    private mutating func digits() {
        while isDigit(at: position)
            || (byte(at: position) == UInt8(ascii: "_") && isDigit(at: position + 1))
        {
            position += 1
        }
    }

    private func isDigit(at offset: Int) -> Bool {
        Characters.isDigit(Unicode.Scalar(byte(at: offset)))
    }

    /// The point of `1.5` and of `1.`, but not of `1..<3`, `1...3` or `1.name`.
    private func pointBelongsToNumber(_ start: Int) -> Bool {
        if isDigit(at: position + 1) || position == start { return true }
        if byte(at: position + 1) == UInt8(ascii: ".") { return false }
        return position + 1 >= bytes.count || !Characters.beginsName(scalar(at: position + 1).0)
    }

    private mutating func exponent() {
        let letter = byte(at: position)
        guard letter == UInt8(ascii: "e") || letter == UInt8(ascii: "E") else { return }
        var place = position + 1
        if byte(at: place) == UInt8(ascii: "-") || byte(at: place) == UInt8(ascii: "+") {
            place += 1
        }
        guard isDigit(at: place) else { return }
        position = place
        digits()
    }

    private mutating func skipWord() {
        while position < bytes.count {
            let (scalar, length) = scalar(at: position)
            guard Characters.continuesName(scalar) else { return }
            position += length
        }
    }

    /// `2x` and `1e`: reported; `*` is put in between. Units (`4GB`) are the parser's.
    private mutating func glued(_ written: String, _ start: Int) {
        guard position < bytes.count, Characters.beginsName(scalar(at: position).0) else { return }
        let wordStart = position
        skipWord()
        let word = text(wordStart, position)
        if ByteUnit(rawValue: word) != nil {
            position = wordStart
            return
        }
        if word == "e" || word == "E" || word.hasPrefix("_") {
            report(.malformedNumber(written + word), Span(start, position))
            brokenPlaces.append(start)
            return
        }
        report(.gluedNumber(number: written, name: word), Span(start, position))
        position = wordStart
        add(.symbol(.times), "*", from: wordStart)
    }

    // MARK: Strings

    /// `"text \(expression)\n"`, on one line.
    mutating func string(quote: UInt8) {
        let start = position
        if matches("\"\"\"", at: position) { return tripleQuoted() }
        position += 1
        var pieces: [StringPiece] = []
        var literal = ""
        var literalStart = position
        var runStart = position
        var ended = false
        while position < bytes.count {
            let (scalar, length) = scalar(at: position)
            if Characters.isLineEnd(scalar) { break }
            if scalar == "\"" {
                literal += text(runStart, position)
                if !literal.isEmpty { pieces.append(.text(literal, Span(literalStart, position))) }
                position += 1
                ended = true
                break
            }
            guard scalar == "\\" else {
                position += length
                continue
            }
            literal += text(runStart, position)
            if byte(at: position + 1) == UInt8(ascii: "(") {
                if !literal.isEmpty { pieces.append(.text(literal, Span(literalStart, position))) }
                guard let piece = interpolation() else {
                    add(.string, "", from: start, pieces: pieces)
                    return
                }
                pieces.append(piece)
                literal = ""
                literalStart = position
            } else {
                literal += escape()
            }
            runStart = position
        }
        if !ended {
            literal += text(runStart, position)
            if !literal.isEmpty { pieces.append(.text(literal, Span(literalStart, position))) }
            report(.unterminatedString, Span(start, start + 1))
            brokenPlaces.append(start)
        }
        add(.string, "", from: start, pieces: pieces)
    }

    private mutating func tripleQuoted() {
        let start = position
        report(.tripleQuotes, Span(start, start + 3))
        position += 3
        let textStart = position
        while position < bytes.count, !matches("\"\"\"", at: position) { position += 1 }
        let piece = StringPiece.text(text(textStart, position), Span(textStart, position))
        position = min(bytes.count, position + 3)
        add(.string, "", from: start, pieces: [piece])
    }

    /// What follows a backslash in a string.
    private mutating func escape() -> String {
        let start = position
        let (scalar, length) = scalar(at: position + 1)
        guard position + 1 < bytes.count, !Characters.isLineEnd(scalar) else {
            position += 1
            return ""
        }
        position += 1 + length
        switch scalar {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "0": return "\0"
        case "\"", "\\", "'": return String(Character(scalar))
        case "u": return scalarEscape(start)
        default:
            report(.unknownEscape("\\" + String(Character(scalar))), Span(start, position))
            return String(Character(scalar))
        }
    }

    private mutating func scalarEscape(_ start: Int) -> String {
        var end = position + 1
        while isHexadecimal(byte(at: end)) { end += 1 }
        guard byte(at: position) == UInt8(ascii: "{"), byte(at: end) == UInt8(ascii: "}"),
            let value = UInt32(text(position + 1, end), radix: 16),
            let scalar = Unicode.Scalar(value)
        else {
            report(.badScalarEscape, Span(start, position))
            return ""
        }
        position = end + 1
        return String(Character(scalar))
    }

    private func isHexadecimal(_ byte: UInt8) -> Bool {
        Character(Unicode.Scalar(byte)).isHexDigit && byte < 0x80
    }

    /// The tokens of `\( ... )`; nil when the line ends before the parenthesis does.
    private mutating func interpolation() -> StringPiece? {
        let start = position
        position += 2
        let textStart = position
        let outer = tokens
        tokens = []
        stringDepth += 1
        defer {
            tokens = outer
            stringDepth -= 1
        }
        let outerSpace = (sawSpace, sawLineEnd)
        (sawSpace, sawLineEnd) = (false, false)
        defer { (sawSpace, sawLineEnd) = outerSpace }
        guard stringDepth <= Self.stringDepthLimit else {
            report(.tooDeep(limit: Self.stringDepthLimit), Span(start, position))
            brokenPlaces.append(start)
            skipLine()
            return nil
        }
        var open = 0
        while true {
            skipBlanks()
            guard position < bytes.count, byte(at: position) != UInt8(ascii: "#"),
                !Characters.isLineEnd(scalar(at: position).0)
            else {
                // Strings within this one that were given up have said so.
                if brokenPlaces.last ?? -1 < start {
                    report(.unterminatedInterpolation, Span(start, start + 2))
                    brokenPlaces.append(start)
                }
                skipLine()
                return nil
            }
            if byte(at: position) == UInt8(ascii: ")"), open == 0 { break }
            let before = tokens.count
            step()
            guard tokens.count > before else { continue }
            if tokens.last?.isSymbol(.leftParenthesis) == true { open += 1 }
            if tokens.last?.isSymbol(.rightParenthesis) == true { open -= 1 }
        }
        let end = position
        tokens.append(
            Token(
                kind: .end, text: ")", span: Span(end, end), followsSpace: false,
                beginsLine: false))
        let inner = tokens
        position = end + 1
        return .tokens(inner, Span(textStart, end))
    }
}

/// Units of memory: decimal ones are powers of 1000, binary ones of 1024.
enum ByteUnit: String, CaseIterable {
    case kilobyte = "KB", megabyte = "MB", gigabyte = "GB", terabyte = "TB"
    case kibibyte = "KiB", mebibyte = "MiB", gibibyte = "GiB", tebibyte = "TiB"

    var factor: Double {
        switch self {
        case .kilobyte: 1e3
        case .megabyte: 1e6
        case .gigabyte: 1e9
        case .terabyte: 1e12
        case .kibibyte: 1024
        case .mebibyte: 1_048_576
        case .gibibyte: 1_073_741_824
        case .tebibyte: 1_099_511_627_776
        }
    }
}
