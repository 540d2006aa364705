import Language
import Measures
import Pictures

/// Several runs of one thing as a curve and a band: how much of it is chance.
struct Runs {
    private let call: Call
    private let theme: Theme
    private let isError: Bool

    /// `call` is one of `plot`.
    init(_ call: Call, _ theme: Theme) throws {
        self.call = call
        self.theme = theme
        switch call.string(10) {
        case "range": isError = false
        case "error": isError = true
        default:
            throw Diagnostic(
                .value, "there is no band \(call[10].inSource)",
                hint: "write \"range\" or \"error\"")
        }
    }

    /// Lists of games, when that is all there is.
    static func groups(_ values: [Value]) -> [[Game]]? {
        let groups = values.compactMap { value -> [Game]? in
            guard case .list(let items) = value, !items.isEmpty else { return nil }
            let games = items.compactMap { item -> Game? in
                if case .game(let game) = item { game } else { nil }
            }
            return games.count == items.count ? games : nil
        }
        return groups.isEmpty || groups.count < values.count ? nil : groups
    }

    /// The rows of a list of lists.
    static func rows(_ value: Value) -> [[Double]]? {
        guard case .list(let items) = value, !items.isEmpty else { return nil }
        let rows = items.compactMap { item -> [Double]? in
            switch item {
            case .list: item.numbers
            case .tensor(let tensor) where tensor.rank == 1: item.numbers
            default: nil
            }
        }
        return rows.count == items.count ? rows : nil
    }

    /// Each group of games as one curve a player: the mean over its runs, and a band.
    func picture(of groups: [[Game]]) throws -> Picture {
        let log = try call.logarithmic(2)
        var axes = Axes(
            title: call.string(3), x: Axis("round", isLogarithmic: log.x, isWhole: !log.x),
            y: Axis("loss", isLogarithmic: log.y))
        let labels = Game.labels(groups.map { $0[0] })
        var pen = 0
        for (group, label) in zip(groups, labels) {
            let width =
                call.isGiven(1)
                ? try call.integer(1, in: 0...100_000)
                : group.map { call.session.smoothing(for: $0) }.max() ?? 0
            for curve in group[0].curves {
                let own = group.compactMap { game in
                    game.curves.first { $0.name == curve.name }
                }
                let longest = own.max { $0.rounds.count < $1.rounds.count } ?? curve
                let name = groups.count == 1 ? curve.name : "\(curve.name) of \(label)"
                axes.marks += band(
                    name, x: longest.rounds.map(Double.init),
                    own.map { Curves.median($0.values, window: width) }, pen: pen)
                pen += 1
            }
        }
        if axes.title.isEmpty, groups.count == 1 {
            axes.title = "\(groups[0][0].rule.name), \(counted(groups[0].count, "run"))"
        }
        axes.marks += try PlotCommands.decorations(call)
        let names = labels.joined(separator: ", ")
        let size = groups.map { String($0.count) }.joined(separator: " and ")
        return Picture(
            .figure(Figure(axes, theme: theme)),
            caption: "mean losses of \(size) runs of \(names), and \(bandWords)",
            from: call.session, of: groups.flatMap { $0 }.map { Picture.Subject($0) })
    }

    private var bandWords: String {
        isError ? "a standard error around them" : "the least and greatest"
    }

    /// Mean and band of several rows of numbers; where a row has ended the others go on.
    func band(_ name: String, x: [Double] = [], _ rows: [[Double]], pen: Int) -> [Mark] {
        let count = rows.map(\.count).max() ?? 0
        var (mean, lower, upper) = ([Double](), [Double](), [Double]())
        for index in 0..<count {
            let here = rows.compactMap { index < $0.count ? $0[index] : nil }.filter(\.isFinite)
            let statistics = Statistics(here)
            mean.append(here.isEmpty ? .nan : statistics.mean)
            if isError {
                lower.append(here.isEmpty ? .nan : statistics.mean - statistics.error)
                upper.append(here.isEmpty ? .nan : statistics.mean + statistics.error)
            } else {
                lower.append(here.min() ?? .nan)
                upper.append(here.max() ?? .nan)
            }
        }
        return [
            .band(Band(x: x, lower: lower, upper: upper, pen: .series(pen))),
            .line(Line(name, x: x, y: mean, pen: .series(pen))),
        ]
    }
}
