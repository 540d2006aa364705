import Foundation

/// The history on disk: an entry a line, newlines written `\n` and backslashes `\\`.
///
/// An entry is appended with one write under a lock of the file, so two programs lose nothing of
/// each other and one that is killed leaves whole lines. Now and then the oldest entries are
/// dropped, by writing a new file and putting it in the place of the old one.
package struct HistoryFile {
    package let path: String
    /// Entries kept when the file is shortened; it may grow to twice as many.
    private static let capacity = 10_000

    package init(path: String) { self.path = path }

    /// `$XDG_STATE_HOME/saddle/history`, or below `~/.local/state`; nil without a home.
    package init?(environment: [String: String]) {
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            path = state + "/saddle/history"
        } else if let home = environment["HOME"], !home.isEmpty {
            path = home + "/.local/state/saddle/history"
        } else {
            return nil
        }
    }

    /// The entries, oldest first; shortens the file when it has grown too long.
    package func load() -> [String] {
        guard let bytes = FileManager.default.contents(atPath: path) else { return [] }
        let entries = HistoryFile.decode(Array(bytes))
        guard entries.count > Self.capacity * 2 else { return entries }
        return shorten() ?? Array(entries.suffix(Self.capacity))
    }

    /// Adds an entry; false when the file cannot be written, which is no reason to stop.
    @discardableResult
    package func append(_ entry: String) -> Bool {
        guard let file = openLocked() else { return false }
        defer { close(file) }
        var line = HistoryFile.encode(entry) + "\n"
        // Half a line, left by a full disk: a newline first keeps it from spoiling this one.
        var last: UInt8 = 0
        let size = lseek(file, 0, SEEK_END)
        if size > 0, pread(file, &last, 1, size - 1) == 1, last != UInt8(ascii: "\n") {
            line = "\n" + line
        }
        return line.withUTF8 { write(file, $0.baseAddress, $0.count) == $0.count }
    }

    /// Opens the file for appending and locks it. Another program may have put a new file in its
    /// place while we waited for the lock: then once more.
    private func openLocked() -> Int32? {
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        try? FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        for _ in 0..<20 {
            let file = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
            guard file >= 0 else { return nil }
            while flock(file, LOCK_EX) != 0 {
                guard errno == EINTR else {
                    close(file)
                    return nil
                }
            }
            var mine = stat()
            var named = stat()
            if fstat(file, &mine) == 0, stat(path, &named) == 0, mine.st_ino == named.st_ino {
                return file
            }
            close(file)
        }
        return nil
    }

    private func shorten() -> [String]? {
        guard let file = openLocked() else { return nil }
        defer { close(file) }
        guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
        let kept = Array(HistoryFile.decode(Array(bytes)).suffix(Self.capacity))
        let text = kept.map { HistoryFile.encode($0) + "\n" }.joined()
        let place = path + ".new"
        let made = FileManager.default.createFile(
            atPath: place, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        guard made, rename(place, path) == 0 else { return nil }
        return kept
    }

    package static func encode(_ entry: String) -> String {
        entry.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    package static func decode(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: UInt8(ascii: "\n")).map { line in
            guard line.contains(UInt8(ascii: "\\")) else {
                return String(decoding: line, as: UTF8.self)
            }
            var text: [UInt8] = []
            var isEscaped = false
            for byte in line {
                if isEscaped {
                    text.append(byte == UInt8(ascii: "n") ? 0x0A : byte)
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else {
                    text.append(byte)
                }
            }
            return String(decoding: text, as: UTF8.self)
        }
    }
}
