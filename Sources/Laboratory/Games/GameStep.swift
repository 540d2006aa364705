import Language
import Networks
import Tensors

/// A step of one objective: its loss, the gradients, and the optimiser that takes them.
extension Game {
    /// One optimiser step on the parameters of the players of an objective.
    func play(_ site: ObjectiveSite, _ frame: Frame) throws {
        let session = frame.session
        let players = try site.networks.enumerated().map { index, code in
            let value = try code(frame)
            guard case .network(let network) = value else {
                throw located(
                    Diagnostic(
                        .type,
                        "minimize trains a network, but \(site.players[index].text) is "
                            + value.kindName,
                        hint: "name the player whose parameters move"),
                    site.players[index].span, site.source)
            }
            return network
        }
        let parameters: [Networks.Parameter]
        let slopes: [Tensor]
        let number: Double
        do {
            // The graph of the loss must be gone before the step, which can then work in place.
            let loss = try lossTensor(site, frame)
            if let probe = session.probe { return try probe.see(site, players, loss) }
            number = Double(try loss.item())
            if let observer, !observer.wantsSlopes {
                observer.see(site, number, [])
                return
            }
            guard number.isFinite else { throw firstFault(site, frame, number) }
            parameters = try self.parameters(of: players, site)
            try session.safePoint()
            let sought = try gradientsIfAny(
                of: site.maximizes ? try -loss : loss, at: parameters.map(\.value),
                pause: session.pause)
            guard let sought else { throw noPath(site) }
            slopes = sought
            session.applications?.forget(players)
        } catch let fault as NonFinite { throw fault } catch {
            throw located(error, site.span, site.source)
        }
        if let observer {
            observer.see(site, number, zip(parameters, slopes).map { (parameter: $0, slope: $1) })
            return
        }
        gauge?.see(site.curve, slopes)
        do {
            try optimizer(for: players, site, frame).step(parameters, slopes) {
                if site.span.lower == rule.lastObjective { snapshot = nil }
            }
        } catch let error as NetworkError {
            guard case .nonFinite(let name) = error else {
                throw located(error, site.span, site.source)
            }
            let origin = Diagnostic(
                .value, "the gradient of \(name) is not finite", hint: error.hint,
                source: site.source, span: site.valueSpan)
            throw NonFinite(objective: site.curve, value: .nan, origin: origin)
        } catch { throw located(error, site.span, site.source) }
        note(site.curve, number)
        try session.safePoint()
    }

    private func lossTensor(_ site: ObjectiveSite, _ frame: Frame) throws -> Tensor {
        frame.session.applications?.beginObjective()
        let value = try site.value(frame)
        let loss: Tensor
        switch value {
        case .tensor(let tensor), .perSample(let tensor): loss = tensor
        case .number: throw located(noPath(site), site.valueSpan, site.source)
        default:
            throw located(
                Diagnostic.mismatch("minimize", expects: "one number", got: value),
                site.valueSpan, site.source)
        }
        guard loss.count == 1 else {
            throw located(
                Diagnostic(
                    .shape, "an objective is one number, but this has shape \(loss.shape)",
                    hint: "take the mean over the batch: mean(…)"), site.valueSpan, site.source)
        }
        return loss
    }

    private func noPath(_ site: ObjectiveSite) -> Diagnostic {
        Diagnostic(
            .value, "the objective does not depend on \(site.curve), so it cannot move",
            hint: "apply the network inside the objective: mean(\(site.players[0].text)(…))")
    }

    private func parameters(
        of players: [NetworkBox], _ site: ObjectiveSite
    ) throws -> [Networks.Parameter] {
        let all = players.flatMap(\.parameters)
        guard !all.isEmpty else {
            throw located(
                Diagnostic(
                    .value, "\(site.curve) has no parameters to train",
                    hint: "give it a layer such as linear(128)"), site.span, site.source)
        }
        return all
    }

    private func optimizer(
        for players: [NetworkBox], _ site: ObjectiveSite, _ frame: Frame
    ) throws -> OptimizerBox {
        let ids = players.map { ObjectIdentifier($0) }
        guard let by = site.optimizer else { return ownOptimizer(players) }
        let key = OptimizerKey(players: ids, site: ObjectIdentifier(site))
        guard case .optimizer(let wanted) = try by.code(frame) else {
            throw located(
                Diagnostic.mismatch(
                    "by", expects: "an optimiser such as adam(1e-3)", got: try by.code(frame)),
                by.span, site.source)
        }
        if let known = optimizers[key], known.adopt(wanted) { return known }
        let made = wanted.fresh()
        optimizers[key] = made
        return made
    }

    /// The optimiser of a group of players, made from the game's own the first time.
    func ownOptimizer(_ players: [NetworkBox]) -> OptimizerBox {
        let key = OptimizerKey(players: players.map { ObjectIdentifier($0) }, site: nil)
        if let known = optimizers[key], known.origin === optimizer { return known }
        let made = optimizer.fresh()
        optimizers[key] = made
        return made
    }

    /// Optimisers that have made steps, by their players; those of a `by` are not kept.
    var usedOptimizers: [(players: [ObjectIdentifier], box: OptimizerBox)] {
        optimizers.filter { $0.key.site == nil }.map { ($0.key.players, $0.value) }
    }
}
