import Language

/// The long way of an instruction: values that are no numbers, names without a value, faults.
/// `counter` is that of the instruction behind it.
extension Session {
    // MARK: Operands

    func fetch(_ operand: Operand, _ frame: Frame, _ chunk: Chunk) throws -> Value {
        let slot = frame.slots + operand.slot
        guard let value = slot.pointee else { throw unknown(operand, chunk) }
        if operand.isTemporary, operand.slot >= 0 { slot.pointee = nil }
        return value
    }

    func unknown(_ operand: Operand, _ chunk: Chunk) -> Diagnostic {
        unknown(operand.name, operand.span, chunk.source)
    }

    // MARK: Operators

    func combine(_ chunk: Chunk, _ counter: Int, _ frame: Frame, into slot: Int) throws {
        let note = chunk.notes + (counter - 1)
        if slot == note.pointee.left.slot, note.pointee.operation == .plus,
            grow(frame.slots + slot, by: frame.slots + note.pointee.right.slot)
        {
            return
        }
        let left = try fetch(note.pointee.left, frame, chunk)
        let right = try fetch(note.pointee.right, frame, chunk)
        frame[slot] = try combine(
            note.pointee.operation, left, right, note.pointee.span, chunk.source)
    }

    /// `a + b` and its kin, with the place where it stands.
    func combine(
        _ operation: BinaryOperator, _ a: Value, _ b: Value, _ span: Span, _ source: Source
    ) throws -> Value {
        do {
            let result = try Laboratory.combine(operation, a, b)
            if checksFinite, !result.isFinite, a.isFinite, b.isFinite {
                throw Diagnostic(
                    .value, "the first operation that gave it is \(operation.rawValue)")
            }
            return result
        } catch { throw located(error, span, source) }
    }

    func negate(_ chunk: Chunk, _ counter: Int, _ frame: Frame, into slot: Int) throws {
        let note = chunk.notes + (counter - 1)
        let value = try fetch(note.pointee.left, frame, chunk)
        do { frame[slot] = try Laboratory.negate(value) } catch {
            throw located(error, note.pointee.span, chunk.source)
        }
    }

    func compare(_ chunk: Chunk, _ counter: Int, _ frame: Frame) throws -> Value {
        let note = chunk.notes + (counter - 1)
        let left = try fetch(note.pointee.left, frame, chunk)
        let right = try fetch(note.pointee.right, frame, chunk)
        do { return try Laboratory.compare(note.pointee.relation, left, right) } catch {
            throw located(error, note.pointee.span, chunk.source)
        }
    }

    func test(_ chunk: Chunk, _ counter: Int, _ frame: Frame) throws -> Bool {
        let note = chunk.notes + (counter - 1)
        let answer = try compare(chunk, counter, frame)
        if note.pointee.who.isEmpty {
            guard case .boolean(let holds) = answer else {
                throw located(
                    Diagnostic(
                        .type, "a chain of comparisons needs numbers, not \(answer.kindName)",
                        hint: "compare tensors one pair at a time"), note.pointee.span,
                    chunk.source)
            }
            return holds
        }
        return try Laboratory.truth(of: answer, note.pointee.who, note.pointee.asked, chunk.source)
    }

    func truth(_ chunk: Chunk, _ counter: Int, _ frame: Frame) throws -> Bool {
        let note = chunk.notes + (counter - 1)
        let value = try fetch(note.pointee.left, frame, chunk)
        return try Laboratory.truth(of: value, note.pointee.who, note.pointee.asked, chunk.source)
    }

    /// `a = a + [x]`: the list leaves its variable meanwhile, so that it grows where it lies.
    private func grow(_ list: Slots, by tail: Slots) -> Bool {
        guard list != tail, case .list(let more)? = tail.pointee,
            case .list(var items)? = list.pointee
        else { return false }
        list.pointee = nil
        items += more
        list.pointee = .list(items)
        return true
    }

