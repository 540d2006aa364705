extension Parser {
    // MARK: Postfix

    /// Calls, indices and members behind a primary.
    mutating func postfix() throws -> Expression {
        var base = try primary()
        while continues, case .symbol(let symbol) = tokens[index].kind {
            let above = height
            switch symbol {
            case .leftParenthesis:
                let arguments = try arguments()
                base = try make(
                    .call(base, arguments, isCommand: false), span(from: base),
                    above: max(above, height))
            case .leftBracket:
                let subscripts = try subscripts()
                base = try make(
                    .index(base, subscripts), span(from: base), above: max(above, height))
            case .dot:
                advance()
                guard current.isWord, !current.beginsLine || inBrackets else {
                    throw expected("the name of a member behind the point")
                }
                let name = Name(current.text, current.span)
                advance()
                base = try make(.member(base, name), span(from: base), above: above)
            default: return base
            }
        }
        return base
    }

    /// `(a, b, name: c)`
    private mutating func arguments() throws -> [Argument] {
        let opener = index
        advance()
        let saved = (inBrackets, inIndex)
        (inBrackets, inIndex) = (true, false)
        defer { (inBrackets, inIndex) = saved }
        var arguments: [Argument] = []
        var labels: Set<String> = []
        var highest = 0
        while !at(.rightParenthesis) {
            if current.isEnd { throw unclosed(tokens[opener]) }
            arguments.append(try argument(after: &labels))
            highest = max(highest, height)
            if take(.comma) { continue }
            try closeList(opener, ")")
            break
        }
        (inBrackets, inIndex) = saved
        advance()
        height = highest
        return arguments
    }

    /// One argument, with its label when it has one; `labels` are those before it.
    private mutating func argument(after labels: inout Set<String>) throws -> Argument {
        var label: Name?
        if current.isWord, peek().isSymbol(.colon) {
            label = Name(current.text, current.span)
            advance()
            advance()
        } else if current.isName, peek().isSymbol(.assign) {
            note(.slip(.labelWithEquals(current.text)), at: peek().span)
            label = Name(current.text, current.span)
            advance()
            advance()
        }
        if let label {
            if !labels.insert(label.text).inserted {
                note(.duplicateLabel(label.text), at: label.span)
            }
        } else if !labels.isEmpty, !current.isEnd {
            note(.positionalAfterLabel, at: current.span)
        }
        return Argument(label: label, value: try expression())
    }

    /// `[i, 0..<8, ..]`
    private mutating func subscripts() throws -> [Expression] {
        let opener = index
        advance()
        let saved = (inBrackets, inIndex)
        (inBrackets, inIndex) = (true, true)
        defer { (inBrackets, inIndex) = saved }
        var subscripts: [Expression] = []
        var highest = 0
        while !at(.rightBracket) {
            if current.isEnd { throw unclosed(tokens[opener]) }
            if at(.colon) { throw fail(.slip(.slice), at: current.span) }
            subscripts.append(try expression())
            highest = max(highest, height)
            if at(.colon) { throw fail(.slip(.slice), at: current.span) }
            if take(.comma) { continue }
            try closeList(opener, "]")
            break
        }
        if subscripts.isEmpty {
            throw expected("an index", hint: "x[0] is the first, x[..] all of them")
        }
        (inBrackets, inIndex) = saved
        advance()
        height = highest
        return subscripts
    }

    /// Demands the bracket that ends a list behind an element; explains what stands there instead.
    mutating func closeList(_ opener: Int, _ closer: String) throws {
        guard case .symbol(let symbol) = current.kind else {
            return try missingComma(opener, closer)
        }
        if symbol.rawValue == closer { return }
        if symbol == .assign { throw fail(.slip(.assignmentInside), at: current.span) }
        if symbol == .arrow { throw fail(.slip(.closureInside), at: current.span) }
        if symbol == .question { throw fail(.slip(.questionMark), at: current.span) }
        if symbol.isCloser {
            if symbol == .rightBrace { throw unclosed(tokens[opener]) }
            throw fail(
                .wrongCloser(opener: tokens[opener].text, closer: current.text), at: current.span)
        }
        try missingComma(opener, closer)
    }

    private mutating func missingComma(_ opener: Int, _ closer: String) throws {
        let isNeverClosed = closers[opener] < 0
        if current.isEnd || (isNeverClosed && (current.beginsLine || at(.leftBrace))) {
            throw unclosed(tokens[opener])
        }
        switch current.kind {
        case .keyword(.for): throw fail(.slip(.comprehension), at: current.span)
        case .keyword(.if): throw fail(.slip(.conditionalAfterValue), at: current.span)
        case .name where current.text == "is": throw fail(.slip(.identity), at: current.span)
        case .keyword(.in): throw fail(.slip(.membership), at: current.span)
        default:
            throw fail(
                .expected(
                    ", or \(closer)", found: current.description,
                    hint: "write a comma or an operator between the two"),
                at: current.span)
        }
    }

    // MARK: Commands

    /// A name, a space, and an argument that begins with a name, a number, a string or `[`, on one
    /// line: a call without parentheses. `a -1` and `a (1)` are no commands.
    var startsCommand: Bool {
        let next = peek()
        guard current.isName, next.followsSpace, !next.beginsLine, !isLambda else { return false }
        switch next.kind {
        case .number, .string: return true
        case .name: return next.text != "is"
        case .keyword(let word):
            if word == .true || word == .false || word == .none { return true }
            return peek(2).isSymbol(.colon) && word != .else
        case .symbol(let symbol): return symbol == .leftBracket
        case .end: return false
        }
    }

    mutating func command() throws -> Expression {
        let start = current
        advance()
        let callee = Expression(.name(start.text), span: start.span)
        var arguments: [Argument] = []
        var labels: Set<String> = []
        var highest = 1
        repeat {
            arguments.append(try argument(after: &labels))
            highest = max(highest, height)
        } while continues && take(.comma)
        return try make(
            .call(callee, arguments, isCommand: true), span(from: start), above: highest)
    }
}
