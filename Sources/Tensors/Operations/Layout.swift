import CKernels

extension Tensor {
    /// The same elements under another shape; one size may be -1 and is then inferred. Shares
    /// storage.
    package func reshape(_ shape: [Int]) throws(TensorError) -> Tensor {
        var shape = shape
        if let open = shape.firstIndex(of: -1) {
            shape[open] = 1
            let rest = try Shape.count(shape, "reshape")
            guard rest > 0, count % rest == 0 else {
                throw TensorError.mismatch(
                    operation: "reshape", left: self.shape, right: shape,
                    because: "\(count) elements are no multiple of \(rest)")
            }
            shape[open] = count / rest
        }
        guard try Shape.count(shape, "reshape") == count else {
            throw TensorError.mismatch(
                operation: "reshape", left: self.shape, right: shape,
                because: "a reshape keeps the number of elements")
        }
        return try reshaped(shape)
    }

    /// A reshape whose count is known to fit.
    func reshaped(_ shape: [Int]) throws(TensorError) -> Tensor {
        if shape == self.shape { return self }
        let original = self.shape
        return Tensor(storage, shape: shape, count: count).recorded("reshape", self) {
            back throws(TensorError) in
            try back.contribute(0, try back.gradient.reshaped(original))
        }
    }

    /// `[n, everything else]`.
    package func flatten() throws(TensorError) -> Tensor {
        guard rank > 0 else { return try reshaped([1, 1]) }
        return try reshaped([shape[0], shape[1...].reduce(1, *)])
    }

    /// The axes in another order; all reversed for nil.
    package func transpose(_ axes: [Int]? = nil) throws(TensorError) -> Tensor {
        let order = axes ?? Array(shape.indices.reversed())
        guard order.count == rank else {
            throw TensorError.form(
                operation: "transpose", shape: shape, expected: "as many axes as \(order) names")
        }
        _ = try Shape.axes(order, shape, "transpose")
        var forward: [Int] = []
        for axis in order { forward.append(try Shape.axis(axis, shape, "transpose")) }
        return try permuted(forward)
    }

    private func permuted(_ order: [Int]) throws(TensorError) -> Tensor {
        let strides = Shape.strides(shape)
        let newShape = order.map { shape[$0] }
        let result = try strided(newShape, order.map { strides[$0] }, offset: 0)
        var inverse = order
        for (place, axis) in order.enumerated() { inverse[axis] = place }
        return result.recorded("transpose", self) { [inverse] back throws(TensorError) in
            try back.contribute(0, try back.gradient.permuted(inverse))
        }
    }

    /// A dense copy of a strided view, not recorded.
    func strided(
        _ shape: [Int], _ strides: [Int], offset: Int
    ) throws(TensorError) -> Tensor {
        let result = try Tensor(unset: shape, "copy")
        let (x, y) = (p + offset, result.p)
        Strided.run(shape, strides, total: result.count) { shape, strides, start, length in
            kernels_gather_strided(
                x + start, y + length, Int32(shape.count), shape, strides)
        }
        return result
    }

    /// Zeros of `shape` with this tensor added into a strided view of them, not recorded.
    func scattered(
        into shape: [Int], _ strides: [Int], offset: Int
    ) throws(TensorError) -> Tensor {
        let result = try Tensor.zeros(shape)
        guard count > 0 else { return result }
        kernels_scatter_strided(
            p, result.p + offset, Int32(rank), self.shape.map { Int64($0) },
            strides.map { Int64($0) })
        return result
    }

    /// Repeated along axes of size 1, and along new axes in front.
    package func broadcast(to shape: [Int]) throws(TensorError) -> Tensor {
        if shape == self.shape { return self }
        guard try Shape.broadcast(self.shape, shape, "broadcast") == shape else {
            throw TensorError.broadcast(operation: "broadcast", left: self.shape, right: shape)
        }
        let result: Tensor
        if count == 1 {
            result = try Tensor.full(shape, p.pointee)
        } else {
            let own = Shape.strides(self.shape)
            let shift = shape.count - rank
            let strides = shape.indices.map { axis in
                axis < shift || self.shape[axis - shift] == 1 ? 0 : own[axis - shift]
            }
            result = try strided(shape, strides, offset: 0)
        }
        return result.recorded("broadcast", self) {
            back throws(TensorError) in
            try back.contribute(0, try back.gradient.summed(like: back.input(0)))
        }
    }

    /// Along each axis the elements `ranges[axis]`, every `steps[axis]`-th; missing ranges take
    /// all. Throws when a range leaves its axis.
    package func slice(
        _ ranges: [Range<Int>], steps: [Int] = []
    ) throws(TensorError) -> Tensor {
        guard ranges.count <= rank, steps.count <= rank else {
            throw TensorError.form(
                operation: "slice", shape: shape,
                expected: "at least \(Swift.max(ranges.count, steps.count)) axes")
        }
        let own = Shape.strides(shape)
        var sizes = shape
        var strides = own
        var offset = 0
        for axis in shape.indices {
            let range = axis < ranges.count ? ranges[axis] : 0..<shape[axis]
            let step = axis < steps.count ? steps[axis] : 1
            guard range.lowerBound >= 0, range.upperBound <= shape[axis] else {
                throw TensorError.index(
                    operation: "slice",
                    index: range.lowerBound < 0 ? range.lowerBound : range.upperBound,
                    size: shape[axis])
            }
            guard step > 0 else {
                throw TensorError.argument(
                    operation: "slice", problem: "the step \(step) is not positive",
                    hint: "flip reverses an axis")
            }
            sizes[axis] = range.isEmpty ? 0 : (range.count - 1) / step + 1
            strides[axis] = sizes[axis] > 1 ? own[axis] * step : own[axis]
            offset += range.isEmpty ? 0 : range.lowerBound * own[axis]
        }
        let sliced = try view(sizes, strides, offset)
        return sliced
    }

