import CKernels

extension Tensor {
    /// `op` applied to every element, not recorded.
    @inline(__always)
    func mapped(
        _ op: kernels_unary_op, _ p: Float = 0, _ q: Float = 0, grain: Int = Loop.grain
    ) throws(TensorError) -> Tensor {
        let result = try Tensor(unset: shape, count: count)
        let source = self.p
        let target = result.p
        Loop.over(count, grain: grain) {
            kernels_unary(op, source + $0, target + $0, Int64($1), p, q)
        }
        return result
    }

    /// `factor * x + offset`.
    package func affine(_ factor: Float, _ offset: Float) throws(TensorError) -> Tensor {
        try mapped(UNARY_AFFINE, factor, offset).recorded("affine", self) {
            back throws(TensorError) in
            try back.contribute(
                0, factor == 1 ? back.gradient : try back.gradient.affine(factor, 0))
        }
    }

    /// `x / number`, rounded once.
    func divided(by number: Float) throws(TensorError) -> Tensor {
        let result = try Tensor(unset: shape, count: count)
        let (x, y) = (p, result.p)
        Loop.over(count) { start, count in
            withUnsafePointer(to: number) {
                kernels_binary(BINARY_DIVIDE, x + start, 1, $0, 0, y + start, Int64(count), 0)
            }
        }
        return result.recorded("/", self) { back throws(TensorError) in
            try back.contribute(0, try back.gradient.divided(by: number))
        }
    }

    package static prefix func - (x: Tensor) throws(TensorError) -> Tensor {
        try x.affine(-1, 0)
    }

    package func exp() throws(TensorError) -> Tensor {
        try mapped(UNARY_EXP, grain: 4096).recorded("exp", self) { back throws(TensorError) in
            try back.contribute(0, try back.gradient * back.output)
        }
    }

    /// The natural logarithm; -infinity at 0, NaN below.
    package func log() throws(TensorError) -> Tensor {
        try mapped(UNARY_LOG, grain: 4096).recorded("log", self) { back throws(TensorError) in
            try back.contribute(0, try back.gradient / back.input(0))
        }
    }

    /// The square root, NaN below 0; its derivative at 0 is infinite.
    package func sqrt() throws(TensorError) -> Tensor {
        try mapped(UNARY_SQRT).recorded("sqrt", self) { back throws(TensorError) in
            try back.contribute(0, try (back.gradient / back.output).affine(0.5, 0))
        }
    }

    package func abs() throws(TensorError) -> Tensor {
        try mapped(UNARY_ABS).recorded("abs", self) { back throws(TensorError) in
            try back.contribute(0, try back.gradient * back.input(0).sign())
        }
    }

    /// -1, 0 or 1; its derivative is 0.
    package func sign() throws(TensorError) -> Tensor { try mapped(UNARY_SIGN) }

    package func square() throws(TensorError) -> Tensor {
        try mapped(UNARY_SQUARE).recorded("square", self) { back throws(TensorError) in
            try back.contribute(0, try (back.gradient * back.input(0)).affine(2, 0))
        }
    }

    package func reciprocal() throws(TensorError) -> Tensor {
        try mapped(UNARY_RECIPROCAL).recorded("reciprocal", self) { back throws(TensorError) in
            try back.contribute(0, try (back.gradient * back.output.square()).affine(-1, 0))
        }
    }

    /// 1 / x, and 0 where x is 0.
    func safeReciprocal() throws(TensorError) -> Tensor {
        try mapped(UNARY_SAFE_RECIPROCAL).recorded("reciprocal", self) {
            back throws(TensorError) in
            try back.contribute(0, try (back.gradient * back.output.square()).affine(-1, 0))
        }
    }

    package func sin() throws(TensorError) -> Tensor {
        try mapped(UNARY_SIN, grain: 4096).recorded("sin", self) { back throws(TensorError) in
            try back.contribute(0, try back.gradient * back.input(0).cos())
        }
    }

