extension Tensor {
    /// The parts of the given sizes along an axis; throws when they do not add up.
    package func split(_ sizes: [Int], axis: Int = 0) throws(TensorError) -> [Tensor] {
        let index = try Shape.axis(axis, shape, "split")
        var parts: [Tensor] = []
        var start = 0
        for size in sizes {
            guard size >= 0, size <= shape[index] - start else {
                throw TensorError.argument(
                    operation: "split", problem: "\(sizes) is no partition of \(shape[index])",
                    hint: "the sizes must add up to the axis")
            }
            var ranges = shape.map { 0..<$0 }
            ranges[index] = start..<start + size
            parts.append(try slice(ranges))
            start += size
        }
        guard start == shape[index] else {
            throw TensorError.argument(
                operation: "split", problem: "\(sizes) is no partition of \(shape[index])",
                hint: "the sizes must add up to the axis")
        }
        return parts
    }

    private static func joins(_ left: [Int], _ right: [Int], along axis: Int) -> Bool {
        left.count == right.count
            && left.indices.allSatisfy { $0 == axis || left[$0] == right[$0] }
    }

    private static func misfit(_ left: [Int], _ right: [Int], along axis: Int) -> TensorError {
        let other = left.indices.first { joins(left, right, along: $0) }
        return .mismatch(
            operation: "concat", left: left, right: right,
            because: "all axes but axis \(axis) must agree",
            hint: other.map { "they fit along axis \($0): concat([a, b], axis: \($0))" })
    }

    /// One after the other along an axis; all other sizes must agree.
    package static func concatenate(
        _ tensors: [Tensor], axis: Int = 0
    ) throws(TensorError) -> Tensor {
        guard let first = tensors.first else {
            throw TensorError.argument(
                operation: "concat", problem: "there is nothing to join",
                hint: "give at least one tensor")
        }
        let index = try Shape.axis(axis, first.shape, "concat")
        var whole = first.shape
        whole[index] = 0
        for tensor in tensors {
            guard joins(first.shape, tensor.shape, along: index) else {
                throw misfit(first.shape, tensor.shape, along: index)
            }
            whole[index] += tensor.shape[index]
        }
        let result = try Tensor(unset: whole, "concat")
        let outer = whole[..<index].reduce(1, *)
        let inner = whole[(index + 1)...].reduce(1, *)
        var start = 0
        for tensor in tensors {
            let length = tensor.shape[index] * inner
            let line = whole[index] * inner
            for row in 0..<(length > 0 ? outer : 0) {
                (result.p + row * line + start).update(
                    from: tensor.p + row * length, count: length)
            }
            start += length
        }
        return result.recorded("concat", all: tensors) { [whole] back throws(TensorError) in
            let sizes = (0..<back.inputCount).map { back.input($0).shape[index] }
            var start = 0
            for (place, size) in sizes.enumerated() {
                var ranges = whole.map { 0..<$0 }
                ranges[index] = start..<start + size
                let part = ranges
                try back.contribute(place, try back.gradient.slice(part))
                start += size
            }
        }
    }

    /// Joined along a new axis; all shapes must be the same.
    package static func stack(
        _ tensors: [Tensor], axis: Int = 0
    ) throws(TensorError) -> Tensor {
        guard let first = tensors.first else {
            throw TensorError.argument(
                operation: "stack", problem: "there is nothing to join",
                hint: "give at least one tensor")
        }
        let index = try Shape.axis(axis, first.shape + [1], "stack")
        var parts: [Tensor] = []
        for tensor in tensors {
            guard tensor.shape == first.shape else {
                throw TensorError.mismatch(
                    operation: "stack", left: first.shape, right: tensor.shape,
                    because: "all shapes must be the same")
            }
            var shape = tensor.shape
            shape.insert(1, at: index)
            parts.append(try tensor.reshaped(shape))
        }
        return try concatenate(parts, axis: index)
    }
}

extension Primitive {
    static let joining: [Primitive] = [
        Primitive("concat", [Sample([2, 1]), Sample([2, 2])]) { x throws(TensorError) in
            try Tensor.concatenate([x[0], x[1]], axis: 1).square()
        },
        Primitive("stack", [Sample([2]), Sample([2])]) { x throws(TensorError) in
            try Tensor.stack([x[0], x[1]], axis: 1).square()
        },
        Primitive("split", [Sample([4])]) { x throws(TensorError) in
            let parts = try x[0].split([1, 3])
            return try parts[0] * parts[1].square()
        },
    ]
}
