import CKernels
import Foundation
import Testing

/// Each level of the C kernels held to a naive reference in double precision.
@Suite struct KernelTests {
    static let levels = [KERNELS_BASELINE, KERNELS_AVX2, KERNELS_AVX512]
    /// Lengths around every vector width, and more than one block of a sum.
    static let lengths: [Int] = [0, 1, 3, 7, 8, 9, 15, 16, 17, 31, 33, 100, 1025, 5000]

    /// Runs `body` on each level up to the processor's best, on this thread.
    func onEachLevel(_ body: (kernels_level) throws -> Void) rethrows {
        defer { kernels_use_level(KERNELS_BEST) }
        for level in Self.levels where level.rawValue <= kernels_best_level().rawValue {
            kernels_use_level(level)
            try body(level)
        }
    }

    static let unary:
        [(kernels_unary_op, Float, Float, ClosedRange<Double>, @Sendable (Double) -> Double)] = [
            (UNARY_AFFINE, 3, 1, 0...9, { 3 * $0 + 1 }),
            (UNARY_EXP, 0, 0, -80...80, { exp($0) }),
            (UNARY_LOG, 0, 0, 1e-30...1e30, { log($0) }),
            (UNARY_SQRT, 0, 0, 0...1e9, { $0.squareRoot() }),
            (UNARY_ABS, 0, 0, -5...5, { abs($0) }),
            (UNARY_SIGN, 0, 0, -5...5, { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }),
            (UNARY_SQUARE, 0, 0, -5...5, { $0 * $0 }),
            (UNARY_RECIPROCAL, 0, 0, 0.1...5, { 1 / $0 }),
            (UNARY_SIN, 0, 0, -50...50, { sin($0) }),
            (UNARY_COS, 0, 0, -50...50, { cos($0) }),
            (UNARY_ERF, 0, 0, -4...4, { erf($0) }),
            (UNARY_RELU, 0, 0, -5...5, { max($0, 0) }),
            (UNARY_LEAKY, 0.25, 0, -5...5, { $0 > 0 ? $0 : 0.25 * $0 }),
            (UNARY_SIGMOID, 0, 0, -80...80, { 1 / (1 + exp(-$0)) }),
            (UNARY_TANH, 0, 0, -12...12, { tanh($0) }),
            (UNARY_TANH, 0, 0, -0.7...0.7, { tanh($0) }),
            (UNARY_SOFTPLUS, 0, 0, -80...80, { max($0, 0) + log1p(exp(-abs($0))) }),
            (UNARY_ELU, 0.5, 0, -9...9, { $0 > 0 ? $0 : 0.5 * expm1($0) }),
            (UNARY_ELU, 1, 0, -1e-3...1e-3, { $0 > 0 ? $0 : expm1($0) }),
            (UNARY_CLAMP, -1, 2, -5...5, { min(max($0, -1), 2) }),
            (UNARY_POWER, 1.5, 0, 0.01...5, { pow($0, 1.5) }),
            (UNARY_FLOOR, 0, 0, -5...5, { $0.rounded(.down) }),
            (UNARY_ROUND, 0, 0, -5...5, { $0.rounded(.toNearestOrEven) }),
            (UNARY_SAFE_RECIPROCAL, 0, 0, 0.1...5, { 1 / $0 }),
            (UNARY_BETWEEN, -1, 2, -5...5, { $0 >= -1 && $0 <= 2 ? 1 : 0 }),
        ]

