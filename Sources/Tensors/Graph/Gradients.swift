/// The gradients of `result`, summed over its elements, with respect to each of `targets`:
/// tensors of their shapes, zeros where nothing was reached.
///
/// Nodes are visited in falling order of their serial numbers, without recursion, and only those
/// that depend on a target. With `differentiable` the gradients are tracked themselves, so a
/// gradient of a gradient is exact; without it no second graph is built.
///
/// - Throws: what an operation of the pullbacks throws, `TensorError.memory` above all.
package func gradients(
    of result: Tensor, at targets: [Tensor], differentiable: Bool = false
) throws(TensorError) -> [Tensor] {
    if let found = try gradientsIfAny(of: result, at: targets, differentiable: differentiable) {
        return found
    }
    var zeros: [Tensor] = []
    for target in targets { zeros.append(try Tensor.zeros(target.shape)) }
    return zeros
}

/// The same, or nil when `result` depends on none of the targets. `pause` is called after each
/// node, a few milliseconds apart in a large network; it may use tensors of its own.
package func gradientsIfAny(
    of result: Tensor, at targets: [Tensor], differentiable: Bool = false,
    pause: (() -> Void)? = nil
) throws(TensorError) -> [Tensor]? {
    var walk = Walk(from: result, to: targets)
    guard walk.reachesTargets else { return nil }
    try walk.run(seed: Tensor.ones(result.shape), isDifferentiable: differentiable, pause)
    var gradients: [Tensor] = []
    gradients.reserveCapacity(targets.count)
    for target in targets {
        if let node = target.node, let gradient = walk.gradient(of: node) {
            gradients.append(gradient)
        } else {
            gradients.append(try Tensor.zeros(target.shape))
        }
    }
    return gradients
}

/// Numbers by serial number: a table where the serials lie close together, as those of one round
/// do, and a dictionary where they do not.
private struct Places {
    private let first: Int
    private var table: [Int32]
    private var others: [Int: Int] = [:]

    /// Room for serials from `first` to `last`.
    init(from first: Int = 0, to last: Int = -1) {
        self.first = first
        table = last - first < 1 << 14 ? Array(repeating: -1, count: last - first + 1) : []
    }

    subscript(serial: Int) -> Int? {
        get {
            guard !table.isEmpty else { return others[serial] }
            guard table.indices.contains(serial - first) else { return nil }
            let found = table[serial - first]
            return found < 0 ? nil : Int(found)
        }
        set {
            if table.indices.contains(serial - first), let newValue {
                table[serial - first] = Int32(newValue)
            } else {
                others[serial] = newValue
            }
        }
    }
}

/// One way back through the graph.
private struct Walk {
    /// The nodes between result and targets, by rising serial.
    private var nodes: [Node] = []
    private var place = Places()
    private var isOnPath: [Bool] = []
    private var gradients: [Tensor?] = []

    init(from result: Tensor, to targets: [Tensor]) {
        guard let root = result.node else { return }
        let oldest = targets.reduce(Int.max) { min($0, $1.node?.serial ?? .max) }
        guard root.serial >= oldest else { return }
        collect(from: root, oldest: oldest)
        isOnPath = Array(repeating: false, count: nodes.count)
        for target in targets {
            if let serial = target.node?.serial, let at = place[serial] { isOnPath[at] = true }
        }
        for (index, node) in nodes.enumerated() where !isOnPath[index] {
            isOnPath[index] = node.inputs.contains { input in
                guard let serial = input.node?.serial, let at = place[serial] else {
                    return false
                }
                return isOnPath[at]
            }
        }
        gradients = Array(repeating: nil, count: nodes.count)
    }

    /// Everything that `root` depends on and that is not older than every target.
    private mutating func collect(from root: Node, oldest: Int) {
        place = Places(from: oldest, to: root.serial)
        place[root.serial] = 0
        nodes = [root]
        var next = 0
        while next < nodes.count {
            for input in nodes[next].inputs {
                guard let node = input.node, node.serial >= oldest, place[node.serial] == nil
                else { continue }
                place[node.serial] = nodes.count
                nodes.append(node)
            }
            next += 1
        }
        nodes.sort { $0.serial < $1.serial }
        for (index, node) in nodes.enumerated() { place[node.serial] = index }
    }

