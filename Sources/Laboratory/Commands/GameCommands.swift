import Language
import Networks
import Tensors

/// Commands that a game's round is made of: spaces, draws, gradients.
enum GameCommands {
    static var all: [Command] { spaces + draws + slopes }

    private static var spaces: [Command] {
        [
            Command(
                "noise", .networks,
                [
                    Input("size", .any, "the number of latents, or a network whose noise is meant"),
                    Input("kind", .any, "normal or uniform", standard: .string("normal")),
                ], "The space of latents that a generator starts from, or the noise of a network.",
                details: """
                    noise(64) is the space of 64 independent standard normal numbers; \
                    noise(64, uniform) takes them uniform from -1 to 1. z ~ noise(G) draws a batch \
                    for the network G.
                    """,
                example: "G = noise(2) |> linear(8) |> relu |> linear(2)\nz ~ noise(G)\nshape(z)"
            ) { call in
                switch call[0] {
                case .number:
                    let size = try call.integer(0, in: 1...1_000_000)
                    return .space(try Space.noise(size, kind: try noiseKind(call[1])))
                case .network(let network):
                    guard let space = try network.noiseSpace(call.session) else {
                        throw Diagnostic(
                            .type, "\(network.title) does not start from noise",
                            hint: "a generator begins with noise(64) |> …; are G and D swapped?")
                    }
                    return .distribution(.latents(space))
                case .space(let space): return .distribution(.latents(space))
                default:
                    throw Diagnostic.mismatch("noise", expects: "a size or a network", got: call[0])
                }
            },
            Command(
                "image", .networks,
                [
                    Input("height", .integer), Input("width", .integer),
                    Input("channels", .integer, standard: .number(1)),
                ],
                "The space of images that a discriminator looks at: [n, height, width, channels].",
                example: "D = image(8, 8, 1) |> flatten |> linear(16) |> relu |> linear(1)",
                alternative: LiveCommands.image
            ) { call in
                let limits = 1...65536
                return .space(
                    try Space.image(
                        try call.integer(0, in: limits), try call.integer(1, in: limits),
                        try call.integer(2, in: limits)))
            },
            Command(
                "points", .networks, [Input("dimensions", .integer)],
                "The space of points with so many coordinates: [n, dimensions].",
                example: "D = points(2) |> linear(16) |> relu |> linear(1)"
            ) { .space(try Space.points(try $0.integer(0, in: 1...1_000_000))) },
            Command(
                "tokens", .networks,
                [Input("length", .integer), Input("vocabulary", .integer)],
                "The space of sequences of whole numbers below a vocabulary: [n, length].",
                example: "E = tokens(12, 30) |> embedding(30, 8)"
            ) { call in
                .space(
                    try Space.tokens(
                        try call.integer(0, in: 1...1_000_000),
                        try call.integer(1, in: 1...10_000_000)))
            },
        ]
    }

    private static func noiseKind(_ value: Value) throws -> Space.Noise {
        switch value {
        case .string("normal"): return .normal
        case .string("uniform"): return .uniform
        case .command(let command) where command.name == "uniform": return .uniform
        case .command(let command) where command.name == "normal": return .normal
        default:
            throw Diagnostic(
                .value, "noise is normal or uniform, not \(value.inSource)",
                hint: "write noise(64, uniform)")
        }
    }

