import Foundation
import Language
import Tensors

/// Commands that make tensors and compute with them.
enum TensorCommands {
    static var all: [Command] { making + pointwise + reductions + shaping }

    // MARK: Making

    private static var making: [Command] {
        [
            Command(
                "zeros", .tensors, [Input("shape", .shape, "sizes of the axes")],
                "A tensor of zeros.", example: "zeros([2, 3])"
            ) { .tensor(try Tensor.zeros(try $0.shape(0))) },
            Command(
                "ones", .tensors, [Input("shape", .shape, "sizes of the axes")],
                "A tensor of ones.", example: "ones([2, 3])"
            ) { .tensor(try Tensor.ones(try $0.shape(0))) },
            Command(
                "full", .tensors,
                [Input("shape", .shape, "sizes of the axes"), Input("value", .number)],
                "A tensor filled with one value.", example: "full([2, 2], 7)"
            ) { .tensor(try Tensor.full(try $0.shape(0), Float($0.number(1)))) },
            Command(
                "tensor", .tensors, [Input("values", .tensor, "a number, or nested lists")],
                "A tensor of the numbers of a list, of lists of lists, and so on.",
                example: "tensor([[1, 2], [3, 4]])"
            ) { .tensor(try $0.tensor(0)) },
            Command(
                "range", .tensors,
                [
                    Input("start", .number, "or, alone, the end"),
                    Input("end", .number, "not included", standard: .nothing),
                    Input("step", .number, standard: .number(1)),
                ], "The numbers from start up to end in equal steps.", example: "range(0, 1, 0.25)"
            ) { call in
                let (start, end) =
                    call.isGiven(1) ? (call.number(0), call.number(1)) : (0, call.number(0))
                return .tensor(try Tensor.range(start, end, step: call.number(2)))
            },
            Command(
                "linspace", .tensors,
                [
                    Input("start", .number), Input("end", .number, "included"),
                    Input("count", .integer, standard: .number(50)),
                ], "Numbers at equal distances, both ends included.", example: "linspace(0, 1, 5)"
            ) { .tensor(try Tensor.linspace($0.number(0), $0.number(1), count: $0.integer(2))) },
            Command(
                "rand", .tensors, [Input("shape", .shape, standard: .list([]))],
                "Random numbers, uniform between 0 and 1.", example: "rand([2, 2])"
            ) { call in
                let shape = try call.shape(0)
                return .tensor(try call.session.random { try $0.uniform(shape) })
            },
            Command(
                "randn", .tensors, [Input("shape", .shape, standard: .list([]))],
                "Random numbers from the standard normal distribution.", example: "randn([2, 2])"
            ) { call in
                let shape = try call.shape(0)
                return .tensor(try call.session.random { try $0.normal(shape) })
            },
            Command(
                "onehot", .tensors,
                [Input("labels", .tensor, "whole numbers, shape [n]"), Input("classes", .integer)],
                "Labels as rows with a single 1: shape [n, classes].", example: "onehot([0, 2], 3)"
            ) { call in
                .tensor(try call.tensor(0).oneHot(try call.integer(1, in: 1...1_000_000)))
            },
        ]
    }

    // MARK: Element by element

    private static func map(
        _ name: String, _ summary: String, example: String,
        number: ((Double) -> Double)? = nil, _ body: @escaping (Tensor) throws -> Tensor
    ) -> Command {
        let made = Command(name, .tensors, [Input("x", .tensor)], summary, example: example) {
            call in
            if let number, case .number(let x) = call[0] { return .number(number(x)) }
            return try alike(call[0], try body(try inner(call[0], name)))
        }
        made.ofNumber = number
        return made
    }

