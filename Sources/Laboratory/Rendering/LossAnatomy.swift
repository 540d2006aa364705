import Language
import Networks
import Pictures
import Tensors

/// Each player's loss against the score of a sample, and its slope.
///
/// The networks are exchanged for stand-ins: D gives its input back, all samples of G are the one
/// number that is asked for, and all data another. The game is then played without training at
/// each score, so whatever is written in it counts. Penalties see a D of slope 1.
struct LossAnatomy {
    struct Part {
        let role: Role
        /// The player whose loss it is.
        let player: String
        let values: [Double]

        var name: String {
            switch role {
            case .judgeOnSamples: "\(player) on samples"
            case .judgeOnData: "\(player) on data"
            case .maker: player
            }
        }
    }

    /// Whose loss, against the score of what.
    enum Role: CaseIterable { case judgeOnData, judgeOnSamples, maker }

    /// A game with the scores of its data and samples, where it is played.
    struct Entry {
        let name: String
        let anatomy: LossAnatomy
        var dataScores: [Double] = []
        var sampleScores: [Double] = []

        func scores(_ role: Role) -> [Double] {
            role == .judgeOnData ? dataScores : sampleScores
        }
    }

    let scores: [Double]
    let parts: [Part]

    /// Loss and slope of one game as two plots side by side; of several games, drawn over each
    /// other, two for each player's part, so that each game has one colour.
    static func figure(_ games: [Entry]) -> Figure {
        games.count == 1 ? figure(of: games[0]) : figure(ofSeveral: games)
    }

    private static func figure(of game: Entry) -> Figure {
        var losses = Axes(
            title: "loss, up to a constant", x: Axis("score"), y: Axis("loss"))
        var slopes = Axes(title: "derivative", x: Axis("score"), y: Axis("d loss / d score"))
        slopes.hasLegend = false
        for part in game.anatomy.parts {
            // Last and dashed: for many games it is the same curve as the generator's.
            let pen = Pen.series(part.role == .judgeOnSamples ? 0 : part.role == .maker ? 1 : 2)
            let isDashed = part.role == .judgeOnData
            let x = game.anatomy.scores
            losses.marks.append(
                .line(Line(part.name, x: x, y: part.values, pen: pen, isDashed: isDashed)))
            slopes.marks.append(
                .line(
                    Line(
                        part.name, x: x, y: game.anatomy.slope(of: part), pen: pen,
                        isDashed: isDashed)))
        }
        if !game.dataScores.isEmpty {
            losses.marks.append(
                .rug(Rug("scores of data", values: game.dataScores, pen: .series(2))))
        }
        if !game.sampleScores.isEmpty {
            losses.marks.append(
                .rug(Rug("scores of samples", values: game.sampleScores, pen: .series(0))))
        }
        slopes.marks.append(.rule(Rule(.horizontal, at: 0)))
        return Figure([losses, slopes], columns: 2, width: 860, height: 400)
    }

    private static func figure(ofSeveral games: [Entry]) -> Figure {
        let parts = Role.allCases.map { role in
            games.compactMap { game in game.anatomy.parts.first { $0.role == role } }
        }
        func panel(_ role: Int, _ kind: String, _ label: String) -> Axes {
            let names = Set(parts[role].map(\.name))
            let name =
                names.count == 1
                ? parts[role][0].name
                : ["discriminator on data", "discriminator on samples", "generator"][role]
            return Axes(
                title: "\(name): \(kind)", x: Axis("score"), y: Axis(role == 0 ? label : ""),
                hasLegend: kind == "loss" && role == 0)
        }
        var losses = Role.allCases.indices.map { panel($0, "loss", "loss, up to a constant") }
        var slopes = Role.allCases.indices.map { panel($0, "derivative", "d loss / d score") }
        for (index, role) in Role.allCases.enumerated() {
            for (pen, (game, part)) in zip(games, parts[index]).enumerated() {
                let x = game.anatomy.scores
                losses[index].marks.append(
                    .line(Line(game.name, x: x, y: part.values, pen: .series(pen))))
                slopes[index].marks.append(
                    .line(
                        Line(
                            game.name, x: x, y: game.anatomy.slope(of: part), pen: .series(pen))))
                let scores = game.scores(role)
                if !scores.isEmpty {
                    losses[index].marks.append(
                        .rug(Rug("scores, \(game.name)", values: scores, pen: .series(pen))))
                }
            }
            slopes[index].marks.append(.rule(Rule(.horizontal, at: 0)))
        }
        return Figure(losses + slopes, columns: 3, width: 900, height: 600)
    }

    /// Central differences, improved by those over twice the distance (L. F. Richardson 1911)
    /// where the curve is smooth; beside a kink they stay as they are. At the ends a parabola
    /// through three points.
    func slope(of part: Part) -> [Double] {
        let y = part.values
        func difference(_ before: Int, _ after: Int) -> Double {
            (y[after] - y[before]) / (scores[after] - scores[before])
        }
        return y.indices.map { index in
            let (before, after) = (max(index - 1, 0), min(index + 1, y.count - 1))
            guard after > before else { return 0 }
            let near = difference(before, after)
            if y.count > 2, index == 0 { return (3 * near - difference(1, 2)) / 2 }
            if y.count > 2, index == y.count - 1 {
                return (3 * near - difference(index - 2, index - 1)) / 2
            }
            guard index > 1, index + 2 < y.count else { return near }
            let far = difference(index - 2, index + 2)
            return abs(near - far) < 0.02 * (1 + abs(near)) ? (4 * near - far) / 3 : near
        }
    }

