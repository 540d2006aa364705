import Tensors

/// The transposed convolution, kernel [height, width, filters, channels]: what a generator grows
/// images with. He's rule with n_in = height * width * channels / stride^2, the number of inputs
/// that meet in one output pixel.
struct ConvolutionTransposed: WeightedLayer {
    var parts = Parts()
    let name = "conv_transpose"
    let description: String
    let filters: Int
    let placement: Placement
    let hasBias: Bool
    let initializer: Initializer

    static let row = LayerRow(
        "conv_transpose", .convolutions,
        [
            OptionRule("filters", .integer(1...1 << 20), "channels of the result"),
            OptionRule(
                "kernel", .pair(1...1024), "the size of the window", unit: "pixels", standard: 4),
            OptionRule(
                "stride", .pair(1...1024), "how much larger the image becomes", unit: "pixels",
                standard: 2),
            Placement.rule(standard: "same"),
            .bias, .initializer("he"),
        ],
        "The way back of a convolution: every pixel paints a window into a larger image.",
        source: "With padding same (the default) the size is multiplied by the stride; with"
            + " padding p it is (size - 1) stride + kernel - 2 p. Radford et al. 2015,"
            + " arXiv:1511.06434.",
        example: "G = noise(16) |> reshape(1, 1, 16) |> conv_transpose(8, padding: 0) |> relu"
            + " |> conv_transpose(1) |> tanh",
        samples: [
            LayerSample(["filters": 2], input: [2, 3, 2], output: [4, 6, 2]),
            LayerSample(
                ["filters": 3, "kernel": 4, "stride": 1, "padding": 0], input: [1, 1, 2],
                output: [4, 4, 3]),
            LayerSample(
                ["filters": 1, "kernel": 1, "stride": 2, "bias": false], input: [2, 2, 2],
                output: [4, 4, 1]),
        ]
    ) { try ConvolutionTransposed($0) }

    init(_ options: Options) throws {
        description = options.description
        filters = try options.integer("filters")
        placement = try Placement(
            options, kernel: try options.pair("kernel"), stride: try options.pair("stride"))
        hasBias = try options.bool("bias")
        initializer = try options.initializer()
    }

    func outputShape(of input: [Int]) throws -> [Int] {
        let (height, width, channels) = try imageSizes(input)
        guard let (_, _, output) = placement.transposed([height, width]) else {
            throw mismatch(
                "an image of which the padding leaves something", input, hint: "pad less")
        }
        try checkBuilt("weight", axis: 3, channels, "channels", input)
        return output + [filters]
    }

    func make(input: [Int], _ generator: inout Generator) throws -> Made {
        let area = Double(placement.kernel[0] * placement.kernel[1])
        let strides = Double(placement.stride[0] * placement.stride[1])
        let weight = try initializer.draw(
            placement.kernel + [filters, input[2]], inputs: area * Double(input[2]) / strides,
            outputs: area * Double(filters), &generator)
        var parameters = [Parameter("weight", weight)]
        if hasBias { parameters.append(Parameter("bias", try Tensor.zeros([filters]))) }
        return Made(parameters: parameters)
    }

    func apply(
        _ x: Tensor, weight: Tensor, activation: Activation, _ context: Context
    ) throws -> Tensor {
        guard x.rank == 4,
            let (window, extra, _) = placement.transposed([x.shape[1], x.shape[2]])
        else { throw mismatch("an image", Array(x.shape.dropFirst())) }
        let result = try x.convolutionTransposed(weight, window, extra: extra)
        let shifted = hasBias ? try result + value("bias", context) : result
        return try activation(shifted)
    }

    func operations(input: [Int], output: [Int]) -> Double {
        let each = 2 * placement.kernel.elements * Double(filters)
        return input.elements * each + (hasBias ? output.elements : 0)
    }

    func matrix(_ weight: Tensor) throws -> Tensor {
        try weight.transpose([0, 1, 3, 2]).reshape([-1, filters])
    }

    func fanIn(_ weight: [Int]) -> Double {
        Double(weight[0] * weight[1] * weight[3])
            / Double(placement.stride[0] * placement.stride[1])
    }
}
