import Datasets
import Language
import Networks
import Pictures
import Tensors

/// Pictures of losses, fields and layers.
enum ViewCommands {
    private static let setUp = PictureCommands.setUp

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
                Where the slope is 0 a player learns nothing: saturation at a glance. The games are \
                evaluated with stand-ins for the networks, up to a constant; a gradient penalty sees \
                a D of slope 1. For a game that is played the scores of its data and samples are \
                drawn below.
                """, example: "curve(lsgan, gan)"
        ) { call in
            guard case .interval(let range) = call[1], range.lower < range.upper,
                (range.upper - range.lower).isFinite
            else { throw Diagnostic(.value, "curve needs a rising range", hint: "range: -4...4") }
            let games = try call.rest.map { value in
                switch value {
                case .rule(let rule):
                    (
                        name: rule.name,
                        anatomy: try LossAnatomy(
                            of: rule, settings: [], from: range.lower, to: range.upper,
                            call.session), rugs: [Rug]()
                    )
                case .game(let game):
                    (
                        name: game.rule.name,
                        anatomy: try LossAnatomy(
                            of: game.rule, settings: game.settings, from: range.lower,
                            to: range.upper, call.session),
                        rugs: try rugs(game, range, call.session)
                    )
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
                    from: call.session))
        }
    }

    /// Scores of data and samples inside the range.
    private static func rugs(_ game: Game, _ range: Interval, _ session: Session) throws -> [Rug] {
        guard let judge = game.judge else { return [] }
        var inputs: [(String, Tensor, Pen)] = []
        if let data = game.data {
            inputs.append(("scores of data", try data.examples(100).samples, .series(0)))
        }
        if game.sampler != nil {
            var generator = game.fixedGenerator
            let samples = try Sampling(game, session).draw(100, &generator)
            inputs.append(("scores of samples", samples, .series(1)))
        }
        return try inputs.map { name, batch, pen in
            let scores = try session.quietly {
                try asTensor(try judge.apply([.tensor(batch)], session), judge.title)
            }
            let values = scores.values.map(Double.init).filter {
                $0 >= range.lower && $0 <= range.upper
            }
            return Rug(name, values: values, pen: pen)
        }
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
        switch call[0] {
        case .network(let network):
            let view = FieldView(
                session: session, judge: network, data: call.isGiven(3) ? try call.data(3) : nil,
                samples: nil, resolution: resolution)
            var axes = try view.axes(try view.square())
            axes.title = call.string(4)
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
            let many = try sampling.draw(2000, &generator)
            let view = FieldView(
                session: session, judge: judge, data: game.data,
                samples: try many.slice([0..<300]), resolution: resolution)
            let square = try view.square()
            var axes = [try view.axes(square)]
            if !call.string(4).isEmpty { axes[0].title = call.string(4) }
            if let density = game.data?.density {
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

    // MARK: Layers

    private static var layers: [Command] {
        [
            Command(
                "gradients", .pictures, [Input("game", .game), .theme],
                "The norm of the loss's gradient in each layer, for each player.",
                details: """
                    One round is looked at with a copy of the game, which is not trained. A line that \
                    falls or rises over many powers of ten: gradients vanish or explode \
                    (arXiv:1704.00028, figure 1).
                    """, example: setUp + "gradients g"
            ) { .picture(try gradients($0)) },
            Command(
                "weights", .pictures,
                [Input("network", .network), .theme],
                "Histograms of the weights of each layer.",
                example: "D = mlp(2, [16, 16], 1)\nweights D"
            ) { call in
                let network = try call.network(0)
                let axes = network.allLayers.enumerated().flatMap { index, layer in
                    layer.namedParameters.filter { $0.parameter.count > 1 }.map { named in
                        histogram(
                            "\(index) \(layer.description) \(named.path)",
                            named.parameter.value.values.map(Double.init))
                    }
                }
                return .picture(try sheet(axes, "weights of \(network.title)", call))
            },
            Command(
                "activations", .pictures,
                [
                    Input("network", .network),
                    Input(
                        "input", .any, "data or a batch; none: noise of its own",
                        standard: .nothing),
                    .theme,
                ], "Histograms of what comes out of each layer.",
                example: "D = mlp(2, [16, 16], 1)\nactivations(D, ring(8))"
            ) { call in
                let network = try call.network(0)
                guard let chain = network.chain else {
                    throw Diagnostic(
                        .type,
                        "activations looks into chains of layers, "
                            + "but \(network.title) is written as a function")
                }
                let context = Context(
                    isTraining: false, records: false, generator: Generator(seed: 0))
                var here = try input(call, network)
                var axes: [Axes] = []
                for (index, layer) in chain.layers.enumerated() {
                    here = try layer(here, context)
                    axes.append(
                        histogram("\(index) \(layer.description)", here.values.map(Double.init)))
                }
                return .picture(try sheet(axes, "activations of \(network.title)", call, 2))
            },
        ]
    }

    private static func input(_ call: Call, _ network: NetworkBox) throws -> Tensor {
        switch call[1] {
        case .data(let data): return try data.examples(500).samples
        case .tensor, .list, .perSample: return try asTensor(call[1], "activations")
        default:
            guard let space = try network.spaces(call.session)?.first, space.isNoise else {
                throw Diagnostic(
                    .value, "activations needs something to put into \(network.title)",
                    hint: "activations(D, data)")
            }
            var generator = Generator(seed: 0)
            return try space.draw(500, &generator)
        }
    }

    private static func histogram(_ title: String, _ values: [Double]) -> Axes {
        Axes(title: title, marks: [.histogram(Histogram(values: values))], hasLegend: false)
    }

    private static func sheet(
        _ axes: [Axes], _ caption: String, _ call: Call, _ theme: Int = 1
    ) throws -> Picture {
        guard !axes.isEmpty else { throw Diagnostic(.value, "\(caption): there are none yet") }
        let shown = Array(axes.prefix(24))
        let columns = shown.count == 1 ? 1 : shown.count <= 4 ? 2 : 3
        let rows = (shown.count + columns - 1) / columns
        return Picture(
            .figure(
                Figure(
                    shown, columns: columns, width: columns * 300, height: rows * 210,
                    theme: try call.theme(theme))), caption: caption, from: call.session)
    }

    private static func gradients(_ call: Call) throws -> Picture {
        let game = try call.game(0)
        let copy = try game.fork(call.session)
        final class Found { var norms: [String: [ObjectIdentifier: Double]] = [:] }
        let found = Found()
        copy.observer = Observer(wantsSlopes: true) { site, _, slopes in
            found.norms[site.curve] = Dictionary(
                slopes.map { pair in
                    let square = pair.slope.values.reduce(0.0) { $0 + Double($1) * Double($1) }
                    return (ObjectIdentifier(pair.parameter), square)
                }, uniquingKeysWith: { first, _ in first })
        }
        try copy.playRound(call.session)
        var axes = Axes(
            title: "gradient norm by layer", x: Axis("layer", isWhole: true),
            y: Axis("norm of the gradient", isLogarithmic: true))
        var pen = 0
        for (player, squares) in found.norms.sorted(by: { $0.key < $1.key }) {
            for (name, network) in copy.networks where player.contains(name) {
                var (x, y) = ([Double](), [Double]())
                for (index, layer) in network.allLayers.enumerated() {
                    let own = layer.parameters.compactMap { squares[ObjectIdentifier($0)] }
                    guard !own.isEmpty else { continue }
                    x.append(Double(index))
                    y.append(own.reduce(0, +).squareRoot())
                }
                axes.marks += [
                    .line(Line(name, x: x, y: y, pen: .series(pen))),
                    .scatter(Scatter(x: x, y: y, size: 6, opacity: 1, pen: .series(pen))),
                ]
                pen += 1
            }
        }
        return Picture(
            .figure(Figure(axes, width: 560, height: 380, theme: try call.theme(1))),
            caption: "gradient norms of \(game.rule.name), round \(game.round)",
            from: call.session, game)
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
