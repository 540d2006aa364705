/// NumPy's file format (NEP 1): a magic number, a header that is a Python dictionary, the values.
enum NPY {
    enum Values {
        case bytes([UInt8])
        case floats([Float])
    }

    /// The array of a file: uint8 as bytes, float32 and float64 as floats; little-endian, in C
    /// order. Anything else is an error that names what was found.
    static func read(_ path: String) throws -> (shape: [Int], values: Values) {
        let file = try FileBytes.read(path)
        guard file.count >= 12, file[0] == 0x93, file[1..<6].elementsEqual("NUMPY".utf8) else {
            throw fault(path, "it is no .npy file, its first bytes are wrong")
        }
        // Version 1 has two bytes for the length of the header, the others four.
        let width = file[6] == 1 ? 2 : 4
        let length = (0..<width).reduce(0) { $0 | Int(file[8 + $1]) << (8 * $1) }
        let start = 8 + width + length
        guard start <= file.count else { throw fault(path, "it is truncated inside its header") }
        let header = String(decoding: file[(8 + width)..<start], as: UTF8.self)
        guard let type = quoted("descr", in: header), let shape = shape(in: header) else {
            throw fault(path, "its header is damaged")
        }
        guard !header.contains("'fortran_order': True") else {
            throw fault(
                path, "its values are in Fortran's order",
                "save it with numpy.save(name, numpy.ascontiguousarray(array))")
        }
        guard let size = ["|u1": 1, "<f4": 4, "<f8": 8][type] else {
            throw fault(
                path, "its values are of type \(type)",
                "save it as uint8, float32 or float64: array.astype('float32')")
        }
        var count = 1
        for axis in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: axis)
            guard !overflow, product <= FileBytes.limit else {
                throw fault(path, "its header claims more values than there can be")
            }
            count = product
        }
        guard file.count - start == count * size else {
            throw fault(
                path,
                "it holds \(file.count - start) bytes instead of the \(count * size) of shape"
                    + " \(shape)")
        }
        return (shape, values(Array(file[start...]), size, count))
    }

    private static func values(_ bytes: [UInt8], _ size: Int, _ count: Int) -> Values {
        guard size > 1 else { return .bytes(bytes) }
        return bytes.withUnsafeBytes { source in
            .floats(
                (0..<count).map { index in
                    size == 4
                        ? Float(
                            bitPattern: UInt32(
                                littleEndian: source.loadUnaligned(
                                    fromByteOffset: 4 * index, as: UInt32.self)))
                        : Float(
                            Double(
                                bitPattern: UInt64(
                                    littleEndian: source.loadUnaligned(
                                        fromByteOffset: 8 * index, as: UInt64.self))))
                })
        }
    }

    /// What stands in quotes after `'key':`.
    private static func quoted(_ key: String, in header: String) -> String? {
        guard let rest = after(key, in: header)?.drop(while: { $0 == " " }), rest.first == "'"
        else { return nil }
        return String(rest.dropFirst().prefix { $0 != "'" })
    }

    private static func shape(in header: String) -> [Int]? {
        guard let rest = after("shape", in: header)?.drop(while: { $0 == " " }), rest.first == "("
        else { return nil }
        let parts = rest.dropFirst().prefix { $0 != ")" }.split(separator: ",")
        let sizes = parts.map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }.map { Int($0) }
        let known = sizes.compactMap { $0 }
        return known.count == sizes.count && known.allSatisfy { $0 >= 0 } ? known : nil
    }

    private static func after(_ key: String, in header: String) -> Substring? {
        let mark = "'\(key)':"
        var rest = header[...]
        while !rest.isEmpty {
            if rest.hasPrefix(mark) { return rest.dropFirst(mark.count) }
            rest = rest.dropFirst()
        }
        return nil
    }

    private static func fault(_ path: String, _ problem: String, _ hint: String? = nil)
        -> DatasetError
    {
        .damaged(path: path, problem: problem, hint: hint)
    }
}