    private static var pointwise: [Command] {
        [
            map(
                "exp", "e to the power of each element.", example: "exp(1)", number: { exp($0) }
            ) { try $0.exp() },
            map(
                "log", "The natural logarithm of each element.", example: "log(2)",
                number: { log($0) }
            ) { try $0.log() },
            map(
                "sqrt", "The square root of each element.", example: "sqrt(2)",
                number: { $0.squareRoot() }
            ) { try $0.sqrt() },
            map(
                "abs", "The absolute value of each element.", example: "abs(-3)",
                number: { abs($0) }
            ) { try $0.abs() },
            map("sign", "-1, 0 or 1 for each element.", example: "sign([-2, 0, 5])") {
                try $0.sign()
            },
            map(
                "square", "Each element times itself.", example: "square([1, 2])",
                number: { $0 * $0 }
            ) { try $0.square() },
            map(
                "sin", "The sine of each element.", example: "sin(π / 2)", number: { sin($0) }
            ) { try $0.sin() },
            map(
                "cos", "The cosine of each element.", example: "cos(0)", number: { cos($0) }
            ) { try $0.cos() },
            map(
                "floor", "The next whole number below.", example: "floor(2.7)",
                number: { $0.rounded(.down) }
            ) { try $0.floor() },
            map(
                "log_sigmoid", "log(1 / (1 + exp(-x))) without overflow.",
                example: "log_sigmoid(-100)"
            ) { try $0.logSigmoid() },
            Command(
                "clamp", .tensors,
                [Input("x", .tensor), Input("low", .number), Input("high", .number)],
                "Each element, brought into low…high.", example: "clamp([-2, 0.5, 9], 0, 1)"
            ) { call in
                try alike(
                    call[0],
                    try inner(call[0], "clamp").clamp(Float(call.number(1)), Float(call.number(2))))
            },
            Command(
                "where", .tensors,
                [
                    Input("condition", .tensor, "0 stands for no"), Input("yes", .tensor),
                    Input("no", .tensor),
                ], "Elements of yes where the condition holds, of no elsewhere.",
                example: "x = linspace(-1, 1, 5)\nwhere(x > 0, x, 0)"
            ) { .tensor(try Tensor.select($0.tensor(0), $0.tensor(1), $0.tensor(2))) },
            Command(
                "matmul", .tensors, [Input("a", .tensor), Input("b", .tensor)],
                "The matrix product, also written a @ b.",
                example: "matmul(ones([2, 3]), ones([3, 2]))"
            ) { .tensor(try Tensors.matmul($0.tensor(0), $0.tensor(1))) },
        ]
    }

    // MARK: Reductions

    private static var axes: Input {
        Input(
            "axes", .axes, "which axes are taken together; none: all", standard: .nothing)
    }

    private static func reduce(
        _ name: String, _ summary: String, example: String,
        _ body: @escaping (Tensor, [Int]?) throws -> Tensor
    ) -> Command {
        Command(
            name, .tensors, [Input("x", .tensor), axes], summary, example: example
        ) { call in
            if case .number = call[0], call.isGiven(1) {
                throw Diagnostic(
                    .value, "\(name) takes one tensor or list", hint: "write \(name)([1, 2, 3])")
            }
            return .tensor(try body(try call.tensor(0), call.integers(1)))
        }
    }

    /// The larger or smaller of two, or the largest or smallest of one.
    private static func extreme(
        _ name: String, _ summary: String, example: String,
        pair: @escaping (Tensor, Tensor) throws -> Tensor,
        _ whole: @escaping (Tensor, [Int]?) throws -> Tensor
    ) -> Command {
        let larger = name == "max"
        let made = Command(
            name, .tensors,
            [Input("x", .tensor), Input("y", .tensor, standard: .nothing), axes], summary,
            example: example
        ) { call in
            guard call.isGiven(1) else {
                return .tensor(try whole(try call.tensor(0), call.integers(2)))
            }
            if call.isGiven(2) {
                throw Diagnostic(
                    .value, "\(name) of two takes no axes",
                    hint: "of a list: \(name)([1, 2, 3]); along an axis: \(name)(x, axes: 0)")
            }
            if case .number(let a) = call[0], case .number(let b) = call[1] {
                return .number(larger ? Swift.max(a, b) : Swift.min(a, b))
            }
            return .tensor(try pair(try call.tensor(0), try call.tensor(1)))
        }
        made.ofNumbers = { larger ? Swift.max($0, $1) : Swift.min($0, $1) }
        return made
    }

