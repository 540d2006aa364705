import Language

/// Statements as instructions.
extension Assembler {
    /// Statements one after the other; the last one's value goes into a slot where one is wanted.
    func block(_ block: Block, into slot: Int?) {
        for (index, statement) in block.statements.enumerated() {
            self.statement(statement, into: index + 1 == block.statements.count ? slot : nil)
        }
        if let slot, block.statements.isEmpty { constant(.nothing, into: slot) }
    }

    func statement(_ statement: Statement, into slot: Int?) {
        if compiler.isInterrupted { return }
        switch statement.kind {
        case .expression(let expression):
            self.expression(expression, statement, into: slot)
            return
        case .assignment(let targets, let operation, let value):
            assignment(targets, operation, value, statement)
        case .loop(let names, let sequence, let body): loop(names, sequence, body)
        case .whileLoop(let condition, let body): whileLoop(condition, body)
        case .repetition(let count, let body): repetition(count, body)
        case .breakLoop:
            if let loop = loops.last { emit(.jump, a: loop.exit) } else { emit(.leave) }
        case .continueLoop:
            if let loop = loops.last { emit(.jump, a: loop.onward) } else { emit(.proceed) }
        case .returnValue(let expression): giveBack(expression)
        default:
            perform(statement, into: slot)
            return
        }
        if let slot { constant(.nothing, into: slot) }
    }

    private func perform(_ statement: Statement, into slot: Int?) {
        parts.actions.append(compiler.special(statement))
        emit(.perform, a: slot ?? -1, b: parts.actions.count - 1)
    }

    private func expression(
        _ expression: Expression, _ statement: Statement, into slot: Int?
    ) {
        if compiler.isShown(expression) {
            perform(statement, into: slot)
        } else if let slot {
            write(expression, into: slot)
        } else {
            discard(expression)
        }
    }

    /// For its effects and its faults.
    private func discard(_ expression: Expression) {
        switch expression.kind {
        case .conditional(let branches, let otherwise): conditional(branches, otherwise, into: nil)
        case .block(let block): self.block(block, into: nil)
        default:
            let unused = take()
            write(expression, into: unused)
            discardLast(unused)
            give(unused)
        }
    }

    func conditional(_ branches: [Branch], _ otherwise: Block?, into slot: Int?) {
        let end = label()
        for branch in branches {
            let next = label()
            jump(to: next, when: false, branch.condition, "if", branch.condition.span)
            block(branch.body, into: slot)
            emit(.jump, a: end)
            mark(next)
        }
        if let otherwise {
            block(otherwise, into: slot)
        } else if let slot {
            constant(.nothing, into: slot)
        }
        mark(end)
    }

    private func giveBack(_ expression: Expression?) {
        let result = take()
        if let expression {
            write(expression, into: result)
        } else {
            constant(.nothing, into: result)
        }
        emit(.giveBack, extra: 1, a: result)
        give(result)
    }

    // MARK: Assignment

    private func assignment(
        _ targets: [Expression], _ operation: BinaryOperator?, _ value: Expression,
        _ statement: Statement
    ) {
        if targets.count > 1 {
            if !exchange(targets, value) { perform(statement, into: nil) }
            return
        }
        guard let target = targets.first else { return }
        switch target.kind {
        case .name(let name):
            if let operation {
                let update = Expression(.binary(operation, target, value), span: statement.span)
                assign(update, to: name, compiler.find(name))
            } else {
                assign(value, to: name, nil)
            }
        case .index(let base, let items)
        where items.count == 1 && base.nameOnly != nil && !items[0].isSelection:
            if let operation {
                update(target, base, items[0], operation, value, statement.span)
            } else {
                let new = take()
                write(value, into: new)
                let index = take()
                write(items[0], into: index)
                storeElement(new, base, index, target.span)
            }
        default: perform(statement, into: nil)
        }
    }

