import Language
import Tensors

/// A network that scores what another one makes, and how the losses of both hang on the scores.
///
/// The scores of real and of generated samples are set to one number each, everything else stays;
/// the losses over a range of such numbers say whether the two play against each other, and
/// which kind of loss it is.
struct Rivalry {
    let critic: String
    let maker: String
    let criticSite: ObjectiveSite
    let makerSite: ObjectiveSite
    /// Applications of the critic by their order in the round.
    let real: [Int]
    let made: [Int]
}

/// The losses of both players when all scores of one kind are set to each of some numbers.
struct Sweep {
    let scores: [Double]
    let critic: [Double]
    let maker: [Double]

    func isFinite(_ values: [Double]) -> Bool { values.allSatisfy(\.isFinite) }

    /// Where a loss is least: the middle of all places that are as low; nil where it is flat.
    func lowest(_ values: [Double]) -> Double? {
        let finite = values.indices.filter { values[$0].isFinite }
        guard let least = finite.map({ values[$0] }).min(),
            let most = finite.map({ values[$0] }).max(), most - least > 1e-6 * max(1, abs(most))
        else { return nil }
        let close = finite.filter { values[$0] - least <= 1e-6 * (most - least) }
        return close.reduce(0) { $0 + Double($1) } / Double(close.count)
    }

    /// Whether the loss is a polynomial of this degree in `u(score)`, and truly of this degree.
    func isPolynomial(
        _ degree: Int, _ values: [Double], in u: (Double) -> Double = { $0 }
    ) -> Bool {
        let points = scores.map(u)
        guard isFinite(values), let most = values.max(), let least = values.min(), most > least,
            points.count > degree + 1
        else { return false }
        // Newton's divided differences over places far apart.
        let places = (0...degree).map { $0 * (points.count - 1) / degree }
        var table = places.map { values[$0] }
        for order in 1...degree {
            for index in stride(from: degree, through: order, by: -1) {
                let width = points[places[index]] - points[places[index - order]]
                guard abs(width) > 1e-12 else { return false }
                table[index] = (table[index] - table[index - 1]) / width
            }
        }
        let leading = table[degree] * pow(points[places[degree]] - points[places[0]], degree)
        guard abs(leading) > 1e-3 * (most - least) else { return false }
        return points.indices.allSatisfy { index in
            var guess = 0.0
            for order in stride(from: degree, through: 0, by: -1) {
                guess = guess * (points[index] - points[places[order]]) + table[order]
            }
            return abs(guess - values[index]) <= 1e-3 * (most - least)
        }
    }

    private func pow(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1.0) { product, _ in product * base }
    }
}

extension Doctor {
    static let open = [-30.0, -10, -3, -1, -0.5, 0, 0.1, 0.5, 0.9, 1, 3, 10, 30]
    static let unit = [0.02, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.98]

    mutating func checkScores(_ look: Look) throws {
        let rivalries = self.rivalries(look)
        try checkSides(rivalries, look)
        guard !rivalries.isEmpty else {
            let names = look.probe.lastObjectives.count
            if names > 1 {
                skipped("signs, for no network gives one score to both real and made samples")
            }
            return
        }
        for rivalry in rivalries {
            let bounds = try self.bounds(of: rivalry.critic, look)
            let sweeps = try self.sweeps(rivalry, look, Self.open, around: 0)
            let takesAnyScore =
                sweeps.real.isFinite(sweeps.real.critic) && sweeps.made.isFinite(sweeps.made.critic)
            if takesAnyScore {
                checkEnding(rivalry, bounds, sweeps)
                checkSigns(rivalry, sweeps)
                try checkConstraint(rivalry, sweeps, look)
            } else if bounds == .unit {
                checkSigns(rivalry, try self.sweeps(rivalry, look, Self.unit, around: 0.5))
                sound("\(rivalry.critic) gives probabilities, as its loss wants")
            } else {
                let bad = zip(sweeps.real.scores, zip(sweeps.real.critic, sweeps.made.critic))
                    .first { !$0.1.0.isFinite || !$0.1.1.isFinite }?.0
                found(
                    "range", at: place(rivalry.criticSite),
                    "it is not finite for a score of \((bad ?? 0).short), and \(rivalry.critic) has"
                        + " no sigmoid that would keep its scores between 0 and 1",
                    remedy: "write log_sigmoid(\(rivalry.critic)(x)) instead of the log of a score,"
                        + " and log_sigmoid(-\(rivalry.critic)(x)) instead of log(1 - …)")
            }
        }
    }

    // MARK: Who plays against whom

    func rivalries(_ look: Look) -> [Rivalry] {
        let probe = look.probe
        var found: [Rivalry] = []
        for judge in probe.lastObjectives {
            for critic in judge.players {
                let own = probe.applications.indices.filter {
                    probe.applications[$0].network === critic
                        && Self.isScore(probe.applications[$0])
                }
                for turn in probe.lastObjectives {
                    for maker in turn.players
                    where maker !== critic && !judge.players.contains(where: { $0 === maker }) {
                        let parameters = maker.parameters.map(\.value)
                        let made = own.filter { index in
                            probe.applications[index].inputs.contains {
                                $0.depends(on: parameters).contains(true)
                            }
                        }
                        let real = own.filter { index in
                            !made.contains(index) && !isMade(probe.applications[index], look)
                        }
                        guard uses(judge, made, probe), uses(judge, real, probe),
                            uses(turn, made, probe)
                        else { continue }
                        found.append(
                            Rivalry(
                                critic: look.name(of: critic), maker: look.name(of: maker),
                                criticSite: judge.site, makerSite: turn.site, real: real,
                                made: made))
                    }
                }
            }
        }
        return found
    }

