extension Parser {
    /// Statements that begin with a word which is a name everywhere else, and definitions.
    mutating func wordStatement(_ start: Token) throws -> Statement? {
        let next = peek()
        guard !next.beginsLine else { return try helpWord(start) }
        switch start.text {
        case "game", "network":
            if next.isName { return try definition(start) }
        case "state", "report", "param":
            if next.isName, peek(2).isSymbol(.assign) { return try named(start) }
            if next.isName, endsStatement(peek(2)) {
                advance()
                advance()
                throw expected("= and a value", hint: "write \(start.text) \(next.text) = value")
            }
        case "include":
            if next.followsSpace, next.kind == .string || next.isName { return try include(start) }
        case "interact":
            if next.isName, peek(2).isKeyword(.in) { return try interact(start) }
        case "time", "animate":
            if next.followsSpace, beginsStatement(next) { return try modified(start) }
        case "help": if let help = try helpWord(start) { return help }
        default: break
        }
        if next.isSymbol(.question), endsStatement(peek(2)) {
            advance()
            advance()
            height = 1
            return Statement(
                .help(Name(start.text, start.span)), span: span(from: start))
        }
        if next.isSymbol(.leftParenthesis), !next.followsSpace, closers[index + 1] > 0 {
            let behind = tokens[closers[index + 1] + 1]
            if behind.isSymbol(.assign), !behind.beginsLine { return try function(start) }
            if behind.isSymbol(.leftBrace), !behind.beginsLine {
                let call = source.slice(start.span.union(tokens[closers[index + 1]].span))
                throw fail(.slip(.missingEqualsBeforeBody(call)), at: behind.span)
            }
        }
        return nil
    }

    /// A line that begins with `|>` goes on with the line before it.
    private func endsStatement(_ token: Token) -> Bool {
        if token.isSymbol(.pipe) { return false }
        return token.isEnd || token.beginsLine || token.isSymbol(.semicolon)
            || token.isSymbol(.rightBrace)
    }

    private func beginsStatement(_ token: Token) -> Bool {
        switch token.kind {
        case .name, .number, .string: return true
        case .symbol(let symbol): return symbol == .leftBracket || symbol == .leftBrace
        case .keyword(let word):
            switch word {
            case .if, .for, .while, .repeat, .true, .false, .none, .minimize, .maximize: return true
            default: return false
            }
        case .end: return false
        }
    }

    /// `?name`, `?g.member`, `?` alone.
    mutating func help(_ start: Token) throws -> Statement {
        height = 1
        if isAtEnd { return Statement(.help(nil), span: start.span) }
        guard var name = helpTopic() else {
            throw expected("a name", hint: "write ?name")
        }
        while at(.dot), peek().isWord {
            advance()
            name.text += "." + current.text
            name.span = name.span.union(current.span)
            advance()
        }
        return Statement(.help(name), span: span(from: start))
    }

    private mutating func helpTopic() -> Name? {
        switch current.kind {
        case .name, .keyword: break
        case .symbol(let symbol) where symbol.closer == nil && !symbol.isCloser: break
        default: return nil
        }
        defer { advance() }
        return Name(current.text, current.span)
    }

    /// `help` and `help name`, unless `help` is the beginning of something else.
    private mutating func helpWord(_ start: Token) throws -> Statement? {
        guard start.text == "help" else { return nil }
        let next = peek()
        let isAlone = endsStatement(next)
        let isTopic = next.isWord && (endsStatement(peek(2)) || peek(2).isSymbol(.dot))
        guard isAlone || isTopic else { return nil }
        advance()
        if isAlone {
            height = 1
            return Statement(.help(nil), span: start.span)
        }
        return try help(start)
    }

    // MARK: Named values

    /// `state k = 0`, `report M = e`, `param rounds = 2000`.
    private mutating func named(_ start: Token) throws -> Statement {
        advance()
        let name = Name(current.text, current.span)
        advance()
        advance()
        let value = try expression()
        height += 1
        let kind: Statement.Kind =
            switch start.text {
            case "state": .state(name, value)
            case "report": .report(name, value)
            default: .parameter(name, value)
            }
        return Statement(kind, span: span(from: start))
    }

    private mutating func include(_ start: Token) throws -> Statement {
        advance()
        let file = try expression()
        height += 1
        return Statement(.include(file), span: span(from: start))
    }

    private mutating func interact(_ start: Token) throws -> Statement {
        advance()
        let name = Name(current.text, current.span)
        advance()
        advance()
        let sequence = try expressionBeforeBlock()
        let sequenceHeight = height
        let body = try block(of: "interact")
        height = max(height, sequenceHeight) + 1
        return Statement(.interact(name, sequence: sequence, body: body), span: span(from: start))
    }

