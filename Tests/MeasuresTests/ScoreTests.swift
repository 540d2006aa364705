import Foundation
import Tensors
import Testing

@testable import Measures

@Suite struct InceptionScoreTests {
    @Test func isTheNumberOfClassesForCertainAndBalancedAnswers() throws {
        let rows = (0..<1000).flatMap { row in (0..<10).map { $0 == row % 10 ? Float(1) : 0 } }
        let (value, deviation) = try InceptionScore.score(Tensor(rows, shape: [1000, 10]))
        #expect(abs(value - 10) < 1e-9 && deviation < 1e-9)
    }

    @Test func isOneForAnswersThatAreAllAlike() throws {
        let (value, _) = try InceptionScore.score(Tensor.full([100, 10], 0.1))
        #expect(abs(value - 1) < 1e-6)
        let certain = (0..<100).flatMap { _ -> [Float] in [1, 0, 0] }
        #expect(abs(try InceptionScore.score(Tensor(certain, shape: [100, 3])).value - 1) < 1e-9)
    }

    @Test func agreesWithAHandComputedValue() throws {
        // Two answers (0.9, 0.1) and (0.3, 0.7), marginal (0.6, 0.4), one part.
        let probabilities = try Tensor([0.9, 0.1, 0.3, 0.7], shape: [2, 2])
        let first = 0.9 * log(0.9 / 0.6) + 0.1 * log(0.1 / 0.4)
        let second = 0.3 * log(0.3 / 0.6) + 0.7 * log(0.7 / 0.4)
        let value = try InceptionScore.score(probabilities, splits: 1).value
        #expect(abs(value - exp((first + second) / 2)) < 1e-6)
    }

    @Test func refusesWhatIsNoTableOfProbabilities() throws {
        #expect(throws: MeasureError.self) { try InceptionScore.score(Tensor.zeros([3])) }
        #expect(throws: MeasureError.self) { try InceptionScore.score(Tensor.full([3, 2], -1)) }
        #expect(throws: MeasureError.self) { try InceptionScore.score(Tensor.zeros([0, 2])) }
    }
}

@Suite struct FrechetTests {
    @Test func ofGaussiansInClosedForm() throws {
        // Diagonal covariances: |μ|² + Σ (s1 - s2)².
        let left = Frechet.Fit(mean: [1, 2, 3], covariance: [4, 0, 0, 0, 9, 0, 0, 0, 1])
        let right = Frechet.Fit(mean: [0, 2, 5], covariance: [1, 0, 0, 0, 1, 0, 0, 0, 16])
        #expect(abs(try Frechet.distance(left, right) - (5 + 1 + 4 + 9)) < 1e-12)
        #expect(try Frechet.distance(left, left) < 1e-12)
    }

    /// By a matrix of samples, where those are fewer, and by covariances of features.
    @Test func isTheSameForFewerSamplesThanFeatures() throws {
        var generator = Generator(seed: 5)
        let left = try generator.normal([9, 20])
        let right = try generator.normal([14, 20]) * 2 + 0.5
        let direct = try Frechet.distance(left, right)
        let fitted = try Frechet.distance(Frechet.Fit(left), Frechet.Fit(right))
        #expect(abs(direct - fitted) < 1e-5 * fitted)
        #expect(try Frechet.distance(left, left) < 1e-5)
    }

    @Test func isSymmetricAndUnchangedByARotation() throws {
        // Full covariances A Aᵀ of random A; both Gaussians turned by the same rotation.
        var generator = Generator(seed: 3)
        let fits = try (0..<2).map { _ in
            try Frechet.Fit(
                mean: generator.normal([2]).values.map(Double.init),
                covariance: gram(generator.normal([2, 2]).values.map(Double.init)))
        }
        let turned = fits.map { fit in
            let (c, s) = (cos(0.7), sin(0.7))
            let (m, a) = (fit.mean, fit.covariance)
            return Frechet.Fit(
                mean: [c * m[0] - s * m[1], s * m[0] + c * m[1]],
                covariance: [
                    c * c * a[0] - 2 * c * s * a[1] + s * s * a[3],
                    c * s * (a[0] - a[3]) + (c * c - s * s) * a[1],
                    c * s * (a[0] - a[3]) + (c * c - s * s) * a[1],
                    s * s * a[0] + 2 * c * s * a[1] + c * c * a[3],
                ])
        }
        let distance = try Frechet.distance(fits[0], fits[1])
        #expect(distance > 0.01)
        #expect(abs(distance - (try Frechet.distance(fits[1], fits[0]))) < 1e-10)
        #expect(abs(distance - (try Frechet.distance(turned[0], turned[1]))) < 1e-10)
    }

    @Test func hasTheBiasOfFiniteSamplesThatTheReferenceNames() throws {
        // 64 Gaussian features, same distribution on both sides: 4.63 at 500, 1.05 at 2,000.
        for (count, expected) in [(500, 4.63), (2_000, 1.05)] {
            var generator = Generator(seed: UInt64(count))
            let distance = try Frechet.distance(
                generator.normal([count, 64]), generator.normal([count, 64]))
            #expect(abs(distance - expected) < 0.1 * expected)
        }
    }

