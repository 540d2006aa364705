import Tensors

/// What both recurrent layers share: a sequence of vectors in, a state after each out.
protocol Recurrent: Layer {
    var units: Int { get }
    /// Whether only the last state is given, not one for each step.
    var givesLast: Bool { get }
    /// How many linear maps of the input, and of the state, a step needs.
    static var gates: Int { get }
}

extension Recurrent {
    package var isStateless: Bool { false }

    static var rules: [OptionRule] {
        [
            OptionRule("units", .integer(1...1 << 16), "the size of the state"),
            OptionRule(
                "last", .bool, "whether only the state after the last step is given",
                standard: false),
            .initializer("xavier"),
        ]
    }

    func outputShape(of input: [Int]) throws -> [Int] {
        guard input.count == 2, input[0] > 0 else {
            throw mismatch(
                "a sequence of vectors", input,
                hint: "insert an embedding, or a reshape(length, size), before it")
        }
        try checkBuilt("input", axis: 0, input[1], "inputs", input)
        return givesLast ? [units] : [input[0], units]
    }

    /// The weights of all gates beside each other: [from, gates * units]. Those of the state are
    /// orthogonal for each gate, so that a long sequence neither fades nor explodes at first.
    func weights(
        _ initializer: Initializer, from size: Int, _ generator: inout Generator
    ) throws -> Tensor {
        let blocks = try (0..<Self.gates).map { _ in
            try initializer.draw(
                [size, units], inputs: Double(size), outputs: Double(units), &generator)
        }
        return try Tensor.concatenate(blocks, axis: 1)
    }

    /// Calls `step` for each time with that time's vectors `[n, size]`, and joins what it returns.
    func scan(
        _ x: Tensor, _ step: (Tensor) throws -> Tensor
    ) throws -> Tensor {
        let (count, length, size) = (x.shape[0], x.shape[1], x.shape[2])
        var states: [Tensor] = []
        for time in 0..<length {
            let now = try x.slice([0..<count, time..<time + 1]).reshape([count, size])
            states.append(try step(now))
        }
        guard givesLast else { return try Tensor.stack(states, axis: 1) }
        return try states.last ?? Tensor.zeros([count, units])
    }

    func operations(input: [Int], output: [Int]) -> Double {
        Double(input[0] * units) * Double(2 * Self.gates * (input[1] + units) + 8)
    }
}

/// Long short-term memory (Hochreiter and Schmidhuber 1997; with a forget gate, Gers et al. 1999).
struct LSTM: Recurrent {
    var parts = Parts()
    let name = "lstm"
    let description: String
    let units: Int
    let givesLast: Bool
    let initializer: Initializer
    static let gates = 4

    static let row = LayerRow(
        "lstm", .sequences, rules,
        "Reads a sequence step by step, with a memory that gates open and close.",
        source: "Hochreiter and Schmidhuber 1997, forget gate of Gers et al. 1999. The state's"
            + " weights start orthogonal, the forget gate's offset at 1 (Jozefowicz et al. 2015).",
        example: "D = tokens(12, 30) |> embedding(30, 8) |> lstm(16, last: true) |> linear(1)",
        samples: [
            LayerSample(["units": 2], input: [3, 2], output: [3, 2]),
            LayerSample(["units": 3, "last": true], input: [2, 2], output: [3]),
        ]
    ) { try LSTM($0) }

    private init(_ options: Options) throws {
        description = options.description
        units = try options.integer("units")
        givesLast = try options.bool("last")
        initializer = try options.initializer()
    }

    func make(input: [Int], _ generator: inout Generator) throws -> Made {
        let bias = try Tensor.concatenate([
            Tensor.zeros([units]), Tensor.ones([units]), Tensor.zeros([2 * units]),
        ])
        return Made(parameters: [
            Parameter("input", try weights(initializer, from: input[1], &generator)),
            Parameter("state", try weights(.orthogonal(gain: 1), from: units, &generator)),
            Parameter("bias", bias),
        ])
    }

    /// Gates lie in the order input, forget, candidate, output.
    func apply(_ x: Tensor, _ context: Context) throws -> Tensor {
        let input = try value("input", context)
        let state = try value("state", context)
        let bias = try value("bias", context)
        let count = x.shape[0]
        var hidden = try Tensor.zeros([count, units])
        var memory = hidden
        return try scan(x) { now in
            let all = try now.linear(input, bias: bias) + matmul(hidden, state)
            let gates = try all.split([units, units, units, units], axis: 1)
            let forgotten = try gates[1].sigmoid() * memory
            memory = try forgotten + gates[0].sigmoid() * gates[2].tanh()
            hidden = try gates[3].sigmoid() * memory.tanh()
            return hidden
        }
    }
}

/// Gated recurrent unit (Cho et al. 2014, arXiv:1406.1078), with the reset gate after the product
/// as in cuDNN and PyTorch.
struct GRU: Recurrent {
    var parts = Parts()
    let name = "gru"
    let description: String
    let units: Int
    let givesLast: Bool
    let initializer: Initializer
    static let gates = 3

    static let row = LayerRow(
        "gru", .sequences, rules,
        "Reads a sequence step by step, with two gates and no memory"
            + " beside its state.",
        source: "Cho et al. 2014, arXiv:1406.1078; the reset gate acts after the product with the"
            + " state, as in cuDNN.",
        example: "D = tokens(12, 30) |> embedding(30, 8) |> gru(16, last: true) |> linear(1)",
        samples: [
            LayerSample(["units": 2], input: [3, 2], output: [3, 2]),
            LayerSample(["units": 3, "last": true], input: [2, 2], output: [3]),
        ]
    ) { try GRU($0) }

    private init(_ options: Options) throws {
        description = options.description
        units = try options.integer("units")
        givesLast = try options.bool("last")
        initializer = try options.initializer()
    }

    func make(input: [Int], _ generator: inout Generator) throws -> Made {
        Made(parameters: [
            Parameter("input", try weights(initializer, from: input[1], &generator)),
            Parameter("state", try weights(.orthogonal(gain: 1), from: units, &generator)),
            Parameter("bias", try Tensor.zeros([3 * units])),
            Parameter("state_bias", try Tensor.zeros([3 * units])),
        ])
    }

    /// Gates lie in the order reset, update, candidate:
    /// h <- (1 - u) tanh(W x + b + r (V h + c)) + u h.
    func apply(_ x: Tensor, _ context: Context) throws -> Tensor {
        let input = try value("input", context)
        let state = try value("state", context)
        let bias = try value("bias", context)
        let stateBias = try value("state_bias", context)
        var hidden = try Tensor.zeros([x.shape[0], units])
        let sizes = [units, units, units]
        return try scan(x) { now in
            let fromInput = try now.linear(input, bias: bias).split(sizes, axis: 1)
            let fromState = try hidden.linear(state, bias: stateBias).split(sizes, axis: 1)
            let reset = try (fromInput[0] + fromState[0]).sigmoid()
            let update = try (fromInput[1] + fromState[1]).sigmoid()
            let candidate = try (fromInput[2] + reset * fromState[2]).tanh()
            hidden = try candidate + update * (hidden - candidate)
            return hidden
        }
    }
}
