import CDNNL
import CKernels
import Synchronization

/// The sizes of a convolution of `[n, h, w, in]` with `[kh, kw, in, out]`.
///
/// The convolution, its gradient by the input (the transposed convolution) and its gradient by
/// the kernel are three operations, each linear in both arguments; the gradient of each is made
/// of the other two, so all orders are exact.
struct Geometry: Sendable, Equatable {
    let batch: Int
    let input: [Int]
    let output: [Int]
    let kernel: [Int]
    let inChannels: Int
    let outChannels: Int
    let window: Window

    var inputShape: [Int] { [batch, input[0], input[1], inChannels] }
    var outputShape: [Int] { [batch, output[0], output[1], outChannels] }
    var kernelShape: [Int] { [kernel[0], kernel[1], inChannels, outChannels] }

    /// A convolution of an image of `shape`; throws when the kernel does not fit.
    init(_ shape: [Int], kernel: [Int], _ window: Window, _ name: String) throws(TensorError) {
        try Self.check(shape, kernel, window, name)
        guard shape[3] == kernel[2] else {
            throw TensorError.mismatch(
                operation: name, left: shape, right: kernel,
                because: "the image has \(shape[3]) channels and the kernel takes \(kernel[2])")
        }
        var output = [0, 0]
        for axis in 0..<2 {
            let reach = (kernel[axis] - 1) * window.dilation[axis] + 1
            let room = shape[axis + 1] + window.before[axis] + window.after[axis] - reach
            guard room >= 0 else {
                throw TensorError.mismatch(
                    operation: name, left: shape, right: kernel,
                    because: "the kernel covers \(reach), the padded image has"
                        + " \(room + reach)")
            }
            output[axis] = room / window.stride[axis] + 1
        }
        batch = shape[0]
        input = [shape[1], shape[2]]
        self.output = output
        self.kernel = [kernel[0], kernel[1]]
        inChannels = kernel[2]
        outChannels = kernel[3]
        self.window = window
        _ = try Shape.count(outputShape, name)
    }

    /// The convolution whose gradient by the input maps an image of `shape` (its output) to the
    /// smallest input, plus `extra` rows and columns at the end.
    init(
        transposed shape: [Int], kernel: [Int], _ window: Window, extra: [Int], _ name: String
    ) throws(TensorError) {
        try Self.check(shape, kernel, window, name)
        guard shape[3] == kernel[3] else {
            throw TensorError.mismatch(
                operation: name, left: shape, right: kernel,
                because: "the image has \(shape[3]) channels and the kernel takes \(kernel[3])")
        }
        guard extra.count == 2,
            (0..<2).allSatisfy({ extra[$0] >= 0 && extra[$0] < window.stride[$0] })
        else {
            throw TensorError.argument(
                operation: name, problem: "an extra size of \(extra) is not below the stride",
                hint: "extra rows decide between the sizes that a stride maps to one")
        }
        var input = [0, 0]
        for axis in 0..<2 {
            let reach = (kernel[axis] - 1) * window.dilation[axis] + 1
            let (span, overflow) = (shape[axis + 1] - 1)
                .multipliedReportingOverflow(by: window.stride[axis])
            guard !overflow, span < Shape.mostElements else {
                throw TensorError.size(operation: name, shape: shape)
            }
            let size = span + reach + extra[axis] - window.before[axis] - window.after[axis]
            guard shape[axis + 1] > 0, size > 0 else {
                throw TensorError.mismatch(
                    operation: name, left: shape, right: kernel,
                    because: "the padding leaves nothing of the result")
            }
            input[axis] = size
        }
        batch = shape[0]
        self.input = input
        output = [shape[1], shape[2]]
        self.kernel = [kernel[0], kernel[1]]
        inChannels = kernel[2]
        outChannels = kernel[3]
        self.window = window
        _ = try Shape.count(inputShape, name)
    }

    private static func check(
        _ shape: [Int], _ kernel: [Int], _ window: Window, _ name: String
    ) throws(TensorError) {
        guard shape.count == 4 else {
            throw TensorError.form(
                operation: name, shape: shape, expected: "images [n, height, width, channels]")
        }
        guard kernel.count == 4, kernel[0] > 0, kernel[1] > 0 else {
            throw TensorError.form(
                operation: name, shape: kernel, expected: "a kernel [height, width, in, out]")
        }
        let large = 1 << 30
        let isSane =
            [window.stride, window.dilation, window.before, window.after]
            .allSatisfy { $0.count == 2 && $0.allSatisfy { $0 >= 0 && $0 < large } }
            && (window.stride + window.dilation).allSatisfy { $0 > 0 }
            && (shape + kernel).allSatisfy { $0 < large }
        guard isSane else {
            throw TensorError.argument(
                operation: name,
                problem: "stride \(window.stride), dilation \(window.dilation), padding"
                    + " \(window.before) and \(window.after) make no window",
                hint: "strides and dilations are positive, paddings 0 or more")
        }
    }

    /// Whether nothing is to be computed.
    private var isEmpty: Bool {
        batch == 0 || inChannels == 0 || outChannels == 0 || input.contains(0)
    }

