import Datasets
import Foundation
import Testing

@testable import Measures

@Suite struct DivergenceTests {
    @Test func isZeroExactlyForEqualDistributions() throws {
        let p = [0.1, 0.2, 0.3, 0.4]
        #expect(try Divergence.kl(p, p) == 0)
        #expect(try Divergence.js(p, p) == 0)
        #expect(try Divergence.jsDistance(p, p) == 0)
        #expect(try Divergence.totalVariation(p, p) == 0)
        #expect(try Divergence.pearson(p, p) == 0)
        #expect(try Divergence.leastSquares(p, p) == 0)
    }

    @Test func agreesWithHandComputedValues() throws {
        let (p, q) = ([0.5, 0.5], [0.25, 0.75])
        let kl = 0.5 * log(2.0) + 0.5 * log(2.0 / 3)
        #expect(abs(try Divergence.kl(p, q) - kl) < 1e-15)
        let js =
            0.5 * (0.5 * log(0.5 / 0.375) + 0.5 * log(0.5 / 0.625))
            + 0.5 * (0.25 * log(0.25 / 0.375) + 0.75 * log(0.75 / 0.625))
        #expect(abs(try Divergence.js(p, q) - js) < 1e-15)
        #expect(abs(try Divergence.jsDistance(p, q) - js.squareRoot()) < 1e-15)
        #expect(try Divergence.totalVariation(p, q) == 0.25)
        #expect(abs(try Divergence.pearson(p, q) - (0.0625 / 0.25 + 0.0625 / 0.75)) < 1e-15)
    }

    @Test func saysLogTwoAndInfinityForDisjointSupports() throws {
        let (p, q) = ([1.0, 0, 0], [0.0, 0.5, 0.5])
        #expect(abs(try Divergence.js(p, q) - log(2)) < 1e-15)
        #expect(try Divergence.kl(p, q) == .infinity)
        #expect(try Divergence.pearson(p, q) == .infinity)
        #expect(try Divergence.totalVariation(p, q) == 1)
        #expect(try Divergence.leastSquares(p, q) == 2)
    }

    @Test func neverExceedsLogTwoAndIsAMetricByItsRoot() throws {
        // 200 triples of random distributions: bounds, symmetry and the triangle inequality.
        var state: UInt64 = 1
        func random() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) * 0x1p-53
        }
        func masses() -> [Double] {
            let raw = (0..<6).map { _ in random() < 0.3 ? 0 : random() } + [0.01]
            return raw.map { $0 / raw.reduce(0, +) }
        }
        for _ in 0..<200 {
            let (p, q, r) = (masses(), masses(), masses())
            let (pq, qr, pr) = (
                try Divergence.jsDistance(p, q), try Divergence.jsDistance(q, r),
                try Divergence.jsDistance(p, r)
            )
            #expect(pq * pq <= log(2) + 1e-12)
            #expect(abs(pq - (try Divergence.jsDistance(q, p))) < 1e-12)
            #expect(pr <= pq + qr + 1e-12)
            // Pinsker: TV² <= KL / 2.
            let tv = try Divergence.totalVariation(p, q)
            #expect(tv * tv <= (try Divergence.kl(p, q)) / 2 + 1e-12)
        }
    }

    @Test func givesTheClosedFormForTwoGaussiansByQuadrature() throws {
        let p = try masses(mean: 0.5, deviation: 1)
        let q = try masses(mean: -0.3, deviation: 1.4)
        let kl = log(1.4) + (1 + 0.8 * 0.8) / (2 * 1.4 * 1.4) - 0.5
        #expect(abs(try Divergence.kl(p, q) - kl) < 1e-9)
        // Equal deviations s, means m apart: χ² = exp(m²/s²) - 1, TV = 2 Φ(m / 2s) - 1.
        let shifted = try masses(mean: 1.1, deviation: 1)
        #expect(abs(try Divergence.pearson(p, shifted) - (exp(0.36) - 1)) < 1e-9)
        let tv = erf(0.6 / 2 / 2.0.squareRoot())
        #expect(abs(try Divergence.totalVariation(p, shifted) - tv) < 1e-5)
    }

    @Test func linksTheMinimaxValueToJS() throws {
        // C(G) = 2 JS - log 4 at the optimal discriminator p / (p + q).
        let p = try masses(mean: 0, deviation: 1)
        let q = try masses(mean: 1, deviation: 1)
        let value = zip(p, q).reduce(0) { total, pair in
            total + pair.0 * log(pair.0 / (pair.0 + pair.1))
                + pair.1 * log(pair.1 / (pair.0 + pair.1))
        }
        #expect(abs(value - (2 * (try Divergence.js(p, q)) - log(4))) < 1e-9)
    }

    @Test func linksLeastSquaresToItsDivergence() throws {
        // a = -1, b = 1, c = 0: D* = (p - q) / (p + q), and 2 C(G) = E_p D*² + E_q D*².
        let p = try masses(mean: 0, deviation: 1)
        let q = try masses(mean: 0.7, deviation: 0.8)
        let twice = zip(p, q).reduce(0) { total, pair in
            let d = (pair.0 - pair.1) / (pair.0 + pair.1)
            return total + (pair.0 + pair.1) * d * d
        }
        #expect(abs(twice - (try Divergence.leastSquares(p, q))) < 1e-12)
    }

    @Test func countsIntoCellsThatAddUpToOne() throws {
        let shares = try Divergence.histogram([-5, 0, 0.1, 0.99, 1, 7], from: 0, to: 1, bins: 2)
        #expect(shares == [0.5, 0.5])
        #expect(throws: MeasureError.self) {
            try Divergence.histogram([], from: 0, to: 1, bins: 2)
        }
    }

    @Test func refusesWhatIsNoDistribution() {
        #expect(throws: MeasureError.widths(measure: "kl", left: [1], right: [2])) {
            try Divergence.kl([1], [0.5, 0.5])
        }
        #expect(throws: MeasureError.self) { try Divergence.js([-0.5, 1.5], [0.5, 0.5]) }
        #expect(throws: MeasureError.self) { try Divergence.js([.nan], [1]) }
    }

    private func masses(mean: Double, deviation: Double) throws -> [Double] {
        let data = try Dataset.gaussian(mean: [mean], deviation: deviation)
        let density = try #require(data.density)
        return try Divergence.masses(of: density, from: -15, to: 15, steps: 30_000)
    }
}
