/// Turns expressions into formulas, with parentheses only where the notation needs them.
///
/// Inside a game it knows what each name was drawn from, so that a mean is an expectation.
struct FormulaBuilder {
    var scope = FormulaScope()
    /// In a game every mean is an expectation, over the draws of the round.
    var isGame = false
    /// Deviations of `noisy` that are 0 unless said otherwise: formulas leave the noise out.
    var hidden: Set<String> = []
    /// Where a part has no formula it is shown as it was written.
    var source: Source?

    /// How tightly a formula holds together; higher is tighter.
    enum Level: Int, Comparable {
        case loose, disjunction, conjunction, comparison, sum, product, power, atom
        static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    typealias Built = (formula: Formula, level: Level)

    func formula(_ expression: Expression) -> Formula { build(expression).formula }

    /// The formula, in parentheses when it holds together less tightly than demanded.
    func formula(_ expression: Expression, at least: Level) -> Formula {
        let built = build(expression)
        return built.level < least ? .fenced(.parentheses, built.formula) : built.formula
    }

    func build(_ expression: Expression) -> Built {
        switch expression.kind {
        case .number(let value): return (.number(value), .atom)
        case .string: return (.words(written(expression)), .atom)
        case .boolean(let value): return (.words(value ? "true" : "false"), .atom)
        case .none: return (.words("none"), .atom)
        case .name(let name): return (.name(name), .atom)
        case .list(let elements): return (.fenced(.brackets, list(elements)), .atom)
        case .tuple(let elements): return (.fenced(.parentheses, list(elements)), .atom)
        case .unary(let operation, let operand): return unary(operation, operand)
        case .binary(let operation, let left, let right): return binary(operation, left, right)
        case .comparison(let first, let rest): return comparison(first, rest)
        case .conjunction(let left, let right):
            return joined(left, .sign(latex: " \\land ", unicode: " and "), right, .conjunction)
        case .disjunction(let left, let right):
            return joined(left, .sign(latex: " \\lor ", unicode: " or "), right, .disjunction)
        case .range(let lower, let upper, let isClosed): return range(lower, upper, isClosed)
        case .everything: return (.openAxis, .atom)
        case .call(let callee, let arguments, _): return call(callee, arguments)
        case .index(let base, let subscripts):
            return (
                .lowered(formula(base, at: .atom), .list(subscripts.map { formula($0) })), .atom
            )
        case .member(let base, let name):
            return (.row([formula(base, at: .atom), .sign("."), .name(name.text)]), .atom)
        case .pipe(let left, let right):
            return joined(left, .sign(latex: " \\triangleright ", unicode: " ▷ "), right, .loose)
        case .closure(let parameters, let body): return closure(parameters, body)
        case .block(let block): return self.block(block)
        case .conditional(let branches, let otherwise): return conditional(branches, otherwise)
        case .group(let inner): return build(inner)
        }
    }

    private func written(_ expression: Expression) -> String {
        if let source { return source.slice(expression.span) }
        guard case .string(let parts) = expression.kind else { return "..." }
        return parts.map { if case .text(let text) = $0 { text } else { "..." } }.joined()
    }

    private func list(_ elements: [Expression]) -> Formula { .list(elements.map { formula($0) }) }

    // MARK: Operators

    private func unary(_ operation: UnaryOperator, _ operand: Expression) -> Built {
        switch operation {
        case .minus:
            let sign = Formula.sign(latex: "-", unicode: "−")
            return (.row([sign, formula(operand, at: .product)]), .sum)
        case .not:
            let sign = Formula.sign(latex: "\\lnot ", unicode: "not ")
            return (.row([sign, formula(operand, at: .atom)]), .power)
        }
    }

    private func binary(
        _ operation: BinaryOperator, _ left: Expression, _ right: Expression
    ) -> Built {
        // The sign of a first factor stands in front of the product: -a * b is -(a * b).
        if case .unary(.minus, let positive) = left.kind,
            operation == .times || operation == .divide
        {
            let sign = Formula.sign(latex: "-", unicode: "−")
            return (.row([sign, binary(operation, positive, right).formula]), .sum)
        }
        switch operation {
        case .plus: return (.row([formula(left), .plus, summand(right)]), .sum)
        case .minus: return (.row([formula(left), .minus, formula(right, at: .product)]), .sum)
        case .times, .matrixProduct:
            return (.product(factors(left) + factors(right)), .product)
        case .divide: return fraction(left, right)
        case .remainder:
            let sign = Formula.sign(latex: " \\bmod ", unicode: " mod ")
            return (
                .row([formula(left, at: .product), sign, formula(right, at: .power)]), .product
            )
        case .power: return power(left, right)
        }
    }

