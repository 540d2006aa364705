/// The format of MNIST: two zero bytes, a type, the number of axes, their sizes, the values.
///
/// Y. LeCun's description: sizes are big-endian 32-bit numbers; type 8 is an unsigned byte, the
/// only one that the published sets use.
enum IDX {
    struct Array: Equatable {
        let shape: [Int]
        let bytes: [UInt8]
    }

    /// An array of bytes with `axes` axes, compressed by gzip or not.
    static func read(_ path: String, axes: Int) throws -> Array {
        let file = try FileBytes.read(path)
        guard Gunzip.isCompressed(file) else { return try parse(file, path: path, axes: axes) }
        let content = try Gunzip.inflate(file, path: path, head: 4 + 4 * axes) { head in
            let shape = try Self.shape(head, path: path, axes: axes)
            return 4 + 4 * axes + shape.reduce(1, *)
        }
        return try parse(content, path: path, axes: axes)
    }

    /// An array from the content of an uncompressed file.
    static func parse(_ bytes: [UInt8], path: String, axes: Int) throws -> Array {
        let shape = try Self.shape(bytes, path: path, axes: axes)
        let (start, count) = (4 + 4 * axes, shape.reduce(1, *))
        guard bytes.count - start == count else {
            let size = shape.map(String.init).joined(separator: " x ")
            throw DatasetError.damaged(
                path: path,
                problem: bytes.count - start < count
                    ? "it is truncated: \(bytes.count - start) of \(size) = \(count) bytes are there"
                    : "it holds \(bytes.count - start) bytes, more than the \(count) its header says",
                hint: "fetch it again")
        }
        return Array(shape: shape, bytes: Swift.Array(bytes[start...]))
    }

    /// The sizes that the header of an array with `axes` axes tells.
    private static func shape(_ bytes: [UInt8], path: String, axes: Int) throws -> [Int] {
        guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0 else {
            throw DatasetError.damaged(
                path: path, problem: "it is no IDX file, its first bytes are wrong",
                hint: "a file of MNIST begins with 0 0 8 and the number of axes")
        }
        guard bytes[2] == 8 else {
            throw DatasetError.damaged(
                path: path, problem: "its values are of type \(bytes[2]), not bytes (8)", hint: nil)
        }
        guard Int(bytes[3]) == axes else {
            throw DatasetError.damaged(
                path: path, problem: "it has \(bytes[3]) axes instead of \(axes)",
                hint: axes == 3
                    ? "images have 3 axes; this may be a file of labels"
                    : "labels have 1 axis; this may be a file of images")
        }
        guard bytes.count >= 4 + 4 * axes else {
            throw DatasetError.damaged(
                path: path, problem: "it is truncated inside its header", hint: "fetch it again")
        }
        let shape = (0..<axes).map { axis in
            bytes[(4 + 4 * axis)..<(8 + 4 * axis)].reduce(0) { $0 << 8 | Int($1) }
        }
        // Sizes below 2^32 could overflow when multiplied; no published set comes near.
        var count = 1
        for size in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow, product <= FileBytes.limit else {
                let sizes = shape.map(String.init).joined(separator: " x ")
                throw DatasetError.damaged(
                    path: path, problem: "its header claims \(sizes) bytes", hint: "fetch it again")
            }
            count = product
        }
        return shape
    }
}