    /// A strided part in which no element occurs twice, recorded; its way back scatters.
    private func view(
        _ shape: [Int], _ strides: [Int], _ offset: Int
    ) throws(TensorError) -> Tensor {
        let whole = self.shape
        let result = try strided(shape, strides, offset: offset)
        return result.recorded("slice", self) { back throws(TensorError) in
            try back.contribute(
                0, try back.gradient.placed(in: whole, strides, offset))
        }
    }

    /// Zeros of `whole` with this tensor at a strided place, recorded; its way back slices.
    private func placed(
        in whole: [Int], _ strides: [Int], _ offset: Int
    ) throws(TensorError) -> Tensor {
        let part = shape
        let result = try scattered(into: whole, strides, offset: offset)
        return result.recorded("slice gradient", self) { back throws(TensorError) in
            try back.contribute(0, try back.gradient.view(part, strides, offset))
        }
    }

    /// The order along the given axes reversed (all for nil).
    package func flip(axes: [Int]? = nil) throws(TensorError) -> Tensor {
        let chosen = try Shape.axes(axes, shape, "flip")
        guard count > 0 else { return self }
        let own = Shape.strides(shape)
        var strides = own
        var offset = 0
        for axis in shape.indices where chosen[axis] {
            strides[axis] = -own[axis]
            offset += (shape[axis] - 1) * own[axis]
        }
        return try view(shape, strides, offset)
    }

    /// Zeros (or `value`) around: `before` and `after` many along each axis.
    package func pad(
        before: [Int], after: [Int], value: Float = 0
    ) throws(TensorError) -> Tensor {
        guard before.count == rank, after.count == rank,
            before.allSatisfy({ $0 >= 0 }), after.allSatisfy({ $0 >= 0 })
        else {
            throw TensorError.argument(
                operation: "pad", problem: "\(before) and \(after) do not pad shape \(shape)",
                hint: "give one size, 0 or more, for each axis")
        }
        var whole = shape
        var offset = 0
        for axis in shape.indices {
            let (first, overflow) = shape[axis].addingReportingOverflow(before[axis])
            let (size, overflows) = first.addingReportingOverflow(after[axis])
            guard !overflow, !overflows else {
                throw TensorError.size(operation: "pad", shape: before)
            }
            whole[axis] = size
        }
        _ = try Shape.count(whole, "pad")
        let strides = Shape.strides(whole)
        for axis in shape.indices { offset += count > 0 ? before[axis] * strides[axis] : 0 }
        let padded = try placed(in: whole, strides, offset)
        guard value != 0 else { return padded }
        let mask = try Tensor.ones(shape).placed(in: whole, strides, offset)
        return try Tensor.select(mask, padded, Tensor(value))
    }
}

/// Copies of strided views, split over the threads along the first axis.
enum Strided {
    static func run(
        _ shape: [Int], _ strides: [Int], total: Int,
        _ body: ([Int64], [Int64], _ source: Int, _ target: Int) -> Void
    ) {
        guard total > 0 else { return }
        // Neighbouring axes that lie as one in memory are merged: longer inner loops.
        var sizes: [Int] = []
        var steps: [Int] = []
        for axis in shape.indices where shape[axis] != 1 {
            if let last = sizes.indices.last, steps[last] == strides[axis] * shape[axis] {
                sizes[last] *= shape[axis]
                steps[last] = strides[axis]
            } else {
                sizes.append(shape[axis])
                steps.append(strides[axis])
            }
        }
        guard let first = sizes.first, let step = steps.first, total >= 2 * Loop.grain else {
            body(sizes.map { Int64($0) }, steps.map { Int64($0) }, 0, 0)
            return
        }
        let rest = total / first
        let inner = sizes.dropFirst().map { Int64($0) }
        let innerSteps = steps.map { Int64($0) }
        Loop.over(first, grain: max(1, Loop.grain / rest)) { start, length in
            body([Int64(length)] + inner, innerSteps, start * step, start * rest)
        }
    }
}

extension Primitive {
    static let layout: [Primitive] = [
        Primitive("reshape", [Sample([2, 3])]) { x throws(TensorError) in
            try x[0].reshape([3, -1]).square()
        },
        Primitive("transpose", [Sample([2, 3, 2])]) { x throws(TensorError) in
            try x[0].transpose([2, 0, 1]).square()
        },
        Primitive("broadcast", [Sample([2, 1])]) { x throws(TensorError) in
            try x[0].broadcast(to: [2, 2, 3]).square()
        },
        Primitive("slice", [Sample([3, 4])]) { x throws(TensorError) in
            try x[0].slice([1..<3, 0..<4], steps: [1, 2]).square()
        },
        Primitive("flip", [Sample([2, 3])]) { x throws(TensorError) in
            try x[0].flip(axes: [1]).square()
        },
        Primitive("pad", [Sample([2, 2])]) { x throws(TensorError) in
            try x[0].pad(before: [1, 0], after: [0, 2], value: 3).square()
        },
    ]
}
