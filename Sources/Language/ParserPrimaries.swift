extension Parser {
    mutating func primary() throws -> Expression {
        let start = current
        switch start.kind {
        case .number(let value):
            advance()
            return number(value, start)
        case .string: return try string(start)
        case .name: return try name(start)
        case .keyword(let word): return try keyword(word, start)
        case .symbol(.leftParenthesis): return try parenthesis(start)
        case .symbol(.leftBracket): return try list(start)
        case .symbol(.leftBrace):
            if peek().kind == .string, peek(2).isSymbol(.colon) {
                throw fail(.slip(.dictionary), at: start.span)
            }
            let block = try block(of: "the block")
            return try make(.block(block), block.span, above: height)
        case .symbol(let symbol): throw unexpected(symbol)
        case .end: throw expected("an expression")
        }
    }

    private mutating func unexpected(_ symbol: Symbol) -> Unwound {
        let isOperator = symbol.binaryOperator != nil || symbol.relation != nil
        if isOperator, current.beginsLine, index > 0 {
            return fail(.slip(.operatorAtLineStart(current.text)), at: current.span)
        }
        switch symbol {
        case .pipe:
            return expected(
                "an expression", hint: "|> continues what stands before it: noise(64) |> relu")
        case .arrow: return expected("an expression", hint: "write x -> expression")
        case .tilde: return expected("an expression", hint: "write x ~ data")
        case .everything, .halfOpenRange, .closedRange:
            return expected("an expression", hint: "a range outside x[...] has both ends: 0..<10")
        case .assign: return fail(.slip(.assignmentInside), at: current.span)
        case .dot: return expected("an expression", hint: "a member belongs to a name: g.losses")
        case .rightBrace, .rightBracket, .rightParenthesis:
            if closers[index] >= 0 { return expected("an expression") }
            return fail(.noOpener(symbol.rawValue), at: current.span)
        case .remainder: return fail(.slip(.magic), at: current.span)
        default: return expected("an expression")
        }
    }

    /// A number, with the unit of memory behind it when there is one.
    private mutating func number(_ value: Double, _ start: Token) -> Expression {
        if current.isName, continues, let unit = ByteUnit(rawValue: current.text) {
            advance()
            return leaf(.number(value * unit.factor), span(from: start))
        }
        return leaf(.number(value), start.span)
    }

    private mutating func name(_ start: Token) throws -> Expression {
        if let constant = Self.constants[start.text], !peek().isSymbol(.assign) {
            note(.slip(.constantWord(start.text, constant)), at: start.span)
            advance()
            switch constant {
            case "true": return leaf(.boolean(true), start.span)
            case "false": return leaf(.boolean(false), start.span)
            default: return leaf(.none, start.span)
            }
        }
        advance()
        return leaf(.name(start.text), start.span)
    }

    private static let constants = [
        "True": "true", "False": "false", "TRUE": "true", "FALSE": "false", "None": "none",
        "null": "none", "nil": "none", "nothing": "none", "undefined": "none", "NULL": "none",
    ]

    private mutating func keyword(_ word: Keyword, _ start: Token) throws -> Expression {
        switch word {
        case .true, .false:
            advance()
            return leaf(.boolean(word == .true), start.span)
        case .none:
            advance()
            return leaf(.none, start.span)
        case .if: return try conditional(start)
        case .not:
            advance()
            let operand = try nested { try $0.postfix() }
            return try make(.unary(.not, operand), span(from: start), above: height)
        case .for where index > 0 && previous.isSymbol(.leftBracket):
            throw fail(.slip(.comprehension), at: start.span)
        default: throw expected("an expression", hint: Self.hint(for: word))
        }
    }

    private static func hint(for word: Keyword) -> String? {
        switch word {
        case .for, .while, .repeat, .break, .continue, .return, .minimize, .maximize:
            "\(word.rawValue) begins a statement of its own"
        case .and, .or: "put \(word.rawValue) at the end of the line before, or add what it joins"
        case .else: "write if condition { a } else { b }"
        default: nil
        }
    }

    // MARK: Brackets

    /// `(e)` and `(a, b)`.
    private mutating func parenthesis(_ start: Token) throws -> Expression {
        let opener = index
        advance()
        let saved = (inBrackets, inIndex)
        (inBrackets, inIndex) = (true, false)
        defer { (inBrackets, inIndex) = saved }
        if at(.rightParenthesis) {
            throw fail(.slip(.emptyParentheses), at: start.span.union(current.span))
        }
        if current.isEnd { throw unclosed(start) }
        let first = try expression()
        var elements = [first]
        var highest = height
        var isTuple = false
        while take(.comma) {
            isTuple = true
            if at(.rightParenthesis) { break }
            if current.isEnd { throw unclosed(start) }
            elements.append(try expression())
            highest = max(highest, height)
        }
        try closeList(opener, ")")
        let inner =
            isTuple
            ? try make(.tuple(elements), span(from: first), above: highest) : first
        let above = isTuple ? highest + 1 : highest
        (inBrackets, inIndex) = saved
        advance()
        return try make(.group(inner), span(from: start), above: above)
    }

    /// `[a, b, c]`
    private mutating func list(_ start: Token) throws -> Expression {
        let opener = index
        advance()
        let saved = (inBrackets, inIndex)
        (inBrackets, inIndex) = (true, false)
        defer { (inBrackets, inIndex) = saved }
        var elements: [Expression] = []
        var highest = 0
        while !at(.rightBracket) {
            if current.isEnd { throw unclosed(start) }
            elements.append(try expression())
            highest = max(highest, height)
            if take(.comma) { continue }
            if at(.colon) { throw fail(.slip(.rangeWithColon), at: current.span) }
            try closeList(opener, "]")
            break
        }
        (inBrackets, inIndex) = saved
        advance()
        return try make(.list(elements), span(from: start), above: highest)
    }

    // MARK: Conditionals

    /// `if c { } else if d { } else { }`; an else may begin the next line.
    private mutating func conditional(_ start: Token) throws -> Expression {
        var branches: [Branch] = []
        var otherwise: Block?
        var highest = 0
        advance()
        while true {
            let condition = try expressionBeforeBlock()
            highest = max(highest, height)
            let body = try block(of: "if")
            highest = max(highest, height)
            branches.append(Branch(condition: condition, body: body))
            if current.isName, ["elif", "elseif", "elsif"].contains(current.text),
                previous.isSymbol(.rightBrace)
            {
                note(.slip(.elseIfWord(current.text)), at: current.span)
                advance()
                continue
            }
            guard at(.else) else { break }
            advance()
            if at(.if) {
                advance()
                continue
            }
            otherwise = try block(of: "else")
            highest = max(highest, height)
            break
        }
        return try make(
            .conditional(branches, otherwise: otherwise), span(from: start), above: highest)
    }

    // MARK: Strings

    private mutating func string(_ start: Token) throws -> Expression {
        advance()
        var parts: [StringPart] = []
        var highest = 0
        for piece in start.pieces {
            switch piece {
            case .text(let text, _): parts.append(.text(text))
            case .tokens(let tokens, let span):
                parts.append(.value(try interpolated(tokens, span)))
                highest = max(highest, height)
            }
        }
        return try make(.string(parts), start.span, above: highest)
    }

    /// Reads the tokens of `\( ... )` as one expression.
    private mutating func interpolated(_ inner: [Token], _ span: Span) throws -> Expression {
        let outer = (tokens, index, closers, inBrackets, inIndex, isInterpolation)
        (tokens, index, closers) = (inner, 0, Self.closers(of: inner))
        (inBrackets, inIndex, isInterpolation) = (true, false, true)
        defer { (tokens, index, closers, inBrackets, inIndex, isInterpolation) = outer }
        if current.isEnd {
            throw fail(
                .expected("an expression in \\( )", found: "nothing", hint: nil),
                at: Span(span.lower - 2, span.upper + 1))
        }
        let value = try expression()
        if !current.isEnd {
            throw fail(.leftOver(found: current.description, hint: nil), at: current.span)
        }
        return value
    }
}
