import Tensors

/// Scales gradients down together when their common norm exceeds `norm` (Pascanu et al. 2012,
/// arXiv:1211.5063). Returns the norm before.
@discardableResult
package func clip(_ gradients: inout [Tensor], norm: Double) throws -> Double {
    guard norm > 0, norm.isFinite else {
        throw NetworkError.optimizer(
            problem: "gradients cannot be clipped to the norm \(norm)",
            hint: "use a positive number")
    }
    let before = Update.norm(gradients)
    if before > norm { try Update.scale(&gradients, by: Float(norm / before)) }
    return before
}

/// Keeps each element of each gradient in ±`value`.
package func clip(_ gradients: inout [Tensor], value: Double) throws {
    guard value > 0, value.isFinite else {
        throw NetworkError.optimizer(
            problem: "gradients cannot be clipped to ±\(value)", hint: "use a positive number")
    }
    try Update.clamp(&gradients, Float(-value), Float(value))
}

/// Keeps each element of each parameter in ±`bound` (Arjovsky et al. 2017, arXiv:1701.07875,
/// algorithm 1, line 7).
package func clip(_ parameters: [Parameter], to bound: Double) throws {
    guard bound >= 0, bound.isFinite else {
        throw NetworkError.optimizer(
            problem: "weights cannot be clipped to ±\(bound)", hint: "use 0.01")
    }
    try Parameter.update(parameters.unique) { try Update.clamp(&$0, Float(-bound), Float(bound)) }
}

/// Moves exponential averages towards parameters: a <- keep a + (1 - keep) w, one step a round.
/// Buffers are not averages: take them over as they are.
package func average(
    _ averages: [Parameter], toward parameters: [Parameter], keep: Double
) throws {
    guard (0...1).contains(keep) else {
        throw NetworkError.optimizer(
            problem: "an average cannot keep \(keep)", hint: "use 0.999")
    }
    guard averages.unique.count == parameters.unique.count else {
        throw NetworkError.optimizer(
            problem: "\(averages.count) averages cannot follow \(parameters.count) parameters",
            hint: nil)
    }
    let values = parameters.unique.map(\.value)
    try Parameter.update(averages.unique) {
        try Update.blend(&$0, toward: values, keep: Float(keep))
    }
}

extension [Parameter] {
    /// Each parameter once, in order.
    var unique: [Parameter] {
        var seen = Set<Int>()
        return filter { seen.insert($0.serial).inserted }
    }
}
