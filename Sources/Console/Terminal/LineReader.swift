import Foundation

/// Reads lines from a descriptor, one byte behind nobody: a line is taken and what follows it is
/// left for the next reader of the same descriptor.
final class LineReader {
    private let descriptor: Int32
    private var isAtEnd = false

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// The next line without its newline; nil at the end, or when `isInterrupted` says so.
    func next(isInterrupted: () -> Bool = { false }) -> String? {
        guard !isAtEnd else { return nil }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = read(descriptor, &byte, 1)
            if count == 1 {
                if byte == UInt8(ascii: "\n") { break }
                line.append(byte)
            } else if count < 0, errno == EINTR {
                if isInterrupted() { return nil }
            } else {
                isAtEnd = true
                if line.isEmpty { return nil }
                break
            }
        }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return String(decoding: line, as: UTF8.self)
    }
}
