import Synchronization
import Tensors

/// A named tensor that an optimiser moves: a box, so that every network that shares it sees the
/// move, around a tracked leaf that stays the same until it is updated.
package final class Parameter {
    package let name: String
    package let shape: [Int]
    /// Grows with every parameter made; tells two of the same name apart.
    package let serial: Int
    /// A tracked leaf; a placeholder only while `update` runs.
    package private(set) var value: Tensor

    package init(_ name: String, _ value: Tensor) {
        self.name = name
        shape = value.shape
        serial = Parameter.serials.add(1, ordering: .relaxed).newValue
        self.value = value.isTracked ? value : value.tracked()
    }

    package var count: Int { shape.reduce(1, *) }

    /// Other elements of the same shape; throws when the shape is another one.
    package func set(_ tensor: Tensor) throws {
        guard tensor.shape == shape else {
            throw TensorError.mismatch(
                operation: name, left: shape, right: tensor.shape,
                because: "a parameter keeps its shape")
        }
        value = tensor.detached().tracked()
    }

    /// Puts back exactly what was taken from `value` before, with its place in the graph.
    func restore(_ tensor: Tensor) { value = tensor }

    /// Calls `body` with the tensors of all parameters taken out of their boxes, so that an update
    /// finds itself the only owner, and puts them back after it, also when it throws.
    static func update(
        _ parameters: [Parameter], _ body: (inout [Tensor]) throws -> Void
    ) rethrows {
        var tensors: [Tensor] = []
        tensors.reserveCapacity(parameters.count)
        for parameter in parameters {
            tensors.append(parameter.value)
            parameter.value = .placeholder
        }
        defer {
            for (parameter, tensor) in zip(parameters, tensors) { parameter.value = tensor }
        }
        try body(&tensors)
    }

    /// Serial numbers are global because parameters of all networks meet in one session.
    private static let serials = Atomic<Int>(0)
}

/// A named tensor that belongs to a layer but is not trained: running statistics, the vectors of
/// a power iteration.
package final class Buffer {
    package let name: String
    package private(set) var value: Tensor

    package init(_ name: String, _ value: Tensor) {
        self.name = name
        self.value = value.detached()
    }

    /// Other elements; the shape may change (a reference batch has the size of the batch).
    package func set(_ tensor: Tensor) { value = tensor.detached() }

    /// Takes the tensor out of the box for an update in place.
    func update(_ body: (inout [Tensor]) throws -> Void) rethrows {
        var tensors = [value]
        value = .placeholder
        defer { value = tensors[0] }
        try body(&tensors)
    }
}
