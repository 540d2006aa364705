/// A formula before it is written down: the one form from which LaTeX and readable Unicode come.
indirect enum Formula: Sendable {
    case name(String)
    case number(Double)
    /// A function by its name: `log`, `softplus`.
    case function(String)
    /// A sign that differs between the two notations.
    case sign(latex: String, unicode: String)
    /// Words as they are.
    case words(String)
    case row([Formula])
    /// Factors side by side.
    case product([Formula])
    case fraction(Formula, Formula)
    case power(Formula, Formula)
    case lowered(Formula, Formula)
    case fenced(Fence, Formula)
    case list([Formula])
    /// An expectation over draws such as `x ∼ p_data`.
    case expectation([Formula], Formula)
    case root(Formula)
    /// Values and the conditions under which they hold; the last may lack one.
    case cases([(value: Formula, condition: Formula?)])

    enum Fence: Sendable { case parentheses, brackets, braces, bars, norm }
}

extension Formula {
    static func sign(_ both: String) -> Formula { .sign(latex: both, unicode: both) }

    static let equals = Formula.sign(" = ")
    static let plus = Formula.sign(" + ")
    static let minus = Formula.sign(latex: " - ", unicode: " − ")
    static let follows = Formula.sign(latex: " \\sim ", unicode: "∼")
    static let becomes = Formula.sign(latex: " \\leftarrow ", unicode: " ← ")
    static let nabla = Formula.sign(latex: "\\nabla", unicode: "∇")
    static let openAxis = Formula.sign(latex: "{:}", unicode: ":")

    var isNumber: Bool { if case .number = self { true } else { false } }

    /// It begins with a digit, so that a factor in front needs a point.
    var beginsWithNumber: Bool {
        switch self {
        case .number: true
        case .row(let parts), .product(let parts): parts.first?.beginsWithNumber ?? false
        case .power(let base, _), .lowered(let base, _): base.beginsWithNumber
        case .fraction(let numerator, _): numerator.beginsWithNumber
        default: false
        }
    }

    /// It is higher than a line, so that brackets around it have to grow.
    var isTall: Bool {
        switch self {
        case .fraction, .cases, .root: true
        case .row(let parts), .product(let parts), .list(let parts): parts.contains { $0.isTall }
        case .fenced(_, let inner), .expectation(_, let inner): inner.isTall
        case .power(let base, _), .lowered(let base, _): base.isTall
        default: false
        }
    }

    /// It contains an expectation, a sum or cases: too wide for a numerator.
    var isWide: Bool {
        switch self {
        case .expectation, .cases: true
        case .row(let parts), .product(let parts), .list(let parts): parts.contains { $0.isWide }
        case .fenced(_, let inner), .root(let inner): inner.isWide
        case .fraction(let upper, let lower): upper.isWide || lower.isWide
        case .power(let base, _), .lowered(let base, _): base.isWide
        default: false
        }
    }
}