    /// One number for each sample, or a map of them that is smaller than the image.
    static func isScore(_ application: Probe.Application) -> Bool {
        let output = application.output
        guard output.rank > 0, output.count > 0 else { return false }
        if output.count == output.shape[0] { return true }
        guard output.rank == 4, output.shape[3] == 1, let input = application.inputs.first,
            input.rank == 4
        else { return false }
        return output.shape[1] < input.shape[1] && output.shape[2] < input.shape[2]
    }

    /// Whether the input comes from any other network that is trained.
    private func isMade(_ application: Probe.Application, _ look: Look) -> Bool {
        let others = look.networks.filter { $0.network !== application.network }
            .flatMap { $0.network.parameters.map(\.value) }
        return application.inputs.contains { $0.depends(on: others).contains(true) }
    }

    func uses(
        _ objective: Probe.Objective, _ applications: [Int], _ probe: Probe
    ) -> Bool {
        objective.loss.depends(on: applications.map { probe.applications[$0].output })
            .contains(true)
    }

    // MARK: Losses over scores

    func sweeps(
        _ rivalry: Rivalry, _ look: Look, _ scores: [Double], around middle: Double
    ) throws -> (real: Sweep, made: Sweep) {
        // Penalties are no matter of scores, so they keep the slopes that they had.
        let slopes = Dictionary(
            uniqueKeysWithValues: look.probe.slopes.indices.map {
                ($0, look.probe.slopes[$0].slope.detached())
            })
        func values(real: Double, made: Double) throws -> (critic: Double, maker: Double) {
            var exchanged: [Int: Tensor] = [:]
            for (places, score) in [(rivalry.real, real), (rivalry.made, made)] {
                for place in places {
                    exchanged[place] = try Tensor.full(
                        look.probe.applications[place].output.shape, Float(score))
                }
            }
            let seen = try self.look(tracking: .off, scores: exchanged, slopes: slopes).probe
            func loss(_ site: ObjectiveSite) throws -> Double {
                guard let loss = seen.objectives.last(where: { $0.site === site })?.loss else {
                    return .nan
                }
                return Double(try loss.item())
            }
            return (try loss(rivalry.criticSite), try loss(rivalry.makerSite))
        }
        let real = try scores.map { try values(real: $0, made: middle) }
        let made = try scores.map { try values(real: middle, made: $0) }
        return (
            Sweep(scores: scores, critic: real.map(\.critic), maker: real.map(\.maker)),
            Sweep(scores: scores, critic: made.map(\.critic), maker: made.map(\.maker))
        )
    }

    // MARK: Signs

    private mutating func checkSigns(
        _ rivalry: Rivalry, _ sweeps: (real: Sweep, made: Sweep)
    ) {
        let (critic, maker) = (rivalry.critic, rivalry.maker)
        guard let real = sweeps.real.lowest(sweeps.real.critic),
            let made = sweeps.made.lowest(sweeps.made.critic)
        else {
            found(
                "sign", at: place(rivalry.criticSite),
                "it does not change with the score of \(critic) for real or for generated samples",
                remedy: "score both in it: \(critic)(x) and \(critic)(\(maker)(z))")
            return
        }
        let scores = sweeps.real.scores
        func score(_ position: Double) -> String { scores[Int(position.rounded())].short }
        guard abs(real - made) > 0.01 else {
            found(
                "sign", at: place(rivalry.criticSite),
                "it is least when real and generated samples get the same score"
                    + " (\(score(real))), so \(critic) does not tell them apart",
                remedy: "turn the sign of one of the two terms, or give them different labels")
            return
        }
        guard let wish = sweeps.made.lowest(sweeps.made.maker) else {
            // A player whose gradient is 0 has been told so.
            let turn = place(rivalry.makerSite)
            if diagnosis.findings.contains(where: { $0.place == turn }) { return }
            found(
                "sign", at: place(rivalry.makerSite),
                "it does not change with the score that \(critic) gives to generated samples",
                remedy: "let \(maker) play against that score: minimize \(maker): "
                    + "-mean(\(critic)(\(maker)(z)))")
            return
        }
        let towards = real > made ? 1.0 : -1.0
        guard (wish - made) * towards <= 0 else {
            sound("\(critic) and \(maker) play against each other")
            return
        }
        let way = towards > 0 ? "lower" : "higher"
        found(
            "sign", at: place(real > made ? rivalry.makerSite : rivalry.criticSite),
            "\(maker) wants its samples to get a score of \(score(wish)), and \(critic) wants to"
                + " give them \(score(made)) and real ones \(score(real)): both pull generated"
                + " samples to the \(way) score, so they do not play against each other",
            remedy: real > made
                ? "turn the sign of \(maker)'s objective, or exchange minimize and maximize"
                : "turn the sign of \(critic)'s objective, so that real samples get the larger"
                    + " score")
    }
}
