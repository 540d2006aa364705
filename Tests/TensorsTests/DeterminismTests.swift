import Testing

@testable import Tensors

/// The same bits, run after run and with one thread or several. One after the other, because the
/// number of threads belongs to the process.
@Suite(.serialized) struct DeterminismTests {
    /// A little of everything that is split over threads: two training steps of a convolutional
    /// network with batch normalisation, and a gradient penalty.
    private func train() throws -> [[UInt32]] {
        var generator = Generator(seed: 9)
        var w = try [
            [4, 4, 3, 32], [32], [32], [32 * 64, 100], [100],
        ].map { try generator.normal($0, deviation: 0.1).tracked() }
        var m = try w.map { try Tensor.zeros($0.shape) }
        var v = m
        for step in 1...2 {
            let x = try generator.normal([32, 16, 16, 3]).tracked()
            let h = try x.convolution(w[0], Window(stride: 2, padding: 1))
                .batchNormalised(scale: w[1], offset: w[2], activation: .leakyRelu(0.2)).output
            let y = try h.flatten().linear(w[3], bias: w[4], activation: .tanh)
            let slope = try gradients(of: y, at: [x], differentiable: true)[0]
            let penalty = try slope.norm(axes: [1, 2, 3]).square().mean()
            let loss = try y.softmax().log().mean() + penalty
            let g = try gradients(of: loss, at: w)
            try Update.adam(
                &w, gradients: g, first: &m, second: &v, step: step, rate: 0.01)
        }
        return w.map { $0.values.map(\.bitPattern) }
    }

    @Test func tenRunsGiveTheSameBits() throws {
        let first = try train()
        for _ in 1..<10 { #expect(try train() == first) }
    }

    @Test func oneThreadGivesTheSameBitsAsTwo() throws {
        let count = Threads.count
        defer { Threads.count = count }
        Threads.count = 2
        let two = try train()
        Threads.count = 1
        #expect(try train() == two)
    }

    @Test func productsHaveTheSameBitsWithOneThreadAndTwo() throws {
        let count = Threads.count
        defer { Threads.count = count }
        var generator = Generator(seed: 10)
        for (m, k, n) in [
            (64, 784, 128), (64, 128, 784), (256, 512, 512), (1000, 33, 7), (130, 64, 1),
            (1, 500, 900),
        ] {
            let a = try generator.normal([m, k])
            let b = try generator.normal([k, n])
            let c = try generator.normal([m, n])
            var results: [[[Float]]] = []
            for threads in [1, 2] {
                Threads.count = threads
                results.append([
                    try matmul(a, b).values,
                    try matmul(c, b, transposeRight: true).values,
                    try matmul(a, c, transposeLeft: true).values,
                ])
            }
            #expect(results[0] == results[1], "\(m) x \(k) x \(n)")
        }
    }
}
