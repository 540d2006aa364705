import Testing

@testable import Tensors

/// Every primitive against central differences; the list is walked, so nothing is forgotten.
@Suite struct GradientTests {
    /// Differences this wide balance rounding (1e-7 / h) and curvature (h^2).
    static let width: Float = 1e-2

    @Test("its gradient is what central differences say", arguments: Primitive.all.map(\.name))
    func firstOrder(name: String) throws {
        let primitive = try #require(Primitive.all.first { $0.name == name })
        var generator = Generator(seed: 11)
        let inputs = try primitive.inputs.map { try $0.draw(&generator) }
        let weights = try generator.uniform(primitive.function(inputs).shape, -1, 1)
        let leaves = inputs.map { $0.tracked() }
        let exact = try gradients(of: primitive.function(leaves) * weights, at: leaves)
        try compare(name, exact, at: inputs) { inputs in
            dot(try primitive.function(inputs), weights)
        }
    }

    @Test("its gradient's gradient is, too", arguments: Primitive.all.map(\.name))
    func secondOrder(name: String) throws {
        let primitive = try #require(Primitive.all.first { $0.name == name })
        var generator = Generator(seed: 12)
        let inputs = try primitive.inputs.map { try $0.draw(&generator) }
        let weights = try generator.uniform(primitive.function(inputs).shape, -1, 1)
        let directions = try inputs.map { try generator.uniform($0.shape, -1, 1) }
        let leaves = inputs.map { $0.tracked() }
        let first = try gradients(
            of: primitive.function(leaves) * weights, at: leaves, differentiable: true)
        var total = Tensor(0)
        for (gradient, direction) in zip(first, directions) {
            total = try total + (gradient * direction).sum()
        }
        let exact = try gradients(of: total, at: leaves)
        try compare(name, exact, at: inputs) { inputs in
            let leaves = inputs.map { $0.tracked() }
            let first = try gradients(of: primitive.function(leaves) * weights, at: leaves)
            return zip(first, directions).reduce(0) { $0 + dot($1.0, $1.1) }
        }
    }

    private func compare(
        _ name: String, _ exact: [Tensor], at inputs: [Tensor],
        _ function: ([Tensor]) throws -> Double
    ) throws {
        for (place, input) in inputs.enumerated() {
            #expect(exact[place].shape == input.shape)
            for element in 0..<input.count {
                func value(_ step: Float) throws -> Double {
                    var values = input.values
                    values[element] += step
                    var moved = inputs
                    moved[place] = try Tensor(values, shape: input.shape)
                    return try function(moved)
                }
                let h = Self.width
                // Fourth order: the curvature of the third derivative drops out.
                let near = try value(h) - value(-h)
                let far = try value(2 * h) - value(-2 * h)
                let numeric = (8 * near - far) / (12 * Double(h))
                let difference = abs(numeric - Double(exact[place].values[element]))
                #expect(
                    difference <= 2e-3 * max(1, abs(numeric)),
                    "\(name), input \(place), element \(element): \(numeric) by differences")
            }
        }
    }
}

/// The sum of products, in double precision.
func dot(_ a: Tensor, _ b: Tensor) -> Double {
    zip(a.values, b.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}
