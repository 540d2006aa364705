import Foundation
import Tensors
import Testing

@testable import Datasets

@Suite struct ToysTests {
    @Test func ringHasEightDistinctModesAsWGANGPScalesThem() throws {
        let ring = try Dataset.ring(8)
        let mixture = try #require(ring.density?.mixture)
        #expect(ring.shape == [2] && ring.count == nil && ring.classNames.count == 8)
        #expect(Set(mixture.components.map { "\($0.centre)" }).count == 8)
        for component in mixture.components {
            #expect(abs(hypot(component.centre[0], component.centre[1]) - 2 / 1.414) < 1e-12)
            #expect(abs(component.deviation - 0.02 / 1.414) < 1e-12 && component.weight == 0.125)
        }
        try expectUnitVariance(ring)
        // VEEGAN's scale.
        let other = try #require(try Dataset.ring(8, radius: 1).density?.mixture)
        #expect(abs(other.components[0].deviation - 0.01) < 1e-12)
    }

    @Test func gridHasTwentyFiveModesAsWGANGPScalesThem() throws {
        let grid = try Dataset.grid25()
        let mixture = try #require(grid.density?.mixture)
        #expect(Set(mixture.components.map { "\($0.centre)" }).count == 25)
        #expect(abs(mixture.components[0].centre[0] + 4 / 2.828) < 1e-12)
        #expect(abs(mixture.components[0].deviation - 0.05 / 2.828) < 1e-12)
        try expectUnitVariance(grid)
        let wide = try #require(try Dataset.grid25(spacing: 2).density?.mixture)
        #expect(abs(wide.components[0].deviation - 0.05) < 1e-12)
    }

    @Test func labelsAreTheModes() throws {
        let ring = try Dataset.ring(5, radius: 10, deviation: 0.1)
        var generator = Generator(seed: 1)
        let (points, labels) = try ring.draw(batch: 500, generator: &generator)
        let (values, classes) = (points.values, labels?.values ?? [])
        let mixture = try #require(ring.density?.mixture)
        for row in 0..<500 {
            let centre = mixture.components[Int(classes[row])].centre
            let away = hypot(
                Double(values[2 * row]) - centre[0], Double(values[2 * row + 1]) - centre[1])
            #expect(away < 0.6)
        }
        #expect(Set(classes).count == 5)
    }

    @Test func mixtureOfOnesOwnHasItsWeightsAndDensity() throws {
        let data = try Dataset.mixture(
            centres: [[-1], [2]], deviations: [0.5, 1], weights: [3, 1])
        let density = try #require(data.density)
        let normal = { (x: Double, m: Double, s: Double) in
            exp(-(x - m) * (x - m) / (2 * s * s)) / (s * (2 * Double.pi).squareRoot())
        }
        for x in [-2.0, -1, 0, 0.7, 3] {
            let expected = 0.75 * normal(x, -1, 0.5) + 0.25 * normal(x, 2, 1)
            #expect(abs(density([x]) - expected) < 1e-12)
        }
        // Far away the logarithm stays finite where the density is 0 in a Double.
        #expect(density([100]) == 0 && density.log([100]).isFinite)
        var generator = Generator(seed: 2)
        let labels = try data.draw(batch: 20_000, generator: &generator).labels?.values ?? []
        let share = Double(labels.filter { $0 == 0 }.count) / 20_000
        #expect(abs(share - 0.75) < 5 * (0.75 * 0.25 / 20_000).squareRoot())
    }

    @Test(arguments: ["ring", "grid25", "gaussian", "swiss_roll", "two_moons", "line"])
    func densityAddsUpToOneAndIsWhatIsDrawn(name: String) throws {
        let data = try toy(name)
        let density = try #require(data.density)
        // A grid of cells: the mass in each against the share of 40,000 draws.
        let (low, high, steps, fine) = (-3.0, 3.0, 12, 12)
        let width = (high - low) / Double(steps * fine)
        var masses = [Double](repeating: 0, count: steps * steps)
        for x in 0..<steps * fine {
            for y in 0..<steps * fine {
                let point = [low + (Double(x) + 0.5) * width, low + (Double(y) + 0.5) * width]
                masses[x / fine * steps + y / fine] += density(point) * width * width
            }
        }
        #expect(abs(masses.reduce(0, +) - 1) < 0.02)
        var generator = Generator(seed: 5)
        let drawn = try data.draw(batch: 40_000, generator: &generator).samples.values
        var shares = [Double](repeating: 0, count: steps * steps)
        for row in 0..<40_000 {
            let cell = { (value: Float) in Int((Double(value) - low) / (high - low) * Double(steps))
            }
            let (x, y) = (cell(drawn[2 * row]), cell(drawn[2 * row + 1]))
            guard (0..<steps).contains(x), (0..<steps).contains(y) else { continue }
            shares[x * steps + y] += 1 / 40_000
        }
        let far = zip(masses, shares).map { abs($0 - $1) - 5 * ($0 / 40_000).squareRoot() }
        #expect((far.max() ?? 1) < 2e-3)
    }

