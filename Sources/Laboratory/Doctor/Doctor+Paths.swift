import Language
import Tensors

/// Does each loss reach the weights that shall move?
extension Doctor {
    mutating func checkPaths(_ look: Look) {
        let objectives = look.probe.lastObjectives
        for objective in objectives {
            let site = objective.site
            var isSound = true
            for (index, player) in objective.players.enumerated() {
                let name = site.players[index].text
                if let (sentence, remedy) = fault(name, player, objective) {
                    found("path", at: place(site), sentence, remedy: remedy)
                    isSound = false
                }
            }
            if isSound { sound("the loss of \(site.curve) reaches all its weights") }
        }
        checkNames(objectives, look)
    }

    private func fault(
        _ name: String, _ player: NetworkBox, _ objective: Probe.Objective
    ) -> (String, remedy: String)? {
        let parameters = player.parameters
        guard !parameters.isEmpty else {
            return ("\(name) has no weights to move", "give it a layer such as linear(128)")
        }
        let reached = objective.loss.depends(on: parameters.map(\.value))
        let lost = zip(parameters, reached).filter { !$0.1 }.map(\.0.name)
        if lost.count == parameters.count {
            return (
                "no path leads from this loss to \(name): it does not depend on \(name)'s weights",
                "apply \(name) inside the objective, as in mean(D(G(z))), and let nothing in between"
                    + " turn its result into a plain number"
            )
        }
        guard let slopes = try? gradients(of: objective.loss, at: parameters.map(\.value)),
            let loss = try? objective.loss.item()
        else { return nil }
        if loss != 0, slopes.allSatisfy({ $0.values.allSatisfy { $0 == 0 } }) {
            return (
                "every gradient that reaches \(name) is exactly 0, so it cannot learn",
                "look for a step without a slope on the way, such as sign, argmax, onehot or a"
                    + " comparison, or for a loss that does not change with the score"
            )
        }
        guard !lost.isEmpty else { return nil }
        return (
            "\(lost.count) of the \(parameters.count) weight tensors of \(name) take no part in"
                + " this loss: \(lost.prefix(3).joined(separator: ", "))",
            "use the whole of \(name) in its objective, or leave out the layers that nobody needs"
        )
    }

    /// Networks that no objective names, and objectives that this round did not play.
    private mutating func checkNames(_ played: [Probe.Objective], _ look: Look) {
        let written = game.rule.writtenObjectives
        let named = Set(written.flatMap { $0.players.map(\.text) })
        let trained = Set(
            played.flatMap(\.players).flatMap(\.parameters).map { ObjectIdentifier($0) })
        // Without any objective the game moves itself, as dirac does.
        for (name, network) in look.networks where !written.isEmpty && !named.contains(name) {
            // It is a part of a network that is trained.
            let own = network.parameters
            if !own.isEmpty, own.allSatisfy({ trained.contains(ObjectIdentifier($0)) }) { continue }
            found(
                "path", at: name, "no objective trains \(name): its weights stay as they are",
                remedy: "write minimize \(name): …, unless it shall stay fixed")
        }
        let seen = Set(played.map(\.site.span.lower))
        for objective in written where !seen.contains(objective.place) {
            let names = objective.players.map(\.text).joined(separator: ", ")
            // The other branch of a choice was played.
            if played.contains(where: { $0.site.curve == names }) { continue }
            let line = game.rule.source.place(of: objective.place).line
            skipped("the objective of \(names) at line \(line), which this round did not play")
        }
    }
}
