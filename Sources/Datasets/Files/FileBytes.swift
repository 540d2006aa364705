#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Whole files as bytes, with a limit: nothing a path can name fills the memory or hangs.
enum FileBytes {
    /// 1 GiB: more than any published set here, less than a small machine has.
    static let limit = 1 << 30

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The size of a file; nil when it cannot be told.
    static func size(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// The content of a regular file of at most `limit` bytes.
    static func read(_ path: String, limit: Int = Self.limit) throws -> [UInt8] {
        // Without waiting: opening a pipe that nobody writes to would hang.
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { throw DatasetError.missing(path: path) }
            throw DatasetError.unreadable(path: path, reason: lastReason())
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw DatasetError.unreadable(path: path, reason: "it is not a file")
        }
        let size = Int(status.st_size)
        guard size <= limit else {
            throw DatasetError.damaged(
                path: path,
                problem: "it has \(size) bytes, more than the \(limit) expected at most",
                hint: nil)
        }
        return try [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            while filled < size, let base = buffer.baseAddress {
                let count = systemRead(file, base + filled, size - filled)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else {
                    throw DatasetError.unreadable(path: path, reason: lastReason())
                }
                if count == 0 { break }
                filled += count
            }
        }
    }

    /// The names in a folder, sorted, without those that begin with a point.
    static func names(in folder: String) throws -> [String] {
        guard let handle = opendir(folder) else {
            if errno == ENOENT { throw DatasetError.missing(path: folder) }
            throw DatasetError.unreadable(path: folder, reason: lastReason())
        }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            // The name is a C array, which Swift sees as a tuple; its address is the string.
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
                    String(cString: $0)
                }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes a folder and those above it.
    static func makeFolder(_ path: String) throws {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += made.isEmpty || made.hasSuffix("/") ? "\(part)" : "/\(part)"
            if mkdir(made, 0o755) != 0, errno != EEXIST, !isFolder(made) {
                throw DatasetError.unreadable(path: made, reason: lastReason())
            }
        }
    }

    static func lastReason() -> String { String(cString: strerror(errno)) }
}

/// `read` of the C library, which `FileBytes.read` hides.
private func systemRead(_ file: Int32, _ target: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(file, target, count)
}
