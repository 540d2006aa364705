import Language
import Testing

@Suite struct FormulaTests {
    static func expression(_ text: String) -> Expression? {
        let result = parse(Source(name: "", text: text))
        if case .expression(let expression)? = result.program.statements.first?.kind {
            return result.faults.isEmpty ? expression : nil
        }
        return nil
    }

    static func game(_ text: String) -> GameFormulas? {
        let source = Source(name: "", text: text)
        let result = parse(source)
        guard result.faults.isEmpty, case .game(let game)? = result.program.statements.first?.kind
        else { return nil }
        return formulas(of: game, in: source)
    }

    @Test(arguments: [
        ("a - (b - c)", "a - (b - c)", "a − (b − c)"),
        ("a + (b - c)", "a + b - c", "a + b − c"),
        ("a / (b * c)", "\\frac{a}{b\\, c}", "a/(b c)"),
        ("(a + b) * c", "(a + b)\\, c", "(a + b) c"),
        ("2 * 3 * x", "2 \\cdot 3\\, x", "2 · 3 x"),
        ("(a / b)^2", "\\left( \\frac{a}{b} \\right)^{2}", "(a/b)²"),
        ("x^2^3", "x^{2^{3}}", "x^(2³)"),
        ("-x^2", "-x^{2}", "−x²"),
        ("norm(x)^2", "\\lVert x \\rVert_{2}^{2}", "‖x‖₂²"),
        ("abs(x - y)", "\\lvert x - y \\rvert", "|x − y|"),
        ("sqrt(x)", "\\sqrt{x}", "√(x)"),
        ("log(sigmoid(x))", "\\log(\\sigma(x))", "log(σ(x))"),
        ("relu(1 - x)", "\\max(0, 1 - x)", "max(0, 1 − x)"),
        ("∇(D, x̂)", "\\nabla_{\\hat{x}} D(\\hat{x})", "∇_x̂ D(x̂)"),
        ("x̃ + ŷ", "\\tilde{x} + \\hat{y}", "x̃ + ŷ"),
        ("λ_gp * x_1", "\\lambda_{\\mathrm{gp}}\\, x_{1}", "λ_gp x₁"),
        ("critic_steps", "\\mathrm{critic\\_steps}", "critic_steps"),
        ("lambda + x1", "\\lambda + x_{1}", "lambda + x₁"),
        (
            "soft_label(x, axis: 1)", "\\operatorname{soft\\_label}(x, \\mathrm{axis} = 1)",
            "soft_label(x, axis = 1)"
        ),
        ("x[0, ..]", "x_{0, {:}}", "x_{0, :}"),
        ("x -> x^2", "x \\mapsto x^{2}", "x ↦ x²"),
        (
            "if a < b { c } else { d }",
            "\\begin{cases} c & \\text{if } a < b \\\\ d & \\text{otherwise} \\end{cases}",
            "{ c if a < b; d otherwise }"
        ),
        ("1e-7 * 2", "10^{-7} \\cdot 2", "10⁻⁷ · 2"),
        ("a <= b and not c", "a \\leq b \\land \\lnot c", "a ≤ b and not c"),
        ("\"50% {a_b}\"", "{\\text{50}\\%\\text{ }\\{\\text{a}\\_\\text{b}\\}}", "50% {a_b}"),
    ])
    func anExpressionIsWrittenAsInAPaper(_ text: String, _ tex: String, _ readable: String) throws {
        let expression = try #require(Self.expression(text))
        #expect(latex(of: expression) == tex)
        #expect(unicode(of: expression) == readable)
    }

