import Language

extension Compiler {
    func code(_ expression: Expression) -> Code {
        if isInterrupted { return constant(.nothing) }
        let span = expression.span
        switch expression.kind {
        case .number(let number): return constant(.number(number))
        case .boolean(let truth): return constant(.boolean(truth))
        case .none: return constant(.nothing)
        case .string(let parts): return string(parts)
        case .name(let name): return load(name, span)
        case .list(let items):
            let codes = items.map(code)
            return { frame in .list(try elements(codes, frame)) }
        case .tuple(let items):
            let codes = items.map(code)
            return { frame in .tuple(try codes.map { try $0(frame) }) }
        case .unary(let operation, let operand): return unary(operation, operand, span)
        case .binary(let operation, let left, let right):
            return binary(operation, left, right, span)
        case .comparison(let first, let rest): return comparison(first, rest, span)
        case .conjunction(let left, let right): return logical(left, right, stopsAt: false)
        case .disjunction(let left, let right): return logical(left, right, stopsAt: true)
        case .range(let lower, let upper, let isClosed):
            return range(lower, upper, isClosed, span)
        case .everything:
            return fails(
                Diagnostic(.syntax, ".. stands for a whole axis, inside an index only"), span)
        case .call(let callee, let arguments, _): return call(callee, arguments, span)
        case .index(let base, let items): return index(base, items, span)
        case .member(let base, let name): return member(base, name)
        case .pipe(let left, let right): return pipe(left, right, span)
        case .closure(let parameters, let body):
            return function(named: "", parameters, body, documentation: "", span)
        case .block(let block): return value(of: block)
        case .conditional:
            return value(of: Block([Statement(.expression(expression), span: span)], span))
        case .group(let inner): return code(inner)
        }
    }

    func constant(_ value: Value) -> Code { { _ in value } }

    /// Looks around in the middle of a list of thousands.
    private func elements(_ codes: [Code], _ frame: Frame) throws -> [Value] {
        try codes.indices.map { index in
            if index & 0xFFF == 0xFFF { try frame.session.lookAround() }
            return try codes[index](frame)
        }
    }

    func fails(_ diagnostic: Diagnostic, _ span: Span) -> Code {
        let known = located(diagnostic, span, source)
        return { _ in throw known }
    }

    private func string(_ parts: [StringPart]) -> Code {
        if parts.count <= 1 {
            guard let first = parts.first else { return constant(.string("")) }
            if case .text(let text) = first { return constant(.string(text)) }
        }
        let pieces: [(Frame) throws -> String] = parts.map { part in
            switch part {
            case .text(let text): return { _ in text }
            case .value(let expression):
                let inner = code(expression)
                return { frame in try inner(frame).inWords }
            }
        }
        return { frame in .string(try pieces.map { try $0(frame) }.joined()) }
    }

    // MARK: Operators

    private func unary(_ operation: UnaryOperator, _ operand: Expression, _ span: Span) -> Code {
        let inner = code(operand)
        let source = source
        switch operation {
        case .minus:
            if case .number(let number) = operand.kind { return constant(.number(-number)) }
            return { frame in
                let value = try inner(frame)
                if case .number(let number) = value { return .number(-number) }
                do { return try negate(value) } catch { throw located(error, span, source) }
            }
        case .not:
            let place = operand.span
            return { frame in
                .boolean(!(try truth(of: try inner(frame), "not", place, source)))
            }
        }
    }

    private func binary(
        _ operation: BinaryOperator, _ left: Expression, _ right: Expression, _ span: Span
    ) -> Code {
        let first = code(left)
        let second = code(right)
        let source = source
        return { frame in
            let a = try first(frame)
            return try frame.session.combine(operation, a, try second(frame), span, source)
        }
    }

    private func comparison(
        _ first: Expression, _ rest: [Comparison], _ span: Span
    ) -> Code {
        let start = code(first)
        let source = source
        let links = rest.map { ($0.relation, code($0.operand)) }
        if links.count == 1 {
            let (relation, operand) = links[0]
            return { frame in
                let a = try start(frame)
                let b = try operand(frame)
                do { return try compare(relation, a, b) } catch {
                    throw located(error, span, source)
                }
            }
        }
        return { frame in
            var left = try start(frame)
            for (relation, operand) in links {
                let right = try operand(frame)
                do {
                    let result = try compare(relation, left, right)
                    guard case .boolean(let holds) = result else {
                        throw Diagnostic(
                            .type, "a chain of comparisons needs numbers, not \(result.kindName)",
                            hint: "compare tensors one pair at a time")
                    }
                    if !holds { return .boolean(false) }
                } catch { throw located(error, span, source) }
                left = right
            }
            return .boolean(true)
        }
    }

    private func logical(_ left: Expression, _ right: Expression, stopsAt: Bool) -> Code {
        let first = code(left)
        let second = code(right)
        let source = source
        let word = stopsAt ? "or" : "and"
        let (a, b) = (left.span, right.span)
        return { frame in
            if try truth(of: try first(frame), word, a, source) == stopsAt {
                return .boolean(stopsAt)
            }
            return .boolean(try truth(of: try second(frame), word, b, source))
        }
    }

    private func range(
        _ lower: Expression?, _ upper: Expression?, _ isClosed: Bool, _ span: Span
    ) -> Code {
        guard let lower, let upper else {
            return fails(
                Diagnostic(.syntax, "a range needs both ends here", hint: "write 0..<n or 1...n"),
                span)
        }
        let (first, second) = (code(lower), code(upper))
        let source = source
        return { frame in
            let a = try first(frame)
            return .interval(
                try frame.session.interval(a, try second(frame), isClosed, span, source))
        }
    }

    private func pipe(_ left: Expression, _ right: Expression, _ span: Span) -> Code {
        let first = code(left)
        let second = code(right)
        let source = source
        let place = right.span
        return { frame in
            let value = try first(frame)
            let next = try second(frame)
            do { return try frame.session.pipe(value, into: next, frame) } catch {
                throw located(error, place, source)
            }
        }
    }
}

/// True or false, or a fault that says who asked.
func truth(of value: Value, _ who: String, _ span: Span, _ source: Source) throws -> Bool {
    if let truth = value.truth { return truth }
    throw located(
        Diagnostic(
            .type, "\(who) expects true or false, but got \(value.kindName)",
            hint: "compare with something: x > 0, x == none"), span, source)
}

extension Value {
    /// true, false, or what a comparison of tensors without axes gives: `mean(x) < 3`.
    var truth: Bool? {
        switch self {
        case .boolean(let truth): return truth
        case .tensor(let tensor) where tensor.rank == 0:
            let number = tensor.values[0]
            return number == 1 ? true : number == 0 ? false : nil
        default: return nil
        }
    }
}

extension Relation {
    @inline(__always)
    func holds(_ x: Double, _ y: Double) -> Bool {
        switch self {
        case .equal: x == y
        case .unequal: x != y
        case .less: x < y
        case .lessOrEqual: x <= y
        case .greater: x > y
        case .greaterOrEqual: x >= y
        }
    }
}
