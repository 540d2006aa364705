import Language

/// Writes chunks: statements and the arithmetic in them as instructions, everything else as
/// evaluations of the compiler's closures.
///
/// Names are looked up and declared in the order of the text, by the compiler.
final class Assembler {
    let compiler: Compiler
    var parts = Chunk.Parts()
    private var labels: [Int] = []
    private var numbers: [UInt64: Int] = [:]
    private var cells: [ObjectIdentifier: Int] = [:]
    /// Temporaries that are free, by how many stand together.
    private var free: [Int: [Int]] = [:]
    /// Loops around the statement that is written.
    var loops: [(onward: Int, exit: Int)] = []
    /// The last instruction, when it alone writes its slot and can write another one instead.
    private var last: Int?

    init(_ compiler: Compiler) { self.compiler = compiler }

    /// Statements; the value of the last one is the chunk's.
    func chunk(_ block: Block) -> Chunk {
        let result = take()
        self.block(block, into: result)
        emit(.end, extra: 1, a: result)
        return finished()
    }

    func chunk(_ expression: Expression) -> Chunk {
        let value = operand(expression)
        emit(.end, extra: value.isTemporary ? 1 : 0, a: value.slot)
        if !value.isTemporary, !value.name.isEmpty {
            // A name alone: its fault when it has no value.
            parts.code.removeLast()
            parts.notes.removeLast()
            let held = take()
            write(expression, into: held)
            emit(.end, extra: 1, a: held)
        }
        return finished()
    }

    private func finished() -> Chunk {
        for index in parts.code.indices where parts.code[index].operation.isJump {
            parts.code[index].a = Int32(labels[Int(parts.code[index].a)])
        }
        return Chunk(parts, source: compiler.source)
    }

    // MARK: Instructions

    func emit(
        _ operation: Instruction.Operation, extra: UInt8 = 0, a: Int = 0, b: Int = 0, c: Int = 0,
        d: Int = 0, _ note: Note = Note()
    ) {
        parts.code.append(
            Instruction(
                operation: operation, extra: extra, a: Int32(a), b: Int32(b), c: Int32(c),
                d: Int32(d)))
        parts.notes.append(note)
        last = nil
    }

    /// An instruction whose only effect on slots is to write `a`.
    func emitValue(
        _ operation: Instruction.Operation, extra: UInt8 = 0, into a: Int, b: Int = 0, c: Int = 0,
        d: Int = 0, _ note: Note = Note()
    ) {
        emit(operation, extra: extra, a: a, b: b, c: c, d: d, note)
        last = parts.code.count - 1
    }

    /// Lets the last instruction keep nothing where it is one that need not.
    func discardLast(_ slot: Int) {
        if let last, [.call, .callGlobal, .evaluate].contains(parts.code[last].operation) {
            parts.code[last].a = -1
        } else {
            emit(.clear, a: slot)
        }
    }

    /// Lets the last instruction write to another slot; false when that cannot be.
    func redirect(_ old: Int, to new: Int) -> Bool {
        guard let last, parts.code[last].a == Int32(old) else { return false }
        parts.code[last].a = Int32(new)
        return true
    }

    func label() -> Int {
        labels.append(0)
        return labels.count - 1
    }

    func mark(_ label: Int) {
        labels[label] = parts.code.count
        last = nil
    }

    func place(of label: Int) -> Int { labels[label] }

    func evaluation(_ code: @escaping Code) -> Int {
        parts.evaluations.append(code)
        return parts.evaluations.count - 1
    }

    func store(_ put: @escaping (Frame, Value) throws -> Void) -> Int {
        parts.stores.append(put)
        return parts.stores.count - 1
    }

    func cell(_ variable: Variable) -> Int {
        if let known = cells[ObjectIdentifier(variable)] { return known }
        parts.variables.append(variable)
        cells[ObjectIdentifier(variable)] = parts.variables.count - 1
        return parts.variables.count - 1
    }

    // MARK: Slots

    /// Slots that stand together, for values on their way.
    func take(_ count: Int = 1) -> Int {
        if let known = free[count]?.popLast() { return known }
        let first = reserve()
        for _ in 1..<max(count, 1) { _ = reserve() }
        return first
    }

    func give(_ slot: Int, _ count: Int = 1) { free[count, default: []].append(slot) }

    func give(_ operand: Operand) { if operand.isTemporary { give(operand.slot) } }

    private func reserve() -> Int {
        guard let scope = compiler.scope else {
            parts.slots += 1
            return parts.slots - 1
        }
        return scope.reserve()
    }

    func isNumber(_ slot: Int) -> Bool { parts.numbers.contains { $0.slot == slot } }

    func number(_ value: Double) -> Int {
        if let known = numbers[value.bitPattern] { return known }
        let slot = reserve()
        numbers[value.bitPattern] = slot
        parts.numbers.append((slot, value))
        return slot
    }
}

extension Instruction.Operation {
    var isJump: Bool {
        switch self {
        case .jump, .jumpCompare, .jumpTruth, .next, .again: true
        default: false
        }
    }
}
