import CDNNL
import CKernels

/// The matrix product of the last two axes; the axes before broadcast. With a transpose flag the
/// last two axes of that side are read in the other order, without a copy.
///
/// A vector on the left is a row, on the right a column, and its axis is left out of the result,
/// as in NumPy.
package func matmul(
    _ left: Tensor, _ right: Tensor, transposeLeft: Bool = false, transposeRight: Bool = false
) throws(TensorError) -> Tensor {
    guard left.rank > 0, right.rank > 0 else {
        throw TensorError.mismatch(
            operation: "matmul", left: left.shape, right: right.shape,
            because: "a single number has no rows; use *")
    }
    if left.rank == 1 || right.rank == 1 {
        return try vectorProduct(left, right, transposeLeft, transposeRight)
    }
    let plan = try Product(left.shape, right.shape, transposeLeft, transposeRight)
    let result = try plan.run(left, right)
    return result.recorded("matmul", left, right) { back throws(TensorError) in
        let (a, b, g) = (back.input(0), back.input(1), back.gradient)
        // C = A B: dA = G Bᵀ, dB = Aᵀ G; a flag on A or B swaps the roles.
        let first =
            transposeLeft
            ? MatrixPair(b, g, transposeLeft: transposeRight, transposeRight: true)
            : MatrixPair(g, b, transposeRight: !transposeRight)
        let second =
            transposeRight
            ? MatrixPair(g, a, transposeLeft: true, transposeRight: transposeLeft)
            : MatrixPair(a, g, transposeLeft: !transposeLeft)
        guard a.rank > 2 || b.rank > 2 else { return try back.contribute(0, first, 1, second) }
        try back.contribute(0, try first.product().summed(like: a))
        try back.contribute(1, try second.product().summed(like: b))
    }
}

private func vectorProduct(
    _ left: Tensor, _ right: Tensor, _ transposeLeft: Bool, _ transposeRight: Bool
) throws(TensorError) -> Tensor {
    let inner = { (shape: [Int]) in shape.count == 1 ? shape[0] : -1 }
    let a = inner(left.shape) < 0 ? left : try left.reshaped([1, left.count])
    let b = inner(right.shape) < 0 ? right : try right.reshaped([right.count, 1])
    let product: Tensor
    do throws(TensorError) {
        product = try matmul(
            a, b, transposeLeft: transposeLeft && left.rank > 1,
            transposeRight: transposeRight && right.rank > 1)
    } catch .mismatch(let operation, _, _, let because, _) {
        throw .mismatch(
            operation: operation, left: left.shape, right: right.shape, because: because)
    }
    var shape = product.shape
    if left.rank == 1 { shape.remove(at: shape.count - 2) }
    if right.rank == 1 { shape.removeLast() }
    return try product.reshaped(shape)
}

/// The sizes of one matrix product, and how it is split over the threads.
struct Product {
    let rows: Int
    let columns: Int
    let depth: Int
    let transposeLeft: Bool
    let transposeRight: Bool
    /// The shape of the result.
    let shape: [Int]
    /// For each product of a batch, where its matrices start; empty for a single product.
    private let batches: [(left: Int, right: Int)]

    init(
        _ left: [Int], _ right: [Int], _ transposeLeft: Bool, _ transposeRight: Bool,
        operation: String = "matmul"
    ) throws(TensorError) {
        let (a, b) = (left.count, right.count)
        rows = left[a - (transposeLeft ? 1 : 2)]
        depth = left[a - (transposeLeft ? 2 : 1)]
        columns = right[b - (transposeRight ? 2 : 1)]
        let rightDepth = right[b - (transposeRight ? 1 : 2)]
        guard depth == rightDepth else {
            throw TensorError.mismatch(
                operation: operation, left: left, right: right,
                because: "the inner sizes are \(depth) and \(rightDepth)")
        }
        self.transposeLeft = transposeLeft
        self.transposeRight = transposeRight
        if a == 2, b == 2 {
            shape = [rows, columns]
            _ = try Shape.count(shape, operation)
            batches = []
            return
        }
        let outer: [Int]
        do throws(TensorError) {
            outer = try Shape.broadcast(
                Array(left.dropLast(2)), Array(right.dropLast(2)), operation)
        } catch {
            throw TensorError.broadcast(operation: operation, left: left, right: right)
        }
        shape = outer + [rows, columns]
        let number = try Shape.count(outer, operation)
        _ = try Shape.count(shape, operation)
        batches = Self.starts(
            outer, left.dropLast(2), right.dropLast(2), number, rows * depth, depth * columns)
    }

