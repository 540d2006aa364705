import CKernels

extension Tensor {
    /// `op` of two tensors under broadcasting, not recorded.
    func combined(
        _ op: kernels_binary_op, _ other: Tensor, _ p: Float = 0, _ name: String = "gradient",
        grain: Int = Loop.grain
    ) throws(TensorError) -> Tensor {
        if shape == other.shape {
            let result = try Tensor(unset: shape, count: count)
            let (a, b, y) = (self.p, other.p, result.p)
            Loop.over(count, grain: grain) {
                kernels_binary(op, a + $0, 1, b + $0, 1, y + $0, Int64($1), p)
            }
            return result
        }
        let shape = try Shape.broadcast(self.shape, other.shape, name)
        let result = try Tensor(unset: shape, name)
        let walk = BroadcastWalk(result: shape, left: self.shape, right: other.shape)
        let (a, b, y) = (self.p, other.p, result.p)
        walk.run(grain: grain) { leftOffset, rightOffset, offset, count in
            kernels_binary(
                op, a + leftOffset, walk.leftStep, b + rightOffset, walk.rightStep, y + offset,
                Int64(count), p)
        }
        return result
    }

    package static func + (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
        try a.combined(BINARY_ADD, b, 0, "+").recorded("+", a, b) { back throws(TensorError) in
            try back.contribute(0, try back.gradient.summed(like: back.input(0)))
            try back.contribute(1, try back.gradient.summed(like: back.input(1)))
        }
    }

    package static func - (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
        try a.combined(BINARY_SUBTRACT, b, 0, "-").recorded("-", a, b) {
            back throws(TensorError) in
            try back.contribute(0, try back.gradient.summed(like: back.input(0)))
            try back.contribute(1, try -back.gradient.summed(like: back.input(1)))
        }
    }

    package static func * (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
        try a.combined(BINARY_MULTIPLY, b, 0, "*").recorded("*", a, b) {
            back throws(TensorError) in
            let (a, b) = (back.input(0), back.input(1))
            try back.contribute(0, try (back.gradient * b).summed(like: a))
            try back.contribute(1, try (back.gradient * a).summed(like: b))
        }
    }

    package static func / (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
        try a.combined(BINARY_DIVIDE, b, 0, "/").recorded("/", a, b) {
            back throws(TensorError) in
            let (a, b) = (back.input(0), back.input(1))
            try back.contribute(0, try (back.gradient / b).summed(like: a))
            try back.contribute(1, try -(back.gradient * back.output / b).summed(like: b))
        }
    }

    /// The larger of two; NaN when either is. Where they are equal each gets half the gradient.
    package static func maximum(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
        try a.combined(BINARY_MAXIMUM, b, 0, "maximum")
            .recorded("maximum", a, b) { back throws(TensorError) in
                try back.contributeExtremum(back.input(0), back.input(1))
            }
    }

    /// The smaller of two; NaN when either is. Where they are equal each gets half the gradient.
    package static func minimum(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
        try a.combined(BINARY_MINIMUM, b, 0, "minimum")
            .recorded("minimum", a, b) { back throws(TensorError) in
                try back.contributeExtremum(back.input(0), back.input(1))
            }
    }

    /// a to the power of b. By a: b a^(b-1); by b: a^b log a (0 where a is 0).
    package func power(_ exponent: Tensor) throws(TensorError) -> Tensor {
        try combined(BINARY_POWER, exponent, 0, "^", grain: 1024).recorded("^", self, exponent) {
            back throws(TensorError) in
            let (a, b) = (back.input(0), back.input(1))
            try back.contribute(
                0,
                try (back.gradient * b * a.power(b.affine(1, -1)))
                    .summed(like: a))
            if back.needs(1) {
                let isZero = try a.detached().equals(Tensor(0))
                let logarithm = try Tensor.select(isZero, Tensor(0), a.log())
                try back.contribute(
                    1, try (back.gradient * back.output * logarithm).summed(like: b))
            }
        }
    }