    private mutating func modified(_ start: Token) throws -> Statement {
        advance()
        let inner = try statement()
        height += 1
        return Statement(
            .modified(by: Name(start.text, start.span), inner), span: span(from: start))
    }

    // MARK: Definitions

    /// `f(x, y = 2) = body`
    private mutating func function(_ start: Token) throws -> Statement {
        let name = Name(start.text, start.span)
        advance()
        let parameters = try parameters()
        let parametersHeight = height
        guard take(.assign) else { throw expected("=") }
        let body = try outsideLoops { try $0.expression() }
        height = max(height, parametersHeight) + 1
        let definition = Definition(
            name: name, parameters: parameters, body: body, documentation: documentation(of: start))
        return Statement(.function(definition), span: span(from: start))
    }

    /// `game lsgan(G, D, data, a = 0) { ... }` and `network D(x, y) { ... }`
    private mutating func definition(_ start: Token) throws -> Statement {
        advance()
        let name = Name(current.text, current.span)
        advance()
        guard at(.leftParenthesis) else {
            let example = start.text == "game" ? "(G, D, data) { ... }" : "(x) { ... }"
            throw expected(
                "( and the parameters of \(name.text)",
                hint: "write \(start.text) \(name.text)\(example)")
        }
        let parameters = try parameters()
        let parametersHeight = height
        if at(.assign), !current.beginsLine, peek().isSymbol(.leftBrace) {
            throw expected(
                "{ and the body of \(start.text)", hint: "write { right behind the parameters")
        }
        let body = try outsideLoops { parser in try parser.block(of: start.text) }
        height = max(height, parametersHeight) + 1
        let definition = Definition(
            name: name, parameters: parameters, body: Expression(.block(body), span: body.span),
            documentation: documentation(of: start))
        return Statement(
            start.text == "game" ? .game(definition) : .network(definition),
            span: span(from: start))
    }

    private func documentation(of start: Token) -> String {
        guard start.beginsLine else { return "" }
        return documentation[source.lineNumber(at: start.span.lower)] ?? ""
    }

    mutating func outsideLoops<T>(_ body: (inout Parser) throws -> T) throws -> T {
        let saved = loops
        loops = 0
        defer { loops = saved }
        return try body(&self)
    }

    /// `(x, y = 2)`
    mutating func parameters() throws -> [Parameter] {
        let opener = index
        advance()
        let saved = (inBrackets, inIndex)
        (inBrackets, inIndex) = (true, false)
        defer { (inBrackets, inIndex) = saved }
        var parameters: [Parameter] = []
        var highest = 0
        while !at(.rightParenthesis) {
            guard let name = nameHere() else {
                if current.isEnd { throw unclosed(tokens[opener]) }
                throw expected("the name of a parameter")
            }
            try check(name, against: parameters)
            advance()
            var standard: Expression?
            if at(.colon) { throw fail(.slip(.typeAnnotation), at: current.span) }
            if take(.assign) {
                standard = try expression()
                highest = max(highest, height)
            } else if parameters.contains(where: { $0.standard != nil }) {
                note(.requiredAfterOptional(name.text), at: name.span)
            }
            parameters.append(Parameter(name: name, standard: standard))
            if take(.comma) { continue }
            try closeList(opener, ")")
            break
        }
        (inBrackets, inIndex) = saved
        advance()
        height = highest
        return parameters
    }

    private mutating func check(_ name: Name, against parameters: [Parameter]) throws {
        if parameters.contains(where: { $0.name.text == name.text }) {
            note(.duplicateParameter(name.text), at: name.span)
        }
    }

    // MARK: Objectives

    /// `minimize D, E by adam(1e-4): e`
    mutating func objective(_ start: Token, maximizes: Bool) throws -> Statement {
        advance()
        let word = start.text
        let form = "write \(word) D: expression"
        var players: [Name] = []
        repeat {
            guard let name = nameHere() else {
                throw expected("the name of a network behind \(word)", hint: form)
            }
            players.append(name)
            advance()
        } while take(.comma)
        var optimizer: Expression?
        var highest = 0
        if current.isName, current.text == "by" {
            advance()
            optimizer = try expression()
            highest = height
        }
        if at(.assign) { throw fail(.slip(.objectiveWithEquals), at: current.span) }
        guard take(.colon) else { throw expected(": and the objective", hint: form) }
        let value = try expression()
        height = max(height, highest) + 1
        return Statement(
            .objective(
                Objective(
                    maximizes: maximizes, players: players, optimizer: optimizer, value: value)),
            span: span(from: start))
    }
}
