/// A file as its authors published it.
struct PublishedFile: Equatable, Sendable {
    let name: String
    let bytes: Int
    /// In small hexadecimal letters.
    let sha256: String
}

/// Where the files of one published set lie: the person's folder, then the cache.
struct DataFolder: Sendable {
    /// The name of the set, and of its folder.
    let name: String
    let environment: [String: String]

    init(_ name: String, _ environment: [String: String]) {
        self.name = name
        self.environment = environment
    }

    /// Where the set's files are kept once they were downloaded.
    ///
    /// See `CacheFolder`.
    var cache: String { CacheFolder.path(name, environment) }

    /// What `SADDLE_DATA` names: the folder of all sets, or the one of this set.
    var own: [String] {
        guard let folder = environment["SADDLE_DATA"], !folder.isEmpty else { return [] }
        return [folder + "/" + name, folder]
    }

    /// The path of `file`, compressed or not, where it is first found.
    func find(_ file: String) -> String? {
        for folder in own + [cache] {
            let path = folder + "/" + file
            if FileBytes.exists(path) { return path }
            guard path.hasSuffix(".gz") else { continue }
            let plain = String(path.dropLast(3))
            if FileBytes.exists(plain) { return plain }
        }
        return nil
    }
}

/// What Saddle keeps for a person between sessions and can make or fetch again.
package enum CacheFolder {
    /// `XDG_CACHE_HOME/saddle/name`, else `~/.cache/saddle/name` (`~/Library/Caches/saddle/name`
    /// on macOS).
    package static func path(_ name: String, _ environment: [String: String]) -> String {
        let home = environment["HOME"] ?? "/tmp"
        #if os(macOS)
            let standard = home + "/Library/Caches"
        #else
            let standard = home + "/.cache"
        #endif
        // The XDG specification: a relative path is to be ignored.
        let named = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return (named ?? standard) + "/saddle/" + name
    }

    /// Whether anything has this path.
    package static func has(_ path: String) -> Bool { FileBytes.exists(path) }

    /// Makes a folder and those above it; throws where it cannot be.
    package static func make(_ path: String) throws { try FileBytes.makeFolder(path) }
}
