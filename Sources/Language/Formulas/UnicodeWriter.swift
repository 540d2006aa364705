extension Formula {
    /// As a line of text for a terminal.
    var unicode: String {
        switch self {
        case .name(let name): Self.readable(name)
        case .number(let value): Self.readable(value)
        case .function(let name): name
        case .sign(_, let unicode): unicode
        case .words(let words): words
        case .row(let parts): parts.map(\.unicode).joined()
        case .product(let factors): Self.product(factors)
        case .fraction(let upper, let lower): Self.fraction(upper, lower)
        case .power(let base, let exponent): base.unicode + Self.raised(exponent)
        case .lowered(let base, let index): base.unicode + Self.lowered(index)
        case .fenced(let fence, let inner): fence.unicode.0 + inner.unicode + fence.unicode.1
        case .list(let parts): parts.map(\.unicode).joined(separator: ", ")
        case .expectation(let draws, let inner):
            "𝔼"
                + (draws.isEmpty ? "" : "_{\(draws.map(\.unicode).joined(separator: ", "))}")
                + "[\(inner.unicode)]"
        case .root(let inner): "√(\(inner.unicode))"
        case .cases(let cases):
            "{ "
                + cases.map { value, condition in
                    value.unicode + (condition.map { " if " + $0.unicode } ?? " otherwise")
                }.joined(separator: "; ") + " }"
        }
    }

    private static func readable(_ name: String) -> String {
        let parts = FormulaName(name)
        guard parts.isLetter, parts.accents.isEmpty, !parts.lowered.isEmpty,
            parts.lowered.unicodeScalars.allSatisfy(Characters.isDigit)
        else { return name }
        return (FormulaName.greek[parts.head] ?? parts.head) + digits(parts.lowered, subscripts)
            + String(repeating: "′", count: parts.primes)
    }

    private static func readable(_ value: Double) -> String {
        let (text, exponent) = FormulaNumber.parts(value)
        let plain = text.replacingMinus
        guard let exponent else { return plain }
        let power = "10" + digits("\(exponent)", superscripts)
        return text == "1" ? power : plain + "·" + power
    }

    private static let subscripts = Array("₀₁₂₃₄₅₆₇₈₉")
    private static let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")

    private static func digits(_ text: String, _ table: [Character]) -> String {
        String(
            text.map { character in
                character == "-" ? "⁻" : character.wholeNumberValue.map { table[$0] } ?? character
            })
    }

    private static func raised(_ exponent: Formula) -> String {
        let text = exponent.unicode
        let isDigits = text.allSatisfy { $0.isASCII && $0.isNumber }
        if isDigits { return digits(text, superscripts) }
        return exponent.isSimple ? "^" + text : "^(\(text))"
    }

    private static func lowered(_ index: Formula) -> String {
        let text = index.unicode
        if text.allSatisfy({ $0.isASCII && $0.isNumber }) { return digits(text, subscripts) }
        return index.isSimple ? "_" + text : "_{\(text)}"
    }

    private var isSimple: Bool {
        switch self {
        case .name, .number, .fenced, .function: true
        default: false
        }
    }

    private static let vulgar = [
        "1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾", "1/8": "⅛",
    ]

    private static func fraction(_ upper: Formula, _ lower: Formula) -> String {
        let (top, bottom) = (upper.unicode, lower.unicode)
        if let known = vulgar[top + "/" + bottom] { return known }
        return (upper.needsParenthesesInFraction ? "(\(top))" : top) + "/"
            + (lower.needsParenthesesInFraction ? "(\(bottom))" : bottom)
    }

    private var needsParenthesesInFraction: Bool {
        switch self {
        case .row(let parts): parts.contains { if case .sign = $0 { true } else { false } }
        case .product, .fraction: true
        case .number(let value): FormulaNumber.parts(value).1 != nil
        default: false
        }
    }

    private static func product(_ factors: [Formula]) -> String {
        var result = ""
        for (index, factor) in factors.enumerated() {
            if index > 0 { result += factor.beginsWithNumber ? " · " : " " }
            let text = factor.unicode
            if case .fraction = factor, text.count > 1 {
                result += "(\(text))"
            } else {
                result += text
            }
        }
        return result
    }
}

extension String {
    fileprivate var replacingMinus: String { hasPrefix("-") ? "−" + dropFirst() : self }
}

extension Formula.Fence {
    fileprivate var unicode: (String, String) {
        switch self {
        case .parentheses: ("(", ")")
        case .brackets: ("[", "]")
        case .braces: ("{", "}")
        case .bars: ("|", "|")
        case .norm: ("‖", "‖")
        }
    }
}
