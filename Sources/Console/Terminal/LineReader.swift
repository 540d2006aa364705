import Foundation
import Language

/// Reads lines from a descriptor, one byte behind nobody: a line is taken and what follows it is
/// left for the next reader of the same descriptor.
final class LineReader {
    private let descriptor: Int32
    private var isAtEnd = false
    /// Ctrl-C came instead of a line.
    private(set) var wasInterrupted = false

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// The next line without its newline; nil at the end, or when Ctrl-C came.
    func next() -> String? {
        wasInterrupted = false
        guard !isAtEnd else { return nil }
        var line: [UInt8] = []
        while true {
            switch nextByte() {
            case .byte(UInt8(ascii: "\n")): return LineReader.text(line)
            case .byte(let byte): line.append(byte)
            case .woken: if noteSignals() { return nil }
            case .end:
                isAtEnd = true
                return line.isEmpty ? nil : LineReader.text(line)
            }
        }
    }

    /// The next line, typed without being shown.
    func nextHidden() -> String? {
        var modes = termios()
        guard tcgetattr(descriptor, &modes) == 0 else { return next() }
        let former = modes
        modes.c_lflag &= ~tcflag_t(ECHO)
        modes.c_lflag |= tcflag_t(ECHONL)
        tcsetattr(descriptor, TCSAFLUSH, &modes)
        var original = former
        defer { tcsetattr(descriptor, TCSAFLUSH, &original) }
        return next()
    }

    /// Everything up to the end; nil when Ctrl-C came.
    func rest() -> Data? {
        var data = Data()
        while true {
            switch nextBytes(1 << 16) {
            case .bytes(let bytes): data.append(contentsOf: bytes)
            case .woken: if noteSignals() { return nil }
            case .end: return data
            }
        }
    }

    private func noteSignals() -> Bool {
        wasInterrupted = Signals.take().contains(.interrupted)
        return wasInterrupted
    }

    /// Asks a question that was shown already; throws where nobody answers.
    func answer(to prompt: String, secret: Bool) throws -> String {
        if let line = secret ? nextHidden() : next() { return line }
        if wasInterrupted { throw Diagnostic(.interrupted, "interrupted") }
        throw Diagnostic(
            .usage, "nobody can answer \"\(prompt)\"",
            hint: "standard input has ended; run this in a terminal")
    }

    private enum Byte { case byte(UInt8), woken, end }
    private enum Bytes { case bytes(ArraySlice<UInt8>), woken, end }

    private func nextByte() -> Byte {
        switch nextBytes(1) {
        case .bytes(let bytes): bytes.first.map(Byte.byte) ?? .end
        case .woken: .woken
        case .end: .end
        }
    }

    /// Waits for input or a signal, so that no read is cut short by one.
    private func nextBytes(_ count: Int) -> Bytes {
        var polled = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: Signals.wakeDescriptor, events: Int16(POLLIN), revents: 0),
        ]
        if poll(&polled, 2, -1) < 0 { return errno == EINTR ? .woken : .end }
        if polled[1].revents & Int16(POLLIN) != 0 { return .woken }
        var buffer = [UInt8](repeating: 0, count: count)
        let size = read(descriptor, &buffer, count)
        if size > 0 { return .bytes(buffer[..<size]) }
        return size < 0 && (errno == EINTR || errno == EAGAIN) ? .woken : .end
    }

    private static func text(_ line: [UInt8]) -> String {
        let isWindows = line.last == UInt8(ascii: "\r")
        return String(decoding: isWindows ? line.dropLast() : line[...], as: UTF8.self)
    }
}
