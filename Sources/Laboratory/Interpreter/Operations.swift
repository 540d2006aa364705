import Foundation
import Language
import Tensors

/// `a + b` and its kin on every sort of value.
func combine(_ operation: BinaryOperator, _ left: Value, _ right: Value) throws -> Value {
    switch (left, right) {
    case (.number(let a), .number(let b)): return .number(arithmetic(operation, a, b))
    case (.perSample(let a), .perSample(let b)):
        return .perSample(try arithmetic(operation, a, b))
    case (.perSample(let a), .number(let b)):
        return .perSample(try arithmetic(operation, a, Tensor(Float(b))))
    case (.number(let a), .perSample(let b)):
        return .perSample(try arithmetic(operation, Tensor(Float(a)), b))
    case (.perSample(let a), .tensor(let b)):
        if b.shape.isEmpty { return .perSample(try arithmetic(operation, a, b)) }
        return .tensor(try arithmetic(operation, try aligned(a, with: b), b))
    case (.tensor(let a), .perSample(let b)):
        if a.shape.isEmpty { return .perSample(try arithmetic(operation, a, b)) }
        return .tensor(try arithmetic(operation, a, try aligned(b, with: a)))
    case (.tensor(let a), .number(let b)):
        if operation == .power, b == 2 { return .tensor(try a.square()) }
        return .tensor(try arithmetic(operation, a, Tensor(Float(b))))
    case (.number(let a), .tensor(let b)):
        return .tensor(try arithmetic(operation, Tensor(Float(a)), b))
    case (.tensor(let a), .tensor(let b)): return .tensor(try arithmetic(operation, a, b))
    case (.string(let a), .string(let b)) where operation == .plus: return .string(a + b)
    case (.list(let a), .list(let b)) where operation == .plus: return .list(a + b)
    case (.tensor(let a), .list), (.perSample(let a), .list):
        return .tensor(try arithmetic(operation, a, try asTensor(right, operation.rawValue)))
    case (.list, .tensor(let b)), (.list, .perSample(let b)):
        return .tensor(try arithmetic(operation, try asTensor(left, operation.rawValue), b))
    case (.list, .number), (.number, .list):
        return .tensor(
            try arithmetic(
                operation, try asTensor(left, operation.rawValue),
                try asTensor(right, operation.rawValue)))
    default: throw unsuitable(operation, left, right)
    }
}

private func unsuitable(
    _ operation: BinaryOperator, _ left: Value, _ right: Value
) -> Diagnostic {
    let hint: String? =
        switch (left, right) {
        case (.string, .number), (.number, .string):
            operation == .plus ? #"to put a number into a text, write "\(number)""# : nil
        case (.network(let network), _), (_, .network(let network)):
            "a network is applied to its input: \(network.name.isEmpty ? "D" : network.name)(x)"
        case (.data, _), (_, .data): "draw a batch first: x ~ data"
        case (.distribution, _), (_, .distribution), (.space, _), (_, .space):
            "draw from it first: z ~ noise(G)"
        case (.nothing, _), (_, .nothing): "one side has no value yet"
        default: nil
        }
    return Diagnostic(
        .type,
        "\(operation.rawValue) does not work between \(left.kindName) and \(right.kindName)",
        hint: hint)
}

/// `[n]` as `[n, 1, …, 1]`, so that one value for each sample meets the whole sample.
private func aligned(_ draw: Tensor, with tensor: Tensor) throws -> Tensor {
    guard let first = tensor.shape.first, first == draw.count else {
        throw Diagnostic(
            .shape, "a draw for \(draw.count) samples meets a tensor of shape \(tensor.shape)",
            hint: "both need the same number of samples")
    }
    return try draw.reshape([first] + Array(repeating: 1, count: tensor.rank - 1))
}

func arithmetic(_ operation: BinaryOperator, _ a: Double, _ b: Double) -> Double {
    switch operation {
    case .plus: a + b
    case .minus: a - b
    case .times, .matrixProduct: a * b
    case .divide: a / b
    case .power: b == 2 ? a * a : pow(a, b)
    case .remainder: a - b * (a / b).rounded(.down)
    }
}

func arithmetic(_ operation: BinaryOperator, _ a: Tensor, _ b: Tensor) throws -> Tensor {
    switch operation {
    case .plus: try a + b
    case .minus: try a - b
    case .times: try a * b
    case .divide: try a / b
    case .power: try a.power(b)
    case .matrixProduct: try matmul(a, b)
    case .remainder: try a - b * (a / b).floor()
    }
}

func negate(_ value: Value) throws -> Value {
    switch value {
    case .number(let number): return .number(-number)
    case .tensor(let tensor): return .tensor(try -tensor)
    case .perSample(let tensor): return .perSample(try -tensor)
    default: throw Diagnostic.mismatch("-", expects: "a number or a tensor", got: value)
    }
}

