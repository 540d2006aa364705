import Foundation
import Tensors

/// A file of named tensors in the safetensors format: 8 bytes with the length of a header, the
/// header in JSON, then the elements, little-endian. Python reads and writes it, with the package
/// of that name or in ten lines of NumPy.
///
/// Reading trusts nothing: lengths are checked against the file's size before anything is
/// allocated, and tensors must cover the data exactly once, in any order. Written are 32-bit
/// floats; read are also 16- and 64-bit ones.
package struct Safetensors {
    /// Free text by name: source, curves, states.
    package var metadata: [String: String]
    package var tensors: [(name: String, tensor: Tensor)]

    package init(
        metadata: [String: String] = [:], tensors: [(name: String, tensor: Tensor)] = []
    ) {
        self.metadata = metadata
        self.tensors = tensors
    }

    /// The tensor of this name.
    package subscript(name: String) -> Tensor? { tensors.first { $0.name == name }?.tensor }

    // MARK: Writing

    /// Writes beside `path` first, makes sure that the disk has it, and then takes the place of
    /// what was there: whatever happens, one whole file is there.
    package func write(to path: String) throws {
        let header = try header(for: path)
        try ReplacingFile.write(path) { file in
            var length = UInt64(header.count).littleEndian
            try withUnsafeBytes(of: &length) { try file.write($0) }
            try header.withUnsafeBytes { try file.write($0) }
            for (_, tensor) in tensors {
                try tensor.withValues { try file.write(UnsafeRawBufferPointer($0)) }
            }
        }
    }

    /// The header, padded with spaces so that the elements start at a multiple of 8.
    private func header(for path: String) throws -> [UInt8] {
        var names = Set<String>()
        var parts: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }
                .map { "\(JSONText.quoted($0.key)):\(JSONText.quoted($0.value))" }
            parts.append("\"\(Self.metadataName)\":{\(pairs.joined(separator: ","))}")
        }
        var start = 0
        for (name, tensor) in tensors {
            guard name != Self.metadataName, names.insert(name).inserted else {
                throw NetworkError.file(
                    path: path, problem: "two tensors would have the name \(name)", hint: nil)
            }
            let shape = tensor.shape.map { "\($0)" }.joined(separator: ",")
            let end = start + 4 * tensor.count
            parts.append(
                "\(JSONText.quoted(name)):{\"dtype\":\"F32\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(start),\(end)]}")
            start = end
        }
        var bytes = Array("{\(parts.joined(separator: ","))}".utf8)
        while bytes.count % 8 != 0 { bytes.append(UInt8(ascii: " ")) }
        guard bytes.count <= SafetensorsHeader.mostBytes else {
            throw NetworkError.file(
                path: path, problem: "the header would have \(bytes.count) bytes",
                hint: "at most \(SafetensorsHeader.mostBytes) can be read again")
        }
        return bytes
    }

    static let metadataName = "__metadata__"

    // MARK: Reading

    /// Reads a file; throws `NetworkError.file` for anything that is not a whole, sound one, and
    /// `TensorError.memory` for one that is too large.
    package static func read(_ path: String) throws -> Safetensors {
        let file = try ReadingFile.opened(path)
        let header = try SafetensorsHeader(file)
        var result = Safetensors(metadata: header.metadata)
        for entry in header.entries {
            let tensor = try Tensor(shape: entry.shape) { target in
                try read(entry, into: target, file, from: header.dataStart)
            }
            result.tensors.append((entry.name, tensor))
        }
        return result
    }

    private static func read(
        _ entry: SafetensorsHeader.Entry, into target: UnsafeMutableBufferPointer<Float>,
        _ file: borrowing ReadingFile, from dataStart: Int
    ) throws {
        let start = dataStart + entry.offsets.lowerBound
        if entry.type == .f32 {
            try file.read(into: UnsafeMutableRawBufferPointer(target), at: start)
            return
        }
        // Other widths go through a piece of bounded size.
        let width = entry.type.width
        var piece = [UInt8](repeating: 0, count: width * min(target.count, 1 << 14))
        var done = 0
        while done < target.count {
            let count = min(target.count - done, 1 << 14)
            try piece.withUnsafeMutableBytes { bytes in
                let part = UnsafeMutableRawBufferPointer(rebasing: bytes[..<(count * width)])
                try file.read(into: part, at: start + done * width)
                for index in 0..<count {
                    target[done + index] = entry.type.value(part, at: index)
                }
            }
            done += count
        }
    }
}

/// The kinds of elements that can be read.
enum ElementType: String {
    case f32 = "F32"
    case f64 = "F64"
    case f16 = "F16"
    case bf16 = "BF16"

    /// Bytes of an element.
    var width: Int {
        switch self {
        case .f32: 4
        case .f64: 8
        case .f16, .bf16: 2
        }
    }

    func value(_ bytes: UnsafeMutableRawBufferPointer, at index: Int) -> Float {
        let start = index * width
        switch self {
        case .f32:
            return Float(
                bitPattern: UInt32(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self)))
        case .f64:
            let bits = bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)
            return Float(Double(bitPattern: UInt64(littleEndian: bits)))
        case .f16:
            let bits = bytes.loadUnaligned(fromByteOffset: start, as: UInt16.self)
            return Self.half(UInt16(littleEndian: bits))
        case .bf16:
            let bits = bytes.loadUnaligned(fromByteOffset: start, as: UInt16.self)
            return Float(bitPattern: UInt32(UInt16(littleEndian: bits)) << 16)
        }
    }

    /// IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. `Float16` does not exist on every
    /// processor.
    static func half(_ bits: UInt16) -> Float {
        let sign: Float = bits >> 15 == 0 ? 1 : -1
        let exponent = Int(bits >> 10 & 0x1f)
        let fraction = Float(bits & 0x3ff)
        switch exponent {
        case 0: return sign * fraction * 0x1p-24
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default:
            return sign
                * Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction * 0x1p-10)
        }
    }
}
