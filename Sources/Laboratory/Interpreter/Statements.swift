import Language

extension Compiler {
    /// A statement as a chunk of its own, or what a chunk performs as a whole.
    func action(_ statement: Statement) -> Action {
        switch statement.kind {
        case .expression(let expression) where isShown(expression): special(statement)
        case .expression, .assignment, .loop, .whileLoop, .repetition, .breakLoop, .continueLoop,
            .returnValue:
            sequence(Block([statement], statement.span))
        default: special(statement)
        }
    }

    /// Statements that are no instructions.
    func special(_ statement: Statement) -> Action {
        let span = statement.span
        switch statement.kind {
        case .expression(let expression): return shownStatement(expression, statement)
        case .assignment(let targets, let operation, let value):
            return assignment(targets, operation, value, span)
        case .draw(let names, let origin): return draw(names, origin)
        case .function(let definition):
            let made = function(
                named: definition.name.text, definition.parameters, definition.body,
                documentation: definition.documentation, span,
                beforeBody: { $0.assignable(definition.name.text) })
            return assign(made, to: assignable(definition.name.text))
        case .network(let definition):
            return assign(network(definition, span), to: assignable(definition.name.text))
        case .game(let definition):
            return assign(game(definition, span), to: assignable(definition.name.text))
        case .loop, .whileLoop, .repetition, .breakLoop, .continueLoop, .returnValue:
            return sequence(Block([statement], span))
        case .objective(let objective): return self.objective(objective, span)
        case .state(let name, let value): return state(name, value, span)
        case .report(let name, let value): return report(name, value, span)
        case .parameter(let name, let value): return parameter(name, value)
        case .include(let path): return include(path, span)
        case .interact(let name, let sequence, let body):
            return interact(name, sequence, body, span)
        case .modified(let word, let inner): return modified(word, inner, span)
        case .help(let name): return help(name, span)
        }
    }

    private func assign(_ made: @escaping Code, to place: Place) -> Action {
        let put = store(place)
        return { frame in
            put(frame, try made(frame))
            return .value(.nothing)
        }
    }

    /// Whether a statement's value shows where it stands, or leaves: not a plain expression.
    func isShown(_ expression: Expression) -> Bool {
        shows(expression) || bareCommandName(expression) != nil
    }

    /// A command shows what it made wherever it stands in a cell, outside of functions; other values
    /// show at the end of a cell only.
    private func shownStatement(_ expression: Expression, _ statement: Statement) -> Action {
        if let name = bareCommandName(expression) { return bareCommand(name, expression.span) }
        let value = code(expression)
        let isSilent = statement.isSilent
        return { frame in
            let made = try value(frame)
            if !isSilent, frame.session.shows(made) { return .value(.nothing) }
            return .value(isSilent ? .nothing : made)
        }
    }

    private func bareCommandName(_ expression: Expression) -> String? {
        guard scope == nil, case .name(let name) = expression.kind else { return nil }
        return name == "exit" || name == "clear" ? name : nil
    }

    private func shows(_ expression: Expression) -> Bool {
        guard case .call(let callee, _, let isCommand) = expression.kind else { return false }
        if case .name("show") = callee.kind { return true }
        return scope == nil && isCommand
    }

    /// `exit` alone on its line leaves, unless a variable has that name.
    private func bareCommand(_ name: String, _ span: Span) -> Action {
        let value = code(Expression(.name(name), span: span))
        return { frame in
            let made = try value(frame)
            guard case .command(let command) = made else { return .value(made) }
            return .value(try frame.session.apply(.command(command), []))
        }
    }

    // MARK: Assignment

    private func assignment(
        _ targets: [Expression], _ operation: BinaryOperator?, _ value: Expression, _ span: Span
    ) -> Action {
        if targets.count > 1 { return destructuring(targets, value, span) }
        guard let target = targets.first else { return { _ in .value(.nothing) } }
        let source = source
        if let operation {
            let update = Expression(.binary(operation, target, value), span: span)
            let new = code(update)
            let put = setter(target, compound: true)
            return { frame in
                try put(frame, try new(frame))
                return .value(.nothing)
            }
        }
        let new = code(value)
        let put = setter(target, compound: false)
        return { frame in
            let made = try new(frame)
            do { try put(frame, made) } catch { throw located(error, span, source) }
            return .value(.nothing)
        }
    }

    private func destructuring(
        _ targets: [Expression], _ value: Expression, _ span: Span
    ) -> Action {
        let new = code(value)
        let puts = targets.map { setter($0, compound: false) }
        let source = source
        return { frame in
            let made = try new(frame)
            do {
                let parts = try frame.session.parts(of: made)
                guard parts.count == puts.count else {
                    throw Diagnostic(
                        .value, "\(puts.count) names on the left, but \(parts.count) values")
                }
                for (put, part) in zip(puts, parts) { try put(frame, part) }
            } catch { throw located(error, span, source) }
            return .value(.nothing)
        }
    }

    /// Writes to a name, a member or an element.
    private func setter(_ target: Expression, compound: Bool) -> (Frame, Value) throws -> Void {
        let source = source
        switch target.kind {
        case .name(let name):
            let place = compound ? find(name) : assignable(name)
            return store(place)
        case .member(let base, let name):
            let object = code(base)
            return { frame, value in
                do {
                    try frame.session.setMember(name.text, of: try object(frame), to: value)
                } catch { throw located(error, name.span, source) }
            }
        case .index(let base, let items):
            let object = code(base)
            let selectors = items.map(selector)
            let put = setter(base, compound: true)
            let span = target.span
            return { frame, value in
                do {
                    let picks = try selectors.map { try $0(frame) }
                    try put(frame, try replacing(picks, in: try object(frame), by: value))
                } catch { throw located(error, span, source) }
            }
        default:
            let wrong = located(
                Diagnostic(
                    .syntax, "only a name, a member or an element can be assigned to",
                    hint: "to compare, write =="), target.span, source)
            return { _, _ in throw wrong }
        }
    }

    /// `x ~ data`: a fresh batch at each execution.
    private func draw(_ names: [Name], _ origin: Expression) -> Action {
        let from = code(origin)
        let puts = names.map { store(declare($0.text)) }
        let source = source
        let span = origin.span
        return { frame in
            let value = try from(frame)
            do {
                let drawn = try frame.session.draw(from: value, count: puts.count)
                for (put, part) in zip(puts, drawn) { put(frame, part) }
            } catch { throw located(error, span, source) }
            return .value(.nothing)
        }
    }

    /// The parts of a value, each for one of several names of a loop.
    func spread(over places: [Place], _ span: Span) -> (Frame, Value) throws -> Void {
        let puts = places.map(store)
        let source = source
        return { frame, value in
            do {
                let parts = try frame.session.parts(of: value)
                guard parts.count == puts.count else {
                    throw Diagnostic(
                        .value, "\(puts.count) names, but \(parts.count) values in each")
                }
                for (put, part) in zip(puts, parts) { put(frame, part) }
            } catch { throw located(error, span, source) }
        }
    }
}
