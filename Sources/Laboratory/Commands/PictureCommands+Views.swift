import Datasets
import Language
import Networks
import Pictures
import Tensors

/// Pictures of losses, fields and, in an extension, layers.
enum ViewCommands {
    static let setUp = PictureCommands.setUp

    static var all: [Command] { [curve] + fields + layers }

    private static var curve: Command {
        Command(
            "curve", .pictures,
            [
                Input(
                    "games", .any, "games of the Library, or games that are played",
                    isVariadic: true),
                Input(
                    "range", .interval, "the scores to draw",
                    standard: .interval(Interval(lower: -4, upper: 4, isClosed: true))),
                .theme,
            ],
            "Loss anatomy: each player's loss, and its slope, against the score of a sample.",
            details: """
                Where the slope is 0 a player learns nothing: saturation at a glance. Several games \
                are drawn over each other, a colour each, in a plot for each part. The games are \
                evaluated with stand-ins for the networks, up to a constant; a gradient penalty sees \
                a D of slope 1. For a game that is played the scores of its data and samples are \
                drawn below.
                """, example: "curve(lsgan, gan)"
        ) { call in
            guard case .interval(let range) = call[1], range.lower < range.upper,
                (range.upper - range.lower).isFinite
            else { throw Diagnostic(.value, "curve needs a rising range", hint: "range: -4...4") }
            let played = call.rest.compactMap { value -> Game? in
                if case .game(let game) = value { game } else { nil }
            }
            let labels = Dictionary(
                zip(played.map { ObjectIdentifier($0) }, Game.labels(played)),
                uniquingKeysWith: { first, _ in first })
            var subjects: [Picture.Subject] = []
            let games = try call.rest.map { value -> LossAnatomy.Entry in
                switch value {
                case .rule(let rule):
                    subjects.append(Picture.Subject(rule))
                    return LossAnatomy.Entry(
                        name: rule.name,
                        anatomy: try LossAnatomy(
                            of: rule, settings: [], from: range.lower, to: range.upper,
                            call.session))
                case .game(let game):
                    subjects.append(Picture.Subject(game))
                    let (data, samples) = try scores(game, range, call.session)
                    return LossAnatomy.Entry(
                        name: labels[ObjectIdentifier(game)] ?? game.rule.name,
                        anatomy: try LossAnatomy(
                            of: game.rule, settings: game.settings, from: range.lower,
                            to: range.upper, call.session),
                        dataScores: data, sampleScores: samples)
                default: throw Diagnostic.mismatch("curve", expects: "a game", got: value)
                }
            }
            guard !games.isEmpty else {
                throw Diagnostic(.value, "curve needs a game", hint: "curve(lsgan)")
            }
            var figure = LossAnatomy.figure(games)
            figure.theme = try call.theme(2)
            return .picture(
                Picture(
                    .figure(figure),
                    caption: "losses of \(games.map(\.name).joined(separator: ", ")) by score",
                    from: call.session, of: subjects))
        }
    }

    /// Scores of data and samples inside the range.
    private static func scores(
        _ game: Game, _ range: Interval, _ session: Session
    ) throws -> (data: [Double], samples: [Double]) {
        guard let judge = game.judge, judge.inputCount == 1 else { return ([], []) }
        func scores(_ batch: Tensor) throws -> [Double] {
            let scores = try session.quietly {
                try asTensor(try judge.apply([.tensor(batch)], session), judge.title)
            }
            return scores.values.map(Double.init).filter {
                $0 >= range.lower && $0 <= range.upper
            }
        }
        let data = try game.data.map { try scores(try $0.examples(100).samples) }
        var samples: [Double] = []
        if game.sampler != nil {
            var generator = game.fixedGenerator
            samples = try scores(try Sampling(game, session).draw(100, &generator))
        }
        return (data ?? [], samples)
    }

    // MARK: Fields

