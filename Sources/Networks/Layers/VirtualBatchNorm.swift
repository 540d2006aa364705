import Tensors

/// Virtual batch normalisation (Salimans et al. 2016, arXiv:1606.03498, section 3.5): each sample
/// is normalised by the statistics of a fixed reference batch and of itself, so that samples of
/// a batch do not depend on each other.
///
/// In a network the first batch of the training becomes the reference and goes through all
/// layers beside every later batch, as in the authors' program. A layer applied alone keeps the
/// statistics of the first batch that it meets in training.
struct VirtualBatchNorm: Layer {
    var parts = Parts()
    let name = "virtual_batch_norm"
    let description: String
    let isStateless = false
    let needsReference = true
    let epsilon: Float

    static let row = LayerRow(
        "virtual_batch_norm", .normalisation, [.epsilon(1e-5)],
        "Batch norm by a fixed reference batch and the sample itself.",
        source: "Salimans et al. 2016, arXiv:1606.03498, section 3.5; a sample weighs"
            + " 1 / (n + 1) beside a reference of n. Costs a second pass, of the reference.",
        example: "G = noise(4) |> linear(16) |> virtual_batch_norm |> relu |> linear(2)",
        samples: [
            LayerSample(["epsilon": 0.01], input: [3], output: [3]),
            LayerSample(["epsilon": 0.01], input: [2, 2, 2], output: [2, 2, 2]),
        ]
    ) { VirtualBatchNorm(description: $0.description, epsilon: try $0.float("epsilon")) }

    private init(description: String, epsilon: Float) {
        self.description = description
        self.epsilon = epsilon
    }

    func outputShape(of input: [Int]) throws -> [Int] {
        guard let channels = input.last else { throw mismatch("a vector or an image", input) }
        try checkBuilt("scale", axis: 0, channels, "channels", input)
        return input
    }

    func make(input: [Int], _ generator: inout Generator) throws -> Made {
        let channels = [input.last ?? 0]
        return Made(
            parameters: [
                Parameter("scale", try Tensor.ones(channels)),
                Parameter("offset", try Tensor.zeros(channels)),
            ],
            buffers: [
                Buffer("mean", try Tensor.zeros(channels)),
                Buffer("variance", try Tensor.ones(channels)),
                // The size of the reference batch; 0 before there is one.
                Buffer("number", Tensor(0)),
            ])
    }

    func apply(_ x: Tensor, _ context: Context) throws -> Tensor {
        let scale = try value("scale", context)
        let offset = try value("offset", context)
        let count = context.referenceCount
        guard count > 0 else { return try applyAlone(x, context) * scale + offset }
        let parts = try x.split([count, x.shape[0] - count])
        let axes = Array(0..<x.rank - 1)
        let mean = try parts[0].mean(axes: axes)
        let variance = try parts[0].variance(axes: axes)
        let first = try (parts[0] - mean) * (variance + epsilon).sqrt().reciprocal()
        let rest = try normalised(parts[1], mean, variance, share: 1 / Float(count + 1))
        return try Tensor.concatenate([first, rest]) * scale + offset
    }

    private func applyAlone(_ x: Tensor, _ context: Context) throws -> Tensor {
        let number = try buffer("number")
        if context.isTraining, try number.value.item() == 0, x.count > 0 {
            let axes = Array(0..<x.rank - 1)
            try buffer("mean").set(x.detached().mean(axes: axes))
            try buffer("variance").set(x.detached().variance(axes: axes))
            number.set(Tensor(Float(x.shape[0])))
        }
        // Before there is a reference the sample is held against mean 0 and variance 1.
        let share = try 1 / (max(1, number.value.item()) + 1)
        return try normalised(
            x, buffer("mean").value, buffer("variance").value, share: share)
    }

    /// Mean and variance of the mixture of a sample (weight `share`) and the reference: the
    /// variance of a mixture is the mean of variances plus the variance of means.
    private func normalised(
        _ x: Tensor, _ mean: Tensor, _ variance: Tensor, share: Float
    ) throws -> Tensor {
        let axes = Array(1..<max(1, x.rank - 1))
        let own = axes.isEmpty ? x : try x.mean(axes: axes, keepingAxes: true)
        let distance = try own - mean
        let center = try mean + distance.affine(share, 0)
        var spread =
            try variance.affine(1 - share, 0)
            + distance.square().affine(share * (1 - share), 0)
        if !axes.isEmpty {
            spread = try spread + x.variance(axes: axes, keepingAxes: true).affine(share, 0)
        }
        return try (x - center) * (spread + epsilon).sqrt().reciprocal()
    }

    func operations(input: [Int], output: [Int]) -> Double { 16 * output.elements }
}
