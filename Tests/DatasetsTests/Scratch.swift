import Foundation

/// A folder of its own for one test, gone at the end.
final class Scratch {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/saddle-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes `bytes` under `name`, with its folders, and returns the path.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file.path
    }

    var names: [String] {
        (try? FileManager.default.subpathsOfDirectory(atPath: path))?.sorted() ?? []
    }
}

/// The folder in `SADDLE_DATA` when it has the test part of MNIST; the other tests of the reader
/// run on files made from the embedded digits.
var mnistFolder: String? {
    guard let data = ProcessInfo.processInfo.environment["SADDLE_DATA"] else { return nil }
    let path = data + "/mnist/t10k-images-idx3-ubyte.gz"
    return FileManager.default.fileExists(atPath: path) ? data : nil
}