    /// Whether the kernel covers the whole image once: then all three passes are plain products.
    private var isProduct: Bool {
        output == [1, 1] && kernel == input && window.before == [0, 0] && window.after == [0, 0]
            && window.dilation == [1, 1]
    }

    /// Whether a kernel of one pixel meets every pixel: a product of all pixels.
    private var isPointwise: Bool {
        kernel == [1, 1] && output == input && window.stride == [1, 1]
            && window.before == [0, 0] && window.after == [0, 0]
    }

    /// The shapes under which the passes are matrix products, if they are.
    private var products: (input: [Int], kernel: [Int], output: [Int])? {
        if isProduct {
            let width = kernel[0] * kernel[1] * inChannels
            return ([batch, width], [width, outChannels], [batch, outChannels])
        }
        if isPointwise {
            let rows = batch * input[0] * input[1]
            return ([rows, inChannels], [inChannels, outChannels], [rows, outChannels])
        }
        return nil
    }

    func forward(_ x: Tensor, _ kernel: Tensor) throws(TensorError) -> Tensor {
        if isEmpty { return try Tensor.zeros(outputShape) }
        if let flat = products {
            let a = Tensor(x.storage, shape: flat.input, count: x.count)
            let b = Tensor(kernel.storage, shape: flat.kernel, count: kernel.count)
            let y = try Product(flat.input, flat.kernel, false, false).run(a, b)
            return Tensor(y.storage, shape: outputShape, count: y.count)
        }
        return try convolve(SHIM_FORWARD, x, kernel, outputShape)
    }

    func backwardInput(_ gradient: Tensor, _ kernel: Tensor) throws(TensorError) -> Tensor {
        if isEmpty { return try Tensor.zeros(inputShape) }
        if let flat = products {
            let a = Tensor(gradient.storage, shape: flat.output, count: gradient.count)
            let b = Tensor(kernel.storage, shape: flat.kernel, count: kernel.count)
            let y = try Product(flat.output, flat.kernel, false, true).run(a, b)
            return Tensor(y.storage, shape: inputShape, count: y.count)
        }
        if inChannels <= 3, outChannels >= 16 { return try unpatched(gradient, kernel) }
        return try convolve(SHIM_BACKWARD_INPUT, gradient, kernel, inputShape)
    }

    func backwardKernel(_ x: Tensor, _ gradient: Tensor) throws(TensorError) -> Tensor {
        if isEmpty { return try Tensor.zeros(kernelShape) }
        if let flat = products {
            let a = Tensor(x.storage, shape: flat.input, count: x.count)
            let b = Tensor(gradient.storage, shape: flat.output, count: gradient.count)
            let y = try Product(flat.input, flat.output, true, false).run(a, b)
            return Tensor(y.storage, shape: kernelShape, count: y.count)
        }
        if outChannels >= 16, inChannels >= 16 { return try patched(x, gradient) }
        return try convolve(SHIM_BACKWARD_KERNEL, x, gradient, kernelShape)
    }

    /// The batch in parts, one oneDNN call each; a kernel's gradient is the sum of the parts'. The
    /// number of parts depends on the machine, not on the number of threads, so bits do not. Where
    /// a part is long, there are two for each core: a core that is held up leaves parts to the
    /// others instead of keeping them waiting.
    private func convolve(
        _ direction: shim_direction, _ a: Tensor, _ b: Tensor, _ shape: [Int]
    ) throws(TensorError) -> Tensor {
        let cores = Int(shim_cores())
        let isLong =
            cores > 1 && direction != SHIM_BACKWARD_KERNEL && batch >= 8 * cores
            && outputShape.reduce(1, *) * kernelShape.dropLast().reduce(1, *) > Self.long
        let parts = Swift.min(batch, isLong ? 2 * cores : cores)
        let isSummed = direction == SHIM_BACKWARD_KERNEL && parts > 1
        let result = try Tensor(unset: isSummed ? [parts] + shape : shape, "conv")
        let (inputs, outputs) = (
            inputShape.dropFirst().reduce(1, *), outputShape.dropFirst().reduce(1, *)
        )
        let failure = Atomic<Int32>(0)
        Threads.run(parts) { part in
            let start = batch * part / parts
            let end = batch * (part + 1) / parts
            var geometry = shim(batch: end - start)
            let status =
                switch direction {
                case SHIM_FORWARD:
                    shim_convolve(
                        direction, &geometry, a.p + start * inputs, b.p, b.storage.version,
                        result.p + start * outputs)
                case SHIM_BACKWARD_INPUT:
                    shim_convolve(
                        direction, &geometry, a.p + start * outputs, b.p, b.storage.version,
                        result.p + start * inputs)
                default:
                    shim_convolve(
                        direction, &geometry, a.p + start * inputs, b.p + start * outputs, 0,
                        result.p + (isSummed ? part * (result.count / parts) : 0))
                }
            if status != 0 { failure.store(status, ordering: .relaxed) }
        }
        let status = failure.load(ordering: .relaxed)
        guard status == 0 else {
            throw TensorError.oneDNN(operation: "conv", status: Int(status))
        }
        return isSummed ? try result.sum(axes: [0]) : result
    }