    /// `place` nil: where a plain assignment writes to, found when the value is compiled.
    private func assign(_ value: Expression, to name: String, _ place: Place?) {
        if place == nil, case .local(0, let slot) = compiler.find(name) {
            write(value, into: slot)
            christen(slot, name, value)
            return
        }
        if case .local(0, let slot)? = place {
            write(value, into: slot)
            return
        }
        if grows(value, name, place ?? compiler.find(name)) { return }
        let made = take()
        write(value, into: made)
        let target = place ?? compiler.assignable(name)
        if case .local(0, let slot) = target, redirect(made, to: slot) {
            if place == nil { christen(slot, name, value) }
        } else {
            if place == nil { christen(made, name, value) }
            put(made, into: target)
        }
        give(made)
    }

    /// `s = s + v` and `s += v` for a global name, where computing `v` cannot change `s`.
    private func grows(_ value: Expression, _ name: String, _ place: Place) -> Bool {
        guard case .global(let variable) = place,
            case .binary(.plus, let left, let right) = value.kind,
            left.nameOnly == name, right.isHarmless
        else { return false }
        if compiler.scope != nil, variable.value == nil { return false }
        let more = operand(right)
        let fallback = evaluation(compiler.load(name, left.span))
        emit(
            .growGlobal, b: cell(variable), c: more.slot,
            Note(span: value.span, operation: .plus, right: more, fallback: fallback))
        give(more)
        return true
    }

    /// Moves a temporary to its place.
    private func put(_ slot: Int, into place: Place) {
        switch place {
        case .local(0, let target): emit(.move, a: target, b: slot)
        case .local(let depth, let target): emit(.storeOuter, a: slot, b: target, c: depth)
        case .global(let variable): emit(.storeGlobal, extra: 1, a: slot, b: cell(variable))
        }
    }

    /// A network without a name takes that of the first variable that holds it.
    private func christen(_ slot: Int, _ name: String, _ value: Expression) {
        guard value.mayBeNetwork else { return }
        parts.names.append(name)
        emit(.christen, a: slot, b: parts.names.count - 1)
    }

    /// `a, b = b, a`: all values, then all names.
    private func exchange(_ targets: [Expression], _ value: Expression) -> Bool {
        guard case .tuple(let items) = value.kind, items.count == targets.count else {
            return false
        }
        let names = targets.compactMap(\.nameOnly)
        guard names.count == targets.count else { return false }
        let slots = items.map { item in
            let slot = take()
            write(item, into: slot)
            return slot
        }
        let places = names.map(compiler.assignable)
        for (slot, place) in zip(slots, places) {
            put(slot, into: place)
            give(slot)
        }
        return true
    }

    /// `a[i] += v`; the index is evaluated once.
    private func update(
        _ target: Expression, _ base: Expression, _ index: Expression, _ operation: BinaryOperator,
        _ value: Expression, _ span: Span
    ) {
        let (place, old, new) = (take(), take(), take())
        write(index, into: place)
        fetch(base, Operand(slot: place), target.span, into: old)
        write(value, into: new)
        emit(
            operation.instruction, a: new, b: old, c: new,
            Note(
                span: span, operation: operation, left: Operand(slot: old, isTemporary: true),
                right: Operand(slot: new, isTemporary: true)))
        give(old)
        storeElement(new, base, place, target.span)
    }

    /// `base[index]` for a name and an index that stays.
    private func fetch(_ base: Expression, _ index: Operand, _ span: Span, into slot: Int) {
        if let name = base.nameOnly, case .global(let variable) = compiler.find(name) {
            emit(
                .globalElement, a: slot, b: cell(variable), c: index.slot,
                Note(
                    span: span, right: index,
                    fallback: evaluation(compiler.load(name, base.span))))
            return
        }
        let list = operand(base)
        emit(
            .element, a: slot, b: list.slot, c: index.slot,
            Note(span: span, left: list, right: index))
        if list.isTemporary { emit(.clear, a: list.slot) }
        give(list)
    }

    /// `base[index] = new` for temporaries, which are free after it.
    private func storeElement(_ new: Int, _ base: Expression, _ index: Int, _ span: Span) {
        guard let name = base.nameOnly else { return }
        var note = Note(
            span: span, left: Operand(slot: -1, name: name, span: base.span),
            right: Operand(slot: index, isTemporary: true), fallback: -1)
        switch compiler.find(name) {
        case .local(0, let slot): emit(.storeElement, a: new, b: slot, c: index, note)
        case .local(let depth, let slot):
            let list = take()
            emit(.loadOuter, a: list, b: slot, c: depth, note)
            emit(.storeElement, a: new, b: list, c: index, note)
            emit(.storeOuter, a: list, b: slot, c: depth)
            emit(.clear, a: list)
            give(list)
        case .global(let variable):
            note.fallback = evaluation(compiler.load(name, base.span))
            emit(.storeGlobalElement, a: new, b: cell(variable), c: index, note)
        }
        emit(.clear, a: new)
        give(new)
        give(index)
    }

