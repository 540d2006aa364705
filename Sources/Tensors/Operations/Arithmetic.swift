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
        try a.divided(by: b)
    }
    package static func / (a: Float, b: Tensor) throws(TensorError) -> Tensor {
        try Tensor(a) / b
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