    @Test func takesFewerSamplesThanFeatures() throws {
        var generator = Generator(seed: 6)
        let (a, b) = (try generator.normal([10, 40]), try generator.normal([10, 40]))
        let distance = try Frechet.distance(a, b)
        #expect(distance.isFinite && distance > 0)
        #expect(try Frechet.distance(a, a) < 1e-9)
        #expect(throws: MeasureError.self) { try Frechet.distance(a, Tensor.zeros([1, 40])) }
    }

    private func gram(_ a: [Double]) -> [Double] {
        let off = a[0] * a[2] + a[1] * a[3]
        return [a[0] * a[0] + a[1] * a[1], off, off, a[2] * a[2] + a[3] * a[3]]
    }
}

@Suite struct SymmetricEigenTests {
    @Test(arguments: [1, 2, 3, 10, 64])
    func givesBackTheMatrix(size n: Int) throws {
        var generator = Generator(seed: UInt64(n))
        let a = try generator.normal([n, n]).values.map(Double.init)
        let matrix = (0..<n * n).map { a[$0] + a[$0 % n * n + $0 / n] }
        let eigen = SymmetricEigen(matrix, size: n)
        var worst = 0.0
        for row in 0..<n {
            for column in 0..<n {
                var (value, unit) = (0.0, 0.0)
                for index in 0..<n {
                    let (x, y) = (eigen.vectors[row * n + index], eigen.vectors[column * n + index])
                    value += eigen.values[index] * x * y
                    unit += x * y
                }
                worst = max(worst, abs(value - matrix[row * n + column]))
                worst = max(worst, abs(unit - (row == column ? 1 : 0)))
            }
        }
        #expect(worst < 1e-11)
    }

    @Test func takesTheRootOfASingularMatrix() {
        // [[4, 4], [4, 4]] has eigenvalues 8 and 0; its root is [[√2, √2], [√2, √2]].
        let root = SymmetricEigen([4, 4, 4, 4], size: 2).squareRoot
        #expect(root.allSatisfy { abs($0 - 2.0.squareRoot()) < 1e-12 })
        #expect(SymmetricEigen([0, 0, 0, 0], size: 2).squareRoot == [0, 0, 0, 0])
    }
}

@Suite struct DiscrepancyTests {
    @Test func agreesWithTheSumsByHand() throws {
        // Points 0, 1 and 2, 4 with width 1, without the equal pairs.
        let k = { (x: Double, y: Double) in exp(-(x - y) * (x - y) / 2) }
        let between = k(0, 2) + k(0, 4) + k(1, 2) + k(1, 4)
        let expected = k(0, 1) + k(2, 4) - 2 * between / 4
        let found = try Discrepancy.gaussian(
            Tensor([0, 1], shape: [2, 1]), Tensor([2, 4], shape: [2, 1]), width: 1)
        #expect(abs(found - expected) < 1e-12)
        let p = { (x: Double, y: Double) in (x * y + 1) * (x * y + 1) * (x * y + 1) }
        let cubic = p(0, 1) + p(2, 4) - 2 * (p(0, 2) + p(0, 4) + p(1, 2) + p(1, 4)) / 4
        let kid = try Discrepancy.polynomial(
            Tensor([0, 1], shape: [2, 1]), Tensor([2, 4], shape: [2, 1]))
        #expect(abs(kid - cubic) < 1e-9)
    }

    @Test func isZeroOnAverageForEqualDistributionsAndNotForOthers() throws {
        var generator = Generator(seed: 11)
        let runs = try (0..<60).map { _ in
            try Discrepancy.gaussian(
                generator.normal([40, 2]), generator.normal([40, 2]), width: 1)
        }
        let statistics = Statistics(runs)
        #expect(abs(statistics.mean) < 4 * statistics.error)
        #expect(runs.contains { $0 < 0 })
        // Closed form of two unit Gaussians in 1-D, means m apart, kernel width 1:
        // 2 (1 - exp(-m² / 6)) / √3.
        let shifted = try (0..<20).map { _ in
            try Discrepancy.gaussian(
                generator.normal([200, 1]), generator.normal([200, 1], mean: 1.5), width: 1)
        }
        let expected = 2 * (1 - exp(-1.5 * 1.5 / 6)) / 3.0.squareRoot()
        let found = Statistics(shifted)
        #expect(abs(found.mean - expected) < 4 * found.error)
    }

    @Test func givesKIDWithAnErrorOverParts() throws {
        var generator = Generator(seed: 12)
        let (a, b) = (try generator.normal([400, 8]), try generator.normal([400, 8]))
        let same = try Discrepancy.kid(a, b)
        #expect(abs(same.value) < 5 * same.error && same.error > 0)
        let other = try Discrepancy.kid(a, generator.normal([400, 8], mean: 1))
        #expect(other.value > 10 * other.error)
    }
}

