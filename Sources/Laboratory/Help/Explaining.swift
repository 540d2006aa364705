import Language

extension Session {
    /// `explain lsgan`: what it is, each objective as a formula, paper and equilibrium.
    func explanation(of topic: Value) throws -> MIMEBundle {
        guard let rule = try rule(of: topic) else { return try help(on: topic) }
        return explanation(of: rule).bundle
    }

    private func rule(of topic: Value) throws -> GameRule? {
        switch topic {
        case .rule(let known): return known
        case .game(let game): return game.rule
        case .string(let name):
            if case .rule(let known)? = globals.variables[name]?.value { return known }
            return try rules.rule(named: name)
        default: return nil
        }
    }

    /// Losses and slopes by the score, as `curve` draws them, or, of a game of two numbers, where a
    /// round takes them; nil for what has neither.
    func anatomy(of topic: Value) -> Picture? {
        attempt {
            guard let rule = try rule(of: topic) else { return nil }
            let game: Game? = if case .game(let game) = topic { game } else { nil }
            let subject = game.map { Picture.Subject($0) } ?? Picture.Subject(rule)
            if let flow = try StateFlow(of: rule, settings: game?.settings ?? [], self) {
                return Picture(
                    .figure(flow.figure),
                    caption: "where a round of \(rule.name) takes \(flow.names[0]) and"
                        + " \(flow.names[1])", from: self, of: [subject])
            }
            let anatomy = try LossAnatomy(
                of: rule, settings: game?.settings ?? [], from: -4, to: 4, self)
            return Picture(
                .figure(LossAnatomy.figure([LossAnatomy.Entry(name: rule.name, anatomy: anatomy)])),
                caption: "losses of \(rule.name) by score", from: self, of: [subject])
        } ?? nil
    }

    func explanation(of rule: GameRule) -> Document {
        var parts: [Document.Part] = []
        if !rule.documentation.isEmpty { parts.append(.text(rule.documentation)) }
        let formulas = formulas(of: rule.definition, in: rule.source)
        if !formulas.isEmpty {
            parts.append(.formula(plain: formulas.unicode, latex: formulas.latex))
        }
        parts += [.heading("The game"), .code(rule.body)]
        let helpers = rule.helpers
        if !helpers.isEmpty {
            parts += [.heading("Functions that it uses"), .code(helpers.joined(separator: "\n\n"))]
        }
        return Document(rule.signature, parts)
    }
}

extension GameRule {
    /// Functions of the game's own text that its round calls, as they are written there.
    fileprivate var helpers: [String] {
        let functions = parse(source).program.statements.compactMap { statement in
            if case .function(let function) = statement.kind {
                (function, statement.span)
            } else {
                nil
            }
        }
        var used = names(in: definition.body)
        // A function that is used may use others.
        for _ in functions {
            for (function, _) in functions where used.contains(function.name.text) {
                used.formUnion(names(in: function.body))
            }
        }
        return functions.filter { used.contains($0.0.name.text) }.map { source.slice($0.1) }
    }

    private func names(in expression: Expression) -> Set<String> {
        var found: Set<String> = []
        if case .name(let name) = expression.kind { found.insert(name) }
        for child in expression.kind.children { found.formUnion(names(in: child)) }
        for block in expression.kind.blocks { found.formUnion(names(in: block)) }
        return found
    }

    private func names(in block: Block) -> Set<String> {
        var found: Set<String> = []
        for statement in block.statements {
            for child in statement.kind.children { found.formUnion(names(in: child)) }
            for inner in statement.kind.blocks { found.formUnion(names(in: inner)) }
        }
        return found
    }
}
