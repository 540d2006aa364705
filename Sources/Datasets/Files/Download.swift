#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How far a download is; returning false stops it.
package typealias DownloadProgress = @Sendable (DownloadState) -> Bool

/// The same under a shorter name, which Foundation also has.
package typealias Progress = DownloadProgress

package struct DownloadState: Sendable, Equatable {
    package let file: String
    package let received: Int
    package let expected: Int
}

/// Fetching one published file, whole and unchanged or not at all.
///
/// The system's `curl` does the transfer: it is there on macOS and on every machine that
/// followed Swift's instructions, while Foundation's networking costs each start some 10 MB of
/// memory for something that happens once in the life of a cache.
struct Download {
    let file: PublishedFile
    /// The addresses to try, in this order.
    let addresses: [String]
    let folder: String
    /// The program to run; another one only in tests.
    var curl = "curl"
    /// The time curl may spend without progress, in seconds.
    var patience = 30

    /// The path of the file in `folder`, after its size and SHA-256 were found right.
    ///
    /// It arrives under a temporary name, and gets its own at the end. Whatever goes wrong,
    /// nothing is left behind.
    func run(_ progress: DownloadProgress) throws -> String {
        try FileBytes.makeFolder(folder)
        let target = folder + "/" + file.name
        removeLeftovers()
        let temporary = target + ".\(getpid()).part"
        defer { unlink(temporary) }
        var reason = "no address is known for it"
        for address in addresses {
            unlink(temporary)
            if let problem = try fetch(address, to: temporary, progress) {
                reason = problem
                continue
            }
            let bytes = try FileBytes.read(temporary)
            guard bytes.count == file.bytes else {
                reason = "\(address) gave \(bytes.count) of \(file.bytes) bytes"
                continue
            }
            let found = Checksum.sha256(bytes)
            guard found == file.sha256 else {
                throw DatasetError.checksum(
                    file: file.name, address: address, expected: file.sha256, found: found)
            }
            guard rename(temporary, target) == 0 else {
                throw DatasetError.unreadable(path: target, reason: FileBytes.lastReason())
            }
            return target
        }
        throw DownloadFailure(reason: reason)
    }

    /// Removes parts that a killed process left behind: untouched for an hour, so that nobody
    /// is writing them.
    private func removeLeftovers() {
        let names = (try? FileBytes.names(in: folder)) ?? []
        for name in names where name.hasPrefix(file.name + ".") && name.hasSuffix(".part") {
            var status = stat()
            let path = folder + "/" + name
            guard stat(path, &status) == 0 else { continue }
            #if canImport(Glibc)
                let changed = status.st_mtim.tv_sec
            #else
                let changed = status.st_mtimespec.tv_sec
            #endif
            if time(nil) - changed > 3600 { unlink(path) }
        }
    }

    /// Runs curl; nil when it ended well, else why it did not.
    private func fetch(_ address: String, to path: String, _ progress: DownloadProgress) throws
        -> String?
    {
        var stopped = false
        let arguments = [
            "--fail", "--silent", "--location", "--proto", "=http,https",
            "--connect-timeout", "15", "--speed-limit", "100", "--speed-time", "\(patience)",
            "--max-filesize", "\(file.bytes + 1)", "--output", path, "--", address,
        ]
        let status = try Subprocess.run(curl, arguments) {
            let received = FileBytes.size(path) ?? 0
            // A server that does not tell the size could send forever.
            guard received <= file.bytes else { return false }
            stopped = !progress(
                DownloadState(file: file.name, received: received, expected: file.bytes))
            return !stopped
        }
        if stopped { throw DatasetError.stopped(file: file.name) }
        return status == 0 ? nil : Self.reason(status, address)
    }

    private static func reason(_ status: Int32, _ address: String) -> String {
        let host = address.split(separator: "/").dropFirst().first.map(String.init) ?? address
        return switch status {
        case 5, 6: "there is no network (\(host) cannot be found)"
        case 7: "\(host) cannot be reached"
        case 18: "the connection to \(host) broke before the end"
        case 22: "\(host) does not have it"
        case 28: "\(host) does not answer in time"
        case 63, Subprocess.killed: "\(host) sends a larger file than the published one"
        case 127: "the program curl, which would download it, is not installed"
        default: "the download from \(host) failed (curl status \(status))"
        }
    }
}

/// No address gave the file.
struct DownloadFailure: Error {
    let reason: String
}