    package func cos() throws(TensorError) -> Tensor {
        try mapped(UNARY_COS, grain: 4096).recorded("cos", self) { back throws(TensorError) in
            try back.contribute(0, try -(back.gradient * back.input(0).sin()))
        }
    }

    /// The error function; its derivative is 2 / sqrt(pi) e^(-x^2).
    package func erf() throws(TensorError) -> Tensor {
        try mapped(UNARY_ERF, grain: 4096).recorded("erf", self) { back throws(TensorError) in
            try back.contribute(
                0, try (back.gradient * (-back.input(0).square()).exp()).affine(1.128_379_167, 0))
        }
    }

    /// Values below `low` become `low`, above `high` become `high`; throws when low > high.
    package func clamp(_ low: Float, _ high: Float) throws(TensorError) -> Tensor {
        guard low <= high else {
            throw TensorError.argument(
                operation: "clamp", problem: "the lower bound \(low) exceeds the upper \(high)",
                hint: "write the smaller bound first")
        }
        return try mapped(UNARY_CLAMP, low, high).recorded("clamp", self) {
            back throws(TensorError) in
            try back.contribute(
                0, try back.gradient * back.input(0).mapped(UNARY_BETWEEN, low, high))
        }
    }

    /// x to a fixed power; NaN for a negative base and a broken exponent.
    package func power(_ exponent: Float) throws(TensorError) -> Tensor {
        if exponent == 0 { return try affine(0, 1) }
        if exponent == 1 { return self }
        if exponent == 2 { return try square() }
        if exponent == 0.5 { return try sqrt() }
        if exponent == -1 { return try reciprocal() }
        return try mapped(UNARY_POWER, exponent, grain: 1024).recorded("power", self) {
            back throws(TensorError) in
            try back.contribute(
                0, try back.gradient * back.input(0).power(exponent - 1).affine(exponent, 0))
        }
    }

    /// The largest whole number not above; its derivative is 0.
    package func floor() throws(TensorError) -> Tensor { try mapped(UNARY_FLOOR) }

    /// The nearest whole number, half to even; its derivative is 0.
    package func rounded() throws(TensorError) -> Tensor { try mapped(UNARY_ROUND) }
}

extension Primitive {
    static let elementwise: [Primitive] = [
        Primitive("affine", [Sample([2, 3])]) { x throws(TensorError) in try x[0].affine(3, 1) },
        Primitive("exp", [Sample([2, 3])]) { x throws(TensorError) in try x[0].exp() },
        Primitive("log", [Sample([2, 3], 0.5, 3)]) { x throws(TensorError) in try x[0].log() },
        Primitive("sqrt", [Sample([2, 3], 0.5, 3)]) { x throws(TensorError) in try x[0].sqrt() },
        Primitive("abs", [Sample([2, 3], gap: 0.1)]) { x throws(TensorError) in try x[0].abs() },
        Primitive("square", [Sample([2, 3])]) { x throws(TensorError) in try x[0].square() },
        Primitive("reciprocal", [Sample([2, 3], gap: 0.6)]) { x throws(TensorError) in
            try x[0].reciprocal()
        },
        Primitive("safe reciprocal", [Sample([2, 3], gap: 0.6)]) { x throws(TensorError) in
            try x[0].safeReciprocal()
        },
        Primitive("sin", [Sample([2, 3])]) { x throws(TensorError) in try x[0].sin() },
        Primitive("cos", [Sample([2, 3])]) { x throws(TensorError) in try x[0].cos() },
        Primitive("erf", [Sample([2, 3])]) { x throws(TensorError) in try x[0].erf() },
        Primitive("clamp", [Sample([2, 3], -0.8, 0.8, gap: 0.1)]) { x throws(TensorError) in
            try x[0].clamp(-5, 0.05)
        },
        Primitive("power 3", [Sample([2, 3])]) { x throws(TensorError) in try x[0].power(3) },
        Primitive("power 1.5", [Sample([2, 3], 0.5, 2)]) { x throws(TensorError) in
            try x[0].power(1.5)
        },
    ]
}
