extension Parser {
    /// Statements up to the end of the text or to the `}` that closes the block.
    mutating func statements(inBlock: Bool) -> [Statement] {
        var statements: [Statement] = []
        var highest = 0
        while true {
            while take(.semicolon) {}
            if current.isEnd { break }
            if at(.rightBrace) {
                if inBlock { break }
                note(.noOpener("}"), at: current.span)
                advance()
                continue
            }
            let start = index
            let saved = (inBrackets, inIndex, depth, loops)
            do {
                var statement = try statement()
                highest = max(highest, height)
                try endOfStatement(&statement)
                statements.append(statement)
            } catch {
                (inBrackets, inIndex, depth, loops) = saved
                synchronise(from: start)
            }
        }
        height = highest
        return statements
    }

    private mutating func endOfStatement(_ statement: inout Statement) throws {
        if at(.semicolon) {
            statement.isSilent = true
            advance()
            return
        }
        if current.isEnd || at(.rightBrace) || current.beginsLine { return }
        throw leftOver(after: statement)
    }

    /// Moves to where the next statement begins: a new line, behind every bracket that the broken
    /// statement opens and closes.
    private mutating func synchronise(from start: Int) {
        var end = (start...index).filter { closers[$0] > $0 }.map { closers[$0] }.max() ?? -1
        if index == start, !at(.rightBrace) { advance() }
        while !current.isEnd {
            if closers[index] > index { end = max(end, closers[index]) }
            if index > end {
                if current.beginsLine || at(.semicolon) || at(.rightBrace) { return }
            }
            advance()
        }
    }

    // MARK: One statement

    mutating func statement() throws -> Statement {
        try nested { try $0.statementHere() }
    }

    private mutating func statementHere() throws -> Statement {
        let start = current
        switch start.kind {
        case .keyword(let word):
            if peek().isSymbol(.assign), !peek().beginsLine {
                throw fail(.slip(.reserved(word.rawValue)), at: start.span)
            }
            if let statement = try keywordStatement(word, start) { return statement }
        case .symbol(.question):
            advance()
            return try help(start)
        case .symbol(.remainder):
            throw fail(.slip(.magic), at: start.span)
        case .name:
            try slipsAtStart()
            if let statement = try wordStatement(start) { return statement }
        default: break
        }
        return try expressionStatement(start)
    }

    private mutating func keywordStatement(_ word: Keyword, _ start: Token) throws -> Statement? {
        switch word {
        case .for: return try loop(start)
        case .while: return try whileLoop(start)
        case .repeat: return try repetition(start)
        case .break, .continue:
            advance()
            height = 1
            if loops == 0 { throw fail(.outsideLoop(word.rawValue), at: start.span) }
            return Statement(word == .break ? .breakLoop : .continueLoop, span: start.span)
        case .return:
            advance()
            height = 1
            if isAtEnd { return Statement(.returnValue(nil), span: start.span) }
            let value = try expressionList()
            return Statement(.returnValue(value), span: span(from: start))
        case .minimize, .maximize: return try objective(start, maximizes: word == .maximize)
        case .else: throw fail(.slip(.elseWithoutIf), at: start.span)
        default: return nil
        }
    }

    /// `a = v`, `a, b = v`, `a += v`, `x ~ data`, or a mere expression.
    private mutating func expressionStatement(_ start: Token) throws -> Statement {
        let expression = try startsCommand ? command() : expressionList()
        guard case .symbol(let symbol) = current.kind, !current.beginsLine else {
            return Statement(.expression(expression), span: expression.span)
        }
        let leftHeight = height
        if symbol == .tilde {
            let names = try drawnNames(expression)
            advance()
            let value = try self.expression()
            height += 1
            return Statement(.draw(names: names, from: value), span: span(from: start))
        }
        guard symbol == .assign || symbol.assignedOperator != nil else {
            return Statement(.expression(expression), span: expression.span)
        }
        let targets = try targets(of: expression)
        if targets.count > 1, symbol != .assign {
            throw fail(.slip(.compoundList), at: current.span)
        }
        advance()
        let value = try expressionList()
        height = max(height, leftHeight) + 1
        try checkDepth(height, at: value.span)
        if at(.assign), !current.beginsLine {
            throw fail(.slip(.assignmentInside), at: current.span)
        }
        return Statement(
            .assignment(targets: targets, operation: symbol.assignedOperator, value: value),
            span: span(from: start))
    }

    private mutating func targets(of expression: Expression) throws -> [Expression] {
        switch expression.kind {
        case .tuple(let elements): return try elements.map { try target($0) }
        case .group(let inner):
            if case .tuple = inner.kind { return try targets(of: inner) }
        default: break
        }
        return [try target(expression)]
    }

    private mutating func target(_ expression: Expression) throws -> Expression {
        switch expression.kind {
        case .name, .member, .index: return expression
        case .comparison: throw fail(.slip(.assignmentInside), at: current.span)
        default: throw fail(.notATarget(short(expression)), at: expression.span)
        }
    }

    private mutating func drawnNames(_ expression: Expression) throws -> [Name] {
        switch expression.kind {
        case .name(let text): return [Name(text, expression.span)]
        case .tuple(let elements): return try elements.flatMap { try drawnNames($0) }
        case .group(let inner): return try drawnNames(inner)
        default: throw fail(.slip(.drawTarget), at: expression.span)
        }
    }

    /// The text of an expression for a message.
    func short(_ expression: Expression) -> String {
        let text = source.slice(expression.span)
        let isLong = text.count > 32 || text.contains("\n")
        return isLong ? "this" : text
    }

