extension Lexer {
    /// The language's own symbols by their first byte, longest first.
    private static let symbols: [UInt8: [(text: [UInt8], symbol: Symbol)]] = Dictionary(
        grouping: Symbol.allCases.sorted { $0.rawValue.utf8.count > $1.rawValue.utf8.count }
            .map { (Array($0.rawValue.utf8), $0) },
        by: { $0.text.first ?? 0 })

    /// Reads a symbol, or what another language writes for one. False when it is neither.
    mutating func operators() -> Bool {
        let start = position
        if foreignComment() || increment() { return true }
        if let word = foreignOperator() {
            position += word.rawValue.utf8.count
            report(.foreign(word), Span(start, position))
            let kind = word.replacement
            add(kind, Self.text(of: kind), from: start)
            return true
        }
        for (text, symbol) in Self.symbols[byte(at: position)] ?? []
        where bytes[position...].starts(with: text) {
            position += text.count
            add(.symbol(symbol), symbol.rawValue, from: start)
            return true
        }
        return false
    }

    private static func text(of kind: Token.Kind) -> String {
        switch kind {
        case .symbol(let symbol): symbol.rawValue
        case .keyword(let keyword): keyword.rawValue
        default: ""
        }
    }

    private func foreignOperator() -> ForeignWord? {
        let first = byte(at: position)
        switch first {
        case UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "*"), UInt8(ascii: "&"),
            UInt8(ascii: "|"), UInt8(ascii: "<"), UInt8(ascii: ":"), UInt8(ascii: "~"):
            for word in ForeignWord.operators where matches(word.rawValue, at: position) {
                return word
            }
        default: break
        }
        switch first {
        case UInt8(ascii: "&"): return .ampersand
        case UInt8(ascii: "|") where !matches("|>", at: position): return .bar
        case UInt8(ascii: "!") where !matches("!=", at: position): return .bang
        case UInt8(ascii: "/") where matches("//", at: position): return .doubleSlash
        default: return nil
        }
    }

    /// `// ...` at the start of a line and `/* ... */` anywhere: reported once, then skipped.
    private mutating func foreignComment() -> Bool {
        let start = position
        if matches("/*", at: position) {
            position += 2
            while position < bytes.count, !matches("*/", at: position) { position += 1 }
            position = min(bytes.count, position + 2)
            report(.foreign(.blockComment), Span(start, start + 2))
            sawSpace = true
            return true
        }
        guard matches("//", at: position), sawLineEnd else { return false }
        report(.foreign(.doubleSlash), Span(start, start + 2))
        skipLine()
        return true
    }

    /// `x++` and `x--` at the end of a statement; elsewhere they are two signs.
    private mutating func increment() -> Bool {
        guard matches("++", at: position) || matches("--", at: position), !sawSpace, !sawLineEnd,
            tokens.last?.isName == true
        else { return false }
        var behind = position + 2
        while byte(at: behind) == 0x20 { behind += 1 }
        guard behind >= bytes.count || [0x0A, 0x0D, 0x3B, 0x29, 0x7D, 0x23].contains(bytes[behind])
        else { return false }
        let word: ForeignWord = matches("++", at: position) ? .increment : .decrement
        report(.foreign(word), Span(position, position + 2))
        position += 2
        return true
    }

    /// A character that begins nothing: reported, and skipped together with its like behind it.
    mutating func strange(_ scalar: Unicode.Scalar, _ length: Int) {
        let start = position
        switch scalar {
        case "'", "‘", "’":
            report(.singleQuotes, Span(start, start + length))
            quoted(until: ["'", "‘", "’"], length)
        case "“", "”", "„", "«", "»":
            report(.smartQuote, Span(start, start + length))
            quoted(until: ["“", "”", "«", "»", "\""], length)
        case "\\":
            backslash()
        default:
            position += length
            let fault = SyntaxFault.strangeCharacter(scalar)
            let line = source.lineNumber(at: start)
            let isRepeated = faults.contains {
                source.lineNumber(at: $0.span?.lower ?? 0) == line && $0.message == fault.sentence
            }
            if !isRepeated { report(fault, Span(start, position)) }
            brokenPlaces.append(start)
            while position < bytes.count {
                let (next, nextLength) = self.scalar(at: position)
                guard !next.isASCII, !Characters.beginsName(next), !Characters.isSpace(next),
                    !Characters.isLineEnd(next), Characters.operatorAlias(next) == nil
                else { break }
                position += nextLength
            }
            sawSpace = true
        }
    }

    /// Takes what stands between wrong quotes as a string.
    private mutating func quoted(until closers: Set<Unicode.Scalar>, _ length: Int) {
        let start = position
        position += length
        let textStart = position
        while position < bytes.count {
            let (scalar, scalarLength) = scalar(at: position)
            if Characters.isLineEnd(scalar) { break }
            position += scalarLength
            if closers.contains(scalar) {
                let end = position - scalarLength
                let piece = StringPiece.text(text(textStart, end), Span(textStart, end))
                add(.string, "", from: start, pieces: [piece])
                return
            }
        }
        let piece = StringPiece.text(text(textStart, position), Span(textStart, position))
        add(.string, "", from: start, pieces: [piece])
    }

    /// `\leq` is `≤`; any other word after a backslash that begins no name is a fault.
    private mutating func backslash() {
        let start = position
        if let (word, symbol) = symbolName(at: position) {
            position += 1 + word.utf8.count
            if let scalar = symbol.unicodeScalars.first,
                let alias = Characters.operatorAlias(scalar) ?? Symbol(rawValue: symbol)
            {
                add(.symbol(alias), alias.rawValue, from: start)
                return
            }
            if let scalar = symbol.unicodeScalars.first {
                report(.strangeCharacter(scalar), Span(start, position))
            }
            sawSpace = true
            return
        }
        let word = backslashWord(at: position)
        position += 1 + word.utf8.count
        if word.isEmpty {
            let isLast =
                position >= bytes.count || Characters.isLineEnd(self.scalar(at: position).0)
            report(
                isLast ? .foreign(.lineContinuation) : .strangeCharacter("\\"),
                Span(start, position))
            sawSpace = true
        } else {
            let close = nearest(word, in: SymbolNames.names)
            report(.unknownSymbolName("\\" + word, nearest: close), Span(start, position))
            add(.name, word, from: start)
        }
    }
}
