import CKernels

extension Tensor {
    /// Rows `indices` of this tensor: shape `[indices.count] + shape[1...]`. The way back adds
    /// each row's gradient to where it came from, in order.
    package func gather(_ indices: [Int]) throws(TensorError) -> Tensor {
        guard rank > 0 else {
            throw TensorError.form(operation: "gather", shape: shape, expected: "at least one axis")
        }
        let rows = shape[0]
        for index in indices where index < 0 || index >= rows {
            throw TensorError.index(operation: "gather", index: index, size: rows)
        }
        let whole = shape
        let width = rows > 0 ? count / rows : 0
        let result = try Tensor(unset: [indices.count] + shape[1...], "gather")
        let (x, y) = (p, result.p)
        if width > 0 {
            let places = indices.map { Int64($0) }
            places.withUnsafeBufferPointer { places in
                guard let first = places.baseAddress else { return }
                Loop.over(indices.count, grain: Swift.max(1, Loop.grain / width)) { start, rows in
                    kernels_gather_rows(
                        x, y + start * width, first + start, Int64(rows), Int64(width))
                }
            }
        }
        return result.recorded("gather", self) { back throws(TensorError) in
            try back.contribute(0, try back.gradient.scatterRows(indices, into: whole))
        }
    }

    /// Zeros of `shape` with each row added at its index: the way back of `gather`.
    private func scatterRows(
        _ indices: [Int], into shape: [Int]
    ) throws(TensorError) -> Tensor {
        let result = try Tensor.zeros(shape)
        let width = indices.isEmpty ? 0 : count / indices.count
        for (place, index) in indices.enumerated() where width > 0 {
            kernels_accumulate(result.p + index * width, p + place * width, 1, Int64(width))
        }
        return result.recorded("gather gradient", self) { back throws(TensorError) in
            try back.contribute(0, try back.gradient.gather(indices))
        }
    }

    /// The elements as whole numbers in `0..<size`; throws at the first that is none.
    package func indices(below size: Int, _ operation: String) throws(TensorError) -> [Int] {
        var result: [Int] = []
        result.reserveCapacity(count)
        for value in values {
            guard let index = Int(exactly: value) else {
                throw TensorError.argument(
                    operation: operation, problem: "\(value) is no index",
                    hint: "indices are whole numbers")
            }
            guard index >= 0, index < size else {
                throw TensorError.index(operation: operation, index: index, size: size)
            }
            result.append(index)
        }
        return result
    }

    /// The rows that `indices` names (any shape): shape `indices.shape + shape[1...]`.
    package func embedding(_ indices: Tensor) throws(TensorError) -> Tensor {
        guard rank > 0 else {
            throw TensorError.form(
                operation: "embedding", shape: shape, expected: "at least one axis")
        }
        let rows = try gather(try indices.indices(below: shape[0], "embedding"))
        let shape = indices.shape + self.shape[1...]
        _ = try Shape.count(shape, "embedding")
        return try rows.reshaped(shape)
    }

    /// 1 at the place each element names, else 0: shape `shape + [classes]`.
    package func oneHot(_ classes: Int) throws(TensorError) -> Tensor {
        let places = try indices(below: classes, "onehot")
        let result = try Tensor.zeros(shape + [classes])
        for (row, place) in places.enumerated() { result.p[row * classes + place] = 1 }
        return result
    }
}

extension Primitive {
    static let indexing: [Primitive] = [
        Primitive("gather", [Sample([3, 2])]) { x throws(TensorError) in
            try x[0].gather([2, 0, 2, 2]).square()
        },
        Primitive("embedding", [Sample([3, 2])]) { x throws(TensorError) in
            try x[0].embedding(Tensor([2, 0, 2, 1], shape: [2, 2])).square()
        },
    ]
}
