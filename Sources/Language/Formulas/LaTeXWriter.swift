extension Formula {
    /// In LaTeX's mathematics, with nothing that MathJax lacks.
    var latex: String {
        switch self {
        case .name(let name): LaTeX.name(name)
        case .number(let value): LaTeX.number(value)
        case .function(let name): LaTeX.function(name)
        case .sign(let latex, _): latex
        case .words(let words): LaTeX.words(words)
        case .row(let parts): parts.map(\.latex).joined()
        case .product(let factors): LaTeX.product(factors)
        case .fraction(let upper, let lower): "\\frac{\(upper.latex)}{\(lower.latex)}"
        case .power(let base, let exponent): LaTeX.raised(base) + "^{\(exponent.latex)}"
        case .lowered(let base, let index): LaTeX.based(base) + "_{\(index.latex)}"
        case .fenced(let fence, let inner): LaTeX.fenced(fence, inner)
        case .list(let parts): parts.map(\.latex).joined(separator: ", ")
        case .expectation(let draws, let inner):
            "\\mathbb{E}"
                + (draws.isEmpty
                    ? "" : "_{\(draws.map(\.latex).joined(separator: ",\\, "))}")
                + LaTeX.fenced(.brackets, inner)
        case .root(let inner): "\\sqrt{\(inner.latex)}"
        case .cases(let cases):
            "\\begin{cases} "
                + cases.map { value, condition in
                    value.latex + " & "
                        + (condition.map { "\\text{if } " + $0.latex } ?? "\\text{otherwise}")
                }.joined(separator: " \\\\ ") + " \\end{cases}"
        }
    }
}

extension Formula.Fence {
    fileprivate var latex: (String, String) {
        switch self {
        case .parentheses: ("(", ")")
        case .brackets: ("[", "]")
        case .braces: ("\\{", "\\}")
        case .bars: ("\\lvert", "\\rvert")
        case .norm: ("\\lVert", "\\rVert")
        }
    }
}

/// How single things are written in LaTeX.
enum LaTeX {
    static func name(_ text: String) -> String {
        let name = FormulaName(text)
        var result: String
        if name.isLetter {
            result = letter(name.head)
            for accent in name.accents { result = "\\\(accent){\(result)}" }
        } else {
            result = upright(name.head)
            if let accent = name.accents.first {
                let wide = ["hat": "widehat", "tilde": "widetilde"][accent] ?? "overline"
                result = "\\\(wide){\(result)}"
            }
        }
        if !name.lowered.isEmpty { result += "_{\(below(name.lowered))}" }
        return result + String(repeating: "'", count: name.primes)
    }

    private static func letter(_ head: String) -> String {
        if FormulaName.greek[head] != nil { return "\\\(head)" }
        if head == "ε" { return "\\varepsilon" }
        if let word = FormulaName.greekByLetter[head] { return "\\\(word)" }
        if head == "∇" { return "\\nabla" }
        if head == "∂" { return "\\partial" }
        if head == "∞" { return "\\infty" }
        return head.unicodeScalars.allSatisfy(Characters.isASCIILetter) ? head : upright(head)
    }

    private static func below(_ text: String) -> String {
        let inner = FormulaName(text)
        if text.unicodeScalars.allSatisfy(Characters.isDigit) { return text }
        return inner.isLetter && inner.lowered.isEmpty ? name(text) : upright(text)
    }

    /// Letters of the alphabet upright; other scripts as text, which every font has.
    static func upright(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy {
            Characters.isASCIILetter($0) || Characters.isDigit($0) || $0 == "_" || $0 == "."
        }
        if !isPlain { return words(text) }
        return
            "\\mathrm{\(text.split(separator: "_", omittingEmptySubsequences: false).joined(separator: "\\_"))}"
    }

    private static let functions: Set<String> = [
        "log", "exp", "sin", "cos", "tan", "tanh", "sinh", "cosh", "min", "max", "det", "inf",
        "sup",
    ]

    static func function(_ name: String) -> String {
        if functions.contains(name) { return "\\\(name)" }
        let plain = name.unicodeScalars.allSatisfy {
            Characters.isASCIILetter($0) || Characters.isDigit($0) || $0 == "_"
        }
        guard plain else { return words(name) }
        let escaped = name.split(separator: "_", omittingEmptySubsequences: false)
        return "\\operatorname{\(escaped.joined(separator: "\\_"))}"
    }

    /// Text of any kind: what `\text` cannot take stands outside it.
    static func words(_ text: String) -> String {
        var result = ""
        var run = ""
        func close() {
            if !run.isEmpty { result += "\\text{\(run)}" }
            run = ""
        }
        for scalar in text.unicodeScalars {
            let special: String? =
                switch scalar {
                case "_", "%", "#", "&", "$", "{", "}": "\\" + String(Character(scalar))
                case "\\": "\\backslash "
                case "^": "{\\wedge}"
                case "~": "{\\sim}"
                case "\n", "\t", "\r": "\\ "
                default: nil
                }
            if let special {
                close()
                result += special
            } else if !Characters.isControl(scalar) {
                run.unicodeScalars.append(scalar)
            }
        }
        close()
        return result.isEmpty ? "\\text{ }" : "{\(result)}"
    }

    static func number(_ value: Double) -> String {
        let (digits, exponent) = FormulaNumber.parts(value)
        guard let exponent else { return digits }
        return digits == "1" ? "10^{\(exponent)}" : "\(digits) \\cdot 10^{\(exponent)}"
    }

    /// The base of a power, in braces where it has a superscript of its own.
    static func raised(_ base: Formula) -> String {
        switch base {
        case .name(let name): FormulaName(name).primes > 0 ? "{\(base.latex)}" : base.latex
        case .power, .row: "{\(base.latex)}"
        default: base.latex
        }
    }

    /// The base of a subscript, in braces where it has a subscript of its own.
    static func based(_ base: Formula) -> String {
        switch base {
        case .name(let name):
            FormulaName(name).lowered.isEmpty && FormulaName(name).primes == 0
                ? base.latex : "{\(base.latex)}"
        case .function, .sign, .fenced: base.latex
        default: "{\(base.latex)}"
        }
    }

    /// Brackets that grow only around what is tall.
    static func fenced(_ fence: Formula.Fence, _ inner: Formula) -> String {
        let (left, right) = fence.latex
        if inner.isTall { return "\\left\(left) \(inner.latex) \\right\(right)" }
        let gap = left.count > 1 ? " " : ""
        return left + gap + inner.latex + gap + right
    }

    static func product(_ factors: [Formula]) -> String {
        var result = ""
        for (index, factor) in factors.enumerated() {
            if index > 0 { result += factor.beginsWithNumber ? " \\cdot " : "\\, " }
            result += factor.latex
        }
        return result
    }
}

enum FormulaNumber {
    /// The digits of a number and its power of ten, when it has one.
    static func parts(_ value: Double) -> (String, Int?) {
        let text = "\(value)"
        let pieces = text.split(separator: "e")
        var digits = pieces.first.map(String.init) ?? text
        if digits.hasSuffix(".0") { digits = String(digits.dropLast(2)) }
        if digits == "0.0001" { return ("1", -4) }
        return (digits, pieces.count > 1 ? Int(pieces[1]) : nil)
    }
}