    private static func starts(
        _ outer: [Int], _ left: ArraySlice<Int>, _ right: ArraySlice<Int>, _ number: Int,
        _ leftSize: Int, _ rightSize: Int
    ) -> [(left: Int, right: Int)] {
        let (leftShape, rightShape) = (Array(left), Array(right))
        let (leftStrides, rightStrides) = (Shape.strides(leftShape), Shape.strides(rightShape))
        return (0..<number).map { number in
            var rest = number
            var a = 0
            var b = 0
            for axis in outer.indices.reversed() {
                let index = rest % outer[axis]
                rest /= outer[axis]
                let leftAxis = axis - (outer.count - leftShape.count)
                let rightAxis = axis - (outer.count - rightShape.count)
                if leftAxis >= 0, leftShape[leftAxis] > 1 { a += index * leftStrides[leftAxis] }
                if rightAxis >= 0, rightShape[rightAxis] > 1 {
                    b += index * rightStrides[rightAxis]
                }
            }
            return (a * leftSize, b * rightSize)
        }
    }

    /// Called with the result's elements and a block right after this is made, on the thread that
    /// made it.
    typealias Finish = (UnsafeMutablePointer<Float>, Block) -> Void

    /// The result before it is computed; zeros where nothing is to be computed.
    func unset() throws(TensorError) -> Tensor {
        let result = try Tensor(unset: shape, "matmul")
        if depth == 0 { kernels_fill(result.p, 0, Int64(result.count)) }
        return result
    }

    func run(
        _ left: Tensor, _ right: Tensor, finish: Finish? = nil
    ) throws(TensorError) -> Tensor {
        let result = try unset()
        guard result.count > 0 else { return result }
        let (a, b, c) = (left.p, right.p, result.p)
        guard depth > 0 else {
            finish?(c, whole)
            return result
        }
        if batches.isEmpty {
            let parts = try Parts(self)
            Threads.run(parts.count) { part in
                for piece in parts.blocks[part].pieces(of: isShallow ? 16 : rows) {
                    parts.compute(part, piece, a, b, c)
                    if !parts.areSums { finish?(c, piece) }
                }
            }
            if parts.areSums {
                parts.sum(into: c)
                finish?(c, whole)
            }
            return result
        }
        let size = rows * columns
        let grain = Swift.max(1, Self.worthThread / Swift.max(1, size * depth))
        Loop.over(batches.count, grain: grain) { start, number in
            for batch in start..<start + number {
                alone(a + batches[batch].left, b + batches[batch].right, c + batch * size)
                finish?(c + batch * size, whole)
            }
        }
        return result
    }

    /// One product on the calling thread.
    func alone(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>
    ) {
        multiply(a, b, c, whole)
    }
}

extension Primitive {
    static let products: [Primitive] = [
        Primitive("matmul", [Sample([2, 3]), Sample([3, 2])]) { x throws(TensorError) in
            try matmul(x[0], x[1])
        },
        Primitive("matmul TN", [Sample([3, 2]), Sample([3, 4])]) { x throws(TensorError) in
            try matmul(x[0], x[1], transposeLeft: true)
        },
        Primitive("matmul NT", [Sample([2, 3]), Sample([4, 3])]) { x throws(TensorError) in
            try matmul(x[0], x[1], transposeRight: true)
        },
        Primitive("matmul TT", [Sample([3, 2]), Sample([4, 3])]) { x throws(TensorError) in
            try matmul(x[0], x[1], transposeLeft: true, transposeRight: true)
        },
        Primitive("matmul batch", [Sample([2, 1, 2, 3]), Sample([2, 3, 1])]) {
            x throws(TensorError) in try matmul(x[0], x[1])
        },
        Primitive("matmul vector", [Sample([3]), Sample([3, 2])]) { x throws(TensorError) in
            try matmul(x[0], x[1])
        },
        Primitive("matmul dot", [Sample([3]), Sample([3])]) { x throws(TensorError) in
            try matmul(x[0], x[1])
        },
    ]
}