    private static var draws: [Command] {
        [
            Command(
                "uniform", .games,
                [
                    Input("low", .number, standard: .number(0)),
                    Input("high", .number, standard: .number(1)),
                ], "A distribution: one uniform number for each sample.",
                example: "ε ~ uniform(0, 1)\nshape(ε)"
            ) { call in
                guard call.number(0) <= call.number(1) else {
                    throw Diagnostic(.value, "uniform needs low ≤ high")
                }
                return .distribution(.uniform(call.number(0), call.number(1)))
            },
            Command(
                "normal", .games,
                [
                    Input("mean", .number, standard: .number(0)),
                    Input("std", .number, "0 or more", standard: .number(1)),
                ], "A distribution: one normal number for each sample.",
                example: "ε ~ normal(0, 1)\nshape(ε)"
            ) { call in
                guard call.number(1) >= 0 else {
                    throw Diagnostic(.value, "normal needs a standard deviation of 0 or more")
                }
                return .distribution(.normal(call.number(0), call.number(1)))
            },
            Command(
                "bernoulli", .games, [Input("chance", .number, "between 0 and 1")],
                "A distribution: 1 with this chance for each sample, else 0.",
                example: "k ~ bernoulli(0.5)\nshape(k)"
            ) { .distribution(.bernoulli($0.number(0))) },
            Command(
                "categorical", .games, [Input("classes", .integer)],
                "A distribution: a whole number below classes for each sample.",
                example: "c ~ categorical(10)\nshape(c)"
            ) { .distribution(.categorical(try $0.integer(0, in: 1...10_000_000))) },
            Command(
                "noisy", .games,
                [
                    Input("x", .tensor), Input("std", .number, "0 or more"),
                    Input(
                        "until", .number, "round of the game at which it is 0; 0: it stays",
                        standard: .number(0)),
                ],
                "The same tensor with independent normal noise on every element.",
                details: """
                    Instance noise when D looks at it: C. K. Sønderby et al. 2017, \
                    arXiv:1610.04490, section 3, who let it fall to 0 in a straight line over the \
                    training, as until: 2000 does in a game. With std 0 it is x itself, and no \
                    random numbers are drawn.
                    """, example: "noisy([1, 2, 3], 0.1)"
            ) { call in
                for (place, what) in [(1, "a standard deviation"), (2, "a round")]
                where call.number(place) < 0 || !call.number(place).isFinite {
                    throw Diagnostic(
                        .value,
                        "noisy needs \(what) of 0 or more, not " + call.number(place).inWords)
                }
                var deviation = call.number(1)
                if call.number(2) > 0 {
                    deviation *= max(
                        0, 1 - Double(call.session.playing?.round ?? 0) / call.number(2))
                }
                guard deviation > 0 else { return call[0] }
                let x = try call.tensor(0)
                let noise = try call.session.random { try $0.normal(x.shape) }
                return .tensor(try x + noise * Float(deviation))
            },
        ]
    }

    private static var slopes: [Command] {
        ["∇", "grad"].map { name in
            Command(
                name, .games,
                [Input("f", .function, "a network or function"), Input("x", .tensor)],
                "The gradient of the sum of f(x) at x; differentiable again.",
                details: """
                    For a batch, row i is the gradient of f at sample i, as long as f treats samples \
                    one by one (batch norm does not: see Gulrajani et al. 2017, arXiv:1704.00028, \
                    section 4).
                    """, example: "\(name)(x -> sum(x^2), [1, 2, 3])"
            ) { call in
                let given: Tensor
                let isDraw: Bool
                if case .perSample(let tensor) = call[1] {
                    (given, isDraw) = (tensor, true)
                } else {
                    (given, isDraw) = (try call.tensor(1), false)
                }
                // Inside a round the result is a function of the players, so it must be tracked too.
                let x = given.isTracked ? given : given.tracked()
                let argument: Value = isDraw ? .perSample(x) : .tensor(x)
                let keeps = call.session.keepsGraph || given.isTracked
                func taken() throws -> Tensor {
                    let value = try call.session.apply(
                        call[0], [Given(label: nil, value: argument, span: Span(0, 0))])
                    let result = try asTensor(value, name)
                    guard result.isTracked else { return try Tensor.zeros(given.shape) }
                    return try gradients(of: result, at: [x], differentiable: keeps)[0]
                }
                let slope = try call.session.probe?.slope(at: x, taken) ?? taken()
                return isDraw ? .perSample(slope) : .tensor(slope)
            }
        }
    }
}

extension Session {
    /// Inside a round every value may be differentiated later.
    var keepsGraph: Bool { if case .off = tracking { false } else { true } }
}
