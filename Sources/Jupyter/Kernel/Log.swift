#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Lines for whoever operates the kernel; a server shows them in its log.
struct Log: Sendable {
    let write: @Sendable (String) -> Void

    static let standardError = Log { line in
        var bytes = Array("saddle kernel: \(line)\n".utf8)
        // One call, so that lines of several threads stay whole. Nobody can be told of a failure.
        _ = systemWrite(&bytes)
    }

    func callAsFunction(_ line: String) { write(line) }
}

private func systemWrite(_ bytes: inout [UInt8]) -> Int {
    write(STDERR_FILENO, bytes, bytes.count)
}
