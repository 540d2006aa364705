/// What a game says, in the notation of the paper.
package struct GameFormulas: Sendable {
    /// One line in both notations.
    package struct Line: Sendable, Equatable {
        package var latex: String
        package var unicode: String
    }

    package struct Objective: Sendable {
        /// `min_D`
        package var goal: Line
        /// What is minimised or maximised.
        package var value: Line
        /// Under what it happens, from the outermost: `× critic_steps`, `if round > 10`.
        package var conditions: [Line]
        package var players: [String]
        package var maximizes: Bool
    }

    package var objectives: [Objective]
    /// Names used above and what they stand for: `x̃ = G(z)`, `k ← clamp(k + λ δ)`.
    package var definitions: [Line]

    package var isEmpty: Bool { objectives.isEmpty && definitions.isEmpty }

    /// All of it as one `aligned` environment, without dollar signs.
    package var latex: String {
        var rows = objectives.map { objective in
            let notes = objective.conditions.map { "\\quad (" + $0.latex + ")" }.joined()
            return objective.goal.latex + "\\ & " + objective.value.latex + notes
        }
        for (index, definition) in definitions.enumerated() {
            let word = index == 0 && !objectives.isEmpty ? "\\text{where }\\ & " : "& "
            rows.append(word + definition.latex)
        }
        if rows.isEmpty { return "" }
        return "\\begin{aligned}\n" + rows.joined(separator: " \\\\\n") + "\n\\end{aligned}"
    }

    /// All of it as lines of text.
    package var unicode: String {
        let width = objectives.map { CellWidth.cells(of: $0.goal.unicode) }.max() ?? 0
        var rows = objectives.map { objective in
            let goal = objective.goal.unicode
            let padding = String(repeating: " ", count: width - CellWidth.cells(of: goal))
            let notes = objective.conditions.map { "   (" + $0.unicode + ")" }.joined()
            return goal + padding + "  " + objective.value.unicode + notes
        }
        if objectives.isEmpty { return definitions.map(\.unicode).joined(separator: "\n") }
        let margin = String(repeating: " ", count: max(0, width - 5))
        for (index, definition) in definitions.enumerated() {
            let word = index == 0 ? "where" : "     "
            rows.append(word + margin + (width < 5 ? " " : "  ") + definition.unicode)
        }
        return rows.joined(separator: "\n")
    }
}

/// An expression in LaTeX, without dollar signs; MathJax renders it.
package func latex(of expression: Expression) -> String {
    FormulaBuilder().formula(expression).latex
}

/// An expression as a readable line of Unicode.
package func unicode(of expression: Expression) -> String {
    FormulaBuilder().formula(expression).unicode
}

/// The formulas of a game, from its tree: every objective with its expectations, and what the
/// names in it stand for. `source` is the text in which the game stands; parts that have no
/// notation are quoted from it.
package func formulas(of game: Definition, in source: Source?) -> GameFormulas {
    var reader = GameReader(of: game, source: source)
    if case .block(let body) = game.body.kind { reader.read(body.statements) }
    return GameFormulas(objectives: reader.objectives, definitions: reader.definitions)
}

/// Walks through a game's body in the order in which it runs.
private struct GameReader {
    var builder = FormulaBuilder()
    var objectives: [GameFormulas.Objective] = []
    var definitions: [GameFormulas.Line] = []
    private var conditions: [Formula] = []
    /// Those of the conditions that choose between definitions: `if alternating`.
    private var choices: [Formula] = []
    private var states: Set<String> = []

    /// Parameters that are 0 unless said otherwise.
    private let switchedOff: Set<String>

    init(of game: Definition, source: Source?) {
        switchedOff = Set(
            game.parameters.filter { $0.standard?.isZero ?? false }.map(\.name.text))
        builder.source = source
        builder.isGame = true
    }

    mutating func read(_ statements: [Statement]) {
        for statement in statements { read(statement) }
    }

    private mutating func read(_ statement: Statement) {
        switch statement.kind {
        case .draw(let names, let place): draw(names, place)
        case .assignment(let targets, let operation, let value):
            assign(targets, operation, value)
        case .state(let name, let value):
            states.insert(name.text)
            builder.scope.assign(name.text, value)
            define(
                .row([
                    .name(name.text), .equals, builder.formula(value),
                    .sign(
                        latex: "\\ \\text{(at the start)}", unicode: "  (at the start)"),
                ]))
        case .report(let name, let value):
            if case .name(name.text) = value.kind { break }
            outside(of: value)
            define(.row([.name(name.text), .equals, builder.formula(value)]))
        case .objective(let objective): add(objective)
        case .function(let definition), .network(let definition), .game(let definition):
            function(definition)
        case .expression(let expression): read(expression)
        case .loop(let names, let sequence, let body):
            let variables = Formula.list(names.map { .name($0.text) })
            let sign = Formula.sign(latex: " \\in ", unicode: " ∈ ")
            within(.row([variables, sign, builder.formula(sequence)]), body)
        case .repetition(let count, let body):
            let sign = Formula.sign(latex: "\\times\\, ", unicode: "× ")
            within(.row([sign, builder.formula(count)]), body)
        case .whileLoop(let condition, let body):
            within(.row([.words("while "), builder.formula(condition)]), body)
        case .interact(_, _, let body): read(body.statements)
        case .modified(_, let inner): read(inner)
        case .returnValue, .parameter, .include, .breakLoop, .continueLoop, .help: break
        }
    }