    package func equals(_ other: Tensor) throws(TensorError) -> Tensor {
        try combined(BINARY_EQUAL, other, 0, "==")
    }
    package func differs(_ other: Tensor) throws(TensorError) -> Tensor {
        try combined(BINARY_NOT_EQUAL, other, 0, "!=")
    }
    package func less(_ other: Tensor) throws(TensorError) -> Tensor {
        try combined(BINARY_LESS, other, 0, "<")
    }
    package func lessOrEqual(_ other: Tensor) throws(TensorError) -> Tensor {
        try combined(BINARY_LESS_EQUAL, other, 0, "<=")
    }
    package func greater(_ other: Tensor) throws(TensorError) -> Tensor {
        try combined(BINARY_GREATER, other, 0, ">")
    }
    package func greaterOrEqual(_ other: Tensor) throws(TensorError) -> Tensor {
        try combined(BINARY_GREATER_EQUAL, other, 0, ">=")
    }

    /// `a` where the condition is not 0, else `b`; all three broadcast.
    package static func select(
        _ condition: Tensor, _ a: Tensor, _ b: Tensor
    ) throws(TensorError) -> Tensor {
        let pair = try Shape.broadcast(a.shape, b.shape, "where")
        let shape = try Shape.broadcast(condition.shape, pair, "where")
        let c = try condition.detached().broadcast(to: shape)
        let left = try a.broadcast(to: shape)
        let right = try b.broadcast(to: shape)
        let result = try Tensor(unset: shape, "where")
        Loop.over(result.count) {
            kernels_select(c.p + $0, left.p + $0, right.p + $0, result.p + $0, Int64($1))
        }
        return result.recorded("where", left, right) { back throws(TensorError) in
            let zero = Tensor(0)
            try back.contribute(0, try select(c, back.gradient, zero))
            try back.contribute(1, try select(c, zero, back.gradient))
        }
    }
}

extension Backward {
    /// The gradient goes to where the output came from, half to each where both are equal.
    fileprivate func contributeExtremum(
        _ a: Tensor, _ b: Tensor
    ) throws(TensorError) {
        let both = try a.detached().equals(b.detached()).affine(-0.5, 1)
        let gradient = gradient
        let output = output.detached()
        if needs(0) {
            let share = try a.detached().equals(output) * both
            try contribute(0, try (gradient * share).summed(like: a))
        }
        if needs(1) {
            let share = try b.detached().equals(output) * both
            try contribute(1, try (gradient * share).summed(like: b))
        }
    }
}

extension Tensor {
    package static func + (a: Tensor, b: Float) throws(TensorError) -> Tensor {
        try a.affine(1, b)
    }
    package static func + (a: Float, b: Tensor) throws(TensorError) -> Tensor {
        try b.affine(1, a)
    }
    package static func - (a: Tensor, b: Float) throws(TensorError) -> Tensor {
        try a.affine(1, -b)
    }
    package static func - (a: Float, b: Tensor) throws(TensorError) -> Tensor {
        try b.affine(-1, a)
    }
    package static func * (a: Tensor, b: Float) throws(TensorError) -> Tensor {
        try a.affine(b, 0)
    }
    package static func * (a: Float, b: Tensor) throws(TensorError) -> Tensor {
        try b.affine(a, 0)
    }
    package static func / (a: Tensor, b: Float) throws(TensorError) -> Tensor {
        try a / Tensor(b)
    }
    package static func / (a: Float, b: Tensor) throws(TensorError) -> Tensor {
        try Tensor(a) / b
    }
}

/// How two tensors of different shapes run beside their broadcast result: axes that behave alike
/// are merged, the innermost is one kernel call.
struct BroadcastWalk {
    private var sizes: [Int] = []
    private var left: [Int] = []
    private var right: [Int] = []
    private let inner: Int
    let leftStep: Int64
    let rightStep: Int64
    private let count: Int

