import Datasets
import Foundation
import Language
import Measures
import Networks
import Tensors

/// Commands that look at the network that scores: as a classifier, and at what it sees.
enum DiscriminatorCommands {
    static var all: [Command] {
        [
            Command(
                "discriminator", .measures,
                [
                    Input("game", .game),
                    Input("count", .integer, "of each kind", standard: .number(1000)),
                    Input(
                        "labels", .list, "scores that mean generated and real; none: a logit",
                        standard: .nothing),
                ],
                "The discriminator as a classifier of real and generated: accuracy and calibration.",
                details: """
                    The score becomes a probability by the sigmoid, or linearly between two labels \
                    (labels: [0, 1] for least squares). ranking is the chance that a real sample \
                    gets a better score than a generated one; it needs no probability, so it serves \
                    a critic too. At the equilibrium accuracy and ranking are 0.5. Calibration: C. \
                    Guo et al. 2017, arXiv:1706.04599, ten cells.
                    """, example: PictureCommands.setUp + "discriminator(g, count: 100)"
            ) { try discriminator($0) },
            Command(
                "features", .measures,
                [
                    Input("network", .network), Input("x", .tensor),
                    Input(
                        "layers", .integer, "how many of its layers; none: all but the last",
                        standard: .nothing),
                ],
                "What a network makes of x before its last layers: the features that it looks at.",
                example: "D = mlp(2, [8], 1)\nshape(features(D, randn([5, 2])))"
            ) { call in
                let network = try call.network(0)
                guard let chain = network.chain, chain.layers.count > 1 else {
                    throw Diagnostic(
                        .type, "features needs a chain of layers, and \(network.title) is none",
                        hint: "write it as a chain: points(2) |> linear(8) |> relu |> linear(1)")
                }
                let all = chain.layers.count
                let wanted = call.isGiven(2) ? try call.integer(2, in: 1...all) : all - 1
                var own = call.session.random { $0.split() }
                let part = NetworkBox(
                    try Network(space: chain.space).appending(
                        Array(chain.layers.prefix(wanted)), &own), name: network.name)
                return try call.session.quietly { try part.apply([call[1]], call.session) }
            },
        ]
    }

    /// Scores of as many real as generated samples, as a classifier's.
    private static func discriminator(_ call: Call) throws -> Value {
        let game = try call.game(0)
        let count = try call.integer(1, in: 2...1_000_000)
        guard let data = game.data,
            let judge = game.networks.first(where: { $0.name == "D" })
                ?? game.networks.first(where: { !$0.network.startsFromNoise })
        else {
            throw Diagnostic(
                .value, "discriminator needs a game with data and a network that looks at them")
        }
        var own = call.session.random { $0.split() }
        let real = try data.draw(batch: count, generator: &own).samples
        let made = try Sampling(game, call.session).draw(count, &own).shaped(like: data)
        func scores(_ x: Tensor) throws -> [Double] {
            let found = try call.session.quietly {
                try asTensor(try judge.network.apply([.tensor(x)], call.session), judge.name)
            }
            guard found.count == x.shape[0] else {
                throw Diagnostic(
                    .shape, "\(judge.name) gives \(found.shape), not one score for each sample")
            }
            return found.values.map(Double.init)
        }
        let (good, bad) = (try scores(real), try scores(made))
        let labels =
            call.isGiven(2) ? try call.session.elements(of: call[2]).compactMap(\.scalar) : []
        guard labels.isEmpty || labels.count == 2 && labels[0] != labels[1] else {
            throw Diagnostic(
                .value, "labels are two different scores, of generated and of real samples",
                hint: "write labels: [0, 1]")
        }
        let probability = { (score: Double) -> Double in
            guard !labels.isEmpty else { return 1 / (1 + exp(-score)) }
            return min(max((score - labels[0]) / (labels[1] - labels[0]), 0), 1)
        }
        let found = try Calibration(
            probabilities: (good + bad).map(probability),
            isReal: good.map { _ in true } + bad.map { _ in false })
        let ordered = bad.sorted()
        let ranking =
            good.reduce(0.0) { sum, score in
                let (below, upTo) = (ordered.rank(below: score), ordered.rank(upTo: score))
                return sum + Double(below + upTo) / 2
            } / Double(good.count * bad.count)
        return .record(
            Record(
                title:
                    "\(judge.name) as a classifier of \(count) real and \(count) generated samples",
                readings: [
                    Reading("accuracy", found.accuracy, perfect: 0.5, samples: 2 * count),
                    Reading("ranking", ranking, perfect: 0.5, samples: 2 * count),
                    Reading(
                        "calibration error", found.expectedError, perfect: 0, samples: 2 * count),
                ], counts: nil))
    }
}

extension [Double] {
    /// How many of the rising elements are smaller than a value, and how many are not larger.
    fileprivate func rank(below value: Double) -> Int { first(from: 0) { $0 >= value } }
    fileprivate func rank(upTo value: Double) -> Int { first(from: 0) { $0 > value } }

    private func first(from start: Int, where isPast: (Double) -> Bool) -> Int {
        var (low, high) = (start, count)
        while low < high {
            let middle = (low + high) / 2
            if isPast(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
