import Foundation
import Testing

@testable import Tensors

/// The updates against their papers' formulas in double precision.
@Suite struct UpdateTests {
    @Test func adamIsAlgorithmOne() throws {
        var generator = Generator(seed: 8)
        let start = try generator.normal([5, 7])
        var w = [start, try generator.normal([20_001])]
        var m = try w.map { try Tensor.zeros($0.shape) }
        var v = m
        var (dw, dm, dv) = (w.map { $0.values.map(Double.init) }, [[Double]](), [[Double]]())
        dm = dw.map { $0.map { _ in 0 } }
        dv = dm
        for step in 1...5 {
            let g = try w.map { try generator.normal($0.shape) }
            try Update.adam(
                &w, gradients: g, first: &m, second: &v, step: step, rate: 0.01, beta1: 0.5,
                beta2: 0.9, epsilon: 1e-3)
            for (t, gradient) in g.enumerated() {
                for (i, value) in gradient.values.enumerated() {
                    dm[t][i] = 0.5 * dm[t][i] + 0.5 * Double(value)
                    dv[t][i] = 0.9 * dv[t][i] + 0.1 * Double(value) * Double(value)
                    let first = dm[t][i] / (1 - pow(0.5, Double(step)))
                    let second = dv[t][i] / (1 - pow(0.9, Double(step)))
                    dw[t][i] -= 0.01 * first / (second.squareRoot() + 1e-3)
                }
            }
        }
        for (tensor, expected) in zip(w, dw) {
            for (value, exact) in zip(tensor.values, expected) {
                #expect(abs(Double(value) - exact) < 1e-6)
            }
        }
        #expect(try start.values == Generator(seed: 8).normalAgain([5, 7]))
    }

    @Test func momentumRmspropAndAveragesFollowTheirFormulas() throws {
        var w = [Tensor(1)]
        var state = [Tensor(0)]
        try Update.momentum(&w, gradients: [Tensor(2)], velocity: &state, rate: 0.1, momentum: 0.9)
        try Update.momentum(&w, gradients: [Tensor(2)], velocity: &state, rate: 0.1, momentum: 0.9)
        #expect(abs(try w[0].item() - (1 - 0.2 - 0.38)) < 1e-6)
        w = [Tensor(1)]
        state = [Tensor(0)]
        try Update.rmsprop(&w, gradients: [Tensor(2)], squares: &state, rate: 0.1, rho: 0.75)
        #expect(abs(try w[0].item() - 0.8) < 1e-6)
        try Update.blend(&w, toward: [Tensor(1.8)], keep: 0.9)
        #expect(abs(try w[0].item() - 0.9) < 1e-6)
        try Update.scale(&w, by: 10)
        try Update.clamp(&w, -1, 3)
        #expect(try w[0].item() == 3)
        #expect(abs(Update.norm([try Tensor([3], shape: [1]), Tensor(4)]) - 5) < 1e-12)
    }

    @Test func anOwnedTensorIsUpdatedInPlaceAndASharedOneIsCopied() throws {
        var w = [try Tensor.ones([100]).tracked()]
        let address = w[0].p
        try Update.scale(&w, by: 2)
        #expect(w[0].p == address)
        #expect(w[0].isTracked)
        let held = w[0]
        try Update.scale(&w, by: 2)
        #expect(w[0].p != held.p)
        #expect(held.values.first == 2)
        #expect(w[0].values.first == 4)
    }

    @Test func aGraphRecordedBeforeAnUpdateStaysTrue() throws {
        var w = [Tensor(3).tracked()]
        let leaf = w[0]
        let y = try leaf.square()
        try Update.scale(&w, by: 10)
        #expect(try gradients(of: y, at: [leaf])[0].item() == 6)
        #expect(try gradients(of: w[0].square(), at: w)[0].item() == 60)
        #expect(try gradients(of: y, at: w)[0].item() == 0)
    }

    @Test func nothingChangesWhenShapesDoNotFit() throws {
        var w = [Tensor(1), Tensor(2)]
        var m = [Tensor(0), Tensor(0)]
        var v = m
        #expect(throws: TensorError.self) {
            try Update.adam(
                &w, gradients: [Tensor(1), Tensor.ones([2])], first: &m, second: &v, step: 1,
                rate: 1)
        }
        #expect(try w.map { try $0.item() } == [1, 2])
    }
}

extension Generator {
    fileprivate func normalAgain(_ shape: [Int]) throws -> [Float] {
        var copy = self
        return try copy.normal(shape).values
    }
}