    init(result: [Int], left leftShape: [Int], right rightShape: [Int]) {
        let leftStrides = Self.strides(leftShape, in: result)
        let rightStrides = Self.strides(rightShape, in: result)
        var sizes: [Int] = []
        var left: [Int] = []
        var right: [Int] = []
        for axis in result.indices where result[axis] != 1 {
            if let last = sizes.indices.last,
                left[last] == leftStrides[axis] * result[axis],
                right[last] == rightStrides[axis] * result[axis]
            {
                sizes[last] *= result[axis]
                left[last] = leftStrides[axis]
                right[last] = rightStrides[axis]
            } else {
                sizes.append(result[axis])
                left.append(leftStrides[axis])
                right.append(rightStrides[axis])
            }
        }
        count = sizes.reduce(1, *)
        inner = sizes.popLast() ?? 1
        leftStep = Int64(left.popLast() ?? 0)
        rightStep = Int64(right.popLast() ?? 0)
        self.sizes = sizes
        self.left = left
        self.right = right
    }

    /// Strides of `shape` along the axes of `result`, 0 where it is repeated.
    private static func strides(_ shape: [Int], in result: [Int]) -> [Int] {
        var strides = [Int](repeating: 0, count: result.count)
        let own = Shape.strides(shape)
        let shift = result.count - shape.count
        for axis in shape.indices where shape[axis] != 1 { strides[axis + shift] = own[axis] }
        return strides
    }

    /// Calls `body(left offset, right offset, result offset, count)` for every innermost line.
    func run(grain: Int, _ body: (Int, Int, Int, Int) -> Void) {
        guard count > 0 else { return }
        guard !sizes.isEmpty else {
            Loop.over(inner, grain: grain) { start, length in
                body(start * Int(leftStep), start * Int(rightStep), start, length)
            }
            return
        }
        Loop.over(count / inner, grain: max(1, grain / inner)) { start, lines in
            runLines(start, lines, body)
        }
    }

    private func runLines(_ start: Int, _ lines: Int, _ body: (Int, Int, Int, Int) -> Void) {
        var index = [Int](repeating: 0, count: sizes.count)
        var rest = start
        var a = 0
        var b = 0
        for axis in sizes.indices.reversed() {
            index[axis] = rest % sizes[axis]
            rest /= sizes[axis]
            a += index[axis] * left[axis]
            b += index[axis] * right[axis]
        }
        for line in start..<start + lines {
            body(a, b, line * inner, inner)
            for axis in sizes.indices.reversed() {
                index[axis] += 1
                a += left[axis]
                b += right[axis]
                if index[axis] < sizes[axis] { break }
                a -= left[axis] * sizes[axis]
                b -= right[axis] * sizes[axis]
                index[axis] = 0
            }
        }
    }
}

extension Primitive {
    static let arithmetic: [Primitive] = [
        Primitive("+", [Sample([2, 3]), Sample([2, 3])]) { x throws(TensorError) in
            try x[0] + x[1]
        },
        Primitive("+ row", [Sample([2, 3]), Sample([3])]) { x throws(TensorError) in
            try x[0] + x[1]
        },
        Primitive("-", [Sample([2, 1]), Sample([1, 3])]) { x throws(TensorError) in
            try x[0] - x[1]
        },
        Primitive("*", [Sample([2, 3]), Sample([2, 1])]) { x throws(TensorError) in
            try x[0] * x[1]
        },
        Primitive("* scalar", [Sample([]), Sample([2, 2, 2])]) { x throws(TensorError) in
            try x[0] * x[1]
        },
        Primitive("/", [Sample([2, 1, 2]), Sample([3, 1], gap: 0.7)]) { x throws(TensorError) in
            try x[0] / x[1]
        },
        Primitive("maximum", [Sample([2, 3], gap: 1), Sample([3], -0.8, 0.8)]) {
            x throws(TensorError) in
            try Tensor.maximum(x[0], x[1])
        },
        Primitive("minimum", [Sample([2, 1], gap: 1), Sample([2, 3], -0.8, 0.8)]) {
            x throws(TensorError) in
            try Tensor.minimum(x[0], x[1])
        },
        Primitive("^", [Sample([2, 3], 0.6, 2), Sample([3])]) { x throws(TensorError) in
            try x[0].power(x[1])
        },
        Primitive("where", [Sample([2, 3]), Sample([3])]) { x throws(TensorError) in
            try Tensor.select(Tensor([1, 0, 1], shape: [3]), x[0], x[1])
        },
    ]
}
