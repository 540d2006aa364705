import Networks
import Tensors

/// Looks on while a round is played that trains nothing: which network was applied to what, which
/// gradients were taken, what each objective came to.
///
/// Scores and gradients can be exchanged for others, by the order in which they happen: so the
/// doctor asks what a loss would be if D said this or that.
final class Probe {
    /// A network applied to something, outside of `∇`.
    struct Application {
        let network: NetworkBox
        let inputs: [Tensor]
        let output: Tensor
    }

    /// `∇(f, x)`: the place, the result, and the networks that f applies.
    struct Slope {
        let place: Tensor
        let slope: Tensor
        let networks: [NetworkBox]
    }

    struct Objective {
        let site: ObjectiveSite
        let players: [NetworkBox]
        /// What the players want small.
        let loss: Tensor
    }

    private(set) var applications: [Application] = []
    private(set) var slopes: [Slope] = []
    private(set) var objectives: [Objective] = []
    /// Networks whose weights the round clips, and the bound.
    var clips: [(network: NetworkBox, bound: Double)] = []
    /// Which weights are recorded.
    let tracking: Session.Tracking
    private let scores: [Int: Tensor]
    private let exchanged: [Int: Tensor]
    private var depth = 0
    private var within: [NetworkBox] = []

    init(
        tracking: Session.Tracking, scores: [Int: Tensor] = [:], slopes: [Int: Tensor] = [:]
    ) {
        self.tracking = tracking
        self.scores = scores
        exchanged = slopes
    }

    /// A network is applied: with its own result, or the one that takes its place.
    func apply(
        _ network: NetworkBox, _ inputs: [Value], _ body: () throws -> Value
    ) throws -> Value {
        guard depth == 0 else {
            within.append(network)
            return try body()
        }
        let value: Value
        if let score = scores[applications.count] {
            value = .tensor(score)
        } else {
            // Networks inside this one are its own affair.
            depth += 1
            defer { depth -= 1 }
            value = try body()
        }
        applications.append(
            Application(
                network: network, inputs: inputs.compactMap { try? asTensor($0, "check") },
                output: (try? asTensor(value, "check")) ?? Tensor(0)))
        return value
    }

    /// A gradient is taken: the true one, or the one that takes its place.
    func slope(at place: Tensor, _ body: () throws -> Tensor) throws -> Tensor {
        guard depth == 0 else { return try body() }
        if let exchanged = exchanged[slopes.count] {
            slopes.append(Slope(place: place, slope: exchanged, networks: []))
            return exchanged
        }
        depth += 1
        within = []
        defer { depth -= 1 }
        let slope = try body()
        slopes.append(Slope(place: place, slope: slope, networks: within))
        return slope
    }

    func see(_ site: ObjectiveSite, _ players: [NetworkBox], _ loss: Tensor) throws {
        objectives.append(
            Objective(site: site, players: players, loss: site.maximizes ? try -loss : loss))
    }

    /// The last playing of each objective, in the order of the text.
    var lastObjectives: [Objective] {
        var last: [ObjectIdentifier: Objective] = [:]
        for objective in objectives { last[ObjectIdentifier(objective.site)] = objective }
        return last.values.sorted { $0.site.span.lower < $1.site.span.lower }
    }
}