@Suite struct ManifoldTests {
    @Test func isOneForSamplesFromTheData() throws {
        var generator = Generator(seed: 13)
        let found = try Manifold(
            real: generator.normal([500, 2]), generated: generator.normal([500, 2]), neighbours: 5)
        #expect(found.precision > 0.93 && found.recall > 0.93)
        #expect(abs(found.density - 1) < 0.1 && found.coverage > 0.9)
    }

    @Test func tellsFidelityFromDiversity() throws {
        // Real: two far clusters. Generated: one of them (precise, half recalled).
        var generator = Generator(seed: 14)
        let near = try generator.normal([200, 2]).values
        let far = try generator.normal([200, 2], mean: 100).values
        let real = try Tensor(near + far, shape: [400, 2])
        let one = try Manifold(real: real, generated: generator.normal([200, 2]))
        #expect(one.precision > 0.9 && abs(one.recall - 0.5) < 0.06)
        // Generated: both, and as many again in a third place without data.
        let away = try generator.normal([400, 2], mean: -100).values
        let spread = try Tensor(near + far + away, shape: [800, 2])
        let wide = try Manifold(real: real, generated: spread)
        #expect(abs(wide.precision - 0.5) < 0.01 && wide.recall > 0.99)
        #expect(throws: MeasureError.self) {
            try Manifold(real: real, generated: Tensor.zeros([3, 2]))
        }
    }
}

@Suite struct SimilarityTests {
    @Test func isOneForEqualImagesAndLessForOthers() throws {
        var generator = Generator(seed: 15)
        let (a, b) = (try generator.uniform([28, 28, 1]), try generator.uniform([28, 28, 1]))
        #expect(abs(try Similarity.msSSIM(a, a) - 1) < 1e-12)
        let other = try Similarity.msSSIM(a, b)
        #expect(other < 0.5 && other >= 0)
        #expect(abs(other - (try Similarity.msSSIM(b, a))) < 1e-12)
    }

    @Test func dependsOnlyOnMeansForFlatImages() throws {
        // Flat images have no contrast: one scale is left at 8x8, and
        // SSIM = (2xy + c1) / (x² + y² + c1).
        let found = try Similarity.msSSIM(
            Tensor.full([8, 8, 1], 0.5), Tensor.full([8, 8, 1], 0.25))
        let expected = (2 * 0.125 + 1e-4) / (0.25 + 0.0625 + 1e-4)
        #expect(abs(found - expected) < 1e-9)
    }

    @Test func risesWhenTheSamplesRepeat() throws {
        var generator = Generator(seed: 16)
        let varied = try generator.uniform([20, 16, 16, 1])
        let first = Array(varied.values[..<256])
        let repeated = try Tensor(
            (0..<20).flatMap { _ in first }, shape: [20, 16, 16, 1])
        #expect(abs(try Similarity.pairwise(repeated).value - 1) < 1e-9)
        #expect(try Similarity.pairwise(varied).value < 0.3)
        #expect(throws: MeasureError.self) { try Similarity.pairwise(Tensor.zeros([1, 8, 8, 1])) }
    }
}

@Suite struct CalibrationTests {
    @Test func isZeroWhenConfidenceIsAccuracy() throws {
        let confidences = [Double](repeating: 0.75, count: 8)
        let right = [true, true, true, false, true, true, true, false]
        let found = try Calibration(confidences: confidences, isRight: right)
        #expect(found.expectedError == 0 && found.accuracy == 0.75 && found.cells.count == 1)
    }

    @Test func isTheGapWhenItIsNot() throws {
        let found = try Calibration(
            probabilities: [0.9, 0.9, 0.1, 0.1], isReal: [true, false, false, true])
        #expect(abs(found.expectedError - 0.4) < 1e-12 && found.accuracy == 0.5)
        let sure = try Calibration(probabilities: [0.9, 0.2, 0.7], isReal: [true, false, true])
        #expect(sure.accuracy == 1 && abs(sure.expectedError - 0.2) < 1e-12)
        #expect(throws: MeasureError.self) {
            try Calibration(confidences: [1.5], isRight: [true])
        }
    }
}

@Suite struct ReadingTests {
    @Test func saysEverythingThatOneNeedsToJudgeIt() {
        let reading = Reading(
            "FID", 12.3456, error: 0.5, perfect: 1.05, samples: 2000, note: "accuracy 0.97")
        #expect(
            reading.sentence
                == "FID 12.35 ± 0.5 (perfect: 1.05) from 2000 samples; accuracy 0.97")
        #expect(Figure.text(0) == "0" && Figure.text(-0.000123449) == "-0.0001234")
        #expect(Figure.text(1234.5) == "1235" && Figure.text(.infinity) == "infinite")
        #expect(Figure.text(10) == "10" && Figure.text(0.9889) == "0.9889")
    }
}
