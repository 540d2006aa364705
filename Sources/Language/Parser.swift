/// What a text is: its tree, and what is wrong with it.
package struct ParseResult: Sendable {
    package var program: Program
    package var faults: [Diagnostic]
    /// The text ends in the middle of something and more could make it right.
    package var isIncomplete: Bool
    /// The white space with which a next line would begin.
    package var indent: String

    fileprivate static func interrupted(_ source: Source) -> ParseResult {
        ParseResult(
            program: Program(source: source, statements: [], comments: []),
            faults: [Diagnostic(.interrupted, "interrupted")], isIncomplete: false, indent: "")
    }
}

/// The tree of a text and every fault in it, in the order of the text.
///
/// Never traps, whatever the text; the time is linear in its length. Statements that are wrong are
/// left out of the tree. An interrupt ends the reading of a long text; it is the one fault then.
package func parse(_ source: Source, interrupt: Interrupt? = nil) -> ParseResult {
    var lexer = Lexer(source)
    lexer.run(until: interrupt)
    if interrupt?.take() == true { return .interrupted(source) }
    var parser = Parser(source, lexer)
    parser.interrupt = interrupt
    let statements = parser.statements(inBlock: false)
    if interrupt?.take() == true { return .interrupted(source) }
    let broken = Set(lexer.brokenPlaces.map(source.lineNumber))
    let syntaxFaults = parser.faults.filter {
        broken.isEmpty || !broken.contains(source.lineNumber(at: $0.span?.lower ?? 0))
    }
    let faults = (lexer.faults + syntaxFaults).enumerated().sorted {
        ($0.element.span?.lower ?? 0, $0.offset) < ($1.element.span?.lower ?? 0, $1.offset)
    }
    let isIncomplete = lexer.faults.isEmpty && parser.ranOut && parser.faults.count == 1
    return ParseResult(
        program: Program(source: source, statements: statements, comments: lexer.comments),
        faults: faults.map(\.element), isIncomplete: isIncomplete,
        indent: isIncomplete ? parser.indentAtEnd : "")
}

/// A recursive descent parser: one function a level of the grammar, spread over the files
/// `Parser*.swift`. A fault is noted, and the reading goes on at the next statement.
struct Parser {
    /// Thrown after a fault has been noted, to leave the statement.
    struct Unwound: Error {}

    let source: Source
    var tokens: [Token]
    var index = 0
    /// For every opening bracket the index of the token that closes it; for every bracket that
    /// closes one its own index; otherwise -1.
    var closers: [Int]
    let documentation: [Int: String]
    var faults: [Diagnostic] = []
    /// The text ended where more was expected.
    var ranOut = false
    /// Inside `( )` and `[ ]` a line end means nothing.
    var inBrackets = false
    /// Inside an index a range may lack its ends, and `..` is the whole axis.
    var inIndex = false
    /// How many loops are around the current place, within the current function.
    var loops = 0
    /// How many expressions and statements are around the current place.
    var depth = 0
    /// The height of the tree that was built last.
    var height = 0
    var isInterpolation = false
    /// Ends the reading at its next look.
    var interrupt: Interrupt?

    /// Trees are no higher than this, so that no walk over one can exhaust the stack.
    static let depthLimit = 200

    init(_ source: Source, _ lexer: Lexer) {
        self.source = source
        tokens = lexer.tokens
        closers = Self.closers(of: lexer.tokens)
        documentation = Self.documentation(in: lexer.comments, of: source)
    }

    static func closers(of tokens: [Token]) -> [Int] {
        var closers = [Int](repeating: -1, count: tokens.count)
        var open: [(index: Int, closer: Symbol)] = []
        for (index, token) in tokens.enumerated() {
            guard case .symbol(let symbol) = token.kind else { continue }
            if let closer = symbol.closer {
                open.append((index, closer))
            } else if symbol.isCloser, let last = open.last {
                if last.closer == symbol {
                    closers[last.index] = index
                    closers[index] = index
                    open.removeLast()
                } else if let match = open.suffix(8).lastIndex(where: { $0.closer == symbol }) {
                    closers[open[match].index] = index
                    closers[index] = index
                    open.removeSubrange(match...)
                }
            }
        }
        return closers
    }

    /// The `##` lines that stand above each line, without their marks, joined.
    private static func documentation(in comments: [Comment], of source: Source) -> [Int: String] {
        var byLine: [Int: String] = [:]
        for comment in comments where comment.isDocumentation {
            let line = source.lineNumber(at: comment.span.lower)
            var text = source.slice(comment.span).dropFirst(2)
            if text.first == " " { text = text.dropFirst() }
            if let above = byLine.removeValue(forKey: line) {
                byLine[line + 1] = above + "\n" + text
            } else {
                byLine[line + 1] = String(text)
            }
        }
        return byLine
    }

