extension Tensor {
    /// Which of `leaves` this tensor was computed from, as far as the graph remembers.
    ///
    /// Only nodes that are not older than the oldest leaf are visited, each once.
    package func depends(on leaves: [Tensor]) -> [Bool] {
        let wanted = leaves.map { $0.node?.serial }
        guard let root = node, let oldest = wanted.compactMap({ $0 }).min() else {
            return wanted.map { _ in false }
        }
        var seen: Set<Int> = [root.serial]
        var nodes = [root]
        var next = 0
        while next < nodes.count {
            for case let node? in nodes[next].inputs.lazy.map(\.node)
            where node.serial >= oldest && seen.insert(node.serial).inserted { nodes.append(node) }
            next += 1
        }
        return wanted.map { $0.map(seen.contains) ?? false }
    }
}
