import Datasets
import Foundation
import Tensors
import Testing

@testable import Measures

@Suite struct ClassifierTests {
    @Test func learnsTheRealDigitsAndTellsItsAccuracy() throws {
        let classifier = try Classifier(on: Dataset.digits())
        #expect(classifier.accuracy > 0.95)
        #expect(classifier.heldOut == 359 && classifier.trained == 1438)
        // Its own answers on all digits agree with the labels.
        let (samples, labels) = try Dataset.digits().all()
        let answers = try classifier.answers(samples)
        let right = zip(answers.labels, labels?.values ?? []).filter { $0 == Int($1) }.count
        #expect(Double(right) / 1797 > 0.97)
        #expect(answers.confidences.allSatisfy { $0 >= 0.1 && $0 <= 1.0001 })
        #expect(try classifier.features(samples).shape == [1797, Classifier.featureCount])
        let sums = try classifier.probabilities(samples).sum(axes: [1]).values
        #expect(sums.allSatisfy { abs($0 - 1) < 1e-5 })
    }

    @Test func isTheSameForTheSameSeed() throws {
        let data = try Dataset.digits().first(400)
        let samples = try data.examples(20).samples
        let (one, two) = (try Classifier(on: data), try Classifier(on: data))
        #expect(try one.probabilities(samples).values == two.probabilities(samples).values)
        #expect(one.accuracy == two.accuracy)
    }

    @Test func worksInAnyRange() throws {
        let classifier = try Classifier(on: Dataset.digits(range: -1...1))
        #expect(classifier.accuracy > 0.95)
    }

    @Test func isTrainedOncePerData() throws {
        let cache = ClassifierCache()
        let data = try Dataset.digits().first(200)
        let first = try cache.classifier(for: data)
        #expect(try cache.classifier(for: Dataset.digits().first(200)) === first)
        #expect(try cache.classifier(for: Dataset.digits().first(201)) !== first)
        #expect(try cache.classifier(for: data.ranged(-1...1)) !== first)
    }

    @Test func refusesDataThatItCannotLearnFrom() throws {
        #expect(throws: MeasureError.data(measure: "classifier", name: "ring", lacks: "end")) {
            try Classifier(on: Dataset.ring(8))
        }
        #expect(throws: MeasureError.self) { try Classifier(on: Dataset.swissRoll()) }
        #expect(throws: MeasureError.self) { try Classifier(on: Dataset.digits().first(3)) }
        let classifier = try Classifier(on: Dataset.digits().first(100))
        #expect(throws: MeasureError.self) {
            try classifier.features(Tensor.zeros([2, 28, 28, 1]))
        }
    }
}

@Suite struct JudgeTests {
    @Test func givesRealDigitsTheFiguresOfRealDigits() throws {
        let digits = try Dataset.digits()
        let judge = try Judge(data: digits, cache: ClassifierCache())
        let real = try digits.shuffled(500)
        let score = try judge.inceptionScore(real)
        #expect(score.value > 7 && score.value <= 10)
        #expect(abs(score.value - (score.perfect ?? 0)) < 1)
        let fid = try judge.fid(real)
        #expect(fid.samples == 500 && fid.value < 2 * (fid.perfect ?? 0))
        let kid = try judge.kid(real)
        #expect(abs(kid.value - (kid.perfect ?? 0)) < 6 * (kid.error ?? 0))
        let manifold = try judge.manifold(real)
        #expect(manifold.map(\.name) == ["precision", "recall", "density", "coverage"])
        #expect(manifold.prefix(2).allSatisfy { $0.value > 0.8 })
        #expect(try judge.classes(real).captured == 10)
        #expect(fid.sentence.contains("perfect") && fid.sentence.contains("500 samples"))
        #expect(fid.sentence.contains("accuracy"))
    }

    @Test func seesNoiseForWhatItIs() throws {
        let digits = try Dataset.digits()
        let judge = try Judge(data: digits, cache: ClassifierCache())
        var generator = Generator(seed: 1)
        let noise = try generator.uniform([500, 8, 8, 1])
        let fid = try judge.fid(noise)
        #expect(fid.value > 10 * (fid.perfect ?? 0))
        let kid = try judge.kid(noise)
        #expect(kid.value > (kid.perfect ?? 0) + 10 * (kid.error ?? 0))
        let swd = try judge.swd(noise)
        #expect(swd.value > 3 * (swd.perfect ?? 0))
        #expect(try judge.manifold(noise)[0].value < 0.5)
    }

    @Test func showsTheBlindSpotOfTheInceptionScore() throws {
        // One image per class, repeated: the score of varied digits, yet a complete collapse.
        let digits = try Dataset.digits()
        let judge = try Judge(data: digits, cache: ClassifierCache())
        let classifier = try #require(judge.classifier)
        let (samples, labels) = try digits.all()
        let (answers, known) = (try classifier.answers(samples), labels?.values ?? [])
        let picked = (0..<10).compactMap { wanted in
            known.indices.filter {
                Int(known[$0]) == wanted && answers.labels[$0] == wanted
            }.max { answers.confidences[$0] < answers.confidences[$1] }
        }
        let repeated = try digits.picked((0..<500).map { picked[$0 % 10] }).samples
        let score = try judge.inceptionScore(repeated)
        #expect(score.value > 0.99 * (score.perfect ?? 0))
        let fid = try judge.fid(repeated)
        #expect(fid.value > 5 * (fid.perfect ?? 0))
        let similar = try judge.msSSIM(repeated)
        #expect(similar.value > (similar.perfect ?? 0) + 2 * (similar.error ?? 0))
        #expect(try judge.manifold(repeated)[1].value < 0.5)
    }

    @Test func comparesPointsAsTheyAre() throws {
        let ring = try Dataset.ring(8)
        let judge = try Judge(data: ring, cache: ClassifierCache())
        #expect(judge.classifier == nil)
        var generator = Generator(seed: 3)
        let real = try ring.draw(batch: 400, generator: &generator).samples
        let one = try Dataset.gaussian(deviation: 1).draw(batch: 400, generator: &generator).samples
        let measures: [(Tensor) throws -> Reading] = [
            judge.swd, judge.wasserstein, judge.js, judge.kl,
        ]
        for measure in measures {
            let (good, bad) = (try measure(real), try measure(one))
            #expect(bad.value > 1.5 * abs(good.value), "\(good.name)")
            #expect(good.perfect == bad.perfect)
        }
        // A ring and a Gaussian of its covariance are the same to a distance of two moments, and
        // to a kernel as wide as the ring; a shift is not.
        let moved = try Dataset.gaussian(mean: [1, 0]).draw(batch: 400, generator: &generator)
        for measure in [judge.fid, judge.mmd] {
            let (good, bad) = (try measure(real), try measure(moved.samples))
            #expect(bad.value > 5 * abs(good.value), "\(good.name)")
        }
        let js = try judge.js(one)
        #expect(js.value <= log(2))
        #expect(throws: MeasureError.self) { try judge.inceptionScore(real) }
        #expect(throws: MeasureError.self) { try judge.fid(Tensor.zeros([10, 3])) }
        #expect(throws: MeasureError.notFinite(measure: "fid")) {
            try judge.fid(Tensor.full([10, 2], .infinity))
        }
    }

    @Test func takesNoMoreSamplesThanHalfOfTheDataAndSaysSo() throws {
        let digits = try Dataset.digits().first(600)
        let judge = try Judge(data: digits, cache: ClassifierCache())
        let swd = try judge.swd(digits.all().samples)
        #expect(swd.samples == 300)
        #expect(swd.sentence.contains("300 of them, because digits has only 600"))
    }
}
