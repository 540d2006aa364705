import Language
import Networks
import Tensors

/// Commands that play games and keep them.
enum TrainingCommands {
    static var all: [Command] {
        [
            Command(
                "train", .training,
                [
                    Input("game", .game),
                    Input("rounds", .integer, "how many rounds to play", standard: .number(1000)),
                    Input(
                        "quiet", .boolean, "without a picture, for many games in a loop",
                        standard: .boolean(false)),
                ],
                "Plays rounds of a game and shows curves and samples meanwhile.",
                details: """
                    An interrupt ends training after the current update; nothing is lost, and train \
                    goes on from there.
                    """,
                example: """
                    D = points(2) |> linear(8) |> relu |> linear(1)
                    G = noise(2) |> linear(8) |> relu |> linear(2)
                    g = lsgan(G, D, ring(8))
                    train g, rounds: 2
                    """
            ) { call in
                _ = try Training(
                    session: call.session, game: try call.game(0),
                    rounds: try call.integer(1, in: 0...1_000_000_000),
                    isQuiet: call.boolean(2)
                ).run()
                return .nothing
            },
            Command(
                "load", .training,
                [
                    Input("game", .game, "of the same rule, with the same networks"),
                    Input("file", .string),
                ], "Takes over weights, optimisers, random numbers and curves that save wrote.",
                details: "The file is safetensors; Python reads the weights too.",
                example: "# load g, \"game.safetensors\""
            ) { call in
                try call.game(0).load(from: call.session.resolve(call.string(1)).path)
                return .nothing
            },
            Command(
                "fork", .training, [Input("game", .game)],
                "A deep copy of a game: both go their own ways from here.",
                example: """
                    D = points(2) |> linear(8) |> relu |> linear(1)
                    G = noise(2) |> linear(8) |> relu |> linear(2)
                    g = lsgan(G, D, ring(8))
                    h = fork(g)
                    """
            ) { .game(try $0.game(0).fork($0.session)) },
            Command(
                "fresh", .training, [Input("network", .network)],
                "The same network with new random weights.",
                details:
                    "A game trains the networks that it is given; fresh gives another one its own.",
                example: "G = noise(2) |> linear(8) |> relu |> linear(2)\nH = fresh(G)"
            ) { call in
                .network(try call.network(0).fresh(call.session))
            },
            Command(
                "parameters", .training, [Input("network", .network)],
                "The weights of a network as a list of tensors.",
                example: "G = noise(2) |> linear(3)\nmap(shape, parameters(G))"
            ) { call in
                .list(try call.network(0).parameters.map { .tensor($0.value.detached()) })
            },
            Command(
                "set_parameters", .training,
                [Input("network", .network), Input("values", .list, "tensors of the same shapes")],
                "Gives a network other weights.",
                example: "G = noise(2) |> linear(3)\nset_parameters(G, parameters(fresh(G)))"
            ) { call in
                let own = try call.network(0).parameters
                let new = try call.session.elements(of: call[1]).map {
                    try asTensor($0, "set_parameters")
                }
                guard own.count == new.count else {
                    throw Diagnostic(
                        .value,
                        "the network has \(counted(own.count, "tensor")) of weights, "
                            + "but \(new.count) are given")
                }
                for (parameter, value) in zip(own, new) where parameter.shape != value.shape {
                    throw Diagnostic(
                        .shape, "\(parameter.name) has shape \(parameter.shape), not \(value.shape)"
                    )
                }
                for (parameter, value) in zip(own, new) { try parameter.set(value) }
                return .nothing
            },
            Command(
                "summary", .training, [Input("network", .network)],
                "Layers, output shapes, parameters, memory and operations of a network.",
                example: "summary(points(2) |> linear(8) |> relu |> linear(1))"
            ) { .network(try $0.network(0)) },
            Command(
                "copy", .training, [Input("network", .network)],
                "The same network with weights of its own that start equal.",
                example: "G = noise(2) |> linear(8) |> relu |> linear(2)\nH = copy(G)"
            ) { .network(try $0.network(0).copy()) },
        ]
    }
}
