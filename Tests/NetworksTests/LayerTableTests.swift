import Tensors
import Testing

@testable import Networks

/// Every layer of the table; the list is walked, so nothing is forgotten.
@Suite struct LayerTableTests {
    @Test("it makes the shape that it says", arguments: LayerTable.all.map(\.name))
    func shapes(name: String) throws {
        for example in try LayerTable.row(name).cases {
            #expect(
                try example.layer.outputShape(of: example.sample.input) == example.sample.output)
            let x = try example.built()
            for isTraining in [true, false] {
                let y = try example.layer.apply(x, context(isTraining: isTraining))
                #expect(y.shape == [4] + example.sample.output, "\(example.name)")
                #expect(y.isFinite, "\(example.name)")
            }
            let hasParts = !example.layer.parameters.isEmpty || !example.layer.buffers.isEmpty
            #expect(!(example.layer.isStateless && hasParts), "\(example.name)")
            let work = example.layer.operations(
                input: example.sample.input, output: example.sample.output)
            #expect(work >= 0)
        }
    }

    @Test("its gradient is what central differences say", arguments: LayerTable.all.map(\.name))
    func firstOrder(name: String) throws {
        for example in try LayerTable.row(name).cases {
            let slopes = try Slopes(example)
            let leaves = slopes.tracked()
            let exact = try gradients(of: slopes.value(leaves), at: leaves)
            try slopes.compare(exact) { dot(try slopes.output($0), slopes.weights) }
        }
    }

    @Test("its gradient's gradient is, too", arguments: LayerTable.all.map(\.name))
    func secondOrder(name: String) throws {
        for example in try LayerTable.row(name).cases {
            let slopes = try Slopes(example)
            let places = slopes.placesOfSecondOrder
            var generator = Generator(seed: 5)
            let directions = try places.map {
                try generator.uniform(slopes.inputs[$0].shape, -1, 1)
            }
            let leaves = slopes.tracked()
            let first = try gradients(
                of: slopes.value(leaves), at: places.map { leaves[$0] }, differentiable: true)
            var total = Tensor(0)
            for (gradient, direction) in zip(first, directions) {
                total = try total + (gradient * direction).sum()
            }
            let exact = try gradients(of: total, at: leaves)
            try slopes.compare(exact) { inputs in
                let leaves = inputs.map { $0.tracked() }
                let first = try gradients(
                    of: slopes.value(leaves), at: places.map { leaves[$0] })
                return zip(first, directions).reduce(0) { $0 + dot($1.0, $1.1) }
            }
        }
    }

    @Test(
        "fused with an activation it is what both make apart",
        arguments: [
            "relu", "leaky_relu", "sigmoid", "tanh",
        ])
    func fused(activation: String) throws {
        for row in LayerTable.all {
            for example in try row.cases where example.layer is any Fusible {
                let x = try example.built().tracked()
                let after = try layer(activation)
                let chain = Steps([example.layer, after])
                // A power iteration moves on with each pass; both start from the same place.
                let start = Snapshot(parameters: [], buffers: example.layer.buffers)
                let together = try chain.run(x, context())
                start.restore()
                let apart = try after.apply(example.layer.apply(x, context()), context())
                #expect(distance(together, apart) < 2e-6, "\(example.name)")
                let leaves = [x] + example.layer.parameters.map(\.value)
                let first = try gradients(of: together.square(), at: leaves)
                let second = try gradients(of: apart.square(), at: leaves)
                for (a, b) in zip(first, second) {
                    #expect(distance(a, b) < 2e-5, "\(example.name)")
                }
            }
        }
    }

    @Test("a copy starts equal and goes its own way", arguments: LayerTable.all.map(\.name))
    func copies(name: String) throws {
        for example in try LayerTable.row(name).cases {
            let x = try example.built()
            _ = try example.layer.apply(x, context())
            let copy = example.layer.copy()
            let before = try example.layer.apply(x, context(isTraining: false))
            #expect(
                try distance(before, copy.apply(x, context(isTraining: false))) == 0)
            for (mine, its) in zip(example.layer.parameters, copy.parameters) {
                #expect(mine !== its)
                try its.set(its.value + 1)
            }
            #expect(
                try distance(before, example.layer.apply(x, context(isTraining: false))) == 0)
            #expect(!example.layer.fresh().isBuilt)
        }
    }

    @Test("what its row says of it is complete", arguments: LayerTable.all.map(\.name))
    func rows(name: String) throws {
        let row = try LayerTable.row(name)
        #expect(row.summary.hasSuffix("."))
        #expect(row.example.contains(name))
        #expect(!row.samples.isEmpty)
        #expect(try row.cases.allSatisfy { $0.layer.name == name })
        for option in row.options { #expect(!option.summary.isEmpty && !option.expects.isEmpty) }
        #expect(throws: NetworkError.self) { try row.layer(["no_such_option": 1]) }
    }
}

/// Slopes of a layer by its input (when that is not whole numbers) and all its parameters.
private struct Slopes {
    let name: String
    let layer: any Layer
    let fixed: Tensor?
    let inputs: [Tensor]
    let weights: Tensor
    private let parameters: [Parameter]

    init(_ example: LayerCase) throws {
        name = example.name
        layer = example.layer
        let x = try example.built()
        parameters = layer.parameters
        fixed = example.sample.vocabulary == nil ? nil : x
        inputs = (fixed == nil ? [x] : []) + parameters.map { $0.value.detached() }
        var generator = Generator(seed: 9)
        let output = try layer.apply(x, context())
        weights = try generator.uniform(output.shape, -1, 1)
    }

    /// Where a gradient is differentiated again: everywhere, except that a power iteration's
    /// directions count as constants, so that only gradients by the input are exact twice.
    var placesOfSecondOrder: [Int] {
        layer is SpectralNorm ? [0] : Array(inputs.indices)
    }

    func tracked() -> [Tensor] { inputs.map { $0.tracked() } }

    /// The layer with these values; a power iteration does not move on.
    func output(_ values: [Tensor]) throws -> Tensor {
        let shift = fixed == nil ? 1 : 0
        for (index, parameter) in parameters.enumerated() {
            parameter.restore(values[index + shift])
        }
        let isTraining = !(layer is SpectralNorm)
        return try layer.apply(fixed ?? values[0], context(isTraining: isTraining))
    }

    func value(_ values: [Tensor]) throws -> Tensor { try output(values) * weights }

    /// `exact` against fourth-order differences of `function`.
    func compare(_ exact: [Tensor], _ function: ([Tensor]) throws -> Double) throws {
        let h: Float = 1e-2
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
                let near = try value(h) - value(-h)
                let far = try value(2 * h) - value(-2 * h)
                let numeric = (8 * near - far) / (12 * Double(h))
                let difference = abs(numeric - Double(exact[place].values[element]))
                #expect(
                    difference <= 2e-3 * max(1, abs(numeric)),
                    "\(name), input \(place), element \(element): \(numeric) by differences, \(exact[place].values[element])"
                )
            }
        }
    }
}
