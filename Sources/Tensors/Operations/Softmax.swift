import CKernels

extension Tensor {
    /// e^x over its sum along an axis; shifted by the largest, so it never overflows.
    package func softmax(axis: Int = -1) throws(TensorError) -> Tensor {
        try alongLast(axis, "softmax") { x throws(TensorError) in
            try x.softmaxKernel(logarithm: false).recorded("softmax", x) {
                back throws(TensorError) in
                let product = try back.gradient * back.output
                try back.contribute(
                    0, try product - back.output * product.sum(axes: [-1], keepingAxes: true))
            }
        }
    }

    /// x - log of the sum of e^x along an axis.
    package func logSoftmax(axis: Int = -1) throws(TensorError) -> Tensor {
        try alongLast(axis, "log_softmax") { x throws(TensorError) in
            try x.softmaxKernel(logarithm: true).recorded("log_softmax", x) {
                back throws(TensorError) in
                let total = try back.gradient.sum(axes: [-1], keepingAxes: true)
                try back.contribute(0, try back.gradient - back.output.exp() * total)
            }
        }
    }

    /// log of the sum of e^x over `axes` (all for nil), without overflow.
    package func logSumExp(
        axes: [Int]? = nil, keepingAxes: Bool = false
    ) throws(TensorError) -> Tensor {
        let top = try detached().max(axes: axes, keepingAxes: true)
        let sum = try (self - top).exp().sum(axes: axes, keepingAxes: keepingAxes)
        let logarithm = try sum.log()
        return try logarithm + top.reshaped(logarithm.shape)
    }

    private func softmaxKernel(logarithm: Bool) throws(TensorError) -> Tensor {
        let result = try Tensor(unset: shape, count: count)
        guard count > 0, let width = shape.last else { return result }
        let (x, y) = (p, result.p)
        Loop.over(count / width, grain: Swift.max(1, 4096 / width)) { start, rows in
            kernels_softmax(
                x + start * width, y + start * width, Int64(rows), Int64(width),
                logarithm ? 1 : 0)
        }
        return result
    }

    /// Runs `body` with `axis` moved to the end, and moves it back.
    func alongLast(
        _ axis: Int, _ operation: String, _ body: (Tensor) throws(TensorError) -> Tensor
    ) throws(TensorError) -> Tensor {
        let index = try Shape.axis(axis, shape, operation)
        if index == rank - 1 { return try body(self) }
        var order = Array(shape.indices)
        order.swapAt(index, rank - 1)
        return try body(transpose(order)).transpose(order)
    }
}

extension Primitive {
    static let softmaxes: [Primitive] = [
        Primitive("softmax", [Sample([2, 3])]) { x throws(TensorError) in try x[0].softmax() },
        Primitive("softmax axis", [Sample([3, 2])]) { x throws(TensorError) in
            try x[0].softmax(axis: 0)
        },
        Primitive("log_softmax", [Sample([2, 3])]) { x throws(TensorError) in
            try x[0].logSoftmax()
        },
        Primitive("log_sum_exp", [Sample([2, 3])]) { x throws(TensorError) in
            try x[0].logSumExp(axes: [1])
        },
    ]
}
