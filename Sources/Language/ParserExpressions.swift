extension Parser {
    /// `a, b` or a single expression.
    mutating func expressionList() throws -> Expression {
        let first = try expression()
        guard at(.comma), continues else { return first }
        var elements = [first]
        var highest = height
        while at(.comma), continues {
            advance()
            elements.append(try expression())
            highest = max(highest, height)
        }
        return try make(.tuple(elements), span(from: first), above: highest)
    }

    /// The whole of the grammar below commas: a closure, or a pipe of operators.
    mutating func expression() throws -> Expression {
        try nested { parser in
            if let closure = try parser.closure() { return closure }
            return try parser.pipe()
        }
    }

    // MARK: Closures

    /// `x -> e`, `(x, y = 2) -> e`; nil when something else begins here.
    private mutating func closure() throws -> Expression? {
        let start = current
        if start.isName, peek().isSymbol(.arrow), inBrackets || !peek().beginsLine {
            advance()
            advance()
            let parameter = Parameter(name: Name(start.text, start.span))
            return try closure(from: start, [parameter], above: 0)
        }
        if start.isName, start.text == "lambda", let closure = try lambda(start) { return closure }
        guard at(.leftParenthesis), closers[index] > 0,
            tokens[closers[index] + 1].isSymbol(.arrow)
        else { return nil }
        let parameters = try parameters()
        let highest = height
        advance()
        return try closure(from: start, parameters, above: highest)
    }

    private mutating func closure(
        from start: Token, _ parameters: [Parameter], above: Int
    ) throws -> Expression {
        let body = try outsideLoops { try $0.expression() }
        return try make(.closure(parameters, body), span(from: start), above: max(above, height))
    }

    /// Python's `lambda x, y: e`, reported and read as a closure.
    private mutating func lambda(_ start: Token) throws -> Expression? {
        guard isLambda else { return nil }
        let place = lambdaColon
        note(.slip(.lambda), at: start.span)
        let parameters = tokens[(index + 1)..<place].filter(\.isName).map {
            Parameter(name: Name($0.text, $0.span))
        }
        index = place
        advance()
        return try closure(from: start, parameters, above: 0)
    }

    /// `lambda`, names with commas between, and a colon.
    var isLambda: Bool {
        current.isName && current.text == "lambda" && lambdaColon > index + 1
            && tokens[lambdaColon].isSymbol(.colon)
    }

    private var lambdaColon: Int {
        var place = index + 1
        while tokens[place].isName || tokens[place].isSymbol(.comma) { place += 1 }
        return place
    }

    // MARK: Operators, from loose to tight

    /// `a |> f |> g`. A `|>` may begin the next line.
    private mutating func pipe() throws -> Expression {
        var left = try disjunction()
        while at(.pipe) {
            advance()
            let above = height
            let right = try closure() ?? disjunction()
            left = try make(.pipe(left, right), span(from: left), above: max(above, height))
        }
        return left
    }

    private mutating func disjunction() throws -> Expression {
        var left = try conjunction()
        while at(.or), continues {
            advance()
            let above = height
            let right = try conjunction()
            left = try make(.disjunction(left, right), span(from: left), above: max(above, height))
        }
        return left
    }

    private mutating func conjunction() throws -> Expression {
        var left = try comparison()
        while at(.and), continues {
            advance()
            let above = height
            let right = try comparison()
            left = try make(.conjunction(left, right), span(from: left), above: max(above, height))
        }
        return left
    }

    /// `a < b <= c` is one node.
    private mutating func comparison() throws -> Expression {
        let first = try range()
        var comparisons: [Comparison] = []
        var highest = height
        while case .symbol(let symbol) = tokens[index].kind, continues,
            let relation = symbol.relation
        {
            if case .unary(.not, _) = first.kind {
                note(.slip(.notBeforeComparison), at: first.span)
            }
            advance()
            comparisons.append(Comparison(relation, try range()))
            highest = max(highest, height)
        }
        if comparisons.isEmpty { return first }
        return try make(.comparison(first, comparisons), span(from: first), above: highest)
    }

    /// `0..<n`, `1...n`; inside an index also `..<n`, `2...` and `..`.
    private mutating func range() throws -> Expression {
        let start = current
        if inIndex, take(.everything) {
            if at(.comma) || at(.rightBracket) || current.isEnd {
                return leaf(.everything, start.span)
            }
            throw fail(.slip(.twoPoints), at: start.span)
        }
        if inIndex, at(.halfOpenRange) || at(.closedRange) {
            let isClosed = at(.closedRange)
            advance()
            let upper = try additive()
            return try make(
                .range(nil, upper, isClosed: isClosed), span(from: start), above: height)
        }
        let lower = try additive()
        if at(.everything), continues { throw fail(.slip(.twoPoints), at: current.span) }
        guard at(.halfOpenRange) || at(.closedRange), continues else { return lower }
        let isClosed = at(.closedRange)
        let above = height
        advance()
        if inIndex, at(.rightBracket) || at(.comma) {
            return try make(
                .range(lower, nil, isClosed: isClosed), span(from: start), above: above)
        }
        let upper = try additive()
        return try make(
            .range(lower, upper, isClosed: isClosed), span(from: start), above: max(above, height))
    }

    private mutating func additive() throws -> Expression {
        var left = try multiplicative()
        while at(.plus) || at(.minus), continues {
            left = try binary(left) { try $0.multiplicative() }
        }
        return left
    }

    private mutating func multiplicative() throws -> Expression {
        var left = try unary()
        while at(.times) || at(.divide) || at(.matrixProduct) || at(.remainder), continues {
            left = try binary(left) { try $0.unary() }
        }
        return left
    }

    /// `left OPERATOR right`, with the operator at the current token.
    private mutating func binary(
        _ left: Expression, _ operand: (inout Parser) throws -> Expression
    ) throws -> Expression {
        let above = height
        guard case .symbol(let symbol) = current.kind, let operation = symbol.binaryOperator else {
            throw expected("an operator")
        }
        advance()
        let right = try operand(&self)
        return try make(
            .binary(operation, left, right), span(from: left), above: max(above, height))
    }

    private mutating func unary() throws -> Expression {
        let start = current
        let operation: UnaryOperator
        if at(.minus) {
            operation = .minus
        } else if at(.not) {
            operation = .not
        } else {
            if at(.plus) {
                if current.beginsLine, index > 0 {
                    throw fail(.slip(.operatorAtLineStart("+")), at: current.span)
                }
                note(.slip(.unaryPlus), at: current.span)
                while at(.plus) { advance() }
            }
            return try power()
        }
        advance()
        let operand = try nested { try $0.unary() }
        return try make(.unary(operation, operand), span(from: start), above: height)
    }

    /// `x^2`, to the right: `2^3^2` is `2^(3^2)`, and `2^-1` is allowed.
    private mutating func power() throws -> Expression {
        let base = try postfix()
        guard at(.power), continues else { return base }
        return try binary(base) { try $0.nested { try $0.unary() } }
    }
}