    // MARK: Blocks and loops

    /// `{ statements }`
    mutating func block(of word: String) throws -> Block {
        let opener = current
        guard take(.leftBrace) else {
            if at(.colon) { throw fail(.slip(.colonBlock), at: current.span) }
            if at(.in) { throw fail(.slip(.membership), at: current.span) }
            if current.isName, current.text == "is" {
                throw fail(.slip(.identity), at: current.span)
            }
            if current.isEnd { throw expected("{ and the body of \(word)") }
            throw fail(.slip(.missingBraces(word)), at: current.span)
        }
        return try nested { parser in
            let saved = (parser.inBrackets, parser.inIndex)
            (parser.inBrackets, parser.inIndex) = (false, false)
            let statements = parser.statements(inBlock: true)
            (parser.inBrackets, parser.inIndex) = saved
            guard parser.take(.rightBrace) else {
                throw parser.unclosed(opener)
            }
            return Block(statements, parser.span(from: opener))
        }
    }

    /// A bracket for which the closing one was not found at the current place.
    mutating func unclosed(_ opener: Token) -> Unwound {
        let unwound = fail(.neverClosed(opener.text), at: opener.span)
        if current.isEnd, !isInterpolation { ranOut = true }
        return unwound
    }

    /// Reads what stands between a word and its block. When that is wrong, the block is still
    /// read, so that its own faults are reported too.
    private mutating func header<T>(_ body: (inout Parser) throws -> T) throws -> T {
        let saved = (inBrackets, inIndex, depth, loops)
        do {
            return try body(&self)
        } catch {
            (inBrackets, inIndex, depth, loops) = saved
            while !current.isEnd, !current.beginsLine, !at(.leftBrace), !at(.semicolon),
                !at(.rightBrace)
            {
                advance()
            }
            if at(.leftBrace), !current.beginsLine {
                loops += 1
                _ = try? block(of: "")
                loops -= 1
            }
            throw error
        }
    }

    private mutating func loopBody(of word: String) throws -> Block {
        loops += 1
        defer { loops -= 1 }
        return try block(of: word)
    }

    private mutating func loop(_ start: Token) throws -> Statement {
        advance()
        let (names, sequence) = try header { parser in
            if parser.at(.leftParenthesis), !parser.closesBeforeIn() {
                throw parser.fail(.slip(.cLoop), at: parser.current.span)
            }
            let parenthesised = parser.take(.leftParenthesis)
            let names = try parser.nameList("the name of the loop's variable")
            if parenthesised, !parser.take(.rightParenthesis) { throw parser.expected(")") }
            try parser.takeIn()
            let sequence = try parser.expressionBeforeBlock()
            return (names, sequence)
        }
        let sequenceHeight = height
        let body = try loopBody(of: "for")
        height = max(height, sequenceHeight) + 1
        return Statement(
            .loop(names: names, sequence: sequence, body: body), span: span(from: start))
    }

    /// `for (a, b) in pairs`: the parenthesis holds names only.
    private func closesBeforeIn() -> Bool {
        let closer = closers[index]
        return closer > 0 && closer + 1 < tokens.count && tokens[closer + 1].isKeyword(.in)
    }

    mutating func takeIn() throws {
        if at(.in) { return advance() }
        if at(.assign) { throw fail(.slip(.cLoop), at: current.span) }
        if current.isName { throw fail(.slip(.typedLoop), at: current.span) }
        throw expected("in", hint: "write for x in list { ... }")
    }

    private mutating func whileLoop(_ start: Token) throws -> Statement {
        advance()
        let condition = try header { try $0.condition() }
        let conditionHeight = height
        let body = try loopBody(of: "while")
        height = max(height, conditionHeight) + 1
        return Statement(.whileLoop(condition: condition, body: body), span: span(from: start))
    }

    private mutating func repetition(_ start: Token) throws -> Statement {
        advance()
        if at(.leftBrace) {
            throw expected(
                "how often", hint: "write repeat 5 { ... }, or while true { ... } without an end")
        }
        let count = try header { try $0.expressionBeforeBlock() }
        let countHeight = height
        let body = try loopBody(of: "repeat")
        height = max(height, countHeight) + 1
        return Statement(.repetition(count: count, body: body), span: span(from: start))
    }

    /// An expression that is compared: `=` in it is a slip for `==`.
    mutating func condition() throws -> Expression {
        let condition = try expressionBeforeBlock()
        return condition
    }

    mutating func expressionBeforeBlock() throws -> Expression {
        let saved = inBrackets
        inBrackets = false
        defer { inBrackets = saved }
        let result = try expression()
        if at(.leftBrace) { return result }
        if at(.assign) { throw fail(.slip(.assignmentInCondition), at: current.span) }
        if at(.colon), !peek().beginsLine, !peek().isEnd {
            // `0:10` is a range; behind anything else a body is meant, as in `range(10): print(i)`.
            guard case .number = result.kind else {
                throw fail(.slip(.colonBlock), at: current.span)
            }
            throw fail(.slip(.rangeWithColon), at: current.span)
        }
        return result
    }

    func nameHere() -> Name? { current.isName ? Name(current.text, current.span) : nil }

    mutating func nameList(_ what: String) throws -> [Name] {
        var names: [Name] = []
        repeat {
            guard let name = nameHere() else { throw expected(what) }
            advance()
            names.append(name)
        } while take(.comma)
        return names
    }
}
