import Language
import Tensors

extension Session {
    /// The values of something that can be walked: a list, a range, a text, the rows of a tensor.
    func elements(of value: Value) throws -> [Value] {
        switch value {
        case .list(let items), .tuple(let items): return items
        case .interval(let interval):
            guard interval.count <= 1 << 24 else {
                throw Diagnostic(
                    .value, "the range \(value.inSource) has too many numbers for a list",
                    hint: "walk over it: for i in \(value.inSource) { … }")
            }
            return (0..<interval.count).map { .number(interval.lower + Double($0)) }
        case .string(let text): return text.unicodeScalars.map { .string(String($0)) }
        case .tensor(let tensor):
            guard let rows = tensor.shape.first else {
                throw Diagnostic(.type, "a tensor without axes has no rows to walk over")
            }
            return try (0..<rows).map { try select([.value(.number(Double($0)))], from: value) }
        case .record(let record):
            return record.fields.map { .tuple([.string($0.name), $0.value]) }
        default: throw Diagnostic.mismatch("for", expects: "a range or a list", got: value)
        }
    }

    /// The values for several names on the left.
    func parts(of value: Value) throws -> [Value] {
        switch value {
        case .tuple(let items), .list(let items): items
        case .tensor, .record: try elements(of: value)
        default:
            throw Diagnostic(
                .type, "several names need as many values, but got \(value.kindName)")
        }
    }

    /// `value[picks]`.
    func select(_ picks: [Selector], from value: Value) throws -> Value {
        switch value {
        case .tensor(let tensor): return .tensor(try selectTensor(picks, tensor))
        case .perSample(let tensor): return .tensor(try selectTensor(picks, tensor))
        case .list(let items): return try selectItem(picks, items) { .list($0) }
        case .tuple(let items): return try selectItem(picks, items) { .tuple($0) }
        case .string(let text):
            let letters = text.unicodeScalars.map { Value.string(String($0)) }
            return try selectItem(picks, letters) { parts in
                .string(parts.map(\.inWords).joined())
            }
        case .interval(let interval) where interval.count <= 1 << 20:
            return try selectItem(picks, try elements(of: value)) { .list($0) }
        case .record(let record):
            guard picks.count == 1, case .value(.string(let name)) = picks[0] else {
                throw Diagnostic(.type, "a record is asked by name", hint: #"r["name"] or r.name"#)
            }
            return try member(name, of: .record(record))
        default:
            throw Diagnostic(.type, "\(value.kindName) has no elements to pick with [ ]")
        }
    }

    private func selectItem(
        _ picks: [Selector], _ items: [Value], _ make: ([Value]) -> Value
    ) throws -> Value {
        guard picks.count == 1, let pick = picks.first else {
            throw Diagnostic(.type, "a list has one axis, but \(picks.count) indices are given")
        }
        switch pick {
        case .everything: return make(items)
        case .range(let lower, let upper, let isClosed):
            let range = try bounds(lower, upper, isClosed, items.count)
            return make(Array(items[range]))
        case .value(let value):
            guard case .number(let number) = value, let index = Int(exactly: number) else {
                throw Diagnostic.mismatch("an index", expects: "a whole number", got: value)
            }
            return items[try position(index, items.count)]
        }
    }

    private func selectTensor(_ picks: [Selector], _ tensor: Tensor) throws -> Tensor {
        let open = picks.count { if case .everything = $0 { true } else { false } }
        // The first `..` stands for all axes that are not named otherwise.
        let missing = tensor.rank - (picks.count - min(open, 1))
        guard missing >= 0, open > 0 || picks.count <= tensor.rank else {
            throw Diagnostic(
                .shape, "\(counted(picks.count, "index")) for a tensor of shape \(tensor.shape)",
                hint: "it has \(counted(tensor.rank, "axis"))")
        }
        var result = tensor
        var axis = 0
        var isFirstOpen = true
        for pick in picks {
            switch pick {
            case .everything:
                axis += isFirstOpen ? missing : 1
                isFirstOpen = false
            case .range(let lower, let upper, let isClosed):
                let range = try bounds(lower, upper, isClosed, result.shape[axis])
                result = try result.cut(axis, range)
                axis += 1
            case .value(.number(let number)):
                guard let whole = Int(exactly: number) else {
                    throw Diagnostic(.value, "an index is a whole number, not \(number)")
                }
                let index = try position(whole, result.shape[axis])
                var shape = result.shape
                shape.remove(at: axis)
                result = try result.cut(axis, index..<index + 1).reshape(shape)
            case .value(let value):
                guard axis == 0, let indices = value.numbers else {
                    throw Diagnostic.mismatch(
                        "an index", expects: "a number, a range or a list", got: value)
                }
                let rows = try indices.map { number -> Int in
                    guard let whole = Int(exactly: number) else {
                        throw Diagnostic(.value, "an index is a whole number, not \(number)")
                    }
                    return try position(whole, result.shape[0])
                }
                result = try result.gather(rows)
                axis += 1
            }
        }
        return result
    }

    /// Negative positions count from the end, as in Python.
    private func position(_ index: Int, _ count: Int) throws -> Int {
        let place = index < 0 ? index + count : index
        guard place >= 0, place < count else {
            throw Diagnostic(
                .value, "index \(index) is outside of \(counted(count, "element"))",
                hint: count > 0 ? "the first is 0, the last \(count - 1)" : "it is empty")
        }
        return place
    }

    private func bounds(
        _ lower: Int?, _ upper: Int?, _ isClosed: Bool, _ count: Int
    ) throws -> Range<Int> {
        let first = lower ?? 0
        let last = upper.map { isClosed ? $0 &+ 1 : $0 } ?? count
        let start = first < 0 ? first + count : first
        let end = upper != nil && last < 0 ? last + count : last
        guard start >= 0, start <= count, end >= start, end <= count else {
            throw Diagnostic(
                .value, "the range is outside of \(counted(count, "element"))",
                hint: "it may run from 0 to \(count)")
        }
        return start..<end
    }
}

extension Tensor {
    /// A range of one axis.
    fileprivate func cut(_ axis: Int, _ range: Range<Int>) throws -> Tensor {
        if range == 0..<shape[axis] { return self }
        return try slice(shape[0..<axis].map { 0..<$0 } + [range])
    }
}

/// A list with one element exchanged.
func replacing(_ picks: [Selector], in value: Value, by new: Value) throws -> Value {
    guard case .list(var items) = value else {
        throw Diagnostic(
            .type, "only an element of a list can be assigned to, not of \(value.kindName)",
            hint: "make a new tensor: concat, where")
    }
    guard picks.count == 1, case .value(.number(let number)) = picks[0],
        let whole = Int(exactly: number)
    else { throw Diagnostic(.type, "one whole number picks the element that is assigned to") }
    let index = whole < 0 ? whole + items.count : whole
    guard items.indices.contains(index) else {
        throw Diagnostic(.value, "index \(whole) is outside of \(counted(items.count, "element"))")
    }
    items[index] = new
    return .list(items)
}