    /// `a = a + v` for a global name.
    func grow(_ cell: Slots, _ chunk: Chunk, _ counter: Int, _ frame: Frame) throws {
        let note = chunk.notes + (counter - 1)
        let step = chunk.code[counter - 1]
        if grow(cell, by: frame.slots + Int(step.c)) { return }
        let old = try cell.pointee ?? chunk.parts.evaluations[note.pointee.fallback](frame)
        let more = try fetch(note.pointee.right, frame, chunk)
        cell.pointee = try combine(
            note.pointee.operation, old, more, note.pointee.span, chunk.source)
    }

    // MARK: Elements

    func element(_ chunk: Chunk, _ counter: Int, _ frame: Frame, into slot: Int) throws {
        let note = chunk.notes + (counter - 1)
        let base = try fetch(note.pointee.left, frame, chunk)
        try element(of: base, chunk, counter, frame, into: slot)
    }

    func globalElement(
        _ cell: Slots, _ chunk: Chunk, _ counter: Int, _ frame: Frame, into slot: Int
    ) throws {
        let fallback = chunk.notes[counter - 1].fallback
        let base = try cell.pointee ?? chunk.parts.evaluations[fallback](frame)
        try element(of: base, chunk, counter, frame, into: slot)
    }

    private func element(
        of base: Value, _ chunk: Chunk, _ counter: Int, _ frame: Frame, into slot: Int
    ) throws {
        let note = chunk.notes + (counter - 1)
        let index = try fetch(note.pointee.right, frame, chunk)
        do { frame[slot] = try select([.value(index)], from: base) } catch {
            throw located(error, note.pointee.span, chunk.source)
        }
    }

    /// `a[i] = v`. The list leaves its variable meanwhile, so that it is changed where it lies.
    func storeElement(
        _ base: Slots, _ index: Slots, _ new: Slots, _ chunk: Chunk, _ counter: Int, _ frame: Frame
    ) throws {
        if case .number(let number)? = index.pointee, let place = Int(exactly: number),
            case .list(var items)? = base.pointee, items.indices.contains(place)
        {
            base.pointee = nil
            items[place] = new.pointee ?? .nothing
            base.pointee = .list(items)
            return
        }
        let note = chunk.notes + (counter - 1)
        let picked = try fetch(note.pointee.right, frame, chunk)
        let old: Value
        if let value = base.pointee {
            old = value
        } else {
            guard note.pointee.fallback >= 0 else { throw unknown(note.pointee.left, chunk) }
            old = try chunk.parts.evaluations[note.pointee.fallback](frame)
        }
        do {
            base.pointee = try replacing(
                [.value(picked)], in: old, by: new.pointee ?? .nothing)
        } catch { throw located(error, note.pointee.span, chunk.source) }
    }

    // MARK: Calls

    /// A user's function, its arguments moved from their slots to those of its parameters.
    func call(
        _ function: Function, _ chunk: Chunk, _ counter: Int, _ slots: Slots, into slot: Int
    ) throws {
        let step = chunk.code[counter - 1]
        var inner = function.frame(self)
        for index in 0..<Int(step.extra) {
            let argument = slots + Int(step.b) + 1 + index
            let target =
                inner.slots + (function.isOrdered ? index : function.parameters[index].slot)
            if case .number(let number)? = argument.pointee {
                put(target, number)
            } else {
                target.pointee = argument.pointee
                argument.pointee = nil
            }
        }
        // What nobody wants goes where the function stood.
        let result = slots + (slot >= 0 ? slot : Int(step.b))
        do {
            try enter(function)
            defer { depth -= 1 }
            try run(function.body, inner, into: result)
        } catch {
            throw stepped(error, function, chunk.parts.calls[Int(step.c)].span, chunk.source)
        }
        function.frames.takeBack(&inner)
    }