    /// Multiplications of some milliseconds.
    private static let long = 1 << 28

    /// The gradient by an input of few channels: a product that makes every pixel's patch, then the
    /// sum of the patches at their places. oneDNN takes ten times as long there (2.5 ms against
    /// 0.2 for 64 images of 32 x 32 x 1 under 4 x 4 x 64).
    private func unpatched(
        _ gradient: Tensor, _ kernel: Tensor
    ) throws(TensorError) -> Tensor {
        let result = try Tensor.zeros(inputShape)
        let pixels = output[0] * output[1]
        let width = self.kernel[0] * self.kernel[1] * inChannels
        let flat = (pixels: [pixels, outChannels], kernel: [width, outChannels])
        let product = try Product(flat.pixels, flat.kernel, false, true)
        // The kernel as [width, out]: its two last axes are (in, out) already.
        let perImage = inputShape.dropFirst().reduce(1, *)
        let parts = Swift.min(batch, Threads.count)
        let patches = try Tensor(unset: [parts, pixels, width], "conv")
        var geometry = patchGeometry
        withUnsafePointer(to: &geometry) { geometry in
            Threads.run(parts) { part in
                let columns = patches.p + part * pixels * width
                for image in batch * part / parts..<batch * (part + 1) / parts {
                    product.alone(
                        gradient.p + image * pixels * outChannels, kernel.p, columns)
                    kernels_unpatch(columns, result.p + image * perImage, geometry)
                }
            }
        }
        return result
    }

    /// The gradient by the kernel as products of patches and gradients, some images at a time, so
    /// that their patches stay in the second-level cache.
    private func patched(
        _ x: Tensor, _ gradient: Tensor
    ) throws(TensorError) -> Tensor {
        let pixels = output[0] * output[1]
        let width = kernel[0] * kernel[1] * inChannels
        let perImage = input[0] * input[1] * inChannels
        let parts = Swift.min(batch, Int(shim_cores()))
        // 2 MiB of patches at a time, or one image.
        let images = Swift.max(1, (1 << 19) / (pixels * width))
        let patches = try Tensor(unset: [parts, images * pixels, width], "conv")
        let sums = try Tensor(unset: [parts] + kernelShape, "conv")
        var geometry = patchGeometry
        withUnsafePointer(to: &geometry) { geometry in
            Threads.run(parts) { part in
                let columns = patches.p + part * images * pixels * width
                var image = batch * part / parts
                let end = batch * (part + 1) / parts
                var beta: Float = 0
                while image < end {
                    let number = Swift.min(images, end - image)
                    for offset in 0..<number {
                        kernels_patches(
                            x.p + (image + offset) * perImage, columns + offset * pixels * width,
                            geometry, 0, Int64(pixels))
                    }
                    _ = shim_sgemm(
                        1, 0, Int64(width), Int64(outChannels), Int64(number * pixels), columns,
                        Int64(width), gradient.p + image * pixels * outChannels,
                        Int64(outChannels), beta, sums.p + part * width * outChannels,
                        Int64(outChannels))
                    beta = 1
                    image += number
                }
            }
        }
        if parts == 1 { return Tensor(sums.storage, shape: kernelShape, count: sums.count) }
        return try sums.sum(axes: [0])
    }

    private var patchGeometry: kernels_patch_geometry {
        kernels_patch_geometry(
            height: Int64(input[0]), width: Int64(input[1]), channels: Int64(inChannels),
            out_height: Int64(output[0]), out_width: Int64(output[1]),
            kernel_height: Int64(kernel[0]), kernel_width: Int64(kernel[1]),
            stride_height: Int64(window.stride[0]), stride_width: Int64(window.stride[1]),
            dilation_height: Int64(window.dilation[0]), dilation_width: Int64(window.dilation[1]),
            top: Int64(window.before[0]), left: Int64(window.before[1]))
    }

    /// The sizes as oneDNN takes them. What the stride leaves over at the end counts as less
    /// padding there, since oneDNN wants its sizes to come out even.
    private func shim(batch: Int) -> shim_geometry {
        let ends = (0..<2).map { axis in
            let reach = (kernel[axis] - 1) * window.dilation[axis] + 1
            return (output[axis] - 1) * window.stride[axis] + reach - input[axis]
                - window.before[axis]
        }
        return shim_geometry(
            batch: Int64(batch), height: Int64(input[0]), width: Int64(input[1]),
            channels: Int64(inChannels), out_height: Int64(output[0]),
            out_width: Int64(output[1]), out_channels: Int64(outChannels),
            kernel_height: Int64(kernel[0]), kernel_width: Int64(kernel[1]),
            stride_height: Int64(window.stride[0]), stride_width: Int64(window.stride[1]),
            dilation_height: Int64(window.dilation[0]), dilation_width: Int64(window.dilation[1]),
            top: Int64(window.before[0]), left: Int64(window.before[1]), bottom: Int64(ends[0]),
            right: Int64(ends[1]))
    }
}
