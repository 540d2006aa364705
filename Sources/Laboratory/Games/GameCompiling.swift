import Language

extension Compiler {
    /// `game name(…) { round }`.
    func game(_ definition: Definition, _ span: Span) -> Code {
        _ = assignable(definition.name.text)
        let inner = inner(.game)
        let (bound, _, scope) = inner.prepared(
            definition.parameters, Expression(.none, span: span))
        var states: [GameRule.StateSlot] = []
        if case .block(let block) = definition.body.kind {
            inner.collectStates(block, &states)
        }
        let (_, round, _) = inner.prepared([], definition.body)
        let source = source
        return { frame in
            .rule(
                GameRule(
                    name: definition.name.text, definition: definition, source: source,
                    parameters: bound, round: inner.action(round), scope: scope, states: states,
                    outer: frame))
        }
    }

    private func collectStates(_ block: Block, _ states: inout [GameRule.StateSlot]) {
        for statement in block.statements {
            switch statement.kind {
            case .state(let name, _):
                states.append(
                    GameRule.StateSlot(name: name.text, slot: scope?.declare(name.text) ?? 0))
            case .loop(_, _, let body), .whileLoop(_, let body), .repetition(_, let body):
                collectStates(body, &states)
            case .expression(let expression):
                guard case .conditional(let branches, let last) = expression.kind else { continue }
                for branch in branches { collectStates(branch.body, &states) }
                if let last { collectStates(last, &states) }
            default: break
            }
        }
    }

    /// `minimize D by adam(1e-4): e`.
    func objective(_ objective: Objective, _ span: Span) -> Action {
        let source = source
        guard isInGame else {
            let word = objective.maximizes ? "maximize" : "minimize"
            let wrong = located(
                Diagnostic(
                    .syntax, "\(word) stands inside a game only",
                    hint: "game name(G, D, data) { … \(word) … }"), span, source)
            return { _ in throw wrong }
        }
        let site = ObjectiveSite(
            players: objective.players, maximizes: objective.maximizes, span: span,
            valueSpan: objective.value.span, source: source,
            networks: objective.players.map { load($0.text, $0.span) },
            optimizer: objective.optimizer.map { ($0.span, code($0)) },
            value: code(objective.value))
        return { frame in
            guard let game = frame.session.playing else {
                throw located(
                    Diagnostic(.syntax, "minimize stands inside a game only"), span, source)
            }
            try game.play(site, frame)
            return .value(.nothing)
        }
    }

    private var isInGame: Bool {
        var current = scope
        while let here = current {
            if here.role == .game { return true }
            current = here.outer
        }
        return false
    }

    /// `state k = 0`: evaluated before the first round only.
    func state(_ name: Name, _ value: Expression, _ span: Span) -> Action {
        guard isInGame else {
            let wrong = located(
                Diagnostic(
                    .syntax, "state stands inside a game only",
                    hint: "elsewhere a plain \(name.text) = … is enough"), span, source)
            return { _ in throw wrong }
        }
        let start = code(value)
        let place = declare(name.text)
        let put = store(place)
        guard case .local(_, let slot) = place else { return { _ in .value(.nothing) } }
        return { frame in
            if frame[slot] == nil { put(frame, try start(frame)) }
            return .value(.nothing)
        }
    }

    /// `report M = e`: a further curve.
    func report(_ name: Name, _ value: Expression, _ span: Span) -> Action {
        let measured = code(value)
        let put = store(declare(name.text))
        let source = source
        return { frame in
            let made = try measured(frame)
            put(frame, made)
            guard let game = frame.session.playing else {
                throw located(
                    Diagnostic(
                        .syntax, "report stands inside a game only",
                        hint: "elsewhere use print"), span, source)
            }
            guard let number = made.scalar else {
                throw located(
                    Diagnostic.mismatch("report", expects: "one number", got: made),
                    value.span, source)
            }
            game.note(name.text, number)
            return .value(.nothing)
        }
    }
}

/// A `minimize` or `maximize` in a round.
final class ObjectiveSite {
    let players: [Name]
    let maximizes: Bool
    let span: Span
    let valueSpan: Span
    let source: Source
    let networks: [Code]
    let optimizer: (span: Span, code: Code)?
    let value: Code
    /// The curve's name: `D`, or `G, E` for several players.
    let curve: String

    init(
        players: [Name], maximizes: Bool, span: Span, valueSpan: Span, source: Source,
        networks: [Code], optimizer: (span: Span, code: Code)?, value: @escaping Code
    ) {
        self.players = players
        self.maximizes = maximizes
        self.span = span
        self.valueSpan = valueSpan
        self.source = source
        self.networks = networks
        self.optimizer = optimizer
        self.value = value
        curve = players.map(\.text).joined(separator: ", ")
    }
}