    @Test func swissRollIsScikitLearnsCurveDividedBySevenAndAHalf() throws {
        let roll = try Dataset.swissRoll(noise: 1e-6)
        var generator = Generator(seed: 6)
        let values = try roll.draw(batch: 200, generator: &generator).samples.values
        for row in 0..<200 {
            let (x, y) = (Double(values[2 * row]) * 7.5, Double(values[2 * row + 1]) * 7.5)
            // (t cos t, t sin t): the radius is t, and t gives the angle.
            let t = hypot(x, y)
            #expect(t > 1.5 * .pi - 1e-3 && t < 4.5 * .pi + 1e-3)
            #expect(abs(t * cos(t) - x) < 1e-2 && abs(t * sin(t) - y) < 1e-2)
        }
        // Both ends are reached: 200 draws of u come within 5 % of 0 and of 1.
        let radii = (0..<200).map {
            7.5 * hypot(Double(values[2 * $0]), Double(values[2 * $0 + 1]))
        }
        #expect((radii.min() ?? 9) < 1.65 * .pi && (radii.max() ?? 0) > 4.35 * .pi)
    }

    @Test func moonsAndLinesLieWhereTheyShould() throws {
        var generator = Generator(seed: 7)
        let (points, labels) = try Dataset.twoMoons(noise: 1e-4)
            .draw(batch: 300, generator: &generator)
        for (row, label) in (labels?.values ?? []).enumerated() {
            let (x, y) = (Double(points.values[2 * row]), Double(points.values[2 * row + 1]))
            let centre = label == 0 ? (0.0, 0.0) : (1.0, 0.5)
            #expect(abs(hypot(x - centre.0, y - centre.1) - 1) < 1e-3)
            #expect(label == 0 ? y > -1e-3 : y < 0.5 + 1e-3)
        }
        let line = try Dataset.line(at: 0.25).draw(batch: 100, generator: &generator).samples.values
        #expect((0..<100).allSatisfy { line[2 * $0] == 0.25 && (0...1).contains(line[2 * $0 + 1]) })
    }

    @Test func optimalDiscriminatorComesFromTheDensities() throws {
        // σ(D*) = p / (p + q) = σ(log p - log q), at a point between two Gaussians.
        let p = try #require(try Dataset.gaussian(mean: [0, 0]).density)
        let q = try #require(try Dataset.gaussian(mean: [1, 0]).density)
        let logit = p.log([0.25, 0.3]) - q.log([0.25, 0.3])
        #expect(abs(logit - 0.25) < 1e-12)
    }

    @Test func showsTheSameExamplesEachTimeAndRefusesAnEnd() throws {
        let ring = try Dataset.ring(8)
        #expect(try ring.examples(10).samples.values == ring.examples(10).samples.values)
        #expect(throws: DatasetError.endless(name: "ring", wanted: "all examples")) {
            try ring.all()
        }
        #expect(
            DatasetError.endless(name: "ring", wanted: "a split").message
                == "ring is a distribution without an end, so it has no split")
        #expect(throws: DatasetError.self) { try Dataset.ring(0) }
        #expect(throws: DatasetError.self) { try Dataset.ring(8, radius: .nan) }
        #expect(throws: DatasetError.self) { try Dataset.twoMoons(noise: 0) }
        #expect(throws: DatasetError.self) {
            try Dataset.mixture(centres: [[0], [1, 2]], deviations: [1, 1])
        }
        #expect(throws: DatasetError.self) { try Dataset.mixture(centres: [], deviations: []) }
    }

    private func toy(_ name: String) throws -> Dataset {
        switch name {
        case "ring": try Dataset.ring(8, deviation: 0.1)
        case "grid25": try Dataset.grid25(deviation: 0.1)
        case "gaussian": try Dataset.gaussian(mean: [0.3, -0.2], deviation: 0.6)
        case "swiss_roll": try Dataset.swissRoll(noise: 1)
        case "two_moons": try Dataset.twoMoons(noise: 0.15)
        default: try Dataset.line(at: 0.4, deviation: 0.2)
        }
    }

    private func expectUnitVariance(_ data: Dataset) throws {
        var generator = Generator(seed: 8)
        let values = try data.draw(batch: 20_000, generator: &generator).samples.values
        for axis in 0..<2 {
            let squares = stride(from: axis, to: values.count, by: 2).map {
                values[$0] * values[$0]
            }
            #expect(abs(squares.reduce(0, +) / 20_000 - 1) < 0.03)
        }
    }
}
