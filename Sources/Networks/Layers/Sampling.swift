import Tensors

/// Larger images, by repeating pixels or by interpolating between them.
struct Upsample: Layer {
    var parts = Parts()
    let name = "upsample"
    let description: String
    let factor: Int
    let isBilinear: Bool

    static let row = LayerRow(
        "upsample", .sampling,
        [
            OptionRule(
                "factor", .integer(1...1024), "how much larger both sides become", standard: 2),
            OptionRule(
                "mode", .word(["nearest", "bilinear"]), "repeated or interpolated pixels",
                standard: "nearest"),
        ],
        "Makes an image larger, by repeating pixels or by interpolating.",
        source: "With a convolution after it, a way round the checkerboard patterns of"
            + " conv_transpose (Odena et al. 2016).",
        example: "G = noise(16) |> reshape(2, 2, 4) |> upsample |> conv(1)",
        samples: [
            LayerSample(input: [2, 1, 2], output: [4, 2, 2]),
            LayerSample(
                ["factor": 3, "mode": "bilinear"], input: [2, 2, 1], output: [6, 6, 1]),
        ]
    ) { options in
        Upsample(
            description: options.description, factor: try options.integer("factor"),
            isBilinear: try options.string("mode") == "bilinear")
    }

    private init(description: String, factor: Int, isBilinear: Bool) {
        self.description = description
        self.factor = factor
        self.isBilinear = isBilinear
    }

    func outputShape(of input: [Int]) throws -> [Int] {
        let (height, width, channels) = try imageSizes(input)
        return [height * factor, width * factor, channels]
    }

    func apply(_ x: Tensor, _ context: Context) throws -> Tensor {
        isBilinear ? try x.upsampleBilinear(factor) : try x.upsampleNearest(factor)
    }
}

/// Smaller images, each pixel the mean of a block.
struct Downsample: Layer {
    var parts = Parts()
    let name = "downsample"
    let description: String
    let factor: Int

    static let row = LayerRow(
        "downsample", .sampling,
        [
            OptionRule(
                "factor", .integer(1...1024), "how much smaller both sides become", standard: 2)
        ],
        "Makes an image smaller: every pixel is the mean of a block.",
        example: "D = image(8, 8, 1) |> conv(4) |> downsample |> flatten |> linear(1)",
        samples: [LayerSample(input: [4, 2, 2], output: [2, 1, 2])]
    ) { Downsample(description: $0.description, factor: try $0.integer("factor")) }

    private init(description: String, factor: Int) {
        self.description = description
        self.factor = factor
    }

    func outputShape(of input: [Int]) throws -> [Int] {
        let (height, width, channels) = try imageSizes(input)
        guard height % factor == 0, width % factor == 0 else {
            throw mismatch("an image whose sizes are multiples of \(factor)", input)
        }
        return [height / factor, width / factor, channels]
    }

    func apply(_ x: Tensor, _ context: Context) throws -> Tensor { try x.downsample(factor) }

    func operations(input: [Int], output: [Int]) -> Double { input.elements }
}

/// The mean or the largest value under a window.
struct Pool: Layer {
    var parts = Parts()
    let name: String
    let description: String
    let placement: Placement
    let takesLargest: Bool

    private static func row(
        _ name: String, takesLargest: Bool, _ summary: String, source: String = "",
        samples: [LayerSample]
    ) -> LayerRow {
        LayerRow(
            name, .sampling,
            [
                OptionRule(
                    "size", .pair(1...256), "the size of the window", unit: "pixels", standard: 2),
                OptionRule(
                    "stride", .pair(1...1024),
                    "the step of the window; the window's size when"
                        + " none", unit: "pixels", standard: Option.none),
                OptionRule(
                    "padding", .pair(0...255), "rows around the image", unit: "pixels",
                    standard: 0),
            ], summary, source: source,
            example: "D = image(8, 8, 1) |> conv(4) |> \(name)(2) |> flatten |> linear(1)",
            samples: samples
        ) { options in try Pool(options, name, takesLargest: takesLargest) }
    }

    static let average = row(
        "avg_pool", takesLargest: false, "The mean under a window, padding counted as zeros.",
        samples: [
            LayerSample(input: [4, 4, 2], output: [2, 2, 2]),
            LayerSample(
                ["size": 3, "stride": 1, "padding": 1], input: [3, 3, 1], output: [3, 3, 1]),
        ])

    static let largest = row(
        "max_pool", takesLargest: true, "The largest value under a window; padding never wins.",
        source: "Sparse gradients: strided convolutions are usual in discriminators.",
        samples: [
            LayerSample(input: [4, 2, 1], output: [2, 1, 1]),
            LayerSample(
                ["size": [1, 2], "stride": 1], input: [2, 3, 1], output: [2, 2, 1]),
        ])

    private init(_ options: Options, _ name: String, takesLargest: Bool) throws {
        self.name = name
        self.takesLargest = takesLargest
        description = options.description
        let size = try options.pair("size")
        let stride = options.values["stride"] == Option.none ? size : try options.pair("stride")
        placement = try Placement(options, kernel: size, stride: stride)
        guard case .fixed(let padding) = placement.padding, padding[0] < size[0],
            padding[1] < size[1]
        else {
            throw NetworkError.option(
                layer: name, problem: "the padding is not smaller than the window",
                hint: "pad by less than the window")
        }
    }

    func outputShape(of input: [Int]) throws -> [Int] {
        let (height, width, channels) = try imageSizes(input)
        guard let (_, output) = placement.forward([height, width]) else {
            throw mismatch(
                "an image that its window fits into", input, hint: "use a smaller window")
        }
        return output + [channels]
    }

    func apply(_ x: Tensor, _ context: Context) throws -> Tensor {
        guard x.rank == 4, let (window, _) = placement.forward([x.shape[1], x.shape[2]]) else {
            throw mismatch("an image", Array(x.shape.dropFirst()))
        }
        return takesLargest
            ? try x.maxPool(size: placement.kernel, window)
            : try x.averagePool(size: placement.kernel, window)
    }

    func operations(input: [Int], output: [Int]) -> Double {
        output.elements * Double(placement.kernel[0] * placement.kernel[1])
    }
}
