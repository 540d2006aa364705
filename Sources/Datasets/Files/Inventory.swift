import CSodium
import CZlib

/// What of the published data sets is on this machine, for bug reports.
package struct Inventory: Sendable {
    /// `mnist`
    package let name: String
    /// Where its files are kept once they were downloaded.
    package let cache: String
    /// The files that were found, in the person's folder or in the cache.
    package let found: [String]
    /// How many files the whole set has.
    package let count: Int

    /// Every set that Saddle knows to fetch.
    package static func all(environment: [String: String]) -> [Inventory] {
        let sets = [IDXSet.mnist, .fashion].map { set in
            let parts = [set.train, set.test]
            return (set.name, parts.flatMap { [$0.images.name, $0.labels.name] })
        }
        return (sets + [("cifar10", [CIFAR10.archive.name])]).map { name, files in
            let folder = DataFolder(name, environment)
            return Inventory(
                name: name, cache: folder.cache, found: files.compactMap(folder.find),
                count: files.count)
        }
    }

    /// The versions of the libraries that read and check files.
    package static var libraries: [(name: String, version: String)] {
        [("zlib", zlibVersion()), ("libsodium", sodium_version_string())]
            .map { ($0.0, $0.1.map { String(cString: $0) } ?? "?") }
    }
}
