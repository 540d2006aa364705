/// Operators and signs of other languages, each with what Saddle writes instead.
enum ForeignWord: String, Sendable, CaseIterable {
    case doubleStar = "**", doubleAmpersand = "&&", ampersand = "&", doubleBar = "||", bar = "|"
    case bang = "!", diamond = "<>", tripleEqual = "===", strictUnequal = "!==", walrus = ":="
    case fatArrow = "=>", equalLess = "=<", tildeEqual = "~=", doubleSlash = "//"
    case blockComment = "/*", increment = "++", decrement = "--"
    case stringPrefix = "f\"...\"", hexadecimal = "0x", lineContinuation = "\\"

    /// Longest first: what the lexer tries before the language's own symbols.
    static let operators: [ForeignWord] = [
        .tripleEqual, .strictUnequal, .doubleStar, .doubleAmpersand, .doubleBar, .diamond, .walrus,
        .fatArrow, .equalLess, .tildeEqual,
    ]

    var sentence: String {
        switch self {
        case .doubleStar: "** is not an operator of Saddle"
        case .doubleAmpersand, .ampersand: "\(rawValue) is written and"
        case .doubleBar, .bar: "\(rawValue) is written or"
        case .bang: "! is written not"
        case .diamond, .strictUnequal, .tildeEqual: "\(rawValue) is written !="
        case .tripleEqual: "=== is written =="
        case .walrus: ":= is written ="
        case .fatArrow: "=> is not an operator of Saddle"
        case .equalLess: "=< is written <="
        case .doubleSlash: "// is not an operator of Saddle"
        case .blockComment: "/* does not begin a comment"
        case .increment, .decrement: "\(rawValue) is not an operator of Saddle"
        case .stringPrefix: "a string has no letter in front of its quote"
        case .lineContinuation: "a line is not continued by \\"
        case .hexadecimal: "numbers are written in decimal"
        }
    }

    var hint: String {
        switch self {
        case .doubleStar: "a power is written x^2"
        case .doubleAmpersand, .ampersand: "write a and b"
        case .doubleBar: "write a or b"
        case .bar: "write a or b; a chain of layers is written with |>"
        case .bang: "write not x"
        case .diamond, .strictUnequal, .tildeEqual: "write a != b"
        case .tripleEqual: "write a == b"
        case .walrus: "write a = b"
        case .fatArrow: "a function is written x -> x + 1; greater or equal is >="
        case .equalLess: "write a <= b"
        case .doubleSlash: "a comment begins with #; a whole quotient is floor(a / b)"
        case .blockComment: "every line of a comment begins with #"
        case .increment: "write x += 1"
        case .decrement: "write x -= 1"
        case .stringPrefix: "a value inside a string is written \"text \\(value)\""
        case .lineContinuation: "it continues after an operator or a comma, and inside brackets"
        case .hexadecimal: "write 255 for 0xFF"
        }
    }

    /// What the lexer goes on with, so that one slip is one fault.
    var replacement: Token.Kind {
        switch self {
        case .doubleStar: .symbol(.power)
        case .doubleAmpersand, .ampersand: .keyword(.and)
        case .doubleBar, .bar: .keyword(.or)
        case .bang: .keyword(.not)
        case .diamond, .strictUnequal, .tildeEqual: .symbol(.unequal)
        case .tripleEqual: .symbol(.equal)
        case .walrus: .symbol(.assign)
        case .fatArrow: .symbol(.arrow)
        case .equalLess: .symbol(.lessOrEqual)
        default: .symbol(.divide)
        }
    }
}
