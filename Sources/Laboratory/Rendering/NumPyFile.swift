import Foundation
import Language
import Tensors

extension Tensor {
    /// Writes a NumPy file, version 1.0 of the format: little-endian 32-bit floats, C order.
    func saveNumPy(to file: URL) throws {
        guard file.pathExtension == "npy" else {
            throw Diagnostic(
                .file, "a tensor is saved as .npy, not as .\(file.pathExtension)",
                hint: "save x, \"x.npy\"")
        }
        let sizes = shape.map { "\($0)," }.joined(separator: " ")
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(sizes)), }"
        // The whole preamble is a multiple of 64 bytes and ends with a newline.
        while (10 + header.utf8.count + 1) % 64 != 0 { header += " " }
        header += "\n"
        let length = header.utf8.count
        var bytes = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0])
        bytes.append(contentsOf: [UInt8(length & 0xFF), UInt8(length >> 8 & 0xFF)])
        bytes.append(contentsOf: header.utf8)
        withValues { values in
            for value in values {
                withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
            }
        }
        do { try bytes.write(to: file, options: .atomic) } catch {
            throw Diagnostic(
                .file, "cannot write \(file.path)", hint: "does the folder exist, may you write?")
        }
    }
}
