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
    } catch .mismatch(let operation, _, _, let because) {
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

    /// A part of the result that one call computes.
    struct Block {
        let row: Int
        let rows: Int
        let column: Int
        let columns: Int

        /// The block in stretches of so many rows.
        func pieces(of length: Int) -> some Sequence<Block> {
            stride(from: 0, to: rows, by: Swift.max(1, length)).lazy.map {
                Block(
                    row: row + $0, rows: Swift.min(length, rows - $0), column: column,
                    columns: columns)
            }
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
            finish?(c, Block(row: 0, rows: result.count / columns, column: 0, columns: columns))
            return result
        }
        if batches.isEmpty {
            let blocks = blocks
            Threads.run(blocks.count) { part in
                for piece in blocks[part].pieces(of: isShallow ? 16 : rows) {
                    multiply(a, b, c, piece)
                    finish?(c, piece)
                }
            }
            return result
        }
        let size = rows * columns
        let grain = Swift.max(1, Self.worthThread / Swift.max(1, size * depth))
        Loop.over(batches.count, grain: grain) { start, number in
            for batch in start..<start + number {
                multiply(
                    a + batches[batch].left, b + batches[batch].right, c + batch * size,
                    Block(row: 0, rows: rows, column: 0, columns: columns))
                finish?(c, Block(row: batch * rows, rows: rows, column: 0, columns: columns))
            }
        }
        return result
    }

    /// Below this many multiplications a second thread costs more than it brings.
    private static let worthThread = 1 << 17
    /// The same where memory is what takes the time: with a row, a column or a depth of few.
    private static let worthThreadNarrow = 1 << 14
    /// Up to this depth a product is done by a kernel that writes each element once; oneDNN packs
    /// more than it computes there (48 against 20 us for 256 x 2 x 512 out of the cache).
    private static let shallow = 4

    private var isShallow: Bool { depth <= Self.shallow }

    /// How one product is split over the threads: by rows; by columns when there are few rows, and
    /// for wide products with a transposed right side (measured: each costs 2 to 15 % the other way
    /// round). oneDNN may add in another order for other sizes, so the split follows the shape and
    /// the machine's cores, not the number of threads that are allowed to work.
    var blocks: Blocks {
        let isWide = rows < 16 || (transposeRight && columns >= 512 && columns >= 2 * rows)
        let length = Swift.max(1, isWide ? columns : rows)
        let worth =
            Swift.min(rows, columns, depth) <= 4 ? Self.worthThreadNarrow : Self.worthThread
        let grain = Swift.max(8, worth / Swift.max(1, rows * columns * depth / length))
        return Blocks(
            rows: rows, columns: columns, isWide: isWide,
            stretch: Loop.stretchByShape(length, grain: grain))
    }

    /// Stretches of rows, or of columns.
    struct Blocks {
        let rows: Int
        let columns: Int
        let isWide: Bool
        let stretch: Int

        var count: Int { ((isWide ? columns : rows) + stretch - 1) / stretch }

        subscript(_ part: Int) -> Block {
            let start = part * stretch
            return isWide
                ? Block(
                    row: 0, rows: rows, column: start, columns: Swift.min(stretch, columns - start))
                : Block(
                    row: start, rows: Swift.min(stretch, rows - start), column: 0, columns: columns)
        }
    }

    /// One product on the calling thread.
    func alone(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>
    ) {
        multiply(a, b, c, Block(row: 0, rows: rows, column: 0, columns: columns))
    }

    /// Computes a block of the result, or adds it to what is there.
    func multiply(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>,
        _ block: Block, adding: Bool = false
    ) {
        let target = c + block.row * columns + block.column
        if isShallow {
            kernels_shallow_product(
                a + (transposeLeft ? block.row : block.row * depth),
                Int64(transposeLeft ? 1 : depth), Int64(transposeLeft ? rows : 1),
                b + (transposeRight ? block.column * depth : block.column),
                Int64(transposeRight ? depth : columns), transposeRight ? 1 : 0, target,
                Int64(columns), Int64(block.rows), Int64(block.columns), Int64(depth),
                adding ? 1 : 0)
            return
        }
        let leftStep = transposeLeft ? rows : depth
        let rightStep = transposeRight ? depth : columns
        let left = a + (transposeLeft ? block.row : block.row * depth)
        let right = b + (transposeRight ? block.column * depth : block.column)
        // Every argument was checked: sizes are positive and steps cover their rows.
        if block.columns > 1, block.columns <= Self.fewColumns {
            for column in 0..<block.columns {
                _ = shim_sgemm(
                    transposeLeft ? 1 : 0, transposeRight ? 1 : 0, Int64(block.rows), 1,
                    Int64(depth), left, Int64(leftStep),
                    right + (transposeRight ? column * depth : column), Int64(rightStep),
                    adding ? 1 : 0,
                    target + column, Int64(columns))
            }
            return
        }
        _ = shim_sgemm(
            transposeLeft ? 1 : 0, transposeRight ? 1 : 0, Int64(block.rows),
            Int64(block.columns), Int64(depth), left, Int64(leftStep), right, Int64(rightStep),
            adding ? 1 : 0,
            target, Int64(columns))
    }

    /// As many columns are computed one by one: oneDNN has a product with a vector for each, and is
    /// two to five times slower on all together (21 against 9 us for 256 x 512 x 2).
    private static let fewColumns = 3
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
