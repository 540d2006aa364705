import CKernels

// An activation's gradient is one operation of the arriving gradient and the *output*, so the
// input need not be read again. Each of these is differentiable in both.

extension Tensor {
    /// max(x, 0); its derivative at 0 is 0.
    package func relu() throws(TensorError) -> Tensor {
        try mapped(UNARY_RELU).recorded("relu", self) { back throws(TensorError) in
            try back.contribute(0, try back.gradient.reluGradient(back.output))
        }
    }

    /// self where y > 0, else 0.
    func reluGradient(_ y: Tensor) throws(TensorError) -> Tensor {
        try combined(BINARY_RELU_GRADIENT, y).recorded("relu gradient", self, y.detached()) {
            back throws(TensorError) in
            try back.contribute(0, try back.gradient.reluGradient(back.input(1)))
        }
    }

    /// x where x > 0, else slope * x, with slope >= 0; its derivative at 0 is the slope.
    package func leakyRelu(_ slope: Float = 0.2) throws(TensorError) -> Tensor {
        guard slope >= 0 else {
            throw TensorError.argument(
                operation: "leaky_relu", problem: "the slope \(slope) is negative",
                hint: "use a slope of 0 or more")
        }
        return try mapped(UNARY_LEAKY, slope).recorded("leaky_relu", self) {
            back throws(TensorError) in
            try back.contribute(0, try back.gradient.leakyGradient(back.output, slope))
        }
    }

    func leakyGradient(_ y: Tensor, _ slope: Float) throws(TensorError) -> Tensor {
        try combined(BINARY_LEAKY_GRADIENT, y, slope)
            .recorded("leaky_relu gradient", self, y.detached()) { back throws(TensorError) in
                try back.contribute(0, try back.gradient.leakyGradient(back.input(1), slope))
            }
    }

    /// 1 / (1 + e^-x).
    package func sigmoid() throws(TensorError) -> Tensor {
        try mapped(UNARY_SIGMOID, grain: 4096).recorded("sigmoid", self) {
            back throws(TensorError) in
            try back.contribute(0, try back.gradient.sigmoidGradient(back.output))
        }
    }

    /// g y (1 - y); by g: the same, by y: g (1 - 2 y).
    func sigmoidGradient(_ y: Tensor) throws(TensorError) -> Tensor {
        try combined(BINARY_SIGMOID_GRADIENT, y).recorded("sigmoid gradient", self, y) {
            back throws(TensorError) in
            let (g, y) = (back.input(0), back.input(1))
            try back.contribute(0, try back.gradient.sigmoidGradient(y))
            try back.contribute(1, try back.gradient * g * y.affine(-2, 1))
        }
    }

    package func tanh() throws(TensorError) -> Tensor {
        try mapped(UNARY_TANH, grain: 4096).recorded("tanh", self) { back throws(TensorError) in
            try back.contribute(0, try back.gradient.tanhGradient(back.output))
        }
    }

    /// g (1 - y^2); by g: the same, by y: -2 g y.
    func tanhGradient(_ y: Tensor) throws(TensorError) -> Tensor {
        try combined(BINARY_TANH_GRADIENT, y).recorded("tanh gradient", self, y) {
            back throws(TensorError) in
            let (g, y) = (back.input(0), back.input(1))
            try back.contribute(0, try back.gradient.tanhGradient(y))
            try back.contribute(1, try (back.gradient * g * y).affine(-2, 0))
        }
    }

    /// log(1 + e^x), exact far out on both sides.
    package func softplus() throws(TensorError) -> Tensor {
        try mapped(UNARY_SOFTPLUS, grain: 4096).recorded("softplus", self) {
            back throws(TensorError) in
            try back.contribute(0, try back.gradient * back.input(0).sigmoid())
        }
    }

    /// log(sigmoid(x)) = -softplus(-x).
    package func logSigmoid() throws(TensorError) -> Tensor {
        try -(try -self).softplus()
    }

    /// x where x > 0, else alpha (e^x - 1) with alpha >= 0. Clevert et al. 2015, arXiv:1511.07289.
    package func elu(_ alpha: Float = 1) throws(TensorError) -> Tensor {
        guard alpha >= 0 else {
            throw TensorError.argument(
                operation: "elu", problem: "alpha \(alpha) is negative", hint: "use 0 or more")
        }
        return try mapped(UNARY_ELU, alpha, grain: 4096).recorded("elu", self) {
            back throws(TensorError) in
            try back.contribute(0, try back.gradient.eluGradient(back.output, alpha))
        }
    }

    /// g where y > 0, else g (y + alpha); by y: g where y <= 0.
    func eluGradient(_ y: Tensor, _ alpha: Float) throws(TensorError) -> Tensor {
        try combined(BINARY_ELU_GRADIENT, y, alpha).recorded("elu gradient", self, y) {
            back throws(TensorError) in
            let (g, y) = (back.input(0), back.input(1))
            try back.contribute(0, try back.gradient.eluGradient(y, alpha))
            let product = try back.gradient * g
            try back.contribute(1, try product - product.reluGradient(y))
        }
    }

    /// x Phi(x), exact. Hendrycks and Gimpel 2016, arXiv:1606.08415.
    package func gelu() throws(TensorError) -> Tensor {
        try self * affine(0.707_106_78, 0).erf().affine(0.5, 0.5)
    }
}

extension Primitive {
    static let activations: [Primitive] = [
        Primitive("relu", [Sample([2, 3], gap: 0.1)]) { x throws(TensorError) in try x[0].relu() },
        Primitive("leaky_relu", [Sample([2, 3], gap: 0.1)]) { x throws(TensorError) in
            try x[0].leakyRelu(0.2)
        },
        Primitive("sigmoid", [Sample([2, 3])]) { x throws(TensorError) in try x[0].sigmoid() },
        Primitive("tanh", [Sample([2, 3])]) { x throws(TensorError) in try x[0].tanh() },
        Primitive("softplus", [Sample([2, 3])]) { x throws(TensorError) in try x[0].softplus() },
        Primitive("log_sigmoid", [Sample([2, 3])]) { x throws(TensorError) in
            try x[0].logSigmoid()
        },
        Primitive("elu", [Sample([2, 3], gap: 0.1)]) { x throws(TensorError) in
            try x[0].elu(0.7)
        },
        Primitive("gelu", [Sample([2, 3])]) { x throws(TensorError) in try x[0].gelu() },
        Primitive("sigmoid gradient", [Sample([2, 3]), Sample([2, 3])]) {
            x throws(TensorError) in try x[0].sigmoidGradient(x[1])
        },
        Primitive("tanh gradient", [Sample([2, 3]), Sample([2, 3])]) { x throws(TensorError) in
            try x[0].tanhGradient(x[1])
        },
        Primitive("elu gradient", [Sample([2, 3]), Sample([2, 3], gap: 0.1)]) {
            x throws(TensorError) in try x[0].eluGradient(x[1], 0.7)
        },
    ]
}
