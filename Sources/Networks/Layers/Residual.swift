import Tensors

/// x + scale f(x) (He et al. 2015, arXiv:1512.03385).
///
/// Where f changes the number of channels the input goes through a trained product by pixel, and
/// where f changes the size of an image by a whole factor, through the mean of blocks or the
/// repetition of pixels first, as in the residual networks of Gulrajani et al. 2017.
struct Residual: Layer {
    var parts = Parts()
    let name = "residual"
    let description: String
    let isStateless = false
    let layers: [any Layer]
    let scale: Float
    private let steps: Steps

    static let row = LayerRow(
        "residual", .structure,
        [
            OptionRule("layers", .layers, "what is added to the input"),
            OptionRule(
                "scale", .number(-1000...1000), "the weight of what is added", standard: 1),
        ],
        "The input plus what the layers make of it.",
        source: "He et al. 2015, arXiv:1512.03385; other shapes are projected as in Gulrajani et"
            + " al. 2017, arXiv:1704.00028, appendix F.",
        example: "D = points(2) |> linear(8) |> residual(relu |> linear(8)) |> linear(1)",
        samples: [
            LayerSample(
                inner: [.init("linear", ["features": 3]), .init("tanh")], input: [3],
                output: [3]),
            LayerSample(
                ["scale": 0.3], inner: [.init("linear", ["features": 2])], input: [3],
                output: [2]),
            LayerSample(
                inner: [.init("conv", ["filters": 3, "stride": 2])], input: [4, 2, 2],
                output: [2, 1, 3]),
            LayerSample(
                inner: [.init("conv_transpose", ["filters": 2])], input: [1, 2, 2],
                output: [2, 4, 2]),
        ]
    ) { options in
        Residual(
            description: options.description, layers: options.layers,
            scale: try options.float("scale"))
    }

    private init(description: String, layers: [any Layer], scale: Float) {
        self.description = description
        self.layers = layers
        self.scale = scale
        steps = Steps(layers)
    }

    var inner: [(name: String, layer: any Layer)] {
        layers.enumerated().map { ("\($0.offset).\($0.element.name)", $0.element) }
    }

    func around(_ inner: [any Layer]) -> any Layer {
        Residual(description: description, layers: inner, scale: scale)
    }

    func outputShape(of input: [Int]) throws -> [Int] {
        // Layers that are not built yet infer all the same.
        let output = try layers.reduce(input) { shape, layer in
            try layer.checkedOutput(of: shape)
        }
        _ = try shortcut(input, output)
        return output
    }

    /// How the input comes to the shape of the output.
    private enum Shortcut: Equatable { case same, smaller(Int), larger(Int) }

    private func shortcut(_ input: [Int], _ output: [Int]) throws -> Shortcut {
        if input.dropLast() == output.dropLast(), input.count == output.count, !input.isEmpty {
            return .same
        }
        if input.count == 3, output.count == 3 {
            for factor in 2...64 {
                if input[0] == output[0] * factor, input[1] == output[1] * factor {
                    return .smaller(factor)
                }
                if output[0] == input[0] * factor, output[1] == input[1] * factor {
                    return .larger(factor)
                }
            }
        }
        throw mismatch(
            "layers that keep the shape or scale an image by a whole factor", input,
            hint: "they make \(batched(output)) of it")
    }

    func make(input: [Int], _ generator: inout Generator) throws -> Made {
        var shape = input
        for layer in layers { shape = try layer.build(input: shape, &generator) }
        guard let from = input.last, let to = shape.last, from != to else { return Made() }
        let weight = try Initializer.xavier(gain: 1)
            .draw([from, to], inputs: Double(from), outputs: Double(to), &generator)
        return Made(parameters: [Parameter("projection", weight)])
    }

    func apply(_ x: Tensor, _ context: Context) throws -> Tensor {
        let result = try steps.run(x, context)
        var base = x
        switch try shortcut(Array(x.shape.dropFirst()), Array(result.shape.dropFirst())) {
        case .same: break
        case .smaller(let factor): base = try base.downsample(factor)
        case .larger(let factor): base = try base.upsampleNearest(factor)
        }
        if parts.parameter("projection") != nil {
            base = try base.linear(value("projection", context))
        }
        return try base + (scale == 1 ? result : result.affine(scale, 0))
    }

    func operations(input: [Int], output: [Int]) -> Double {
        var (shape, total) = (input, output.elements)
        for layer in layers {
            guard let next = try? layer.outputShape(of: shape) else { return total }
            total += layer.operations(input: shape, output: next)
            shape = next
        }
        if input.last != output.last { total += 2 * output.elements * Double(input.last ?? 0) }
        return total
    }
}
