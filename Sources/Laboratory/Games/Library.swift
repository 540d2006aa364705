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

    /// Programs by their names. They lie beside the executable; SADDLE_LIBRARY names another folder
    /// for the Library.
    static func files(in name: String) -> [String: URL] {
        let own = name == "Library" ? ProcessInfo.processInfo.environment["SADDLE_LIBRARY"] : nil
        let folders = own.map { [URL(fileURLWithPath: $0)] } ?? candidates(name)
        for folder in folders {
            let items = try? FileManager.default.contentsOfDirectory(
                at: folder, includingPropertiesForKeys: nil)
            let games = (items ?? []).filter { $0.pathExtension == "saddle" }
            if !games.isEmpty {
                return Dictionary(
                    games.map { ($0.deletingPathExtension().lastPathComponent, $0) },
                    uniquingKeysWith: { first, _ in first })
            }
        }
        return [:]
    }

    private static func candidates(_ name: String) -> [URL] {
        let bundle = "saddle_Laboratory.resources/\(name)"
        var folders: [URL] = []
        for start in [executable, URL(fileURLWithPath: CommandLine.arguments.first ?? "")] {
            var folder = start.resolvingSymlinksInPath().deletingLastPathComponent()
            for _ in 0..<5 {
                folders.append(folder.appendingPathComponent(bundle))
                folders.append(folder.appendingPathComponent("../share/saddle/\(name)"))
                folder = folder.deletingLastPathComponent()
            }
        }
        return folders
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