    /// What stands behind a plus: a sum needs no parentheses, a leading minus does.
    private func summand(_ expression: Expression) -> Formula {
        var inner = expression
        while case .group(let within) = inner.kind { inner = within }
        switch inner.kind {
        case .binary(.plus, _, _), .binary(.minus, _, _):
            if leading(inner) { return formula(inner) }
        default: break
        }
        return formula(inner, at: .product)
    }

    private func leading(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .binary(.plus, let left, _), .binary(.minus, let left, _): leading(left)
        case .unary(.minus, _): false
        case .group(let inner): leading(inner)
        default: true
        }
    }

    private func factors(_ expression: Expression) -> [Formula] {
        factors(build(expression))
    }

    private func factors(_ built: Built) -> [Formula] {
        if built.level < .product { return [.fenced(.parentheses, built.formula)] }
        if case .product(let factors) = built.formula { return factors }
        return [built.formula]
    }

    /// `a / b`; a wide numerator over a number becomes a factor: ½ E[...].
    private func fraction(_ upper: Expression, _ lower: Expression) -> Built {
        let top = build(upper)
        let bottom = formula(lower)
        if bottom.isNumber, top.formula.isWide {
            return (.product([.fraction(.number(1), bottom)] + factors(top)), .product)
        }
        return (.fraction(top.formula, bottom), .product)
    }

    private func power(_ base: Expression, _ exponent: Expression) -> Built {
        let raised = build(base)
        let isTight = raised.level == .atom && !isRaisedAlready(raised.formula)
        return (
            .power(
                isTight ? raised.formula : .fenced(.parentheses, raised.formula), formula(exponent)),
            .power
        )
    }

    private func isRaisedAlready(_ formula: Formula) -> Bool {
        switch formula {
        case .power, .expectation, .cases: true
        case .row(let parts): parts.count > 1
        case .number(let value): value < 0 || "\(value)".contains("e")
        default: false
        }
    }

    private func comparison(_ first: Expression, _ rest: [Comparison]) -> Built {
        var parts = [formula(first, at: .sum)]
        for comparison in rest {
            parts.append(sign(comparison.relation))
            parts.append(formula(comparison.operand, at: .sum))
        }
        return (.row(parts), .comparison)
    }

    private func sign(_ relation: Relation) -> Formula {
        switch relation {
        case .equal: .sign(" = ")
        case .unequal: .sign(latex: " \\neq ", unicode: " ≠ ")
        case .less: .sign(" < ")
        case .lessOrEqual: .sign(latex: " \\leq ", unicode: " ≤ ")
        case .greater: .sign(" > ")
        case .greaterOrEqual: .sign(latex: " \\geq ", unicode: " ≥ ")
        }
    }

    private func joined(
        _ left: Expression, _ sign: Formula, _ right: Expression, _ level: Level
    ) -> Built {
        let next = Level(rawValue: level.rawValue + 1) ?? .atom
        return (.row([formula(left, at: level), sign, formula(right, at: next)]), level)
    }

    private func range(_ lower: Expression?, _ upper: Expression?, _ isClosed: Bool) -> Built {
        let dots = Formula.sign(latex: "\\ldots", unicode: "…")
        var parts: [Formula] = lower.map { [formula($0, at: .sum)] } ?? []
        parts.append(dots)
        if let upper {
            let end = formula(upper, at: .sum)
            if case .number(let value) = end, !isClosed {
                parts.append(.number(value - 1))
            } else {
                parts.append(isClosed ? end : .row([end, .minus, .number(1)]))
            }
        }
        return (.fenced(.braces, .list(parts)), .atom)
    }

    // MARK: Functions and branches

    private func closure(_ parameters: [Parameter], _ body: Expression) -> Built {
        let names = parameters.map { Formula.name($0.name.text) }
        let left = names.count == 1 ? names[0] : .fenced(.parentheses, .list(names))
        return (
            .row([left, .sign(latex: " \\mapsto ", unicode: " ↦ "), formula(body)]), .loose
        )
    }

    private func block(_ block: Block) -> Built {
        if block.statements.count == 1, case .expression(let only) = block.statements[0].kind {
            return build(only)
        }
        if let source { return (.words(source.slice(block.span)), .atom) }
        return (.words("{ ... }"), .atom)
    }

    private func conditional(_ branches: [Branch], _ otherwise: Block?) -> Built {
        var cases: [(value: Formula, condition: Formula?)] = branches.map {
            (block($0.body).formula, formula($0.condition))
        }
        if let otherwise { cases.append((block(otherwise).formula, nil)) }
        return (.cases(cases), .atom)
    }
}
