import Datasets
import Language
import Networks
import Tensors

/// What a generator makes, from latents that stay the same so that pictures over time compare.
struct Sampling {
    let session: Session
    let network: NetworkBox
    let space: Space

    init(_ game: Game, _ session: Session) throws {
        guard let sampler = game.sampler else {
            throw Diagnostic(
                .value, "\(game.rule.name) has no network that starts from noise",
                hint: "a generator begins with noise(64) |> …")
        }
        try self.init(game.shown(sampler.network), session)
    }

    init(_ network: NetworkBox, _ session: Session) throws {
        guard let space = try network.spaces(session)?.first(where: \.isNoise) else {
            throw Diagnostic(
                .type, "\(network.title) does not start from noise, so it makes no samples",
                hint: "samples takes a game or a generator")
        }
        self.session = session
        self.network = network
        self.space = space
    }

    /// `count` samples, shape `[count, …]`; weights are used as they are, statistics as learnt.
    func draw(_ count: Int, _ generator: inout Generator) throws -> Tensor {
        var parts: [Tensor] = []
        var left = count
        while left > 0 {
            let size = min(left, 256)
            let latents = try space.draw(size, &generator)
            parts.append(try make(latents))
            left -= size
        }
        if parts.isEmpty { return try make(try space.draw(0, &generator)) }
        return parts.count == 1 ? parts[0] : try Tensor.concatenate(parts)
    }

    /// The samples of given latents.
    func make(_ latents: Tensor) throws -> Tensor {
        let (tracking, playing) = (session.tracking, session.playing)
        (session.tracking, session.playing) = (.off, nil)
        defer { (session.tracking, session.playing) = (tracking, playing) }
        guard case .tensor(let made) = try network.apply([.tensor(latents)], session) else {
            throw Diagnostic(.type, "\(network.title) gives no tensor")
        }
        return made.detached()
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

    /// From what a tensor holds: -1…1 when something is negative, 0…255 when something is large.
    init(guessing tensor: Tensor) {
        let values = tensor.values.filter(\.isFinite)
        let (least, most) = (values.min() ?? 0, values.max() ?? 1)
        switch (least, most) {
        case (_, 2...): (low, high) = (0, max(255, most))
        case (..<0, _): (low, high) = (-1, 1)
        default: (low, high) = (0, 1)
        }
    }

    /// The nearest of 256 steps, halves away from zero; what is not finite becomes black.
    func bytes(_ values: UnsafeBufferPointer<Float>) -> [UInt8] {
        let scale = 255 / (high - low)
        return values.map { value in
            let step = ((value - low) * scale).rounded()
            return step.isFinite ? UInt8(min(max(step, 0), 255)) : 0
        }
    }
}
