import Datasets
import Language
import Measures
import Networks
import Tensors

/// Watches a training for collapse, saturation and explosion, and says each once.
///
/// It looks every 100th round at first and more rarely later, with random numbers of its own, so
/// neither the time nor the course of a training changes; the same training says the same.
struct Watch {
    private let session: Session
    private let game: Game
    private var told: Set<String> = []
    /// The widest samples so far, beside the data.
    private var widest = 0.0

    init(_ session: Session, _ game: Game) {
        self.session = session
        self.game = game
    }

    /// Before a round: lets the round note its gradients when it will be looked at.
    func prepare() {
        let round = game.round + 1
        guard round <= 5 || isDue(round) else { return }
        game.gauge = Gauge()
    }

    /// After a round: at most one sentence of each kind in a training.
    mutating func look() {
        explosion()
        guard let gauge = game.gauge else { return }
        game.gauge = nil
        for (name, norm) in gauge.norms where game.round <= 5 {
            game.firstNorms[name] = max(game.firstNorms[name] ?? 0, norm)
        }
        guard isDue(game.round), let data = game.data,
            let panel = session.attempt({ try Panel(game, data, session) })
        else { return }
        collapse(panel, data)
        saturation(panel, gauge)
    }

    private func isDue(_ round: Int) -> Bool {
        round % (round < 2000 ? 100 : round < 20_000 ? 500 : 5000) == 0
    }

    private mutating func tell(_ kind: String, _ sentence: String) {
        guard told.insert(kind).inserted else { return }
        session.output.write("\(kind) at round \(game.round): \(sentence)\n", to: .error)
    }

    // MARK: Explosion

    /// A loss a thousand times as large as in the first five rounds, two rounds in a row.
    private mutating func explosion() {
        guard !told.contains("explosion") else { return }
        for curve in game.curves where game.rule.objectiveNames.contains(curve.name) {
            guard curve.values.count > 5, abs(curve.values[curve.values.count - 1]) > 1000,
                abs(curve.values[curve.values.count - 2]) > 1000
            else { continue }
            let first = curve.values.prefix(5).reduce(0) { max($0, abs($1)) }
            let last = curve.values[curve.values.count - 1]
            guard abs(last) > 1000 * max(first, 1) else { continue }
            tell(
                "explosion",
                "the loss of \(curve.name) is \(last.short), and within the first 5 rounds it was"
                    + " \(first.short) at most; hold the network that scores (clip, a gradient"
                    + " penalty, spectral_norm) or lower the learning rate")
        }
    }

    // MARK: Collapse

    private mutating func collapse(_ panel: Panel, _ data: Dataset) {
        let width = panel.width
        defer { widest = max(widest, width) }
        if width < 0.05, game.round >= 500, widest > 4 * width || game.round >= 1000 {
            return tell(
                "collapse",
                "the samples are nearly alike, their spread is \(width.short) of that of the data;"
                    + " try a penalty (wgan_gp, r1, relativistic), minibatch_std in D or a lower"
                    + " learning rate for G")
        }
        guard game.round >= 1000,
            let modes = try? ModeCoverage(of: panel.made, in: data), modes.modes > 2,
            modes.highQuality > 0.5, 2 * modes.captured <= modes.modes
        else { return }
        tell(
            "collapse",
            "the samples reach \(modes.captured) of \(modes.modes) modes, where"
                + " \((100 * modes.highQuality).rounded().short) % of \(modes.samples) lie; try a"
                + " penalty (wgan_gp, r1, relativistic), minibatch_std in D or a lower learning"
                + " rate for G")
    }

    // MARK: Saturation

    /// The discriminator tells every real sample from every generated one, and next to nothing of
    /// its knowledge reaches the generator; or no gradient reaches anybody.
    private mutating func saturation(_ panel: Panel, _ gauge: Gauge) {
        let shares = gauge.norms.map { name, norm -> Double in
            guard let first = game.firstNorms[name], first > 0 else { return 1 }
            return norm / first
        }
        if panel.isJudged, shares.count > 1, let most = shares.max(), most < 1e-4 {
            return tell(
                "saturation",
                "the gradients that reach \(gauge.norms.keys.sorted().joined(separator: " and "))"
                    + " are \(most.short) of what they were in the first rounds, so nobody moves:"
                    + " all scores lie where the loss is flat; hold them, by + 0.01 * mean(D(x)^2) in"
                    + " D's loss or a gradient penalty, or take another loss")
        }
        guard let sampler = game.sampler, let norm = gauge.norms[sampler.name],
            let first = game.firstNorms[sampler.name], first > 0, norm < 0.001 * first,
            let judge = panel.apart
        else { return }
        tell(
            "saturation",
            "\(judge) tells all \(panel.count) real samples from as many generated ones, and the"
                + " gradient that reaches \(sampler.name) is \((norm / first).short) of what it"
                + " was in the first rounds; take a loss that goes on pulling (lsgan, a gan that is"
                + " not saturating, wgan_gp), or train \(judge) less")
    }
}

/// The size of each player's gradient in one round.
final class Gauge {
    private(set) var norms: [String: Double] = [:]

    func see(_ player: String, _ slopes: [Tensor]) {
        let square = slopes.reduce(0.0) { sum, slope in
            slope.withValues { $0.reduce(sum) { $0 + Double($1) * Double($1) } }
        }
        norms[player] = square.squareRoot()
    }
}

/// Some real and some generated samples at one moment of a training.
private struct Panel {
    let made: Tensor
    /// The spread of the samples, divided by that of the data.
    let width: Double
    let count: Int
    /// The network that gives every real sample a better score than any generated one.
    let apart: String?
    /// Whether a network gives each sample one score.
    let isJudged: Bool

    init(_ game: Game, _ data: Dataset, _ session: Session) throws {
        count = data.shape.count == 1 ? 256 : 64
        var fixed = game.fixedGenerator
        made = try Sampling(game, session).draw(count, &fixed)
        var generator = Generator(seed: 0)
        let real = try data.draw(batch: count, generator: &generator).samples
        width = Self.spread(made) / max(Self.spread(real), 1e-12)
        (apart, isJudged) = Self.judge(game, made, real, session)
    }

    /// The root of the mean variance of an element.
    private static func spread(_ batch: Tensor) -> Double {
        let rows = batch.shape[0]
        let width = batch.count / max(rows, 1)
        guard rows > 1, width > 0 else { return 0 }
        var (sums, squares) = ([Double](repeating: 0, count: width), 0.0)
        batch.withValues { values in
            for place in values.indices {
                sums[place % width] += Double(values[place])
                squares += Double(values[place]) * Double(values[place])
            }
        }
        let means = sums.reduce(0) { $0 + $1 * $1 } / Double(rows)
        return (max(squares - means, 0) / Double(batch.count)).squareRoot()
    }

    private static func judge(
        _ game: Game, _ made: Tensor, _ real: Tensor, _ session: Session
    ) -> (apart: String?, isJudged: Bool) {
        var isJudged = false
        for (name, network) in game.networks where name != game.sampler?.name {
            func scores(_ x: Tensor) -> [Float]? {
                guard
                    case .tensor(let found)? = session.attempt({
                        try session.quietly { try network.apply([.tensor(x)], session) }
                    }), found.count == x.shape[0]
                else { return nil }
                return found.values
            }
            guard let good = scores(real), let bad = scores(made), let low = good.min(),
                let high = good.max(), let least = bad.min(), let most = bad.max()
            else { continue }
            isJudged = true
            if low > most || high < least { return (name, true) }
        }
        return (nil, isJudged)
    }
}
