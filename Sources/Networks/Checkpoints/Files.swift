import Foundation

/// A file to read from at any place, whose size is known.
struct ReadingFile: ~Copyable {
    let path: String
    /// Bytes.
    let size: Int
    private let handle: Int32

    private init(path: String, size: Int, handle: Int32) {
        self.path = path
        self.size = size
        self.handle = handle
    }

    static func opened(_ path: String) throws -> ReadingFile {
        // Not to wait for somebody to write into a pipe of that name.
        let handle = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard handle >= 0 else { throw NetworkError.file(path, errno) }
        var status = stat()
        guard fstat(handle, &status) == 0 else {
            let code = errno
            close(handle)
            throw NetworkError.file(path, code)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(handle)
            throw NetworkError.file(path: path, problem: "this is not a file", hint: nil)
        }
        return ReadingFile(path: path, size: Int(status.st_size), handle: handle)
    }

    deinit { close(handle) }

    /// Fills `target` from byte `start` on; throws when the file ends before.
    func read(into target: UnsafeMutableRawBufferPointer, at start: Int) throws {
        guard let base = target.baseAddress else { return }
        var done = 0
        while done < target.count {
            let count = pread(
                handle, base + done, min(target.count - done, 1 << 30), off_t(start + done))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw NetworkError.file(path, errno) }
            guard count > 0 else { throw fault("the file is truncated") }
            done += count
        }
    }

    func fault(_ problem: String) -> NetworkError {
        .file(path: path, problem: problem, hint: nil)
    }
}

/// A file that takes the place of another one when it is complete.
struct ReplacingFile: ~Copyable {
    private let path: String
    private let handle: Int32

    /// Writes a file beside `path`, waits until the disk has it, and renames it to `path`.
    static func write(_ path: String, _ body: (borrowing ReplacingFile) throws -> Void) throws {
        // A link stays a link to the file that is replaced.
        let target =
            realpath(path, nil).map { pointer in
                defer { free(pointer) }
                return String(cString: pointer)
            } ?? path
        let draft = "\(target).\(getpid())-\(UInt32.random(in: 0...(.max))).part"
        do {
            let handle = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            guard handle >= 0 else { throw NetworkError.file(path, errno) }
            let file = ReplacingFile(path: path, handle: handle)
            try body(file)
            guard fsync(file.handle) == 0 else { throw NetworkError.file(path, errno) }
        } catch {
            unlink(draft)
            throw error
        }
        guard rename(draft, target) == 0 else {
            let code = errno
            unlink(draft)
            throw NetworkError.file(path, code)
        }
        syncFolder(of: target)
    }

    private init(path: String, handle: Int32) {
        self.path = path
        self.handle = handle
    }

    deinit { close(handle) }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        guard let base = bytes.baseAddress else { return }
        var done = 0
        while done < bytes.count {
            let count = Foundation.write(handle, base + done, min(bytes.count - done, 1 << 30))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw NetworkError.file(path, errno) }
            done += count
        }
    }

    /// The new name is on the disk, too, where the file system allows to ask for it.
    private static func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let handle = open(folder, O_RDONLY | O_CLOEXEC)
        guard handle >= 0 else { return }
        fsync(handle)
        close(handle)
    }
}

extension NetworkError {
    /// What the system says about a file.
    static func file(_ path: String, _ code: Int32) -> NetworkError {
        let hint: String? =
            switch code {
            case ENOENT: "is the path right, and does the folder exist?"
            case EACCES, EPERM, EROFS: "choose a folder that you may write to"
            case ENOSPC, EDQUOT: "the disk is full; nothing was replaced"
            default: nil
            }
        return .file(path: path, problem: String(cString: strerror(code)), hint: hint)
    }
}
