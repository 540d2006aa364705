import CKernels

/// A counter-based source of random numbers: Philox 4x32-10 (Salmon et al. 2011).
///
/// Value i depends on key, stream and i alone, so the same seed gives the same bits whatever the
/// number of threads, and a state is three numbers.
package struct Generator: Sendable, Equatable {
    /// Where a generator stands; what a checkpoint keeps.
    package struct State: Sendable, Equatable, Codable {
        package var key: UInt64
        package var stream: UInt64
        /// How many values were drawn.
        package var position: UInt64

        package init(key: UInt64, stream: UInt64, position: UInt64) {
            self.key = key
            self.stream = stream
            self.position = position
        }
    }

    package var state: State

    package init(seed: UInt64) {
        state = State(key: seed, stream: 0, position: 0)
    }

    package init(state: State) {
        self.state = state
    }

    /// A generator of its own, independent of the further draws of this one.
    package mutating func split() -> Generator {
        let words = words(2)
        return Generator(state: State(key: words[0], stream: words[1], position: 0))
    }

    /// Values in [low, high); throws when the bounds are not finite or reversed.
    package mutating func uniform(
        _ shape: [Int], _ low: Float = 0, _ high: Float = 1
    ) throws(TensorError) -> Tensor {
        guard low <= high, (high - low).isFinite else {
            throw TensorError.argument(
                operation: "uniform", problem: "there is no range from \(low) to \(high)",
                hint: "write the smaller bound first")
        }
        let result = try drawn(shape, "uniform", kernels_uniform)
        if low != 0 || high != 1 {
            let y = result.p
            Loop.over(result.count) {
                // low + u (high - low) may round up to high; the clamp keeps the interval open.
                kernels_unary(UNARY_AFFINE, y + $0, y + $0, Int64($1), high - low, low)
                if high > low {
                    kernels_unary(
                        UNARY_CLAMP, y + $0, y + $0, Int64($1), low, high.nextDown)
                }
            }
        }
        return result
    }

    /// Normal values of the given mean and standard deviation.
    package mutating func normal(
        _ shape: [Int], mean: Float = 0, deviation: Float = 1
    ) throws(TensorError) -> Tensor {
        let result = try drawn(shape, "normal", kernels_normal)
        if mean != 0 || deviation != 1 {
            let y = result.p
            Loop.over(result.count) {
                kernels_unary(UNARY_AFFINE, y + $0, y + $0, Int64($1), deviation, mean)
            }
        }
        return result
    }

    /// One value in [0, 1).
    package mutating func uniform() -> Double {
        Double(words(1)[0] >> 11) * 0x1p-53
    }

    /// Whole numbers in `0..<limit`; throws when the limit is not positive.
    package mutating func integers(
        _ count: Int, below limit: Int
    ) throws(TensorError) -> [Int] {
        guard limit > 0, count >= 0 else {
            throw TensorError.argument(
                operation: "integers", problem: "there are no \(count) integers below \(limit)",
                hint: "the limit must be positive")
        }
        // The high half of a 64-bit product: the bias is below limit / 2^64.
        return words(count).map { Int($0.multipliedFullWidth(by: UInt64(limit)).high) }
    }

    /// `0..<count` in random order (Fisher and Yates); empty for a count below 1.
    package mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<Swift.max(0, count))
        let words = words(order.count)
        for last in order.indices.reversed() {
            let other = Int(words[last].multipliedFullWidth(by: UInt64(last + 1)).high)
            order.swapAt(last, other)
        }
        return order
    }

    private typealias Kernel = (UnsafeMutablePointer<Float>, Int64, UInt64, UInt64, UInt64) -> Void

    private mutating func drawn(
        _ shape: [Int], _ operation: String, _ kernel: Kernel
    ) throws(TensorError) -> Tensor {
        let result = try Tensor(unset: shape, operation)
        let (y, state) = (result.p, state)
        Loop.over(result.count, grain: 4096) { start, count in
            kernel(
                y + start, Int64(count), state.key, state.stream,
                state.position &+ UInt64(start))
        }
        self.state.position &+= UInt64(result.count)
        return result
    }

    private mutating func words(_ count: Int) -> [UInt64] {
        let bits = [UInt32](unsafeUninitializedCapacity: 2 * count) { buffer, filled in
            if let base = buffer.baseAddress, count > 0 {
                kernels_bits(base, Int64(2 * count), state.key, state.stream, state.position)
            }
            filled = 2 * count
        }
        state.position &+= UInt64(2 * count)
        return (0..<count).map { UInt64(bits[2 * $0]) << 32 | UInt64(bits[2 * $0 + 1]) }
    }
}
