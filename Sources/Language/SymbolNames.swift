/// The symbols that `\name` stands for, by their names in LaTeX.
///
/// Accents (`\hat`, `\tilde`) are combining marks and follow their letter: `x\hat` is `x̂`.
package enum SymbolNames {
    package static func symbol(for name: String) -> String? { table[name] }

    package static var names: Dictionary<String, String>.Keys { table.keys }

    private static let table: [String: String] = [
        "Delta": "Δ", "Gamma": "Γ", "Im": "ℑ", "Lambda": "Λ", "Leftarrow": "⇐",
        "Leftrightarrow": "⇔", "Omega": "Ω", "Phi": "Φ", "Pi": "Π", "Psi": "Ψ", "Re": "ℜ",
        "Rightarrow": "⇒", "Sigma": "Σ", "Theta": "Θ", "Upsilon": "Υ", "Vert": "‖", "Xi": "Ξ",
        "acute": "\u{301}", "aleph": "ℵ", "alpha": "α", "amalg": "⨿", "angle": "∠", "approx": "≈",
        "ast": "∗", "bar": "\u{304}", "bbA": "𝔸", "bbB": "𝔹", "bbC": "ℂ", "bbD": "𝔻", "bbE": "𝔼",
        "bbF": "𝔽", "bbG": "𝔾", "bbH": "ℍ", "bbI": "𝕀", "bbJ": "𝕁", "bbK": "𝕂", "bbL": "𝕃",
        "bbM": "𝕄", "bbN": "ℕ", "bbO": "𝕆", "bbP": "ℙ", "bbQ": "ℚ", "bbR": "ℝ", "bbS": "𝕊",
        "bbT": "𝕋", "bbU": "𝕌", "bbV": "𝕍", "bbW": "𝕎", "bbX": "𝕏", "bbY": "𝕐", "bbZ": "ℤ",
        "because": "∵", "beta": "β", "beth": "ℶ", "bot": "⊥", "bowtie": "⋈", "breve": "\u{306}",
        "bullet": "•", "calA": "𝒜", "calB": "ℬ", "calC": "𝒞", "calD": "𝒟", "calE": "ℰ",
        "calF": "ℱ", "calG": "𝒢", "calH": "ℋ", "calI": "ℐ", "calJ": "𝒥", "calK": "𝒦", "calL": "ℒ",
        "calM": "ℳ", "calN": "𝒩", "calO": "𝒪", "calP": "𝒫", "calQ": "𝒬", "calR": "ℛ", "calS": "𝒮",
        "calT": "𝒯", "calU": "𝒰", "calV": "𝒱", "calW": "𝒲", "calX": "𝒳", "calY": "𝒴", "calZ": "𝒵",
        "cap": "∩", "cbrt": "∛", "cdot": "·", "cdots": "⋯", "check": "\u{30C}", "checkmark": "✓",
        "chi": "χ", "circ": "∘", "clubsuit": "♣", "cong": "≅", "cup": "∪", "dagger": "†",
        "ddagger": "‡", "ddot": "\u{308}", "ddots": "⋱", "degree": "°", "delta": "δ",
        "diamond": "⋄", "div": "÷", "dot": "\u{307}", "dots": "…", "downarrow": "↓",
        "dprime": "″", "ell": "ℓ", "emptyset": "∅", "epsilon": "ε", "equiv": "≡", "eta": "η",
        "euler": "ℯ", "exists": "∃", "flat": "♭", "forall": "∀", "gamma": "γ", "ge": "≥",
        "geq": "≥", "geqslant": "⩾", "gg": "≫", "grave": "\u{300}", "hat": "\u{302}", "hbar": "ℏ",
        "heartsuit": "♡", "hookrightarrow": "↪", "iff": "⟺", "iint": "∬", "imath": "ı",
        "implies": "⟹", "in": "∈", "infty": "∞", "int": "∫", "iota": "ι", "jmath": "ȷ",
        "kappa": "κ", "lambda": "λ", "land": "∧", "langle": "⟨", "lceil": "⌈", "ldots": "…",
        "le": "≤", "leftarrow": "←", "leftrightarrow": "↔", "leq": "≤", "leqslant": "⩽",
        "lfloor": "⌊", "ll": "≪", "lnot": "¬", "longmapsto": "⟼", "longrightarrow": "⟶",
        "lor": "∨", "ltimes": "⋉", "mapsto": "↦", "mathring": "\u{30A}", "mid": "∣",
        "models": "⊨", "mp": "∓", "mu": "μ", "nabla": "∇", "natural": "♮", "ne": "≠", "neg": "¬",
        "neq": "≠", "nexists": "∄", "ni": "∋", "notin": "∉", "nu": "ν", "odot": "⊙", "oint": "∮",
        "omega": "ω", "omicron": "ο", "ominus": "⊖", "oplus": "⊕", "otimes": "⊗",
        "overline": "\u{305}", "parallel": "∥", "partial": "∂", "perp": "⊥", "phi": "φ",
        "pi": "π", "pm": "±", "prec": "≺", "prime": "′", "prod": "∏", "propto": "∝", "psi": "ψ",
        "rangle": "⟩", "rceil": "⌉", "rfloor": "⌋", "rho": "ρ", "rightarrow": "→",
        "rightharpoonup": "⇀", "rtimes": "⋊", "setminus": "∖", "sharp": "♯", "sigma": "σ",
        "sim": "∼", "simeq": "≃", "spadesuit": "♠", "sqcap": "⊓", "sqcup": "⊔", "sqrt": "√",
        "square": "□", "star": "⋆", "suba": "ₐ", "sube": "ₑ", "subeight": "₈", "subfive": "₅",
        "subfour": "₄", "subh": "ₕ", "subi": "ᵢ", "subj": "ⱼ", "subk": "ₖ", "subl": "ₗ",
        "subm": "ₘ", "subn": "ₙ", "subnine": "₉", "subo": "ₒ", "subone": "₁", "subp": "ₚ",
        "subr": "ᵣ", "subs": "ₛ", "subset": "⊂", "subseteq": "⊆", "subseven": "₇", "subsix": "₆",
        "subt": "ₜ", "subthree": "₃", "subtwo": "₂", "subu": "ᵤ", "subv": "ᵥ", "subx": "ₓ",
        "subzero": "₀", "succ": "≻", "sum": "∑", "supeight": "⁸", "supfive": "⁵", "supfour": "⁴",
        "supnine": "⁹", "supone": "¹", "supset": "⊃", "supseteq": "⊇", "supseven": "⁷",
        "supsix": "⁶", "supthree": "³", "suptwo": "²", "supzero": "⁰", "tau": "τ",
        "therefore": "∴", "theta": "θ", "tilde": "\u{303}", "times": "×", "to": "→", "top": "⊤",
        "triangle": "△", "triangleleft": "◁", "triangleright": "▷", "trprime": "‴",
        "underbar": "\u{331}", "uparrow": "↑", "uplus": "⊎", "upsilon": "υ", "varepsilon": "ϵ",
        "varkappa": "ϰ", "varphi": "ϕ", "varpi": "ϖ", "varrho": "ϱ", "varsigma": "ς",
        "vartheta": "ϑ", "vdash": "⊢", "vdots": "⋮", "vec": "\u{20D7}", "vee": "∨", "wedge": "∧",
        "wp": "℘", "xi": "ξ", "zeta": "ζ",
    ]
}
