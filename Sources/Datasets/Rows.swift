/// Examples in memory, one row each.
protocol Rows: Sendable {
    var count: Int { get }
    /// One class per row, if known.
    var labels: [UInt16]? { get }
    /// Writes the rows at `indices`, `size` values each, one after the other.
    func copy(_ indices: [Int], size: Int, into target: UnsafeMutablePointer<Float>)
    /// The same rows with values scaled from one interval to another.
    func ranged(from old: ClosedRange<Float>, to new: ClosedRange<Float>) -> any Rows
    /// Adds the rows at `indices` as they are stored, and what turns them into values.
    func add(_ indices: [Int], size: Int, to digest: Digest)
}

extension Rows {
    /// A row at a time through `copy`.
    func add(_ indices: [Int], size: Int, to digest: Digest) {
        var row = [Float](repeating: 0, count: size)
        for index in indices {
            row.withUnsafeMutableBufferPointer { target in
                if let base = target.baseAddress { copy([index], size: size, into: base) }
            }
            row.withUnsafeBytes { digest.add($0) }
        }
    }
}

/// Images as they are on disk: one byte per value, scaled while they are copied out.
struct ByteRows: Rows {
    let bytes: [UInt8]
    let size: Int
    let labels: [UInt16]?
    /// What a byte of 0 and a byte of `most` become.
    let most: UInt8
    var range: ClosedRange<Float> = 0...1

    var count: Int { size == 0 ? 0 : bytes.count / size }

    func copy(_ indices: [Int], size: Int, into target: UnsafeMutablePointer<Float>) {
        // Divided and not multiplied by an inverse: the largest byte becomes exactly the upper
        // bound, whatever the rounding of 1/255. Simple enough for the compiler to vectorise.
        let (low, high, most) = (range.lowerBound, range.upperBound, Float(self.most))
        let span = high - low
        bytes.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            for (place, index) in indices.enumerated() {
                let (from, to) = (source + index * size, target + place * size)
                for offset in 0..<size {
                    let value = Float(from[offset]) / most * span + low
                    to[offset] = value < high ? value : high
                }
            }
        }
    }

    func ranged(from old: ClosedRange<Float>, to new: ClosedRange<Float>) -> any Rows {
        var copy = self
        copy.range = new
        return copy
    }

    func add(_ indices: [Int], size: Int, to digest: Digest) {
        digest.add("bytes of \(most)")
        bytes.withUnsafeBytes { all in
            for index in indices {
                digest.add(UnsafeRawBufferPointer(rebasing: all[index * size..<(index + 1) * size]))
            }
        }
    }
}

/// Values that are numbers already.
struct FloatRows: Rows {
    let values: [Float]
    let size: Int
    let labels: [UInt16]?
    let count: Int

    func copy(_ indices: [Int], size: Int, into target: UnsafeMutablePointer<Float>) {
        values.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            for (place, index) in indices.enumerated() {
                (target + place * size).update(from: source + index * size, count: size)
            }
        }
    }

    func ranged(from old: ClosedRange<Float>, to new: ClosedRange<Float>) -> any Rows {
        let scale = (new.upperBound - new.lowerBound) / (old.upperBound - old.lowerBound)
        let scaled = values.map { new.lowerBound + ($0 - old.lowerBound) * scale }
        return FloatRows(values: scaled, size: size, labels: labels, count: count)
    }
}

/// Every stretch of `length` neighbours of a long sequence is a row: a text as windows.
struct Windows: Rows {
    let tokens: [UInt16]
    let length: Int

    var labels: [UInt16]? { nil }
    var count: Int { max(0, tokens.count - length + 1) }

    func copy(_ indices: [Int], size: Int, into target: UnsafeMutablePointer<Float>) {
        tokens.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            for (place, index) in indices.enumerated() {
                let (from, to) = (source + index, target + place * size)
                for offset in 0..<size { to[offset] = Float(from[offset]) }
            }
        }
    }

    func ranged(from old: ClosedRange<Float>, to new: ClosedRange<Float>) -> any Rows { self }
}
