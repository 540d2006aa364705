import Foundation

@testable import Tensors

/// What a fuzzed step computed from, for the log.
enum Argument {
    case tensor(Tensor)
    case integers([Int]?)
    case flag(Bool)
}

extension Fuzzer {
    typealias Operation = @Sendable (inout Fuzzer) throws -> (Tensor, [Argument])

    static let operations: [(String, Operation)] = unary + binary + reductions + layouts + windows

    private static func unary(
        _ name: String, _ function: @escaping @Sendable (Tensor) throws -> Tensor
    ) -> (String, Operation) {
        (
            name,
            {
                let x = $0.pick()
                return (try function(x), [.tensor(x)])
            }
        )
    }

    private static let unary: [(String, Operation)] = [
        unary("exp") { try $0.exp() }, unary("log") { try $0.log() },
        unary("sqrt") { try $0.sqrt() }, unary("abs") { try $0.abs() },
        unary("sign") { try $0.sign() }, unary("square") { try $0.square() },
        unary("reciprocal") { try $0.reciprocal() }, unary("sin") { try $0.sin() },
        unary("cos") { try $0.cos() }, unary("relu") { try $0.relu() },
        unary("leaky_relu") { try $0.leakyRelu(0.2) }, unary("sigmoid") { try $0.sigmoid() },
        unary("tanh") { try $0.tanh() }, unary("softplus") { try $0.softplus() },
        unary("elu") { try $0.elu() }, unary("clamp") { try $0.clamp(-1, 0.5) },
        unary("negative") { try -$0 }, unary("affine") { try $0.affine(2, -1) },
        unary("floor") { try $0.floor() }, unary("flatten") { try $0.flatten() },
        unary("gelu") { try $0.gelu() }, unary("power3") { try $0.power(3) },
        unary("log_sigmoid") { try $0.logSigmoid() }, unary("rounded") { try $0.rounded() },
    ]

    private static func binary(
        _ name: String, _ function: @escaping @Sendable (Tensor, Tensor) throws -> Tensor
    ) -> (String, Operation) {
        (
            name,
            {
                let (x, y) = ($0.pick(), $0.pick())
                return (try function(x, y), [.tensor(x), .tensor(y)])
            }
        )
    }

    private static let binary: [(String, Operation)] = [
        binary("add") { try $0 + $1 }, binary("subtract") { try $0 - $1 },
        binary("multiply") { try $0 * $1 }, binary("divide") { try $0 / $1 },
        binary("maximum") { try Tensor.maximum($0, $1) },
        binary("minimum") { try Tensor.minimum($0, $1) },
        binary("power") { try $0.abs().power($1) },
        binary("equal") { try $0.equals($1) }, binary("not_equal") { try $0.differs($1) },
        binary("less") { try $0.less($1) }, binary("less_equal") { try $0.lessOrEqual($1) },
        binary("greater") { try $0.greater($1) },
        binary("greater_equal") { try $0.greaterOrEqual($1) },
        binary("where") { try Tensor.select($0.greater(Tensor(0)), $0, $1) },
        binary("linear") { try $0.linear($1, activation: .tanh) },
        binary("embedding") { try $0.embedding($1) },
        (
            "matmul",
            {
                let (x, y, a, b) = ($0.pick(), $0.pick(), $0.below(2) == 1, $0.below(2) == 1)
                return (
                    try matmul(x, y, transposeLeft: a, transposeRight: b),
                    [.tensor(x), .tensor(y), .flag(a), .flag(b)]
                )
            }
        ),
    ]

    private static func reduction(
        _ name: String, _ function: @escaping @Sendable (Tensor, [Int]?, Bool) throws -> Tensor
    ) -> (String, Operation) {
        (
            name,
            {
                let (x, axes, keeping) = ($0.pick(), $0.axes(), $0.below(2) == 1)
                return (
                    try function(x, axes, keeping), [.tensor(x), .integers(axes), .flag(keeping)]
                )
            }
        )
    }

    private static let reductions: [(String, Operation)] = [
        reduction("sum") { try $0.sum(axes: $1, keepingAxes: $2) },
        reduction("mean") { try $0.mean(axes: $1, keepingAxes: $2) },
        reduction("var") { try $0.variance(axes: $1, keepingAxes: $2) },
        reduction("std") { try $0.std(axes: $1, keepingAxes: $2) },
        reduction("max") { try $0.max(axes: $1, keepingAxes: $2) },
        reduction("min") { try $0.min(axes: $1, keepingAxes: $2) },
        reduction("norm") { try $0.norm(axes: $1, keepingAxes: $2) },
        reduction("log_sum_exp") { try $0.logSumExp(axes: $1, keepingAxes: $2) },
        reduction("argmax") { try $0.argmax(axis: $1?.first, keepingAxes: $2) },
        reduction("flip") { x, axes, _ in try x.flip(axes: axes) },
        reduction("transpose") { x, axes, _ in try x.transpose(axes) },
        reduction("softmax") { x, axes, _ in try x.softmax(axis: axes?.first ?? -1) },
        reduction("log_softmax") { x, axes, _ in try x.logSoftmax(axis: axes?.first ?? -1) },
    ]

