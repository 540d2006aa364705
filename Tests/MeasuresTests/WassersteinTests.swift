import Datasets
import Tensors
import Testing

@testable import Measures

@Suite struct WassersteinTests {
    @Test func isTheShiftOfAShiftedSample() throws {
        var generator = Generator(seed: 1)
        let values = try generator.normal([501]).values.map(Double.init)
        #expect(abs(try Wasserstein.line(values, values.map { $0 + 2.5 }) - 2.5) < 1e-12)
        #expect(try Wasserstein.line(values, values.shuffledBack) == 0)
    }

    @Test func agreesWithTheIntegralForDifferentCounts() throws {
        // F⁻¹ = 0 on [0, ½), 1 on [½, 1]; G⁻¹ = 0, 3, 6 on thirds.
        // Differences: [0, ⅓) 0, [⅓, ½) 3, [½, ⅔) 2, [⅔, 1] 5.
        let expected = 3.0 / 6 + 2.0 / 6 + 5.0 / 3
        #expect(abs(try Wasserstein.line([1, 0], [6, 0, 3]) - expected) < 1e-12)
    }

    @Test func ofParallelLinesIsTheirDistanceWhileJSIsLogTwo() throws {
        // Example 1 of arXiv:1701.07875. The same heights on both lines are the best pairing.
        for distance in [0.5, 0.05] {
            var one = Generator(seed: 5)
            var two = Generator(seed: 5)
            let left = try Dataset.line(at: 0).draw(batch: 200, generator: &one).samples
            let right = try Dataset.line(at: distance).draw(batch: 200, generator: &two).samples
            #expect(abs(try Wasserstein.exact(left, right) - distance) < 1e-6)
        }
    }

    @Test func findsTheBestPairingAmongAllOfThem() throws {
        // Every permutation of 6 points, 20 times.
        var generator = Generator(seed: 7)
        for _ in 0..<20 {
            let costs = try generator.uniform([6, 6]).values.map(Double.init)
            let best = permutations(6).map { order in
                order.enumerated().reduce(0) { $0 + costs[$1.offset * 6 + $1.element] }
            }.min()
            let found = Assignment(costs: costs, size: 6)
            #expect(abs(found.total - (best ?? -1)) < 1e-12)
            #expect(Set(found.columns).count == 6)
        }
    }

    @Test func inTwoDimensionsEqualsTheOneInOneOnALine() throws {
        var generator = Generator(seed: 8)
        let (a, b) = (try generator.normal([120]).values, try generator.uniform([120]).values)
        let flat = { (values: [Float]) in
            try Tensor(values.flatMap { [$0 * 0.6, $0 * 0.8] }, shape: [120, 2])
        }
        let line = try Wasserstein.line(a.map(Double.init), b.map(Double.init))
        #expect(abs(try Wasserstein.exact(flat(a), flat(b)) - line) < 1e-6)
    }

    @Test func neverExceedsAnyOtherPairing() throws {
        var generator = Generator(seed: 9)
        let (a, b) = (try generator.normal([300, 2]), try generator.normal([300, 2]))
        let (x, y) = (a.values, b.values)
        let straight = (0..<300).reduce(0.0) { total, row in
            let (dx, dy) = (
                Double(x[2 * row] - y[2 * row]), Double(x[2 * row + 1] - y[2 * row + 1])
            )
            return total + (dx * dx + dy * dy).squareRoot()
        }
        let exact = try Wasserstein.exact(a, b)
        #expect(exact > 0 && exact < straight / 300)
        // A projection shortens every way, so sliced lies below.
        #expect(try Wasserstein.sliced(a, b) < exact)
    }

    @Test func slicedOfAShiftIsTheMeanProjectionOfIt() throws {
        // Mean |cos| over the circle is 2 / π; 4,000 directions leave about 0.5 %.
        var generator = Generator(seed: 10)
        let a = try generator.normal([50, 2])
        let moved = try Tensor(
            a.values.enumerated().map { $0.offset % 2 == 0 ? $0.element + 3 : $0.element },
            shape: [50, 2])
        let sliced = try Wasserstein.sliced(a, moved, directions: 4000)
        #expect(abs(sliced - 3 * 2 / Double.pi) < 0.04)
        #expect(try Wasserstein.sliced(a, a) == 0)
    }

    @Test func refusesWhatCannotBeCompared() throws {
        let (two, three) = (try Tensor.zeros([4, 2]), try Tensor.zeros([4, 3]))
        #expect(throws: MeasureError.widths(measure: "wasserstein", left: [4, 2], right: [4, 3])) {
            try Wasserstein.exact(two, three)
        }
        #expect(throws: MeasureError.self) { try Wasserstein.exact(two, Tensor.zeros([5, 2])) }
        #expect(throws: MeasureError.notFinite(measure: "wasserstein")) {
            try Wasserstein.exact(two, Tensor.full([4, 2], .nan))
        }
        #expect(throws: MeasureError.self) { try Wasserstein.line([], [1]) }
        #expect(throws: MeasureError.self) { try Wasserstein.sliced(two, two, directions: 0) }
    }

    private func permutations(_ count: Int) -> [[Int]] {
        guard count > 0 else { return [[]] }
        return permutations(count - 1).flatMap { order in
            (0...order.count).map { place in
                Array(order[..<place]) + [count - 1] + Array(order[place...])
            }
        }
    }
}

extension [Double] {
    /// In another order.
    fileprivate var shuffledBack: [Double] { reversed() }
}
