import Datasets
import Networks
import Tensors

/// A small network trained on the labels of a data set: it names what a generator has drawn,
/// and gives features in which distances mean more than in pixels.
///
/// Scores from it compare only with scores from the same data, never with published ones, which
/// use a network trained on ImageNet. Pixels - 128 ReLU - 64 ReLU - classes, Adam 1e-3, batch 64,
/// on four fifths of the data; the accuracy on the last fifth is kept.
package final class Classifier {
    /// The share of right answers on examples that were held out from training.
    package let accuracy: Double
    /// How many examples it was trained on, and how many were held out.
    package let trained: Int
    package let heldOut: Int
    package let classNames: [String]
    /// The shape of an example.
    package let shape: [Int]
    /// The number of features.
    package static let featureCount = 64

    private let range: ClosedRange<Float>
    private let body: Network
    private let head: Network

    /// Trains on `data`, images or points with labels; the same data and seed give the same
    /// classifier. About a second on two cores.
    package convenience init(on data: Dataset, seed: UInt64 = 0) throws {
        guard data.hasLabels else {
            throw MeasureError.data(measure: "classifier", name: data.name, lacks: "labels")
        }
        guard let count = data.count else {
            throw MeasureError.data(measure: "classifier", name: data.name, lacks: "end")
        }
        guard count >= 20 else {
            throw MeasureError.tooFew(measure: "classifier", needs: 20, got: count)
        }
        let (train, test) = try data.split(test: 0.2, seed: seed)
        var generator = Generator(seed: seed)
        let (body, head) = try Self.networks(for: data, &generator)
        let range = data.range ?? 0...1
        try Self.train(body, head, on: train, range, &generator)
        let (samples, labels) = try test.all()
        let logits = try Self.run(head, Self.run(body, Self.scaled(samples, range)))
        let answers = try logits.argmax(axis: -1).values
        let right = zip(answers, labels?.values ?? []).filter { $0 == $1 }.count
        self.init(
            data, body, head, range, accuracy: Double(right) / Double(max(answers.count, 1)),
            trained: train.count ?? 0, heldOut: test.count ?? 0)
    }

    private init(
        _ data: Dataset, _ body: Network, _ head: Network, _ range: ClosedRange<Float>,
        accuracy: Double, trained: Int, heldOut: Int
    ) {
        self.accuracy = accuracy
        self.trained = trained
        self.heldOut = heldOut
        classNames = data.classNames
        shape = data.shape
        self.range = range
        self.body = body
        self.head = head
    }

    private static func networks(
        for data: Dataset, _ generator: inout Generator
    ) throws -> (body: Network, head: Network) {
        let body = try Network(
            space: nil,
            layers: [
                LayerTable.make("flatten"), LayerTable.make("linear", ["features": 128]),
                LayerTable.make("relu"),
                LayerTable.make("linear", ["features": .number(Double(Self.featureCount))]),
                LayerTable.make("relu"),
            ], generator: &generator)
        let head = try Network(
            space: nil,
            layers: [
                LayerTable.make("linear", ["features": .number(Double(data.classNames.count))])
            ], generator: &generator)
        return (body, head)
    }

    // MARK: Answers

    /// Features `[n, 64]` of samples `[n] + shape`: the last hidden layer.
    package func features(_ samples: Tensor) throws -> Tensor {
        guard samples.rank >= 1, Array(samples.shape[1...]) == shape else {
            throw MeasureError.widths(
                measure: "classifier", left: samples.shape,
                right: [samples.shape.first ?? 0] + shape)
        }
        return try Self.run(body, Self.scaled(samples, range))
    }

    /// Class probabilities `[n, classes]`.
    package func probabilities(_ samples: Tensor) throws -> Tensor {
        try Self.run(head, features(samples)).softmax()
    }

    /// The most probable class of each sample, and its probability.
    package func answers(
        _ samples: Tensor
    ) throws -> (labels: [Int], confidences: [Double]) {
        let probabilities = try probabilities(samples)
        let (classes, values) = (classNames.count, probabilities.values)
        var (labels, confidences) = ([Int](), [Double]())
        for row in 0..<probabilities.shape[0] {
            var best = 0
            for label in 1..<max(classes, 1)
            where values[row * classes + label] > values[row * classes + best] { best = label }
            labels.append(best)
            confidences.append(Double(values[row * classes + best]))
        }
        return (labels, confidences)
    }

    /// What every sentence about a score from this classifier ends with.
    package var note: String {
        "classifier with accuracy \(Figure.text(accuracy)) on \(heldOut) held-out examples"
    }

    // MARK: Training

    private static func train(
        _ body: Network, _ head: Network, on data: Dataset, _ range: ClosedRange<Float>,
        _ generator: inout Generator
    ) throws {
        var optimizer = try Optimizer.adam(1e-3)
        let context = Context(isTraining: true, records: true, generator: generator.split())
        let classes = data.classNames.count
        // Twenty times through the data, in bounds that keep a second on two cores.
        let rounds = min(max(20 * (data.count ?? 0) / 64, 600), 3000)
        for round in 0..<rounds {
            if round == rounds * 3 / 4 { optimizer.rate = 2e-4 }
            let (samples, labels) = try data.draw(batch: 64, generator: &generator)
            guard let labels else { return }
            let logits = try head.apply(body.apply(scaled(samples, range), context), context)
            let right = try logits.logSoftmax() * labels.oneHot(classes)
            let loss = try right.sum() * Float(-1.0 / 64)
            let parameters = body.parameters + head.parameters
            let slopes = try gradients(of: loss, at: parameters.map(\.value))
            try optimizer.step(parameters, slopes)
        }
    }

    private static func run(_ network: Network, _ input: Tensor) throws -> Tensor {
        let context = Context(isTraining: false, records: false, generator: Generator(seed: 0))
        return try network.apply(input, context)
    }

    /// From the data's interval to -½...½, around which a network starts best.
    private static func scaled(_ samples: Tensor, _ range: ClosedRange<Float>) throws -> Tensor {
        let middle = (range.lowerBound + range.upperBound) / 2
        return try (samples - middle) / (range.upperBound - range.lowerBound)
    }
}

