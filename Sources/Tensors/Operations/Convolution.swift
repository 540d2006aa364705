/// How the window of a convolution or pooling moves; pairs are (height, width).
package struct Window: Sendable, Equatable {
    package var stride: [Int]
    package var dilation: [Int]
    /// Zeros above and left of the image.
    package var before: [Int]
    /// Zeros below and right of the image.
    package var after: [Int]

    /// The same step, dilation and padding (on both sides) along both axes.
    package init(stride: Int = 1, padding: Int = 0, dilation: Int = 1) {
        self.stride = [stride, stride]
        self.dilation = [dilation, dilation]
        before = [padding, padding]
        after = [padding, padding]
    }

    package init(stride: [Int], before: [Int], after: [Int], dilation: [Int] = [1, 1]) {
        self.stride = stride
        self.dilation = dilation
        self.before = before
        self.after = after
    }
}

extension Tensor {
    /// Images `[n, h, w, in]` under a kernel `[kh, kw, in, out]`: `[n, h', w', out]` with
    /// h' = (h + padding - dilation (kh - 1) - 1) / stride + 1, rounded down.
    package func convolution(
        _ kernel: Tensor, _ window: Window = Window()
    ) throws(TensorError) -> Tensor {
        try convolution(kernel, try Geometry(shape, kernel: kernel.shape, window, "conv"))
    }

    /// The transposed convolution: images `[n, h, w, in]` under a kernel `[kh, kw, out, in]`
    /// to `[n, h', w', out]`, h' = (h - 1) stride + dilation (kh - 1) + 1 - padding + extra. It
    /// is the gradient of `convolution` with the same kernel and window by its input.
    package func convolutionTransposed(
        _ kernel: Tensor, _ window: Window = Window(), extra: [Int] = [0, 0]
    ) throws(TensorError) -> Tensor {
        let geometry = try Geometry(
            transposed: shape, kernel: kernel.shape, window, extra: extra, "conv_transpose")
        return try convolutionInput(kernel, geometry)
    }

    private func convolution(
        _ kernel: Tensor, _ geometry: Geometry
    ) throws(TensorError) -> Tensor {
        try geometry.forward(self, kernel).recorded("conv", self, kernel) {
            back throws(TensorError) in
            let (x, w, g) = (back.input(0), back.input(1), back.gradient)
            try back.contribute(0, try g.convolutionInput(w, geometry))
            try back.contribute(1, try x.convolutionKernel(g, geometry))
        }
    }

    /// The gradient of a convolution by its input; self is the gradient of its output.
    private func convolutionInput(
        _ kernel: Tensor, _ geometry: Geometry
    ) throws(TensorError) -> Tensor {
        try geometry.backwardInput(self, kernel).recorded("conv_transpose", self, kernel) {
            back throws(TensorError) in
            let (y, w, g) = (back.input(0), back.input(1), back.gradient)
            try back.contribute(0, try g.convolution(w, geometry))
            try back.contribute(1, try g.convolutionKernel(y, geometry))
        }
    }

    /// The gradient of a convolution by its kernel; self is its input.
    private func convolutionKernel(
        _ gradient: Tensor, _ geometry: Geometry
    ) throws(TensorError) -> Tensor {
        try geometry.backwardKernel(self, gradient).recorded("conv gradient", self, gradient) {
            back throws(TensorError) in
            let (x, y, g) = (back.input(0), back.input(1), back.gradient)
            try back.contribute(0, try y.convolutionInput(g, geometry))
            try back.contribute(1, try x.convolution(g, geometry))
        }
    }
}

extension Primitive {
    static let convolutions: [Primitive] = [
        Primitive("conv", [Sample([1, 4, 3, 2]), Sample([3, 2, 2, 2])]) {
            x throws(TensorError) in
            try x[0].convolution(x[1], Window(stride: 2, padding: 1))
        },
        Primitive("conv dilated", [Sample([2, 4, 4, 1]), Sample([2, 2, 1, 2])]) {
            x throws(TensorError) in try x[0].convolution(x[1], Window(dilation: 2))
        },
        Primitive("conv product", [Sample([2, 2, 2, 2]), Sample([2, 2, 2, 3])]) {
            x throws(TensorError) in try x[0].convolution(x[1])
        },
        Primitive("conv pointwise", [Sample([1, 2, 2, 3]), Sample([1, 1, 3, 2])]) {
            x throws(TensorError) in try x[0].convolution(x[1])
        },
        Primitive("conv_transpose", [Sample([1, 2, 2, 2]), Sample([3, 3, 1, 2])]) {
            x throws(TensorError) in
            try x[0].convolutionTransposed(x[1], Window(stride: 2, padding: 1), extra: [1, 0])
        },
    ]
}
