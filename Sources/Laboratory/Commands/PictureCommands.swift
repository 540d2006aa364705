import Datasets
import Foundation
import Language
import Networks
import Pictures
import Tensors

/// Commands that draw.
enum PictureCommands {
    static let setUp = """
        D = points(2) |> linear(8) |> relu |> linear(1)
        G = noise(2) |> linear(8) |> relu |> linear(2)
        g = lsgan(G, D, ring(8))
        train g, rounds: 2

        """

    static var all: [Command] {
        [
            Command(
                "samples", .pictures,
                [
                    Input.game("a game, or a generator"),
                    Input("count", .integer, "how many", standard: .number(64)),
                    Input(
                        "rows", .any, "\"class\": one for each class; \"latent\": for each latent",
                        standard: .nothing),
                    Input(
                        "captions", .any, "a list of words, or \"score\" for what D says",
                        standard: .nothing),
                    Input(
                        "real", .boolean, "real examples beside the generated ones",
                        standard: .boolean(false)),
                    Input("title", .string, standard: .string("")), .theme,
                ],
                "What a generator makes, from latents that stay the same from picture to picture.",
                details: """
                    Values become grey levels by the range of the data, rounded to the nearest of \
                    256 steps. Points are drawn over the data. A row by class holds what a \
                    generator makes of that label, or, where it takes none, what a classifier of \
                    the data takes for that class, with its share.
                    """, example: setUp + "samples g"
            ) { .picture(try samples($0)) },
            Command(
                "sample", .pictures,
                [
                    Input.game("a game, or a generator"),
                    Input("count", .integer, "how many", standard: .number(64)),
                ],
                "Fresh samples of a generator as a tensor [count, …].",
                example: setUp + "shape(sample(g, 10))"
            ) { call in
                let count = try call.integer(1, in: 0...10_000_000)
                let sampling = try sampling(call)
                var own = call.session.random { $0.split() }
                return .tensor(try sampling.draw(count, &own))
            },
            Command(
                "show", .pictures,
                [
                    Input("what", .any, "data, a picture, or a tensor of images or points"),
                    Input(
                        "count", .integer, "at most so many; none: 64, or 40 of data",
                        standard: .nothing),
                    Input("captions", .list, "a word below each picture", standard: .nothing),
                    Input("columns", .integer, "0: chosen", standard: .number(0)),
                    Input("title", .string, standard: .string("")), .theme,
                ], "Shows data, or a tensor [n, height, width, channels] as pictures.",
                details: """
                    Black to white are 0 to 1, or -1 to 1 where a value is negative; values of 2 and \
                    more reach as far as they do, on both sides of 0 where one is negative; above \
                    16 they are those of bytes, 0 to 255.
                    """,
                example: "show digits()"
            ) { call in
                let count = call.isGiven(1) ? try call.integer(1, in: 1...10_000) : nil
                switch call[0] {
                case .data(let data):
                    return .picture(
                        try call.session.dataPicture(
                            data, count: count ?? 40, theme: try call.theme(5)))
                case .picture: return call[0]
                case .tensor(let tensor): return .picture(try pictures(tensor, count ?? 64, call))
                default: return call[0]
                }
            },
            Command(
                "save", .pictures,
                [Input("what", .any, "a picture, a game or a tensor"), Input("file", .string)],
                "Writes a picture (.png, .svg, .pdf), a game (.safetensors) or a tensor (.npy).",
                example: "# save plot(g), \"losses.svg\""
            ) { call in
                // What makes a picture again leaves files as they are.
                if call.session.replay != nil { return .nothing }
                let file = call.session.resolve(call.string(1))
                switch call[0] {
                case .picture(let picture): try picture.save(to: file)
                case .game(let game): try game.save(to: file.path, call.session)
                case .tensor(let tensor): try tensor.saveNumPy(to: file)
                default:
                    throw Diagnostic.mismatch(
                        "save", expects: "a picture, a game or a tensor", got: call[0])
                }
                return .nothing
            },
            Command(
                "reproduce", .pictures, [Input("file", .string, "a PNG that Saddle has made")],
                "Runs again what made a picture, and says whether every pixel is the same.",
                details: """
                    A PNG holds the statements that led to it, the random numbers before each, and \
                    the texts of the games and files that they read. They run in a session of \
                    their own: nothing here changes, and no file is written. Data files must still \
                    be there; another version or processor may round differently, and a training \
                    that was interrupted cannot be repeated exactly.
                    """, example: "# reproduce \"losses.png\""
            ) { .picture(try $0.session.reproduce($0.string(0))) },
            Command(
                "theme", .pictures, [Input("name", .string, "light or dark")],
                "The colours of all further pictures that do not name a theme themselves.",
                example: "theme \"dark\"\nplot([1, 2, 4])"
            ) { call in
                call.session.theme = try call.theme(0)
                return .nothing
            },
        ]
    }

