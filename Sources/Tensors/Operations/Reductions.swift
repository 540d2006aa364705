import CKernels

extension Tensor {
    /// A reduction of `[outer, count, inner]` over its middle axis, as a kernel.
    typealias AxisKernel = (
        UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int64, Int64, Int64
    ) -> Void

    /// Reduces the chosen axes, one group of neighbours after the other from the last one, so
    /// that each step sees `[outer, count, inner]`.
    func reduced(
        _ chosen: [Bool], keepingAxes: Bool, isSum: Bool = false, _ kernel: AxisKernel
    ) throws(TensorError) -> Tensor {
        var current = self.detached()
        var sizes = shape
        var end = rank
        while end > 0 {
            var start = end
            guard chosen[end - 1] else {
                end -= 1
                continue
            }
            while start > 0, chosen[start - 1] { start -= 1 }
            let outer = sizes[..<start].reduce(1, *)
            let length = sizes[start..<end].reduce(1, *)
            let inner = sizes[end...].reduce(1, *)
            if isSum, outer == 1, length * inner >= 4 * Loop.grain {
                current = try current.sumOfParts(length, inner)
            } else {
                let result = try Tensor(unset: [outer * inner], count: outer * inner)
                Self.run(kernel, current, result, outer, length, inner)
                current = result
            }
            for axis in start..<end { sizes[axis] = 1 }
            end = start
        }
        var shape: [Int] = []
        for axis in sizes.indices where keepingAxes || !chosen[axis] { shape.append(sizes[axis]) }
        return Tensor(current.storage, shape: shape, count: current.count)
    }

    /// The sum over the first axis of `[length, inner]` in parts that depend on the shape alone, so
    /// several threads can work on it and the bits stay the same.
    private func sumOfParts(_ length: Int, _ inner: Int) throws(TensorError) -> Tensor {
        if length > 1, length <= 32 { return try sumOfRows(length, inner) }
        let parts = RowParts(rows: length, channels: inner)
        let sums = try Tensor(unset: [parts.count, inner], "sum")
        parts.run { part, start, rows in
            kernels_sum_axis(
                p + start * inner, sums.p + part * inner, 1, Int64(rows), Int64(inner))
        }
        return try parts.total(of: sums)
    }

    /// The same for few long rows: each stretch of elements is added up by one thread.
    private func sumOfRows(_ length: Int, _ inner: Int) throws(TensorError) -> Tensor {
        let result = try Tensor(unset: [inner], count: inner)
        Loop.over(inner) { start, number in
            let (x, y) = (p + start, result.p + start)
            kernels_binary(BINARY_ADD, x, 1, x + inner, 1, y, Int64(number), 0)
            for row in 2..<Swift.max(2, length) {
                kernels_accumulate(y, x + row * inner, 1, Int64(number))
            }
        }
        return result
    }

    private static func run(
        _ kernel: AxisKernel, _ source: Tensor, _ target: Tensor, _ outer: Int, _ length: Int,
        _ inner: Int
    ) {
        let (x, y) = (source.p, target.p)
        Loop.over(outer, grain: Swift.max(1, Loop.grain / Swift.max(1, length * inner))) {
            start, lines in
            kernel(
                x + start * length * inner, y + start * inner, Int64(lines), Int64(length),
                Int64(inner))
        }
    }

    /// The shape with every chosen axis kept at size 1.
    private func keptShape(_ chosen: [Bool]) -> [Int] {
        shape.indices.map { chosen[$0] ? 1 : shape[$0] }
    }

    /// The sum over `axes` (all for nil).
    package func sum(
        axes: [Int]? = nil, keepingAxes: Bool = false
    ) throws(TensorError) -> Tensor {
        let chosen = try Shape.axes(axes, shape, "sum")
        let kept = keptShape(chosen)
        let result = try reduced(chosen, keepingAxes: keepingAxes, isSum: true) {
            kernels_sum_axis($0, $1, $2, $3, $4)
        }
        let shape = self.shape
        return result.recorded("sum", self) { back throws(TensorError) in
            try back.contribute(0, try back.gradient.reshaped(kept).broadcast(to: shape))
        }
    }

    /// The mean over `axes` (all for nil); NaN over nothing.
    package func mean(
        axes: [Int]? = nil, keepingAxes: Bool = false
    ) throws(TensorError) -> Tensor {
        let chosen = try Shape.axes(axes, shape, "mean")
        let (kept, shape) = (keptShape(chosen), self.shape)
        let number = shape.indices.reduce(1) { chosen[$1] ? $0 * shape[$1] : $0 }
        let result = try reduced(chosen, keepingAxes: keepingAxes, isSum: true) {
            kernels_sum_axis($0, $1, $2, $3, $4)
        }.divided(by: Float(number))
        return result.recorded("mean", self) { back throws(TensorError) in
            let share = try back.gradient.divided(by: Float(number))
            try back.contribute(0, try share.reshaped(kept).broadcast(to: shape))
        }
    }

    /// The mean squared distance from the mean, over n - `correction`.
    package func variance(
        axes: [Int]? = nil, keepingAxes: Bool = false, correction: Int = 0
    ) throws(TensorError) -> Tensor {
        let chosen = try Shape.axes(axes, shape, "var")
        let number = shape.indices.reduce(1) { chosen[$1] ? $0 * shape[$1] : $0 }
        let deviation = try self - mean(axes: axes, keepingAxes: true)
        let sum = try deviation.square().sum(axes: axes, keepingAxes: keepingAxes)
        return try sum / Float(number - correction)
    }

