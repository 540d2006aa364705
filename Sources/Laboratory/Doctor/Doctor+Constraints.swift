import Foundation
import Language
import Networks
import Tensors

/// What a loss asks of the network that scores: an open end, and a bound on its slope.
extension Doctor {
    /// Between which numbers a network's results lie whatever its weights are.
    enum Bounds { case none, unit, symmetric }

    /// What kind of loss it is, seen from the scores.
    private func kind(_ rivalry: Rivalry, _ sweeps: (real: Sweep, made: Sweep)) -> String? {
        let (real, made) = sweeps
        if real.isPolynomial(1, real.critic), made.isPolynomial(1, made.critic) {
            return "Wasserstein"
        }
        if real.isPolynomial(2, real.critic), made.isPolynomial(2, made.critic) {
            return "least-squares"
        }
        // softplus(-s): the log loss on logits.
        func at(_ score: Double) -> Double {
            real.scores.firstIndex(of: score).map { real.critic[$0] } ?? .nan
        }
        let ratio = (at(-3) - at(0)) / (at(0) - at(3))
        if abs(ratio - 3.6545) < 0.01 { return "logarithmic" }
        let margin = (at(-10) - at(30)) / (at(-3) - at(30))
        return at(1) == at(30) && abs(margin - 11.0 / 4) < 0.01 ? "hinge" : nil
    }

    mutating func checkEnding(
        _ rivalry: Rivalry, _ bounds: Bounds, _ sweeps: (real: Sweep, made: Sweep)
    ) {
        let kind = kind(rivalry, sweeps)
        let critic = rivalry.critic
        if bounds != .none, let kind {
            let ending = bounds == .unit ? "a sigmoid" : "a tanh"
            let why =
                kind == "logarithmic"
                ? "which takes its own sigmoid, so there are two and the scores can not leave"
                    + " \(bounds == .unit ? "0…1" : "-1…1")"
                : "which wants scores without bounds: where \(critic) is sure its slope is"
                    + " nearly 0 and \(rivalry.maker) learns nothing"
            found(
                "sigmoid", at: critic,
                "it ends in \(ending) under a \(kind) loss, \(why)",
                remedy: "end \(critic) in linear(1)")
            return
        }
        if let (words, remedy) = hiddenSigmoid(critic, sweeps) {
            found(
                "sigmoid", at: place(rivalry.criticSite),
                "it is \(words) of the sigmoid of a score, flat on both sides: from score 10 to 30 it"
                    + " changes by \(flatness(sweeps.real).short)", remedy: remedy)
            return
        }
        if let kind { sound("the scores of \(critic) are as open as a \(kind) loss wants") }
    }

    /// What kind of loss is taken of a sigmoid that stands in the loss and not in the network.
    ///
    /// f-GAN's total variation is linear in tanh(s) = 2 σ(2 s) - 1, and so none of these.
    private func hiddenSigmoid(
        _ critic: String, _ sweeps: (real: Sweep, made: Sweep)
    ) -> (words: String, remedy: String)? {
        let logistic = { (score: Double) in 1 / (1 + exp(-score)) }
        let (real, made) = sweeps
        if real.isPolynomial(2, real.critic, in: logistic),
            made.isPolynomial(2, made.critic, in: logistic)
        {
            return (
                "a least-squares loss",
                "take the square of the score itself: mean((\(critic)(x) - 1)^2)"
            )
        }
        if real.isPolynomial(1, real.critic, in: logistic),
            made.isPolynomial(1, made.critic, in: logistic)
        {
            return ("a Wasserstein loss", "take the score itself: mean(\(critic)(x))")
        }
        // softplus(-σ(s)): the log loss of logits, given probabilities.
        func at(_ score: Double) -> Double {
            real.scores.firstIndex(of: score).map { real.critic[$0] } ?? .nan
        }
        guard abs((at(-30) - at(0)) / (at(0) - at(30)) - 1.3623) < 0.01, flatness(real) < 1e-3
        else {
            return nil
        }
        return (
            "a log loss, which takes its own sigmoid,",
            "give it the score itself: log_sigmoid(\(critic)(x))"
        )
    }

    private func flatness(_ sweep: Sweep) -> Double {
        let (ten, thirty) = (sweep.scores.firstIndex(of: 10), sweep.scores.firstIndex(of: 30))
        guard let ten, let thirty else { return 0 }
        return abs(sweep.critic[ten] - sweep.critic[thirty])
    }

    // MARK: Bounds of a network

    func bounds(of name: String, _ look: Look) throws -> Bounds {
        guard let network = game.networks.first(where: { $0.name == name })?.network else {
            return .none
        }
        let shaping = ["flatten", "reshape", "dropout"]
        if let last = network.chain?.layers.last(where: { !shaping.contains($0.name) }) {
            switch last.name {
            case "sigmoid", "softmax": return .unit
            case "tanh": return .symmetric
            default: return .none
            }
        }
        return try boundsByTrial(name)
    }

