import Foundation
import Language

typealias Slots = UnsafeMutablePointer<Value?>

/// Runs chunks. Numbers take the short way here; every other value takes the way of `Slow.swift`,
/// which is that of the language's general operators.
extension Session {
    func run(_ chunk: Chunk, _ frame: Frame) throws -> Flow {
        var result: Value?
        switch try run(chunk, frame, into: &result) {
        case .value: return .value(result ?? .nothing)
        case .returned: return .returned(result ?? .nothing)
        case .left: return .left
        case .continued: return .continued
        }
    }

    /// Runs a chunk whose value goes into a slot.
    @discardableResult
    func run(_ chunk: Chunk, _ frame: Frame, into result: Slots) throws -> Ending {
        let slots = frame.slots
        for (slot, number) in chunk.parts.numbers { put(slots + slot, number) }
        var counter = 0
        while true {
            do { return try work(chunk, frame, &counter, result) } catch let escape as Escape {
                if let next = chunk.resumption(of: escape.flow, at: counter - 1) {
                    counter = next
                    continue
                }
                switch escape.flow {
                case .value(let value), .returned(let value):
                    result.pointee = value
                    return .returned
                case .left: return .left
                case .continued: return .continued
                }
            }
        }
    }

    /// How a chunk ended; its value, where there is one, is in the slot for it.
    enum Ending { case value, returned, left, continued }

