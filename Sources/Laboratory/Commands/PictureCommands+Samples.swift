import Datasets
import Foundation
import Language
import Networks
import Pictures
import Tensors

/// Pictures of samples: between latents, beside the data, over time.
enum SampleCommands {
    private static let setUp = PictureCommands.setUp

    static var all: [Command] {
        [
            Command(
                "interpolate", .pictures,
                [
                    Input.game("a game, or a generator"),
                    Input(
                        "way", .any, "\"linear\" or \"spherical\"; none: by the noise",
                        standard: .nothing),
                    Input("rows", .integer, "pairs of latents", standard: .number(6)),
                    Input(
                        "steps", .integer, "pictures from one to the other",
                        standard: .number(9)),
                    .theme,
                ], "What lies between pairs of latents.",
                details: """
                    Spherical (T. White 2016, arXiv:1609.04468) keeps the length that normal latents \
                    have; it is the default for them. Points are drawn as paths over the data.
                    """, example: setUp + "interpolate(g, \"spherical\", rows: 3)"
            ) { .picture(try interpolate($0)) },
            Command(
                "nearest", .pictures,
                [
                    Input("game", .game), Input("count", .integer, standard: .number(8)),
                    .theme,
                ], "The nearest real example beside each sample: has G learnt by heart?",
                details: "By Euclidean distance, among at most 10,000 examples.",
                example: setUp + "nearest g"
            ) { .picture(try nearest($0)) },
        ]
    }

    // MARK: Between latents

    private static func interpolate(_ call: Call) throws -> Picture {
        let rows = try call.integer(2, in: 1...1000)
        let steps = try call.integer(3, in: 2...1000)
        let session = call.session
        var generator = Generator(seed: session.seed)
        let sampling: Sampling
        var game: Game?
        switch call[0] {
        case .game(let given):
            (sampling, game) = (try Sampling(given, session), given)
            generator = given.fixedGenerator
        case .network(let network): sampling = try Sampling(network, session)
        default: throw Diagnostic.mismatch("interpolate", expects: "a game", got: call[0])
        }
        let isNormal = sampling.space.kind.isNormalNoise
        let isSpherical: Bool
        switch call[1] {
        case .nothing: isSpherical = isNormal
        case .string("spherical"): isSpherical = true
        case .string("linear"): isSpherical = false
        case .command(let command) where command.name == "linear": isSpherical = false
        default:
            throw Diagnostic(
                .value, "there is no way \(call[1].inSource)",
                hint: "write \"linear\" or \"spherical\"")
        }
        let ends = try sampling.space.draw(2 * rows, &generator)
        let latents = try between(ends, rows: rows, steps: steps, isSpherical: isSpherical)
        // One label for each row, where the generator takes labels.
        let labels = (0..<rows * steps).map { $0 / steps % max(sampling.classes, 1) }
        let made = try sampling.make(latents, labels)
        let caption = "\(isSpherical ? "spherical" : "linear") paths between \(2 * rows) latents"
        let theme = try call.theme(4)
        if let pictures = try session.picturesIfAny(made, game?.data) {
            let grid = Grid(pictures, columns: steps, theme: theme)
            return Picture(.image(try grid.image()), caption: caption, from: session, game)
        }
        guard made.rank == 2, made.shape[1] == 2 else {
            throw Diagnostic(.shape, "samples of shape \(made.shape) are neither images nor points")
        }
        var axes = Axes(isEqual: true)
        axes.hasLegend = false
        if let real = try game?.data?.examples(1000).samples {
            let (x, y) = real.columns
            axes.marks.append(
                .scatter(Scatter(x: x, y: y, size: 3, opacity: 0.35, pen: .series(7))))
        }
        let (x, y) = made.columns
        for row in 0..<rows {
            let range = row * steps..<(row + 1) * steps
            let pen = Pen.series(row)
            axes.marks.append(.line(Line(x: Array(x[range]), y: Array(y[range]), pen: pen)))
            axes.marks.append(
                .scatter(Scatter(x: Array(x[range]), y: Array(y[range]), size: 5, pen: pen)))
        }
        return Picture(
            .figure(Figure(axes, width: 480, height: 480, theme: theme)), caption: caption,
            from: session, game)
    }

