/// The header of a safetensors file, checked against the size of the file.
struct SafetensorsHeader {
    struct Entry {
        let name: String
        let type: ElementType
        let shape: [Int]
        /// Bytes after the header.
        let offsets: Range<Int>
    }

    private(set) var metadata: [String: String] = [:]
    private(set) var entries: [Entry] = []
    /// Where the elements start in the file.
    let dataStart: Int

    /// The same bound as the format's own library has.
    static let mostBytes = 100_000_000

    init(_ file: borrowing ReadingFile) throws {
        guard file.size >= 8 else {
            throw file.fault("\(file.size) bytes are too few for a safetensors file")
        }
        var length: UInt64 = 0
        try withUnsafeMutableBytes(of: &length) { try file.read(into: $0, at: 0) }
        length = UInt64(littleEndian: length)
        guard length <= UInt64(file.size - 8) else {
            throw file.fault(
                "the header should have \(length) bytes, but the file ends after \(file.size - 8)")
        }
        guard length >= 2, length <= UInt64(Self.mostBytes) else {
            throw file.fault("a header of \(length) bytes is not a safetensors file's")
        }
        dataStart = 8 + Int(length)
        var bytes = [UInt8](repeating: 0, count: Int(length))
        try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 8) }
        do throws(HeaderFault) {
            try parse(bytes)
            try checkOffsets(file.size - dataStart)
        } catch {
            throw file.fault(error.problem)
        }
    }

    // MARK: Parsing

    private mutating func parse(_ bytes: [UInt8]) throws(HeaderFault) {
        var reader = try JSONReader(bytes)
        var names = Set<String>()
        try reader.object { reader, name throws(HeaderFault) in
            guard names.insert(name).inserted else {
                throw HeaderFault("the name \(Self.shown(name)) stands twice")
            }
            if name == Safetensors.metadataName {
                try readMetadata(&reader)
            } else {
                entries.append(try readEntry(&reader, name))
            }
        }
        try reader.end()
    }

    private mutating func readMetadata(_ reader: inout JSONReader) throws(HeaderFault) {
        try reader.object { reader, key throws(HeaderFault) in
            guard metadata[key] == nil else {
                throw HeaderFault("the metadata hold \(Self.shown(key)) twice")
            }
            metadata[key] = try reader.string()
        }
    }

    private func readEntry(
        _ reader: inout JSONReader, _ name: String
    ) throws(HeaderFault) -> Entry {
        var word: String?
        var shape: [Int]?
        var offsets: [Int]?
        try reader.object { reader, key throws(HeaderFault) in
            switch key {
            case "dtype" where word == nil: word = try reader.string()
            case "shape" where shape == nil: shape = try reader.integers(atMost: 8)
            case "data_offsets" where offsets == nil: offsets = try reader.integers(atMost: 2)
            default:
                throw HeaderFault(
                    "the tensor \(Self.shown(name)) has an unexpected \(Self.shown(key))")
            }
        }
        guard let word, let shape, let offsets, offsets.count == 2 else {
            throw HeaderFault(
                "the tensor \(Self.shown(name)) lacks its dtype, its shape or its data_offsets")
        }
        guard let type = ElementType(rawValue: word) else {
            throw HeaderFault(
                "the tensor \(Self.shown(name)) holds \(Self.shown(word));"
                    + " F32, F64, F16 and BF16 can be read")
        }
        let bytes = try Self.bytes(shape, type, name)
        guard offsets[0] <= offsets[1], offsets[1] - offsets[0] == bytes else {
            throw HeaderFault(
                "the tensor \(Self.shown(name)) of shape \(shape) needs \(bytes) bytes, but its"
                    + " offsets are \(offsets)")
        }
        return Entry(name: name, type: type, shape: shape, offsets: offsets[0]..<offsets[1])
    }

    private static func bytes(
        _ shape: [Int], _ type: ElementType, _ name: String
    ) throws(HeaderFault) -> Int {
        // A size of 0 does not excuse the others: later arithmetic must not overflow.
        guard shape.canBeSample else {
            throw HeaderFault("the tensor \(shown(name)) has the impossible shape \(shape)")
        }
        return shape.reduce(type.width, *)
    }

    /// The tensors must cover the data exactly once.
    private func checkOffsets(_ size: Int) throws(HeaderFault) {
        var end = 0
        let sorted = entries.sorted {
            ($0.offsets.lowerBound, $0.offsets.upperBound)
                < ($1.offsets.lowerBound, $1.offsets.upperBound)
        }
        for entry in sorted {
            guard entry.offsets.upperBound <= size else {
                throw HeaderFault(
                    "the tensor \(Self.shown(entry.name)) ends at byte \(entry.offsets.upperBound)"
                        + " of \(size): the file is truncated")
            }
            guard entry.offsets.lowerBound >= end else {
                throw HeaderFault("the tensor \(Self.shown(entry.name)) overlaps another one")
            }
            guard entry.offsets.lowerBound == end else {
                throw HeaderFault(
                    "no tensor holds bytes \(end) to \(entry.offsets.lowerBound)")
            }
            end = entry.offsets.upperBound
        }
        guard end == size else {
            throw HeaderFault("\(size - end) bytes follow the last tensor")
        }
    }

    /// A name from a file, short enough for a message and without control characters.
    private static func shown(_ name: String) -> String {
        let head = name.unicodeScalars.prefix(40).map { scalar in
            scalar.properties.generalCategory == .control ? "?" : String(scalar)
        }.joined()
        return "\"\(head)\(name.unicodeScalars.count > 40 ? "…" : "")\""
    }
}

/// What is wrong with a header.
struct HeaderFault: Error {
    let problem: String

    init(_ problem: String) { self.problem = problem }
}
