import Tensors

/// What a forward pass needs beside its input.
package final class Context {
    /// Whether batch statistics are taken from the batch (and dropout drops), as while training,
    /// or as learnt.
    package var isTraining: Bool
    /// Whether parameters take part in the graph, so that their gradients can be asked for.
    package var records: Bool
    /// Where dropout and noise come from; read it back after the pass.
    package var generator: Generator
    /// How many rows at the front of the batch are a network's reference batch.
    var referenceCount = 0

    package init(isTraining: Bool, records: Bool, generator: Generator) {
        self.isTraining = isTraining
        self.records = records
        self.generator = generator
    }

    /// The elements of a parameter, in the graph or not.
    func value(_ parameter: Parameter) -> Tensor {
        records ? parameter.value : parameter.value.detached()
    }
}