    /// `steps` latents from each even row of `ends` to the odd one after it.
    private static func between(
        _ ends: Tensor, rows: Int, steps: Int, isSpherical: Bool
    ) throws -> Tensor {
        let size = ends.count / max(ends.shape[0], 1)
        let all = ends.values
        var made: [Float] = []
        for row in 0..<rows {
            let a = Array(all[2 * row * size..<(2 * row + 1) * size])
            let b = Array(all[(2 * row + 1) * size..<(2 * row + 2) * size])
            let dot = { (x: [Float], y: [Float]) in
                zip(x, y).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            }
            let lengths = (dot(a, a) * dot(b, b)).squareRoot()
            let angle = lengths > 0 ? acos(max(-1, min(1, dot(a, b) / lengths))) : 0
            for step in 0..<steps {
                let t = Double(step) / Double(steps - 1)
                var (u, v) = (1 - t, t)
                if isSpherical, sin(angle) > 1e-4 {
                    (u, v) = (sin((1 - t) * angle) / sin(angle), sin(t * angle) / sin(angle))
                }
                made += zip(a, b).map { Float(u) * $0 + Float(v) * $1 }
            }
        }
        return try Tensor(made, shape: [rows * steps] + ends.shape.dropFirst())
    }

    // MARK: Beside the data

    private static func nearest(_ call: Call) throws -> Picture {
        let game = try call.game(0)
        let count = try call.integer(1, in: 1...1000)
        let session = call.session
        guard let data = game.data else {
            throw Diagnostic(.value, "\(game.rule.name) has no data to search")
        }
        var generator = game.fixedGenerator
        let samples = try Sampling(game, session).draw(count, &generator)
        let real = try data.examples(10_000).samples
        let found = try real.gather(try closest(samples, real))
        let caption = "\(count) samples and the nearest of \(real.shape[0]) examples"
        let theme = try call.theme(2)
        if let above = try session.picturesIfAny(samples, data),
            let below = try session.picturesIfAny(found, data)
        {
            // Rows of at most twelve, so that they can be seen.
            let rows = (count + 11) / 12
            let columns = (count + rows - 1) / rows
            let blank = try Image(
                width: above[0].width, height: above[0].height, channels: above[0].channels,
                filledWith: theme.paper)
            let cells = (0..<rows).flatMap { row -> [Image] in
                let range = row * columns..<min(count, (row + 1) * columns)
                let rest = [Image](repeating: blank, count: columns - range.count)
                return above[range] + rest + below[range] + rest
            }
            let words = (0..<rows).flatMap { _ in ["samples", "nearest"] }
            let grid = Grid(cells, columns: columns, rowCaptions: words, theme: theme)
            return Picture(.image(try grid.image()), caption: caption, from: session, game)
        }
        guard samples.rank == 2, samples.shape[1] == 2 else {
            throw Diagnostic(
                .shape, "samples of shape \(samples.shape) are neither images nor points")
        }
        var axes = try session.pointAxes(samples, data, title: "")
        let (x, y) = samples.columns
        let (toX, toY) = found.columns
        axes.marks.append(
            .arrows(
                Arrows(
                    "to the nearest", x: x, y: y, dx: zip(toX, x).map { $0 - $1 },
                    dy: zip(toY, y).map { $0 - $1 }, longest: nil)))
        return Picture(
            .figure(Figure(axes, width: 480, height: 480, theme: theme)), caption: caption,
            from: session, game)
    }

    /// The row of `real` that is nearest to each of `samples`.
    private static func closest(_ samples: Tensor, _ real: Tensor) throws -> [Int] {
        let size = samples.count / max(samples.shape[0], 1)
        guard size > 0, real.shape[0] > 0, real.count / real.shape[0] == size else {
            throw Diagnostic(
                .shape, "samples of shape \(samples.shape) do not fit data of \(real.shape)")
        }
        return samples.withValues { own in
            real.withValues { known in
                (0..<samples.shape[0]).map { row in
                    var best = (index: 0, square: Float.infinity)
                    for index in 0..<real.shape[0] {
                        var square: Float = 0
                        for place in 0..<size {
                            let difference = own[row * size + place] - known[index * size + place]
                            square += difference * difference
                        }
                        if square < best.square { best = (index, square) }
                    }
                    return best.index
                }
            }
        }
    }
}

extension Space.Kind {
    var isNormalNoise: Bool {
        if case .noise(_, let kind) = self { kind == .normal } else { false }
    }
}
