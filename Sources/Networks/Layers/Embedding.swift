import Tensors

/// A trained vector for each whole number.
struct Embedding: Layer {
    var parts = Parts()
    let name = "embedding"
    let description: String
    let isStateless = false
    let vocabulary: Int
    let size: Int
    let initializer: Initializer

    static let row = LayerRow(
        "embedding", .products,
        [
            OptionRule("vocabulary", .integer(1...1 << 28), "how many whole numbers there are"),
            OptionRule("size", .integer(1...1 << 20), "the size of their vectors"),
            .initializer(["normal", 1]),
        ],
        "A trained vector for each token or label.", source: "Starts by N(0, 1).",
        example: "E = tokens(12, 30) |> embedding(30, 8) |> gru(16, last: true) |> linear(1)",
        samples: [
            LayerSample(
                ["vocabulary": 5, "size": 3], input: [4], output: [4, 3], vocabulary: 5),
            LayerSample(["vocabulary": 4, "size": 2], input: [], output: [2], vocabulary: 4),
        ]
    ) { try Embedding($0) }

    private init(_ options: Options) throws {
        description = options.description
        vocabulary = try options.integer("vocabulary")
        size = try options.integer("size")
        initializer = try options.initializer()
    }

    func outputShape(of input: [Int]) throws -> [Int] {
        guard input.count <= 1 else {
            throw mismatch(
                "whole numbers, one or a sequence for each sample", input,
                hint: "a network of tokens starts with tokens(length, \(vocabulary))")
        }
        return input + [size]
    }

    func make(input: [Int], _ generator: inout Generator) throws -> Made {
        let weight = try initializer.draw(
            [vocabulary, size], inputs: 1, outputs: Double(size), &generator)
        return Made(parameters: [Parameter("weight", weight)])
    }

    func apply(_ x: Tensor, _ context: Context) throws -> Tensor {
        try value("weight", context).embedding(x)
    }

    func operations(input: [Int], output: [Int]) -> Double { 0 }
}