    /// Blocks and conditionals may hold objectives; other expressions have no formula of their own.
    private mutating func read(_ expression: Expression) {
        switch expression.kind {
        case .block(let block): read(block.statements)
        case .group(let inner): read(inner)
        case .conditional(let branches, let otherwise):
            for branch in branches {
                choose(.row([.words("if "), builder.formula(branch.condition)]), branch.body)
            }
            if let otherwise { choose(.words("otherwise"), otherwise) }
        default: break
        }
    }

    private mutating func choose(_ condition: Formula, _ body: Block) {
        choices.append(condition)
        within(condition, body)
        choices.removeLast()
    }

    private mutating func within(_ condition: Formula, _ body: Block) {
        conditions.append(condition)
        read(body.statements)
        conditions.removeLast()
    }

    // MARK: Draws and definitions

    private mutating func draw(_ names: [Name], _ place: Expression) {
        let texts = names.map(\.text)
        let symbols = texts.map { Formula.name($0) }
        let left: Formula =
            symbols.count == 1 ? symbols[0] : .fenced(.parentheses, .list(symbols))
        builder.scope.draw(texts, .row([left, .follows, distribution(of: place, texts)]))
    }

    /// `p_data`, `p_z` for noise, U and N for the named distributions.
    private func distribution(of place: Expression, _ names: [String]) -> Formula {
        let density = Formula.name("p")
        switch place.kind {
        case .name(let name): return .lowered(density, .name(name))
        case .group(let inner): return distribution(of: inner, names)
        case .member(_, let name): return .lowered(density, .name(name.text))
        case .call(let callee, let arguments, _):
            guard case .name(let name) = callee.kind else { break }
            let values = Formula.fenced(
                .parentheses, .list(arguments.map { builder.formula($0.value) }))
            switch name {
            case "noise", "latent":
                return .lowered(
                    density, names.count == 1 ? .name(names[0]) : .list(names.map { .name($0) }))
            case "uniform": return .row([.sign(latex: "\\mathcal{U}", unicode: "U"), values])
            case "normal", "gaussian":
                return .row([.sign(latex: "\\mathcal{N}", unicode: "N"), values])
            default: break
            }
        default: break
        }
        return builder.formula(place, at: .sum)
    }

    private mutating func assign(
        _ targets: [Expression], _ operation: BinaryOperator?, _ value: Expression
    ) {
        let names = targets.compactMap { if case .name(let name) = $0.kind { name } else { nil } }
        var right = value
        if let operation, let target = targets.first {
            right = Expression(.binary(operation, target, value), span: value.span)
        }
        let left = targets.map { builder.formula($0) }
        let isUpdate = operation != nil || !states.isDisjoint(with: names)
        let symbol: Formula = left.count == 1 ? left[0] : .fenced(.parentheses, .list(left))
        define(
            .row([symbol, isUpdate ? .becomes : .equals, builder.formula(right)]))
        for name in names { builder.scope.assign(name, right) }
    }

    private mutating func function(_ definition: Definition) {
        let inputs = definition.parameters.map { Formula.name($0.name.text) }
        define(
            .row([
                builder.head(definition.name.text), .fenced(.parentheses, .list(inputs)), .equals,
                builder.formula(definition.body),
            ]))
    }

    /// What a name stands for, and under which conditions it changes.
    private mutating func define(_ formula: Formula) {
        var line = GameFormulas.Line(formula)
        // A loop repeats a definition and does not choose one.
        for choice in choices.map({ GameFormulas.Line($0) }) {
            line.latex += "\\quad (" + choice.latex + ")"
            line.unicode += "   (" + choice.unicode + ")"
        }
        if !definitions.contains(line) { definitions.append(line) }
    }

    // MARK: Objectives

    private mutating func add(_ objective: Objective) {
        outside(of: objective.value)
        noise(in: objective.value)
        builder.hidden = switchedOff
        defer { builder.hidden = [] }
        let names = objective.players.map { Formula.name($0.text) }
        let players = names.count == 1 ? names[0] : .list(names)
        let word = objective.maximizes ? "max" : "min"
        objectives.append(
            GameFormulas.Objective(
                goal: GameFormulas.Line(.lowered(.function(word), players)),
                value: GameFormulas.Line(builder.formula(objective.value)),
                conditions: conditions.map { GameFormulas.Line($0) },
                players: objective.players.map(\.text), maximizes: objective.maximizes))
    }

    /// Noise that is switched off is left out of an objective and said beside it.
    private mutating func noise(in value: Expression) {
        if case .call(let callee, let arguments, _) = value.kind,
            case .name(let called) = callee.kind, let noise = Noise(called, arguments),
            case .name(let name) = noise.deviation.kind, switchedOff.contains(name)
        {
            let saved = choices
            var words: [Formula] = [.words("if "), .name(name), .sign(" > "), .number(0)]
            if let until = noise.until {
                words += [.words(", falling to 0 by round "), builder.formula(until)]
            }
            choices = [.row(words)]
            define(
                .row([builder.formula(noise.value), .becomes, builder.formula(value)]))
            choices = saved
        }
        for child in value.kind.children { noise(in: child) }
    }

    /// Draws that no mean names are said beside the formula: `x ∼ p_data`.
    private mutating func outside(of value: Expression) {
        let saved = choices
        choices = []
        for draw in builder.scope.draws(in: value) { define(draw.formula) }
        choices = saved
    }
}

extension Expression {
    fileprivate var isZero: Bool { if case .number(0) = kind { true } else { false } }
}

extension GameFormulas.Line {
    fileprivate init(_ formula: Formula) {
        self.init(latex: formula.latex, unicode: formula.unicode)
    }
}
