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
                ],
                "What a generator makes, from latents that stay the same from picture to picture.",
                example: setUp + "samples g"
            ) { call in
                let count = try call.integer(1, in: 1...10_000)
                return .picture(try samples(call, count))
            },
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
                    Input("count", .integer, "at most so many", standard: .number(64)),
                ], "Shows data, or a tensor [n, height, width, channels] as pictures.",
                example: "show digits()"
            ) { call in
                let count = try call.integer(1, in: 1...10_000)
                switch call[0] {
                case .data(let data): return .picture(try call.session.dataPicture(data))
                case .picture: return call[0]
                case .tensor(let tensor): return .picture(try pictures(tensor, count, call.session))
                default: return call[0]
                }
            },
            Command(
                "histogram", .pictures,
                [
                    Input("values", .tensor),
                    Input("bins", .integer, "0: chosen by the data", standard: .number(0)),
                    Input("title", .string, standard: .string("")),
                ], "How often values fall into each of equally wide bins.",
                example: "histogram randn([500])"
            ) { call in
                let values = try call.tensor(0).values.map(Double.init)
                let axes = Axes(
                    title: call.string(2),
                    marks: [
                        .histogram(
                            Histogram(values: values, bins: try call.integer(1, in: 0...10_000)))
                    ], hasLegend: false)
                return .picture(
                    Picture(
                        .figure(Figure(axes)), caption: "histogram of \(values.count) values",
                        provenance: call.session.provenance))
            },
            Command(
                "save", .pictures,
                [Input("what", .any, "a picture, a game or a tensor"), Input("file", .string)],
                "Writes a picture (.png, .svg, .pdf), a game (.safetensors) or a tensor (.npy).",
                example: "# save plot(g), \"losses.svg\""
            ) { call in
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

    private static func samples(_ call: Call, _ count: Int) throws -> Picture {
        if case .game(let game) = call[0] {
            return try call.session.samplePicture(of: game, count: count)
        }
        var generator = Generator(seed: call.session.seed)
        let made = try sampling(call).draw(count, &generator)
        return try pictures(made, count, call.session)
    }

    private static func pictures(_ tensor: Tensor, _ count: Int, _ session: Session) throws
        -> Picture
    {
        var batch = tensor
        if batch.rank == 3 { batch = try batch.reshape(batch.shape + [1]) }
        if batch.rank == 4, batch.shape[0] > count {
            batch = try batch.slice([0..<count])
        }
        if batch.rank == 2, batch.shape[1] == 2 {
            let (x, y) = batch.columns
            let axes = Axes(
                marks: [.scatter(Scatter(x: x, y: y, size: 4))], hasLegend: false, isEqual: true)
            return Picture(
                .figure(Figure(axes, width: 400, height: 400)),
                caption: "\(x.count) points", provenance: session.provenance)
        }
        let images = try session.images(batch, ValueRange(guessing: batch))
        guard !images.isEmpty else { throw Diagnostic(.value, "there is no picture to show") }
        return Picture(
            .image(try Grid(images).image()), caption: counted(images.count, "picture"),
            provenance: session.provenance)
    }
}

extension Input {
    /// The first parameter of commands that look at a game or a generator.
    static func game(_ summary: String) -> Input { Input("game", .any, summary) }
}
