import ArgumentParser
import Console
import Foundation
import Jupyter
import Laboratory

/// `saddle doctor`: what a bug report should say of the machine.
struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what Saddle finds on this machine: paste it into a bug report.",
        discussion: "Exit code 1 when something that it found cannot work.")

    func run() throws {
        var report = Checkup(environment: ProcessInfo.processInfo.environment)
        report.examine()
        print(report.text)
        if !report.troubles.isEmpty { throw ArgumentParser.ExitCode(1) }
    }
}

/// Findings by name, and what is wrong with them.
private struct Checkup {
    let environment: [String: String]
    private(set) var findings: [(name: String, value: String)] = []
    private(set) var troubles: [String] = []

    init(environment: [String: String]) { self.environment = environment }

    /// Lines such as `processor    ...`, then the troubles.
    var text: String {
        var lines: [String] = []
        var last = ""
        for (name, value) in findings {
            let shown = name == last ? "" : name
            last = name
            lines.append(shown.padding(toLength: 13, withPad: " ", startingAt: 0) + tidy(value))
        }
        lines += troubles.map { "trouble:     " + tidy($0) }
        return lines.joined(separator: "\n")
    }

    /// A home folder tells who somebody is.
    private func tidy(_ text: String) -> String {
        guard let home = environment["HOME"], home.count > 1 else { return text }
        return text.replacing(home + "/", with: "~/")
    }

    mutating func examine() {
        add("Saddle", "\(Version.current), \(Library.executable.path)")
        add("system", Self.system)
        add("processor", Self.processor)
        let examination = Examination(environment: environment)
        for (name, value) in examination.engine { add(name, value) }
        let versions =
            examination.libraries + Kernelspec.libraries + [("chafa", SymbolCanvas.version)]
        add("libraries", versions.map { "\($0.0) \($0.1)" }.joined(separator: ", "))
        add("terminal", terminal)
        let games = Library().names.count
        add("games", "\(games) in the Library")
        if games == 0 {
            troubles.append("the folder of the Library is missing; SADDLE_LIBRARY can name it")
        }
        examineKernelspecs()
        for (name, value) in examination.data { add(name, value) }
        let names = environment.keys.filter { $0.hasPrefix("SADDLE_") || $0 == "NO_COLOR" }.sorted()
        for name in names { add("settings", "\(name)=\(environment[name] ?? "")") }
    }

    private mutating func add(_ name: String, _ value: String) { findings.append((name, value)) }

    private mutating func examineKernelspecs() {
        let own = Library.executable.resolvingSymlinksInPath().path
        let all = Kernelspec.installed
        for spec in all {
            let starts = URL(fileURLWithPath: spec.program).resolvingSymlinksInPath().path
            let program = starts == own ? "this program" : spec.program
            add("kernelspec", "\(spec.folder) starts \(program)")
            if !spec.canStart {
                troubles.append("\(spec.folder) starts what is not there; run saddle install again")
            }
        }
        if all.isEmpty { add("kernelspec", "none; saddle install makes one for Jupyter") }
    }

    private var terminal: String {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
            .first { !$0.isEmpty }
        return (isTerminal ? TerminalPictures.describe(environment: environment) : "none here")
            + ", locale \(locale ?? "unset")"
    }

    private static var system: String {
        var name = ProcessInfo.processInfo.operatingSystemVersionString
        let lines = (try? String(contentsOfFile: "/etc/os-release", encoding: .utf8)) ?? ""
        let key = "PRETTY_NAME="
        if let line = lines.split(separator: "\n").first(where: { $0.hasPrefix(key) }) {
            name = line.dropFirst(key.count).filter { $0 != "\"" }
        }
        var kernel = utsname()
        guard uname(&kernel) == 0 else { return name }
        return "\(name), \(word(&kernel.sysname)) \(word(&kernel.release)) \(word(&kernel.machine))"
    }

    /// A field of `utsname` as text.
    private static func word<Field>(_ field: inout Field) -> String {
        withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static var processor: String {
        #if os(macOS)
            var size = 256
            var name = [UInt8](repeating: 0, count: size)
            sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0)
            return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        #else
            let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
            let fields = text.split(separator: "\n").map {
                $0.split(separator: ":", maxSplits: 1).map {
                    $0.trimmingCharacters(in: .whitespaces)
                }
            }
            let value = { (name: String) in
                fields.first { $0.count == 2 && $0[0] == name }.map { $0[1] }
            }
            let words = (value("flags") ?? value("Features") ?? "").split(separator: " ")
            let telling = words.filter { word in
                ["sse4_2", "fma", "asimd", "sve"].contains(word)
                    || ["avx", "amx"].contains { word.hasPrefix($0) }
            }
            return ([value("model name") ?? "unknown"] + [telling.joined(separator: " ")])
                .filter { !$0.isEmpty }.joined(separator: "; ")
        #endif
    }
}