    /// `settings` holds hyperparameters of a game that is being played, by name.
    init(
        of rule: GameRule, settings: [(String, Value)], from low: Double, to high: Double,
        _ session: Session
    ) throws {
        let stage = try Stage(rule, settings, session)
        let count = 121
        let scores = (0..<count).map { low + (high - low) * Double($0) / Double(count - 1) }
        var (real, fake, made) = ([Double](), [Double](), [Double]())
        for score in scores {
            real.append(try stage.loss(stage.judge, real: score, fake: 0))
            fake.append(try stage.loss(stage.judge, real: 0, fake: score))
            made.append(try stage.loss(stage.maker, real: 0, fake: score))
        }
        self.scores = scores
        parts = [
            Part(
                role: .judgeOnSamples, player: stage.judge, values: Self.settled(fake, scores)),
            Part(role: .maker, player: stage.maker, values: Self.settled(made, scores)),
            Part(role: .judgeOnData, player: stage.judge, values: Self.settled(real, scores)),
        ]
    }

    /// Takes away the constant that the rest of the objective adds: the least value becomes 0
    /// where the loss flattens out or turns, else the value at score 0.
    private static func settled(_ values: [Double], _ scores: [Double]) -> [Double] {
        let finite = values.indices.filter { values[$0].isFinite }
        guard let least = finite.min(by: { values[$0] < values[$1] }), finite.count > 3 else {
            return values
        }
        let (before, after) = (max(least - 1, 0), min(least + 1, values.count - 1))
        let slope = abs(values[after] - values[before]) / (scores[after] - scores[before])
        let isTurning = least > 0 && least < values.count - 1
        let middle = scores.indices.min { abs(scores[$0]) < abs(scores[$1]) } ?? 0
        let base = values[isTurning || slope < 0.05 ? least : middle]
        return values.map { $0 - (base.isFinite ? base : 0) }
    }
}

/// A game whose networks are stand-ins.
private struct Stage {
    let session: Session
    let game: Game
    let maker: String
    let judge: String
    private let samples: Networks.Parameter
    private let data: String
    private let seen: Losses

    private final class Losses { var values: [String: Double] = [:] }

    init(_ rule: GameRule, _ settings: [(String, Value)], _ session: Session) throws {
        let players = rule.players
        guard players.count == 3 else {
            throw Diagnostic(
                .type,
                "curve needs a game of a generator, a discriminator and data, "
                    + "but it is \(rule.signature)")
        }
        let maker = players.contains("G") ? "G" : players[0]
        let judge = players.contains("D") ? "D" : players.first { $0 != maker } ?? players[1]
        let data = players.first { $0 != maker && $0 != judge } ?? players[2]
        (self.maker, self.judge, self.data) = (maker, judge, data)
        var generator = Generator(seed: 0)
        let line = try LayerTable.make("linear", ["features": 1])
        let start = Network(space: try Space.noise(1))
        let chain = try start.appending([line], &generator)
        let parameters = chain.parameters
        guard parameters.count == 2 else { throw Diagnostic(.fault, "linear has no offset") }
        let weight = parameters[0].count == 1 && parameters[0].shape.count == 2 ? 0 : 1
        try parameters[weight].set(try Tensor.zeros(parameters[weight].shape))
        samples = parameters[1 - weight]
        let same = Network(space: try Space.points(1))
        let stand: [String: Value] = [
            maker: .network(NetworkBox(chain, name: maker)),
            judge: .network(NetworkBox(same, name: judge)),
            data: .tensor(try Tensor.zeros([4, 1])),
        ]
        let seen = Losses()
        game = try rule.construct(
            session,
            players.compactMap { name in
                stand[name].map { Given(label: nil, value: $0, span: Span(0, 0)) }
            } + settings.map { Given(label: $0.0, value: $0.1, span: Span(0, 0)) }
                + [
                    Given(label: "batch", value: .number(4), span: Span(0, 0)),
                    Given(label: "seed", value: .number(0), span: Span(0, 0)),
                ])
        game.observer = Observer(wantsSlopes: false) { site, loss, _ in
            seen.values[site.curve] = site.maximizes ? -loss : loss
        }
        self.seen = seen
        self.session = session
    }

    /// The loss of a player when all data have one score and all samples another.
    func loss(_ player: String, real: Double, fake: Double) throws -> Double {
        guard let bound = game.rule.parameters.first(where: { $0.name == data }) else { return 0 }
        game.frame[bound.slot] = .tensor(try Tensor.full([4, 1], Float(real)))
        try samples.set(try Tensor.full(samples.shape, Float(fake)))
        seen.values.removeAll()
        do { try game.playRound(session) } catch let fault as Diagnostic
            where fault.kind != .interrupted
        {
            throw Diagnostic(
                .value,
                "curve cannot play \(game.rule.name) with stand-ins for its networks: "
                    + fault.message,
                hint: "it draws losses of D(x) and G(z); one that takes labels has no such curve")
        }
        guard let loss = seen.values[player] else {
            throw Diagnostic(.value, "\(game.rule.name) has no objective of \(player)")
        }
        return loss
    }
}