// MARK: - Files

extension Classifier {
    /// Changes with the networks and their training, so that what an older Saddle stored is not
    /// taken for one of these.
    static let version = "1"

    /// Weights, and beside them the accuracy, the version and what data it is for.
    func file(for digest: String) -> Checkpoint {
        var file = Checkpoint()
        file.add(body.namedParts, as: "body")
        file.add(head.namedParts, as: "head")
        file[text: "kind"] = "saddle classifier"
        file[text: "version"] = Self.version
        file[text: "data"] = digest
        file[text: "accuracy"] = "\(accuracy)"
        file[text: "trained"] = "\(trained)"
        file[text: "held out"] = "\(heldOut)"
        file[text: "weights"] = Self.sum(of: file)
        return file
    }

    /// The one that `file` wrote for these data; throws where it is another or was damaged.
    convenience init(from file: Checkpoint, for data: Dataset, _ digest: String) throws {
        func word(_ name: String) throws -> String {
            guard let word = file[text: name] else { throw StoredFault("it has no \(name)") }
            return word
        }
        guard try word("kind") == "saddle classifier" else {
            throw StoredFault("it is no classifier")
        }
        let version = try word("version")
        guard version == Self.version else {
            throw StoredFault("it is of version \(version), not \(Self.version)")
        }
        guard try word("data") == digest else { throw StoredFault("it is for other data") }
        guard let accuracy = Double(try word("accuracy")), (0...1).contains(accuracy),
            let trained = Int(try word("trained")), let heldOut = Int(try word("held out")),
            trained > 0, heldOut > 0
        else { throw StoredFault("its accuracy or its counts are no numbers") }
        guard try word("weights") == Self.sum(of: file) else {
            throw StoredFault("its weights were changed")
        }
        var generator = Generator(seed: 0)
        let (body, head) = try Self.networks(for: data, &generator)
        // The layers have weights to fill in once they have met an example.
        let range = data.range ?? 0...1
        let example = try data.picked([0]).samples
        _ = try Self.run(head, Self.run(body, Self.scaled(example, range)))
        try file.restore([("body", body.namedParts), ("head", head.namedParts)])
        self.init(
            data, body, head, range, accuracy: accuracy, trained: trained, heldOut: heldOut)
    }

    private static func sum(of file: Checkpoint) -> String {
        let digest = Digest()
        for (name, tensor) in file.file.tensors.sorted(by: { $0.name < $1.name }) {
            digest.add("\(name) \(tensor.shape)")
            tensor.withValues { digest.add(UnsafeRawBufferPointer($0)) }
        }
        return digest.text()
    }
}

/// Why a stored classifier cannot be taken.
struct StoredFault: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
