import Datasets
import Language
import Networks
import Pictures
import Tensors

/// The one place where tensors become pictures.
extension Session {
    /// Pictures of a batch `[n, height, width, channels]`, grey or colour.
    func images(_ batch: Tensor, _ range: ValueRange) throws -> [Image] {
        guard batch.rank == 4, batch.shape[3] == 1 || batch.shape[3] == 3 else {
            throw Diagnostic(
                .shape,
                "pictures have shape [n, height, width, 1 or 3], but this is \(batch.shape)",
                hint: batch.wayToPictures)
        }
        let (height, width, channels) = (batch.shape[1], batch.shape[2], batch.shape[3])
        let size = height * width * channels
        guard size > 0 else { throw Diagnostic(.shape, "a picture of \(batch.shape) is empty") }
        let bytes = batch.withValues { range.bytes($0) }
        return try (0..<batch.shape[0]).map { index in
            try Image(
                width: width, height: height, channels: channels,
                bytes: Array(bytes[index * size..<(index + 1) * size]))
        }
    }

    /// Images of a batch; vectors are read in the shape of the data when they have its size.
    func picturesIfAny(_ batch: Tensor, _ data: Dataset?) throws -> [Image]? {
        let range = ValueRange(data)
        if batch.rank == 4 { return try images(batch, range) }
        guard batch.rank == 2, let data, data.isImages,
            data.shape.reduce(1, *) == batch.shape[1]
        else { return nil }
        return try images(try batch.reshape([batch.shape[0]] + data.shape), range)
    }

    /// Generated points over real ones; one-dimensional samples as histograms.
    func pointAxes(_ samples: Tensor, _ data: Dataset?, title: String) throws -> Axes {
        var axes = Axes(title: title, isEqual: samples.shape[1] == 2)
        let real = try data.map { try $0.examples(1000).samples }
        if samples.shape[1] == 1 {
            if let real, real.count > 0 {
                axes.marks.append(
                    .histogram(
                        Histogram("data", values: real.values.map(Double.init), isDensity: true)))
            }
            axes.marks.append(
                .histogram(
                    Histogram("samples", values: samples.values.map(Double.init), isDensity: true)))
            return axes
        }
        if let real, real.rank == 2, real.shape[1] == 2 {
            let (x, y) = real.columns
            axes.marks.append(
                .scatter(Scatter("data", x: x, y: y, size: 3, opacity: 0.35, pen: .series(7))))
        }
        let (x, y) = samples.columns
        axes.marks.append(
            .scatter(Scatter("samples", x: x, y: y, size: 4, opacity: 0.8, pen: .series(1))))
        return axes
    }

    // MARK: Curves

    /// The losses of games, round by round.
    func curveFigure(
        of games: [Game], smoothing: Int = 0, isLogarithmic: Bool = false,
        size: (Int, Int) = (640, 480)
    ) -> Figure {
        var axes = Axes(
            title: games.count == 1 ? games[0].rule.name : "", x: Axis("round", isWhole: true),
            y: Axis("loss", isLogarithmic: isLogarithmic))
        for (game, label) in zip(games, Game.labels(games)) {
            for curve in game.curves {
                let name = games.count == 1 ? curve.name : "\(curve.name) of \(label)"
                axes.marks.append(
                    .line(
                        Line(
                            name, x: curve.rounds.map(Double.init), y: curve.values,
                            smoothing: smoothing)))
            }
        }
        return Figure(axes, width: size.0, height: size.1, theme: theme)
    }

    /// Curves with a filter that suits their length, so that the eye sees the way and not the noise.
    func smoothing(for game: Game) -> Int {
        let longest = game.curves.map(\.values.count).max() ?? 0
        return longest < 200 ? 0 : min(101, longest / 40 * 2 + 1)
    }

