/// A name taken apart for typesetting: `x̂_real` is an x with a hat and a subscript.
struct FormulaName {
    /// The name without accents, subscripts and primes.
    var head: String
    /// Accents by their LaTeX commands, innermost first.
    var accents: [String] = []
    var lowered = ""
    var primes = 0
    /// A single letter, italic in mathematics; everything else is upright.
    var isLetter: Bool

    init(_ name: String) {
        var head = String.UnicodeScalarView()
        var lowered = String.UnicodeScalarView()
        var accents: [String] = []
        var primes = 0
        var isBelow = false
        for scalar in name.unicodeScalars {
            if let digit = Self.subscripts[scalar] {
                isBelow = true
                lowered.append(digit)
            } else if scalar == "′" {
                primes += 1
            } else if isBelow {
                lowered.append(scalar)
            } else if scalar == "_", !head.isEmpty {
                isBelow = true
            } else if let accent = Self.accents[scalar] {
                accents.append(accent)
            } else if let (letter, accent) = Self.precomposed[scalar] {
                head.append(letter)
                accents.append(accent)
            } else {
                head.append(scalar)
            }
        }
        (self.head, self.accents, self.primes) = (String(head), accents, primes)
        self.lowered = String(lowered)
        isLetter = head.count == 1 || Self.greek[self.head] != nil
        if !isLetter, lowered.isEmpty { moveDigitsDown() }
        if !isLetter, !self.lowered.isEmpty {
            (self.head, self.lowered, self.accents, self.primes) = (name, "", [], 0)
        }
    }

    /// `x1` is `x` with a subscript.
    private mutating func moveDigitsDown() {
        let scalars = Array(head.unicodeScalars)
        guard scalars.count > 1, scalars.dropFirst().allSatisfy(Characters.isDigit) else { return }
        head = String(Character(scalars[0]))
        lowered = String(String.UnicodeScalarView(scalars.dropFirst()))
        isLetter = true
    }

    /// The names of the Greek letters, for letters written out (`lambda`) and for LaTeX.
    static let greek: [String: String] = Dictionary(
        uniqueKeysWithValues: [
            "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
            "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi",
            "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi",
            "Psi", "Omega",
        ].compactMap { name in SymbolNames.symbol(for: name).map { (name, $0) } })

    static let greekByLetter = Dictionary(
        greek.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })

    static let accents: [Unicode.Scalar: String] = [
        "\u{302}": "hat", "\u{303}": "tilde", "\u{304}": "bar", "\u{305}": "overline",
        "\u{307}": "dot", "\u{308}": "ddot", "\u{20D7}": "vec", "\u{30C}": "check",
        "\u{306}": "breve", "\u{30A}": "mathring", "\u{301}": "acute", "\u{300}": "grave",
    ]

    static let subscripts: [Unicode.Scalar: Unicode.Scalar] = [
        "₀": "0", "₁": "1", "₂": "2", "₃": "3", "₄": "4", "₅": "5", "₆": "6", "₇": "7", "₈": "8",
        "₉": "9", "ₐ": "a", "ₑ": "e", "ₒ": "o", "ₓ": "x", "ₕ": "h", "ₖ": "k", "ₗ": "l", "ₘ": "m",
        "ₙ": "n", "ₚ": "p", "ₛ": "s", "ₜ": "t", "ᵢ": "i", "ⱼ": "j", "ᵣ": "r", "ᵤ": "u", "ᵥ": "v",
    ]

    /// Letters that carry their accent in one character.
    static let precomposed: [Unicode.Scalar: (Unicode.Scalar, String)] = {
        let families: [(String, String, String)] = [
            ("hat", "âĉêĝĥîĵôŝûŵŷẑÂĈÊĜĤÎĴÔŜÛŴŶẐ", "aceghijosuwyzACEGHIJOSUWYZ"),
            ("tilde", "ãẽĩñõũṽỹÃẼĨÑÕŨṼỸ", "aeinouvyAEINOUVY"),
            ("bar", "āēīōūȳḡĀĒĪŌŪȲḠ", "aeiouygAEIOUYG"),
            ("dot", "ȧḃċḋėḟġḣṁṅȯṗṙṡṫẇẋẏż", "abcdefghmnoprstwxyz"),
            ("ddot", "äëïöüẅẍÿ", "aeiouwxy"),
        ]
        var table: [Unicode.Scalar: (Unicode.Scalar, String)] = [:]
        for (accent, marked, plain) in families {
            for (mark, letter) in zip(marked.unicodeScalars, plain.unicodeScalars) {
                table[mark] = (letter, accent)
            }
        }
        return table
    }()
}