    /// The loop over instructions. One long switch, because each call out of it costs as much as
    /// the addition it would make: a million turns of a loop with an addition and a comparison.
    private func work(
        _ chunk: Chunk, _ frame: Frame, _ reached: inout Int, _ result: Slots
    ) throws -> Ending {
        let code = chunk.code
        let cells = chunk.cells
        let slots = frame.slots
        var counter = reached
        var patience = 64
        while true {
            let step = code[counter]
            counter += 1
            let (a, b, c) = (Int(step.a), Int(step.b), Int(step.c))
            switch step.operation {
            case .plus:
                if case .number(let x)? = slots[b], case .number(let y)? = slots[c] {
                    put(slots + a, x + y)
                } else {
                    try combine(chunk, counter, frame, into: a)
                }
            case .minus:
                if case .number(let x)? = slots[b], case .number(let y)? = slots[c] {
                    put(slots + a, x - y)
                } else {
                    try combine(chunk, counter, frame, into: a)
                }
            case .times:
                if case .number(let x)? = slots[b], case .number(let y)? = slots[c] {
                    put(slots + a, x * y)
                } else {
                    try combine(chunk, counter, frame, into: a)
                }
            case .divide:
                if case .number(let x)? = slots[b], case .number(let y)? = slots[c], y != 0 {
                    put(slots + a, x / y)
                } else {
                    try combine(chunk, counter, frame, into: a)
                }
            case .remainder:
                if case .number(let x)? = slots[b], case .number(let y)? = slots[c], y != 0 {
                    put(slots + a, x - y * (x / y).rounded(.down))
                } else {
                    try combine(chunk, counter, frame, into: a)
                }
            case .power:
                if case .number(let x)? = slots[b], case .number(2)? = slots[c] {
                    put(slots + a, x * x)
                } else {
                    try combine(chunk, counter, frame, into: a)
                }
            case .negate:
                if case .number(let x)? = slots[b] {
                    put(slots + a, -x)
                } else {
                    try negate(chunk, counter, frame, into: a)
                }
            case .compare:
                if case .number(let x)? = slots[b], case .number(let y)? = slots[c] {
                    slots[a] = .boolean(step.holds(x, y))
                } else {
                    slots[a] = try compare(chunk, counter, frame)
                }
            case .jumpCompare:
                let holds: Bool
                if case .number(let x)? = slots[b], case .number(let y)? = slots[c] {
                    holds = step.holds(x, y)
                } else {
                    holds = try test(chunk, counter, frame)
                }
                if holds == step.wanted { counter = a }
            case .jumpTruth:
                let holds: Bool
                if case .boolean(let truth)? = slots[b] {
                    holds = truth
                } else {
                    holds = try truth(chunk, counter, frame)
                }
                if holds == step.wanted { counter = a }
            case .jump: counter = a
            case .element:
                if case .number(let index)? = slots[c], case .list(let items)? = slots[b],
                    let place = Int(exactly: index), items.indices.contains(place)
                {
                    slots[a] = items[place]
                } else {
                    try element(chunk, counter, frame, into: a)
                }
            case .globalElement:
                if case .number(let index)? = slots[c], case .list(let items)? = cells[b].pointee,
                    let place = Int(exactly: index), items.indices.contains(place)
                {
                    slots[a] = items[place]
                } else {
                    try globalElement(cells[b], chunk, counter, frame, into: a)
                }
            case .copy:
                if case .number(let x)? = slots[b] {
                    put(slots + a, x)
                } else {
                    slots[a] = try fetch(chunk.notes[counter - 1].left, frame, chunk)
                }
            case .move:
                if case .number(let x)? = slots[b] {
                    put(slots + a, x)
                } else {
                    slots[a] = slots[b]
                    slots[b] = nil
                }
            case .constant: slots[a] = chunk.parts.constants[b]
            case .loadGlobal:
                let cell = cells[b]
                if case .number(let x)? = cell.pointee {
                    put(slots + a, x)
                } else if let value = cell.pointee {
                    slots[a] = value
                } else {
                    slots[a] = try chunk.parts.evaluations[c](frame)
                }
            case .storeGlobal:
                if case .number(let x)? = slots[a] {
                    put(cells[b], x)
                } else {
                    cells[b].pointee = slots[a]
                    if step.extra == 1 { slots[a] = nil }
                }
            case .loadOuter:
                let place = outerSlots(frame, c) + b
                if case .number(let x)? = place.pointee {
                    put(slots + a, x)
                } else if let value = place.pointee {
                    slots[a] = value
                } else {
                    throw unknown(chunk.notes[counter - 1].left, chunk)
                }
            case .growGlobal:
                if case .number(let x)? = cells[b].pointee, case .number(let y)? = slots[c] {
                    put(cells[b], x + y)
                } else {
                    try grow(cells[b], chunk, counter, frame)
                }
            case .storeOuter:
                if case .number(let x)? = slots[a] {
                    put(outerSlots(frame, c) + b, x)
                } else {
                    outerSlots(frame, c)[b] = slots[a]
                }
            case .storeElement:
                try storeElement(slots + b, slots + c, slots + a, chunk, counter, frame)
            case .storeGlobalElement:
                try storeElement(cells[b], slots + c, slots + a, chunk, counter, frame)
            case .evaluate:
                reached = counter
                let value = try chunk.parts.evaluations[b](frame)
                if a >= 0 { slots[a] = value }
                patience = 0
                if interrupt.isRequested { try lookAround() }
            case .perform:
                reached = counter
                guard case .value(let value) = try chunk.parts.actions[b](frame) else { continue }
                if a >= 0 { slots[a] = value }
                patience = 0
                if interrupt.isRequested { try lookAround() }
            case .store: try chunk.parts.stores[b](frame, slots[a] ?? .nothing)
            case .call:
                if case .function(let function)? = slots[b], function.parameters.count == step.extra
                {
                    try call(function, chunk, counter, slots, into: a)
                } else {
                    reached = counter
                    if try callOther(chunk, counter, slots, into: a) { patience = 0 }
                }
            case .callGlobal:
                if case .function(let function)? = cells[Int(step.d)].pointee,
                    function.parameters.count == step.extra
                {
                    try call(function, chunk, counter, slots, into: a)
                } else {
                    reached = counter
                    slots[b] =
                        try cells[Int(step.d)].pointee
                        ?? chunk.parts.evaluations[chunk.notes[counter - 1].fallback](frame)
                    if try callOther(chunk, counter, slots, into: a) { patience = 0 }
                }
            case .christen:
                if case .network(let network)? = slots[a], network.name.isEmpty {
                    network.name = chunk.parts.names[b]
                }
            case .walkRange: try walkRange(chunk, counter, frame)
            case .walk: try walk(chunk, counter, frame)
            case .repetition: try walkTimes(chunk, counter, frame)
            case .next:
                guard case .number(let place)? = slots[b], case .number(let count)? = slots[b + 1],
                    place < count
                else { continue }
                put(slots + b, place + 1)
                if case .number(let lower)? = slots[b + 2] {
                    put(slots + c, lower + place)
                } else if case .list(let items)? = slots[b + 2] {
                    slots[c] = items[Int(place)]
                }
                counter = a
                patience -= 1
                if patience < 0 {
                    patience = 64
                    try lookAround()
                }
            case .again:
                guard case .number(let place)? = slots[b], case .number(let count)? = slots[b + 1],
                    place < count
                else { continue }
                put(slots + b, place + 1)
                counter = a
                patience -= 1
                if patience < 0 {
                    patience = 64
                    try lookAround()
                }
            case .clear: slots[a] = nil
            case .safePoint:
                patience -= 1
                if patience < 0 {
                    patience = 64
                    try lookAround()
                }
            case .end:
                answer(slots + a, isMoved: step.extra == 1, into: result)
                return .value
            case .giveBack:
                answer(slots + a, isMoved: step.extra == 1, into: result)
                return .returned
            case .leave: return .left
            case .proceed: return .continued
            }
        }
    }

    /// The variables of the frame some levels out.
    @inline(__always)
    private func outerSlots(_ frame: Frame, _ depth: Int) -> Slots {
        if depth == 1, let outer = frame.outer { return outer.slots }
        return frame.out(depth).slots
    }

    @inline(__always)
    private func answer(_ slot: Slots, isMoved: Bool, into result: Slots) {
        if case .number(let number)? = slot.pointee {
            put(result, number)
        } else {
            result.pointee = slot.pointee
            if isMoved { slot.pointee = nil }
        }
    }
}

/// Stores a number; a slot that holds one already has nothing to let go of.
@inline(__always)
func put(_ slot: Slots, _ number: Double) {
    if case .number? = slot.pointee {
        slot.initialize(to: .number(number))
    } else {
        slot.pointee = .number(number)
    }
}
