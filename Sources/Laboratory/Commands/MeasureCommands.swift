import Datasets
import Language
import Measures
import Tensors

/// Commands that measure how well a generator does.
enum MeasureCommands {
    static var all: [Command] { distances.map(command) + others }

    private static let setUp = PictureCommands.setUp

    /// A distance or score: of a game's samples from its data, or of two sets of rows or masses.
    private struct Measure {
        let name: String
        let summary: String
        var details = ""
        let example: String
        var ofSamples: ((Judge, Tensor) throws -> Reading)?
        var ofPair: ((Tensor, Tensor) throws -> Double)?
    }

    private static var distances: [Measure] { divergences + metrics + scores }

    // MARK: The table

    private static var divergences: [Measure] {
        [
            Measure(
                name: "kl", summary: "The Kullback-Leibler divergence in nats.",
                details: """
                    Of two lists of masses KL(p || q); of a game KL(data || samples) on a grid, with \
                    1e-4 added to each cell, as GAN Lab does (M. Kahng et al. 2018).
                    """, example: "kl([0.5, 0.5], [0.9, 0.1])",
                ofSamples: { try $0.kl($1) }, ofPair: masses(Divergence.kl)),
            Measure(
                name: "js", summary: "The Jensen-Shannon divergence in nats, at most log 2.",
                details: "Of two lists of masses, or of a game's samples and data on a grid.",
                example: "js([1, 0], [0, 1])",
                ofSamples: { try $0.js($1) }, ofPair: masses(Divergence.js)),
            Measure(
                name: "js_distance",
                summary: "The root of the Jensen-Shannon divergence, a metric.",
                example: "js_distance([1, 0], [0, 1])", ofPair: masses(Divergence.jsDistance)),
            Measure(
                name: "total_variation", summary: "Half the sum of the differences of two masses.",
                example: "total_variation([1, 0], [0.5, 0.5])",
                ofPair: masses(Divergence.totalVariation)),
            Measure(
                name: "pearson", summary: "The Pearson chi-squared divergence of two masses.",
                details: "What LSGAN minimises between p + q and 2q (arXiv:1611.04076, eq. 8).",
                example: "pearson([0.5, 0.5], [0.9, 0.1])", ofPair: masses(Divergence.pearson)),
        ]
    }

    private static var metrics: [Measure] {
        [
            Measure(
                name: "wasserstein", summary: "The exact Wasserstein-1 distance.",
                details: """
                    Sorted in one dimension, by assignment in more: the cost is the cube of the number \
                    of samples, of which a game's are cut to 500.
                    """, example: "wasserstein([[0], [1]], [[2], [3]])",
                ofSamples: { try $0.wasserstein($1) },
                ofPair: { try Wasserstein.exact($0, $1) }),
            Measure(
                name: "swd", summary: "The sliced Wasserstein distance, over random directions.",
                example: setUp + "swd(g, count: 200)",
                ofSamples: { try $0.swd($1) }, ofPair: { try Wasserstein.sliced($0, $1) }),
            Measure(
                name: "mmd", summary: "The squared maximum mean discrepancy, Gaussian kernel.",
                example: setUp + "mmd(g, count: 200)",
                ofSamples: { try $0.mmd($1) }, ofPair: { try Discrepancy.gaussian($0, $1) }),
            Measure(
                name: "fid", summary: "The Fréchet distance of Gaussians fitted to features.",
                details: """
                    M. Heusel et al. 2017, arXiv:1706.08500, with features of a classifier trained on \
                    these data (not the Inception network): figures compare on the same data only.
                    """, example: setUp + "fid(g, count: 200)",
                ofSamples: { try $0.fid($1) }, ofPair: { try Frechet.distance($0, $1) }),
            Measure(
                name: "kid", summary: "The Kernel Inception Distance: unbiased, cubic kernel.",
                details: "M. Bińkowski et al. 2018, arXiv:1801.01401.",
                example: setUp + "kid(g, count: 200)",
                ofSamples: { try $0.kid($1) }, ofPair: { try Discrepancy.kid($0, $1).value }),
        ]
    }

