/// Two matrices to be multiplied.
struct MatrixPair {
    let left: Tensor
    let right: Tensor
    let transposeLeft: Bool
    let transposeRight: Bool

    init(
        _ left: Tensor, _ right: Tensor, transposeLeft: Bool = false, transposeRight: Bool = false
    ) {
        self.left = left
        self.right = right
        self.transposeLeft = transposeLeft
        self.transposeRight = transposeRight
    }

    func product() throws(TensorError) -> Tensor {
        try matmul(left, right, transposeLeft: transposeLeft, transposeRight: transposeRight)
    }
}

extension Product {
    /// A product of matrices on its way, alone or together with another one, not recorded.
    struct Work {
        private let plan: Product
        private let pair: MatrixPair
        private let result: Tensor
        private let parts: Parts
        /// Whether the product is added to what the result holds.
        private let adds: Bool
        /// What is still to be added to the product.
        private let rest: Tensor?

        /// Takes `previous`, to which the product shall be added: in place where nobody else holds
        /// its elements.
        init(_ pair: MatrixPair, addingTo previous: inout Tensor?) throws(TensorError) {
            let plan = try Product(
                pair.left.shape, pair.right.shape, pair.transposeLeft, pair.transposeRight)
            self.plan = plan
            self.pair = pair
            parts = try Parts(plan)
            var held: Tensor?
            swap(&held, &previous)
            guard var sum = held else {
                (result, adds, rest) = (try plan.unset(), false, nil)
                return
            }
            held = nil
            if plan.depth > 0, sum.shape == plan.shape, isKnownUniquelyReferenced(&sum.storage) {
                (result, adds, rest) = (sum, true, nil)
            } else {
                (result, adds, rest) = (try plan.unset(), false, sum)
            }
        }

        func run() {
            Threads.run(count) { compute($0) }
        }

        /// In how many parts it is computed.
        fileprivate var count: Int { result.count > 0 && plan.depth > 0 ? parts.count : 0 }

        fileprivate func compute(_ part: Int) {
            parts.compute(
                part, parts.blocks[part], pair.left.p, pair.right.p, result.p, adding: adds)
        }

        /// What was gathered before and the product; to be called once, after `run`.
        func total() throws(TensorError) -> Tensor {
            if count > 0 { parts.sum(into: result.p) }
            if adds { result.storage.renewVersion() }
            return try rest.map { (rest) throws(TensorError) in try rest + result } ?? result
        }
    }

    /// Both products in one parallel section: half as often one thread waits for the other.
    static func run(_ one: Work, _ other: Work) {
        let (first, second) = (one.count, other.count)
        guard first > 1 || second > 1 else {
            one.run()
            other.run()
            return
        }
        Threads.run(Swift.max(first, second)) { part in
            if part < first { one.compute(part) }
            if part < second { other.compute(part) }
        }
    }
}
