import Foundation
import Tensors
import Testing

@testable import Networks

/// Optimisers against the formulas of their papers, computed in double precision.
@Suite struct OptimizerTests {
    static let starts: [[Float]] = [[1, -2, 0.5], [0.1, 3]]

    /// The gradients of step `t`: different at each step and element.
    static func slopes(_ step: Int) -> [[Float]] {
        starts.enumerated().map { place, start in
            start.indices.map { Float(sin(Double(3 * step + 5 * place + 7 * $0))) }
        }
    }

    private func parameters() throws -> [Parameter] {
        try Self.starts.map { Parameter("p", try tensor($0, [$0.count])) }
    }

    /// Runs five steps beside `rule`, which gets (w, g, memory, step) of one element.
    private func compare(
        _ optimizer: Optimizer, _ rule: (inout Double, Double, inout [Double], Int) -> Void
    ) throws {
        var optimizer = optimizer
        let parameters = try parameters()
        var expected = Self.starts.map { $0.map { Double($0) } }
        var memory = Self.starts.map { $0.map { _ in [0.0, 0.0] } }
        for step in 1...5 {
            let slopes = Self.slopes(step)
            try optimizer.step(
                parameters, try slopes.map { try tensor($0, [$0.count]) })
            for (place, slope) in slopes.enumerated() {
                for (element, g) in slope.enumerated() {
                    rule(&expected[place][element], Double(g), &memory[place][element], step)
                    #expect(
                        abs(
                            Double(parameters[place].value.values[element])
                                - expected[place][element]) < 2e-6)
                }
            }
        }
        #expect(optimizer.state.step == 5)
    }

    @Test("SGD goes against the gradient")
    func sgd() throws {
        try compare(try .sgd(0.1)) { w, g, _, _ in w -= 0.1 * g }
    }

    @Test("momentum is v <- mu v + g, w <- w - rate v")
    func momentum() throws {
        try compare(try .sgd(0.1, momentum: 0.9)) { w, g, memory, _ in
            memory[0] = 0.9 * memory[0] + g
            w -= 0.1 * memory[0]
        }
    }

    @Test("Nesterov's momentum looks ahead, and decay adds to the gradient")
    func nesterov() throws {
        let rule = Optimizer.Rule.sgd(momentum: 0.8, nesterov: true, decay: 0.01)
        try compare(try Optimizer(rule, rate: 0.05)) { w, g, memory, _ in
            let g = g + 0.01 * w
            memory[0] = 0.8 * memory[0] + g
            w -= 0.05 * (g + 0.8 * memory[0])
        }
    }

    @Test("Adam is algorithm 1 of Kingma and Ba, epsilon added to the corrected root")
    func adam() throws {
        // A large epsilon, so that its place shows.
        let rule = Optimizer.Rule.adam(beta1: 0.5, beta2: 0.9, epsilon: 0.1)
        try compare(try Optimizer(rule, rate: 0.01)) { w, g, memory, step in
            memory[0] = 0.5 * memory[0] + 0.5 * g
            memory[1] = 0.9 * memory[1] + 0.1 * g * g
            let m = memory[0] / (1 - pow(0.5, Double(step)))
            let v = memory[1] / (1 - pow(0.9, Double(step)))
            w -= 0.01 * m / (v.squareRoot() + 0.1)
        }
    }

    @Test("Adam's decay is decoupled from the gradient")
    func decay() throws {
        let rule = Optimizer.Rule.adam(beta1: 0, beta2: 0.9, epsilon: 1e-8, decay: 0.1)
        try compare(try Optimizer(rule, rate: 0.01)) { w, g, memory, step in
            memory[1] = 0.9 * memory[1] + 0.1 * g * g
            let v = memory[1] / (1 - pow(0.9, Double(step)))
            w -= 0.01 * 0.1 * w + 0.01 * g / (v.squareRoot() + 1e-8)
        }
    }

    @Test("RMSProp divides by the root of an average square")
    func rmsprop() throws {
        try compare(try Optimizer(.rmsprop(rho: 0.9, epsilon: 0.01), rate: 0.01)) {
            w, g, memory, _ in
            memory[0] = 0.9 * memory[0] + 0.1 * g * g
            w -= 0.01 * g / (memory[0].squareRoot() + 0.01)
        }
    }

    @Test("a schedule scales the rate, a bound keeps weights, norms keep gradients")
    func limits() throws {
        var optimizer = try Optimizer.sgd(1)
        optimizer.schedule = .step(rate: 0.5, every: 1)
        let parameter = Parameter("p", try tensor([0], [1]))
        for expected: Float in [-1, -1.5, -1.75] {
            try optimizer.step([parameter], [try tensor([1], [1])])
            #expect(parameter.value.values == [expected])
        }
        optimizer = try .sgd(1)
        optimizer.weightBound = 0.01
        try optimizer.step([parameter], [try tensor([1], [1])])
        #expect(parameter.value.values == [-0.01])
        optimizer = try .sgd(1)
        optimizer.gradientNorm = 5
        let other = Parameter("q", try tensor([0], [1]))
        try parameter.set(tensor([0], [1]))
        try optimizer.step([parameter, other].reversed(), [tensor([30], [1]), tensor([40], [1])])
        #expect(distance(other.value, try tensor([-3], [1])) < 1e-6)
        #expect(distance(parameter.value, try tensor([-4], [1])) < 1e-6)
        optimizer.gradientNorm = nil
        optimizer.gradientValue = 2
        try parameter.set(tensor([0], [1]))
        try optimizer.step([other, parameter], [tensor([1], [1]), tensor([-7], [1])])
        #expect(parameter.value.values == [2])
    }

    @Test("schedules start at 1 and end where they should")
    func schedules() {
        #expect(Schedule.constant.factor(at: 1000) == 1)
        let linear = Schedule.linear(to: 0, over: 10)
        #expect([0, 5, 10, 20].map(linear.factor) == [1, 0.5, 0, 0])
        let cosine = Schedule.cosine(to: 0.2, over: 10)
        #expect(abs(cosine.factor(at: 5) - 0.6) < 1e-12)
        #expect(cosine.factor(at: 0) == 1 && abs(cosine.factor(at: 99) - 0.2) < 1e-12)
        #expect(abs(Schedule.exponential(rate: 0.25, every: 10).factor(at: 5) - 0.5) < 1e-12)
        #expect([9, 10, 20].map(Schedule.step(rate: 0.5, every: 10).factor) == [1, 0.5, 0.25])
        let warm = Schedule.warmup(over: 4, then: .linear(to: 0, over: 2))
        #expect([0, 3, 4, 5].map(warm.factor) == [0.25, 1, 1, 0.5])
    }

    @Test("a gradient that is not finite changes nothing")
    func nonFinite() throws {
        var optimizer = try Optimizer.adam()
        let parameters = try parameters()
        let good = try Self.slopes(1).map { try tensor($0, [$0.count]) }
        try optimizer.step(parameters, good)
        let before = parameters.map(\.value.values)
        var bad = good
        bad[1] = try tensor([.nan, 0], [2])
        #expect(throws: NetworkError.nonFinite(parameter: "p")) {
            try optimizer.step(parameters, bad)
        }
        #expect(parameters.map(\.value.values) == before)
        #expect(optimizer.state.step == 1)
    }

    @Test("a copy forks, a snapshot goes back, a fresh one forgets")
    func forks() throws {
        var optimizer = try Optimizer.adam(0.1)
        let parameters = try parameters()
        let slopes = try Self.slopes(1).map { try tensor($0, [$0.count]) }
        try optimizer.step(parameters, slopes)
        let snapshot = Snapshot(parameters: parameters, buffers: [])
        let saved = parameters.map(\.value.values)
        var fork = optimizer
        try optimizer.step(parameters, slopes)
        let after = parameters.map(\.value.values)
        snapshot.restore()
        #expect(parameters.map(\.value.values) == saved)
        try fork.step(parameters, slopes)
        #expect(parameters.map(\.value.values) == after)
        #expect(optimizer.fresh().state.step == 0)
    }

    @Test("an update keeps a graph recorded before true")
    func graphs() throws {
        var optimizer = try Optimizer.sgd(1)
        let parameter = Parameter("p", try tensor([2], [1]))
        let square = try parameter.value.square()
        let leaf = parameter.value
        try optimizer.step([parameter], [try tensor([1], [1])])
        #expect(parameter.value.values == [1])
        #expect(try gradients(of: square, at: [leaf])[0].values == [4])
        #expect(try gradients(of: square, at: [parameter.value])[0].values == [0])
    }

    @Test("it changes elements in place that nobody else holds, and copies others")
    func inPlace() throws {
        var optimizer = try Optimizer.adam()
        let parameter = Parameter("p", try Tensor.zeros([1000]))
        let slope = try Tensor.ones([1000])
        try optimizer.step([parameter], [slope])
        func place() -> UnsafePointer<Float>? { parameter.value.withValues(\.baseAddress) }
        let before = place()
        for _ in 0..<10 {
            let gradient = try gradients(of: parameter.value * slope, at: [parameter.value])
            try optimizer.step([parameter], gradient)
        }
        #expect(place() == before)
        let held = parameter.value
        try optimizer.step([parameter], [slope])
        #expect(place() != before)
        #expect(held.values[0] > parameter.value.values[0])
    }

    @Test("a parameter named twice moves once")
    func twice() throws {
        var optimizer = try Optimizer.sgd(1)
        let parameter = Parameter("p", try tensor([0], [1]))
        let slope = try tensor([1], [1])
        try optimizer.step([parameter, parameter], [slope, slope])
        #expect(parameter.value.values == [-1])
        try clip([parameter, parameter], to: 0.5)
        #expect(parameter.value.values == [-0.5])
    }

    @Test("settings and states that cannot be are faults")
    func faults() throws {
        #expect(throws: NetworkError.self) { try Optimizer.adam(-1) }
        #expect(throws: NetworkError.self) { try Optimizer.adam(.nan) }
        #expect(throws: NetworkError.self) { try Optimizer.adam(1e300) }
        #expect(throws: NetworkError.self) { try Optimizer.adam(1e-3, beta1: 1) }
        #expect(throws: NetworkError.self) { try Optimizer.sgd(1, momentum: 1.5) }
        #expect(throws: NetworkError.self) { try Optimizer.rmsprop(1, rho: -1) }
        var optimizer = try Optimizer.adam()
        let parameters = try parameters()
        #expect(throws: NetworkError.self) { try optimizer.step(parameters, []) }
        #expect(throws: TensorError.self) {
            try optimizer.step([parameters[0]], [try tensor([1], [1])])
        }
        let slopes = try Self.slopes(1).map { try tensor($0, [$0.count]) }
        try optimizer.step(parameters, slopes)
        #expect(throws: NetworkError.self) {
            try optimizer.step([parameters[0]], [slopes[0]])
        }
    }

    @Test("averages follow slowly, and clipping says the norm")
    func averages() throws {
        let average = Parameter("a", try tensor([0, 1], [2]))
        let parameter = Parameter("p", try tensor([1, 1], [2]))
        try Networks.average([average], toward: [parameter], keep: 0.75)
        #expect(average.value.values == [0.25, 1])
        var slopes = [try tensor([3], [1]), try tensor([4], [1])]
        #expect(try clip(&slopes, norm: 10) == 5)
        #expect(slopes[0].values == [3])
        #expect(try clip(&slopes, norm: 1) == 5)
        #expect(abs(slopes[1].values[0] - 0.8) < 1e-6)
        try clip([parameter], to: 0.01)
        #expect(parameter.value.values == [0.01, 0.01])
        #expect(throws: NetworkError.self) { try clip(&slopes, norm: 0) }
        #expect(throws: NetworkError.self) { try clip([parameter], to: -1) }
    }
}