    private static var scores: [Measure] {
        [
            Measure(
                name: "inception_score",
                summary: "How sure the classifier is of each sample, and how varied they are.",
                details: "T. Salimans et al. 2016, arXiv:1606.03498; blind to repeated samples.",
                example: "inception_score(digits(), digits(), count: 200)",
                ofSamples: { try $0.inceptionScore($1) }),
            Measure(
                name: "ms_ssim", summary: "The similarity of random pairs: high when they repeat.",
                details: "A. Odena et al. 2017, arXiv:1610.09585.",
                example: "ms_ssim(digits(), digits(), count: 100)",
                ofSamples: { try $0.msSSIM($1) }),
        ]
    }

    /// A divergence of two rows of masses; samples, which have rows, are a mistake.
    private static func masses(
        _ divergence: @escaping ([Double], [Double]) throws -> Double
    ) -> (Tensor, Tensor) throws -> Double {
        { left, right in
            for tensor in [left, right] where tensor.rank != 1 {
                throw Diagnostic(
                    .shape,
                    "masses are two lists of numbers that sum to 1, but this has shape "
                        + "\(tensor.shape)",
                    hint: tensor.rank == 2
                        ? "of samples a game or data say more: kl(samples, ring(8)); "
                            + "between two sets of samples use swd or mmd"
                        : nil)
            }
            for tensor in [left, right] {
                let sum = tensor.values.reduce(0) { $0 + Double($1) }
                // A density cut off at the ends of a grid, or rounded, is still meant.
                guard sum.isFinite, abs(sum - 1) > 0.02 else { continue }
                throw Diagnostic(
                    .value, "masses sum to 1, but these sum to \(sum.short)",
                    hint: "divide them by their sum: p / sum(p)")
            }
            return try divergence(left.values.map(Double.init), right.values.map(Double.init))
        }
    }

    // MARK: Commands

    private static var inputs: [Input] {
        [
            Input("what", .any, "a game; or a generator, samples or masses"),
            Input(
                "against", .any, "data, samples or masses; a game knows its own",
                standard: .nothing),
            Input("count", .integer, "how many samples to draw", standard: .number(1000)),
        ]
    }

    private static func command(_ measure: Measure) -> Command {
        Command(
            measure.name, .measures, inputs, measure.summary, details: measure.details,
            example: measure.example
        ) { call in
            if let pair = measure.ofPair, let left = call[0].rows, let right = call[1].rows {
                return .number(try pair(left, right))
            }
            guard let reading = measure.ofSamples else {
                throw Diagnostic.mismatch(
                    measure.name, expects: "two lists of masses", got: call[0])
            }
            let (judge, samples) = try call.judged()
            return .record(try reading(judge, samples).record)
        }
    }

    private static var others: [Command] {
        [
            Command(
                "modes", .measures, inputs,
                "How many modes of a mixture the samples reach, beside a perfect sampler's figures.",
                details: """
                    High quality: within three deviations of the nearest centre (arXiv:1705.07761). \
                    Reverse KL: of the shares of the modes (arXiv:1712.04086).
                    """, example: setUp + "modes(g, count: 200)"
            ) { call in
                let (judge, samples) = try call.judged()
                let found = try judge.modes(samples)
                return .record(
                    Record(
                        title: "modes of \(judge.data.name)", readings: found.readings,
                        counts: found.counts))
            },
            Command(
                "coverage", .measures, inputs,
                "How many classes the samples show, seen by the classifier of the data.",
                details: "Reverse KL: of the shares of the classes, from those in the data.",
                example: "coverage(digits(), digits(), count: 200)"
            ) { call in
                let (judge, samples) = try call.judged()
                let found = try judge.classes(samples)
                let note = judge.classifier?.note
                let readings = [
                    Reading(
                        "classes shown", Double(found.captured), samples: found.samples,
                        note: "there are \(found.classes); " + (note ?? "")),
                    Reading(
                        "reverse KL of the classes", found.reverseKL, perfect: found.perfectKL,
                        samples: found.samples),
                ]
                return .record(
                    Record(
                        title: "classes of \(judge.data.name)", readings: readings,
                        counts: found.counts))
            },
            Command(
                "precision_recall", .measures, inputs,
                "Precision, recall, density and coverage of the samples.",
                details: """
                    T. Kynkäänniemi et al. 2019, arXiv:1904.06991; M. F. Naeem et al. 2020, \
                    arXiv:2002.09797; three neighbours, at most 2,000 samples.
                    """, example: setUp + "precision_recall(g, count: 200)"
            ) { call in
                let (judge, samples) = try call.judged()
                return .record(
                    Record(
                        title: "samples beside \(judge.data.name)",
                        readings: try judge.manifold(samples), counts: nil))
            },
            Command(
                "laplacian_swd", .measures, inputs,
                "The sliced Wasserstein distance of patches at each level of a Laplacian pyramid.",
                details: """
                    T. Karras et al. 2018, arXiv:1710.10196, section 5, times 1000: the first level \
                    holds the finest structure, the last one the coarsest. At most 500 images, 32 \
                    patches of 7x7 each, 128 directions.
                    """, example: "laplacian_swd(digits(), digits(), count: 50)"
            ) { call in
                let (judge, samples) = try call.judged()
                return .record(
                    Record(
                        title: "patches of samples beside \(judge.data.name)",
                        readings: try judge.pyramid(samples), counts: nil))
            },
            Command(
                "classify", .measures,
                [Input("data", .data, "labelled data to learn from"), Input("samples", .tensor)],
                "The class of each sample, by a classifier that learns the labels of the data once.",
                details: "Pixels to 128, 64 and the classes, Adam; about a second, then kept.",
                example: "d = digits()\nclassify(d, first(d, 5).images)"
            ) { call in
                let data = try call.data(0)
                let classifier = try call.session.classifiers.classifier(for: data)
                let samples = try call.tensor(1).shaped(like: data)
                let (labels, sure) = try classifier.answers(samples)
                return .record(
                    Record(
                        title: "answers of a " + classifier.note,
                        fields: [
                            ("labels", .list(labels.map { .number(Double($0)) })),
                            ("names", .list(labels.map { .string(data.classNames[$0]) })),
                            ("confidence", .list(sure.map { .number($0) })),
                            ("accuracy", .number(classifier.accuracy)),
                        ]))
            },
        ]
    }
}