    private static var fields: [Command] {
        ["field", "surface"].map { name in
            Command(
                name, .pictures,
                [
                    Input("game", .any, "a game of points in the plane, or a network of points(2)"),
                    Input("resolution", .integer, "values on each side", standard: .number(100)),
                    .theme,
                    Input(
                        "data", .any, "data to draw over a network's values", standard: .nothing),
                    Input("title", .string, standard: .string("")),
                    Input(
                        "class", .integer, "whose field it is, of a D that takes labels; none: 0",
                        standard: .nothing),
                ],
                "A discriminator's value over the plane, with its pull on the samples.",
                details: """
                    Heat map with contour lines, data, samples and the gradient of D at samples; \
                    beside it p / (p + q) where the density p of the data is known, with q estimated \
                    from 2,000 samples, and the grid into which a G of two latents bends the plane.
                    """, example: setUp + "\(name)(g, resolution: 40)"
            ) { .picture(try field($0)) }
        }
    }

    private static func field(_ call: Call) throws -> Picture {
        let resolution = try call.integer(1, in: 2...1000)
        let session = call.session
        let wished = call.isGiven(5) ? try call.integer(5, in: 0...1_000_000) : nil
        switch call[0] {
        case .network(let network):
            let data = call.isGiven(3) ? try call.data(3) : nil
            var view = FieldView(
                session: session, judge: network, data: data, samples: nil,
                resolution: resolution)
            view.label = try FieldView.label(wished, of: network, data, session)
            var axes = try view.axes(try view.square())
            axes.title = call.string(4).isEmpty ? view.label?.words ?? "" : call.string(4)
            return Picture(
                .figure(Figure(axes, width: 480, height: 420, theme: try call.theme(2))),
                caption: "values of \(call.string(4).isEmpty ? network.title : call.string(4))",
                from: session)
        case .game(let game):
            guard let judge = game.judge, game.data?.shape == [2] else {
                throw Diagnostic(
                    .shape, "field draws games of points in the plane",
                    hint: "plot g and samples g work for any game")
            }
            var generator = game.fixedGenerator
            let sampling = try Sampling(game, session)
            let label = try FieldView.label(wished, of: judge, game.data, session)
            let many = try sampling.draw(2000, of: label?.index, &generator)
            var view = FieldView(
                session: session, judge: judge, data: game.data,
                samples: try many.slice([0..<300]), resolution: resolution)
            view.label = label
            let square = try view.square()
            var axes = [try view.axes(square)]
            if !call.string(4).isEmpty { axes[0].title = call.string(4) }
            // The density is known of all classes together.
            if let density = game.data?.density, label == nil {
                axes.append(try view.optimalAxes(square, density, many))
            }
            if sampling.space.shape == [2] { axes.append(try view.bentAxes(square, sampling)) }
            let sizes = [(480, 440), (900, 440), (990, 310)]
            let (width, height) = sizes[axes.count - 1]
            return Picture(
                .figure(
                    Figure(
                        axes, columns: axes.count, width: width, height: height,
                        theme: try call.theme(2))),
                caption: "\(judge.title) of \(game.rule.name), round \(game.round)",
                from: session, game)
        default:
            throw Diagnostic.mismatch("field", expects: "a game or a network", got: call[0])
        }
    }
}

extension NetworkBox {
    /// Layers in the order in which they are applied, or were first met.
    var allLayers: [any Layer] { chain?.layers ?? functionLayers }
}

extension Game {
    /// The network that looks at samples: `D`, else the first one that does not make them.
    var judge: NetworkBox? {
        let maker = sampler?.network
        return networks.first { $0.name == "D" }?.network
            ?? networks.first { $0.network !== maker }?.network
    }

    /// Hyperparameters that have a value now.
    var settings: [(String, Value)] {
        rule.parameters.compactMap { parameter in
            guard parameter.standard != nil, let value = frame[parameter.slot] else { return nil }
            return (parameter.name, value)
        }
    }
}

extension Input {
    static var theme: Input {
        Input("theme", .string, "light or dark; none: as theme says", standard: .nothing)
    }
}

extension Call {
    func theme(_ index: Int) throws -> Theme {
        switch self[index] {
        case .nothing: return session.theme
        case .string("light"): return .light
        case .string("dark"): return .dark
        default:
            throw Diagnostic(
                .value, "there is no theme \(self[index].inSource)",
                hint: "light and dark exist")
        }
    }
}
