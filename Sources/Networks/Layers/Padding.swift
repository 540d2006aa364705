import Tensors

/// How the window of a convolution or pooling lies on an image.
struct Placement {
    enum Padding: Equatable {
        /// As many zeros as make the result ceil(size / stride).
        case same
        case none
        case fixed([Int])
    }

    let kernel: [Int]
    let stride: [Int]
    let dilation: [Int]
    let padding: Padding

    init(_ options: Options, kernel: [Int], stride: [Int], dilation: [Int] = [1, 1]) throws {
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        padding =
            switch options.values["padding"] {
            case .string("same")?: .same
            case .string?: .none
            default: .fixed(try options.pair("padding"))
            }
    }

    static func rule(standard: Option) -> OptionRule {
        OptionRule(
            "padding", .pairOrWord(0...1 << 16, ["same", "none"]),
            "rows of zeros around the image; same keeps the size up to the stride",
            unit: "pixels", standard: standard)
    }

    /// How far a kernel reaches along an axis.
    private func reach(_ axis: Int) -> Int { (kernel[axis] - 1) * dilation[axis] + 1 }

    /// The window over an image of these sizes, and the sizes of the result; nil when the kernel
    /// does not fit.
    func forward(_ size: [Int]) -> (window: Window, output: [Int])? {
        var (before, after, output) = ([0, 0], [0, 0], [0, 0])
        for axis in 0..<2 {
            switch padding {
            case .same:
                let wanted = (size[axis] + stride[axis] - 1) / stride[axis]
                let total = max(0, (wanted - 1) * stride[axis] + reach(axis) - size[axis])
                before[axis] = total / 2
                after[axis] = total - total / 2
            case .none: break
            case .fixed(let padding):
                before[axis] = padding[axis]
                after[axis] = padding[axis]
            }
            let room = size[axis] + before[axis] + after[axis] - reach(axis)
            guard room >= 0, size[axis] > 0 else { return nil }
            output[axis] = room / stride[axis] + 1
        }
        let window = Window(stride: stride, before: before, after: after, dilation: dilation)
        return (window, output)
    }

    /// The window whose transposed convolution an image of these sizes goes through; `same` makes
    /// the result size * stride. Nil when nothing of the result is left.
    func transposed(_ size: [Int]) -> (window: Window, extra: [Int], output: [Int])? {
        var (before, after, extra, output) = ([0, 0], [0, 0], [0, 0], [0, 0])
        for axis in 0..<2 {
            let full = (size[axis] - 1) * stride[axis] + reach(axis)
            switch padding {
            case .same:
                let total = full - size[axis] * stride[axis]
                before[axis] = max(0, total) / 2
                after[axis] = max(0, total) - max(0, total) / 2
                extra[axis] = max(0, -total)
            case .none: break
            case .fixed(let padding):
                before[axis] = padding[axis]
                after[axis] = padding[axis]
            }
            output[axis] = full + extra[axis] - before[axis] - after[axis]
            guard output[axis] > 0, size[axis] > 0 else { return nil }
        }
        let window = Window(stride: stride, before: before, after: after, dilation: dilation)
        return (window, extra, output)
    }
}
