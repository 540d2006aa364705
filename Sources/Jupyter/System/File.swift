#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Files and folders by system calls: whole in, whole out, `EINTR` survived.
enum File {
    struct Fault: Error, Equatable {
        var path: String
        var code: Int32
        var reason: String { String(cString: strerror(code)) }
    }

    static func read(_ path: String) throws(Fault) -> [UInt8] {
        let file = retry { open(path, O_RDONLY | O_CLOEXEC) }
        guard file >= 0 else { throw Fault(path: path, code: errno) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = retry { systemRead(file, &chunk, chunk.count) }
            if count == 0 { return bytes }
            guard count > 0 else { throw Fault(path: path, code: errno) }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// Writes beside the target and renames, so that nobody ever sees half a file.
    static func write(
        _ bytes: [UInt8], to path: String, mode: mode_t = 0o600
    ) throws(Fault) {
        let beside = "\(path).\(getpid())"
        try write(bytes, to: beside, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
        guard rename(beside, path) == 0 else {
            let code = errno
            unlink(beside)
            throw Fault(path: path, code: code)
        }
    }

    /// One `write` at the end of the file: lines of several processes do not mix.
    static func append(_ bytes: [UInt8], to path: String) throws(Fault) {
        try write(bytes, to: path, flags: O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
    }

    private static func write(
        _ bytes: [UInt8], to path: String, flags: Int32, mode: mode_t
    ) throws(Fault) {
        let file = retry { open(path, flags | O_CLOEXEC, mode) }
        guard file >= 0 else { throw Fault(path: path, code: errno) }
        defer { close(file) }
        if flags & O_APPEND == 0 { fchmod(file, mode) }
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { rest in
                retry { systemWrite(file, rest.baseAddress, rest.count) }
            }
            guard count >= 0 else { throw Fault(path: path, code: errno) }
            done += count
        }
    }

    static func size(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }

    /// Makes a folder and those above it.
    static func makeFolder(_ path: String, mode: mode_t = 0o755) throws(Fault) {
        if mkdir(path, mode) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw Fault(path: path, code: errno)
        }
        try makeFolder(String(path[..<slash]), mode: mode)
        guard mkdir(path, mode) == 0 || errno == EEXIST else {
            throw Fault(path: path, code: errno)
        }
    }

    /// Repeats a call that a signal cut short.
    static func retry<Count: SignedInteger>(_ call: () -> Count) -> Count {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }
}

/// The system's `read`, whose name `File.read` hides.
private func systemRead(_ file: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(file, bytes, count)
}

/// The system's `write`, whose name `File.write` hides.
private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(file, bytes, count)
}

/// The process's environment, read at the moment of the call.
enum Environment {
    static subscript(name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }
}
