import Foundation

/// The conformance programs: files beside the tests, one fault each where they have one.
enum Programs {
    struct File {
        var name: String
        var text: String
    }

    static var folder: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Programs")
    }

    static func all() throws -> [File] {
        let enumerator = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        let files = (enumerator?.compactMap { $0 as? URL } ?? [])
            .filter { $0.pathExtension == "saddle" }
            .sorted { $0.path < $1.path }
        return try files.map {
            let name = $0.deletingLastPathComponent().lastPathComponent + "/" + $0.lastPathComponent
            return File(name: name, text: try String(contentsOf: $0, encoding: .utf8))
        }
    }
}
