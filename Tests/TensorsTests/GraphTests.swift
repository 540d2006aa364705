import Testing

@testable import Tensors

@Suite struct GraphTests {
    @Test func onlyWhatComesFromATrackedLeafIsTracked() throws {
        let plain = try Tensor.ones([2])
        let leaf = plain.tracked()
        #expect(!plain.isTracked)
        #expect(leaf.isTracked)
        #expect(try !(plain + plain).isTracked)
        #expect(try (plain + leaf).isTracked)
        #expect(try !(leaf + leaf).detached().isTracked)
    }

    @Test func gradientsAreZeroWhereNothingIsReached() throws {
        let a = try Tensor.ones([2]).tracked()
        let b = try Tensor.ones([3]).tracked()
        let results = try gradients(of: a.square(), at: [a, b, Tensor.ones([1])])
        #expect(results.map(\.values) == [[2, 2], [0, 0, 0], [0]])
        #expect(try gradients(of: Tensor(1), at: [a])[0].values == [0, 0])
        #expect(try gradientsIfAny(of: a.square(), at: [b])?.count == nil)
        #expect(try gradientsIfAny(of: Tensor(1), at: [a])?.count == nil)
        #expect(
            try gradientsIfAny(of: a.square(), at: [b, a])?.map(\.values) == [[0, 0, 0], [2, 2]])
    }

    /// Serial numbers that lie far apart are kept otherwise than those of one round.
    @Test func aLeafFromLongAgoIsFound() throws {
        let old = try Tensor([3], shape: [1]).tracked()
        for _ in 0..<20_000 { _ = Tensor(1).tracked() }
        let young = try Tensor([5], shape: [1]).tracked()
        #expect(
            try gradients(of: old * young * old, at: [young, old]).map(\.values) == [[9], [30]])
    }

    @Test func theGradientOfAResultAtItselfIsOne() throws {
        let a = try Tensor.ones([2]).tracked()
        let b = try a * 3
        #expect(try gradients(of: b, at: [b, a]).map(\.values) == [[1, 1], [3, 3]])
    }

    @Test func anInputUsedTwiceGetsBothShares() throws {
        let x = try Tensor([3], shape: [1]).tracked()
        #expect(try gradients(of: x * x + x * 2, at: [x])[0].values == [8])
    }

    /// A product is added in place to what was gathered before; nobody else may see that.
    @Test func aWeightUsedThreeTimesGetsTheSumOfItsShares() throws {
        var generator = Generator(seed: 3)
        let (n, size, features) = (20, 30, 40)
        let inputs = try (0..<3).map { _ in try generator.normal([n, size]) }
        let slopes = try (0..<3).map { _ in try generator.normal([n, features]) }
        let w = try generator.normal([size, features]).tracked()
        let alone = try zip(inputs, slopes).map { x, slope in
            try gradients(of: matmul(x, w) * slope, at: [w])[0]
        }
        let before = alone.map(\.values)
        let sum = try matmul(inputs[0], w) * slopes[0] + matmul(inputs[1], w) * slopes[1]
        let all = try gradients(of: sum + inputs[2].linear(w) * slopes[2], at: [w])[0]
        for (index, value) in all.values.enumerated() {
            let expected = before[0][index] + before[1][index] + before[2][index]
            #expect(abs(value - expected) < 1e-4)
        }
        #expect(alone.map(\.values) == before)
    }

    /// Both inputs of a product may be one tensor, and gradients asked for along the way stay
    /// what they are when others are added to them further down.
    @Test func gradientsOnTheWayAreNotChangedByOthers() throws {
        let x = try Tensor([1, 2, 3, 4], shape: [2, 2]).tracked()
        let square = try matmul(x, x)
        #expect(try gradients(of: square, at: [x])[0].values == [7, 11, 9, 13])
        let h = try x.affine(2, 0)
        let y = try h + h
        let z = try y + y.square()
        let found = try gradients(of: z, at: [z, y, h, x]).map(\.values)
        #expect(found[0] == [1, 1, 1, 1])
        #expect(found[1] == [9, 17, 25, 33])
        #expect(found[2] == [18, 34, 50, 66])
        #expect(found[3] == [36, 68, 100, 132])
    }

    /// Depths of up to 4 have a kernel of their own, rows are split over threads, and the way back
    /// adds in place: every combination of flags against sums written out.
    @Test(arguments: 1...5) func productsOfLittleDepthAreTheirSums(depth: Int) throws {
        var generator = Generator(seed: UInt64(depth))
        for (rows, columns) in [(1, 1), (3, 2), (300, 270), (2, 700), (700, 3)] {
            let a = try generator.integers(rows * depth, below: 9).map(Float.init)
            let b = try generator.integers(depth * columns, below: 9).map(Float.init)
            var expected = [Float](repeating: 0, count: rows * columns)
            for row in 0..<rows {
                for column in 0..<columns {
                    for k in 0..<depth {
                        expected[row * columns + column] +=
                            a[row * depth + k] * b[k * columns + column]
                    }
                }
            }
            let x = try Tensor(a, shape: [rows, depth])
            let w = try Tensor(b, shape: [depth, columns])
            for (turnsX, turnsW) in [(false, false), (true, false), (false, true), (true, true)] {
                let left = turnsX ? try x.transpose() : x
                let right = turnsW ? try w.transpose() : w
                let found = try matmul(
                    left, right, transposeLeft: turnsX, transposeRight: turnsW)
                #expect(found.values == expected)
            }
            let leaf = x.tracked()
            let twice = try matmul(leaf, w) + matmul(leaf, w)
            let slope = try gradients(of: twice, at: [leaf])[0]
            let sums = try w.sum(axes: [1]).values
            for row in [0, rows - 1] {
                for k in 0..<depth { #expect(slope.values[row * depth + k] == 2 * sums[k]) }
            }
        }
    }

    @Test func productsWithoutElementsAreZeros() throws {
        let a = try Tensor.zeros([3, 0]).tracked()
        let b = try Tensor.zeros([0, 2]).tracked()
        let c = try matmul(a, b)
        #expect(c.values == [0, 0, 0, 0, 0, 0])
        let found = try gradients(of: c, at: [a, b])
        #expect(found.map(\.shape) == [[3, 0], [0, 2]])
        let rows = try Tensor.zeros([0, 3]).tracked()
        let w = try Tensor.ones([3, 2]).tracked()
        let none = try gradients(of: rows.linear(w, activation: .relu), at: [rows, w])
        #expect(none.map(\.shape) == [[0, 3], [3, 2]])
        #expect(none[1].values == [0, 0, 0, 0, 0, 0])
    }

    @Test func gradientsAreTrackedOnlyWhenAsked() throws {
        let x = try Tensor([2], shape: [1]).tracked()
        let cube = try x * x * x
        #expect(try !gradients(of: cube, at: [x])[0].isTracked)
        let first = try gradients(of: cube, at: [x], differentiable: true)[0]
        let second = try gradients(of: first, at: [x], differentiable: true)[0]
        let third = try gradients(of: second, at: [x])[0]
        #expect(first.values + second.values + third.values == [12, 12, 6])
    }

    @Test func theGradientOfANormAtZeroIsZero() throws {
        let x = try Tensor.zeros([2, 3]).tracked()
        #expect(try gradients(of: x.norm(axes: [1]), at: [x])[0].values == [0, 0, 0, 0, 0, 0])
    }

    @Test func aMillionNodesAreDifferentiatedAndFreedWithoutRecursion() throws {
        let x = Tensor(1).tracked()
        do {
            var y = x
            for _ in 0..<1_000_000 { y = try y + Tensor(1e-6) }
            #expect(try gradients(of: y, at: [x])[0].item() == 1)
        }
        weak var middle: Node?
        do {
            var y = x
            for step in 0..<300_000 {
                y = try (y * y).affine(0.5, 0.1)
                if step == 1000 { middle = y.node }
            }
            #expect(y.isTracked)
            #expect(middle != nil)
        }
        #expect(middle == nil)
    }

    @Test func theOperationThatMadeANaNIsNamed() throws {
        let x = try Tensor([-1, 2], shape: [2]).tracked()
        #expect(firstNonFiniteOperation(behind: try (x.log() * 2).sum()) == "log")
        #expect(firstNonFiniteOperation(behind: try (x * 2).sum()) == nil)
        #expect(firstNonFiniteOperation(behind: Tensor(.nan)) == nil)
        let broken = Tensor(.infinity).tracked()
        #expect(firstNonFiniteOperation(behind: try broken.square()) == "leaf")
    }

    @Test func fusedBatchNormEqualsTheComposition() throws {
        var generator = Generator(seed: 6)
        let x = try generator.normal([300, 7, 20], mean: 3).tracked()
        let scale = try generator.uniform([20], 0.5, 2).tracked()
        let offset = try generator.normal([20]).tracked()
        let weights = try generator.normal([300, 7, 20])
        let leaves = [x, scale, offset]
        let fused = try x.batchNormalised(
            scale: scale, offset: offset, activation: .leakyRelu(0.2))
        let mean = try x.mean(axes: [0, 1])
        let variance = try x.variance(axes: [0, 1])
        let composed = try ((x - mean) / (variance + 1e-5).sqrt() * scale + offset).leakyRelu(0.2)
        #expect(try (fused.output - composed).abs().max().item() < 1e-5)
        #expect(try (fused.mean - mean).abs().max().item() < 1e-5)
        #expect(try (fused.variance - variance).abs().max().item() < 1e-5)
        let first = try gradients(of: fused.output * weights, at: leaves)
        let second = try gradients(of: fused.output * weights, at: leaves, differentiable: true)
        let third = try gradients(of: composed * weights, at: leaves)
        for (a, b) in [(first, second), (first, third)] {
            for (left, right) in zip(a, b) {
                let size = try right.abs().max().item()
                #expect(try (left - right).abs().max().item() < 2e-5 * max(1, size))
            }
        }
    }

    @Test func fusedLinearEqualsTheComposition() throws {
        var generator = Generator(seed: 7)
        let x = try generator.normal([130, 33]).tracked()
        let w = try generator.normal([33, 65]).tracked()
        let b = try generator.normal([65]).tracked()
        for activation in [Activation.none, .relu, .leakyRelu(0.3), .sigmoid, .tanh] {
            let fused = try x.linear(w, bias: b, activation: activation)
            let composed = try activation(matmul(x, w) + b)
            #expect(try (fused - composed).abs().max().item() < 1e-5)
            let a = try gradients(of: fused.square(), at: [x, w, b])
            let c = try gradients(of: composed.square(), at: [x, w, b])
            for (left, right) in zip(a, c) {
                let size = try right.abs().max().item()
                #expect(try (left - right).abs().max().item() < 2e-5 * max(1, size))
            }
        }
    }
}
