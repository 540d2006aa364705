import Tensors

/// The values of parameters and buffers at one moment: tensors are immutable, so keeping them
/// costs references only. While a snapshot lives, updates of these tensors make copies.
package struct Snapshot {
    private let parameters: [(Parameter, Tensor)]
    private let buffers: [(Buffer, Tensor)]

    package init(parameters: [Parameter], buffers: [Buffer]) {
        self.parameters = parameters.map { ($0, $0.value) }
        self.buffers = buffers.map { ($0, $0.value) }
    }

    /// Puts all values back.
    package func restore() {
        for (parameter, value) in parameters { parameter.restore(value) }
        for (buffer, value) in buffers { buffer.set(value) }
    }
}
