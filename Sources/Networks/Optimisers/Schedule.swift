import Foundation

/// How a learning rate changes over the steps: a factor on it, counted from step 0.
package enum Schedule: Sendable, Equatable {
    case constant
    /// From 1 to `end` in equal steps over `steps`, then `end`.
    case linear(to: Double, over: Int)
    /// From 1 to `end` along half a cosine over `steps` (Loshchilov and Hutter 2016,
    /// arXiv:1608.03983, eq. 5, without restarts), then `end`.
    case cosine(to: Double, over: Int)
    /// `rate`^(step / `every`), continuously.
    case exponential(rate: Double, every: Int)
    /// `rate`^floor(step / `every`).
    case step(rate: Double, every: Int)
    /// From 0 to 1 over `steps`, then what follows, counted from there.
    indirect case warmup(over: Int, then: Schedule)

    /// The factor for a step.
    package func factor(at step: Int) -> Double {
        let step = max(0, step)
        switch self {
        case .constant: return 1
        case .linear(let end, let steps):
            return 1 + (end - 1) * Self.share(step, steps)
        case .cosine(let end, let steps):
            return end + (1 - end) * (1 + cos(.pi * Self.share(step, steps))) / 2
        case .exponential(let rate, let every):
            return pow(rate, Double(step) / Double(max(1, every)))
        case .step(let rate, let every):
            return pow(rate, Double(step / max(1, every)))
        case .warmup(let steps, let then):
            return step < steps
                ? Double(step + 1) / Double(max(1, steps)) : then.factor(at: step - steps)
        }
    }

    private static func share(_ step: Int, _ steps: Int) -> Double {
        min(1, Double(step) / Double(max(1, steps)))
    }
}
