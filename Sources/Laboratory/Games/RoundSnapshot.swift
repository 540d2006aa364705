import Networks

extension Game {
    /// Weights and optimisers from before a round; tensors are immutable, so this costs references.
    struct Snapshot {
        let weights: [(NetworkBox, NetworkBox.Weights)]
        let optimizers: [OptimizerKey: Optimizer.State]

        init(_ game: Game) {
            weights = game.networks.map { ($0.network, $0.network.weights) }
            optimizers = game.optimizers.mapValues(\.state)
        }

        func restore(_ game: Game) {
            for (network, saved) in weights { network.weights = saved }
            for (key, state) in optimizers { game.optimizers[key]?.state = state }
            for key in game.optimizers.keys where optimizers[key] == nil {
                game.optimizers[key] = nil
            }
        }
    }
}
