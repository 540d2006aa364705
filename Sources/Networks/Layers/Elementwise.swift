import Tensors

/// An activation: a function of each value alone, or of the values of each sample's last axis.
struct Elementwise: Layer {
    var parts = Parts()
    let name: String
    let description: String
    let activation: Activation?
    private let function: @Sendable (Tensor) throws -> Tensor

    private init(
        _ options: Options, _ name: String, fused: Activation? = nil,
        _ function: @escaping @Sendable (Tensor) throws -> Tensor
    ) {
        self.name = name
        description = options.description
        activation = fused
        self.function = function
    }

    func outputShape(of input: [Int]) throws -> [Int] { input }

    func apply(_ x: Tensor, _ context: Context) throws -> Tensor { try function(x) }

    static let rows: [LayerRow] =
        rectifiers + smooth + [
            row("softmax", "Positive values that sum to 1 along the last axis.") {
                try $0.softmax()
            },
            row("log_softmax", "The logarithm of softmax, without overflow.") {
                try $0.logSoftmax()
            },
        ]

    private static let rectifiers: [LayerRow] = [
        row("relu", "max(x, 0).", gap: 0.2, fused: .relu) { try $0.relu() },
        LayerRow(
            "leaky_relu", .activations,
            [
                OptionRule(
                    "slope", .number(0...1), "the slope below 0", standard: 0.2)
            ], "x above 0, slope x below; a slope of 0.2 is usual in discriminators.",
            source: "Maas et al. 2013; the slope of Radford et al. 2015, arXiv:1511.06434.",
            example: "D = points(2) |> linear(8) |> leaky_relu(0.2) |> linear(1)",
            samples: [
                LayerSample(input: [3], output: [3], gap: 0.2),
                LayerSample(["slope": 0.01], input: [2, 2, 1], output: [2, 2, 1], gap: 0.2),
            ]
        ) { options in
            let slope = try options.float("slope")
            // In words it is positional: leaky_relu(0.1).
            return Elementwise(options, "leaky_relu", fused: .leakyRelu(slope)) {
                try $0.leakyRelu(slope)
            }
        },
        LayerRow(
            "elu", .activations,
            [OptionRule("alpha", .number(0...100), "minus the limit below 0", standard: 1)],
            "x above 0, alpha (e^x - 1) below.",
            source: "Clevert et al. 2015, arXiv:1511.07289.",
            example: "D = points(2) |> linear(8) |> elu |> linear(1)",
            samples: [LayerSample(input: [3], output: [3], gap: 0.2)]
        ) { options in
            let alpha = try options.float("alpha")
            return Elementwise(options, "elu") { try $0.elu(alpha) }
        },
        row(
            "selu", "An ELU scaled so that activations keep mean 0 and variance 1.",
            source: "Klambauer et al. 2017, arXiv:1706.02515; start weights with init:"
                + " [\"normal\", 1 / sqrt(inputs)].", gap: 0.2
        ) { try $0.elu(1.673_263_2).affine(1.050_701, 0) },
    ]

    private static let smooth: [LayerRow] = [
        row(
            "gelu", "x times the normal distribution function of x.",
            source: "Hendrycks and Gimpel 2016, arXiv:1606.08415, exact form."
        ) { try $0.gelu() },
        row(
            "silu", "x sigmoid(x), also called swish.",
            source: "Ramachandran et al. 2017, arXiv:1710.05941."
        ) { try $0 * $0.sigmoid() },
        row("tanh", "The hyperbolic tangent: results in (-1, 1).", fused: .tanh) {
            try $0.tanh()
        },
        row("sigmoid", "1 / (1 + e^-x): results in (0, 1).", fused: .sigmoid) {
            try $0.sigmoid()
        },
        row("log_sigmoid", "The logarithm of sigmoid, without overflow.") { try $0.logSigmoid() },
        row("softplus", "log(1 + e^x): a smooth relu.") { try $0.softplus() },
        row("sin", "The sine, for networks that paint fine detail.") { try $0.sin() },
    ]

    private static func row(
        _ name: String, _ summary: String, source: String = "", gap: Float = 0,
        fused: Activation? = nil, _ function: @escaping @Sendable (Tensor) throws -> Tensor
    ) -> LayerRow {
        LayerRow(
            name, .activations, [], summary, source: source,
            example: "D = points(2) |> linear(8) |> \(name) |> linear(1)",
            samples: [
                LayerSample(input: [3], output: [3], gap: gap),
                LayerSample(input: [2, 1, 2], output: [2, 1, 2], gap: gap),
            ]
        ) { options in Elementwise(options, name, fused: fused, function) }
    }
}

/// A leaky ReLU whose slopes are trained, one for each channel (He et al. 2015,
/// arXiv:1502.01852).
struct ParametricRelu: Layer {
    var parts = Parts()
    let name = "prelu"
    let description: String
    let isStateless = false
    let start: Float

    static let row = LayerRow(
        "prelu", .activations,
        [OptionRule("slope", .number(0...1), "the slope to start from", standard: 0.25)],
        "A leaky relu that learns its slopes, one for each channel.",
        source: "He et al. 2015, arXiv:1502.01852.",
        example: "D = points(2) |> linear(8) |> prelu |> linear(1)",
        samples: [LayerSample(input: [2, 1, 2], output: [2, 1, 2], gap: 0.2)]
    ) { options in
        ParametricRelu(description: options.description, start: try options.float("slope"))
    }

    private init(description: String, start: Float) {
        self.description = description
        self.start = start
    }

    func outputShape(of input: [Int]) throws -> [Int] {
        guard let channels = input.last else { throw mismatch("a vector or an image", input) }
        try checkBuilt("slope", axis: 0, channels, "channels", input)
        return input
    }

    func make(input: [Int], _ generator: inout Generator) throws -> Made {
        Made(parameters: [Parameter("slope", try Tensor.full([input.last ?? 0], start))])
    }

    func apply(_ x: Tensor, _ context: Context) throws -> Tensor {
        let positive = try x.relu()
        return try positive + value("slope", context) * (x - positive)
    }
}

/// The largest of each group of neighbouring channels (Goodfellow et al. 2013,
/// arXiv:1302.4389).
struct Maxout: Layer {
    var parts = Parts()
    let name = "maxout"
    let description: String
    let pieces: Int

    static let row = LayerRow(
        "maxout", .activations,
        [OptionRule("pieces", .integer(1...1 << 16), "channels in a group", standard: 2)],
        "The largest of each group of neighbouring channels.",
        source: "Goodfellow et al. 2013, arXiv:1302.4389.",
        example: "D = points(2) |> linear(20) |> maxout(5) |> linear(1)",
        samples: [
            LayerSample(["pieces": 3], input: [6], output: [2]),
            LayerSample(input: [1, 2, 4], output: [1, 2, 2]),
        ]
    ) { Maxout(description: $0.description, pieces: try $0.integer("pieces")) }

    private init(description: String, pieces: Int) {
        self.description = description
        self.pieces = pieces
    }

    func outputShape(of input: [Int]) throws -> [Int] {
        guard let channels = input.last, channels % pieces == 0 else {
            throw mismatch("a multiple of \(pieces) channels", input)
        }
        return input.dropLast() + [channels / pieces]
    }

    func apply(_ x: Tensor, _ context: Context) throws -> Tensor {
        let channels = x.shape[x.rank - 1]
        return try x.reshape(x.shape.dropLast() + [channels / pieces, pieces]).max(axes: [-1])
    }

    func operations(input: [Int], output: [Int]) -> Double { input.elements }
}