/// `a < b`: true or false for numbers and texts, a tensor of 0 and 1 for tensors.
func compare(_ relation: Relation, _ left: Value, _ right: Value) throws -> Value {
    switch (left, right) {
    case (.number(let a), .number(let b)): return .boolean(relation.holds(a, b))
    case (.string(let a), .string(let b)):
        switch relation {
        case .equal: return .boolean(a == b)
        case .unequal: return .boolean(a != b)
        case .less: return .boolean(a < b)
        case .lessOrEqual: return .boolean(a <= b)
        case .greater: return .boolean(a > b)
        case .greaterOrEqual: return .boolean(a >= b)
        }
    case (.tensor, .tensor), (.tensor, .number), (.number, .tensor), (.perSample, _),
        (_, .perSample), (.tensor, .list), (.list, .tensor):
        let a = try asTensor(left, relation.rawValue)
        let b = try asTensor(right, relation.rawValue)
        return .tensor(try relation.holds(a, b))
    default:
        if relation == .equal { return .boolean(areEqual(left, right)) }
        if relation == .unequal { return .boolean(!areEqual(left, right)) }
        throw Diagnostic(
            .type, "\(relation.rawValue) does not order \(left.kindName) and \(right.kindName)")
    }
}

extension Relation {
    /// 1 where it holds, 0 elsewhere.
    fileprivate func holds(_ a: Tensor, _ b: Tensor) throws -> Tensor {
        switch self {
        case .equal: try a.equals(b)
        case .unequal: try a.differs(b)
        case .less: try a.less(b)
        case .lessOrEqual: try a.lessOrEqual(b)
        case .greater: try a.greater(b)
        case .greaterOrEqual: try a.greaterOrEqual(b)
        }
    }
}

func areEqual(_ left: Value, _ right: Value) -> Bool {
    switch (left, right) {
    case (.nothing, .nothing): true
    case (.boolean(let a), .boolean(let b)): a == b
    case (.number(let a), .number(let b)): a == b
    case (.string(let a), .string(let b)): a == b
    case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)):
        a.count == b.count && zip(a, b).allSatisfy(areEqual)
    case (.interval(let a), .interval(let b)):
        a.lower == b.lower && a.upper == b.upper && a.isClosed == b.isClosed
    case (.network(let a), .network(let b)): a === b
    case (.game(let a), .game(let b)): a === b
    case (.function(let a), .function(let b)): a === b
    case (.rule(let a), .rule(let b)): a === b
    default: false
    }
}

/// A number, a list of numbers or a draw as a tensor.
func asTensor(_ value: Value, _ who: String) throws -> Tensor {
    switch value {
    case .tensor(let tensor): return tensor
    case .perSample(let tensor): return try tensor.reshape([tensor.count, 1])
    case .number(let number): return Tensor(Float(number))
    case .boolean(let truth): return Tensor(truth ? 1 : 0)
    case .interval(let interval):
        guard interval.count <= 1 << 24 else {
            throw Diagnostic(.value, "\(who): the range has \(interval.count) numbers, too many")
        }
        let numbers = (0..<interval.count).map { Float(interval.lower) + Float($0) }
        return try Tensor(numbers, shape: [numbers.count])
    case .list(let items), .tuple(let items):
        if items.allSatisfy({ if case .number = $0 { true } else { false } }) {
            let numbers = items.map { item -> Float in
                if case .number(let number) = item { Float(number) } else { 0 }
            }
            return try Tensor(numbers, shape: [numbers.count])
        }
        return try Tensor.stack(try items.map { try asTensor($0, who) })
    default:
        throw Diagnostic.mismatch(who, expects: "a tensor", got: value)
    }
}

extension Value {
    /// A whole number, or a list of them.
    var integers: [Int]? {
        switch self {
        case .number(let number): return Int(exactly: number).map { [$0] }
        case .list(let items), .tuple(let items):
            var whole: [Int] = []
            for item in items {
                guard case .number(let number) = item, let value = Int(exactly: number) else {
                    return nil
                }
                whole.append(value)
            }
            return whole
        default: return nil
        }
    }

    var numbers: [Double]? {
        switch self {
        case .number(let number): return [number]
        case .list(let items), .tuple(let items):
            var all: [Double] = []
            for item in items {
                guard case .number(let number) = item else { return nil }
                all.append(number)
            }
            return all
        case .interval(let interval) where interval.count <= 1 << 24:
            return (0..<interval.count).map { interval.lower + Double($0) }
        case .tensor(let tensor), .perSample(let tensor): return tensor.values.map(Double.init)
        default: return nil
        }
    }
}
