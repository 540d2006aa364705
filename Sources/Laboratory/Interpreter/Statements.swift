import Language

extension Compiler {
    func action(_ statement: Statement) -> Action {
        let span = statement.span
        switch statement.kind {
        case .expression(let expression): return expressionStatement(expression, statement)
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
        case .loop(let names, let sequence, let body): return loop(names, sequence, body)
        case .whileLoop(let condition, let body): return whileLoop(condition, body)
        case .repetition(let count, let body): return repetition(count, body)
        case .breakLoop: return { _ in .left }
        case .continueLoop: return { _ in .continued }
        case .returnValue(let expression):
            guard let expression else { return { _ in .returned(.nothing) } }
            let value = code(expression)
            return { frame in .returned(try value(frame)) }
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

    /// A command shows what it made wherever it stands in a cell, outside of functions; other values
    /// show at the end of a cell only.
    private func expressionStatement(_ expression: Expression, _ statement: Statement) -> Action {
        if case .conditional(let branches, let otherwise) = expression.kind {
            return conditional(branches, otherwise)
        }
        if case .block(let block) = expression.kind { return sequence(block) }
        if scope == nil, case .name(let name) = expression.kind, name == "exit" || name == "clear" {
            return bareCommand(name, expression.span)
        }
        let value = code(expression)
        if shows(expression) {
            let isSilent = statement.isSilent
            return { frame in
                let made = try value(frame)
                if !isSilent, frame.session.shows(made) { return .value(.nothing) }
                return .value(isSilent ? .nothing : made)
            }
        }
        return { frame in .value(try value(frame)) }
    }

    /// Commands that are words on a line of their own.
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
        if case .name(let name) = target.kind {
            let fast = scalar(value)
            let place = assignable(name)
            let put = store(place)
            let general: Action = { frame in
                let made = try new(frame)
                if case .network(let network) = made, network.name.isEmpty { network.name = name }
                put(frame, made)
                return .value(.nothing)
            }
            guard let fast, case .local(0, let slot) = place else { return general }
            return { frame in
                guard let number = fast(frame) else { return try general(frame) }
                frame[slot] = .number(number)
                return .value(.nothing)
            }
        }
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

    // MARK: Control flow

    func conditional(_ branches: [Branch], _ otherwise: Block?) -> Action {
        let arms = branches.map { (test($0.condition, "if"), sequence($0.body)) }
        let last = otherwise.map(sequence)
        if arms.count == 1, last == nil {
            let (condition, body) = arms[0]
            return { frame in try condition(frame) ? try body(frame) : .value(.nothing) }
        }
        return { frame in
            for (condition, body) in arms where try condition(frame) {
                return try body(frame)
            }
            return try last?(frame) ?? .value(.nothing)
        }
    }

    private func loop(_ names: [Name], _ sequence: Expression, _ body: Block) -> Action {
        let items = code(sequence)
        let puts = names.map { store(declare($0.text)) }
        let run = rounds(body)
        let source = source
        let span = sequence.span
        return { frame in
            let all = try items(frame)
            if case .interval(let interval) = all, puts.count == 1 {
                let put = puts[0]
                for step in 0..<interval.count {
                    put(frame, .number(interval.lower + Double(step)))
                    if let flow = try run(frame) { return flow }
                }
                return .value(.nothing)
            }
            let values: [Value]
            do { values = try frame.session.elements(of: all) } catch {
                throw located(error, span, source)
            }
            for value in values {
                if puts.count == 1 {
                    puts[0](frame, value)
                } else {
                    let parts = try frame.session.parts(of: value)
                    guard parts.count == puts.count else {
                        throw located(
                            Diagnostic(
                                .value, "\(puts.count) names, but \(parts.count) values in each"),
                            span, source)
                    }
                    for (put, part) in zip(puts, parts) { put(frame, part) }
                }
                if let flow = try run(frame) { return flow }
            }
            return .value(.nothing)
        }
    }

    private func whileLoop(_ condition: Expression, _ body: Block) -> Action {
        let test = test(condition, "while")
        let run = rounds(body)
        return { frame in
            while try test(frame) {
                if let flow = try run(frame) { return flow }
            }
            return .value(.nothing)
        }
    }

    private func repetition(_ count: Expression, _ body: Block) -> Action {
        let times = code(count)
        let run = rounds(body)
        let source = source
        let span = count.span
        return { frame in
            let value = try times(frame)
            guard case .number(let number) = value, number >= 0, number < 1e15 else {
                throw located(
                    Diagnostic.mismatch("repeat", expects: "a number from 0 up", got: value), span,
                    source)
            }
            for _ in 0..<Int(number) {
                if let flow = try run(frame) { return flow }
            }
            return .value(.nothing)
        }
    }

    /// One turn of a loop's body: nil to go on, or the flow with which the loop ends.
    private func rounds(_ body: Block) -> (Frame) throws -> Flow? {
        let run = sequence(body)
        return { frame in
            try frame.session.safePoint()
            var flow: Flow
            do { flow = try run(frame) } catch let escape as Escape { flow = escape.flow }
            switch flow {
            case .value, .continued: return nil
            case .left: return .value(.nothing)
            case .returned: return flow
            }
        }
    }
}