    private static var reductions: [Command] {
        [
            reduce("sum", "The sum over all elements or over axes.", example: "sum([1, 2, 3])") {
                try $0.sum(axes: $1)
            },
            reduce("mean", "The mean over all elements or over axes.", example: "mean([1, 2, 3])") {
                try $0.mean(axes: $1)
            },
            reduce("var", "The variance (divided by n).", example: "var([1, 2, 3])") {
                try $0.variance(axes: $1)
            },
            reduce("std", "The standard deviation (divided by n).", example: "std([1, 2, 3])") {
                try $0.std(axes: $1)
            },
            extreme(
                "min", "The smallest element, or the smaller of two.", example: "min([3, 1, 2])",
                pair: { try Tensor.minimum($0, $1) }
            ) { try $0.min(axes: $1) },
            extreme(
                "max", "The largest element, or the larger of two.", example: "max(x: 0, y: 3)",
                pair: { try Tensor.maximum($0, $1) }
            ) { try $0.max(axes: $1) },
            Command(
                "argmax", .tensors,
                [Input("x", .tensor), Input("axis", .integer, standard: .number(-1))],
                "Where the largest element of an axis stands.", example: "argmax([[1, 5, 2]])"
            ) { .tensor(try $0.tensor(0).argmax(axis: $0.integer(1))) },
            Command(
                "norm", .tensors, [Input("x", .tensor), axes],
                "The Euclidean norm: of each sample for a batch, of the whole for a vector.",
                details: """
                    For two or more axes the norm runs over all but the first one, as a gradient \
                    penalty needs it (Gulrajani et al. 2017, arXiv:1704.00028, equation 3); name \
                    axes for another one.
                    """, example: "norm([3, 4])"
            ) { call in
                let x = try call.tensor(0)
                let axes = call.integers(1) ?? (x.rank >= 2 ? Array(1..<x.rank) : nil)
                let result = try x.norm(axes: axes)
                return x.rank >= 2 && call.integers(1) == nil ? .perSample(result) : .tensor(result)
            },
        ]
    }

    // MARK: Shapes

    private static var shaping: [Command] {
        [
            Command(
                "shape", .tensors, [Input("x", .any)], "The sizes of the axes of a tensor.",
                example: "shape(zeros([2, 3]))"
            ) { call in
                try call.session.member("shape", of: call[0])
            },
            Command(
                "transpose", .tensors,
                [Input("x", .tensor), Input("axes", .axes, standard: .nothing)],
                "The axes in another order; none: reversed.", example: "transpose(zeros([2, 3]))"
            ) { call in
                let x = try call.tensor(0)
                return .tensor(try x.transpose(call.integers(1) ?? Array((0..<x.rank).reversed())))
            },
            Command(
                "concat", .tensors,
                [Input("tensors", .list), Input("axis", .integer, standard: .number(0))],
                "Tensors end to end along an axis.",
                example: "concat([zeros([1, 2]), ones([1, 2])])"
            ) { call in
                let parts = try call.session.elements(of: call[0]).map {
                    try asTensor($0, "concat")
                }
                return .tensor(try Tensor.concatenate(parts, axis: call.integer(1)))
            },
            Command(
                "stack", .tensors,
                [Input("tensors", .list), Input("axis", .integer, standard: .number(0))],
                "Tensors of one shape along a new axis.", example: "stack([[1, 2], [3, 4]])"
            ) { call in
                let parts = try call.session.elements(of: call[0]).map { try asTensor($0, "stack") }
                return .tensor(try Tensor.stack(parts, axis: call.integer(1)))
            },
            Command(
                "sort", .tensors, [Input("x", .tensor, "a vector or a list")],
                "The elements in rising order.", example: "sort([3, 1, 2])"
            ) { call in
                let x = try call.tensor(0)
                return .tensor(try Tensor(x.values.sorted(), shape: [x.count]))
            },
        ]
    }

    // MARK: Helpers

    private static func inner(_ value: Value, _ who: String) throws -> Tensor {
        if case .perSample(let tensor) = value { return tensor }
        return try asTensor(value, who)
    }

    /// The result in the form of the argument: a number for a number, a draw for a draw.
    private static func alike(_ argument: Value, _ result: Tensor) throws -> Value {
        switch argument {
        case .number: .number(Double(try result.item()))
        case .perSample: .perSample(result)
        default: .tensor(result)
        }
    }
}

extension Call {
    /// Sizes of axes, from 0 up.
    func shape(_ index: Int) throws -> [Int] {
        let sizes = integers(index) ?? []
        if let wrong = sizes.first(where: { $0 < 0 }) {
            throw Diagnostic(.shape, "\(command.name): an axis cannot have the size \(wrong)")
        }
        return sizes
    }
}