extension Call {
    /// The judge of the data that the first two arguments name, and samples in their shape.
    func judged() throws -> (Judge, Tensor) {
        let count = try integer(2, in: 1...1_000_000)
        var own = session.random { $0.split() }
        let data: Dataset
        if case .data(let given) = self[1] {
            data = given
        } else if case .game(let game) = self[0], let known = game.data {
            data = known
        } else {
            throw Diagnostic(
                .value, "\(command.name) needs data to compare with",
                hint: "\(command.name)(g), or \(command.name)(samples, data)")
        }
        let samples: Tensor
        switch self[0] {
        case .game(let game): samples = try Sampling(game, session).draw(count, &own)
        case .network(let network): samples = try Sampling(network, session).draw(count, &own)
        case .data(let given): samples = try given.draw(batch: count, generator: &own).samples
        case .tensor(let tensor): samples = tensor
        default: throw Diagnostic.mismatch(command.name, expects: "a game", got: self[0])
        }
        return (
            try Judge(data: data, cache: session.classifiers), try samples.shaped(like: data)
        )
    }
}

extension Tensor {
    /// Rows in the shape of the data's examples when they have their size.
    func shaped(like data: Dataset) throws -> Tensor {
        guard rank == 2, data.shape.count > 1, data.shape.reduce(1, *) == shape[1] else {
            return self
        }
        return try reshape([shape[0]] + data.shape)
    }
}

extension Value {
    /// A tensor, or a list that is one.
    fileprivate var rows: Tensor? {
        switch self {
        case .tensor(let tensor): tensor
        case .list: try? asTensor(self, "measure")
        default: nil
        }
    }
}

extension Reading {
    var record: Record {
        var fields: [(name: String, value: Value)] = [("value", .number(value))]
        if let error { fields.append(("error", .number(error))) }
        if let perfect { fields.append(("perfect", .number(perfect))) }
        fields.append(("samples", .number(Double(samples))))
        return Record(title: sentence, fields: fields)
    }
}

extension Record {
    /// Several readings under their names, and how often each mode or class was met.
    init(title: String, readings: [Reading], counts: [Int]?) {
        self.title = ([title] + readings.map { "  " + $0.sentence }).joined(separator: "\n")
        fields = readings.map { reading in
            let name = reading.name.split(separator: " ").prefix(2).joined(separator: "_")
            return (
                name.replacing("-", with: "_"),
                .record(Record(title: reading.name, fields: reading.record.fields))
            )
        }
        if let counts {
            fields.append(("counts", .list(counts.map { .number(Double($0)) })))
        }
    }
}
