/// Arithmetic on shapes. Everything here throws where NumPy raises an error; nothing traps.
enum Shape {
    /// More elements than this are refused before anything is allocated: 2^40 floats are 4 TiB.
    static let mostElements = 1 << 40

    /// The strided kernels count this many axes.
    static let mostAxes = 8

    /// The number of elements of `shape`. The sizes that are not 0 have a product below
    /// `mostElements` even when the tensor is empty.
    static func count(_ shape: [Int], _ operation: String) throws(TensorError) -> Int {
        guard shape.count <= mostAxes else {
            throw TensorError.argument(
                operation: operation, problem: "the shape \(shape) has \(shape.count) axes",
                hint: "a tensor has at most \(mostAxes) axes")
        }
        var total = 1
        var isEmpty = false
        for size in shape {
            if size == 0 { isEmpty = true }
            // An empty axis counts as 1 here: no product of sizes may overflow, in any order.
            let (product, overflow) = total.multipliedReportingOverflow(by: max(size, 1))
            guard size >= 0, !overflow, product <= mostElements else {
                throw TensorError.size(operation: operation, shape: shape)
            }
            total = product
        }
        return isEmpty ? 0 : total
    }

    /// The shape to which `left` and `right` broadcast.
    static func broadcast(
        _ left: [Int], _ right: [Int], _ operation: String
    ) throws(TensorError) -> [Int] {
        if left == right { return left }
        let rank = max(left.count, right.count)
        var result = [Int](repeating: 1, count: rank)
        for back in 1...max(rank, 1) where back <= rank {
            let a = back <= left.count ? left[left.count - back] : 1
            let b = back <= right.count ? right[right.count - back] : 1
            guard a == b || a == 1 || b == 1 else {
                throw TensorError.broadcast(operation: operation, left: left, right: right)
            }
            result[rank - back] = a == 1 ? b : a
        }
        return result
    }

    /// `axis` counted from the front; a negative one counts from the back.
    static func axis(
        _ axis: Int, _ shape: [Int], _ operation: String
    ) throws(TensorError) -> Int {
        guard axis >= -shape.count, axis < shape.count else {
            throw TensorError.axis(operation: operation, axis: axis, shape: shape)
        }
        return axis < 0 ? axis + shape.count : axis
    }

    /// Which axes are meant: all for nil; each at most once.
    static func axes(
        _ axes: [Int]?, _ shape: [Int], _ operation: String
    ) throws(TensorError) -> [Bool] {
        guard let axes else { return Array(repeating: true, count: shape.count) }
        var chosen = [Bool](repeating: false, count: shape.count)
        for axis in axes {
            let index = try Self.axis(axis, shape, operation)
            guard !chosen[index] else {
                throw TensorError.argument(
                    operation: operation, problem: "axis \(axis) is named twice",
                    hint: "name each axis once")
            }
            chosen[index] = true
        }
        return chosen
    }

    /// Steps between neighbours along each axis of a dense tensor.
    static func strides(_ shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        var step = 1
        for axis in shape.indices.reversed() {
            strides[axis] = step
            step *= max(shape[axis], 1)
        }
        return strides
    }
}
