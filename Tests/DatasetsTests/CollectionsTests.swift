import CPNG
import Foundation
import Tensors
import Testing

@testable import Datasets

@Suite struct StackedTests {
    @Test func stacksThreeDigitsAndNamesTheirTriple() throws {
        let stacked = try Dataset.stacked(Dataset.digits())
        #expect(stacked.shape == [8, 8, 3] && stacked.classNames.count == 1000)
        #expect(stacked.classNames[7] == "007" && stacked.count == nil)
        var generator = Generator(seed: 1)
        let (images, labels) = try stacked.draw(batch: 40, generator: &generator)
        let (values, classes) = (images.values, labels?.values ?? [])
        // Each channel is one of the digits with the label's figure in that place.
        let digits = try Dataset.digits()
        let (all, known) = (try digits.all().samples.values, try digits.labels())
        var byPixels: [[Float]: Int] = [:]
        for index in known.indices {
            byPixels[Array(all[index * 64..<index * 64 + 64])] = known[index]
        }
        for row in 0..<40 {
            for channel in 0..<3 {
                let plane = (0..<64).map { values[row * 192 + 3 * $0 + channel] }
                let figure = Int(classes[row]) / [100, 10, 1][channel] % 10
                #expect(byPixels[plane] == figure)
            }
        }
        #expect(throws: DatasetError.self) { try Dataset.stacked(Dataset.ring(8)) }
    }
}

@Suite struct CIFARTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func readsPlanesOfColourAsPixels() throws {
        let data = CIFAR10.dataset([batch()], .test)
        #expect(data.count == 10_000 && data.shape == [32, 32, 3])
        #expect(try data.labels().prefix(12) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])
        let image = try data.picked([5]).samples.values
        // Red 5, green 105, blue 205 in every pixel of image 5.
        for pixel in 0..<1024 {
            #expect(abs(image[3 * pixel] * 255 - 5) < 1e-4)
            #expect(abs(image[3 * pixel + 2] * 255 - 205) < 1e-4)
        }
    }

    @Test func findsUnpackedFilesAndChecksThem() throws {
        try scratch.write("cifar10/cifar-10-batches-bin/test_batch.bin", batch())
        let environment = ["SADDLE_DATA": scratch.path, "HOME": scratch.path]
        #expect(try Dataset.cifar10(part: .test, environment: environment).count == 10_000)
        var wrong = batch()
        wrong[CIFAR10.imageBytes] = 10
        try scratch.write("cifar10/cifar-10-batches-bin/test_batch.bin", wrong)
        #expect(throws: DatasetError.self) {
            try Dataset.cifar10(part: .test, environment: environment)
        }
        try scratch.write("cifar10/cifar-10-batches-bin/test_batch.bin", Array(batch().dropLast()))
        #expect(throws: DatasetError.self) {
            try Dataset.cifar10(part: .test, environment: environment)
        }
    }

    @Test func takesTheFilesOutOfTheArchive() throws {
        let archive = tar([
            ("dir/readme.html", Array("hello".utf8)), ("dir/test_batch.bin", batch()),
        ])
        let path = try scratch.write("a.tar.gz", gzip(archive))
        #expect(try CIFAR10.unpack(path, ["test_batch.bin"]) == [batch()])
        // One that lacks a file, one that is cut, one that is no archive.
        #expect(throws: DatasetError.self) { try CIFAR10.unpack(path, ["data_batch_1.bin"]) }
        let cut = try scratch.write("b.tar.gz", gzip(Array(archive[..<20_000_000])))
        #expect(throws: DatasetError.self) { try CIFAR10.unpack(cut, ["test_batch.bin"]) }
        let foreign = try scratch.write("c.tar.gz", gzip([UInt8](repeating: 7, count: 4096)))
        let error = #expect(throws: DatasetError.self) {
            try CIFAR10.unpack(foreign, ["test_batch.bin"])
        }
        #expect(error?.message.contains("no tar archive") == true)
    }

    private func batch() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: CIFAR10.batchBytes)
        for image in 0..<10_000 {
            let start = image * CIFAR10.imageBytes
            let label = UInt8(image % 10)
            bytes[start] = label
            for pixel in 0..<1024 {
                bytes[start + 1 + pixel] = label
                bytes[start + 1025 + pixel] = 100 + label
                bytes[start + 2049 + pixel] = 200 + label
            }
        }
        return bytes
    }

    private func tar(_ files: [(name: String, bytes: [UInt8])]) -> [UInt8] {
        files.flatMap { name, bytes in
            var header = [UInt8](repeating: 0, count: 512)
            header.replaceSubrange(0..<name.utf8.count, with: name.utf8)
            let size = String(bytes.count, radix: 8)
            let padded = String(repeating: "0", count: 11 - size.count) + size
            header.replaceSubrange(124..<135, with: padded.utf8)
            header.replaceSubrange(257..<262, with: "ustar".utf8)
            let filling = [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
            return header + bytes + filling
        } + [UInt8](repeating: 0, count: 1024)
    }
}

