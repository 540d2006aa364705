import Datasets
import Foundation
import Networks
import Tensors
import Testing

@testable import Measures

/// Classifiers in files: taken when they are sound and for these data, made anew otherwise.
@Suite final class ClassifierCacheTests {
    private let folder =
        NSTemporaryDirectory() + "/saddle-classifiers-\(UUID().uuidString)/below/it"
    private let data: Dataset
    private var said: [String] = []

    init() throws { data = try Dataset.digits().first(200) }

    deinit {
        let above = URL(fileURLWithPath: folder).deletingLastPathComponent()
            .deletingLastPathComponent()
        try? FileManager.default.removeItem(at: above)
    }

    /// As a session of its own would.
    private func classifier(for other: Dataset? = nil) throws -> Classifier {
        let cache = ClassifierCache(folder: folder)
        cache.report = { self.said.append($0) }
        return try cache.classifier(for: other ?? data)
    }

    private var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    private func path() throws -> String {
        try #require(names.count == 1, "\(names)")
        return folder + "/" + names[0]
    }

    private func answers(_ classifier: Classifier) throws -> [Float] {
        try classifier.probabilities(data.examples(50).samples).values
    }

    @Test func aStoredOneIsTakenAndIsTheSameToTheLastBit() throws {
        let first = try classifier()
        #expect(try path().hasSuffix(".safetensors") && names[0].hasPrefix("digits-"))
        let again = try classifier()
        #expect(try answers(again) == answers(first))
        #expect(
            again.accuracy == first.accuracy && again.trained == first.trained
                && again.heldOut == first.heldOut && again.classNames == first.classNames)
        #expect(said.isEmpty, "\(said)")
        // It is the file that was taken: what stands in it is what is said.
        var file = try Checkpoint(reading: path())
        #expect(file[text: "data"] == (try data.digest()))
        #expect(file[text: "version"] == Classifier.version)
        #expect(file[text: "accuracy"].flatMap(Double.init) == first.accuracy)
        file[text: "accuracy"] = "0.125"
        try file.write(to: path())
        #expect(try classifier().accuracy == 0.125)
    }

    @Test func otherDataHaveOthers() throws {
        _ = try classifier()
        _ = try classifier(for: Dataset.digits().first(201))
        _ = try classifier(for: data.ranged(-1...1))
        #expect(names.count == 3 && said.isEmpty)
    }

    @Test func whatIsDamagedOrOutdatedIsTrainedAnewAndReplaced() throws {
        let first = try classifier()
        let (path, good) = (try path(), try answers(first))
        let sound = try Data(contentsOf: URL(fileURLWithPath: path))
        func again(_ content: Data, _ reason: String) throws {
            try content.write(to: URL(fileURLWithPath: path))
            said = []
            #expect(try answers(classifier()) == good, "\(reason)")
            #expect(said.count == 1 && said[0].contains(path), "\(reason): \(said)")
            #expect(said.first?.contains(reason) == true, "\(reason): \(said)")
            #expect(said.first?.hasSuffix("a new one is trained") == true)
            // A sound one has taken its place.
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == sound, "\(reason)")
        }
        try again(Data(), "too few")
        try again(Data("no safetensors, but long enough to be read".utf8), "header")
        try again(sound.prefix(sound.count - 100), "truncated")
        try again(sound.prefix(300), "the file ends after 292")
        try again(sound + Data([0]), "follow the last tensor")
        var flipped = sound
        flipped[sound.count - 41] ^= 1
        try again(flipped, "its weights were changed")
        func changed(_ name: String, _ text: String?) throws -> Data {
            var file = try Checkpoint(reading: path)
            file[text: name] = text
            let other = path + ".other"
            try file.write(to: other)
            defer { try? FileManager.default.removeItem(atPath: other) }
            return try Data(contentsOf: URL(fileURLWithPath: other))
        }
        try again(changed("version", "0"), "it is of version 0, not \(Classifier.version)")
        try again(changed("version", nil), "it has no version")
        try again(changed("data", "abc"), "it is for other data")
        try again(changed("kind", "game"), "it is no classifier")
        for accuracy in ["nan", "1.5", "good", ""] {
            try again(changed("accuracy", accuracy), "are no numbers")
        }
        try again(changed("held out", "-1"), "are no numbers")
        // Another network under the right name.
        var other = Checkpoint()
        other.add(try Tensor.zeros([3]), as: "body.0.weight")
        try other.write(to: path)
        try again(Data(contentsOf: URL(fileURLWithPath: path)), "it has no kind")
    }

    @Test func aFolderThatCannotBeWrittenCostsASentence() throws {
        let file = NSTemporaryDirectory() + "/saddle-\(UUID().uuidString)"
        try Data([1]).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let cache = ClassifierCache(folder: file + "/below")
        cache.report = { self.said.append($0) }
        #expect(try cache.classifier(for: data).accuracy > 0.5)
        #expect(said.count == 1 && said[0].contains("it cannot be stored"))
        // A folder where the file should be.
        _ = try classifier()
        let path = try path()
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        said = []
        #expect(try classifier().accuracy > 0.5)
        #expect(said.count == 2, "\(said)")
    }

    @Test func nothingIsWrittenWithoutAFolder() throws {
        _ = try ClassifierCache().classifier(for: data)
        #expect(names.isEmpty)
    }
}
