import CKernels

/// An immutable array of 32-bit floats, row-major, without strides; any number of axes.
///
/// A tensor is *tracked* when it is a leaf made by `tracked()` or was computed from a tracked
/// one: then it remembers how it came about, and `gradients(of:at:)` can go back.
package struct Tensor: Sendable {
    package let shape: [Int]
    /// The number of elements.
    package let count: Int
    var storage: Storage
    var node: Node?

    /// The number of axes.
    package var rank: Int { shape.count }

    /// `values` in row-major order; throws when the shape holds another number of them.
    package init(_ values: [Float], shape: [Int]) throws(TensorError) {
        let count = try Shape.count(shape, "tensor")
        guard count == values.count else {
            throw TensorError.count(operation: "tensor", shape: shape, values: values.count)
        }
        try self.init(unset: shape, count: count)
        let target = storage.pointer
        values.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { target.update(from: base, count: count) }
        }
    }

    /// A single number, shape `[]`.
    package init(_ scalar: Float) {
        self.init(Storage(scalar: scalar), shape: [], count: 1)
    }

    /// Elements not yet set.
    init(unset shape: [Int], count: Int) throws(TensorError) {
        storage = try Storage(count: count)
        self.shape = shape
        self.count = count
        node = nil
    }

    /// Elements not yet set, for a shape not yet checked.
    init(unset shape: [Int], _ operation: String) throws(TensorError) {
        try self.init(unset: shape, count: try Shape.count(shape, operation))
    }

    /// The elements of `storage` under another shape of the same count.
    init(_ storage: Storage, shape: [Int], count: Int) {
        self.storage = storage
        self.shape = shape
        self.count = count
        node = nil
    }

    /// The elements, copied.
    package var values: [Float] {
        Array(UnsafeBufferPointer(start: storage.pointer, count: count))
    }

    /// Calls `body` with the elements in place.
    package func withValues<Result>(
        _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) rethrows -> Result {
        try withExtendedLifetime(storage) {
            try body(UnsafeBufferPointer(start: storage.pointer, count: count))
        }
    }

    /// The one element; throws when there are none or several.
    package func item() throws(TensorError) -> Float {
        guard count == 1 else { throw TensorError.notSingle(operation: "item", shape: shape) }
        return withExtendedLifetime(storage) { storage.pointer.pointee }
    }

    /// Whether every element is finite.
    package var isFinite: Bool {
        withExtendedLifetime(storage) { kernels_all_finite(storage.pointer, Int64(count)) != 0 }
    }

    /// Whether both are the same elements with the same shape and the same history.
    package func isSame(as other: Tensor) -> Bool {
        storage === other.storage && node === other.node && shape == other.shape
    }

    /// Another number for other elements, also after an update in place.
    package var version: UInt64 { storage.version }

    var p: UnsafeMutablePointer<Float> { storage.pointer }
}

// MARK: - Making tensors

extension Tensor {
    package static func full(_ shape: [Int], _ value: Float) throws(TensorError) -> Tensor {
        let result = try Tensor(unset: shape, "full")
        Loop.over(result.count) { kernels_fill(result.p + $0, value, Int64($1)) }
        return result
    }

    package static func zeros(_ shape: [Int]) throws(TensorError) -> Tensor {
        try full(shape, 0)
    }

    package static func ones(_ shape: [Int]) throws(TensorError) -> Tensor {
        try full(shape, 1)
    }

    /// `start`, `start + step`, ... before `end`; throws when `step` is 0.
    package static func range(
        _ start: Double, _ end: Double, step: Double = 1
    ) throws(TensorError) -> Tensor {
        guard step != 0, step.isFinite, start.isFinite, end.isFinite else {
            throw TensorError.argument(
                operation: "range", problem: "there is no range from \(start) to \(end) by \(step)",
                hint: "the step must not be 0 and all three must be finite")
        }
        let length = Swift.max(0, ((end - start) / step).rounded(.up))
        guard length <= Double(Shape.mostElements) else {
            throw TensorError.argument(
                operation: "range", problem: "the range has \(length) values",
                hint: "use a larger step")
        }
        return try filled(count: Int(length)) { Float(start + Double($0) * step) }
    }

    /// `count` values from `start` to `end`, both included, at equal distances.
    package static func linspace(
        _ start: Double, _ end: Double, count: Int
    ) throws(TensorError) -> Tensor {
        guard count >= 0 else {
            throw TensorError.argument(
                operation: "linspace", problem: "there are no \(count) values",
                hint: "the count must be 0 or more")
        }
        let last = Double(Swift.max(count - 1, 1))
        return try filled(count: count) {
            $0 == count - 1 && count > 1
                ? Float(end) : Float(start + (end - start) * (Double($0) / last))
        }
    }

    /// A vector of `value(0)`, `value(1)`, ...
    static func filled(
        count: Int, _ value: (Int) -> Float
    ) throws(TensorError) -> Tensor {
        let result = try Tensor(unset: [count], "range")
        let target = result.p
        for index in 0..<count { target[index] = value(index) }
        return result
    }
}

extension Tensor: CustomStringConvertible {
    package var description: String {
        let head = values.prefix(8).map { "\($0)" }.joined(separator: ", ")
        return "tensor \(shape) [\(head)\(count > 8 ? ", ..." : "")]"
    }
}
