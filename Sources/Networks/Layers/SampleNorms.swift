import Tensors

/// Each sample with mean 0 and variance 1 (Ba et al. 2016, arXiv:1607.06450).
struct LayerNorm: Layer {
    var parts = Parts()
    let name = "layer_norm"
    let description: String
    let isStateless = false
    let epsilon: Float

    static let row = LayerRow(
        "layer_norm", .normalisation, [.epsilon(1e-5)],
        "Each sample gets mean 0 and variance 1, then a trained scale and offset.",
        source: "Ba et al. 2016, arXiv:1607.06450. An image is measured as a whole and scaled by"
            + " channel, a sequence is measured vector by vector. For critics with a gradient"
            + " penalty (Gulrajani et al. 2017, arXiv:1704.00028).",
        example: "D = points(2) |> linear(8) |> layer_norm |> leaky_relu |> linear(1)",
        samples: [
            LayerSample(["epsilon": 0.01], input: [4], output: [4]),
            LayerSample(["epsilon": 0.01], input: [2, 2, 2], output: [2, 2, 2]),
            LayerSample(["epsilon": 0.01], input: [2, 3], output: [2, 3]),
        ]
    ) { LayerNorm(description: $0.description, epsilon: try $0.float("epsilon")) }

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
        return Made(parameters: [
            Parameter("scale", try Tensor.ones(channels)),
            Parameter("offset", try Tensor.zeros(channels)),
        ])
    }

    func apply(_ x: Tensor, _ context: Context) throws -> Tensor {
        let axes = x.rank == 4 ? [1, 2, 3] : [x.rank - 1]
        return try x.standardised(over: axes, epsilon) * value("scale", context)
            + value("offset", context)
    }

    func operations(input: [Int], output: [Int]) -> Double { 8 * output.elements }
}

/// Each channel of each image with mean 0 and variance 1 (Ulyanov et al. 2016,
/// arXiv:1607.08022).
struct InstanceNorm: Layer {
    var parts = Parts()
    let name = "instance_norm"
    let description: String
    let isAffine: Bool
    let epsilon: Float
    var isStateless: Bool { !isAffine }

    static let row = LayerRow(
        "instance_norm", .normalisation,
        [
            OptionRule(
                "affine", .bool, "whether a trained scale and offset follow", standard: false),
            .epsilon(1e-5),
        ],
        "Each channel of each image gets mean 0 and variance 1.",
        source: "Ulyanov et al. 2016, arXiv:1607.08022, as in CycleGAN (arXiv:1703.10593).",
        example: "D = image(8, 8, 1) |> conv(4) |> instance_norm |> relu |> flatten |> linear(1)",
        samples: [
            LayerSample(["epsilon": 0.01], input: [2, 2, 2], output: [2, 2, 2]),
            LayerSample(
                ["epsilon": 0.01, "affine": true], input: [2, 3, 1], output: [2, 3, 1]),
        ]
    ) { options in
        InstanceNorm(
            description: options.description, isAffine: try options.bool("affine"),
            epsilon: try options.float("epsilon"))
    }

    private init(description: String, isAffine: Bool, epsilon: Float) {
        self.description = description
        self.isAffine = isAffine
        self.epsilon = epsilon
    }

    func outputShape(of input: [Int]) throws -> [Int] {
        let (_, _, channels) = try imageSizes(input)
        try checkBuilt("scale", axis: 0, channels, "channels", input)
        return input
    }

    func make(input: [Int], _ generator: inout Generator) throws -> Made {
        guard isAffine else { return Made() }
        let channels = [input.last ?? 0]
        return Made(parameters: [
            Parameter("scale", try Tensor.ones(channels)),
            Parameter("offset", try Tensor.zeros(channels)),
        ])
    }

    func apply(_ x: Tensor, _ context: Context) throws -> Tensor {
        let normal = try x.standardised(over: [1, 2], epsilon)
        guard isAffine else { return normal }
        return try normal * value("scale", context) + value("offset", context)
    }

    func operations(input: [Int], output: [Int]) -> Double { 8 * output.elements }
}

/// Each pixel's vector of channels scaled to length sqrt(channels) (Karras et al. 2017,
/// arXiv:1710.10196, section 4.2).
struct PixelNorm: Layer {
    var parts = Parts()
    let name = "pixel_norm"
    let description: String
    let epsilon: Float

    static let row = LayerRow(
        "pixel_norm", .normalisation, [.epsilon(1e-8)],
        "Each pixel's channels, or each vector, are scaled to mean square 1.",
        source: "Karras et al. 2017, arXiv:1710.10196, section 4.2; in generators, also on"
            + " latents.", example: "G = noise(4) |> pixel_norm |> linear(16) |> relu |> linear(2)",
        samples: [
            LayerSample(["epsilon": 0.01], input: [4], output: [4]),
            LayerSample(["epsilon": 0.01], input: [2, 1, 3], output: [2, 1, 3]),
        ]
    ) { PixelNorm(description: $0.description, epsilon: try $0.float("epsilon")) }

    private init(description: String, epsilon: Float) {
        self.description = description
        self.epsilon = epsilon
    }

    func outputShape(of input: [Int]) throws -> [Int] {
        guard !input.isEmpty else { throw mismatch("a vector or an image", input) }
        return input
    }

    func apply(_ x: Tensor, _ context: Context) throws -> Tensor {
        let square = try x.square().mean(axes: [-1], keepingAxes: true)
        return try x * (square + epsilon).sqrt().reciprocal()
    }

    func operations(input: [Int], output: [Int]) -> Double { 3 * output.elements }
}

extension Tensor {
    /// (x - mean) / sqrt(variance + epsilon) over `axes`.
    func standardised(over axes: [Int], _ epsilon: Float) throws -> Tensor {
        let distance = try self - mean(axes: axes, keepingAxes: true)
        let variance = try distance.square().mean(axes: axes, keepingAxes: true)
        return try distance * (variance + epsilon).sqrt().reciprocal()
    }
}
