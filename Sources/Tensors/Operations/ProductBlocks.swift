import CDNNL
import CKernels

extension Product {
    /// A part of the multiplications that one call does: some rows and columns of the result, and
    /// a stretch of the depth.
    struct Block {
        var row = 0
        var rows: Int
        var column = 0
        var columns: Int
        var level = 0
        var depth: Int

        /// The block in stretches of so many rows.
        func pieces(of length: Int) -> some Sequence<Block> {
            stride(from: 0, to: rows, by: Swift.max(1, length)).lazy.map {
                var piece = self
                piece.row = row + $0
                piece.rows = Swift.min(length, rows - $0)
                return piece
            }
        }
    }

    var whole: Block { Block(rows: rows, columns: columns, depth: depth) }

    /// Below this many multiplications a second thread costs more than it brings.
    static let worthThread = 1 << 17
    /// The same where memory is what takes the time: with a row, a column or a depth of few.
    private static let worthThreadNarrow = 1 << 14
    /// Up to this depth a product is done by a kernel that writes each element once; oneDNN packs
    /// more than it computes there (48 against 20 us for 256 x 2 x 512 out of the cache).
    private static let shallow = 4

    var isShallow: Bool { depth <= Self.shallow }

    /// How one product is split over the threads: by rows; by columns where there are many more
    /// of them (for a transposed right side: twice as many), and along the depth where that is much
    /// longer and the result small. What is longest is divided, so that the threads share only the
    /// smallest matrix: elements that another core wrote come at 35 GB/s, own ones at 170, and
    /// lines that both have read are written at 6 GB/s. In the layers of an image as a vector each
    /// core so keeps its own pixels (measured: 1 to 2 % of an LSGAN round).
    ///
    /// The order of additions depends on the split, so that follows the shape and the machine's
    /// cores, not the number of threads that are allowed to work.
    var blocks: Blocks {
        let isWide = rows < 16 || columns >= (transposeRight ? 2 : 4) * rows
        let isDeep = depth >= 4 * Swift.max(rows, columns) && rows * columns <= 1 << 15
        let axis: Axis = isDeep ? .depth : isWide ? .columns : .rows
        let length = Swift.max(1, axis == .depth ? depth : axis == .columns ? columns : rows)
        let worth =
            Swift.min(rows, columns, depth) <= 4 ? Self.worthThreadNarrow : Self.worthThread
        let grain = Swift.max(8, worth / Swift.max(1, rows * columns * depth / length))
        return Blocks(
            whole: whole, axis: axis, length: length,
            stretch: Loop.stretchByShape(length, grain: grain))
    }

    enum Axis { case rows, columns, depth }

    /// Stretches along one axis.
    struct Blocks {
        let whole: Block
        let axis: Axis
        let length: Int
        let stretch: Int

        var count: Int { (length + stretch - 1) / stretch }

        subscript(_ part: Int) -> Block {
            let start = part * stretch
            let count = Swift.min(stretch, length - start)
            var block = whole
            switch axis {
            case .rows: (block.row, block.rows) = (start, count)
            case .columns: (block.column, block.columns) = (start, count)
            case .depth: (block.level, block.depth) = (start, count)
            }
            return block
        }
    }

    /// The parts of one product. Where the depth is split, the first part computes the result and
    /// the others what is to be added to it.
    struct Parts {
        let plan: Product
        let blocks: Blocks
        private let addends: Tensor?

        init(_ plan: Product) throws(TensorError) {
            self.plan = plan
            blocks = plan.blocks
            let others = blocks.axis == .depth ? blocks.count - 1 : 0
            addends =
                others > 0
                ? try Tensor(unset: [others, plan.rows, plan.columns], "matmul") : nil
        }

        var count: Int { blocks.count }

        /// Whether the result is the sum of the parts, to be made by `sum`.
        var areSums: Bool { addends != nil }

        /// Computes a piece of one part's block, or adds it to what is in `c`.
        func compute(
            _ part: Int, _ piece: Block, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
            _ c: UnsafeMutablePointer<Float>, adding: Bool = false
        ) {
            if part > 0, let addends {
                let size = plan.rows * plan.columns
                plan.multiply(a, b, addends.p + (part - 1) * size, piece)
            } else {
                plan.multiply(a, b, c, piece, adding: adding)
            }
        }

        /// Adds the other parts, in order.
        func sum(into c: UnsafeMutablePointer<Float>) {
            guard let addends else { return }
            let size = plan.rows * plan.columns
            for part in 0..<count - 1 {
                kernels_accumulate(c, addends.p + part * size, 1, Int64(size))
            }
        }
    }

    /// Computes a block of the result, or adds it to what is there.
    func multiply(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>,
        _ block: Block, adding: Bool = false
    ) {
        let target = c + block.row * columns + block.column
        let left =
            transposeLeft ? a + block.level * rows + block.row : a + block.row * depth + block.level
        let right =
            transposeRight
            ? b + block.column * depth + block.level : b + block.level * columns + block.column
        if isShallow {
            kernels_shallow_product(
                left, Int64(transposeLeft ? 1 : depth), Int64(transposeLeft ? rows : 1),
                right, Int64(transposeRight ? depth : columns), transposeRight ? 1 : 0, target,
                Int64(columns), Int64(block.rows), Int64(block.columns), Int64(block.depth),
                adding ? 1 : 0)
            return
        }
        // Every argument was checked: sizes are positive and steps cover their rows.
        var done = 0
        if suitsKernel(block) {
            done = block.columns / 16 * 16
            kernels_product(
                left, Int64(transposeLeft ? 1 : depth), Int64(transposeLeft ? rows : 1),
                right, Int64(transposeRight ? depth : columns), transposeRight ? 1 : 0, target,
                Int64(columns), Int64(block.rows), Int64(done), Int64(block.depth),
                adding ? 1 : 0)
        }
        let rest = block.columns - done
        // As many columns are computed one by one: oneDNN has a product with a vector for each, and
        // is two to five times slower on all together (21 against 9 us for 256 x 512 x 2).
        let step = rest <= 3 ? 1 : rest
        for column in stride(from: done, to: block.columns, by: Swift.max(1, step)) {
            _ = shim_sgemm(
                transposeLeft ? 1 : 0, transposeRight ? 1 : 0, Int64(block.rows), Int64(step),
                Int64(block.depth), left, Int64(transposeLeft ? rows : depth),
                right + (transposeRight ? column * depth : column),
                Int64(transposeRight ? depth : columns), adding ? 1 : 0, target + column,
                Int64(columns))
        }
    }

    /// Whether the kernel of this target is faster than oneDNN: with enough rows for its tiles, and
    /// as long as the right side stays in the cache.
    private func suitsKernel(_ block: Block) -> Bool {
        Self.hasKernel && block.rows >= 8 && block.columns >= 16
            && block.depth * block.columns <= 1 << 17
    }

    private static let hasKernel = kernels_best_level() == KERNELS_AVX512
}
