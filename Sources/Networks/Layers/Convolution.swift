import Tensors

/// Images under a kernel [height, width, channels, filters]. Weights start by He's rule: few
/// convolutions are followed by nothing, and with n_in = height * width * channels inputs the
/// variance is kept through any depth of ReLUs. `init: "normal"` is DCGAN's N(0, 0.02).
struct Convolution: WeightedLayer {
    var parts = Parts()
    let name = "conv"
    let description: String
    let filters: Int
    let placement: Placement
    let hasBias: Bool
    let initializer: Initializer

    static let row = LayerRow(
        "conv", .convolutions,
        [
            OptionRule("filters", .integer(1...1 << 20), "channels of the result"),
            OptionRule(
                "kernel", .pair(1...1024), "the size of the window", unit: "pixels", standard: 3),
            OptionRule(
                "stride", .pair(1...1024), "the step of the window", unit: "pixels", standard: 1),
            Placement.rule(standard: "same"),
            OptionRule(
                "dilation", .pair(1...1024), "the distance of the window's points",
                unit: "pixels", standard: 1),
            .bias, .initializer("he"),
        ],
        "A small window slides over an image; each filter answers with a channel.",
        source: "Starts by He et al. 2015, offsets 0; init: \"normal\" is DCGAN's N(0, 0.02).",
        example: "D = image(8, 8, 1) |> conv(8, kernel: 4, stride: 2) |> relu |> flatten"
            + " |> linear(1)",
        samples: [
            LayerSample(
                ["filters": 2, "kernel": 3, "stride": 2], input: [4, 5, 2], output: [2, 3, 2]),
            LayerSample(
                ["filters": 3, "kernel": [2, 1], "padding": "none", "bias": false],
                input: [3, 3, 1], output: [2, 3, 3]),
            LayerSample(["filters": 2, "kernel": 1], input: [2, 2, 3], output: [2, 2, 2]),
            LayerSample(
                ["filters": 3, "kernel": 4, "padding": 0], input: [4, 4, 2], output: [1, 1, 3]),
        ]
    ) { try Convolution($0) }

    init(_ options: Options) throws {
        description = options.description
        filters = try options.integer("filters")
        placement = try Placement(
            options, kernel: try options.pair("kernel"), stride: try options.pair("stride"),
            dilation: try options.pair("dilation"))
        hasBias = try options.bool("bias")
        initializer = try options.initializer()
    }

    func outputShape(of input: [Int]) throws -> [Int] {
        let (height, width, channels) = try imageSizes(input)
        guard let (_, output) = placement.forward([height, width]) else {
            throw mismatch(
                "an image that its window fits into", input,
                hint: "use a smaller kernel, or padding: \"same\"")
        }
        try checkBuilt("weight", axis: 2, channels, "channels", input)
        return output + [filters]
    }

    func make(input: [Int], _ generator: inout Generator) throws -> Made {
        let area = Double(placement.kernel[0] * placement.kernel[1])
        let strides = Double(placement.stride[0] * placement.stride[1])
        let weight = try initializer.draw(
            placement.kernel + [input[2], filters], inputs: area * Double(input[2]),
            outputs: area * Double(filters) / strides, &generator)
        var parameters = [Parameter("weight", weight)]
        if hasBias { parameters.append(Parameter("bias", try Tensor.zeros([filters]))) }
        return Made(parameters: parameters)
    }

    func apply(
        _ x: Tensor, weight: Tensor, activation: Activation, _ context: Context
    ) throws -> Tensor {
        guard x.rank == 4, let (window, _) = placement.forward([x.shape[1], x.shape[2]]) else {
            throw mismatch("an image", Array(x.shape.dropFirst()))
        }
        let result = try x.convolution(weight, window)
        let shifted = hasBias ? try result + value("bias", context) : result
        return try activation(shifted)
    }

    func operations(input: [Int], output: [Int]) -> Double {
        let each = 2 * placement.kernel.elements * Double(input.last ?? 0)
        return output.elements * (each + (hasBias ? 1 : 0))
    }

    func matrix(_ weight: Tensor) throws -> Tensor { try weight.reshape([-1, filters]) }

    func fanIn(_ weight: [Int]) -> Double { Double(weight[0] * weight[1] * weight[2]) }
}
