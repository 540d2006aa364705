import Tensors

/// Real examples to learn from: a stored collection, or a distribution that never ends.
///
/// A data set is a value. Selecting, splitting and scaling give new values that share the
/// stored examples.
package struct Dataset: Sendable {
    /// How the data set is called in the language, e.g. `digits`.
    package let name: String
    /// What it is, in one sentence.
    package let summary: String
    /// The shape of one example: `[height, width, channels]`, `[dimensions]` or `[length]`.
    package let shape: [Int]
    /// The interval in which every value lies; nil where values are unbounded.
    package internal(set) var range: ClosedRange<Float>?
    /// The names of the labels 0, 1, ...; empty without labels.
    package let classNames: [String]
    /// Author, year and place of publication.
    package let source: String
    /// The licence under which the data may be used.
    package let licence: String
    /// The density that examples are drawn from, where it is known.
    package let density: Density?
    /// What a person should know about how these data were found, e.g. that only the test part
    /// of a set was there.
    package internal(set) var notes: [String] = []
    /// What the numbers 0, 1, ... of a text stand for; empty for anything else.
    package internal(set) var vocabulary: [String] = []

    var content: Content

    enum Content: Sendable {
        /// Examples in memory, and which of them in which order (nil: all, as stored).
        case stored(any Rows, order: [Int]?)
        /// Draws a batch and its labels.
        case sampler(@Sendable (Int, inout Generator) throws -> (Tensor, Tensor?))
    }

    /// The number of examples; nil for a distribution, which has no end.
    package var count: Int? {
        switch content {
        case .stored(let rows, let order): order?.count ?? rows.count
        case .sampler: nil
        }
    }

    /// Whether each example has a label.
    package var hasLabels: Bool { !classNames.isEmpty }

    /// Whether an example is a picture of 1 or 3 channels.
    package var isImages: Bool {
        shape.count == 3 && (shape[2] == 1 || shape[2] == 3) && range != nil
    }
}

// MARK: - Taking examples

extension Dataset {
    /// `batch` examples, independent and uniform *with replacement*, and their labels.
    ///
    /// Drawing with replacement keeps the examples of a batch independent, which is what the
    /// expectations of the papers say, and needs no state between batches. Shapes
    /// `[batch] + shape` and `[batch]`; throws for a negative batch and for an empty collection.
    package func draw(
        batch: Int, generator: inout Generator
    ) throws -> (samples: Tensor, labels: Tensor?) {
        guard batch >= 0 else {
            throw DatasetError.negative(who: name, what: "batch", count: batch)
        }
        switch content {
        case .sampler(let draw):
            let (samples, labels) = try draw(batch, &generator)
            return (samples, labels)
        case .stored(let rows, let order):
            let count = order?.count ?? rows.count
            guard count > 0 || batch == 0 else { throw DatasetError.empty(name: name) }
            var chosen = try generator.integers(batch, below: max(count, 1))
            if let order {
                for index in chosen.indices { chosen[index] = order[chosen[index]] }
            }
            return try gather(chosen, from: rows)
        }
    }

    /// The first `number` examples and their labels; all where there are fewer.
    ///
    /// A distribution has no first examples: there the same `number` draws come back each time.
    package func examples(_ number: Int) throws -> (samples: Tensor, labels: Tensor?) {
        guard number >= 0 else {
            throw DatasetError.negative(who: name, what: "number of examples", count: number)
        }
        switch content {
        case .sampler(let draw):
            var generator = Generator(seed: 0)
            let (samples, labels) = try draw(number, &generator)
            return (samples, labels)
        case .stored(let rows, let order):
            let all = order?.count ?? rows.count
            let indices = (0..<min(number, all)).map { order?[$0] ?? $0 }
            return try gather(indices, from: rows)
        }
    }

    /// All examples and their labels; throws for a distribution.
    package func all() throws -> (samples: Tensor, labels: Tensor?) {
        guard let count else { throw DatasetError.endless(name: name, wanted: "all examples") }
        return try examples(count)
    }

    /// The label of each example as a whole number; empty without labels.
    package func labels() throws -> [Int] {
        guard case .stored(let rows, let order) = content else {
            throw DatasetError.endless(name: name, wanted: "the labels")
        }
        guard let labels = rows.labels else { return [] }
        return order.map { $0.map { Int(labels[$0]) } } ?? labels.map { Int($0) }
    }

    private func gather(_ indices: [Int], from rows: any Rows) throws -> (Tensor, Tensor?) {
        let size = shape.reduce(1, *)
        let samples = try Tensor(shape: [indices.count] + shape) { target in
            guard let base = target.baseAddress else { return }
            rows.copy(indices, size: size, into: base)
        }
        guard let labels = rows.labels else { return (samples, nil) }
        let classes = try Tensor(shape: [indices.count]) { target in
            for (place, index) in indices.enumerated() { target[place] = Float(labels[index]) }
        }
        return (samples, classes)
    }
}

// MARK: - Selecting

