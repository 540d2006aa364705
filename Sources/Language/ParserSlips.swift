extension Parser {
    /// Statements of other languages that begin with a word, recognised by what follows it.
    mutating func slipsAtStart() throws {
        let word = current.text
        let next = peek()
        guard !next.beginsLine else {
            if word == "pass" || word == "end" { try lone(word) }
            return
        }
        let isAlone = next.isEnd || next.isSymbol(.semicolon) || next.isSymbol(.rightBrace)
        if isAlone { return try lone(word) }
        switch word {
        case "def", "func", "function", "fn", "fun", "sub":
            guard next.isName else { return }
            let call = callText(from: index + 1)
            throw failSkippingBlock(.slip(.foreignFunction(word: word, call: call)))
        case "class", "struct":
            if next.isName { throw failSkippingBlock(.slip(.classDefinition)) }
        case "import", "using", "from", "require", "library":
            if next.isName || next.kind == .string { throw skippingLine(.slip(.importStatement)) }
        case "let", "var", "const", "local":
            if next.isName {
                note(.slip(.declaration(word)), at: current.span)
                advance()
            }
        case "elif", "elseif", "elsif":
            if !next.isSymbol(.assign) { throw failSkippingBlock(.slip(.elseIfWord(word))) }
        case "switch", "match", "case", "unless", "until", "do", "loop", "begin", "del", "delete",
            "global", "nonlocal", "yield", "async", "await", "raise", "throw", "with",
            "except", "catch", "try", "finally":
            try foreign(word, next)
        default: break
        }
    }

    /// A word of another language with a value, a block or a colon behind it.
    private mutating func foreign(_ word: String, _ next: Token) throws {
        let isOperand = next.isName || next.kind == .string
        guard isOperand || next.isSymbol(.leftBrace) || next.isSymbol(.colon) else { return }
        if isOperand, peek(2).isSymbol(.assign) { return }
        throw failSkippingBlock(.slip(.foreignStatement(word)))
    }

    private mutating func lone(_ word: String) throws {
        switch word {
        case "pass": throw skippingLine(.slip(.pass))
        case "end": throw skippingLine(.slip(.foreignStatement(word)))
        default: break
        }
    }

    private mutating func skippingLine(_ fault: SyntaxFault) -> Unwound {
        let unwound = fail(fault, at: current.span)
        advance()
        while !isAtEnd { advance() }
        return unwound
    }

    /// Notes the fault and goes on behind the header; a block behind it is read for its faults.
    private mutating func failSkippingBlock(_ fault: SyntaxFault) -> Unwound {
        let unwound = skippingHeader(fault)
        if at(.leftBrace), !current.beginsLine {
            loops += 1
            _ = try? block(of: "")
            loops -= 1
        }
        return unwound
    }

    private mutating func skippingHeader(_ fault: SyntaxFault) -> Unwound {
        let unwound = fail(fault, at: current.span)
        advance()
        while !isAtEnd, !at(.leftBrace) { advance() }
        return unwound
    }

    /// `f(x)` as written from a token on, for a hint.
    private func callText(from place: Int) -> String {
        let name = tokens[place]
        guard tokens[min(place + 1, tokens.count - 1)].isSymbol(.leftParenthesis),
            closers[place + 1] > 0
        else { return name.text + "(x)" }
        let text = source.slice(name.span.union(tokens[closers[place + 1]].span))
        return text.count > 40 || text.contains("\n") ? name.text + "(x)" : text
    }

    /// Why a statement cannot go on with the current token.
    mutating func leftOver(after statement: Statement) -> Unwound {
        let token = current
        switch token.kind {
        case .symbol(let symbol):
            if let slip = slip(of: symbol, after: statement) {
                return fail(.slip(slip), at: token.span)
            }
            if symbol.isCloser { return fail(.noOpener(token.text), at: token.span) }
        case .keyword(.if): return fail(.slip(.conditionalAfterValue), at: token.span)
        case .keyword(.in): return fail(.slip(.membership), at: token.span)
        case .keyword(.for): return fail(.slip(.comprehension), at: token.span)
        case .keyword(.else): return fail(.slip(.elseWithoutIf), at: token.span)
        case .name where token.text == "is": return fail(.slip(.identity), at: token.span)
        case .name, .number, .string:
            return fail(.slip(missing(after: statement)), at: token.span)
        default: break
        }
        return fail(
            .leftOver(found: token.description, hint: "begin a new line or write ;"),
            at: token.span)
    }

    private func slip(of symbol: Symbol, after statement: Statement) -> Slip? {
        switch symbol {
        case .question: return .questionMark
        case .arrow: return .closureInside
        case .assign: return .assignmentInside
        case .colon:
            if case .assignment = statement.kind { return .rangeWithColon }
            if case .objective = statement.kind { return nil }
            if case .expression(let expression) = statement.kind, case .name = expression.kind {
                return peek().beginsLine || peek().isEnd ? .colonBlock : .typeAnnotation
            }
            return .colonBlock
        default: return nil
        }
    }

    /// `y = f x` is a call that lacks its parentheses; `a b` lacks an operator.
    private func missing(after statement: Statement) -> Slip {
        if current.isName, peek().kind == .symbol(.colon) { return .missingComma }
        if previous.isName, current.followsSpace, previous.span.upper < current.span.lower {
            switch statement.kind {
            case .expression(let expression):
                if case .member = expression.kind {
                    return .callWithoutParentheses(source.slice(expression.span))
                }
            case .assignment, .returnValue, .objective, .function, .report, .state:
                return .callWithoutParentheses(previous.text)
            default: break
            }
        }
        return .missingOperator
    }
}
