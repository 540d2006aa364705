import Tensors
import Testing

@testable import Datasets

@Suite struct DigitsTests {
    @Test func holdsTheRealDigitsOfThePublishedSet() throws {
        let digits = try Dataset.digits()
        #expect(digits.count == 1797 && digits.shape == [8, 8, 1])
        // The class counts and the first image as published by UCI.
        let labels = try digits.labels()
        let counts = (0..<10).map { wanted in labels.filter { $0 == wanted }.count }
        #expect(counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
        let first = try digits.examples(1).samples.values.map { Int(($0 * 16).rounded()) }
        #expect(Array(first[..<16]) == [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0])
        #expect(Array(labels[..<10]) == Array(0..<10))
    }

    @Test func givesValuesFromZeroToOneAndBothEndsExactly() throws {
        let values = try Dataset.digits().all().samples.values
        #expect(values.min() == 0 && values.max() == 1)
        let signed = try Dataset.digits(range: -1...1)
        let scaled = try signed.all().samples.values
        #expect(scaled.min() == -1 && scaled.max() == 1 && signed.range == -1...1)
        #expect(zip(values, scaled).allSatisfy { abs(2 * $0 - 1 - $1) < 1e-6 })
    }

    @Test func drawsUniformlyWithReplacementAndRepeatsWithTheSeed() throws {
        let digits = try Dataset.digits()
        var (one, two) = (Generator(seed: 3), Generator(seed: 3))
        let first = try digits.draw(batch: 64, generator: &one)
        let second = try digits.draw(batch: 64, generator: &two)
        #expect(first.samples.shape == [64, 8, 8, 1] && first.labels?.shape == [64])
        #expect(first.samples.values == second.samples.values)
        #expect(first.labels?.values == second.labels?.values)
        let third = try digits.draw(batch: 64, generator: &one)
        #expect(third.samples.values != first.samples.values)
        // 20,000 draws of 10 classes: each share within 5 standard errors of its size.
        let labels = try digits.draw(batch: 20_000, generator: &one).labels?.values ?? []
        for (label, size) in [178, 182, 177, 183, 181, 182, 181, 179, 174, 180].enumerated() {
            let share = Double(labels.filter { Int($0) == label }.count) / 20_000
            let expected = Double(size) / 1797
            #expect(abs(share - expected) < 5 * (expected * (1 - expected) / 20_000).squareRoot())
        }
    }

    @Test func splitsWithoutACommonExampleAndKeepsLabelsWithImages() throws {
        let digits = try Dataset.digits()
        let (train, test) = try digits.split(test: 0.25)
        #expect(test.count == 449 && train.count == 1348)
        let whole = Set(try rows(digits).map(\.description))
        let both = try rows(train) + rows(test)
        #expect(Set(both.map(\.description)) == whole)
        let again = try digits.split(test: 0.25).test
        #expect(try again.all().samples.values == test.all().samples.values)
        let other = try digits.split(test: 0.25, seed: 1).test
        #expect(try other.all().samples.values != test.all().samples.values)
    }

    @Test func selectsByLabel() throws {
        let some = try Dataset.digits().only([3, 8])
        #expect(some.count == 183 + 174)
        #expect(Set(try some.labels()) == [3, 8])
        var generator = Generator(seed: 1)
        let drawn = try some.draw(batch: 100, generator: &generator).labels?.values ?? []
        #expect(Set(drawn) == [3, 8])
        #expect(try some.first(5).count == 5)
        #expect(throws: DatasetError.self) { try Dataset.digits().only([10]) }
    }

    @Test func refusesWhatCannotBe() throws {
        let digits = try Dataset.digits()
        var generator = Generator(seed: 1)
        #expect(throws: DatasetError.self) { try digits.draw(batch: -1, generator: &generator) }
        #expect(throws: DatasetError.self) { try digits.examples(-1) }
        #expect(throws: DatasetError.self) { try digits.split(test: 1.5) }
        #expect(throws: DatasetError.self) { try digits.ranged(1...1) }
        #expect(throws: DatasetError.empty(name: "digits")) {
            try digits.first(0).draw(batch: 1, generator: &generator)
        }
        #expect(try digits.draw(batch: 0, generator: &generator).samples.shape == [0, 8, 8, 1])
    }

    private func rows(_ data: Dataset) throws -> [[Float]] {
        let (samples, labels) = try data.all()
        let (values, classes) = (samples.values, labels?.values ?? [])
        return classes.indices.map { Array(values[$0 * 64..<($0 + 1) * 64]) + [classes[$0]] }
    }
}
