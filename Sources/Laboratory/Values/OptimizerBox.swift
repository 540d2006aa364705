import Language
import Networks
import Tensors

/// An optimiser as the language holds it: `adam(1e-3)`. A game makes a fresh one of it for each
/// group of players.
package final class OptimizerBox {
    private(set) var optimizer: Optimizer
    /// What this one was made from.
    private(set) weak var origin: OptimizerBox?

    init(_ optimizer: Optimizer) { self.optimizer = optimizer }

    /// Without memory of earlier steps.
    func fresh() -> OptimizerBox {
        let made = OptimizerBox(optimizer.fresh())
        made.origin = self
        return made
    }

    func copy() -> OptimizerBox {
        let made = OptimizerBox(optimizer)
        made.origin = origin
        return made
    }

    /// Takes over another one's settings and keeps its own memory; false when the rule differs.
    func adopt(_ wanted: OptimizerBox) -> Bool {
        guard optimizer.rule.name == wanted.optimizer.rule.name else { return false }
        optimizer.rule = wanted.optimizer.rule
        optimizer.rate = wanted.optimizer.rate
        optimizer.schedule = wanted.optimizer.schedule
        return true
    }

    func step(
        _ parameters: [Networks.Parameter], _ gradients: [Tensor], _ willMove: () -> Void
    ) throws {
        try optimizer.step(parameters, gradients, willMove: willMove)
    }

    func restore(step: Int, for parameters: [Networks.Parameter], _ find: (String) throws -> Tensor)
        throws
    {
        try optimizer.restore(step: step, for: parameters, find)
    }

    var state: Optimizer.State {
        get { optimizer.state }
        set { optimizer.restore(newValue) }
    }

    var description: String {
        let rate = optimizer.rate.inWords
        switch optimizer.rule {
        case .sgd(let momentum, _, _):
            return momentum == 0 ? "sgd(\(rate))" : "sgd(\(rate), momentum: \(momentum.inWords))"
        case .adam(let first, let second, _, _):
            return "adam(\(rate), \(first.inWords), \(second.inWords))"
        case .rmsprop(let rho, _): return "rmsprop(\(rate), \(rho.inWords))"
        }
    }

    /// The same optimiser with another setting, without memory.
    func changed(_ change: (inout Optimizer) throws -> Void) rethrows -> OptimizerBox {
        var optimizer = optimizer.fresh()
        try change(&optimizer)
        return OptimizerBox(optimizer)
    }
}

extension Optimizer.Rule {
    var name: String {
        switch self {
        case .sgd: "sgd"
        case .adam: "adam"
        case .rmsprop: "rmsprop"
        }
    }
}