    @Test func leastSquaresHasItsTwoObjectives() throws {
        let formulas = try #require(
            Self.game(
                """
                game lsgan(G, D, data, a = 0, b = 1, c = 1) {
                    x ~ data
                    z ~ noise(G)
                    minimize D: mean((D(x) - b)^2) / 2 + mean((D(G(z)) - a)^2) / 2
                    minimize G: mean((D(G(z)) - c)^2) / 2
                }
                """))
        #expect(
            formulas.unicode == """
                min_D  ½ 𝔼_{x∼p_data}[(D(x) − b)²] + ½ 𝔼_{z∼p_z}[(D(G(z)) − a)²]
                min_G  ½ 𝔼_{z∼p_z}[(D(G(z)) − c)²]
                """)
        #expect(
            formulas.objectives.first?.value.latex
                == "\\frac{1}{2}\\, \\mathbb{E}_{x \\sim p_{\\mathrm{data}}}[(D(x) - b)^{2}] + "
                + "\\frac{1}{2}\\, \\mathbb{E}_{z \\sim p_{z}}[(D(G(z)) - a)^{2}]")
        #expect(formulas.objectives.map(\.players) == [["D"], ["G"]])
    }

    @Test func anExpectationIsOverTheDrawsBehindItsNames() throws {
        let formulas = try #require(
            Self.game(
                """
                game wgan_gp(G, D, data, λ = 10, critic_steps = 5) {
                    repeat critic_steps {
                        x ~ data;  z ~ noise(G);  ε ~ uniform(0, 1)
                        x̃ = G(z)
                        x̂ = ε * x + (1 - ε) * x̃
                        minimize D: mean(D(x̃)) - mean(D(x)) + λ * mean((norm(∇(D, x̂)) - 1)^2)
                    }
                    z ~ noise(G)
                    minimize G: -mean(D(G(z)))
                }
                """))
        #expect(
            formulas.unicode == """
                min_D  𝔼_{z∼p_z}[D(x̃)] − 𝔼_{x∼p_data}[D(x)] + \
                λ 𝔼_{x∼p_data, z∼p_z, ε∼U(0, 1)}[(‖∇_x̂ D(x̂)‖₂ − 1)²]   (× critic_steps)
                min_G  −𝔼_{z∼p_z}[D(G(z))]
                where  x̃ = G(z)
                       x̂ = ε x + (1 − ε) x̃
                """)
        #expect(formulas.latex.hasPrefix("\\begin{aligned}\n\\min_{D}\\ & "))
    }

    @Test func statesFunctionsAndConditionsLeaveNoHole() throws {
        let formulas = try #require(
            Self.game(
                """
                game began(G, D, data, γ = 0.5, λ_k = 0.001) {
                    state k = 0
                    x, y ~ data;  z ~ noise(G)
                    L(v) = mean(abs(v - D(v)))
                    minimize D: L(x) - k * L(G(z))
                    if round > 10 { maximize G, Q by adam(1e-4): -L(G(z)) }
                    k = clamp(k + λ_k * (γ * L(x) - L(G(z))), 0, 1)
                    report M = L(x)
                }
                """))
        #expect(
            formulas.unicode == """
                min_D       L(x) − k L(G(z))
                max_{G, Q}  −L(G(z))   (if round > 10)
                where       k = 0  (at the start)
                            L(v) = 𝔼[|v − D(v)|]
                            (x, y)∼p_data
                            z∼p_z
                            k ← clamp(k + λ_k (γ L(x) − L(G(z))), 0, 1)
                            M = L(x)
                """)
    }

    @Test func noiseThatIsOffIsSaidBesideTheFormula() throws {
        let formulas = try #require(
            Self.game(
                """
                game noisy_one(G, D, data, s = 0, r = 1) {
                    x ~ data
                    x̄ = noisy(x, s)
                    minimize D: mean(D(x̄)) - mean(D(noisy(x, s))) + mean(D(noisy(x, r)))
                }
                """))
        #expect(
            formulas.unicode == """
                min_D  𝔼_{x∼p_data}[D(x̄)] − 𝔼_{x∼p_data}[D(x)] + 𝔼_{x∼p_data}[D(x + N(0, r²))]
                where  x̄ = x + N(0, s²)
                       x ← x + N(0, s²)   (if s > 0)
                """)
        #expect(formulas.latex.contains("\\mathcal{N}(0, s^{2})"))
    }

    @Test func noiseThatFallsSaysUntilWhen() throws {
        let formulas = try #require(
            Self.game(
                """
                game fading(G, D, data, s = 0, n = 0) {
                    x ~ data
                    minimize D: mean(D(noisy(x, s, until: n))) + mean(D(noisy(x, 0.1, until: 50)))
                }
                """))
        #expect(
            formulas.unicode == """
                min_D  𝔼_{x∼p_data}[D(x)] + 𝔼_{x∼p_data}[D(x + N(0, 0.1²))]
                where  x ← x + N(0, s²)   (if s > 0, falling to 0 by round n)
                """)
    }

    @Test func aGameWithoutObjectivesIsItsSteps() throws {
        let formulas = try #require(
            Self.game(
                """
                game walk(h = 0.1, fast = false) {
                    state θ = 1
                    if fast { θ = 0 } else { θ = θ - h * θ }
                }
                """))
        #expect(
            formulas.unicode == """
                θ = 1  (at the start)
                θ ← 0   (if fast)
                θ ← θ − h θ   (otherwise)
                """)
        #expect(formulas.latex.hasPrefix("\\begin{aligned}\n& \\theta = 1"))
    }

    @Test func randomExpressionsHaveBalancedLaTeX() {
        for seed in 0..<UInt64(2000) {
            var generator = RandomProgram(seed: seed)
            generator.budget = 25
            guard let expression = Self.expression(generator.expression(0)) else { continue }
            let tex = latex(of: expression)
            #expect(!tex.isEmpty && !unicode(of: expression).isEmpty)
            var depth = 0
            var escaped = false
            for character in tex {
                if escaped {
                    escaped = false
                } else if character == "\\" {
                    escaped = true
                } else {
                    if character == "{" { depth += 1 }
                    if character == "}" { depth -= 1 }
                }
                if depth < 0 { break }
            }
            #expect(depth == 0, "\(tex)")
            let lefts = tex.split(separator: "\\left", omittingEmptySubsequences: false).count
            #expect(
                lefts == tex.split(separator: "\\right", omittingEmptySubsequences: false).count,
                "\(tex)")
        }
    }
}
