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
    private let range: Int
    private var table: [Int32] = []
    private var others: [Int: Int32] = [:]

    /// Room for serials from `first` to `last`.
    init(from first: Int = 0, to last: Int = -1) {
        self.first = first
        range = last - first + 1
        if range < 1 << 14 { makeTable() }
    }

    private mutating func makeTable() {
        table = Array(repeating: -1, count: range)
        for (serial, number) in others { table[serial - first] = number }
        others = [:]
    }

    /// Nil for a serial before the first one, too.
    subscript(serial: Int) -> Int? {
        let at = serial - first
        guard at >= 0, at < range else { return nil }
        let found = table.isEmpty ? others[serial] ?? -1 : table[at]
        return found < 0 ? nil : Int(found)
    }

    /// Gives a number to a serial within the range.
    mutating func set(_ serial: Int, _ number: Int) {
        guard table.isEmpty else {
            table[serial - first] = Int32(number)
            return
        }
        others[serial] = Int32(number)
        if others.count > range / 16 { makeTable() }
    }

    /// `nodes`, whose numbers these are, by rising serial; and their new numbers.
    mutating func sort(_ nodes: [Node]) -> [Node] {
        guard !table.isEmpty else {
            let sorted = nodes.sorted { $0.serial < $1.serial }
            for (index, node) in sorted.enumerated() { set(node.serial, index) }
            return sorted
        }
        var sorted: [Node] = []
        sorted.reserveCapacity(nodes.count)
        for at in table.indices where table[at] >= 0 {
            let node = nodes[Int(table[at])]
            table[at] = Int32(sorted.count)
            sorted.append(node)
        }
        return sorted
    }
}

/// One way back through the graph.
private struct Walk: ~Copyable {
    /// The nodes between result and targets, by rising serial.
    private var nodes: [Node] = []
    private var place = Places()
    private var isOnPath: [Bool] = []
    private var isTarget: [Bool] = []
    private var gradients: [Tensor?] = []

    init(from result: Tensor, to targets: [Tensor]) {
        guard let root = result.node else { return }
        let oldest = targets.reduce(Int.max) { min($0, $1.node?.serial ?? .max) }
        guard root.serial >= oldest else { return }
        collect(from: root, oldest: oldest)
        isTarget = Array(repeating: false, count: nodes.count)
        for target in targets {
            if let serial = target.node?.serial, let at = place[serial] { isTarget[at] = true }
        }
        isOnPath = isTarget
        for index in nodes.indices where !isOnPath[index] {
            let node = nodes[index]
            isOnPath[index] = node.inputs.indices.contains { target(of: node, $0) != nil }
        }
    }

    /// Everything that `root` depends on and that is not older than every target.
    private mutating func collect(from root: Node, oldest: Int) {
        place = Places(from: oldest, to: root.serial)
        place.set(root.serial, 0)
        var found = [root]
        var next = 0
        while next < found.count {
            let node = found[next]
            for index in node.inputs.indices {
                let serial = node.serial(ofInput: index)
                guard serial >= oldest, place[serial] == nil, let input = node.inputs[index].node
                else { continue }
                place.set(serial, found.count)
                found.append(input)
            }
            next += 1
        }
        nodes = place.sort(found)
    }

    var reachesTargets: Bool { isOnPath.last ?? false }

    func gradient(of node: Node) -> Tensor? {
        place[node.serial].flatMap { gradients[$0] }
    }

    mutating func run(
        seed: Tensor, isDifferentiable: Bool, _ pause: (() -> Void)?
    ) throws(TensorError) {
        guard let last = nodes.indices.last, isOnPath[last] else { return }
        let backward = Backward(
            nodes[last], seed, count: nodes.count, isDifferentiable: isDifferentiable)
        for index in nodes.indices.reversed() where isOnPath[index] {
            guard let gradient = backward.gradients[index] else { continue }
            // What is not asked for is let go of at once, so that its memory serves again.
            if !isTarget[index] { backward.gradients[index] = nil }
            try step(backward, nodes[index], gradient)
            pause?()
        }
        gradients = backward.gradients
    }

    private func step(
        _ backward: Backward, _ node: Node, _ gradient: Tensor
    ) throws(TensorError) {
        guard let pullback = node.pullback, var output = node.output else { return }
        if backward.isDifferentiable { output.node = node }
        var needed = false
        backward.places.removeAll(keepingCapacity: true)
        for index in node.inputs.indices {
            let at = target(of: node, index)
            backward.places.append(at ?? -1)
            if at != nil { needed = true }
        }
        guard needed else { return }
        backward.node = node
        backward.gradient = gradient
        backward.output = output
        try pullback(backward)
    }

    /// Where the gradient of an input is gathered; nil when no target lies behind it.
    private func target(of node: Node, _ index: Int) -> Int? {
        guard let at = place[node.serial(ofInput: index)], isOnPath[at] else { return nil }
        return at
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
