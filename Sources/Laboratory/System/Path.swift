import Foundation

/// Paths as plain text: Foundation's own functions trap on some strings that a person can type.
enum Path {
    /// What stands behind the last slash.
    static func last(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// What stands before it.
    static func folder(_ path: String) -> String {
        let parts = path.split(separator: "/").dropLast()
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }

    /// `path` seen from a folder, without `.` and `..` where they can be resolved.
    static func joined(_ folder: String, _ path: String) -> String {
        let home = ProcessInfo.processInfo.environment["HOME"] ?? "/"
        let whole =
            if path == "~" || path.hasPrefix("~/") {
                home + path.dropFirst()
            } else {
                path.hasPrefix("/") ? path : folder + "/" + path
            }
        var parts: [Substring] = []
        for part in whole.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part != ".." || !whole.hasPrefix("/") {
                parts.append(part)
            }
        }
        return (whole.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }
}
