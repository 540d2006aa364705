import Datasets
import Language
import Networks
import Tensors

/// Commands that build whole networks.
enum BuilderCommands {
    static var all: [Command] {
        [
            Command(
                "mlp", .networks,
                [
                    Input("input", .any, "a number of coordinates, or a space such as noise(2)"),
                    Input("hidden", .shape, "the widths of the hidden layers"),
                    Input("output", .integer, "how many numbers come out"),
                    Input(
                        "activation", .any, "after each hidden layer", standard: .string("relu")),
                ], "A multilayer perceptron: linear layers with an activation between them.",
                details:
                    "mlp(2, [64, 64], 1) is points(2) |> linear(64) |> relu |> … |> linear(1).",
                example: "D = mlp(2, [32, 32], 1)\nG = mlp(noise(2), [32, 32], 2)"
            ) { call in
                let space: Space
                switch call[0] {
                case .space(let given): space = given
                case .number: space = try Space.points(try call.integer(0, in: 1...1_000_000))
                default:
                    throw Diagnostic.mismatch(
                        "mlp", expects: "a number of coordinates or a space", got: call[0])
                }
                var layers: [any Layer] = []
                if space.shape.count > 1 { layers.append(try LayerTable.make("flatten")) }
                for width in call.integers(1) ?? [] {
                    layers += [try linear(width), try activation(call[3], call.session)]
                }
                layers.append(try linear(try call.integer(2, in: 1...1_000_000)))
                return try NetworkBox.composed(.space(space), with: layers, call.session)
            },
            Command(
                "dcgan", .networks,
                [
                    Input("data", .data, "images, whose size halves down to 3…7 pixels"),
                    Input("latents", .integer, standard: .number(100)),
                    Input("width", .integer, "channels of the widest image", standard: .number(32)),
                ], "Generator and discriminator by the rules of DCGAN: G, D = dcgan(digits()).",
                details: """
                    A. Radford, L. Metz, S. Chintala 2016, arXiv:1511.06434: strided convolutions, \
                    batch norm except at G's output and D's input, relu in G, leaky_relu 0.2 in D, \
                    weights from N(0, 0.02). Deviations: G ends in a sigmoid for data in 0…1 (in tanh \
                    otherwise), D ends in a logit without sigmoid, and width 32 stands for the \
                    paper's 128. Train it with adam(2e-4, 0.5, 0.999).
                    """, example: "G, D = dcgan(digits(), latents: 16, width: 4)"
            ) { try dcgan($0) },
        ]
    }

    private static func linear(_ width: Int) throws -> any Layer {
        try LayerTable.make("linear", ["features": .number(Double(width))])
    }

    private static func activation(_ value: Value, _ session: Session) throws -> any Layer {
        switch value {
        case .layer(let box): return box.layer.isBuilt ? box.layer.fresh() : box.layer
        case .string(let name): return try LayerTable.make(name)
        case .command(let command) where command.makesLayer:
            guard case .layer(let box) = try command.body(try command.bind(session, [])) else {
                throw Diagnostic.mismatch("mlp", expects: "an activation", got: value)
            }
            return box.layer
        default: throw Diagnostic.mismatch("mlp", expects: "an activation", got: value)
        }
    }

    private static func dcgan(_ call: Call) throws -> Value {
        let data = try call.data(0)
        let latents = try call.integer(1, in: 1...100_000)
        let width = try call.integer(2, in: 1...4096)
        guard data.isImages else {
            throw Diagnostic(
                .shape, "dcgan makes images, but \(data.name) has shape \(data.shape)",
                hint: "take mlp for points")
        }
        var (height, breadth, steps) = (data.shape[0], data.shape[1], 0)
        while height > 7 || breadth > 7 {
            guard height % 2 == 0, breadth % 2 == 0 else {
                throw Diagnostic(
                    .shape, "dcgan needs sizes that halve down to 7 or less, not \(data.shape)",
                    hint: "resize the images, to 28, 32 or 64 for example")
            }
            (height, breadth, steps) = (height / 2, breadth / 2, steps + 1)
        }
        if steps == 0, height % 2 == 0, breadth % 2 == 0 {
            (height, breadth, steps) = (height / 2, breadth / 2, 1)
        }
        let channels = { (level: Int) in max(width >> max(steps - level, 0), 1) }
        let wide: Option = .list([.string("normal"), .number(0.02)])
        func layer(_ name: String, _ filters: Int) throws -> any Layer {
            try LayerTable.make(
                name,
                [
                    "filters": .number(Double(filters)), "kernel": 4, "stride": 2, "init": wide,
                ])
        }
        let norm = { try LayerTable.make("batch_norm") }
        let first = width * height * breadth
        var up: [any Layer] = [
            try LayerTable.make("linear", ["features": .number(Double(first)), "init": wide]),
            try LayerTable.make(
                "reshape",
                ["sizes": .list([height, breadth, width].map { .number(Double($0)) })]),
            try norm(), try LayerTable.make("relu"),
        ]
        var down: [any Layer] = []
        for level in 0..<steps {
            let isLast = level == steps - 1
            up.append(
                try layer("conv_transpose", isLast ? data.shape[2] : channels(steps - level - 1)))
            if !isLast { up += [try norm(), try LayerTable.make("relu")] }
            down.append(try layer("conv", channels(level + 1)))
            if level > 0 { down.append(try norm()) }
            down.append(try LayerTable.make("leaky_relu", ["slope": 0.2]))
        }
        let isPositive = (data.range?.lowerBound ?? 0) >= 0
        up.append(try LayerTable.make(isPositive ? "sigmoid" : "tanh"))
        down += [
            try LayerTable.make("flatten"),
            try LayerTable.make("linear", ["features": 1, "init": wide]),
        ]
        let image = try Space.image(data.shape[0], data.shape[1], data.shape[2])
        return .tuple([
            try NetworkBox.composed(.space(try Space.noise(latents)), with: up, call.session),
            try NetworkBox.composed(.space(image), with: down, call.session),
        ])
    }
}