    /// The live picture of `train`: curves, and samples beside them.
    func overview(of game: Game, text: String, _ role: Picture.Role) throws -> MIMEBundle {
        guard !game.curves.isEmpty else { return MIMEBundle(text: text) }
        var figure = curveFigure(of: [game], smoothing: smoothing(for: game), size: (520, 360))
        // The progress line stands above the curves: a notebook shows pictures instead of text.
        figure.axes[0].title = text
        var parts = [try figure.image()]
        // Drawing takes as long as a small round: those who ask meanwhile are answered in between.
        pause()
        if let samples = attempt({ try sampleSheet(of: game, height: 360) }) {
            parts.append(samples)
            pause()
        }
        let whole = try Sheet(parts, theme: theme).image()
        return Picture(.image(whole), caption: text, from: self, game, role).bundle()
    }

    /// Samples as an image of a given height or less.
    func sampleSheet(of game: Game, height: Int, title: String = "") throws -> Image {
        guard let sampler = game.sampler else { throw Diagnostic(.value, "no samples") }
        var generator = game.fixedGenerator
        let isPoints = (game.data?.shape.count ?? 0) == 1 && game.data?.isImages != true
        let count = isPoints ? 500 : 64
        let samples = try Sampling(game.shown(sampler.network), self).draw(count, &generator)
        if let pictures = try picturesIfAny(samples, game.data) {
            let side = max(pictures[0].height, 1)
            let zoom = max(1, (height - 18) / (8 * side))
            return try Grid(pictures, columns: 8, zoom: zoom, title: title, theme: theme)
                .image()
        }
        guard samples.rank == 2, (1...2).contains(samples.shape[1]) else {
            throw Diagnostic(.shape, "neither images nor points")
        }
        return try Figure(
            try pointAxes(samples, game.data, title: title), width: height, height: height,
            theme: theme
        ).image()
    }
}

extension Game {
    /// Names for a legend in which several games stand: the rule's, with what sets games of the
    /// same rule apart, or with their numbers.
    static func labels(_ games: [Game]) -> [String] {
        games.enumerated().map { index, game in
            let same = games.filter { $0.rule.name == game.rule.name }
            guard same.count > 1 else { return game.rule.name }
            // Other data say more than other hyperparameters.
            let isElsewhere = same.contains { $0.data?.name != game.data?.name }
            let apart =
                isElsewhere
                ? ["on \(game.data?.name ?? "a tensor")"]
                : game.settings.filter { name, value in
                    same.contains { other in
                        other.settings.contains { $0.0 == name && $0.1.brief != value.brief }
                    }
                }.map { "\($0.0) \($0.1.brief)" }
            let alike = same.contains { other in
                other !== game && other.data?.name == game.data?.name
                    && other.settings.map(\.1.brief) == game.settings.map(\.1.brief)
            }
            let number = games[...index].count { $0.rule.name == game.rule.name }
            let words = apart + (alike ? ["run \(number)"] : [])
            return ([game.rule.name] + words).joined(separator: isElsewhere ? " " : ", ")
        }
    }
}

extension Tensor {
    /// What makes pictures of values that have no picture's shape.
    fileprivate var wayToPictures: String? {
        switch rank {
        case 4: return "one channel of x: x[.., .., .., 0..<1]"
        case 2:
            // Rows as long as a square picture is large are pictures, others are one picture.
            for channels in [1, 3] where shape[1] % channels == 0 && shape[1] > 3 * channels {
                let side = Int(Double(shape[1] / channels).squareRoot().rounded())
                if side * side * channels == shape[1], shape[0] != shape[1] {
                    return "each row as a picture: reshape(x, \(side), \(side), \(channels))"
                }
            }
            return "as one picture: reshape(x, [1, \(shape[0]), \(shape[1]), 1])"
        default: return nil
        }
    }

    /// The two columns of points `[n, 2]`.
    var columns: (x: [Double], y: [Double]) {
        let all = values
        let rows = stride(from: 0, to: all.count - 1, by: 2)
        return (rows.map { Double(all[$0]) }, rows.map { Double(all[$0 + 1]) })
    }
}
