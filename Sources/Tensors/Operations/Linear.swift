import CKernels

/// An activation that a fused operation applies to its result before storing it.
package enum Activation: Sendable, Equatable {
    case none
    case relu
    case leakyRelu(Float)
    case sigmoid
    case tanh

    var code: kernels_unary_op {
        switch self {
        case .none: UNARY_AFFINE
        case .relu: UNARY_RELU
        case .leakyRelu: UNARY_LEAKY
        case .sigmoid: UNARY_SIGMOID
        case .tanh: UNARY_TANH
        }
    }

    var slope: Float {
        if case .leakyRelu(let slope) = self { slope } else { 0 }
    }

    /// The activation as an operation of its own.
    package func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        switch self {
        case .none: x
        case .relu: try x.relu()
        case .leakyRelu(let slope): try x.leakyRelu(slope)
        case .sigmoid: try x.sigmoid()
        case .tanh: try x.tanh()
        }
    }

    /// The gradient before the activation, from the one after it and the output.
    func gradient(_ gradient: Tensor, _ output: Tensor) throws(TensorError) -> Tensor {
        switch self {
        case .none: gradient
        case .relu: try gradient.reluGradient(output)
        case .leakyRelu(let slope): try gradient.leakyGradient(output, slope)
        case .sigmoid: try gradient.sigmoidGradient(output)
        case .tanh: try gradient.tanhGradient(output)
        }
    }

    func check(_ operation: String) throws(TensorError) {
        guard slope >= 0 else {
            throw TensorError.argument(
                operation: operation, problem: "the slope \(slope) is negative",
                hint: "use a slope of 0 or more")
        }
    }
}

extension Tensor {
    /// activation(x W + b) for `x` `[..., in]`, `weights` `[in, out]` and `bias` `[out]`, in one
    /// pass: bias and activation are applied while a slice of the product is still in cache.
    package func linear(
        _ weights: Tensor, bias: Tensor? = nil, activation: Activation = .none
    ) throws(TensorError) -> Tensor {
        guard rank > 0, weights.rank == 2, shape.last == weights.shape[0] else {
            throw TensorError.mismatch(
                operation: "linear", left: shape, right: weights.shape,
                because: "the last axis must have the size \(weights.shape.first ?? 0)")
        }
        let columns = weights.shape[1]
        if let bias, bias.shape != [columns] {
            throw TensorError.mismatch(
                operation: "linear", left: weights.shape, right: bias.shape,
                because: "the bias must have shape [\(columns)]")
        }
        try activation.check("linear")
        guard rank == 2 else {
            let rows = shape.dropLast().reduce(1, *)
            return try reshaped([rows, shape[rank - 1]])
                .linear(weights, bias: bias, activation: activation)
                .reshaped(shape.dropLast() + [columns])
        }
        let product = try Product(shape, weights.shape, false, false, operation: "linear")
        let result = try Self.run(product, self, weights, bias, activation)
        guard let bias else {
            return result.recorded("linear", self, weights) { back throws(TensorError) in
                let d = try activation.gradient(back.gradient, back.output)
                try back.contributeProduct(d)
            }
        }
        return result.recorded("linear", all: [self, weights, bias]) { back throws(TensorError) in
            guard back.needs(2), !back.mustBeDifferentiable, activation != .none else {
                let d = try activation.gradient(back.gradient, back.output)
                try back.contributeProduct(d)
                try back.contribute(2, try d.sum(axes: [0]))
                return
            }
            let (d, sums) = try back.gradient.activationGradient(back.output, activation)
            try back.contributeProduct(d)
            try back.contribute(2, sums)
        }
    }

    private static func run(
        _ product: Product, _ x: Tensor, _ weights: Tensor, _ bias: Tensor?,
        _ activation: Activation
    ) throws(TensorError) -> Tensor {
        guard bias != nil || activation != .none else { return try product.run(x, weights) }
        let columns = product.columns
        let (code, slope) = (activation.code, activation.slope)
        // Without a bias the pointer is not read.
        let (b, hasBias) = bias.map { ($0.p, Int32(1)) } ?? (weights.p, 0)
        return try product.run(x, weights) { y, block in
            kernels_bias_activation(
                y + block.row * columns + block.column, Int64(columns), b + block.column,
                hasBias, Int64(block.rows), Int64(block.columns), code, slope)
        }
    }

    /// The gradient before an activation, and its sum over the rows, in one pass; first order
    /// only, so nobody but a pullback that is not differentiable may call it.
    private func activationGradient(
        _ output: Tensor, _ activation: Activation
    ) throws(TensorError) -> (Tensor, Tensor) {
        let (rows, columns) = (shape[0], shape[1])
        let d = try Tensor(unset: shape, count: count)
        let parts = RowParts(rows: rows, channels: columns)
        let sums = try Tensor(unset: [parts.count, columns], "linear")
        let (g, y) = (self, output)
        parts.run { part, start, rows in
            kernels_activation_gradient(
                g.p + start * columns, y.p + start * columns, d.p + start * columns,
                sums.p + part * columns, Int64(rows), Int64(columns), activation.code,
                activation.slope)
        }
        return (d, try parts.total(of: sums))
    }
}

extension Backward {
    /// The gradients of a product x W, given that of its result.
    fileprivate func contributeProduct(_ d: Tensor) throws(TensorError) {
        try contribute(
            0, MatrixPair(d, input(1), transposeRight: true),
            1, MatrixPair(input(0), d, transposeLeft: true))
    }
}

/// Rows in a number of stretches that depends on the shape alone, so that sums over rows have
/// the same bits whatever the number of threads.
struct RowParts {
    let rows: Int
    let channels: Int
    let length: Int
    let count: Int

    init(rows: Int, channels: Int) {
        self.rows = rows
        self.channels = channels
        let enough = Swift.max(16, Loop.grain / 2 / Swift.max(1, channels))
        length = Swift.max(enough, (rows + 15) / 16)
        count = Swift.max(1, (rows + length - 1) / length)
    }

    /// Calls `body(part, first row, rows)` for each part.
    func run(_ body: (Int, Int, Int) -> Void) {
        Threads.run(count) { part in
            let start = part * length
            body(part, start, Swift.min(length, rows - start))
        }
    }

    /// The sum over the parts of `[parts, channels]`, in order.
    func total(of sums: Tensor) throws(TensorError) -> Tensor {
        if count == 1 { return Tensor(sums.storage, shape: [channels], count: channels) }
        return try sums.sum(axes: [0])
    }
}

extension Primitive {
    static let linears: [Primitive] =
        [Activation.none, .relu, .leakyRelu(0.2), .sigmoid, .tanh]
        .map { activation in
            Primitive(
                "linear \(activation)", [Sample([3, 2]), Sample([2, 4]), Sample([4], gap: 3)]
            ) { x throws(TensorError) in
                try x[0].linear(x[1], bias: x[2], activation: activation)
            }
        } + [
            Primitive("linear without bias", [Sample([2, 2, 3]), Sample([3, 2])]) {
                x throws(TensorError) in try x[0].linear(x[1], activation: .tanh)
            }
        ]
}
