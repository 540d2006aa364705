extension Tensor {
    private func imageSizes(_ operation: String) throws(TensorError) -> (Int, Int, Int, Int) {
        guard rank == 4 else {
            throw TensorError.form(
                operation: operation, shape: shape,
                expected: "images [n, height, width, channels]")
        }
        return (shape[0], shape[1], shape[2], shape[3])
    }

    /// Every pixel `factor` times in both directions.
    package func upsampleNearest(_ factor: Int) throws(TensorError) -> Tensor {
        let (n, h, w, c) = try imageSizes("upsample")
        guard factor > 0, factor < 1 << 20 else {
            throw TensorError.argument(
                operation: "upsample", problem: "the factor \(factor) is out of range",
                hint: "use 1 or more")
        }
        if factor == 1 { return self }
        _ = try Shape.count([n, h, factor, w, factor, c], "upsample")
        return try reshaped([n, h, 1, w, 1, c]).broadcast(to: [n, h, factor, w, factor, c])
            .reshaped([n, h * factor, w * factor, c])
    }

    /// Bilinear interpolation by a factor, pixel centres aligned (as PyTorch with
    /// `align_corners=False`): two products with sparse interpolation matrices.
    package func upsampleBilinear(_ factor: Int) throws(TensorError) -> Tensor {
        let (n, h, w, c) = try imageSizes("upsample")
        guard factor > 0, factor < 1 << 20 else {
            throw TensorError.argument(
                operation: "upsample", problem: "the factor \(factor) is out of range",
                hint: "use 1 or more")
        }
        if factor == 1 || count == 0 { return try upsampleNearest(factor) }
        let rows = try Self.interpolation(h, factor)
        let columns = try Self.interpolation(w, factor)
        let tall = try matmul(rows, try reshaped([n, h, w * c]))
        return try matmul(columns, try tall.reshaped([n * h * factor, w, c]))
            .reshaped([n, h * factor, w * factor, c])
    }

    /// `[size * factor, size]`: each row weighs the two nearest pixels; it sums to 1.
    private static func interpolation(_ size: Int, _ factor: Int) throws(TensorError) -> Tensor {
        let result = try Tensor.zeros([size * factor, size])
        for row in 0..<size * factor {
            let position = Swift.max(0, (Double(row) + 0.5) / Double(factor) - 0.5)
            let low = Swift.min(Int(position), size - 1)
            let high = Swift.min(low + 1, size - 1)
            let share = Float(position - Double(low))
            result.p[row * size + low] += 1 - share
            result.p[row * size + high] += share
        }
        return result
    }

    /// The mean of each block of `factor` by `factor` pixels; both sizes must be multiples.
    package func downsample(_ factor: Int) throws(TensorError) -> Tensor {
        let (n, h, w, c) = try imageSizes("downsample")
        guard factor > 0, h % factor == 0, w % factor == 0 else {
            throw TensorError.form(
                operation: "downsample(\(factor))", shape: shape,
                expected: "sizes that are multiples of \(factor)")
        }
        return try reshaped([n, h / factor, factor, w / factor, factor, c]).mean(axes: [2, 4])
    }

    /// The mean under a window, padding counted as zeros.
    package func averagePool(
        size: [Int], _ window: Window
    ) throws(TensorError) -> Tensor {
        let (sum, count) = try pooled(size, window, "avg_pool", fill: 0) {
            first, next throws(TensorError) in try first + next
        }
        return try sum / Float(count)
    }

    /// The largest under a window; padding never wins.
    package func maxPool(size: [Int], _ window: Window) throws(TensorError) -> Tensor {
        try pooled(size, window, "max_pool", fill: -.infinity) {
            first, next throws(TensorError) in try Tensor.maximum(first, next)
        }.result
    }

    /// Combines, for each place in the window, the strided slice that it sees.
    private func pooled(
        _ size: [Int], _ window: Window, _ name: String, fill: Float,
        _ combine: (Tensor, Tensor) throws(TensorError) -> Tensor
    ) throws(TensorError) -> (result: Tensor, count: Int) {
        let (n, _, _, c) = try imageSizes(name)
        guard size.count == 2 else {
            throw TensorError.argument(
                operation: name, problem: "\(size) is no window", hint: "give two sizes")
        }
        let geometry = try Geometry(shape, kernel: size + [c, c], window, name)
        guard size[0] * size[1] <= 1 << 16 else {
            throw TensorError.argument(
                operation: name, problem: "a window of \(size) is too large",
                hint: "use mean or max over the axes")
        }
        guard zip(window.before, size).allSatisfy({ $0 < $1 }),
            zip(window.after, size).allSatisfy({ $0 < $1 })
        else {
            throw TensorError.argument(
                operation: name, problem: "the padding is not smaller than the window",
                hint: "pad by less than the window")
        }
        let padded = try pad(
            before: [0] + window.before + [0], after: [0] + window.after + [0], value: fill)
        var result: Tensor?
        for y in 0..<size[0] {
            for x in 0..<size[1] {
                let top = y * window.dilation[0]
                let left = x * window.dilation[1]
                let part = try padded.slice(
                    [
                        0..<n, top..<top + (geometry.output[0] - 1) * window.stride[0] + 1,
                        left..<left + (geometry.output[1] - 1) * window.stride[1] + 1, 0..<c,
                    ], steps: [1, window.stride[0], window.stride[1], 1])
                if let previous = result {
                    result = try combine(previous, part)
                } else {
                    result = part
                }
            }
        }
        guard let result else {
            throw TensorError.form(operation: name, shape: size, expected: "a window")
        }
        return (result, size[0] * size[1])
    }
}

extension Primitive {
    static let images: [Primitive] = [
        Primitive("upsample nearest", [Sample([1, 2, 2, 1])]) { x throws(TensorError) in
            try x[0].upsampleNearest(2).square()
        },
        Primitive("upsample bilinear", [Sample([1, 2, 3, 1])]) { x throws(TensorError) in
            try x[0].upsampleBilinear(2).square()
        },
        Primitive("downsample", [Sample([1, 2, 4, 1])]) { x throws(TensorError) in
            try x[0].downsample(2).square()
        },
        Primitive("avg_pool", [Sample([1, 3, 3, 1])]) { x throws(TensorError) in
            try x[0].averagePool(size: [2, 2], Window(stride: 1, padding: 1)).square()
        },
        Primitive("max_pool", [Sample([1, 4, 4, 1])]) { x throws(TensorError) in
            try x[0].maxPool(size: [2, 2], Window(stride: 2)).square()
        },
    ]
}
