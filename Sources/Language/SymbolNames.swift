/// The symbols that `\name` stands for, by their names in LaTeX.
package enum SymbolNames {
    package static func symbol(for name: String) -> String? { table[name] }

    package static var names: Dictionary<String, String>.Keys { table.keys }

    static let table: [String: String] = [
        "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ",
        "eta": "η", "theta": "θ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π",
        "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
        "nabla": "∇", "hat": "\u{302}", "tilde": "\u{303}", "leq": "≤", "geq": "≥", "neq": "≠",
        "times": "×", "cdot": "·",
    ]
}