    var reachesTargets: Bool { isOnPath.last ?? false }

    func gradient(of node: Node) -> Tensor? {
        place[node.serial].flatMap { gradients[$0] }
    }

    mutating func run(
        seed: Tensor, isDifferentiable: Bool, _ pause: (() -> Void)?
    ) throws(TensorError) {
        guard let last = nodes.indices.last, isOnPath[last] else { return }
        gradients[last] = seed
        let backward = Backward(nodes[last], seed, isDifferentiable: isDifferentiable)
        for index in nodes.indices.reversed() where isOnPath[index] {
            guard let gradient = gradients[index] else { continue }
            try step(backward, nodes[index], gradient)
            pause?()
        }
    }

    private mutating func step(
        _ backward: Backward, _ node: Node, _ gradient: Tensor
    ) throws(TensorError) {
        guard let pullback = node.pullback, var output = node.output else { return }
        if backward.isDifferentiable { output.node = node }
        backward.needed.removeAll(keepingCapacity: true)
        backward.results.removeAll(keepingCapacity: true)
        for input in node.inputs {
            backward.needed.append(target(of: input) != nil)
            backward.results.append(nil)
        }
        guard backward.needed.contains(true) else { return }
        backward.node = node
        backward.gradient = gradient
        backward.output = output
        try pullback(backward)
        for (index, input) in node.inputs.enumerated() {
            guard let contribution = backward.results[index], let at = target(of: input) else {
                continue
            }
            if let previous = gradients[at] {
                gradients[at] = try previous + contribution
            } else {
                gradients[at] = contribution
            }
        }
    }

    /// Where the gradient of `input` is gathered; nil when no target lies behind it.
    private func target(of input: Tensor) -> Int? {
        guard let serial = input.node?.serial, let at = place[serial], isOnPath[at] else {
            return nil
        }
        return at
    }
}

/// What a pullback sees: the gradient that arrives, inputs and output of its operation, and a
/// place for the gradients that it makes. Inputs and output are tracked exactly when the
/// gradient shall be differentiable, so a pullback is plain tensor operations in both cases.
///
/// One object serves a whole walk; a pullback must not keep it.
final class Backward {
    fileprivate(set) var gradient: Tensor
    fileprivate(set) var output: Tensor
    fileprivate var node: Node
    fileprivate let isDifferentiable: Bool
    fileprivate var needed: [Bool] = []
    fileprivate var results: [Tensor?] = []

    fileprivate init(_ node: Node, _ seed: Tensor, isDifferentiable: Bool) {
        self.node = node
        gradient = seed
        output = seed
        self.isDifferentiable = isDifferentiable
    }

    func input(_ index: Int) -> Tensor {
        isDifferentiable ? node.inputs[index] : node.inputs[index].detached()
    }

    var inputCount: Int { node.inputs.count }

    /// Whether somebody wants the gradient of this input; the others need not be computed.
    func needs(_ index: Int) -> Bool { needed[index] }

    /// Whether a second derivative may be asked for, so that nothing may be fused beyond what
    /// has a pullback itself.
    var mustBeDifferentiable: Bool { isDifferentiable }

    /// Adds to the gradient of an input, if anybody needs it.
    func contribute(
        _ index: Int, _ value: @autoclosure () throws(TensorError) -> Tensor
    ) throws(TensorError) {
        guard needed[index] else { return }
        let value = try value()
        if let previous = results[index] {
            results[index] = try previous + value
        } else {
            results[index] = value
        }
    }
}

/// The oldest operation behind `result` whose value is not finite, by name: where a NaN came from.
/// "leaf" when an input was not finite to begin with; nil when all is finite or untracked.
package func firstNonFiniteOperation(behind result: Tensor) -> String? {
    guard let root = result.node else { return nil }
    var seen: Set<Int> = [root.serial]
    var nodes = [root]
    var next = 0
    while next < nodes.count {
        for case let node? in nodes[next].inputs.lazy.map(\.node)
        where seen.insert(node.serial).inserted { nodes.append(node) }
        next += 1
    }
    nodes.sort { $0.serial < $1.serial }
    for node in nodes {
        guard let output = node.output, !output.isFinite else { continue }
        return node.inputs.allSatisfy(\.isFinite) ? "\(node.operation)" : "leaf"
    }
    return nil
}
