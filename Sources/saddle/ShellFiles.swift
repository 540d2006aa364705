import ArgumentParser
import Foundation
import Laboratory

/// What makes Saddle a command of the shells: links to the program, and completion scripts where
/// bash, zsh and fish look for them.
struct ShellFiles {
    let prefix: String

    private static let links = ["bin/saddle", "bin/saddle run"]
    private static let scripts: [(path: String, shell: CompletionShell)] = [
        ("share/bash-completion/completions/saddle", .bash),
        ("share/zsh/site-functions/_saddle", .zsh),
        ("share/fish/vendor_completions.d/saddle.fish", .fish),
    ]

    private var root: String { URL(fileURLWithPath: prefix).path }

    /// Writes everything and returns the paths. A program of somebody else's is left alone.
    func install() throws -> [String] {
        let files = FileManager.default
        let program = Library.executable.resolvingSymlinksInPath().path
        var made: [String] = []
        for path in Self.links.map({ "\(root)/\($0)" }) {
            try makeFolder(above: path)
            if isLink(path) {
                try files.removeItem(atPath: path)
            } else if files.fileExists(atPath: path) {
                throw ValidationError("\(path) is there already and is no link; remove it first")
            }
            try files.createSymbolicLink(atPath: path, withDestinationPath: program)
            made.append(path)
        }
        for script in Self.scripts {
            let path = "\(root)/\(script.path)"
            try makeFolder(above: path)
            try Data(Saddle.completionScript(for: script.shell).utf8)
                .write(to: URL(fileURLWithPath: path), options: .atomic)
            made.append(path)
        }
        return made
    }

    /// Removes what `install` made and returns the paths.
    func uninstall() throws -> [String] {
        let files = FileManager.default
        let links = Self.links.map { "\(root)/\($0)" }.filter(isLink)
        let scripts = Self.scripts.map { "\(root)/\($0.path)" }
            .filter { files.fileExists(atPath: $0) }
        guard !(links + scripts).isEmpty else {
            throw ValidationError("nothing of saddle install --shell is in \(root)")
        }
        for path in links + scripts { try files.removeItem(atPath: path) }
        return links + scripts
    }

    private func isLink(_ path: String) -> Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
    }

    private func makeFolder(above path: String) throws {
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        try FileManager.default.createDirectory(
            atPath: "/" + folder, withIntermediateDirectories: true)
    }
}
