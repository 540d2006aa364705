/// What can be wrong with an operation on tensors: the operation, the shapes, the way out.
package enum TensorError: Error, Equatable {
    /// Two shapes that do not broadcast to one.
    case broadcast(operation: String, left: [Int], right: [Int])
    /// Two shapes that do not fit for another reason, told in `because`.
    case mismatch(
        operation: String, left: [Int], right: [Int], because: String, hint: String? = nil)
    /// A shape with another rank or form than `expected`.
    case form(operation: String, shape: [Int], expected: String)
    case axis(operation: String, axis: Int, shape: [Int])
    case index(operation: String, index: Int, size: Int)
    /// As many values as the shape does not hold.
    case count(operation: String, shape: [Int], values: Int)
    /// A shape with a negative size, or with more elements than can be counted.
    case size(operation: String, shape: [Int])
    /// An argument outside its range.
    case argument(operation: String, problem: String, hint: String)
    /// Another thing than exactly one element.
    case notSingle(operation: String, shape: [Int])
    case memory(bytes: Int, inUse: Int, limit: Int)
    /// A status of oneDNN other than success.
    case oneDNN(operation: String, status: Int)

    /// What is wrong, in one line.
    package var message: String {
        switch self {
        case .broadcast(let operation, let left, let right):
            "\(operation): shapes \(left) and \(right) do not broadcast"
        case .mismatch(let operation, let left, let right, let because, _):
            "\(operation): shapes \(left) and \(right) do not fit: \(because)"
        case .form(let operation, let shape, let expected):
            "\(operation) expects \(expected), not shape \(shape)"
        case .axis(let operation, let axis, let shape):
            "\(operation): shape \(shape) has no axis \(axis)"
        case .index(let operation, let index, let size):
            "\(operation): index \(index) is outside 0..<\(size)"
        case .count(let operation, let shape, let values):
            "\(operation): \(values) values do not fill shape \(shape)"
        case .size(let operation, let shape):
            "\(operation): no tensor can have shape \(shape)"
        case .argument(let operation, let problem, _):
            "\(operation): \(problem)"
        case .notSingle(let operation, let shape):
            "\(operation) expects exactly one element, not shape \(shape)"
        case .memory(let bytes, let inUse, let limit):
            "\(Self.size(bytes)) more would exceed the memory limit of \(Self.size(limit))"
                + " (\(Self.size(inUse)) in use)"
        case .oneDNN(let operation, let status):
            "\(operation): oneDNN refused with status \(status)"
        }
    }

    /// The way out, where one is known.
    package var hint: String? {
        switch self {
        case .broadcast:
            "sizes must be equal or 1, compared from the last axis"
        case .axis(_, _, let shape):
            shape.isEmpty
                ? "a single number has no axes"
                : "axes go from 0 to \(shape.count - 1), or from -\(shape.count) to -1"
        case .argument(_, _, let hint):
            hint
        case .mismatch(_, _, _, _, let hint):
            hint
        case .notSingle:
            "take a mean or a sum first"
        case .memory:
            "use a smaller batch, or raise the limit"
        case .form, .index, .count, .size, .oneDNN:
            nil
        }
    }

    private static func size(_ bytes: Int) -> String {
        let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"]
        var value = Double(bytes)
        var unit = 0
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        let tenths = Int((value * 10).rounded())
        return unit == 0 || tenths % 10 == 0
            ? "\(tenths / 10) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}

extension TensorError: CustomStringConvertible {
    package var description: String { message }
}
