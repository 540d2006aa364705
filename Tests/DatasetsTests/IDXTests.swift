import CZlib
import Foundation
import Tensors
import Testing

@testable import Datasets

@Suite struct IDXTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func readsPlainAndCompressedFilesAlike() throws {
        let (images, labels) = try digitFiles(count: 100)
        let plain = try Dataset.idx(
            images: scratch.write("i", images), labels: scratch.write("l", labels))
        let packed = try Dataset.idx(
            images: scratch.write("i.gz", gzip(images)), labels: scratch.write("l.gz", gzip(labels))
        )
        let digits = try Dataset.digits().first(100)
        #expect(plain.count == 100 && plain.shape == [8, 8, 1])
        #expect(try plain.all().samples.values == packed.all().samples.values)
        #expect(try plain.labels() == digits.labels())
        let (found, expected) = (try plain.all().samples.values, try digits.all().samples.values)
        // The file holds value * 15, so 240 / 255 of the digits' own.
        #expect(zip(found, expected).allSatisfy { abs($0 - $1 * 240 / 255) < 1e-6 })
    }

    @Test func refusesATruncatedFile() throws {
        let (images, _) = try digitFiles(count: 10)
        try expectDamage("truncated") { try scratch.write("a", Array(images.dropLast(5))) }
        try expectDamage("truncated") { try scratch.write("b", Array(images[..<9])) }
        try expectDamage("truncated") {
            try scratch.write("c.gz", Array(gzip(images).dropLast(40)))
        }
        try expectDamage("truncated") {
            try scratch.write("d.gz", gzip(Array(images.dropLast(5))))
        }
    }

    @Test func refusesAFileThatHoldsMoreThanItSays() throws {
        let (images, _) = try digitFiles(count: 10)
        try expectDamage("more than") { try scratch.write("a", images + [0]) }
        try expectDamage("more than") { try scratch.write("b.gz", gzip(images + [0])) }
        try expectDamage("follow after its end") {
            try scratch.write("c.gz", gzip(images) + [1, 2])
        }
    }

    @Test func stopsADecompressionBombAtTheSizeOfItsHeader() throws {
        // 256 MiB of zeros after a header for 1 image: 260 KB on disk.
        let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 8]
        let bomb = try gzip(header + [UInt8](repeating: 0, count: 1 << 28))
        let path = try scratch.write("bomb.gz", bomb)
        let start = ContinuousClock.now
        try expectDamage("more than") { path }
        #expect(ContinuousClock.now - start < .milliseconds(500))
    }

    @Test func refusesAHeaderThatClaimsMoreThanThereCanBe() throws {
        let huge: [UInt8] = [0, 0, 8, 3] + [UInt8](repeating: 255, count: 12)
        try expectDamage("claims") { try scratch.write("a", huge) }
        try expectDamage("claims") { try scratch.write("b.gz", gzip(huge)) }
        // 1 GiB is possible, so only its absence is wrong; nothing of that size is taken.
        let large: [UInt8] = [0, 0, 8, 3, 0, 16, 0, 0, 0, 0, 0, 32, 0, 0, 0, 32]
        try expectDamage("truncated") { try scratch.write("c.gz", gzip(large)) }
    }

    @Test func refusesForeignFiles() throws {
        let (images, labels) = try digitFiles(count: 10)
        try expectDamage("first bytes are wrong") { try scratch.write("a", Array("GIF89a".utf8)) }
        try expectDamage("first bytes are wrong") { try scratch.write("b", []) }
        try expectDamage("axes instead of 3") { try scratch.write("c", labels) }
        try expectDamage("type 13") {
            try scratch.write("d", [0, 0, 13, 3] + Array(images.dropFirst(4)))
        }
        var broken = try gzip(images)
        broken[broken.count / 2] ^= 0xff
        try expectDamage("") { try scratch.write("e.gz", broken) }
        #expect(throws: DatasetError.missing(path: scratch.path + "/none")) {
            try Dataset.idx(images: scratch.path + "/none")
        }
        #expect(throws: DatasetError.unreadable(path: scratch.path, reason: "it is not a file")) {
            try Dataset.idx(images: scratch.path)
        }
    }

    @Test func refusesLabelsOfAnotherPart() throws {
        let (images, _) = try digitFiles(count: 10)
        let (_, labels) = try digitFiles(count: 9)
        let paths = (try scratch.write("i", images), try scratch.write("l", labels))
        let error = #expect(throws: DatasetError.self) {
            try Dataset.idx(images: paths.0, labels: paths.1)
        }
        #expect(error?.message.hasSuffix("it has 9 labels for 10 images") == true)
    }

    @Test(.enabled(if: mnistFolder != nil)) func readsTheTestPartOfMNIST() throws {
        let environment = ["SADDLE_DATA": mnistFolder ?? "", "HOME": scratch.path]
        let data = try Dataset.mnist(environment: environment)
        #expect(data.count == 10_000 && data.shape == [28, 28, 1])
        let counts = try data.labels().reduce(into: [Int](repeating: 0, count: 10)) { $0[$1] += 1 }
        #expect(counts == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
        #expect(data.notes.count == 1 && data.notes[0].contains("only the test part"))
        #expect(try Dataset.mnist(part: .test, environment: environment).notes.isEmpty)
        // The published mean and deviation of these pixels: 0.1325 and 0.3105.
        let values = try data.all().samples.values
        let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
        #expect(abs(mean - 0.1325) < 1e-4)
        #expect(values.min() == 0 && values.max() == 1)
    }

    private func expectDamage(_ words: String, _ file: () throws -> String) throws {
        let path = try file()
        let error = #expect(throws: DatasetError.self) { try Dataset.idx(images: path) }
        guard case .damaged(path, let problem, _) = error else {
            Issue.record("\(String(describing: error)) is not about a damaged file")
            return
        }
        #expect(problem.contains(words) || words.isEmpty, "\(problem)")
    }
}

/// The first digits as the content of two IDX files, images (values 0...240) and labels.
func digitFiles(count: Int) throws -> (images: [UInt8], labels: [UInt8]) {
    let digits = try Dataset.digits().first(count)
    let size = [UInt8(count >> 8), UInt8(count & 255)]
    let pixels = try digits.all().samples.values.map { UInt8($0 * 240) }
    let labels = try digits.labels().map { UInt8($0) }
    return (
        [0, 0, 8, 3, 0, 0] + size + [0, 0, 0, 8, 0, 0, 0, 8] + pixels,
        [0, 0, 8, 1, 0, 0] + size + labels
    )
}

struct CompressionFailed: Error {}

/// `bytes` compressed by zlib with a gzip header.
func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
    var state = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard
        deflateInit2_(&state, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, zlibVersion(), size) == Z_OK
    else { throw CompressionFailed() }
    defer { deflateEnd(&state) }
    var (source, result) = (bytes, [UInt8](repeating: 0, count: bytes.count + 1024))
    let written = source.withUnsafeMutableBufferPointer { source in
        result.withUnsafeMutableBufferPointer { target in
            state.next_in = source.baseAddress
            state.avail_in = UInt32(source.count)
            state.next_out = target.baseAddress
            state.avail_out = UInt32(target.count)
            return deflate(&state, Z_FINISH) == Z_STREAM_END
                ? target.count - Int(state.avail_out) : 0
        }
    }
    guard written > 0 else { throw CompressionFailed() }
    return Array(result[..<written])
}
