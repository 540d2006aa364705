import Language
import Networks
import Tensors

/// Something to draw from that is neither data nor a space.
package enum Distribution: CustomStringConvertible {
    /// One value for each sample.
    case uniform(Double, Double)
    case normal(Double, Double)
    /// A whole batch of latents of a network.
    case latents(Space)
    /// 0 or 1 for each sample.
    case bernoulli(Double)
    /// A whole number from 0 up to, not including, n for each sample.
    case categorical(Int)

    package var description: String {
        switch self {
        case .uniform(let low, let high): "uniform(\(low.inWords), \(high.inWords))"
        case .normal(let mean, let deviation): "normal(\(mean.inWords), \(deviation.inWords))"
        case .latents(let space): space.description
        case .bernoulli(let chance): "bernoulli(\(chance.inWords))"
        case .categorical(let count): "categorical(\(count))"
        }
    }

    func draw(_ batch: Int, _ generator: inout Generator) throws -> Value {
        switch self {
        case .uniform(let low, let high):
            let unit = try generator.uniform([batch])
            return .perSample(try unit.affine(Float(high - low), Float(low)))
        case .normal(let mean, let deviation):
            let unit = try generator.normal([batch])
            return .perSample(try unit.affine(Float(deviation), Float(mean)))
        case .latents(let space): return .tensor(try space.draw(batch, &generator))
        case .bernoulli(let chance):
            let unit = try generator.uniform([batch])
            return .perSample(try unit.less(Tensor(Float(chance))))
        case .categorical(let count):
            let whole = try generator.integers(batch, below: count)
            return .tensor(try Tensor(whole.map { Float($0) }, shape: [batch]))
        }
    }
}