extension Dataset {
    /// Two parts without a common example: `test` of them (rounded) chosen by `seed`, and the rest.
    ///
    /// Throws when `test` is not between 0 and 1, and for a distribution.
    package func split(
        test fraction: Double, seed: UInt64 = 0
    ) throws -> (train: Dataset, test: Dataset) {
        guard (0...1).contains(fraction) else {
            throw DatasetError.argument(
                who: "split", problem: "\(fraction) is no fraction of the examples",
                hint: "write a number between 0 and 1, such as 0.2")
        }
        let all = try order("a split")
        var generator = Generator(seed: seed)
        let shuffled = generator.permutation(all.count).map { all[$0] }
        let tests = Int((Double(all.count) * fraction).rounded())
        return (selecting(shuffled[tests...].sorted()), selecting(shuffled[..<tests].sorted()))
    }

    /// Only the examples with one of these labels.
    package func only(_ wanted: [Int]) throws -> Dataset {
        guard hasLabels else { throw DatasetError.noLabels(name: name) }
        if let missing = wanted.first(where: { !classNames.indices.contains($0) }) {
            throw DatasetError.argument(
                who: name, problem: "there is no label \(missing)",
                hint: "labels go from 0 to \(classNames.count - 1)")
        }
        let (all, chosen) = (try order("a selection by label"), Set(wanted))
        let labels = try labels()
        return selecting(all.indices.filter { chosen.contains(labels[$0]) }.map { all[$0] })
    }

    /// The first `number` examples as a data set of their own; all where there are fewer.
    package func first(_ number: Int) throws -> Dataset {
        guard number >= 0 else {
            throw DatasetError.negative(who: name, what: "number of examples", count: number)
        }
        return selecting(Array(try order("a first part").prefix(number)))
    }

    /// The same examples with their values scaled from `range` to another interval.
    package func ranged(_ wanted: ClosedRange<Float>) throws -> Dataset {
        guard let range, case .stored(let rows, let order) = content else {
            throw DatasetError.argument(
                who: name, problem: "its values have no range that could be changed",
                hint: "range is for images")
        }
        guard wanted.lowerBound.isFinite, wanted.upperBound.isFinite,
            wanted.lowerBound < wanted.upperBound
        else {
            throw DatasetError.argument(
                who: name, problem: "\(wanted) is no range of values",
                hint: "write 0...1 or -1...1")
        }
        var copy = self
        copy.content = .stored(rows.ranged(from: range, to: wanted), order: order)
        copy.range = wanted
        return copy
    }

    private func order(_ wanted: String) throws -> [Int] {
        guard case .stored(let rows, let order) = content else {
            throw DatasetError.endless(name: name, wanted: wanted)
        }
        return order ?? Array(0..<rows.count)
    }

    private func selecting(_ order: [Int]) -> Dataset {
        guard case .stored(let rows, _) = content else { return self }
        var copy = self
        copy.content = .stored(rows, order: order)
        return copy
    }
}

// MARK: - Telling data sets apart

extension Dataset {
    /// A text that is the same for the same examples: name, range, all labels, and the values of
    /// up to 64 examples spread over the collection.
    package func fingerprint() throws -> String {
        // FNV-1a: good enough to tell data apart, and the same in every run.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ value: UInt64) { hash = (hash ^ value) &* 0x100_0000_01b3 }
        guard let count else { return "\(name) \(shape)" }
        for label in try labels() { add(UInt64(label)) }
        let step = max(1, count / 64)
        for value in try picked(Array(stride(from: 0, to: count, by: step))).samples.values {
            add(UInt64(value.bitPattern))
        }
        let range = range.map { "\($0)" } ?? ""
        return "\(name) \(shape) \(count) \(range) \(String(hash, radix: 16))"
    }

    /// 64 hexadecimal digits that stand for every value and label of a collection, in their order,
    /// whatever its name is; throws for a distribution. MNIST's 60,000 images take a tenth of a
    /// second.
    package func digest() throws -> String {
        guard case .stored(let rows, let order) = content else {
            throw DatasetError.endless(name: name, wanted: "a digest")
        }
        let digest = Digest()
        digest.add("\(shape) \(range.map { "\($0)" } ?? "any") \(classNames)")
        rows.add(order ?? Array(0..<rows.count), size: shape.reduce(1, *), to: digest)
        try labels().map { UInt16($0) }.withUnsafeBytes { digest.add($0) }
        return digest.text()
    }

    /// `number` different examples in random order, the same ones each time.
    package func shuffled(_ number: Int) throws -> Tensor {
        guard let count else { throw DatasetError.endless(name: name, wanted: "an order") }
        var generator = Generator(seed: 1)
        return try picked(Array(generator.permutation(count).prefix(max(number, 0)))).samples
    }

    /// The examples at `places`, counted from 0 in the order of this data set.
    package func picked(_ places: [Int]) throws -> (samples: Tensor, labels: Tensor?) {
        guard case .stored(let rows, let order) = content else {
            throw DatasetError.endless(name: name, wanted: "an order")
        }
        let count = order?.count ?? rows.count
        if let outside = places.first(where: { !(0..<count).contains($0) }) {
            throw DatasetError.argument(
                who: name, problem: "there is no example \(outside)",
                hint: "examples go from 0 to \(count - 1)")
        }
        return try gather(places.map { order?[$0] ?? $0 }, from: rows)
    }
}