    // MARK: Loops

    private func loop(_ names: [Name], _ sequence: Expression, _ body: Block) {
        let state = take(3)
        if names.count == 1, case .range(let lower?, let upper?, let isClosed) = sequence.kind {
            let (first, second) = operands(lower, upper)
            emit(
                .walkRange, extra: isClosed ? 1 : 0, a: state, b: first.slot, c: second.slot,
                Note(span: sequence.span, left: first, right: second))
            give(first)
            give(second)
        } else {
            let all = operand(sequence)
            emit(
                .walk, extra: names.count == 1 ? 0 : 1, a: state, b: all.slot,
                Note(span: sequence.span, left: all))
            give(all)
        }
        let places = names.map { compiler.declare($0.text) }
        var value = take()
        if names.count == 1, case .local(0, let slot) = places[0] {
            give(value)
            value = slot
        }
        let (begin, onward, exit) = (label(), label(), label())
        emit(.jump, a: onward)
        mark(begin)
        let start = parts.code.count
        if names.count > 1 {
            emit(.store, a: value, b: store(compiler.spread(over: places, sequence.span)))
        } else if case .global(let variable) = places[0] {
            emit(.storeGlobal, extra: 1, a: value, b: cell(variable))
        }
        self.body(body, onward, exit, from: start)
        mark(onward)
        emit(.next, a: begin, b: state, c: value)
        mark(exit)
        emit(.clear, a: state + 2)
        close(start, onward, exit)
        give(state, 3)
    }

    private func whileLoop(_ condition: Expression, _ body: Block) {
        let (begin, onward, exit) = (label(), label(), label())
        emit(.jump, a: onward)
        mark(begin)
        let start = parts.code.count
        emit(.safePoint)
        self.body(body, onward, exit, from: start)
        mark(onward)
        jump(to: begin, when: true, condition, "while", condition.span)
        mark(exit)
        close(start, onward, exit)
    }

    private func repetition(_ count: Expression, _ body: Block) {
        let state = take(3)
        let times = operand(count)
        emit(
            .repetition, a: state, b: times.slot, Note(span: count.span, left: times))
        give(times)
        let (begin, onward, exit) = (label(), label(), label())
        emit(.jump, a: onward)
        mark(begin)
        let start = parts.code.count
        self.body(body, onward, exit, from: start)
        mark(onward)
        emit(.again, a: begin, b: state)
        mark(exit)
        close(start, onward, exit)
        give(state, 3)
    }

    private func body(_ block: Block, _ onward: Int, _ exit: Int, from start: Int) {
        loops.append((onward, exit))
        self.block(block, into: nil)
        loops.removeLast()
    }

    /// Notes where flows out of nested expressions go on; inner loops come before outer ones.
    private func close(_ start: Int, _ onward: Int, _ exit: Int) {
        parts.loops.append(
            LoopPlace(
                body: start..<place(of: onward), onward: place(of: onward), exit: place(of: exit)))
    }
}

extension Expression {
    /// The name that it is alone.
    fileprivate var nameOnly: String? {
        if case .name(let name) = kind { name } else { nil }
    }

    /// Changes no variable.
    var isHarmless: Bool {
        switch kind {
        case .number, .string, .boolean, .none, .name: true
        case .unary(_, let inner), .group(let inner): inner.isHarmless
        case .binary(_, let left, let right): left.isHarmless && right.isHarmless
        case .list(let items): items.allSatisfy(\.isHarmless)
        case .index(let base, let items): base.isHarmless && items.allSatisfy(\.isHarmless)
        default: false
        }
    }

    fileprivate var mayBeNetwork: Bool {
        switch kind {
        case .number, .string, .boolean, .none, .list, .tuple, .unary, .binary, .comparison,
            .conjunction, .disjunction, .range:
            false
        default: true
        }
    }
}
