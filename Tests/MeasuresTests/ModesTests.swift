import Datasets
import Foundation
import Tensors
import Testing

@testable import Measures

@Suite struct ModesTests {
    @Test func knowsTheCeilingOfHighQuality() {
        #expect(abs(ModeCoverage.withinThree(2) - (1 - exp(-4.5))) < 1e-12)
        #expect(abs(ModeCoverage.withinThree(1) - erf(3 / 2.0.squareRoot())) < 1e-12)
        #expect(abs(ModeCoverage.withinThree(2) - 0.9889) < 5e-5)
    }

    @Test(arguments: [(8, 2_500, 0.0014), (25, 2_500, 0.0048), (1000, 26_000, 0.0194)])
    func knowsTheFloorOfTheReverseKL(modes: Int, samples: Int, expected: Double) {
        let weights = [Double](repeating: 1 / Double(modes), count: modes)
        let floor = ModeCoverage.expectedKL(weights, samples: samples)
        #expect(abs(floor - expected) < 1.5e-4)
    }

    @Test func agreesWithSimulationForUnequalWeights() throws {
        let weights = [0.5, 0.3, 0.15, 0.05]
        var generator = Generator(seed: 4)
        let data = try Dataset.mixture(
            centres: [[0], [10], [20], [30]], deviations: [1, 1, 1, 1], weights: weights)
        let runs = try (0..<300).map { _ in
            let samples = try data.draw(batch: 200, generator: &generator).samples
            return try ModeCoverage(of: samples, in: data).reverseKL
        }
        let simulated = Statistics(runs)
        let floor = ModeCoverage.expectedKL(weights, samples: 200)
        #expect(abs(simulated.mean - floor) < 4 * simulated.error)
    }

    @Test func givesAPerfectSamplerItsPerfectFigures() throws {
        for data in [try Dataset.ring(8), try Dataset.grid25()] {
            var generator = Generator(seed: 2)
            let samples = try data.draw(batch: 2_500, generator: &generator).samples
            let found = try ModeCoverage(of: samples, in: data)
            #expect(found.captured == found.modes)
            #expect(abs(found.perfect.captured - Double(found.modes)) < 1e-9)
            #expect(abs(found.highQuality - found.perfect.highQuality) < 0.01)
            #expect(found.reverseKL < 3 * found.perfect.reverseKL)
            #expect(found.samples == 2_500)
        }
    }

    @Test func seesACollapseOntoFewModes() throws {
        let data = try Dataset.ring(8)
        let mixture = try #require(data.density?.mixture)
        let two = [0, 3].flatMap { mode in
            (0..<50).flatMap { _ in mixture.components[mode].centre.map { Float($0) } }
        }
        let found = try ModeCoverage(of: Tensor(two, shape: [100, 2]), in: data)
        #expect(found.captured == 2 && found.highQuality == 1)
        #expect(found.counts[0] == 50 && found.counts[3] == 50)
        // n of K modes hit alike: log(K / n).
        #expect(abs(found.reverseKL - log(4)) < 1e-12)
    }

    @Test func countsNothingCapturedFarFromEveryMode() throws {
        let found = try ModeCoverage(of: Tensor.zeros([10, 2]), in: Dataset.ring(8))
        #expect(found.captured == 0 && found.highQuality == 0)
        #expect(found.readings.map(\.samples) == [10, 10, 10])
        #expect(found.readings[0].sentence.contains("perfect"))
    }

    @Test func countsClassesLikeModes() throws {
        let found = try ClassCoverage(labels: [0, 1, 2, 3, 4] + [0, 1, 2, 3, 4], classes: 10)
        #expect(found.captured == 5)
        #expect(abs(found.reverseKL - log(2)) < 1e-12)
        #expect(throws: MeasureError.self) { try ClassCoverage(labels: [10], classes: 10) }
    }

    /// Data of two classes out of three, three to one: a sampler that hits them so is perfect.
    @Test func classesAreHeldAgainstTheSharesOfTheData() throws {
        let weights = [0.75, 0, 0.25]
        let found = try ClassCoverage(labels: [0, 0, 0, 2], classes: 3, weights: weights)
        #expect(found.captured == 2 && found.classes == 2)
        #expect(abs(found.reverseKL) < 1e-12 && found.perfectKL > 0 && found.perfectKL < 0.2)
        let wrong = try ClassCoverage(labels: [0, 1, 0, 2], classes: 3, weights: weights)
        #expect(wrong.reverseKL == .infinity)
    }

    @Test func refusesDataWithoutModes() throws {
        let spiral = try Dataset.swissRoll()
        #expect(
            throws: MeasureError.data(
                measure: "modes", name: "swiss_roll", lacks: "known modes")
        ) {
            try ModeCoverage(of: Tensor.zeros([10, 2]), in: spiral)
        }
        #expect(throws: MeasureError.self) {
            try ModeCoverage(of: Tensor.zeros([10, 3]), in: Dataset.ring(8))
        }
    }
}