    /// A call of anything else, or of a function with other arguments than it has parameters.
    /// True when it may have taken long.
    func callOther(
        _ chunk: Chunk, _ counter: Int, _ slots: Slots, into slot: Int
    ) throws -> Bool {
        let step = chunk.code[counter - 1]
        if slot >= 0, case .command(let command)? = slots[Int(step.b)],
            let number = number(command, slots + Int(step.b) + 1, step.extra)
        {
            put(slots + slot, number)
            return false
        }
        let value = try apply(chunk, counter, slots)
        if slot >= 0 { slots[slot] = value }
        if interrupt.isRequested { try lookAround() }
        return true
    }

    /// `sqrt(x)`, `max(x, y)` of numbers.
    private func number(_ command: Command, _ arguments: Slots, _ count: UInt8) -> Double? {
        guard !checksFinite, case .number(let x)? = arguments.pointee else { return nil }
        if count == 1 { return command.ofNumber?(x) }
        guard count == 2, case .number(let y)? = arguments[1] else { return nil }
        return command.ofNumbers?(x, y)
    }

    private func apply(_ chunk: Chunk, _ counter: Int, _ slots: Slots) throws -> Value {
        let step = chunk.code[counter - 1]
        let site = chunk.parts.calls[Int(step.c)]
        let base = slots + Int(step.b)
        let target = base.pointee ?? .nothing
        base.pointee = nil
        let arguments = site.spans.enumerated().map { index, span in
            let argument = base + 1 + index
            let value = argument.pointee ?? .nothing
            argument.pointee = nil
            return Given(label: nil, value: value, span: span)
        }
        do { return try apply(target, arguments, site: site.layer) } catch {
            if case .function(let function) = target {
                throw stepped(error, function, site.span, chunk.source)
            }
            throw located(error, site.span, chunk.source)
        }
    }

    // MARK: Walks

    /// State: how many steps are done, how many there are, and where they start or the list.
    func walkRange(_ chunk: Chunk, _ counter: Int, _ frame: Frame) throws {
        let step = chunk.code[counter - 1]
        let note = chunk.notes + (counter - 1)
        let lower = try fetch(note.pointee.left, frame, chunk)
        let upper = try fetch(note.pointee.right, frame, chunk)
        let interval = try interval(lower, upper, step.extra == 1, note.pointee.span, chunk.source)
        begin(frame.slots + Int(step.a), interval.count, .number(interval.lower))
    }

    func interval(
        _ lower: Value, _ upper: Value, _ isClosed: Bool, _ span: Span, _ source: Source
    ) throws -> Interval {
        guard case .number(let x) = lower, case .number(let y) = upper else {
            let wrong = if case .number = lower { upper } else { lower }
            throw located(
                Diagnostic.mismatch("a range", expects: "numbers", got: wrong), span, source)
        }
        return Interval(lower: x, upper: y, isClosed: isClosed)
    }

    func walk(_ chunk: Chunk, _ counter: Int, _ frame: Frame) throws {
        let step = chunk.code[counter - 1]
        let note = chunk.notes + (counter - 1)
        let sequence = try fetch(note.pointee.left, frame, chunk)
        let state = frame.slots + Int(step.a)
        if case .interval(let interval) = sequence, step.extra == 0 {
            begin(state, interval.count, .number(interval.lower))
            return
        }
        do {
            let values = try elements(of: sequence)
            begin(state, values.count, .list(values))
        } catch { throw located(error, note.pointee.span, chunk.source) }
    }

    func walkTimes(_ chunk: Chunk, _ counter: Int, _ frame: Frame) throws {
        let note = chunk.notes + (counter - 1)
        let value = try fetch(note.pointee.left, frame, chunk)
        guard case .number(let number) = value, number >= 0, number < 1e15 else {
            throw located(
                Diagnostic.mismatch("repeat", expects: "a number from 0 up", got: value),
                note.pointee.span, chunk.source)
        }
        begin(frame.slots + Int(chunk.code[counter - 1].a), Int(number), .nothing)
    }

    private func begin(_ state: Slots, _ count: Int, _ start: Value) {
        put(state, 0)
        put(state + 1, Double(count))
        state[2] = start
    }
}
