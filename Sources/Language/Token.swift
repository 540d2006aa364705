/// The smallest piece of a text that means something.
struct Token: Sendable {
    enum Kind: Sendable, Equatable {
        case number(Double)
        case string
        case name
        case keyword(Keyword)
        case symbol(Symbol)
        case end
    }

    var kind: Kind
    /// A name in its final spelling (`\lambda` is `λ`), a keyword or symbol as Saddle writes it.
    var text: String
    var span: Span
    var followsSpace: Bool
    var beginsLine: Bool
    var pieces: [StringPiece] = []

    func isSymbol(_ symbol: Symbol) -> Bool { kind == .symbol(symbol) }
    func isKeyword(_ keyword: Keyword) -> Bool { kind == .keyword(keyword) }
    var isName: Bool { kind == .name }
    var isEnd: Bool { kind == .end }

    /// A name or a word that is reserved elsewhere: what may stand after `.` and before `:`.
    var isWord: Bool {
        switch kind {
        case .name, .keyword: true
        default: false
        }
    }

    /// How a message calls it.
    var description: String {
        switch kind {
        case .end: "the end of the text"
        case .string: "a string"
        default: text
        }
    }
}

/// A part of a string literal.
enum StringPiece: Sendable {
    case text(String, Span)
    /// The tokens of `\( ... )` without the parentheses, closed by an end token.
    case tokens([Token], Span)
}

enum Keyword: String, Sendable, CaseIterable {
    case `if`, `else`, `for`, `in`, `while`, `repeat`, `break`, `continue`, `return`
    case `true`, `false`, none, and, or, not, minimize, maximize

    static let byText = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })
}

enum Symbol: String, Sendable, CaseIterable {
    case leftParenthesis = "(", rightParenthesis = ")", leftBracket = "[", rightBracket = "]"
    case leftBrace = "{", rightBrace = "}"
    case comma = ",", colon = ":", semicolon = ";", dot = ".", question = "?"
    case everything = "..", halfOpenRange = "..<", closedRange = "..."
    case assign = "=", plusAssign = "+=", minusAssign = "-=", timesAssign = "*=", divideAssign =
        "/="
    case powerAssign = "^=", remainderAssign = "%=", matrixAssign = "@="
    case equal = "==", unequal = "!=", less = "<", lessOrEqual = "<=", greater = ">"
    case greaterOrEqual = ">="
    case plus = "+", minus = "-", times = "*", divide = "/", matrixProduct = "@", remainder = "%"
    case power = "^", pipe = "|>", arrow = "->", tilde = "~"

    /// The bracket that closes this one.
    var closer: Symbol? {
        switch self {
        case .leftParenthesis: .rightParenthesis
        case .leftBracket: .rightBracket
        case .leftBrace: .rightBrace
        default: nil
        }
    }

    var isCloser: Bool {
        self == .rightParenthesis || self == .rightBracket || self == .rightBrace
    }

    var binaryOperator: BinaryOperator? { BinaryOperator(rawValue: rawValue) }
    var relation: Relation? { Relation(rawValue: rawValue) }

    /// The operator of `+=` and its like.
    var assignedOperator: BinaryOperator? {
        guard self != .equal, self != .lessOrEqual, self != .greaterOrEqual, self != .unequal,
            rawValue.count == 2, rawValue.hasSuffix("=")
        else { return nil }
        return BinaryOperator(rawValue: String(rawValue.dropLast()))
    }
}