    /// The square root of the variance.
    package func std(
        axes: [Int]? = nil, keepingAxes: Bool = false, correction: Int = 0
    ) throws(TensorError) -> Tensor {
        try variance(axes: axes, keepingAxes: keepingAxes, correction: correction).sqrt()
    }

    /// The largest over `axes` (all for nil); equal ones share the gradient.
    package func max(
        axes: [Int]? = nil, keepingAxes: Bool = false
    ) throws(TensorError) -> Tensor {
        try extremum("max", 1, axes, keepingAxes)
    }

    /// The smallest over `axes` (all for nil); equal ones share the gradient.
    package func min(
        axes: [Int]? = nil, keepingAxes: Bool = false
    ) throws(TensorError) -> Tensor {
        try extremum("min", -1, axes, keepingAxes)
    }

    private func extremum(
        _ name: StaticString, _ sign: Float, _ axes: [Int]?, _ keepingAxes: Bool
    ) throws(TensorError) -> Tensor {
        let chosen = try Shape.axes(axes, shape, "\(name)")
        let kept = keptShape(chosen)
        for axis in shape.indices where chosen[axis] && shape[axis] == 0 {
            throw TensorError.form(
                operation: "\(name)", shape: shape, expected: "at least one element")
        }
        let result = try reduced(chosen, keepingAxes: keepingAxes) {
            kernels_extremum_axis($0, $1, $2, $3, $4, sign)
        }
        return result.recorded(name, self) { back throws(TensorError) in
            let top = try back.output.detached().reshaped(kept)
            let mask = try back.input(0).detached().equals(top)
            let number = try mask.reduced(chosen, keepingAxes: true, isSum: true) {
                kernels_sum_axis($0, $1, $2, $3, $4)
            }
            try back.contribute(0, try mask / number * back.gradient.reshaped(kept))
        }
    }

    /// The Euclidean norm over `axes` (all for nil). Its gradient at 0 is 0, as in PyTorch.
    package func norm(
        axes: [Int]? = nil, keepingAxes: Bool = false
    ) throws(TensorError) -> Tensor {
        let chosen = try Shape.axes(axes, shape, "norm")
        let kept = keptShape(chosen)
        let result = try detached().square().sum(axes: axes, keepingAxes: keepingAxes).sqrt()
        return result.recorded("norm", self) { back throws(TensorError) in
            let scale = try (back.gradient * back.output.safeReciprocal()).reshaped(kept)
            try back.contribute(0, try back.input(0) * scale)
        }
    }

    /// The index of the first largest along an axis, or of all elements in row-major order.
    package func argmax(
        axis: Int? = nil, keepingAxes: Bool = false
    ) throws(TensorError) -> Tensor {
        guard let axis else {
            let flat = Tensor(storage, shape: [count], count: count)
            let result = try flat.argmax(axis: 0)
            let kept = keepingAxes ? shape.map { _ in 1 } : []
            return Tensor(result.storage, shape: kept, count: 1)
        }
        let index = try Shape.axis(axis, shape, "argmax")
        guard shape[index] > 0 else {
            throw TensorError.form(
                operation: "argmax", shape: shape, expected: "at least one element")
        }
        var chosen = [Bool](repeating: false, count: rank)
        chosen[index] = true
        return try reduced(chosen, keepingAxes: keepingAxes) {
            kernels_argmax_axis($0, $1, $2, $3, $4)
        }
    }

    /// Summed over every axis along which `other` was repeated: the way back of broadcasting.
    func summed(like other: Tensor) throws(TensorError) -> Tensor {
        let target = other.shape
        if shape == target { return self }
        let shift = rank - target.count
        var axes: [Int] = []
        for axis in shape.indices
        where axis < shift || (target[axis - shift] == 1 && shape[axis] != 1) {
            axes.append(axis)
        }
        return try sum(axes: axes, keepingAxes: true).reshaped(target)
    }
}

extension Primitive {
    static let reductions: [Primitive] = [
        Primitive("sum", [Sample([2, 3])]) { x throws(TensorError) in try x[0].sum().square() },
        Primitive("sum axes", [Sample([2, 3, 2])]) { x throws(TensorError) in
            try x[0].sum(axes: [0, -1])
        },
        Primitive("mean", [Sample([2, 3])]) { x throws(TensorError) in
            try x[0].mean(axes: [0], keepingAxes: true)
        },
        Primitive("var", [Sample([3, 2])]) { x throws(TensorError) in
            try x[0].variance(axes: [0], correction: 1)
        },
        Primitive("std", [Sample([4, 2])]) { x throws(TensorError) in try x[0].std(axes: [0]) },
        Primitive("max", [Sample([2, 3])]) { x throws(TensorError) in try x[0].max(axes: [1]) },
        Primitive("min", [Sample([2, 3, 2])]) { x throws(TensorError) in
            try x[0].min(axes: [0, 2], keepingAxes: true)
        },
        Primitive("norm", [Sample([2, 3], gap: 0.3)]) { x throws(TensorError) in
            try x[0].norm(axes: [1])
        },
    ]
}