    // MARK: Tokens

    var current: Token { tokens[index] }
    var previous: Token { tokens[max(0, index - 1)] }

    func peek(_ distance: Int = 1) -> Token { tokens[min(index + distance, tokens.count - 1)] }

    mutating func advance() {
        if index < tokens.count - 1 { index += 1 }
        if index & 0xFFF == 0, interrupt?.isRequested == true { index = tokens.count - 1 }
    }

    /// The current token is this symbol, on this line where lines count.
    func at(_ symbol: Symbol) -> Bool {
        if case .symbol(let found) = tokens[index].kind { found == symbol } else { false }
    }

    func at(_ keyword: Keyword) -> Bool {
        if case .keyword(let found) = tokens[index].kind { found == keyword } else { false }
    }

    /// The statement may end here.
    var isAtEnd: Bool {
        if current.isEnd || at(.semicolon) || at(.rightBrace) { return true }
        return current.beginsLine && !inBrackets
    }

    /// The current token continues the line before it.
    var continues: Bool { inBrackets || !tokens[index].beginsLine }

    mutating func take(_ symbol: Symbol) -> Bool {
        guard at(symbol) else { return false }
        advance()
        return true
    }

    func span(from start: Token) -> Span {
        Span(start.span.lower, max(start.span.upper, previous.span.upper))
    }

    func span(from start: Expression) -> Span {
        Span(start.span.lower, max(start.span.upper, previous.span.upper))
    }

    // MARK: Faults

    mutating func note(_ fault: SyntaxFault, at span: Span) {
        guard !ranOut, faults.count < 50 else { return }
        faults.append(
            Diagnostic(fault.kind, fault.sentence, hint: fault.hint, source: source, span: span))
    }

    /// Notes a fault; the caller throws what is returned.
    mutating func fail(_ fault: SyntaxFault, at span: Span) -> Unwound {
        note(fault, at: span)
        return Unwound()
    }

    /// Notes that something else was expected than the current token.
    mutating func expected(_ what: String, hint: String? = nil) -> Unwound {
        if current.isEnd, !isInterpolation {
            let unwound = fail(
                .expected(what, found: current.description, hint: hint), at: endSpan)
            ranOut = true
            return unwound
        }
        let found = current.isEnd ? ")" : current.description
        return fail(.expected(what, found: found, hint: hint), at: current.span)
    }

    /// Where a text that stops too early stops: behind its last token.
    var endSpan: Span {
        index > 0 ? Span(previous.span.upper, previous.span.upper + 1) : current.span
    }

    // MARK: Depth

    /// Runs `body` one level deeper, and refuses to go deeper than the limit.
    mutating func nested<T>(_ body: (inout Parser) throws -> T) throws -> T {
        depth += 1
        defer { depth -= 1 }
        try checkDepth(depth, at: current.span)
        return try body(&self)
    }

    mutating func checkDepth(_ level: Int, at span: Span) throws {
        if level > Self.depthLimit { throw fail(.tooDeep(limit: Self.depthLimit), at: span) }
    }

    /// Makes a node above trees of the given height.
    mutating func make(
        _ kind: Expression.Kind, _ span: Span, above: Int
    ) throws -> Expression {
        height = above + 1
        try checkDepth(height, at: span)
        return Expression(kind, span: span)
    }

    mutating func leaf(_ kind: Expression.Kind, _ span: Span) -> Expression {
        height = 1
        return Expression(kind, span: span)
    }

    /// Four spaces for every bracket left open on a line of its own, or for a line cut short.
    var indentAtEnd: String {
        var lines: [Int] = []
        for (index, token) in tokens.enumerated() where closers[index] < 0 {
            guard case .symbol(let symbol) = token.kind, symbol.closer != nil else { continue }
            let line = source.lineNumber(at: token.span.lower)
            if lines.last != line { lines.append(line) }
        }
        var levels = lines.count
        let last = tokens[max(0, tokens.count - 2)]
        switch last.kind {
        case .symbol(.comma): if levels == 0 { levels = 1 }
        case .symbol(let symbol):
            if symbol.closer == nil, !symbol.isCloser, symbol != .semicolon { levels += 1 }
        case .keyword(.and), .keyword(.or), .keyword(.not), .keyword(.in): levels += 1
        default: break
        }
        return String(repeating: "    ", count: levels)
    }
}