    // MARK: Samples

    private static func sampling(_ call: Call) throws -> Sampling {
        switch call[0] {
        case .game(let game): try Sampling(game, call.session)
        case .network(let network): try Sampling(network, call.session)
        default:
            throw Diagnostic.mismatch(
                call.command.name, expects: "a game or a generator", got: call[0])
        }
    }

    private static func samples(_ call: Call) throws -> Picture {
        var game: Game?
        if case .game(let given) = call[0] { game = given }
        var sheet = SampleSheet(
            session: call.session, sampling: try sampling(call), game: game,
            count: try call.integer(1, in: 1...10_000))
        switch call[2] {
        case .nothing: break
        case .string("class"): sheet.rows = .classes
        case .string("latent"): sheet.rows = .latents
        default:
            throw Diagnostic(
                .value, "there are no rows by \(call[2].inSource)",
                hint: "write rows: \"class\" or rows: \"latent\"")
        }
        switch call[3] {
        case .nothing: break
        case .string("score"): sheet.captions = .scores
        case .list(let words): sheet.captions = .words(words.map(\.inWords))
        default:
            throw Diagnostic.mismatch(
                "samples's captions", expects: "a list of words or \"score\"", got: call[3])
        }
        sheet.hasReal = call.boolean(4)
        sheet.title = call.string(5)
        sheet.theme = try call.theme(6)
        var generator = game?.fixedGenerator ?? Generator(seed: call.session.seed)
        let words = game.map { " of \($0.rule.name), round \($0.round)" } ?? ""
        return Picture(
            try sheet.content(&generator), caption: "\(sheet.count) samples\(words)",
            from: call.session, game)
    }

    private static func pictures(_ tensor: Tensor, _ count: Int, _ call: Call) throws -> Picture {
        let (session, theme) = (call.session, try call.theme(5))
        var batch = tensor
        if batch.rank == 3 {
            // Pictures without channels, or one picture with them.
            let isOne = [1, 3].contains(batch.shape[2]) && batch.shape[0] > 3 && batch.shape[1] > 3
            batch = try batch.reshape(isOne ? [1] + batch.shape : batch.shape + [1])
        }
        if batch.rank == 4, batch.shape[0] > count {
            batch = try batch.slice([0..<count])
        }
        if batch.rank == 2, batch.shape[1] == 2 {
            let (x, y) = batch.columns
            let axes = Axes(
                title: call.string(4), marks: [.scatter(Scatter(x: x, y: y, size: 4))],
                hasLegend: false, isEqual: true)
            return Picture(
                .figure(Figure(axes, width: 400, height: 400, theme: theme)),
                caption: counted(x.count, "point"), from: session)
        }
        let images = try session.images(batch, ValueRange(guessing: batch))
        guard !images.isEmpty else { throw Diagnostic(.value, "there is no picture to show") }
        var captions: [String] = []
        if case .list(let words) = call[2] { captions = words.map(\.inWords) }
        let grid = Grid(
            images, columns: try call.integer(3, in: 0...10_000), title: call.string(4),
            captions: captions, theme: theme)
        return Picture(
            .image(try grid.image()), caption: counted(images.count, "picture"), from: session)
    }
}

extension Input {
    /// The first parameter of commands that look at a game or a generator.
    static func game(_ summary: String) -> Input { Input("game", .any, summary) }
}
