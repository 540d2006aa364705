import Tensors

/// Each sample as one vector.
struct Flatten: Layer {
    var parts = Parts()
    let name = "flatten"
    let description = "flatten"

    static let row = LayerRow(
        "flatten", .structure, [], "Each sample becomes one vector.",
        example: "D = image(8, 8, 1) |> flatten |> linear(1)",
        samples: [LayerSample(input: [2, 3, 1], output: [6])]
    ) { _ in Flatten() }

    func outputShape(of input: [Int]) throws -> [Int] { [input.reduce(1, *)] }

    func apply(_ x: Tensor, _ context: Context) throws -> Tensor { try x.flatten() }

    func operations(input: [Int], output: [Int]) -> Double { 0 }
}

/// The same values under another shape.
struct Reshape: Layer {
    var parts = Parts()
    let name = "reshape"
    let description: String
    let sizes: [Int]

    static let row = LayerRow(
        "reshape", .structure,
        [OptionRule("sizes", .sizes, "the shape of a sample; one size may be -1")],
        "The same values under another shape: of each sample; of the whole tensor in "
            + "reshape(x, 3, 2) where the sizes do not fit a sample, and in reshape(x, [3, 2]).",
        example: "G = noise(4) |> linear(64) |> reshape(8, 8, 1)",
        samples: [
            LayerSample(["sizes": [3, 2]], input: [6], output: [3, 2]),
            LayerSample(["sizes": [2, -1, 1]], input: [6], output: [2, 3, 1]),
        ]
    ) { try Reshape($0) }

    init(_ options: Options) throws {
        description = options.description
        sizes = try options.integers("sizes")
        guard sizes.filter({ $0 == -1 }).count <= 1 else {
            throw NetworkError.option(
                layer: "reshape", problem: "only one size can be -1", hint: nil)
        }
        let whole = sizes.filter { $0 > 0 }
            .reduce((1, false)) { product, size in
                let (next, overflow) = product.0.multipliedReportingOverflow(by: size)
                return (next, product.1 || overflow || next > 1 << 40)
            }
        guard !whole.1 else {
            throw NetworkError.option(
                layer: "reshape", problem: "no sample has the shape \(sizes)", hint: nil)
        }
    }

    func outputShape(of input: [Int]) throws -> [Int] {
        let count = input.reduce(1, *)
        var shape = sizes
        let known = sizes.filter { $0 > 0 }.reduce(1, *)
        if let open = shape.firstIndex(of: -1) {
            shape[open] = count / known
            guard count % known == 0 else {
                throw mismatch("samples of a multiple of \(known) values", input)
            }
        }
        guard shape.reduce(1, *) == count else {
            throw mismatch(
                "samples of \(shape.reduce(1, *)) values", input,
                hint: "the layer before it must make \(shape.reduce(1, *)) values, not \(count)")
        }
        return shape
    }

    func apply(_ x: Tensor, _ context: Context) throws -> Tensor {
        // Not -1 for the batch: of an empty batch it could not be inferred.
        try x.reshape([x.shape[0]] + outputShape(of: Array(x.shape.dropFirst())))
    }

    func operations(input: [Int], output: [Int]) -> Double { 0 }
}
