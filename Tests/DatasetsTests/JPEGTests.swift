import Foundation
import Testing

@testable import Datasets

/// JPEG files: grey, colour, progressive, CMYK, and what is no picture.
@Suite struct JPEGTests {
    /// Eight by eight, 16 (x + y); quality 100.
    private static let grey = """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB\
        AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/wAALCAAIAAgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcI\
        CQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcY\
        GRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKj\
        pKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APn/\
        AP4Jt/8ABNv/AJAH/Eg/59v+Xb/d/wBmv//Z\

        """
    /// The left half red, the right half blue, 16 by 8.
    static let colour = """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJ\
        BwYGCAsICQoKCgoKBggLDAsKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoK\
        CgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wAARCAAIABADAREAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAA\
        AAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAk\
        M2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT\
        lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QA\
        HwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdh\
        cRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hp\
        anN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk\
        5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwD4vr+Uz/fw+Q6/6qD/AJrz/9k=\

        """
    private static let progressive = """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJ\
        BwYGCAsICQoKCgoKBggLDAsKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoK\
        CgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wgARCAAIABADAREAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAA\
        B//EABYBAQEBAAAAAAAAAAAAAAAAAAkHCP/aAAwDAQACEAMQAAABF5Tv4hVQ1//EABQQAQAAAAAAAAAAAAAAAAAA\
        ABD/2gAIAQEAAQUCP//EABQRAQAAAAAAAAAAAAAAAAAAABD/2gAIAQMBAT8BP//EABQRAQAAAAAAAAAAAAAAAAAA\
        ABD/2gAIAQIBAT8BP//EABQQAQAAAAAAAAAAAAAAAAAAABD/2gAIAQEABj8CP//EABQQAQAAAAAAAAAAAAAAAAAA\
        ABD/2gAIAQEAAT8hP//aAAwDAQACAAMAAAAQA//EABQRAQAAAAAAAAAAAAAAAAAAABD/2gAIAQMBAT8QP//EABQR\
        AQAAAAAAAAAAAAAAAAAAABD/2gAIAQIBAT8QP//EABQQAQAAAAAAAAAAAAAAAAAAABD/2gAIAQEAAT8QP//Z\

        """
    /// Red in four inks.
    private static let ink = """
        /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcG\
        BggLCAkKCgoKCgYICwwLCgwJCgoK/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAAB\
        AgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNi\
        coIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SV\
        lpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4E\
        QwBNAFkASwAAPwD9/K/n/r+f+v38r//Z\

        """

    private func bytes(_ text: String) throws -> [UInt8] {
        [UInt8](
            try #require(Data(base64Encoded: text.trimmingCharacters(in: .whitespacesAndNewlines))))
    }

    private func picture(_ text: String) throws -> Picture {
        let scratch = try Scratch()
        return try Picture.read(scratch.write("a.JPG", try bytes(text)))
    }

    @Test func greyPicturesHaveOneChannel() throws {
        let picture = try picture(Self.grey)
        #expect(picture.height == 8 && picture.width == 8 && picture.channels == 1)
        for place in 0..<64 {
            #expect(abs(Int(picture.bytes[place]) - 16 * (place % 8 + place / 8)) <= 2)
        }
    }

    @Test(arguments: [0, 1])
    func colourPicturesHaveThreeBaselineOrProgressive(_ kind: Int) throws {
        let picture = try picture(kind == 0 ? Self.colour : Self.progressive)
        #expect(picture.height == 8 && picture.width == 16 && picture.channels == 3)
        for place in 0..<128 {
            let wanted = place % 16 < 8 ? [255, 0, 0] : [0, 0, 255]
            for channel in 0..<3 {
                #expect(abs(Int(picture.bytes[3 * place + channel]) - wanted[channel]) <= 6)
            }
        }
    }

    @Test func inkBecomesLight() throws {
        let picture = try picture(Self.ink)
        #expect(picture.channels == 3)
        #expect(picture.bytes[0] > 245 && picture.bytes[1] < 10 && picture.bytes[2] < 10)
    }

    @Test func aFolderMixesKindsAndResizes() throws {
        let scratch = try Scratch()
        try scratch.write("red/a.jpeg", try bytes(Self.colour))
        try scratch.write("grey/b.jpg", try bytes(Self.grey))
        let data = try Dataset.folder(scratch.path, size: (height: 4, width: 4))
        #expect(data.count == 2 && data.shape == [4, 4, 3] && data.classNames == ["grey", "red"])
    }

    @Test func unsoundFilesAreFaultsAndNoEnd() throws {
        let sound = try bytes(Self.colour)
        let scratch = try Scratch()
        for (index, bad) in [
            [], [0xFF, 0xD8], Array(sound.prefix(300)), Array(sound.dropLast(60)),
            [UInt8]("not a picture at all".utf8),
        ].enumerated() {
            let path = try scratch.write("bad\(index).jpg", bad)
            #expect(throws: DatasetError.self, "\(index)") { try Picture.read(path) }
        }
        // Flipped bytes give a picture or a fault, never a trap.
        for place in stride(from: 0, to: sound.count, by: 3) {
            var changed = sound
            changed[place] ^= 0x5A
            let path = try scratch.write("changed.jpg", changed)
            do { #expect(try Picture.read(path).bytes.count > 0) } catch is DatasetError {}
        }
    }
}
