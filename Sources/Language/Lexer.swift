/// Cuts a text into tokens. It never fails: what means nothing is reported, and replaced by what
/// was most likely meant, so that one slip is one fault.
struct Lexer {
    let source: Source
    let bytes: [UInt8]
    var position = 0
    var tokens: [Token] = []
    var comments: [Comment] = []
    var faults: [Diagnostic] = []
    var sawSpace = false
    var sawLineEnd = true
    /// Where strings without an end and characters without a meaning stand: what else is wrong on
    /// their lines follows from them.
    var brokenPlaces: [Int] = []
    /// How many strings are open around the current place.
    var stringDepth = 0

    /// Strings inside strings inside strings: more than this is refused.
    static let stringDepthLimit = 16

    init(_ source: Source) {
        self.source = source
        bytes = source.bytes
    }

    /// Reads the whole text, or up to an interrupt; the last token is `.end`.
    mutating func run(until interrupt: Interrupt? = nil) {
        var steps = 0
        while true {
            skipSpace()
            guard position < bytes.count else { break }
            if steps & 0xFFF == 0, interrupt?.isRequested == true { break }
            steps += 1
            step()
        }
        add(.end, "", from: bytes.count)
    }

    mutating func report(_ fault: SyntaxFault, _ span: Span) {
        guard faults.count < 100 else { return }
        faults.append(
            Diagnostic(fault.kind, fault.sentence, hint: fault.hint, source: source, span: span))
    }

    /// Appends a token that reaches from `start` to the current position.
    mutating func add(
        _ kind: Token.Kind, _ text: String, from start: Int, pieces: [StringPiece] = []
    ) {
        tokens.append(
            Token(
                kind: kind, text: text, span: Span(start, position), followsSpace: sawSpace,
                beginsLine: sawLineEnd, pieces: pieces))
        sawSpace = false
        sawLineEnd = false
    }

    // MARK: Characters

    func byte(at offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    func matches(_ text: StaticString, at offset: Int) -> Bool {
        guard offset + text.utf8CodeUnitCount <= bytes.count else { return false }
        for index in 0..<text.utf8CodeUnitCount
        where bytes[offset + index] != text.utf8Start[index] {
            return false
        }
        return true
    }

    func matches(_ text: String, at offset: Int) -> Bool {
        var place = offset
        for byte in text.utf8 {
            guard place < bytes.count, bytes[place] == byte else { return false }
            place += 1
        }
        return true
    }

    /// The scalar that begins at `offset`, and its length in bytes. The text is valid UTF-8.
    func scalar(at offset: Int) -> (Unicode.Scalar, Int) {
        let first = byte(at: offset)
        let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        if length == 1 { return (Unicode.Scalar(first), 1) }
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for index in 1..<length { value = value << 6 | UInt32(byte(at: offset + index) & 0x3F) }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
    }

    func text(_ lower: Int, _ upper: Int) -> String {
        String(decoding: bytes[lower..<upper], as: UTF8.self)
    }

    // MARK: Space and comments

    mutating func skipSpace() {
        while position < bytes.count {
            let (scalar, length) = scalar(at: position)
            if Characters.isLineEnd(scalar) {
                sawLineEnd = true
            } else if Characters.isSpace(scalar) {
                sawSpace = true
            } else if scalar == "#" {
                comment()
                continue
            } else {
                return
            }
            position += length
        }
    }

    /// Moves over space within a line.
    mutating func skipBlanks() {
        while position < bytes.count {
            let (scalar, length) = scalar(at: position)
            guard Characters.isSpace(scalar) else { return }
            sawSpace = true
            position += length
        }
    }

    private mutating func comment() {
        let start = position
        skipLine()
        var end = position
        while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x0D || bytes[end - 1] == 9 {
            end -= 1
        }
        let isDocumentation =
            matches("##", at: start) && !matches("###", at: start) && sawLineEnd
        comments.append(Comment(span: Span(start, end), isDocumentation: isDocumentation))
        sawSpace = true
    }

    /// Moves to the end of the line.
    mutating func skipLine() {
        while position < bytes.count {
            let (scalar, length) = scalar(at: position)
            if Characters.isLineEnd(scalar) { return }
            position += length
        }
    }

    // MARK: One token

    mutating func step() {
        let (first, length) = scalar(at: position)
        if Characters.isDigit(first) || (first == "." && pointBeginsNumber()) {
            number()
        } else if first == "\"" {
            string(quote: UInt8(ascii: "\""))
        } else if Characters.beginsName(first) || (first == "\\" && symbolNameIsLetter()) {
            name()
        } else if let symbol = Characters.operatorAlias(first) {
            position += length
            add(.symbol(symbol), symbol.rawValue, from: position - length)
        } else if !operators() {
            strange(first, length)
        }
    }

    /// `.5` is a number unless it stands right behind something that can have members.
    private func pointBeginsNumber() -> Bool {
        guard Characters.isDigit(Unicode.Scalar(byte(at: position + 1))) else { return false }
        guard !sawSpace, !sawLineEnd, let last = tokens.last else { return true }
        switch last.kind {
        case .name, .keyword, .number, .string: return false
        case .symbol(let symbol): return !symbol.isCloser && symbol != .dot
        case .end: return true
        }
    }

    /// A name with `\lambda` inside already replaced by `λ`.
    private mutating func name() {
        let start = position
        var spelled = ""
        var runStart = position
        while position < bytes.count {
            let (scalar, length) = scalar(at: position)
            if scalar == "\\" {
                guard let (word, symbol) = symbolName(at: position), isNamePart(symbol) else {
                    break
                }
                spelled += text(runStart, position)
                spelled += symbol
                position += 1 + word.utf8.count
                runStart = position
            } else if Characters.continuesName(scalar) {
                position += length
            } else {
                break
            }
        }
        spelled += text(runStart, position)
        if byte(at: position) == UInt8(ascii: "\""), spelled.utf8.count <= 2,
            ["f", "r", "b", "F", "R", "fr", "rf", "u"].contains(spelled)
        {
            report(.foreign(.stringPrefix), Span(start, position))
            return
        }
        if let keyword = Keyword.byText[spelled] {
            add(.keyword(keyword), spelled, from: start)
        } else {
            add(.name, spelled, from: start)
        }
    }

    // MARK: Backslash names

    /// The word after the backslash at `offset` and the symbol it stands for.
    func symbolName(at offset: Int) -> (word: String, symbol: String)? {
        let word = backslashWord(at: offset)
        return SymbolNames.symbol(for: word).map { (word, $0) }
    }

    func backslashWord(at offset: Int) -> String {
        var end = offset + 1
        while end < bytes.count, Characters.isASCIILetter(Unicode.Scalar(bytes[end])) { end += 1 }
        return text(offset + 1, max(end, offset + 1))
    }

    private func isNamePart(_ symbol: String) -> Bool {
        symbol.unicodeScalars.allSatisfy(Characters.continuesName)
    }

    private func symbolNameIsLetter() -> Bool {
        guard let symbol = symbolName(at: position)?.symbol, isNamePart(symbol) else {
            return false
        }
        return symbol.unicodeScalars.first.map(Characters.beginsName) ?? false
    }
}