@Suite struct PictureTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func readsGreyAndColourAsTheyWereWritten() throws {
        let grey = Picture(height: 3, width: 2, channels: 1, bytes: [0, 50, 100, 150, 200, 255])
        let colour = Picture(height: 1, width: 2, channels: 3, bytes: [255, 0, 10, 1, 2, 3])
        #expect(try Picture.read(write(grey, "g.png")) == grey)
        #expect(try Picture.read(write(colour, "c.png")) == colour)
        #expect(colour.with(channels: 1).bytes == [55, 2])
        #expect(grey.with(channels: 3).bytes.prefix(6) == [0, 0, 0, 50, 50, 50])
    }

    @Test func averagesByAreaWhenItShrinks() {
        // 4 x 4 to 2 x 2: means of four; 3 x 3 to 2 x 2: shares of 1, ½ and ¼ over 9 / 4.
        let four = Picture(
            height: 4, width: 4, channels: 1,
            bytes: [0, 4, 8, 8, 4, 8, 8, 8, 100, 100, 0, 0, 100, 100, 0, 200])
        #expect(four.resized(height: 2, width: 2).bytes == [4, 8, 100, 50])
        let three = Picture(
            height: 3, width: 3, channels: 1, bytes: [90, 0, 0, 0, 0, 0, 0, 0, 180])
        #expect(three.resized(height: 2, width: 2).bytes == [40, 0, 0, 80])
    }

    @Test func cutsTheMiddleOutAndKeepsWhatIsFlat() {
        // 2 x 6, left third 0, middle 100, right 200: the middle 2 x 2 is left.
        let row: [UInt8] = [0, 0, 100, 100, 200, 200]
        let wide = Picture(height: 2, width: 6, channels: 1, bytes: row + row)
        #expect(wide.resized(height: 2, width: 2).bytes == [100, 100, 100, 100])
        for (height, width) in [(1, 1), (7, 3), (64, 64)] {
            let flat = Picture(
                height: 10, width: 13, channels: 3, bytes: [UInt8](repeating: 77, count: 390))
            let resized = flat.resized(height: height, width: width)
            #expect(resized.bytes == [UInt8](repeating: 77, count: height * width * 3))
        }
    }

    @Test func readsAFolderWithItsSubfoldersAsLabels() throws {
        for (label, name) in ["cats", "dogs"].enumerated() {
            for index in 0..<3 {
                let value = UInt8(100 * label + index)
                let bytes = [UInt8](repeating: value, count: 32)
                try write(
                    Picture(height: 4, width: 8, channels: 1, bytes: bytes), "\(name)/\(index).png")
            }
        }
        try scratch.write("notes.txt", [1, 2, 3])
        let data = try Dataset.folder(scratch.path, size: (2, 2), range: -1...1)
        #expect(data.classNames == ["cats", "dogs"] && data.shape == [2, 2, 1])
        #expect(try data.labels() == [0, 0, 0, 1, 1, 1])
        let values = try data.all().samples.values
        #expect(abs(values[0] + 1) < 1e-6 && abs(values[12] - (200.0 / 255 - 1)) < 1e-6)
        let colour = try Dataset.folder(scratch.path, size: (2, 2), channels: 3)
        #expect(colour.shape == [2, 2, 3])
    }

    @Test func saysWhichPictureIsWrong() throws {
        try write(Picture(height: 2, width: 2, channels: 1, bytes: [0, 0, 0, 0]), "a.png")
        try write(Picture(height: 3, width: 2, channels: 1, bytes: [0, 0, 0, 0, 0, 0]), "b.png")
        let size = #expect(throws: DatasetError.self) { try Dataset.folder(scratch.path) }
        #expect(size?.message.contains("b.png: it has 2 x 3 pixels") == true)
        #expect(size?.hint?.contains("size: 32") == true)
        try scratch.write("b.png", Array("no picture".utf8))
        let foreign = #expect(throws: DatasetError.self) { try Dataset.folder(scratch.path) }
        #expect(foreign?.message.contains("no sound PNG") == true)
        let whole = try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/a.png"))
        try scratch.write("b.png", Array(whole.dropLast(20)))
        #expect(throws: DatasetError.self) { try Dataset.folder(scratch.path) }
        let empty = try Scratch()
        #expect(
            throws: DatasetError.nothing(path: empty.path, wanted: "pictures (PNG or JPEG files)")
        ) { try Dataset.folder(empty.path) }
        #expect(throws: DatasetError.missing(path: empty.path + "/no")) {
            try Dataset.folder(empty.path + "/no")
        }
        #expect(throws: DatasetError.self) { try Dataset.folder(scratch.path, size: (0, 2)) }
        #expect(throws: DatasetError.self) { try Dataset.folder(scratch.path, channels: 2) }
    }

    @discardableResult
    private func write(_ picture: Picture, _ name: String) throws -> String {
        let path = try scratch.write(name, [])
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        image.width = UInt32(picture.width)
        image.height = UInt32(picture.height)
        image.format = picture.channels == 3 ? PNG_FORMAT_FLAG_COLOR : 0
        #expect(png_image_write_to_file(&image, path, 0, picture.bytes, 0, nil) != 0)
        return path
    }
}

