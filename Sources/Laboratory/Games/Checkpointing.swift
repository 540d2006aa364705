import Foundation
import Language
import Networks
import Tensors

/// A game in a file: weights, optimisers, random numbers, curves, hyperparameters and source.
extension Game {
    /// Writes a safetensors file; what was there before stays until the new one is whole.
    func save(to path: String, _ session: Session) throws {
        guard path.hasSuffix(".safetensors") else {
            throw Diagnostic(
                .file, "a game is saved as .safetensors, not as \(Path.last(path))",
                hint: "save g, \"game.safetensors\"")
        }
        var file = Checkpoint()
        file[text: "saddle"] = Session.version
        file[text: "game"] = rule.name
        file[text: "source"] = rule.text
        file[text: "round"] = String(round)
        file[text: "seed"] = String(seed)
        file[text: "batch"] = String(batch)
        for (name, network) in networks {
            file.add(network.namedParts, as: name)
            if let average = averages[ObjectIdentifier(network)] {
                file.add(average.namedParts, as: "average.\(name)")
            }
        }
        for (name, box) in namedOptimizers.sorted(by: { $0.name < $1.name }) {
            file.add(box.optimizer, as: name)
        }
        file.add(generator, as: "game")
        for curve in curves {
            try file.add(rounds: curve.rounds, values: curve.values, curve: curve.name)
        }
        file[text: "order"] = curves.map(\.name).joined(separator: "\n")
        for parameter in rule.parameters where parameter.standard != nil {
            if let value = frame[parameter.slot] {
                file[text: "hyperparameter.\(parameter.name)"] = value.inSource
            }
        }
        for state in rule.states {
            switch frame[state.slot] {
            case .number(let number)?: file[text: "state.\(state.name)"] = number.description
            case .tensor(let tensor)?: file.add(tensor, as: "state.\(state.name)")
            default: continue
            }
        }
        try file.write(to: path)
    }

    /// Takes over what a file holds; this game must have the same players. All or nothing.
    func load(from path: String) throws {
        let file = try Checkpoint(reading: path)
        guard let name = file[text: "game"] else {
            throw Diagnostic(
                .file, "\(Path.last(path)) holds no game of Saddle",
                hint: "save g, \"game.safetensors\" writes one")
        }
        guard name == rule.name else {
            throw Diagnostic(
                .file, "\(Path.last(path)) holds a game of \(name), this one is \(rule.name)")
        }
        let stored = try file.curves()
        let generator = try file.generator("game")
        var parts = networks.map { (name: $0.name, parts: $0.network.namedParts) }
        for (name, network) in networks {
            if let average = averages[ObjectIdentifier(network)] {
                parts.append((name: "average.\(name)", parts: average.namedParts))
            }
        }
        var ready: [(OptimizerBox, Optimizer)] = []
        for (players, boxes) in try restorable(file) {
            var optimizer = boxes.optimizer
            try file.restore(&optimizer, as: players.joined(separator: ","), for: boxes.parameters)
            ready.append((boxes.box, optimizer))
        }
        try file.restore(parts)
        for (box, optimizer) in ready { box.state = optimizer.state }
        self.generator = generator
        let order = (file[text: "order"] ?? "").split(separator: "\n").map(String.init)
        let sorted = stored.sorted {
            (order.firstIndex(of: $0.name) ?? .max) < (order.firstIndex(of: $1.name) ?? .max)
        }
        resume(
            round: Int(file[text: "round"] ?? "") ?? 0,
            curves: sorted.map { Curve(name: $0.name, rounds: $0.rounds, values: $0.values) })
        for state in rule.states {
            if let number = file[text: "state.\(state.name)"].flatMap(Double.init) {
                frame[state.slot] = .number(number)
            } else if let tensor = try? file.tensor("state.\(state.name)") {
                frame[state.slot] = .tensor(tensor)
            }
        }
    }

    /// The optimisers of the game's own default by the names of their players.
    private var namedOptimizers: [(name: String, box: OptimizerBox)] {
        usedOptimizers.map { players, box in (names(players).joined(separator: ","), box) }
    }

    private func names(_ players: [ObjectIdentifier]) -> [String] {
        players.map { id in
            networks.first { ObjectIdentifier($0.network) == id }?.name ?? "?"
        }
    }

    /// Every group of players whose optimiser the file holds, with a box to put it into.
    private func restorable(
        _ file: Checkpoint
    ) throws -> [(
        [String], (optimizer: Optimizer, box: OptimizerBox, parameters: [Networks.Parameter])
    )] {
        let known = networks.map(\.name)
        var groups = known.map { [$0] }
        for first in known {
            for second in known where first != second { groups.append([first, second]) }
        }
        return groups.compactMap { group in
            guard file[text: "optimizer.\(group.joined(separator: ",")).step"] != nil else {
                return nil
            }
            let players = group.compactMap { name in networks.first { $0.name == name }?.network }
            let box = ownOptimizer(players)
            return (group, (box.optimizer, box, players.flatMap(\.parameters)))
        }
    }
}

extension NetworkBox {
    /// Parameters and buffers by path, also of a network function.
    var namedParts: NamedParts {
        if let chain { return chain.namedParts }
        var parameters: [(path: String, parameter: Networks.Parameter)] = []
        var buffers: [(path: String, buffer: Buffer)] = []
        for (index, layer) in functionLayers.enumerated() {
            let prefix = "\(index).\(layer.name)"
            parameters += layer.namedParameters.map { ("\(prefix).\($0.path)", $0.parameter) }
            buffers += layer.namedBuffers.map { ("\(prefix).\($0.path)", $0.buffer) }
        }
        return NamedParts(parameters: parameters, buffers: buffers)
    }
}
