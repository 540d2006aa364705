import Testing

@testable import Tensors

@Suite struct TensorTests {
    @Test func aTensorHoldsItsValuesInRowMajorOrder() throws {
        let x = try Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
        #expect(x.shape == [2, 3])
        #expect(x.count == 6)
        #expect(x.rank == 2)
        #expect(x.values == [1, 2, 3, 4, 5, 6])
        #expect(x.withValues { $0[4] } == 5)
    }

    @Test func aNumberIsATensorWithoutAxes() throws {
        #expect(Tensor(2.5).shape == [])
        #expect(try Tensor(2.5).item() == 2.5)
        #expect(throws: TensorError.notSingle(operation: "item", shape: [2])) {
            try Tensor([1, 2], shape: [2]).item()
        }
    }

    @Test func valuesMustFillTheShape() {
        #expect(throws: TensorError.count(operation: "tensor", shape: [2, 2], values: 3)) {
            try Tensor([1, 2, 3], shape: [2, 2])
        }
        #expect(throws: TensorError.size(operation: "tensor", shape: [-1])) {
            try Tensor([], shape: [-1])
        }
    }

    @Test func sizesBeyondAllMemoryAreRefusedWithoutAnAllocation() {
        for shape in [[Int.max], [Int.max, Int.max], [1 << 21, 1 << 21], [1 << 62, 4]] {
            #expect(throws: TensorError.size(operation: "full", shape: shape)) {
                try Tensor.zeros(shape)
            }
        }
        #expect(throws: TensorError.self) { try Tensor.zeros([1 << 39]) }
        #expect(throws: TensorError.self) {
            try Tensor.ones([1 << 20, 1]) + Tensor.ones([1, 1 << 20])
        }
    }

    @Test func emptyTensorsGoThroughEverything() throws {
        let x = try Tensor.zeros([0, 3])
        #expect(try x.exp().shape == [0, 3])
        #expect(try (x + Tensor(1)).shape == [0, 3])
        #expect(try x.sum(axes: [0]).values == [0, 0, 0])
        #expect(try x.sum().item() == 0)
        #expect(try x.mean().item().isNaN)
        #expect(try matmul(x, Tensor.zeros([3, 2])).shape == [0, 2])
        #expect(try matmul(Tensor.ones([2, 0]), Tensor.ones([0, 2])).values == [0, 0, 0, 0])
        #expect(try x.softmax().shape == [0, 3])
        #expect(try Tensor.concatenate([x, Tensor.ones([1, 3])]).shape == [1, 3])
    }

    /// Narrow products are computed column by column.
    @Test(arguments: 1...5) func aProductIsTheSumOverTheInnerAxis(columns: Int) throws {
        var generator = Generator(seed: 8)
        let a = try generator.uniform([40, 300], -1, 1)
        let b = try generator.uniform([300, columns], -1, 1)
        let (x, y) = (a.values, b.values)
        let expected = (0..<40 * columns).map { place in
            (0..<300).reduce(0.0) {
                $0 + Double(x[place / columns * 300 + $1])
                    * Double(y[$1 * columns + place % columns])
            }
        }
        let turned = (a: try a.transpose(), b: try b.transpose())
        for result in [
            try matmul(a, b), try matmul(turned.a, b, transposeLeft: true),
            try matmul(a, turned.b, transposeRight: true),
            try matmul(turned.a, turned.b, transposeLeft: true, transposeRight: true),
        ] {
            #expect(result.shape == [40, columns])
            #expect(zip(result.values, expected).allSatisfy { abs(Double($0) - $1) < 1e-4 })
        }
    }

    @Test func rangesAndLinspacesEndWhereNumPyEnds() throws {
        #expect(try Tensor.range(0, 5).values == [0, 1, 2, 3, 4])
        #expect(try Tensor.range(1, 0, step: -0.25).values == [1, 0.75, 0.5, 0.25])
        #expect(try Tensor.range(1, 0).values == [])
        #expect(try Tensor.linspace(0, 1, count: 5).values == [0, 0.25, 0.5, 0.75, 1])
        #expect(try Tensor.linspace(3, 9, count: 1).values == [3])
        #expect(try Tensor.linspace(3, 9, count: 0).values == [])
        #expect(throws: TensorError.self) { try Tensor.range(0, 1, step: 0) }
        #expect(throws: TensorError.self) { try Tensor.range(0, .infinity) }
    }

    @Test func broadcastingFollowsNumPy() throws {
        let column = try Tensor([1, 2], shape: [2, 1])
        let row = try Tensor([10, 20, 30], shape: [3])
        #expect(try (column + row).values == [11, 21, 31, 12, 22, 32])
        #expect(try (row - column).shape == [2, 3])
        let cube = try Tensor.range(0, 8).reshape([2, 2, 2])
        let middle = try Tensor([1, 10], shape: [2, 1])
        #expect(try (cube * middle).values == [0, 1, 20, 30, 4, 5, 60, 70])
        #expect(
            try (cube * Tensor([1, 10], shape: [2, 1, 1])).values == [0, 1, 2, 3, 40, 50, 60, 70])
    }

    @Test func reductionsGoOverAnyAxes() throws {
        let x = try Tensor.range(0, 24).reshape([2, 3, 4])
        #expect(try x.sum().item() == 276)
        #expect(try x.sum(axes: [1]).values == [12, 15, 18, 21, 48, 51, 54, 57])
        #expect(try x.sum(axes: [0, 2]).values == [60, 92, 124])
        #expect(try x.sum(axes: [0, 2], keepingAxes: true).shape == [1, 3, 1])
        #expect(try x.max(axes: [-1]).values == [3, 7, 11, 15, 19, 23])
        #expect(try x.min(axes: [0, 1]).values == [0, 1, 2, 3])
        #expect(try x.argmax().item() == 23)
        #expect(try x.argmax(axis: 1).values == [2, 2, 2, 2, 2, 2, 2, 2])
        #expect(try x.variance(axes: [2]).values == [1.25, 1.25, 1.25, 1.25, 1.25, 1.25])
        #expect(try Tensor([3, 4], shape: [2]).norm().item() == 5)
    }

    @Test func longSumsAreRightHoweverTheyAreSplit() throws {
        var generator = Generator(seed: 13)
        for shape in [[3, 50_000], [40, 5_000], [200_000, 1], [3_000, 64], [2, 70_000, 2]] {
            let x = try generator.uniform(shape, -1, 1)
            let sum = try x.sum(axes: [0])
            let inner = sum.count
            let values = x.values
            let sums = sum.values
            for column in stride(from: 0, to: inner, by: Swift.max(1, inner / 50)) {
                var expected = 0.0
                for row in 0..<shape[0] { expected += Double(values[row * inner + column]) }
                #expect(abs(Double(sums[column]) - expected) < 1e-3)
            }
            #expect(abs(Double(try x.sum().item()) - values.reduce(0.0) { $0 + Double($1) }) < 1e-1)
        }
    }

    @Test func layoutIsAsInNumPy() throws {
        let x = try Tensor.range(0, 6).reshape([2, 3])
        #expect(try x.transpose().values == [0, 3, 1, 4, 2, 5])
        #expect(try x.transpose([0, 1]).values == x.values)
        #expect(try x.flip(axes: [1]).values == [2, 1, 0, 5, 4, 3])
        #expect(try x.slice([0..<2, 0..<3], steps: [1, 2]).values == [0, 2, 3, 5])
        #expect(try x.slice([1..<2]).shape == [1, 3])
        #expect(
            try x.pad(before: [0, 1], after: [1, 0], value: 9).values
                == [9, 0, 1, 2, 9, 3, 4, 5, 9, 9, 9, 9])
        #expect(try x.split([1, 2], axis: 1).map(\.values) == [[0, 3], [1, 2, 4, 5]])
        #expect(try Tensor.stack([x, x], axis: 1).shape == [2, 2, 3])
        #expect(try x.gather([1, 1, 0]).values == [3, 4, 5, 3, 4, 5, 0, 1, 2])
        #expect(try Tensor([1, 0], shape: [2]).oneHot(3).values == [0, 1, 0, 1, 0, 0])
        #expect(try x.reshape([-1, 2]).shape == [3, 2])
        #expect(try x.flatten().shape == [2, 3])
    }

    @Test func softmaxDoesNotOverflow() throws {
        let x = try Tensor([1000, 1000, -1000], shape: [3])
        #expect(try x.softmax().values == [0.5, 0.5, 0])
        #expect(abs(try x.logSumExp().item() - 1000.6931) < 1e-3)
        #expect(try Tensor([0, 1000], shape: [2]).logSoftmax().values == [-1000, 0])
    }
}