@Suite struct NPYTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func readsBytesFloatsAndDoubles() throws {
        let images = try scratch.write(
            "i.npy", npy("|u1", "(2, 2, 2)", [0, 255, 51, 0, 1, 2, 3, 4]))
        let labels = try scratch.write(
            "l.npy", npy("<f8", "(2,)", [1.0, 0.0].flatMap { bytes($0.bitPattern) }))
        let data = try Dataset.npy(images, labels: labels)
        #expect(data.shape == [2, 2, 1] && data.isImages && data.count == 2)
        #expect(try data.labels() == [1, 0])
        #expect(try data.examples(1).samples.values == [0, 1, 0.2, 0])
        let floats: [Float] = [1.5, -2, 3, 4, 5, 1e-3]
        let points = try Dataset.npy(
            scratch.write("p.npy", npy("<f4", "(3, 2)", floats.flatMap { bytes($0.bitPattern) })))
        #expect(points.shape == [2] && points.range == nil)
        #expect(try points.all().samples.values == floats)
    }

    @Test func refusesWhatItCannotRead() throws {
        let wrong: [(String, [UInt8])] = [
            ("first bytes", Array("hello world, this is no array".utf8)),
            ("first bytes", []),
            ("type <c8", npy("<c8", "(1,)", [0, 0, 0, 0, 0, 0, 0, 0])),
            ("type >f4", npy(">f4", "(1,)", [0, 0, 0, 0])),
            ("Fortran", npy("<f4", "(1, 1)", [0, 0, 0, 0], fortran: "True")),
            ("instead of", npy("<f4", "(2,)", [0, 0, 0, 0])),
            ("more values", npy("|u1", "(99999999999, 99999999999)", [])),
            ("damaged", npy("|u1", "(-1,)", [])),
            ("one number", npy("|u1", "()", [1])),
            ("truncated", Array(npy("|u1", "(2,)", [1, 2])[..<40])),
        ]
        for (index, (words, content)) in wrong.enumerated() {
            let path = try scratch.write("\(index).npy", content)
            let error = #expect(throws: DatasetError.self) { try Dataset.npy(path) }
            #expect(error?.message.contains(words) == true, "\(String(describing: error))")
        }
    }

    private func npy(
        _ type: String, _ shape: String, _ content: [UInt8], fortran: String = "False"
    ) -> [UInt8] {
        let header = Array(
            "{'descr': '\(type)', 'fortran_order': \(fortran), 'shape': \(shape), }\n".utf8)
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count), 0] + header + content
    }

    private func bytes<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
        withUnsafeBytes(of: word.littleEndian) { Array($0) }
    }
}

@Suite struct TextTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func givesWindowsOfCharactersByFrequency() throws {
        let path = try scratch.write("t.txt", Array("abacadä".utf8))
        let data = try Dataset.text(path, length: 3)
        #expect(data.vocabulary == ["a", "b", "c", "d", "ä"] && data.shape == [3])
        #expect(data.count == 5)
        #expect(try data.all().samples.values == [0, 1, 0, 1, 0, 2, 0, 2, 0, 2, 0, 3, 0, 3, 4])
        var generator = Generator(seed: 1)
        #expect(try data.draw(batch: 7, generator: &generator).samples.shape == [7, 3])
    }

    @Test func givesWordsAndAnUnknownOne() throws {
        let path = try scratch.write("t.txt", Array("the cat the  dog\nthe cat ran".utf8))
        let data = try Dataset.text(path, length: 7, unit: .word, most: 2)
        #expect(data.vocabulary == ["<unknown>", "the", "cat"])
        #expect(try data.all().samples.values == [1, 2, 1, 0, 1, 2, 0])
    }

    @Test func refusesWhatIsNoText() throws {
        let binary = try scratch.write("b", [0xff, 0xfe, 0x41])
        #expect(throws: DatasetError.self) { try Dataset.text(binary, length: 1) }
        let short = try scratch.write("s", Array("ab".utf8))
        #expect(throws: DatasetError.self) { try Dataset.text(short, length: 3) }
        #expect(throws: DatasetError.self) { try Dataset.text(short, length: 0) }
    }
}
