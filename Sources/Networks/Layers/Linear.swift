import Tensors

/// y = x W + b, W of shape [inputs, features].
///
/// Weights start by Xavier's rule: the layer does not know what follows it, and with it neither
/// the hidden values nor the scores of a discriminator start far from the labels 0 and 1 of a
/// least-squares game. Before a ReLU, `init: "he"` keeps the variance exactly.
struct Linear: WeightedLayer {
    var parts = Parts()
    let name = "linear"
    let description: String
    let features: Int
    let hasBias: Bool
    let initializer: Initializer

    static let row = LayerRow(
        "linear", .products,
        [
            OptionRule("features", .integer(1...1 << 24), "the size of the result"),
            .bias, .initializer("xavier"),
        ],
        "Every output is a weighted sum of all inputs plus an offset.",
        source: "Starts by Glorot and Bengio 2010, offsets 0. A sequence of vectors is taken"
            + " vector by vector.",
        example: "D = points(2) |> linear(16) |> relu |> linear(1)",
        samples: [
            LayerSample(["features": 3], input: [4], output: [3]),
            LayerSample(
                ["features": 3, "bias": false, "init": "he"], input: [2, 4], output: [2, 3]),
        ]
    ) { try Linear($0) }

    init(_ options: Options) throws {
        description = options.description
        features = try options.integer("features")
        hasBias = try options.bool("bias")
        initializer = try options.initializer()
    }

    func outputShape(of input: [Int]) throws -> [Int] {
        guard let size = input.last else {
            throw mismatch("a vector", input, hint: "insert reshape(1) before it")
        }
        guard input.count <= 2 else {
            throw mismatch("a vector", input, hint: "insert flatten before it")
        }
        try checkBuilt("weight", axis: 0, size, "inputs", input)
        return input.dropLast() + [features]
    }

    func make(input: [Int], _ generator: inout Generator) throws -> Made {
        let size = input.last ?? 0
        let weight = try initializer.draw(
            [size, features], inputs: Double(size), outputs: Double(features), &generator)
        var parameters = [Parameter("weight", weight)]
        if hasBias { parameters.append(Parameter("bias", try Tensor.zeros([features]))) }
        return Made(parameters: parameters)
    }

    func apply(
        _ x: Tensor, weight: Tensor, activation: Activation, _ context: Context
    ) throws -> Tensor {
        let bias = hasBias ? try value("bias", context) : nil
        return try x.linear(weight, bias: bias, activation: activation)
    }

    func operations(input: [Int], output: [Int]) -> Double {
        output.elements * (2 * Double(input.last ?? 0) + (hasBias ? 1 : 0))
    }

    func matrix(_ weight: Tensor) throws -> Tensor { weight }

    func fanIn(_ weight: [Int]) -> Double { Double(weight[0]) }
}
