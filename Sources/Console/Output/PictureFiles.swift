import Foundation
import Language

/// Pictures written as files: `samples-1.png`, `samples-2.png`, ... in a directory.
package struct PictureFiles {
    private let directory: String?
    private var counts: [String: Int] = [:]
    private var names: [String: String] = [:]

    init(directory: String?) { self.directory = directory }

    /// Writes a bundle's picture and returns the file's name. A picture shown under an `id` again
    /// replaces its file. Throws a `Diagnostic` when the file cannot be written.
    mutating func write(_ png: [UInt8], of bundle: MIMEBundle, id: String?) throws -> String {
        let name = id.flatMap { names[$0] } ?? newName(for: bundle)
        if let id { names[id] = name }
        do {
            if let directory {
                try FileManager.default.createDirectory(
                    atPath: directory, withIntermediateDirectories: true)
            }
            try Data(png).write(to: URL(fileURLWithPath: name), options: .atomic)
        } catch {
            throw Diagnostic(
                .file, "cannot write \(name): \(error.localizedDescription)",
                hint: "choose another directory with --output DIR")
        }
        return name
    }

    private mutating func newName(for bundle: MIMEBundle) -> String {
        let stem = PictureFiles.stem(of: bundle)
        let count = (counts[stem] ?? 0) + 1
        counts[stem] = count
        let name = "\(stem)-\(count).png"
        return directory.map { $0.hasSuffix("/") ? $0 + name : "\($0)/\(name)" } ?? name
    }

    /// The command that made the picture, from its provenance: `samples(g)` and `x = samples(g)`
    /// give `samples`.
    package static func stem(of bundle: MIMEBundle) -> String {
        guard case .string(let text)? = bundle.metadata["saddle"]?["saddle:command"] else {
            return "picture"
        }
        var rest = text.unicodeScalars[...]
        let word = takeName(&rest)
        while rest.first == " " { rest.removeFirst() }
        if rest.first == "=" {
            rest = rest.dropFirst().drop { $0 == " " }
            let command = takeName(&rest)
            if !command.isEmpty { return command }
        }
        return word.isEmpty ? "picture" : word
    }

    private static func takeName(_ rest: inout Substring.UnicodeScalarView) -> String {
        let name = rest.prefix {
            $0 == "_" || $0.properties.isAlphabetic || ("0"..."9").contains($0)
        }
        rest = rest[name.endIndex...]
        return String(Substring(name))
    }
}