    @Test func everyUnaryOperationIsRightToTwoUnitsInTheLastPlaces() {
        onEachLevel { level in
            for (op, p, q, range, reference) in Self.unary {
                for length in Self.lengths {
                    let x = samples(length, range)
                    var y = [Float](repeating: .nan, count: length)
                    kernels_unary(op, x, &y, Int64(length), p, q)
                    for (value, result) in zip(x, y) {
                        let expected = reference(Double(value))
                        let allowed = max(abs(expected) * 4e-7, 2e-38)
                        #expect(
                            abs(Double(result) - expected) <= allowed,
                            "op \(op.rawValue), level \(level.rawValue): \(value) gives \(result)")
                    }
                }
            }
        }
    }

    static let edges: [(kernels_unary_op, Float, Float)] = [
        (UNARY_EXP, -.infinity, 0), (UNARY_EXP, .infinity, .infinity), (UNARY_EXP, 0, 1),
        (UNARY_EXP, 89, .infinity), (UNARY_EXP, -105, 0), (UNARY_LOG, 0, -.infinity),
        (UNARY_LOG, 1, 0), (UNARY_LOG, .infinity, .infinity), (UNARY_LOG, -1, .nan),
        (UNARY_SIGMOID, -.infinity, 0), (UNARY_SIGMOID, .infinity, 1), (UNARY_SIGMOID, 0, 0.5),
        (UNARY_TANH, .infinity, 1), (UNARY_TANH, -.infinity, -1), (UNARY_TANH, 0, 0),
        (UNARY_SOFTPLUS, .infinity, .infinity), (UNARY_SOFTPLUS, -.infinity, 0),
        (UNARY_SOFTPLUS, 200, 200), (UNARY_ELU, -.infinity, -1), (UNARY_SQRT, -1, .nan),
        (UNARY_SAFE_RECIPROCAL, 0, 0), (UNARY_RECIPROCAL, 0, .infinity),
        (UNARY_RELU, .nan, .nan), (UNARY_EXP, .nan, .nan), (UNARY_LOG, .nan, .nan),
        (UNARY_TANH, .nan, .nan), (UNARY_SIGMOID, .nan, .nan), (UNARY_SOFTPLUS, .nan, .nan),
        (UNARY_CLAMP, .nan, .nan), (UNARY_SIGN, .nan, .nan),
    ]

    @Test func edgesAreExact() {
        onEachLevel { level in
            for (op, x, expected) in Self.edges {
                // A whole vector of them, so that the vector loop is what runs.
                let input = [Float](repeating: x, count: 35)
                var y = [Float](repeating: 7, count: 35)
                kernels_unary(op, input, &y, 35, 1, 2)
                for value in y {
                    #expect(
                        value == expected || (value.isNaN && expected.isNaN),
                        "op \(op.rawValue) of \(x), level \(level.rawValue): \(value)")
                }
            }
        }
    }

    static let binary: [(kernels_binary_op, @Sendable (Float, Float) -> Float)] = [
        (BINARY_ADD, { $0 + $1 }), (BINARY_SUBTRACT, { $0 - $1 }), (BINARY_MULTIPLY, { $0 * $1 }),
        (BINARY_DIVIDE, { $0 / $1 }), (BINARY_MAXIMUM, { max($0, $1) }),
        (BINARY_MINIMUM, { min($0, $1) }), (BINARY_POWER, { Float(pow(Double($0), Double($1))) }),
        (BINARY_EQUAL, { $0 == $1 ? 1 : 0 }), (BINARY_NOT_EQUAL, { $0 != $1 ? 1 : 0 }),
        (BINARY_LESS, { $0 < $1 ? 1 : 0 }), (BINARY_LESS_EQUAL, { $0 <= $1 ? 1 : 0 }),
        (BINARY_GREATER, { $0 > $1 ? 1 : 0 }), (BINARY_GREATER_EQUAL, { $0 >= $1 ? 1 : 0 }),
        (BINARY_RELU_GRADIENT, { $1 > 0 ? $0 : 0 }),
        (BINARY_LEAKY_GRADIENT, { $1 > 0 ? $0 : 0.25 * $0 }),
        (BINARY_SIGMOID_GRADIENT, { $0 * $1 * (1 - $1) }),
        (BINARY_TANH_GRADIENT, { $0 * (1 - $1 * $1) }),
        (BINARY_ELU_GRADIENT, { $1 > 0 ? $0 : $0 * ($1 + 0.25) }),
    ]

    @Test func everyBinaryOperationIsRightForEverySortOfOperand() {
        onEachLevel { level in
            for (op, reference) in Self.binary {
                for length in Self.lengths {
                    for (stepA, stepB) in [(1, 1), (1, 0), (0, 1), (0, 0)] {
                        let a = samples(max(length, 1), 0.5...2)
                        let b = samples(max(length, 1), -2...2)
                        var y = [Float](repeating: .nan, count: length)
                        kernels_binary(
                            op, a, Int64(stepA), b, Int64(stepB), &y, Int64(length), 0.25)
                        for i in 0..<length {
                            let expected = reference(a[i * stepA], b[i * stepB])
                            #expect(
                                abs(y[i] - expected) <= max(abs(expected) * 4e-7, 1e-6),
                                "op \(op.rawValue), level \(level.rawValue)")
                        }
                    }
                }
            }
        }
    }

    @Test func reductionsMatchLoopsInDoublePrecision() {
        onEachLevel { _ in
            for (outer, count, inner) in [
                (1, 5000, 1), (3, 17, 1), (2, 1, 5), (1, 300, 700), (4, 65, 3), (2, 0, 3),
            ] {
                let x = samples(outer * count * inner, -1...1)
                var sums = [Float](repeating: .nan, count: outer * inner)
                var tops = sums
                var places = sums
                kernels_sum_axis(x, &sums, Int64(outer), Int64(count), Int64(inner))
                if count > 0 {
                    kernels_extremum_axis(x, &tops, Int64(outer), Int64(count), Int64(inner), 1)
                    kernels_argmax_axis(x, &places, Int64(outer), Int64(count), Int64(inner))
                }
                for o in 0..<outer {
                    for i in 0..<inner {
                        let line = (0..<count).map { x[(o * count + $0) * inner + i] }
                        let sum = line.reduce(0.0) { $0 + Double($1) }
                        #expect(abs(Double(sums[o * inner + i]) - sum) < 2e-5)
                        guard let top = line.max() else { continue }
                        #expect(tops[o * inner + i] == top)
                        #expect(line.firstIndex(of: top).map(Float.init) == places[o * inner + i])
                    }
                }
                #expect(
                    abs(kernels_sum(x, Int64(x.count)) - x.reduce(0.0) { $0 + Double($1) }) < 1e-4)
                #expect(
                    abs(
                        kernels_sum_squares(x, Int64(x.count))
                            - x.reduce(0.0) { $0 + Double($1) * Double($1) }) < 1e-2)
            }
        }
    }

    @Test func aNaNIsTheLargestAndTheSmallest() {
        onEachLevel { _ in
            let x: [Float] = [1, .nan, 3, 2]
            for sign in [Float(1), -1] {
                var y: Float = 0
                kernels_extremum_axis(x, &y, 1, 4, 1, sign)
                #expect(y.isNaN)
            }
            #expect(kernels_all_finite(x, 4) == 0)
            #expect(kernels_all_finite([1, 2, -.greatestFiniteMagnitude], 3) == 1)
            #expect(kernels_all_finite([1, -.infinity], 2) == 0)
        }
    }

    @Test func momentsDoNotCancelFarFromZero() {
        onEachLevel { _ in
            let (rows, channels) = (1000, 3)
            let x = samples(rows * channels, 9999...10001)
            var mean = [Float](repeating: 0, count: channels)
            var squares = mean
            kernels_moments(x, Int64(rows), Int64(channels), &mean, &squares)
            for c in 0..<channels {
                let line = (0..<rows).map { Double(x[$0 * channels + c]) }
                let average = line.reduce(0, +) / Double(rows)
                let variance = line.reduce(0) { $0 + ($1 - average) * ($1 - average) }
                #expect(abs(Double(mean[c]) - average) < 4e-3)
                #expect(abs(Double(squares[c]) - variance) < 1e-3 * variance)
            }
        }
    }

    /// Philox 4x32-10 as its paper writes it, one block.
    private func philox(_ counter: [UInt32], _ key: [UInt32]) -> [UInt32] {
        var (c, k) = (counter, key)
        for _ in 0..<10 {
            let first = UInt64(0xD251_1F53) * UInt64(c[0])
            let second = UInt64(0xCD9E_8D57) * UInt64(c[2])
            c = [
                UInt32(second >> 32) ^ c[1] ^ k[0], UInt32(truncatingIfNeeded: second),
                UInt32(first >> 32) ^ c[3] ^ k[1], UInt32(truncatingIfNeeded: first),
            ]
            k = [k[0] &+ 0x9E37_79B9, k[1] &+ 0xBB67_AE85]
        }
        return c
    }

    @Test func philoxGivesTheNumbersOfItsAuthors() {
        // Known answers of the reference implementation (Random123).
        #expect(
            philox(
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0])
                == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
        onEachLevel { _ in
            var y = [UInt32](repeating: 0, count: 4)
            kernels_bits(&y, 4, 0, 0, 0)
            #expect(y == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
            let (key, stream, block) = (
                0x299f_31d0_a409_3822, 0x0370_7344_1319_8a2e, 0x5a3_08d3_243f_6a88
            )
            kernels_bits(&y, 4, UInt64(key), UInt64(stream), UInt64(block) * 4)
            let counter = [block, block >> 32, stream, stream >> 32]
            #expect(
                y
                    == philox(
                        counter.map { UInt32(truncatingIfNeeded: $0) },
                        [key, key >> 32].map { UInt32(truncatingIfNeeded: $0) }))
        }
    }

    @Test func randomBitsAreTheSameOnEveryLevelAndFromEveryStart() {
        var reference: [UInt32] = []
        onEachLevel { level in
            var all = [UInt32](repeating: 0, count: 2000)
            kernels_bits(&all, 2000, 42, 7, 0)
            if level == KERNELS_BASELINE { reference = all }
            #expect(all == reference)
            for start in [1, 255, 256, 257, 1000] {
                var part = [UInt32](repeating: 0, count: 300)
                kernels_bits(&part, 300, 42, 7, UInt64(start))
                #expect(part == Array(all[start..<start + 300]))
            }
        }
    }

    private func samples(_ count: Int, _ range: ClosedRange<Double>) -> [Float] {
        var state: UInt64 = 88_172_645_463_325_252
        return (0..<count).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            let unit = Double(state >> 11) * 0x1p-53
            // Ranges over many powers of ten are sampled evenly in the exponent.
            if range.lowerBound > 0, range.upperBound / range.lowerBound > 1e6 {
                let (low, high) = (log(range.lowerBound), log(range.upperBound))
                return Float(exp(low + unit * (high - low)))
            }
            return Float(range.lowerBound + unit * (range.upperBound - range.lowerBound))
        }
    }
}
