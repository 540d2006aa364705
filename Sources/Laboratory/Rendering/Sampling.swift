import Datasets
import Language
import Networks
import Tensors

/// What a generator makes, from latents that stay the same so that pictures over time compare.
struct Sampling {
    let session: Session
    let network: NetworkBox
    let space: Space
    /// The classes of the data, for a generator that takes labels as its second input; else 0.
    let classes: Int

    init(_ game: Game, _ session: Session) throws {
        guard let sampler = game.sampler else {
            throw Diagnostic(
                .value, "\(game.rule.name) has no network that starts from noise",
                hint: "a generator begins with noise(64) |> …")
        }
        try self.init(
            game.shown(sampler.network), session, classes: game.data?.classNames.count ?? 0)
    }

    init(_ network: NetworkBox, _ session: Session, classes: Int = 0) throws {
        guard let space = try network.noiseSpace(session) else {
            throw Diagnostic(
                .type, "\(network.title) does not start from noise, so it makes no samples",
                hint: "samples takes a game or a generator")
        }
        self.session = session
        self.network = network
        self.space = space
        self.classes =
            network.inputCount == 2 ? max(classes, try Self.classes(of: network, session)) : 0
    }

    /// How many labels there are, where a second input of `points(classes)` says it.
    private static func classes(of network: NetworkBox, _ session: Session) throws -> Int {
        guard let shape = try network.space(ofInput: 1, session)?.shape, shape.count == 1,
            shape[0] > 1
        else { return 0 }
        return shape[0]
    }

    /// The label of each of `count` samples as they are drawn: all classes in turn.
    func labels(_ count: Int) -> [Int] { (0..<count).map { $0 % max(classes, 1) } }

    /// `count` samples, shape `[count, …]`; weights are used as they are, statistics as learnt.
    /// A generator that takes labels gets all classes in turn, or one.
    func draw(
        _ count: Int, of label: Int? = nil, _ generator: inout Generator
    ) throws -> Tensor {
        var parts: [Tensor] = []
        var left = count
        while left > 0 {
            let size = min(left, 256)
            let latents = try space.draw(size, &generator)
            let first = count - left
            parts.append(
                try make(latents, (first..<first + size).map { label ?? $0 % max(classes, 1) }))
            left -= size
        }
        if parts.isEmpty { return try make(try space.draw(0, &generator), []) }
        return parts.count == 1 ? parts[0] : try Tensor.concatenate(parts)
    }

    /// The samples of given latents, with one label each where the generator takes labels.
    func make(_ latents: Tensor, _ labels: [Int]? = nil) throws -> Tensor {
        var inputs: [Value] = [.tensor(latents)]
        if network.inputCount == 2 {
            guard classes > 0 else {
                throw Diagnostic(
                    .value, "\(network.title) takes labels, and nobody says how many classes",
                    hint: "samples of a game with labelled data know: samples g")
            }
            let labels = labels ?? (0..<latents.shape[0]).map { $0 % classes }
            inputs.append(.tensor(try network.encoded(labels, classes: classes, session)))
        }
        return try session.quietly {
            guard case .tensor(let made) = try network.apply(inputs, session) else {
                throw Diagnostic(.type, "\(network.title) gives no tensor")
            }
            return made.detached()
        }
    }
}

/// How numbers become bytes: the one place where a value range is turned into grey values.
struct ValueRange {
    let low: Float
    let high: Float

    /// The range of a game's data; images that say nothing lie in 0…1.
    init(_ data: Dataset?) {
        if let range = data?.range {
            (low, high) = (range.lowerBound, range.upperBound)
        } else {
            (low, high) = (0, 1)
        }
    }

    /// From what a tensor holds: 0…1; -1…1 when something is negative; what reaches further, to 2
    /// at least, as far as it does, with 0 in the middle where something is negative; and 0…255
    /// when something is above 16.
    init(guessing tensor: Tensor) {
        var (least, most) = Self.ends(of: tensor)
        if !least.isFinite || !most.isFinite {
            (least, most) = Self.finiteEnds(of: tensor)
        }
        switch (least, most) {
        case (..<0, _):
            let reach = max(most, -least)
            (low, high) = reach < 2 ? (-1, 1) : (-reach, reach)
        case (_, 2...16): (low, high) = (0, most)
        case (_, 16...): (low, high) = (0, max(255, most))
        default: (low, high) = (0, 1)
        }
    }

    /// The least and the greatest value; what is no number is passed over. Four at a time, since
    /// each comparison waits for the one before it.
    private static func ends(of tensor: Tensor) -> (Float, Float) {
        tensor.withValues { values in
            var low = SIMD4<Float>(repeating: .infinity)
            var high = SIMD4<Float>(repeating: -.infinity)
            let count = values.count
            var at = 0
            while at + 4 <= count {
                let four = SIMD4(values[at], values[at + 1], values[at + 2], values[at + 3])
                low.replace(with: four, where: four .< low)
                high.replace(with: four, where: four .> high)
                at += 4
            }
            while at < count {
                low[0] = values[at] < low[0] ? values[at] : low[0]
                high[0] = values[at] > high[0] ? values[at] : high[0]
                at += 1
            }
            return (low.min(), high.max())
        }
    }

    /// The least and the greatest value of those that are finite; 0 and 1 when none is.
    private static func finiteEnds(of tensor: Tensor) -> (Float, Float) {
        var (least, most) = (Float.infinity, -Float.infinity)
        tensor.withValues { values in
            for value in values where value.isFinite {
                least = value < least ? value : least
                most = value > most ? value : most
            }
        }
        return least > most ? (0, 1) : (least, most)
    }

    /// The nearest of 256 steps, halves away from zero; what is not finite becomes black.
    func bytes(_ values: UnsafeBufferPointer<Float>) -> [UInt8] {
        let (low, scale) = (low, 255 / (high - low))
        return [UInt8](unsafeUninitializedCapacity: values.count) { bytes, filled in
            var at = 0
            while at + 8 <= values.count {
                var eight = SIMD8<Float>()
                for lane in 0..<8 { eight[lane] = values[at + lane] }
                let made = Self.steps(eight, low, scale)
                for lane in 0..<8 { bytes[at + lane] = UInt8(truncatingIfNeeded: made[lane]) }
                at += 8
            }
            while at < values.count {
                bytes[at] = UInt8(
                    truncatingIfNeeded: Self.steps(
                        SIMD8(repeating: values[at]), low, scale)[0])
                at += 1
            }
            filled = values.count
        }
    }

    @inline(__always)
    private static func steps(
        _ values: SIMD8<Float>, _ low: Float, _ scale: Float
    ) -> SIMD8<UInt32> {
        let exact = (values - low) * scale
        // False for what is no number, too.
        var step = exact.replacing(with: 0, where: .!(exact .< .infinity))
        step.replace(with: 0, where: step .< 0)
        step.replace(with: 255, where: step .> 255)
        // Above 2^23 a Float has no fraction: the sum is rounded to the nearest, halves to even,
        // and what it lost by that is exact.
        let shift = SIMD8<Float>(repeating: 8_388_608)
        let near = step + shift
        let isHalf = step - (near - shift) .>= 0.5
        let whole = unsafeBitCast(near, to: SIMD8<UInt32>.self) & 255
        return whole &+ SIMD8<UInt32>.zero.replacing(with: 1, where: isHalf)
    }
}
