import Datasets
import Language
import Networks
import Pictures
import Tensors

/// Pictures of what is inside networks.
extension ViewCommands {
    static var layers: [Command] {
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
                            named.parameter.value.values.map(Double.init), "weight")
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
                details: """
                    Of a network with several inputs: activations(D, [x, y]), or data, whose labels \
                    are the second.
                    """,
                example: "D = mlp(2, [16, 16], 1)\nactivations(D, ring(8))"
            ) { call in
                let network = try call.network(0)
                let log = LayerLog()
                let inputs = try inputs(call, network)
                try call.session.quietly {
                    call.session.layerLog = log
                    defer { call.session.layerLog = nil }
                    _ = try network.apply(inputs, call.session)
                }
                let axes = log.entries.enumerated().map { index, entry in
                    histogram(
                        "\(index) \(entry.name)", entry.output.values.map(Double.init), "output")
                }
                return .picture(try sheet(axes, "activations of \(network.title)", call, 2))
            },
        ]
    }

    /// What a network is given: data with the labels that it asks for, tensors, or noise.
    private static func inputs(_ call: Call, _ network: NetworkBox) throws -> [Value] {
        let session = call.session
        let missing = Diagnostic(
            .value, "activations needs something to put into \(network.title)",
            hint: network.inputCount == 1
                ? "activations(D, data)" : "give one tensor for each input: activations(D, [x, y])")
        switch call[1] {
        case .data(let data):
            let examples = try data.examples(500)
            if network.inputCount == 1 { return [.tensor(examples.samples)] }
            guard network.inputCount == 2, let labels = examples.labels?.values else {
                throw missing
            }
            return [
                .tensor(examples.samples),
                .tensor(
                    try network.encoded(
                        labels.map { Int($0) }, classes: data.classNames.count, session)),
            ]
        case .list(let items), .tuple(let items):
            if network.inputCount > 1, items.count == network.inputCount {
                return try items.map { .tensor(try asTensor($0, "activations")) }
            }
            return [.tensor(try asTensor(call[1], "activations"))]
        case .nothing:
            var generator = Generator(seed: 0)
            return try (0..<network.inputCount).map { index in
                guard let space = try network.space(ofInput: index, session) else { throw missing }
                if space.isNoise { return .tensor(try space.draw(500, &generator)) }
                // Beside noise, a vector is a class.
                guard index > 0, try network.noiseSpace(session) != nil, space.shape.count == 1,
                    space.shape[0] > 1
                else { throw missing }
                let labels = (0..<500).map { $0 % space.shape[0] }
                return .tensor(
                    try network.encoded(labels, classes: space.shape[0], session))
            }
        default: return [.tensor(try asTensor(call[1], "activations"))]
        }
    }

    private static func histogram(_ title: String, _ values: [Double], _ what: String) -> Axes {
        Axes(
            title: title, x: Axis(what), marks: [.histogram(Histogram(values: values))],
            hasLegend: false)
    }

    private static func sheet(
        _ axes: [Axes], _ caption: String, _ call: Call, _ theme: Int = 1
    ) throws -> Picture {
        guard !axes.isEmpty else { throw Diagnostic(.value, "\(caption): there are none yet") }
        let shown = Array(axes.prefix(24))
        let words = shown.count < axes.count ? ", the first 24 of \(axes.count)" : ""
        let columns = shown.count == 1 ? 1 : shown.count <= 4 ? 2 : 3
        let rows = (shown.count + columns - 1) / columns
        return Picture(
            .figure(
                Figure(
                    shown, columns: columns, width: columns * 300, height: rows * 240,
                    theme: try call.theme(theme))), caption: caption + words, from: call.session)
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
