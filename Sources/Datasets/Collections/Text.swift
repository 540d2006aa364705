extension Dataset {
    /// How a text becomes a sequence of numbers.
    package enum TextUnit: String, Sendable, CaseIterable {
        case character, word
    }

    /// Every stretch of `length` neighbouring tokens of a UTF-8 text file.
    ///
    /// Tokens are characters or words; `vocabulary` has what each number stands for, in falling
    /// frequency. Words beyond the `most` frequent are all token 0, `<unknown>`. Examples have
    /// shape `[length]` and whole numbers as values.
    package static func text(
        _ path: String, length: Int = 32, unit: TextUnit = .character, most: Int = 10_000
    ) throws -> Dataset {
        guard length > 0, (1...60_000).contains(most) else {
            throw DatasetError.argument(
                who: "text", problem: "there are no \(length) tokens of \(most) kinds",
                hint: "write text(\"file.txt\", length: 32)")
        }
        let bytes = try FileBytes.read(path, limit: 1 << 28)
        guard let content = String(validating: bytes, as: UTF8.self) else {
            throw DatasetError.damaged(
                path: path, problem: "it is no text in UTF-8", hint: "save it as UTF-8")
        }
        let parts =
            unit == .character
            ? content.map(String.init)
            : content.split(whereSeparator: \.isWhitespace).map(String.init)
        guard parts.count >= length else {
            throw DatasetError.damaged(
                path: path,
                problem:
                    "its \(parts.count) \(unit.rawValue)s are fewer than a length of \(length)",
                hint: "take a smaller length")
        }
        let (tokens, vocabulary) = TextTokens.numbered(parts, most: most)
        var data = Dataset(
            name: path.split(separator: "/").last.map(String.init) ?? path,
            summary: "a text of \(tokens.count) \(unit.rawValue)s, \(vocabulary.count) different",
            shape: [length], range: nil, classNames: [], source: path,
            licence: "that of the text", density: nil,
            content: .stored(Windows(tokens: tokens, length: length), order: nil))
        data.vocabulary = vocabulary
        return data
    }
}

enum TextTokens {
    static let unknown = "<unknown>"

    /// The number of each part, and the parts by number.
    static func numbered(
        _ parts: [String], most: Int
    ) -> (tokens: [UInt16], vocabulary: [String]) {
        let counts = parts.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        // Equally frequent parts in the order of their letters: the same file, the same numbers.
        var vocabulary = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        if vocabulary.count > most { vocabulary = [unknown] + vocabulary.prefix(most) }
        let numbers = Dictionary(
            vocabulary.enumerated().map { ($1, UInt16($0)) },
            uniquingKeysWith: { first, _ in first })
        return (parts.map { numbers[$0] ?? 0 }, vocabulary)
    }
}
