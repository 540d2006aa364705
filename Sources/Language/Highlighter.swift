/// What a piece of a text is, for its colour.
package enum TokenClass: String, Sendable, CaseIterable {
    case comment, documentation, number, string, escape, keyword, constant, command, function, label
    case name, member, `operator`, bracket, unknown
}

/// The pieces of a text and what they are, in order, without overlaps; white space is left out.
///
/// Broken text is coloured as far as it is understood: that is how it looks while it is typed.
package func highlight(_ text: String) -> [(Span, TokenClass)] {
    var lexer = Lexer(Source(name: "", text: text))
    lexer.run()
    var pieces: [(Span, TokenClass)] = lexer.comments.map {
        ($0.span, $0.isDocumentation ? .documentation : .comment)
    }
    paint(lexer.tokens, into: &pieces, isInner: false)
    for fault in lexer.faults where fault.kind == .lexical {
        if let span = fault.span, !pieces.contains(where: { overlaps($0.0, span) }) {
            pieces.append((span, .unknown))
        }
    }
    return pieces.filter { $0.0.lower < $0.0.upper }.sorted { $0.0.lower < $1.0.lower }
}

private func overlaps(_ left: Span, _ right: Span) -> Bool {
    left.lower < right.upper && right.lower < left.upper
}

private func paint(_ tokens: [Token], into pieces: inout [(Span, TokenClass)], isInner: Bool) {
    for (index, token) in tokens.enumerated() {
        switch token.kind {
        case .number: pieces.append((token.span, .number))
        case .keyword(let word):
            let isConstant = word == .true || word == .false || word == .none
            pieces.append((token.span, isConstant ? .constant : .keyword))
        case .symbol(let symbol):
            let isBracket = symbol.closer != nil || symbol.isCloser
            pieces.append((token.span, isBracket ? .bracket : .operator))
        case .name:
            pieces.append((token.span, classOfName(at: index, in: tokens, isInner: isInner)))
        case .string: paintString(token, into: &pieces)
        case .end: break
        }
    }
}

/// The quotes and texts of a string, and what stands in its `\( )`.
private func paintString(_ token: Token, into pieces: inout [(Span, TokenClass)]) {
    var place = token.span.lower
    for piece in token.pieces {
        guard case .tokens(let inner, let span) = piece else { continue }
        let opening = max(place, span.lower - 2)
        pieces.append((Span(place, opening), .string))
        pieces.append((Span(opening, span.lower), .escape))
        paint(inner, into: &pieces, isInner: true)
        place = min(span.upper + 1, token.span.upper)
        pieces.append((Span(span.upper, place), .escape))
    }
    pieces.append((Span(place, token.span.upper), .string))
}

private let wordsAtStart: Set<String> = [
    "game", "network", "state", "report", "param", "include", "interact", "time", "animate", "help",
]

private func classOfName(at index: Int, in tokens: [Token], isInner: Bool) -> TokenClass {
    let token = tokens[index]
    let next = index + 1 < tokens.count ? tokens[index + 1] : token
    if index > 0, tokens[index - 1].isSymbol(.dot) { return .member }
    if next.isSymbol(.leftParenthesis) { return .function }
    if next.isSymbol(.colon), index > 0,
        tokens[index - 1].isSymbol(.comma) || tokens[index - 1].isSymbol(.leftParenthesis)
    {
        return .label
    }
    let continuesSame = !next.beginsLine && next.followsSpace && !next.isEnd
    if token.text == "by", continuesSame, next.isName { return .keyword }
    guard !isInner, isAtStart(index, in: tokens), continuesSame else { return .name }
    switch next.kind {
    case .name, .number, .string:
        return wordsAtStart.contains(token.text) ? .keyword : .command
    case .keyword, .symbol(.leftBrace):
        return wordsAtStart.contains(token.text) && !next.isKeyword(.and) && !next.isKeyword(.or)
            ? .keyword : .name
    case .symbol(.leftBracket): return .command
    default: return .name
    }
}

/// The token begins a statement, or stands behind `time` and its like.
private func isAtStart(_ index: Int, in tokens: [Token]) -> Bool {
    if tokens[index].beginsLine || index == 0 { return true }
    let before = tokens[index - 1]
    if before.isSymbol(.semicolon) || before.isSymbol(.leftBrace) { return true }
    return (before.text == "time" || before.text == "animate") && isAtStart(index - 1, in: tokens)
}
