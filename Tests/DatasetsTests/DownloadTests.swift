import Foundation
import Tensors
import Testing

@testable import Datasets

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The real curl against a real socket.
@Suite struct DownloadTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func fetchesOnceAndReadsFromTheCacheAfterwards() throws {
        let set = try small(.whole)
        let (environment, said) = (home, Said())
        let first = try set.set.load(.train, environment, said.progress)
        #expect(first.count == 50)
        #expect(try first.labels() == Dataset.digits().first(50).labels())
        #expect(
            scratch.names.filter { !$0.hasPrefix("cache") || $0.contains("gz") } == [
                "cache/saddle/small/images.gz", "cache/saddle/small/labels.gz",
            ])
        set.server.stop()
        let second = try set.set.load(.train, environment) { _ in
            Issue.record("nothing is to be fetched any more")
            return true
        }
        #expect(try second.all().samples.values == first.all().samples.values)
        #expect(said.states.allSatisfy { $0.received <= $0.expected })
    }

    @Test func keepsNothingOfATruncatedDownload() throws {
        // The server says the whole length and hangs up half way: curl's status 18.
        try expectFailure(.broken, "broke before the end")
        // The server sends less and says so.
        try expectFailure(.short, "gave")
    }

    @Test func keepsNothingOfAnotherFile() throws {
        let set = try small(.changed)
        defer { set.server.stop() }
        let error = #expect(throws: DatasetError.self) {
            try set.set.load(.train, home, { _ in true })
        }
        guard case .checksum("images.gz", _, let expected, let found) = error else {
            Issue.record("\(String(describing: error)) is not about a checksum")
            return
        }
        #expect(expected == set.set.train.images.sha256 && found != expected)
        #expect(files.isEmpty)
    }

    @Test func stopsAServerThatSendsWithoutEnd() throws {
        try expectFailure(.endless, "larger file")
    }

    @Test func triesTheNextAddress() throws {
        var set = try small(.whole)
        defer { set.server.stop() }
        let mirrors = set.set.mirrors
        set.set = copy(set.set, mirrors: ["http://127.0.0.1:9/nothing"] + mirrors)
        #expect(try set.set.load(.train, home, { _ in true }).count == 50)
    }

    @Test func canBeStoppedAndKeepsNothing() throws {
        let set = try small(.slow)
        defer { set.server.stop() }
        #expect(throws: DatasetError.stopped(file: "images.gz")) {
            try set.set.load(.train, home, { _ in false })
        }
        #expect(files.isEmpty)
    }

    @Test func clearsAwayWhatAKilledDownloadLeft() throws {
        let set = try small(.whole)
        defer { set.server.stop() }
        let old = try scratch.write("cache/saddle/small/images.gz.1.part", [1, 2])
        let fresh = try scratch.write("cache/saddle/small/images.gz.2.part", [1, 2])
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -7200)], ofItemAtPath: old)
        #expect(try set.set.load(.train, home, { _ in true }).count == 50)
        #expect(!FileManager.default.fileExists(atPath: old))
        #expect(FileManager.default.fileExists(atPath: fresh))
    }

    @Test func saysWhichFilesToPutWhereWithoutANetwork() throws {
        let set = copy(try small(.whole).set, mirrors: ["http://127.0.0.1:9/nothing"])
        let error = #expect(throws: DatasetError.self) { try set.load(.train, home, { _ in true }) }
        #expect(error?.message == "Small is not here, and 127.0.0.1:9 cannot be reached")
        #expect(
            error?.hint
                == "put images.gz and labels.gz into \(scratch.path)/cache/saddle/small,"
                + " or name the folder that has them in SADDLE_DATA")
    }

    @Test func saysWhenCurlIsMissing() throws {
        let set = copy(try small(.whole).set, mirrors: ["http://127.0.0.1:9/nothing"])
        let error = #expect(throws: DatasetError.self) {
            try set.load(.train, home, { _ in true }, curl: "no-such-program-as-this")
        }
        #expect(error?.message.contains("curl") == true)
    }

    @Test func prefersThePersonsFolderAndTakesTheTestPartAlone() throws {
        let (images, labels) = try digitFiles(count: 20)
        let set = copy(try small(.whole).set, mirrors: [])
        try scratch.write("own/small/test-images", images)
        try scratch.write("own/small/test-labels", labels)
        var environment = home
        environment["SADDLE_DATA"] = scratch.path + "/own"
        let data = try set.load(nil, environment, { _ in true })
        #expect(data.count == 20 && data.notes.first?.contains("only the test part") == true)
        // The folder of the set itself does as well.
        environment["SADDLE_DATA"] = scratch.path + "/own/small"
        #expect(try set.load(.test, environment, { _ in true }).count == 20)
        // Asked for by name, the training part is not replaced.
        #expect(throws: DatasetError.self) { try set.load(.train, environment, { _ in true }) }
    }

    @Test func knowsWhereTheCacheIs() {
        #expect(
            DataFolder("mnist", ["HOME": "/h", "XDG_CACHE_HOME": "/c"]).cache == "/c/saddle/mnist")
        // The XDG specification: a relative path is to be ignored.
        let relative = DataFolder("mnist", ["HOME": "/h", "XDG_CACHE_HOME": "c"]).cache
        #expect(relative == DataFolder("mnist", ["HOME": "/h"]).cache)
        #expect(relative.hasPrefix("/h/") && relative.hasSuffix("/saddle/mnist"))
    }

    @Test func computesThePublishedSumsOfKnownTexts() {
        // FIPS 180-2, appendix B.1.
        #expect(
            Checksum.sha256(Array("abc".utf8))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    // MARK: -

    private var home: [String: String] {
        ["HOME": scratch.path, "XDG_CACHE_HOME": scratch.path + "/cache"]
    }

    /// The files in the cache, not its folders.
    private var files: [String] { scratch.names.filter { $0.contains(".") } }

    private func expectFailure(_ manner: Server.Manner, _ words: String) throws {
        let set = try small(manner)
        defer { set.server.stop() }
        let error = #expect(throws: DatasetError.self) {
            try set.set.load(.train, home, { _ in true })
        }
        #expect(error?.message.contains(words) == true, "\(String(describing: error))")
        #expect(error?.hint?.contains("images.gz") == true)
        #expect(files.isEmpty)
    }

    /// A set of 50 digits, on a server of its own.
    private func small(_ manner: Server.Manner) throws -> (set: IDXSet, server: Server) {
        let (images, labels) = try digitFiles(count: 50)
        let (packedImages, packedLabels) = (try gzip(images), try gzip(labels))
        let server = try Server(
            ["/images.gz": packedImages, "/labels.gz": packedLabels], manner)
        let published = { (name: String, bytes: [UInt8]) in
            PublishedFile(name: name, bytes: bytes.count, sha256: Checksum.sha256(bytes))
        }
        let nothing = PublishedFile(name: "", bytes: 0, sha256: "")
        let set = IDXSet(
            name: "small", title: "Small", classNames: (0...9).map(String.init), source: "",
            licence: "", mirrors: [server.address],
            train: (published("images.gz", packedImages), published("labels.gz", packedLabels)),
            test: (
                PublishedFile(name: "test-images.gz", bytes: 0, sha256: nothing.sha256),
                PublishedFile(name: "test-labels.gz", bytes: 0, sha256: nothing.sha256)
            ))
        return (set, server)
    }

    private func copy(_ set: IDXSet, mirrors: [String]) -> IDXSet {
        IDXSet(
            name: set.name, title: set.title, classNames: set.classNames, source: set.source,
            licence: set.licence, mirrors: mirrors, train: set.train, test: set.test)
    }
}

