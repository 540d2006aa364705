extension FormulaBuilder {
    /// A call in the notation of mathematics where it has one, otherwise as `name(arguments)`.
    func call(_ callee: Expression, _ arguments: [Argument]) -> Built {
        if case .name(let name) = callee.kind {
            let isPlain = arguments.allSatisfy { $0.label == nil }
            let values = arguments.map(\.value)
            if isPlain, values.count == 1, let built = unary(name, values[0]) { return built }
            if isPlain, values.count == 2, name == "∇" || name == "grad" {
                return gradient(of: values[0], at: values[1])
            }
            if let noise = Noise(name, arguments) { return noisy(noise) }
            if isPlain, values.count == 2, name == "matmul" {
                return (
                    .product(values.map { formula($0, at: .product) }), .product
                )
            }
            return (.row([head(name), parenthesised(arguments)]), .atom)
        }
        return (.row([formula(callee, at: .atom), parenthesised(arguments)]), .atom)
    }

    private func unary(_ name: String, _ value: Expression) -> Built? {
        switch name {
        case "mean":
            let draws = scope.draws(in: value)
            if draws.isEmpty, !isGame { return nil }
            return (.expectation(draws.map(\.formula), formula(value)), .atom)
        case "sum":
            let sign = Formula.sign(latex: "\\sum ", unicode: "∑ ")
            return (.row([sign, formula(value, at: .product)]), .product)
        case "norm": return (.lowered(.fenced(.norm, formula(value)), .number(2)), .atom)
        case "abs": return (.fenced(.bars, formula(value)), .atom)
        case "sqrt": return (.root(formula(value)), .atom)
        case "square": return (.power(formula(value, at: .atom), .number(2)), .power)
        case "sigmoid": return applied(.sign(latex: "\\sigma", unicode: "σ"), value)
        case "log_sigmoid": return applied(.sign(latex: "\\log \\sigma", unicode: "log σ"), value)
        case "relu":
            return (
                .row([
                    .function("max"), .fenced(.parentheses, .list([.number(0), formula(value)])),
                ]), .atom
            )
        default: return nil
        }
    }

    private func applied(_ sign: Formula, _ value: Expression) -> Built {
        (.row([sign, .fenced(.parentheses, formula(value))]), .atom)
    }

    /// `noisy(x, s)` is x + N(0, s²), or x where s is switched off and said beside the formula.
    private func noisy(_ noise: Noise) -> Built {
        let (value, deviation) = (noise.value, noise.deviation)
        if case .name(let name) = deviation.kind, hidden.contains(name) { return build(value) }
        let normal = Formula.row([
            .sign(latex: "\\mathcal{N}", unicode: "N"),
            .fenced(
                .parentheses,
                .list([.number(0), .power(formula(deviation, at: .atom), .number(2))])),
        ])
        return (.row([formula(value, at: .sum), .plus, normal]), .sum)
    }

    /// `∇(D, x̂)` is the gradient of D at x̂.
    private func gradient(of function: Expression, at point: Expression) -> Built {
        let place = formula(point)
        let nabla = Formula.lowered(.nabla, place)
        var inner = function
        while case .group(let within) = inner.kind { inner = within }
        if case .closure(let parameters, let body) = inner.kind, parameters.count == 1 {
            let name = parameters[0].name.text
            var isSame = false
            if case .name(let text) = point.kind { isSame = text == name }
            let value = Formula.fenced(.parentheses, formula(body))
            if isSame { return (.row([nabla, .sign(" "), value]), .atom) }
            let bar = Formula.row([.lowered(.nabla, .name(name)), value])
            let equality = Formula.row([.name(name), .equals, place])
            return (.lowered(.row([bar, .sign(latex: "\\big|", unicode: "|")]), equality), .atom)
        }
        return (
            .row([nabla, .sign(" "), formula(function, at: .atom), .fenced(.parentheses, place)]),
            .atom
        )
    }

    /// The name of a function: letters as they are, words upright.
    func head(_ name: String) -> Formula {
        let parts = FormulaName(name)
        if parts.isLetter, FormulaName.greek[name] == nil { return .name(name) }
        return .function(name)
    }

    private func parenthesised(_ arguments: [Argument]) -> Formula {
        .fenced(
            .parentheses,
            .list(
                arguments.map { argument in
                    guard let label = argument.label else { return formula(argument.value) }
                    return .row([.name(label.text), .equals, formula(argument.value)])
                }))
    }
}

/// What the names of a game stand for at one place of its body.
struct FormulaScope {
    struct Draw {
        var names: [String]
        var formula: Formula
    }

    /// Draws by the order in which they happen; a later draw of a name replaces the earlier.
    private(set) var drawn: [Draw] = []
    /// For every assigned name the drawn names that its value depends on.
    private(set) var derived: [String: Set<String>] = [:]

    mutating func draw(_ names: [String], _ formula: Formula) {
        drawn.removeAll { !Set($0.names).isDisjoint(with: names) }
        for name in names { derived[name] = nil }
        drawn.append(Draw(names: names, formula: formula))
    }

    mutating func assign(_ name: String, _ value: Expression) {
        let names = drawnNames(in: value)
        drawn.removeAll { $0.names == [name] }
        derived[name] = names
    }

    /// The draws that an expression depends on, in the order in which they happen.
    func draws(in expression: Expression) -> [Draw] {
        let names = drawnNames(in: expression)
        return drawn.filter { !names.isDisjoint(with: $0.names) }
    }

    /// Names that were drawn and are not averaged away.
    func drawnNames(in expression: Expression) -> Set<String> {
        var found: Set<String> = []
        collect(expression, into: &found, hidden: [])
        return found
    }

    private func collect(
        _ expression: Expression, into found: inout Set<String>, hidden: Set<String>
    ) {
        switch expression.kind {
        case .name(let name):
            if hidden.contains(name) { return }
            if let names = derived[name] { found.formUnion(names) }
            if drawn.contains(where: { $0.names.contains(name) }) { found.insert(name) }
        case .closure(let parameters, let body):
            collect(body, into: &found, hidden: hidden.union(parameters.map(\.name.text)))
        case .call(let callee, let arguments, _):
            if case .name("mean") = callee.kind, arguments.count == 1 { return }
            collect(callee, into: &found, hidden: hidden)
            for argument in arguments { collect(argument.value, into: &found, hidden: hidden) }
        default:
            for child in expression.kind.children { collect(child, into: &found, hidden: hidden) }
            for block in expression.kind.blocks {
                for statement in block.statements {
                    for child in statement.kind.children {
                        collect(child, into: &found, hidden: hidden)
                    }
                }
            }
        }
    }
}

/// `noisy(x, s)` and `noisy(x, s, until: n)`.
struct Noise {
    let value: Expression
    let deviation: Expression
    let until: Expression?

    init?(_ name: String, _ arguments: [Argument]) {
        let labels = arguments.map { $0.label?.text }
        guard name == "noisy", labels == [nil, nil] || labels == [nil, nil, "until"] else {
            return nil
        }
        value = arguments[0].value
        deviation = arguments[1].value
        until = arguments.count > 2 ? arguments[2].value : nil
    }
}
