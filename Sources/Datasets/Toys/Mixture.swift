import Tensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A sum of isotropic Gaussians with known weights, centres and standard deviations.
package struct Mixture: Sendable, Equatable {
    package struct Component: Sendable, Equatable {
        /// The share of the examples; the shares of all components add up to 1.
        package let weight: Double
        package let centre: [Double]
        /// The standard deviation along every axis.
        package let deviation: Double
    }

    package let components: [Component]
    /// The number of coordinates of a point.
    package let dimensions: Int

    /// Gaussians at `centres`; weights are scaled to add up to 1, equal when nil.
    ///
    /// Throws without centres, when counts or dimensions differ, and when a weight or a
    /// deviation is not positive and finite.
    package init(
        centres: [[Double]], deviations: [Double], weights: [Double]? = nil
    ) throws(DatasetError) {
        let weights = weights ?? Array(repeating: 1, count: centres.count)
        guard let first = centres.first, !first.isEmpty else {
            throw Self.fault("there are no centres", "write at least one, such as [[0, 0]]")
        }
        guard deviations.count == centres.count, weights.count == centres.count else {
            throw Self.fault(
                "\(centres.count) centres, \(deviations.count) deviations and \(weights.count)"
                    + " weights do not fit", "write one of each per Gaussian")
        }
        guard centres.allSatisfy({ $0.count == first.count && $0.allSatisfy(\.isFinite) }) else {
            throw Self.fault(
                "not every centre has \(first.count) finite coordinates",
                "write all centres alike, such as [[0, 0], [1, 1]]")
        }
        if let wrong = deviations.first(where: { !($0 > 0 && $0.isFinite) }) {
            throw Self.fault(
                "a deviation of \(wrong) is none", "it is a positive number, such as 0.1")
        }
        // By the largest first: the sum of finite weights need not be finite.
        let most = weights.max() ?? 1
        let shares = weights.map { $0 / most }
        guard zip(weights, shares).allSatisfy({ $0 > 0 && $0.isFinite && $1 > 0 }) else {
            throw Self.fault("weights must be positive", "leave a Gaussian without weight out")
        }
        let total = shares.reduce(0, +)
        dimensions = first.count
        components = centres.indices.map {
            Component(
                weight: shares[$0] / total, centre: centres[$0], deviation: deviations[$0])
        }
    }

    /// The natural logarithm of the density at `point`.
    package func logDensity(_ point: [Double]) -> Double {
        let terms = components.map { component in
            var square = 0.0
            for axis in 0..<dimensions {
                let difference = point[axis] - component.centre[axis]
                square += difference * difference
            }
            let variance = component.deviation * component.deviation
            return log(component.weight) - square / (2 * variance)
                - Double(dimensions) / 2 * log(2 * .pi * variance)
        }
        let most = terms.max() ?? -.infinity
        guard most.isFinite else { return most }
        return most + log(terms.reduce(0) { $0 + exp($1 - most) })
    }

    /// `batch` independent points, shape `[batch, dimensions]`, and the component of each.
    package func draw(
        _ batch: Int, _ generator: inout Generator
    ) throws -> (points: Tensor, components: Tensor) {
        let chosen = try choose(batch, &generator)
        let noise = try generator.normal([batch, dimensions])
        let centres = components.map { $0.centre.map { Float($0) } }
        let deviations = components.map { Float($0.deviation) }
        let points = try noise.withValues { noise in
            try Tensor(shape: [batch, dimensions]) { target in
                for (row, component) in chosen.enumerated() {
                    for axis in 0..<dimensions {
                        let place = row * dimensions + axis
                        target[place] =
                            centres[component][axis] + deviations[component] * noise[place]
                    }
                }
            }
        }
        let labels = try Tensor(shape: [batch]) { target in
            for (row, component) in chosen.enumerated() { target[row] = Float(component) }
        }
        return (points, labels)
    }

    private func choose(_ batch: Int, _ generator: inout Generator) throws -> [Int] {
        guard let first = components.first,
            components.contains(where: { $0.weight != first.weight })
        else { return try generator.integers(batch, below: components.count) }
        let places = try generator.uniform([batch])
        let last = components.count - 1
        return places.withValues { places in
            places.map { place in
                var left = Double(place)
                for (index, component) in components.enumerated() {
                    left -= component.weight
                    if left < 0 { return index }
                }
                return last
            }
        }
    }

    private static func fault(_ problem: String, _ hint: String) -> DatasetError {
        .argument(who: "mixture", problem: problem, hint: hint)
    }
}
