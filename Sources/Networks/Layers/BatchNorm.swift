import Tensors

/// Batch normalisation (Ioffe and Szegedy 2015, arXiv:1502.03167): while training each channel
/// has mean 0 and variance 1 over the batch, later by running statistics, then a trained scale
/// and offset.
struct BatchNorm: Fusible {
    var parts = Parts()
    let name = "batch_norm"
    let description: String
    let isStateless = false
    let keep: Float
    let epsilon: Float

    static let row = LayerRow(
        "batch_norm", .normalisation,
        [
            OptionRule(
                "keep", .number(0...1), "the share of the running statistics that a batch leaves",
                standard: 0.9),
            .epsilon(1e-5),
        ],
        "Each channel gets mean 0 and variance 1 over the batch, then a trained scale and offset.",
        source: "Ioffe and Szegedy 2015, arXiv:1502.03167. While training the variance over n"
            + " values is divided by n, in the running statistics by n - 1. Real and fake samples"
            + " are separate batches. Not for critics with a gradient penalty.",
        example: "G = noise(4) |> linear(16) |> batch_norm |> relu |> linear(2)",
        samples: [
            LayerSample(input: [3], output: [3]),
            LayerSample(["epsilon": 0.01], input: [2, 2, 2], output: [2, 2, 2]),
        ]
    ) { options in
        BatchNorm(
            description: options.description, keep: try options.float("keep"),
            epsilon: try options.float("epsilon"))
    }

    private init(description: String, keep: Float, epsilon: Float) {
        self.description = description
        self.keep = keep
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
            ])
    }

    func apply(_ x: Tensor, activation: Activation, _ context: Context) throws -> Tensor {
        let scale = try value("scale", context)
        let offset = try value("offset", context)
        guard context.isTraining else {
            return try activation(try applyLearnt(x, scale, offset))
        }
        guard x.count > scale.count else {
            throw NetworkError.shape(
                layer: description, expects: "more than one value for each channel to train on",
                source: "a batch", input: Array(x.shape.dropFirst()),
                hint: "use a batch of at least 2")
        }
        let result = try x.batchNormalised(
            scale: scale, offset: offset, epsilon: epsilon, activation: activation)
        let unbiased = Float(result.number) / Float(result.number - 1)
        try buffer("mean").update {
            try Update.blend(&$0, toward: [result.mean], keep: keep)
        }
        try buffer("variance").update {
            try Update.blend(
                &$0, toward: [try result.variance.affine(unbiased, 0)], keep: keep)
        }
        return result.output
    }

    /// By the running statistics: one factor and one shift for each channel.
    private func applyLearnt(
        _ x: Tensor, _ scale: Tensor, _ offset: Tensor
    ) throws -> Tensor {
        let inverse = try (buffer("variance").value + epsilon).sqrt().reciprocal()
        let factor = try scale * inverse
        let shift = try offset - buffer("mean").value * factor
        return try x * factor + shift
    }

    func operations(input: [Int], output: [Int]) -> Double { 8 * output.elements }
}
