import Foundation

/// Runs commands of the operating system in our place at the terminal.
package enum Shell {
    /// Runs a command with the user's shell and waits; its exit code, 128 + n after signal n, or
    /// 127 when there is no shell.
    @discardableResult
    package static func run(_ command: String, environment: [String: String]) -> Int32 {
        let shell = environment["SHELL"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/bin/sh"
        let code = spawn([shell, "-c", command])
        return code == 127 && shell != "/bin/sh" && access(shell, X_OK) != 0
            ? spawn(["/bin/sh", "-c", command]) : code
    }

    private static func spawn(_ arguments: [String]) -> Int32 {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // What we ignore, a child would ignore too.
        var ignored = sigset_t()
        sigemptyset(&ignored)
        for number in [SIGPIPE, SIGTTOU] { sigaddset(&ignored, number) }
        posix_spawnattr_setsigdefault(&attributes, &ignored)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        let words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child = pid_t()
        guard let path = words[0],
            posix_spawn(&child, path, nil, &attributes, words, environ) == 0
        else { return 127 }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { return 127 }
        }
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    /// A word as the shell takes it literally.
    package static func quoted(_ word: String) -> String {
        "'" + word.replacing("'", with: "'\\''") + "'"
    }

    /// Changes the directory of this process; what went wrong, or nil.
    package static func changeDirectory(_ argument: String, environment: [String: String])
        -> String?
    {
        let home = environment["HOME"] ?? "/"
        var path = argument.trimmingCharacters(in: .whitespaces)
        if path.count >= 2, let mark = path.first, mark == "'" || mark == "\"", path.last == mark {
            path = String(path.dropFirst().dropLast())
        }
        if path.isEmpty || path == "~" { path = home }
        if path.hasPrefix("~/") { path = home + path.dropFirst() }
        return chdir(path) == 0 ? nil : "cd: \(path): \(String(cString: strerror(errno)))"
    }

    /// Opens a text in the user's editor; what it was saved as, or nil when that failed.
    package static func edit(_ text: String, environment: [String: String]) -> String? {
        let editor = [environment["VISUAL"], environment["EDITOR"]].compactMap { $0 }
            .first { !$0.isEmpty }
        let folder = environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(folder)/saddle-XXXXXX.saddle".utf8CString)
        let file = mkstemps(&template, 7)
        guard file >= 0 else { return nil }
        let path = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { unlink(path) }
        writeAll(text.isEmpty ? "" : text + "\n", to: file)
        close(file)
        guard run("\(editor ?? "vi") \(quoted(path))", environment: environment) == 0,
            let data = FileManager.default.contents(atPath: path)
        else { return nil }
        var edited = String(decoding: data, as: UTF8.self)
        while edited.last?.isNewline == true { edited.removeLast() }
        return edited
    }

    /// Shows a text through the user's pager; false when there is none.
    package static func page(_ text: String, environment: [String: String]) -> Bool {
        let pager = environment["PAGER"].flatMap { $0.isEmpty ? nil : $0 } ?? "less -FRX"
        let folder = environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(folder)/saddle-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { return false }
        let path = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { unlink(path) }
        writeAll(text.endingLine, to: file)
        close(file)
        return run("\(pager) < \(quoted(path))", environment: environment) != 127
    }

    /// Files that a word could be the beginning of, directories with a `/`.
    package static func files(beginning word: String, environment: [String: String]) -> [String] {
        let cut = word.lastIndex(of: "/")
        let folder = cut.map { String(word[...$0]) } ?? ""
        let start = cut.map { String(word[word.index(after: $0)...]) } ?? word
        var place = folder.isEmpty ? "." : folder
        if place.hasPrefix("~/") { place = (environment["HOME"] ?? "") + place.dropFirst() }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
        return names.filter { $0.hasPrefix(start) && (start.hasPrefix(".") || !$0.hasPrefix(".")) }
            .sorted().map { name in
                var isFolder: ObjCBool = false
                let path = place.hasSuffix("/") ? place + name : place + "/" + name
                _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
                return folder + name + (isFolder.boolValue ? "/" : "")
            }
    }
}
