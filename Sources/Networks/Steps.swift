import Tensors

/// Layers one after the other; where an activation follows a layer that can apply it while it
/// stores its result, both are one step.
struct Steps {
    private enum Step {
        case layer(any Layer)
        case fused(any Fusible, Activation)
    }

    private let steps: [Step]

    init(_ layers: [any Layer]) {
        var steps: [Step] = []
        var index = 0
        while index < layers.count {
            if let layer = layers[index] as? any Fusible, index + 1 < layers.count,
                let activation = layers[index + 1].activation
            {
                steps.append(.fused(layer, activation))
                index += 2
            } else {
                steps.append(.layer(layers[index]))
                index += 1
            }
        }
        self.steps = steps
    }

    func run(_ x: Tensor, _ context: Context) throws -> Tensor {
        var here = x
        for step in steps {
            switch step {
            case .layer(let layer): here = try layer.apply(here, context)
            case .fused(let layer, let activation):
                here = try layer.apply(here, activation: activation, context)
            }
        }
        return here
    }
}

/// The first batch that a network was trained with: it goes along at the front of every later
/// batch, so that layers can measure that one against it.
final class Reference {
    let buffer: Buffer

    init() { buffer = Buffer("reference", .placeholder) }

    private init(_ tensor: Tensor) { buffer = Buffer("reference", tensor) }

    func copy() -> Reference { Reference(buffer.value) }

    func beside(
        _ x: Tensor, _ context: Context, _ run: (Tensor) throws -> Tensor
    ) throws -> Tensor {
        if buffer.value.rank == 0, context.isTraining { buffer.set(x) }
        guard buffer.value.rank > 0 else { return try run(x) }
        let count = buffer.value.shape[0]
        let joined = try Tensor.concatenate([buffer.value, x])
        let before = context.referenceCount
        context.referenceCount = count
        defer { context.referenceCount = before }
        return try run(joined).slice([count..<count + x.shape[0]])
    }
}