    /// A network written as a function: its weights become very large, and its results do not.
    private func boundsByTrial(_ name: String) throws -> Bounds {
        var seen: [Float] = []
        for factor in [Float(40), -40] {
            let copy = try game.fork(session)
            copy.batch = min(copy.batch, batch)
            guard let network = copy.networks.first(where: { $0.name == name })?.network else {
                return .none
            }
            for parameter in network.parameters {
                try parameter.set(try parameter.value.detached() * factor)
            }
            let probe = Probe(tracking: .off)
            try session.probing(probe) { try copy.playRound(session) }
            seen += probe.applications.filter { $0.network === network }
                .flatMap { $0.output.values }
        }
        guard let least = seen.min(), let most = seen.max(), most > 0.99 else { return .none }
        if least >= 0, least < 0.01, most <= 1 { return .unit }
        return least >= -1 && least < -0.99 && most <= 1 ? .symmetric : .none
    }

    // MARK: A critic without a constraint

    mutating func checkConstraint(
        _ rivalry: Rivalry, _ sweeps: (real: Sweep, made: Sweep), _ look: Look
    ) throws {
        guard sweeps.real.isPolynomial(1, sweeps.real.critic),
            sweeps.made.isPolynomial(1, sweeps.made.critic)
        else { return }
        let (probe, critic) = (look.probe, rivalry.critic)
        guard let network = look.networks.first(where: { $0.name == critic })?.network,
            let objective = probe.lastObjectives.first(where: { $0.site === rivalry.criticSite })
        else { return }
        let clip = probe.clips.last { $0.network === network }
        if let clip, clip.bound.isFinite {
            return sound("\(critic) is held by clipping to \(clip.bound.short)")
        }
        // The slope of D behind G, at the latents, says nothing of D at its samples.
        let own = probe.slopes.filter { slope in
            slope.networks.contains { $0 === network }
                && !slope.networks.contains { look.name(of: $0) == rivalry.maker }
        }
        if objective.loss.depends(on: own.map(\.slope)).contains(true) {
            return sound("\(critic) is held by a gradient penalty")
        }
        let (held, free) = Self.spectral(network)
        if free == 0, held > 0 { return sound("\(critic) is held by spectral norm") }
        let partly =
            held > 0
            ? "; spectral_norm is on \(held) of its \(held + free) layers with weights only" : ""
        found(
            "constraint", at: critic,
            "nothing holds it: its loss falls without end as its scores grow (score 30 instead of"
                + " 3 for real samples lowers it by \(drop(sweeps.real).short)), so it never"
                + " measures a distance\(partly)",
            remedy: "add clip \(critic), 0.01 behind its objective, or the penalty of wgan_gp, or"
                + " spectral_norm(…) around every layer with weights")
    }

    private func drop(_ sweep: Sweep) -> Double {
        guard let three = sweep.scores.firstIndex(of: 3), let last = sweep.critic.last else {
            return 0
        }
        return abs(last - sweep.critic[three])
    }

    /// How many layers with a weight matrix are under spectral norm, and how many are not.
    private static func spectral(_ network: NetworkBox) -> (held: Int, free: Int) {
        var (held, free) = (0, 0)
        func visit(_ layer: any Layer, isHeld: Bool) {
            let isHeld = isHeld || layer.name == "spectral_norm"
            let within = layer.inner.reduce(0) { $0 + $1.layer.parameters.count }
            if layer.parameters.dropLast(within).contains(where: { $0.shape.count > 1 }) {
                if isHeld { held += 1 } else { free += 1 }
            }
            for (_, inner) in layer.inner { visit(inner, isHeld: isHeld) }
        }
        for layer in network.chain?.layers ?? network.functionLayers {
            visit(layer, isHeld: false)
        }
        return (held, free)
    }

    // MARK: Ranges

    /// A generator whose end cannot reach the data.
    mutating func checkRanges() {
        guard let data = game.data, data.isImages, let range = data.range,
            let (name, network) = game.sampler
        else { return }
        let shaping = ["flatten", "reshape", "dropout"]
        guard let last = network.chain?.layers.last(where: { !shaping.contains($0.name) }),
            let reach = ["sigmoid": Float(0)...1, "tanh": -1...1][last.name]
        else { return }
        guard reach != range else {
            return sound("\(name) reaches the range of the data")
        }
        let words = { (interval: ClosedRange<Float>) in
            "\(Double(interval.lowerBound).inWords)…\(Double(interval.upperBound).inWords)"
        }
        let right =
            range == 0...1
            ? "end \(name) in sigmoid" : range == -1...1 ? "end \(name) in tanh" : nil
        found(
            "range", at: name,
            "it ends in \(last.name) and gives \(words(reach)), but \(data.name) lies in"
                + " \(words(range)), so \(name) can be told by its range alone",
            remedy: (right.map { $0 + ", or" } ?? "") + " load the data with range: \(words(reach))"
        )
    }
}