/// What a download said about itself. Unchecked: one thread writes, and the test reads after it.
private final class Said: @unchecked Sendable {
    private(set) var states: [DownloadState] = []

    var progress: DownloadProgress {
        { state in
            self.states.append(state)
            return true
        }
    }
}

/// An HTTP server for one test on a free port of the loopback interface.
final class Server: Sendable {
    enum Manner: Sendable { case whole, broken, short, changed, endless, slow }

    let address: String
    private let socket: Int32

    init(_ files: [String: [UInt8]], _ manner: Manner) throws {
        signal(SIGPIPE, SIG_IGN)
        #if canImport(Glibc)
            socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            socket = Darwin.socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (listener, size) = (socket, length)
        let isBound = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound, listen(socket, 8) == 0 else { throw CompressionFailed() }
        address = "http://127.0.0.1:\(UInt16(bigEndian: name.sin_port))"
        Thread.detachNewThread {
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                Self.answer(connection, files, manner)
                close(connection)
            }
        }
    }

    func stop() {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    private static func answer(_ connection: Int32, _ files: [String: [UInt8]], _ manner: Manner) {
        var request = [UInt8](repeating: 0, count: 4096)
        let count = read(connection, &request, request.count)
        let words = String(decoding: request.prefix(max(count, 0)), as: UTF8.self).split(
            separator: " ")
        guard words.count > 1, var body = files[String(words[1])] else {
            send(connection, Array("HTTP/1.0 404 Not Found\r\n\r\n".utf8))
            return
        }
        let length = body.count
        switch manner {
        case .whole: head(connection, length)
        case .broken:
            head(connection, length)
            body.removeLast(length / 2)
        case .short:
            body.removeLast(length / 2)
            head(connection, body.count)
        case .changed:
            head(connection, length)
            body[length / 2] ^= 1
        case .endless:
            head(connection, nil)
            let chunk = [UInt8](repeating: 0, count: 1 << 16)
            // 64 MB are far more than the file; the client is expected to hang up.
            for _ in 0..<1000 where send(connection, chunk) {}
            return
        case .slow:
            head(connection, length)
            send(connection, Array(body[..<100]))
            Thread.sleep(forTimeInterval: 2)
            return
        }
        send(connection, body)
    }

    private static func head(_ connection: Int32, _ length: Int?) {
        let line = length.map { "Content-Length: \($0)\r\n" } ?? ""
        send(connection, Array("HTTP/1.0 200 OK\r\n\(line)\r\n".utf8))
    }

    @discardableResult
    private static func send(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                write(connection, $0.baseAddress, $0.count)
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}
