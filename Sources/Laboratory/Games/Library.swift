import Foundation
import Language

/// The games that Saddle ships: the `.saddle` files of the Library folder, read when asked for.
package final class Library {
    unowned var session: Session!
    private var rules: [String: GameRule] = [:]
    private lazy var files: [String: URL] = Self.files(in: "Library")
    /// Games of the Library see commands and each other, never the names of a session.
    private let globals = Globals()

    package init() {}

    package var names: [String] { files.keys.sorted() }

    func source(named name: String) throws -> Source? {
        if let text = session.replay?.files["Library/\(name).saddle"] {
            return Source(name: "Library/\(name).saddle", text: text)
        }
        guard let file = files[name] else { return nil }
        do {
            return Source(
                name: "Library/\(name).saddle", text: try String(contentsOf: file, encoding: .utf8))
        } catch {
            throw Diagnostic(.file, "the Library's \(name).saddle cannot be read: \(file.path)")
        }
    }

    /// The game of a file with that name.
    func rule(named name: String) throws -> GameRule? {
        if let known = rules[name] { return known }
        guard let source = try source(named: name) else { return nil }
        try session.load(source, into: globals)
        guard case .rule(let rule)? = globals.variable(name).value else {
            throw Diagnostic(
                .fault, "Library/\(name).saddle defines no game \(name)",
                hint: "this is a fault of Saddle; please report it")
        }
        rules[name] = rule
        return rule
    }

    /// Programs by their names, in a folder of Saddle's own.
    static func files(in name: String) -> [String: URL] {
        guard let folder = folder(name) else { return [:] }
        return Dictionary(
            programs(in: folder).map { ($0.deletingPathExtension().lastPathComponent, $0) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The folder `Library` or `Experiments`, where one with programs in it is. They lie beside the
    /// executable; SADDLE_LIBRARY names another folder for the Library.
    package static func folder(_ name: String) -> URL? {
        if name == "Library", let own = ProcessInfo.processInfo.environment["SADDLE_LIBRARY"] {
            return URL(fileURLWithPath: own)
        }
        return candidates(name).first { !programs(in: $0).isEmpty }
    }

    private static func programs(in folder: URL) -> [URL] {
        let items = try? FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        return (items ?? []).filter { $0.pathExtension == "saddle" }
    }

    /// Beside the program, as it is built; beside its `bin`, as it is packaged. Nowhere else, so
    /// that a copy never reads the games of another one.
    private static func candidates(_ name: String) -> [URL] {
        places.flatMap { folder in
            ["saddle_Laboratory.resources/\(name)", "../share/saddle/\(name)"].map {
                folder.appendingPathComponent($0)
            }
        }
    }

    /// The folders of the program and, where tests run, of their bundle (`Name.xctest`).
    private static var places: [URL] {
        let bundles = CommandLine.arguments.filter { $0.contains(".xctest") }
        return ([executable] + bundles.map { URL(fileURLWithPath: $0) }).map { file in
            var place = file.resolvingSymlinksInPath()
            while place.path.contains(".xctest/") { place = place.deletingLastPathComponent() }
            return place.deletingLastPathComponent()
        }
    }

    /// The running program's own file.
    package static var executable: URL {
        #if os(Linux)
            if let path = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/exe")
            {
                return URL(fileURLWithPath: path)
            }
        #endif
        return Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    }
}
