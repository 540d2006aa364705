import Language

/// Expressions as instructions.
extension Assembler {
    /// Where an expression's value is found; emits what computes it. A variable stays where it is,
    /// so nothing with an effect may run before the operand is read; `held` copies it.
    func operand(_ expression: Expression) -> Operand {
        switch expression.kind {
        case .number(let number): return Operand(slot: self.number(number))
        case .unary(.minus, let inner):
            if case .number(let number) = inner.kind { return Operand(slot: self.number(-number)) }
        case .group(let inner): return operand(inner)
        case .name(let name):
            if case .local(0, let slot) = compiler.find(name) {
                return Operand(slot: slot, name: name, span: expression.span)
            }
        default: break
        }
        return held(expression)
    }

    private func held(_ expression: Expression) -> Operand {
        let slot = take()
        write(expression, into: slot)
        return Operand(slot: slot, isTemporary: true)
    }

    /// Both operands of an operator. The left one is read first, as it is written.
    func operands(_ left: Expression, _ right: Expression) -> (Operand, Operand) {
        let first = right.isImmediate || left.isConstant ? operand(left) : held(left)
        return (first, operand(right))
    }

    /// Emits code that leaves the value in a slot.
    func write(_ expression: Expression, into slot: Int) {
        let span = expression.span
        switch expression.kind {
        case .number(let number): emitValue(.copy, into: slot, b: self.number(number))
        case .group(let inner): write(inner, into: slot)
        case .boolean(let truth): constant(.boolean(truth), into: slot)
        case .none: constant(.nothing, into: slot)
        case .name(let name): load(name, span, into: slot)
        case .unary(.minus, let inner):
            if case .number(let number) = inner.kind {
                emitValue(.copy, into: slot, b: self.number(-number))
                return
            }
            let value = operand(inner)
            emitValue(.negate, into: slot, b: value.slot, Note(span: span, left: value))
            give(value)
        case .binary(let operation, let left, let right) where operation != .matrixProduct:
            let (first, second) = operands(left, right)
            emitValue(
                operation.instruction, into: slot, b: first.slot, c: second.slot,
                Note(span: span, operation: operation, left: first, right: second))
            give(first)
            give(second)
        case .comparison(let left, let rest) where rest.count == 1:
            let (first, second) = operands(left, rest[0].operand)
            let relation = rest[0].relation
            emitValue(
                .compare, extra: Instruction.extra(relation), into: slot, b: first.slot,
                c: second.slot, Note(span: span, relation: relation, left: first, right: second))
            give(first)
            give(second)
        case .conjunction, .disjunction, .comparison, .unary(.not, _):
            truth(expression, into: slot)
        case .conditional(let branches, let otherwise):
            conditional(branches, otherwise, into: slot)
        case .block(let block): self.block(block, into: slot)
        case .index(let base, let items) where items.count == 1 && !items[0].isSelection:
            element(base, items[0], span, into: slot)
        case .call(let callee, let arguments, _) where isPlain(callee, arguments):
            call(callee, arguments, span, into: slot)
        default: evaluate(expression, into: slot)
        }
    }

    /// A list stays where its variable has it: a copy on the way would make the next assignment to
    /// an element copy the whole list.
    private func element(
        _ base: Expression, _ index: Expression, _ span: Span, into slot: Int
    ) {
        if case .name(let name) = base.kind, case .global(let variable) = compiler.find(name),
            index.isHarmless
        {
            let fallback = evaluation(compiler.load(name, base.span))
            let place = operand(index)
            emitValue(
                .globalElement, into: slot, b: cell(variable), c: place.slot,
                Note(span: span, right: place, fallback: fallback))
            give(place)
            return
        }
        let (list, place) = operands(base, index)
        emitValue(
            .element, into: slot, b: list.slot, c: place.slot,
            Note(span: span, left: list, right: place))
        if list.isTemporary { emit(.clear, a: list.slot) }
        give(list)
        give(place)
    }

    func evaluate(_ expression: Expression, into slot: Int) {
        emitValue(.evaluate, into: slot, b: evaluation(compiler.code(expression)))
    }

    func constant(_ value: Value, into slot: Int) {
        parts.constants.append(value)
        emitValue(.constant, into: slot, b: parts.constants.count - 1)
    }

    private func load(_ name: String, _ span: Span, into slot: Int) {
        let left = Operand(slot: -1, name: name, span: span)
        switch compiler.find(name) {
        case .local(0, let place):
            emitValue(
                .copy, into: slot, b: place,
                Note(span: span, left: Operand(slot: place, name: name, span: span)))
        case .local(let depth, let place):
            emitValue(.loadOuter, into: slot, b: place, c: depth, Note(span: span, left: left))
        case .global(let variable):
            emitValue(
                .loadGlobal, into: slot, b: cell(variable),
                c: evaluation(compiler.load(name, span)), Note(span: span, left: left))
        }
    }

    // MARK: Calls

    /// Arguments in their order, evaluated like any value.
    private func isPlain(_ callee: Expression, _ arguments: [Argument]) -> Bool {
        arguments.count < 256 && arguments.allSatisfy { $0.label == nil }
            && compiler.unusualArguments(callee).isEmpty
    }

