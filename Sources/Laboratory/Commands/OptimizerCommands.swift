import Language
import Networks
import Tensors

/// Optimisers, their schedules, and the clipping of weights and gradients.
enum OptimizerCommands {
    static var all: [Command] { rules + changes }

    private static var rules: [Command] {
        [
            Command(
                "adam", .optimisers,
                [
                    Input("rate", .number, "learning rate", standard: .number(1e-3)),
                    Input("beta1", .number, "decay of the mean", standard: .number(0.9)),
                    Input("beta2", .number, "decay of the square", standard: .number(0.999)),
                    Input("epsilon", .number, standard: .number(1e-8)),
                    Input("decay", .number, "decoupled weight decay", standard: .number(0)),
                ], "Adam, with bias correction.",
                details: "D. P. Kingma, J. Ba 2014, arXiv:1412.6980, algorithm 1.",
                example: "adam(2e-4, 0.5, 0.999)"
            ) { call in
                .optimizer(
                    OptimizerBox(
                        try Optimizer(
                            .adam(
                                beta1: call.number(1), beta2: call.number(2),
                                epsilon: call.number(3), decay: call.number(4)),
                            rate: call.number(0))))
            },
            Command(
                "sgd", .optimisers,
                [
                    Input("rate", .number, "learning rate", standard: .number(0.01)),
                    Input("momentum", .number, standard: .number(0)),
                    Input("nesterov", .boolean, standard: .boolean(false)),
                    Input("decay", .number, "weight decay", standard: .number(0)),
                ], "Stochastic gradient descent, with momentum if wanted.",
                details:
                    "I. Sutskever et al. 2013, On the importance of initialization and momentum.",
                example: "sgd(0.1, momentum: 0.9)"
            ) { call in
                .optimizer(
                    OptimizerBox(
                        try Optimizer(
                            .sgd(
                                momentum: call.number(1), nesterov: call.boolean(2),
                                decay: call.number(3)), rate: call.number(0))))
            },
            Command(
                "rmsprop", .optimisers,
                [
                    Input("rate", .number, "learning rate", standard: .number(1e-3)),
                    Input("rho", .number, "decay of the square", standard: .number(0.99)),
                    Input("epsilon", .number, standard: .number(1e-8)),
                ], "RMSProp.", details: "T. Tieleman, G. Hinton 2012, lecture 6.5.",
                example: "rmsprop(5e-5)"
            ) { call in
                .optimizer(
                    OptimizerBox(
                        try Optimizer(
                            .rmsprop(rho: call.number(1), epsilon: call.number(2)),
                            rate: call.number(0))))
            },
        ]
    }

    private static var changes: [Command] {
        [
            Command(
                "schedule", .optimisers,
                [
                    Input("optimizer", .optimizer),
                    Input(
                        "kind", .string, "constant, linear, cosine, exponential, step or warmup"),
                    Input("over", .integer, "in updates", standard: .number(1000)),
                    Input(
                        "to", .number, "factor at the end, or at each step", standard: .number(0)),
                ], "The same optimiser with a learning rate that changes from update to update.",
                example: "schedule(adam(1e-3), \"linear\", over: 10000)"
            ) { call in
                let over = try call.integer(2, in: 1...1_000_000_000)
                let to = call.number(3)
                let schedule: Schedule
                switch call.string(1) {
                case "constant": schedule = .constant
                case "linear": schedule = .linear(to: to, over: over)
                case "cosine": schedule = .cosine(to: to, over: over)
                case "exponential": schedule = .exponential(rate: to == 0 ? 0.5 : to, every: over)
                case "step": schedule = .step(rate: to == 0 ? 0.5 : to, every: over)
                case "warmup": schedule = .warmup(over: over, then: .constant)
                default:
                    throw Diagnostic(
                        .value, "there is no schedule \(call[1].inSource)",
                        hint: "constant, linear, cosine, exponential, step and warmup exist")
                }
                return .optimizer(try box(call).changed { $0.schedule = schedule })
            },
            Command(
                "clip_gradients", .optimisers,
                [
                    Input("optimizer", .optimizer),
                    Input("norm", .number, "of all gradients together", standard: .nothing),
                    Input("value", .number, "of each element", standard: .nothing),
                ], "The same optimiser with gradients cut to a norm or a value first.",
                example: "clip_gradients(adam(1e-3), norm: 1)"
            ) { call in
                .optimizer(
                    try box(call).changed {
                        if call.isGiven(1) { $0.gradientNorm = call.number(1) }
                        if call.isGiven(2) { $0.gradientValue = call.number(2) }
                    })
            },
            Command(
                "clip", .optimisers,
                [Input("network", .network), Input("bound", .number, "0 or more")],
                "Brings every weight of a network into -bound…bound.",
                details: "M. Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1.",
                example: "D = points(2) |> linear(8) |> relu |> linear(1)\nclip D, 0.01"
            ) { call in
                let network = try call.network(0)
                if let probe = call.session.probe {
                    probe.clips.append((network, call.number(1)))
                    return .nothing
                }
                try Networks.clip(network.parameters, to: call.number(1))
                return .nothing
            },
        ]
    }

    private static func box(_ call: Call) throws -> OptimizerBox {
        guard case .optimizer(let box) = call[0] else {
            throw Diagnostic.mismatch(call.command.name, expects: "an optimiser", got: call[0])
        }
        return box
    }
}

extension OptimizerBox {
    /// Adam with the defaults of its paper.
    static func standard() throws -> OptimizerBox { OptimizerBox(try Optimizer.adam()) }
}
