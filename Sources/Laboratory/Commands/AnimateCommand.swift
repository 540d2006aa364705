import Language
import Pictures
import Tensors

/// `animate`: how samples, or the discriminator's field, changed during training.
enum AnimateCommand {
    static var all: [Command] {
        [
            Command(
                "animate", .pictures,
                [
                    Input("game", .game),
                    Input("rate", .number, "pictures a second", standard: .number(8)), .theme,
                    Input(
                        "of", .string, "\"samples\", or \"field\" for the values of D",
                        standard: .string("samples")),
                ], "How the samples changed during training, as an animated PNG.",
                details: """
                    At most 40 moments are kept while a game trains, evenly spread. The field of D \
                    is kept for games of points in the plane.
                    """, example: PictureCommands.setUp + "animate(g)"
            ) { .picture(try animate($0)) }
        ]
    }

    private static func animate(_ call: Call) throws -> Picture {
        let (game, theme, rate) = (try call.game(0), try call.theme(2), call.number(1))
        guard rate > 0, rate.isFinite else {
            throw Diagnostic(
                .value, "animate shows more than 0 pictures a second, not \(rate.short)")
        }
        let moments = game.album.moments
        guard let first = moments.first, let last = moments.last else {
            throw Diagnostic(
                .value, "there is nothing to animate yet", hint: "train the game first")
        }
        let frames: [Image]
        let what: String
        switch call.string(3) {
        case "samples":
            frames = try samples(of: game, moments, theme, call.session)
            what = "samples"
        case "field":
            frames = try fields(of: game, moments, theme, call.session)
            what = "the field of \(game.judge?.title ?? "D")"
        default:
            throw Diagnostic(
                .value, "animate shows no \(call[3].inSource)",
                hint: "write of: \"samples\" or of: \"field\"")
        }
        return Picture(
            .animation(Animation(frames, rate: rate)),
            caption: "\(what) of \(game.rule.name) from round \(first.round) to \(last.round)",
            from: call.session, game)
    }

    private static func samples(
        of game: Game, _ moments: [Album.Moment], _ theme: Theme, _ session: Session
    ) throws -> [Image] {
        try moments.map { moment in
            let title = "round \(moment.round)"
            if let pictures = try session.picturesIfAny(moment.samples, game.data) {
                return try Grid(pictures, columns: 8, title: title, theme: theme).image()
                    .converted(toChannels: 3)
            }
            guard moment.samples.rank == 2, (1...2).contains(moment.samples.shape[1]) else {
                throw Diagnostic(
                    .shape, "samples of shape \(moment.samples.shape) cannot be animated")
            }
            var axes = try session.pointAxes(moment.samples, game.data, title: title)
            let values = (try game.data?.examples(1000).samples ?? moment.samples).values
            let reach = 1.25 * Double(values.reduce(Float(0.1)) { max($0, abs($1)) })
            axes.x = Axis(range: -reach...reach)
            if moment.samples.shape[1] == 2 { axes.y = Axis(range: -reach...reach) }
            return try Figure(axes, width: 400, height: 400, theme: theme).image()
        }
    }

    /// One colour scale for all moments, so that they compare.
    private static func fields(
        of game: Game, _ moments: [Album.Moment], _ theme: Theme, _ session: Session
    ) throws -> [Image] {
        guard let judge = game.judge, moments.contains(where: { $0.field != nil }) else {
            throw Diagnostic(
                .value, "\(game.rule.name) has no field to animate",
                hint: "a field is that of a D of points(2)")
        }
        let all = moments.flatMap { $0.field ?? [] }.filter(\.isFinite).map(Double.init)
        let (least, greatest) = (all.min() ?? 0, all.max() ?? 1)
        return try moments.compactMap { moment in
            guard let field = moment.field else { return nil }
            let view = FieldView(
                session: session, judge: judge, data: game.data, samples: moment.samples,
                resolution: Album.resolution, hasArrows: false)
            var axes = try view.axes(try view.square(), field.map(Double.init))
            axes.title = "round \(moment.round)"
            if case .field(var map)? = axes.marks.first, least < greatest {
                map.range = least...greatest
                axes.marks[0] = .field(map)
            }
            return try Figure(axes, width: 520, height: 460, theme: theme).image()
        }
    }
}