    private static let layouts: [(String, Operation)] = [
        (
            "reshape",
            {
                let (x, shape) = ($0.pick(), $0.shape())
                return (try x.reshape(shape), [.tensor(x), .integers(shape)])
            }
        ),
        (
            "broadcast",
            {
                let (x, shape) = ($0.pick(), $0.shape())
                return (try x.broadcast(to: shape), [.tensor(x), .integers(shape)])
            }
        ),
        (
            "slice",
            {
                let x = $0.pick()
                let (ranges, steps) = ([$0.range(), $0.range()], $0.numbers($0.below(3)))
                return (
                    try x.slice(ranges, steps: steps),
                    [
                        .tensor(x), .integers(ranges.flatMap { [$0.lowerBound, $0.upperBound] }),
                        .integers(steps),
                    ]
                )
            }
        ),
        (
            "pad",
            {
                let x = $0.pick()
                let (before, after) = ($0.numbers(x.rank), $0.numbers(x.rank))
                return (
                    try x.pad(before: before, after: after, value: 0.5),
                    [.tensor(x), .integers(before), .integers(after)]
                )
            }
        ),
        (
            "concat",
            {
                let (x, y, axis) = ($0.pick(), $0.pick(), $0.below(4) - 1)
                return (
                    try Tensor.concatenate([x, y], axis: axis),
                    [.tensor(x), .tensor(y), .integers([axis])]
                )
            }
        ),
        (
            "stack",
            {
                let (x, axis) = ($0.pick(), $0.below(5) - 2)
                let y = $0.below(3) == 0 ? $0.pick() : x
                return (
                    try Tensor.stack([x, y], axis: axis),
                    [.tensor(x), .tensor(y), .integers([axis])]
                )
            }
        ),
        (
            "split",
            {
                let (x, sizes, axis) = ($0.pick(), $0.numbers(2), $0.below(4) - 1)
                return (
                    try x.split(sizes, axis: axis)[1],
                    [.tensor(x), .integers(sizes), .integers([axis])]
                )
            }
        ),
        (
            "gather",
            {
                let (x, rows) = ($0.pick(), $0.numbers($0.below(4)))
                return (try x.gather(rows), [.tensor(x), .integers(rows)])
            }
        ),
        (
            "one_hot",
            {
                let (x, classes) = (try $0.pick().abs().floor(), $0.number())
                return (try x.oneHot(classes), [.tensor(x), .integers([classes])])
            }
        ),
    ]

    /// An image that is one more often than a random tensor would be.
    private mutating func image() -> Tensor {
        if below(3) > 0, let image = try? generatorImage() { return image }
        return pick()
    }

    private mutating func generatorImage() throws -> Tensor {
        var sizes = [below(3), below(5) + 1, below(5) + 1, below(3)]
        if below(4) > 0 { sizes = sizes.map { Swift.max($0, 1) } }
        var source = Generator(seed: UInt64(below(1 << 20)))
        return try source.uniform(sizes, -2, 2).tracked()
    }

    private static func logged(_ window: Window) -> [Argument] {
        [window.stride, window.dilation, window.before, window.after].map { .integers($0) }
    }

    private static let windows: [(String, Operation)] = [
        (
            "conv",
            {
                let (x, k, window) = ($0.image(), $0.image(), $0.window())
                return (
                    try x.convolution(k, window), [.tensor(x), .tensor(k)] + Self.logged(window)
                )
            }
        ),
        (
            "conv_transpose",
            {
                let (x, k, window, extra) = ($0.image(), $0.image(), $0.window(), $0.numbers(2))
                return (
                    try x.convolutionTransposed(k, window, extra: extra),
                    [.tensor(x), .tensor(k)] + Self.logged(window) + [.integers(extra)]
                )
            }
        ),
        (
            "max_pool",
            {
                let (x, size, window) = ($0.image(), $0.numbers(2), $0.window())
                return (
                    try x.maxPool(size: size, window),
                    [.tensor(x), .integers(size)] + Self.logged(window)
                )
            }
        ),
        (
            "avg_pool",
            {
                let (x, size, window) = ($0.image(), $0.numbers(2), $0.window())
                return (
                    try x.averagePool(size: size, window),
                    [.tensor(x), .integers(size)] + Self.logged(window)
                )
            }
        ),
        (
            "upsample",
            {
                let (x, factor) = ($0.image(), $0.number())
                return (try x.upsampleNearest(factor), [.tensor(x), .integers([factor])])
            }
        ),
        (
            "bilinear",
            {
                let (x, factor) = ($0.image(), $0.number())
                return (try x.upsampleBilinear(factor), [.tensor(x), .integers([factor])])
            }
        ),
        (
            "downsample",
            {
                let (x, factor) = ($0.image(), $0.number())
                return (try x.downsample(factor), [.tensor(x), .integers([factor])])
            }
        ),
        (
            "batch_norm",
            {
                let (x, scale) = ($0.image(), $0.pick())
                return (
                    try x.batchNormalised(scale: scale, offset: scale).output,
                    [.tensor(x), .tensor(scale)]
                )
            }
        ),
    ]

    /// One line of JSON for a step that has arguments.
    mutating func record(_ name: String, _ arguments: [Argument], _ result: Tensor) {
        guard !arguments.isEmpty else { return }
        let texts = arguments.map { argument in
            switch argument {
            case .tensor(let tensor): Self.text(tensor)
            case .integers(let numbers): numbers.map { "\($0)" } ?? "null"
            case .flag(let flag): "\(flag)"
            }
        }
        append(
            "{\"operation\": \"\(name)\", \"arguments\": [\(texts.joined(separator: ", "))],"
                + " \"result\": \(Self.text(result))}\n")
    }

    private static func text(_ tensor: Tensor) -> String {
        let values = tensor.values.map {
            $0.isNaN ? "\"nan\"" : $0.isInfinite ? ($0 < 0 ? "\"-inf\"" : "\"inf\"") : "\($0)"
        }
        return "{\"shape\": \(tensor.shape), \"values\": [\(values.joined(separator: ", "))]}"
    }
}
