import Synchronization

/// How a tracked tensor came about: its inputs, and how to go back.
///
/// Unchecked: everything is written before the node is shared, except `inputs`, which `deinit`
/// of a single owner takes apart, and `serial`, which an update in place renews while it holds
/// the only reference.
final class Node: @unchecked Sendable {
    /// Grows with every node, so it is a topological order.
    private(set) var serial: Int
    let operation: StaticString
    private(set) var inputs: [Tensor]
    /// Serial numbers of the first three inputs, -1 where one is not tracked. They do not change
    /// while this node lives: a leaf that somebody holds is never renewed.
    private let serials: (Int, Int, Int)
    /// The result, without its node (which would be a cycle); nil for a leaf.
    let output: Tensor?
    let pullback: Pullback?

    /// A leaf.
    init() {
        serial = Node.nextSerial()
        operation = "leaf"
        inputs = []
        serials = (-1, -1, -1)
        output = nil
        pullback = nil
    }

    init(
        _ operation: StaticString, inputs: [Tensor], output: Tensor, pullback: @escaping Pullback
    ) {
        serial = Node.nextSerial()
        self.operation = operation
        self.inputs = inputs
        serials = (Self.serial(inputs, 0), Self.serial(inputs, 1), Self.serial(inputs, 2))
        self.output = output
        self.pullback = pullback
    }

    /// The serial number of an input's node, -1 where it is not tracked.
    func serial(ofInput index: Int) -> Int {
        switch index {
        case 0: serials.0
        case 1: serials.1
        case 2: serials.2
        default: inputs[index].node?.serial ?? -1
        }
    }

    private static func serial(_ inputs: [Tensor], _ index: Int) -> Int {
        index < inputs.count ? inputs[index].node?.serial ?? -1 : -1
    }

    /// A new place at the end of the order, after an update in place.
    func renewSerial() { serial = Node.nextSerial() }

    // A chain of a million nodes must not be a million nested calls: what this node owned alone
    // goes to a list, which is worked off here.
    deinit {
        guard inputs.contains(where: { $0.node != nil }) else { return }
        var list: [Tensor] = []
        swap(&list, &inputs)
        while var last = list.popLast() {
            guard isKnownUniquelyReferenced(&last.node) else { continue }
            var owned: [Tensor] = []
            if let node = last.node { swap(&owned, &node.inputs) }
            list.append(contentsOf: owned)
        }
    }

    /// Serial numbers are global because tensors of any origin meet in one graph.
    private static let counter = Atomic<Int>(0)

    private static func nextSerial() -> Int {
        counter.add(1, ordering: .relaxed).newValue
    }
}

/// Contributes to the gradients of an operation's inputs.
typealias Pullback = @Sendable (Backward) throws(TensorError) -> Void

extension Tensor {
    /// Whether this tensor is a leaf of the graph or was computed from one.
    package var isTracked: Bool { node != nil }

    /// The same elements as a new leaf of the graph.
    package func tracked() -> Tensor {
        var leaf = self
        leaf.node = Node()
        return leaf
    }

    /// The same elements without their history: no gradient flows back through it.
    package func detached() -> Tensor {
        var copy = self
        copy.node = nil
        return copy
    }

    /// This tensor, remembered as the result of `operation` when an input is tracked.
    @inline(__always)
    func recorded(
        _ operation: StaticString, _ input: Tensor, _ pullback: @escaping Pullback
    ) -> Tensor {
        guard input.node != nil else { return self }
        return recorded(operation, from: [input], pullback)
    }

    @inline(__always)
    func recorded(
        _ operation: StaticString, _ first: Tensor, _ second: Tensor,
        _ pullback: @escaping Pullback
    ) -> Tensor {
        guard first.node != nil || second.node != nil else { return self }
        return recorded(operation, from: [first, second], pullback)
    }

    func recorded(
        _ operation: StaticString, all inputs: [Tensor], _ pullback: @escaping Pullback
    ) -> Tensor {
        guard inputs.contains(where: { $0.node != nil }) else { return self }
        return recorded(operation, from: inputs, pullback)
    }

    private func recorded(
        _ operation: StaticString, from inputs: [Tensor], _ pullback: @escaping Pullback
    ) -> Tensor {
        var result = self
        result.node = Node(operation, inputs: inputs, output: detached(), pullback: pullback)
        return result
    }
}