/// The sentences, literally: operation, shapes, way out.
@Suite struct TensorErrorTests {
    static let cases: [(String, String?, @Sendable () throws -> Void)] = [
        (
            "+: shapes [2, 3] and [4] do not broadcast",
            "sizes must be equal or 1, compared from the last axis",
            { _ = try Tensor.zeros([2, 3]) + Tensor.zeros([4]) }
        ),
        (
            "matmul: shapes [2, 3] and [4, 5] do not fit: the inner sizes are 3 and 4", nil,
            { _ = try matmul(Tensor.zeros([2, 3]), Tensor.zeros([4, 5])) }
        ),
        (
            "matmul: shapes [3] and [4, 5] do not fit: the inner sizes are 3 and 4", nil,
            { _ = try matmul(Tensor.zeros([3]), Tensor.zeros([4, 5])) }
        ),
        (
            "sum: shape [2, 3] has no axis 2", "axes go from 0 to 1, or from -2 to -1",
            { _ = try Tensor.zeros([2, 3]).sum(axes: [2]) }
        ),
        (
            "max: shape [] has no axis 0", "a single number has no axes",
            { _ = try Tensor(1).max(axes: [0]) }
        ),
        (
            "reshape: shapes [6] and [4] do not fit: a reshape keeps the number of elements", nil,
            { _ = try Tensor.zeros([6]).reshape([4]) }
        ),
        (
            "conv: shapes [1, 4, 4, 3] and [3, 3, 2, 8] do not fit: the image has 3 channels and"
                + " the kernel takes 2", nil,
            { _ = try Tensor.zeros([1, 4, 4, 3]).convolution(Tensor.zeros([3, 3, 2, 8])) }
        ),
        (
            "conv: shapes [1, 2, 2, 1] and [3, 3, 1, 1] do not fit: the kernel covers 3, the padded"
                + " image has 2", nil,
            { _ = try Tensor.zeros([1, 2, 2, 1]).convolution(Tensor.zeros([3, 3, 1, 1])) }
        ),
        (
            "gather: index 3 is outside 0..<3", nil, { _ = try Tensor.zeros([3]).gather([3]) }
        ),
        (
            "onehot: 0.5 is no index", "indices are whole numbers",
            { _ = try Tensor(0.5).oneHot(2) }
        ),
        (
            "full: the shape [1, 1, 1, 1, 1, 1, 1, 1, 1] has 9 axes",
            "a tensor has at most 8 axes",
            { _ = try Tensor.zeros([1, 1, 1, 1, 1, 1, 1, 1, 1]) }
        ),
        (
            "linear: shapes [4, 3] and [2, 5] do not fit: the last axis must have the size 2", nil,
            { _ = try Tensor.zeros([4, 3]).linear(Tensor.zeros([2, 5])) }
        ),
        (
            "split: [1, 1] is no partition of 3", "the sizes must add up to the axis",
            { _ = try Tensor.zeros([3]).split([1, 1]) }
        ),
    ]

    @Test(arguments: cases.indices) func aMistakeIsNamedWithItsShapes(index: Int) {
        let (message, hint, action) = Self.cases[index]
        do {
            try action()
            Issue.record("nothing was thrown for: \(message)")
        } catch let error as TensorError {
            #expect(error.message == message)
            #expect(error.hint == hint)
        } catch {
            Issue.record("another error: \(error)")
        }
    }
}
