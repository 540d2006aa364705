import Tensors

/// What a network starts from: the set in which its inputs lie.
package struct Space: Sendable, Equatable {
    /// How noise is distributed.
    package enum Noise: String, Sendable {
        /// Independent standard normal numbers.
        case normal
        /// Independent uniform numbers in [-1, 1).
        case uniform
    }

    package enum Kind: Sendable, Equatable {
        case noise(Int, Noise)
        case image(height: Int, width: Int, channels: Int)
        case points(Int)
        case tokens(length: Int, vocabulary: Int)
    }

    package let kind: Kind

    private init(_ kind: Kind, _ sizes: [Int], _ word: String) throws {
        guard sizes.allSatisfy({ $0 > 0 }), sizes.allSatisfy({ $0 <= 1 << 28 }) else {
            throw NetworkError.option(
                layer: word, problem: "sizes must be between 1 and \(1 << 28), not \(sizes)",
                hint: nil)
        }
        self.kind = kind
        guard shape.canBeSample else {
            throw NetworkError.option(
                layer: word, problem: "no tensor has the shape \(batched(shape))", hint: nil)
        }
    }

    /// Latents of a generator, `[size]`.
    package static func noise(_ size: Int, kind: Noise = .normal) throws -> Space {
        try Space(.noise(size, kind), [size], "noise")
    }

    /// Images, `[height, width, channels]`.
    package static func image(_ height: Int, _ width: Int, _ channels: Int) throws -> Space {
        try Space(
            .image(height: height, width: width, channels: channels), [height, width, channels],
            "image")
    }

    /// Points with so many coordinates, `[dimensions]`.
    package static func points(_ dimensions: Int) throws -> Space {
        try Space(.points(dimensions), [dimensions], "points")
    }

    /// Sequences of whole numbers below `vocabulary`, `[length]`.
    package static func tokens(_ length: Int, _ vocabulary: Int) throws -> Space {
        try Space(
            .tokens(length: length, vocabulary: vocabulary), [length, vocabulary], "tokens")
    }

    /// The shape of one element, without the batch axis.
    package var shape: [Int] {
        switch kind {
        case .noise(let size, _): [size]
        case .image(let height, let width, let channels): [height, width, channels]
        case .points(let dimensions): [dimensions]
        case .tokens(let length, _): [length]
        }
    }

    package var isNoise: Bool { if case .noise = kind { true } else { false } }

    /// `count` elements, `[count] + shape`: noise as its kind says, tokens uniform, anything else
    /// standard normal.
    package func draw(_ count: Int, _ generator: inout Generator) throws -> Tensor {
        let shape = [count] + shape
        switch kind {
        case .noise(_, .uniform): return try generator.uniform(shape, -1, 1)
        case .noise, .image, .points: return try generator.normal(shape)
        case .tokens(let length, let vocabulary):
            let words = try generator.integers(max(0, count) * length, below: vocabulary)
            return try Tensor(words.map { Float($0) }, shape: shape)
        }
    }
}

extension Space: CustomStringConvertible {
    package var description: String {
        switch kind {
        case .noise(let size, .normal): "noise(\(size))"
        case .noise(let size, .uniform): "noise(\(size), uniform)"
        case .image(let height, let width, let channels): "image(\(height), \(width), \(channels))"
        case .points(let dimensions): "points(\(dimensions))"
        case .tokens(let length, let vocabulary): "tokens(\(length), \(vocabulary))"
        }
    }
}
