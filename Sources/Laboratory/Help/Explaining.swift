import Language

extension Session {
    /// `explain lsgan`: what it is, each objective as a formula, paper and equilibrium.
    func explanation(of topic: Value) throws -> MIMEBundle {
        let rule: GameRule
        switch topic {
        case .rule(let known): rule = known
        case .game(let game): rule = game.rule
        case .string(let name):
            if case .rule(let known)? = globals.variables[name]?.value {
                rule = known
            } else {
                guard let known = try library.rule(named: name) else { return try help(on: topic) }
                rule = known
            }
        default: return try help(on: topic)
        }
        return explanation(of: rule).bundle
    }

    func explanation(of rule: GameRule) -> Document {
        var parts: [Document.Part] = []
        if !rule.documentation.isEmpty { parts.append(.text(rule.documentation)) }
        let formulas = formulas(of: rule.definition, in: rule.source)
        if !formulas.objectives.isEmpty {
            parts.append(.formula(plain: formulas.unicode, latex: formulas.latex))
        }
        parts += [.heading("The game"), .code(rule.body)]
        return Document(rule.signature, parts)
    }
}