    /// Into a slot, or for its effects alone where `slot` < 0.
    func call(
        _ callee: Expression, _ arguments: [Argument], _ span: Span, into slot: Int
    ) {
        let base = take(arguments.count + 1)
        var variable: Variable?
        var note = Note()
        if case .name(let name) = callee.kind, case .global(let global) = compiler.find(name),
            arguments.allSatisfy({ $0.value.isHarmless })
        {
            variable = global
            note.fallback = evaluation(compiler.load(name, callee.span))
        } else {
            write(callee, into: base)
        }
        for (index, argument) in arguments.enumerated() {
            write(argument.value, into: base + 1 + index)
        }
        parts.calls.append(
            CallSite(spans: arguments.map(\.value.span), span: span, layer: Site()))
        emitValue(
            variable == nil ? .call : .callGlobal, extra: UInt8(arguments.count), into: slot,
            b: base, c: parts.calls.count - 1, d: variable.map(cell) ?? 0, note)
        give(base, arguments.count + 1)
    }

    // MARK: Truth

    private func truth(_ expression: Expression, into slot: Int) {
        let (fails, end) = (label(), label())
        jump(to: fails, when: false, expression, "", expression.span)
        constant(.boolean(true), into: slot)
        emit(.jump, a: end)
        mark(fails)
        constant(.boolean(false), into: slot)
        mark(end)
    }

    /// Jumps when a condition is as wanted. `who` asks for its truth, at `span`.
    func jump(
        to target: Int, when wanted: Bool, _ condition: Expression, _ who: String, _ span: Span
    ) {
        switch condition.kind {
        case .group(let inner): jump(to: target, when: wanted, inner, who, span)
        case .comparison(let left, let rest) where rest.count == 1:
            let (first, second) = operands(left, rest[0].operand)
            let relation = rest[0].relation
            emit(
                .jumpCompare, extra: Instruction.extra(relation, wanted: wanted), a: target,
                b: first.slot, c: second.slot,
                Note(
                    span: condition.span, asked: span, who: who, relation: relation, left: first,
                    right: second))
            give(first)
            give(second)
        case .comparison(let first, let rest): chain(first, rest, condition, to: target, wanted)
        case .unary(.not, let inner): jump(to: target, when: !wanted, inner, "not", inner.span)
        case .conjunction(let left, let right):
            both(left, right, "and", stopsAt: false, target, wanted)
        case .disjunction(let left, let right):
            both(left, right, "or", stopsAt: true, target, wanted)
        default:
            let value = operand(condition)
            emit(
                .jumpTruth, extra: Instruction.extra(nil, wanted: wanted), a: target,
                b: value.slot, Note(span: span, asked: span, who: who, left: value))
            give(value)
        }
    }

    /// `a < b < c`: each operand is computed once, and only while the links before it hold.
    private func chain(
        _ first: Expression, _ rest: [Comparison], _ whole: Expression, to target: Int,
        _ wanted: Bool
    ) {
        let past = label()
        var left = kept(first)
        var used = [left]
        for (index, link) in rest.enumerated() {
            let right = kept(link.operand)
            let isLast = index + 1 == rest.count
            emit(
                .jumpCompare, extra: Instruction.extra(link.relation, wanted: isLast && wanted),
                a: isLast || !wanted ? target : past, b: left.slot, c: right.slot,
                Note(
                    span: whole.span, asked: whole.span, who: "", relation: link.relation,
                    left: left, right: right))
            used.append(right)
            left = right
        }
        mark(past)
        for operand in used where !isNumber(operand.slot) { give(operand.slot) }
    }

    /// An operand that two comparisons read.
    private func kept(_ expression: Expression) -> Operand {
        if expression.isConstant { return operand(expression) }
        let slot = take()
        write(expression, into: slot)
        return Operand(slot: slot)
    }

    private func both(
        _ left: Expression, _ right: Expression, _ who: String, stopsAt: Bool, _ target: Int,
        _ wanted: Bool
    ) {
        if wanted == stopsAt {
            jump(to: target, when: wanted, left, who, left.span)
            jump(to: target, when: wanted, right, who, right.span)
        } else {
            let past = label()
            jump(to: past, when: stopsAt, left, who, left.span)
            jump(to: target, when: wanted, right, who, right.span)
            mark(past)
        }
    }
}

extension Expression {
    /// Read without running anything.
    fileprivate var isImmediate: Bool {
        switch kind {
        case .number, .name: true
        case .unary(.minus, let inner), .group(let inner): inner.isConstant
        default: false
        }
    }

    fileprivate var isConstant: Bool { if case .number = kind { true } else { false } }

    /// An index that is no single place: a range, a whole axis.
    var isSelection: Bool {
        switch kind {
        case .everything, .range: true
        default: false
        }
    }
}

extension BinaryOperator {
    var instruction: Instruction.Operation {
        switch self {
        case .plus: .plus
        case .minus: .minus
        case .times, .matrixProduct: .times
        case .divide: .divide
        case .power: .power
        case .remainder: .remainder
        }
    }
}
