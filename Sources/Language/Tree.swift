/// The tree of a program. It says what was written and where, never what it means.

/// A parsed text: its statements, and its comments for the formatter.
package struct Program: Sendable {
    package var source: Source
    package var statements: [Statement]
    package var comments: [Comment]
    package init(source: Source, statements: [Statement], comments: [Comment]) {
        self.source = source
        self.statements = statements
        self.comments = comments
    }
}

/// `# text` or `## text`; the span begins at the first `#`.
package struct Comment: Sendable, Hashable {
    package var span: Span
    package var isDocumentation: Bool
    package init(span: Span, isDocumentation: Bool) {
        self.span = span
        self.isDocumentation = isDocumentation
    }
}

package struct Name: Sendable, Hashable {
    package var text: String
    package var span: Span
    package init(_ text: String, _ span: Span) {
        self.text = text
        self.span = span
    }
}

package struct Block: Sendable {
    package var statements: [Statement]
    package var span: Span
    package init(_ statements: [Statement], _ span: Span) {
        self.statements = statements
        self.span = span
    }
}

package struct Statement: Sendable {
    package indirect enum Kind: Sendable {
        case expression(Expression)
        /// `a = v`, `a, b = v`, `a += v`, `g.λ = v`, `x[0] = v`. `operation` is nil for a plain `=`.
        case assignment(targets: [Expression], operation: BinaryOperator?, value: Expression)
        /// `x ~ data`; `x, y ~ data` also draws the labels.
        case draw(names: [Name], from: Expression)
        case function(Definition)
        case network(Definition)
        case game(Definition)
        case loop(names: [Name], sequence: Expression, body: Block)
        case whileLoop(condition: Expression, body: Block)
        case repetition(count: Expression, body: Block)
        case breakLoop
        case continueLoop
        case returnValue(Expression?)
        case objective(Objective)
        /// `state k = 0`: survives from round to round.
        case state(Name, Expression)
        /// `report M = e`: a further curve.
        case report(Name, Expression)
        /// `param rounds = 2000`: a script's hyperparameter.
        case parameter(Name, Expression)
        case include(Expression)
        /// `interact x in a...b { }`.
        case interact(Name, sequence: Expression, body: Block)
        /// `time STATEMENT`, `animate STATEMENT`: a command whose argument is a statement.
        case modified(by: Name, Statement)
        /// `?name` (also `help` at a prompt); the text after the mark.
        case help(Name?)
    }
    package var kind: Kind
    package var span: Span
    /// Ended by `;`: its value is not displayed.
    package var isSilent: Bool
    package init(_ kind: Kind, span: Span, isSilent: Bool = false) {
        self.kind = kind
        self.span = span
        self.isSilent = isSilent
    }
}

/// `f(x, y = 2) = body`, `network D(x) { body }`, `game lsgan(G, D, data, a = 0) { body }`.
package struct Definition: Sendable {
    package var name: Name
    package var parameters: [Parameter]
    package var body: Expression
    /// The `##` lines directly above, without their marks; empty when there are none.
    package var documentation: String
    package init(name: Name, parameters: [Parameter], body: Expression, documentation: String) {
        self.name = name
        self.parameters = parameters
        self.body = body
        self.documentation = documentation
    }
}

package struct Parameter: Sendable {
    package var name: Name
    package var standard: Expression?
    package init(name: Name, standard: Expression? = nil) {
        self.name = name
        self.standard = standard
    }
}

/// `minimize D, E by adam(1e-4): e`.
package struct Objective: Sendable {
    package var maximizes: Bool
    package var players: [Name]
    package var optimizer: Expression?
    package var value: Expression
    package init(maximizes: Bool, players: [Name], optimizer: Expression?, value: Expression) {
        self.maximizes = maximizes
        self.players = players
        self.optimizer = optimizer
        self.value = value
    }
}

package struct Expression: Sendable {
    package indirect enum Kind: Sendable {
        case number(Double)
        case string([StringPart])
        case boolean(Bool)
        case none
        case name(String)
        case list([Expression])
        /// `a, b` on the right of an assignment or after `return`, and `(a, b)`.
        case tuple([Expression])
        case unary(UnaryOperator, Expression)
        case binary(BinaryOperator, Expression, Expression)
        /// `a < b <= c`: each operand is evaluated once.
        case comparison(Expression, [Comparison])
        case conjunction(Expression, Expression)
        case disjunction(Expression, Expression)
        /// `a..<b`, `a...b`; both ends may be missing inside an index.
        case range(Expression?, Expression?, isClosed: Bool)
        /// `..` inside an index: the whole axis or axes.
        case everything
        case call(Expression, [Argument], isCommand: Bool)
        case index(Expression, [Expression])
        case member(Expression, Name)
        /// `a |> f`.
        case pipe(Expression, Expression)
        /// `x -> e`, `(x, y = 2) -> e`.
        case closure([Parameter], Expression)
        case block(Block)
        case conditional([Branch], otherwise: Block?)
        /// Parentheses as written, so that the formatter keeps them.
        case group(Expression)
    }
    package var kind: Kind
    package var span: Span
    package init(_ kind: Kind, span: Span) {
        self.kind = kind
        self.span = span
    }
}

package enum StringPart: Sendable {
    case text(String)
    case value(Expression)
}

package struct Branch: Sendable {
    package var condition: Expression
    package var body: Block
    package init(condition: Expression, body: Block) {
        self.condition = condition
        self.body = body
    }
}

package struct Comparison: Sendable {
    package var relation: Relation
    package var operand: Expression
    package init(_ relation: Relation, _ operand: Expression) {
        self.relation = relation
        self.operand = operand
    }
}

package struct Argument: Sendable {
    package var label: Name?
    package var value: Expression
    package init(label: Name? = nil, value: Expression) {
        self.label = label
        self.value = value
    }
}

package enum UnaryOperator: String, Sendable, CaseIterable { case minus = "-", not = "not" }

package enum BinaryOperator: String, Sendable, CaseIterable {
    case power = "^", times = "*", divide = "/", matrixProduct = "@", remainder = "%"
    case plus = "+", minus = "-"
}

package enum Relation: String, Sendable, CaseIterable {
    case equal = "==", unequal = "!=", less = "<", lessOrEqual = "<=", greater = ">"
    case greaterOrEqual = ">="
}
