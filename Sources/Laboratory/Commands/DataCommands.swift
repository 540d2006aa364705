import Datasets
import Foundation
import Language
import Tensors

/// Commands that give data.
enum DataCommands {
    static var all: [Command] { collections + files + toys + selections }

    private static var range: Input {
        Input("range", .interval, "values of pixels: 0...1 or -1...1", standard: .nothing)
    }

    private static var part: Input {
        Input("part", .string, "\"train\" or \"test\"; none: what is there", standard: .nothing)
    }

    // MARK: Published collections

    private static var collections: [Command] {
        [
            Command(
                "digits", .data, [range], "1,797 real handwritten digits, 8x8 pixels, with labels.",
                details: """
                    E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI 1998, \
                    CC BY 4.0. They are part of the program and need no network.
                    """, example: "digits()"
            ) { .data(try Dataset.digits(range: try $0.valueRange(0))) },
            published(
                "mnist", "70,000 handwritten digits, 28x28 pixels, with labels.",
                "Y. LeCun, C. Cortes, C. Burges; CC BY-SA 3.0."
            ) { try Dataset.mnist(part: $0, range: $1, environment: $2, progress: $3) },
            published(
                "fashion", "70,000 pieces of clothing, 28x28 pixels, in ten classes.",
                "H. Xiao, K. Rasul, R. Vollgraf 2017, arXiv:1708.07747; MIT."
            ) { try Dataset.fashion(part: $0, range: $1, environment: $2, progress: $3) },
            published(
                "cifar10", "60,000 colour photographs, 32x32 pixels, in ten classes.",
                "A. Krizhevsky 2009."
            ) { try Dataset.cifar10(part: $0, range: $1, environment: $2, progress: $3) },
            Command(
                "stacked_mnist", .data, [Input("digits", .data, standard: .nothing)],
                "Three random digits in the three colours: 1,000 modes that can be counted.",
                details: "L. Metz et al. 2016, arXiv:1611.02163, section 3.3.1.",
                example: "stacked_mnist(digits())"
            ) { call in
                if case .data(let digits) = call[0] { return .data(try Dataset.stacked(digits)) }
                let session = call.session
                let mnist = try session.fetching { environment, progress in
                    try Dataset.mnist(environment: environment, progress: progress)
                }
                return .data(try Dataset.stacked(mnist))
            },
        ]
    }

    private static func published(
        _ name: String, _ summary: String, _ source: String,
        _ load:
            @escaping (
                Part?, ClosedRange<Float>, [String: String], @escaping Datasets.DownloadProgress
            )
            throws -> Dataset
    ) -> Command {
        Command(
            name, .data,
            [
                part, range,
                Input(
                    "instead", .any, "data to take when they are not here and there is no network",
                    standard: .nothing),
            ], summary,
            details: """
                \(source) Read from the folder that SADDLE_DATA names, else from the user's cache; \
                downloaded and checked by SHA-256 when it is in neither.
                """, example: "# \(name)(part: \"test\", instead: digits())"
        ) { call in
            let part: Part?
            if call.isGiven(0) {
                guard let known = Part(rawValue: call.string(0)) else {
                    throw Diagnostic(
                        .value, "\(name) has no part \(call[0].inSource)",
                        hint: #"write part: "train" or part: "test""#)
                }
                part = known
            } else {
                part = nil
            }
            let range = try call.valueRange(1)
            let instead = call.isGiven(2) ? try call.data(2) : nil
            do {
                return .data(try call.session.fetching { try load(part, range, $0, $1) })
            } catch {
                // Who interrupts a download wants to stop, not other data.
                guard let instead, !call.session.interrupt.isRequested else { throw error }
                call.session.output.write(
                    "\(name) is not to be had here; \(instead.name) take its place\n", to: .error)
                return .data(instead)
            }
        }
    }

    // MARK: One's own files

    private static var files: [Command] {
        [
            Command(
                "folder", .data,
                [
                    Input("path", .string, "a folder of PNG or JPEG files; subfolders are classes"),
                    Input(
                        "size", .shape, "one size or [height, width] in pixels",
                        standard: .nothing),
                    Input("channels", .integer, "1 or 3", standard: .nothing), range,
                ], "The pictures of a folder, brought to one size.",
                example: "# folder(\"faces\", size: 32)"
            ) { call in
                let sizes = call.integers(1)
                let size = sizes.map { (height: $0.first ?? 0, width: $0.last ?? 0) }
                return .data(
                    try Dataset.folder(
                        call.session.resolve(call.string(0)).path, size: size,
                        channels: call.isGiven(2) ? call.integer(2) : nil,
                        range: try call.valueRange(3)))
            },
            Command(
                "npy", .data,
                [
                    Input("path", .string, "a NumPy file: one row for each example"),
                    Input("labels", .string, "a NumPy file of labels", standard: .nothing), range,
                ], "The rows of a NumPy file.", example: "# npy(\"x.npy\")"
            ) { call in
                .data(
                    try Dataset.npy(
                        call.session.resolve(call.string(0)).path,
                        labels: call.isGiven(1) ? call.session.resolve(call.string(1)).path : nil,
                        range: try call.valueRange(2)))
            },
            Command(
                "text", .data,
                [
                    Input("path", .string, "a UTF-8 text file"),
                    Input("length", .integer, "tokens in an example", standard: .number(32)),
                ], "Stretches of neighbouring characters of a text file as whole numbers.",
                example: "# text(\"poems.txt\", length: 16)"
            ) { call in
                .data(
                    try Dataset.text(
                        call.session.resolve(call.string(0)).path,
                        length: try call.integer(1, in: 1...60_000)))
            },
        ]
    }

    // MARK: Toys

    private static var toys: [Command] {
        [
            Command(
                "ring", .data,
                [
                    Input("modes", .integer, standard: .number(8)),
                    Input("radius", .number, standard: .number(2 / 1.414)),
                    Input("std", .number, "of each mode", standard: .nothing),
                ], "Gaussians on a ring, scaled to unit variance.",
                details: "I. Gulrajani et al. 2017, arXiv:1704.00028, toy data.",
                example: "ring(8)"
            ) { call in
                .data(
                    try Dataset.ring(
                        call.integer(0), radius: call.number(1),
                        deviation: call.isGiven(2) ? call.number(2) : nil))
            },
            Command(
                "grid25", .data, [], "25 Gaussians on a 5 x 5 grid, scaled to unit variance.",
                details: "I. Gulrajani et al. 2017, arXiv:1704.00028, toy data.",
                example: "grid25()"
            ) { _ in .data(try Dataset.grid25()) },
            Command(
                "swiss_roll", .data, [Input("noise", .number, standard: .number(0.25))],
                "A spiral in two dimensions, divided by 7.5.",
                details: "I. Gulrajani et al. 2017, arXiv:1704.00028, toy data.",
                example: "swiss_roll()"
            ) { .data(try Dataset.swissRoll(noise: $0.number(0))) },
            Command(
                "two_moons", .data, [Input("noise", .number, standard: .number(0.1))],
                "Two half circles that reach into one another.", example: "two_moons()"
            ) { .data(try Dataset.twoMoons(noise: $0.number(0))) },
            Command(
                "gaussian", .data,
                [
                    Input(
                        "mean", .tensor, "a number or a list",
                        standard: .list([.number(0), .number(0)])),
                    Input("std", .number, standard: .number(1)),
                ], "One Gaussian.", example: "gaussian([1, 2], 0.5)"
            ) { call in
                .data(
                    try Dataset.gaussian(
                        mean: call[0].numbers ?? [], deviation: call.number(1)))
            },
            Command(
                "mixture", .data,
                [
                    Input("centres", .list, "a list of points"),
                    Input(
                        "std", .any, "of every mode, or a list of one for each",
                        standard: .number(0.1)),
                    Input("weights", .list, "none: equal", standard: .nothing),
                ], "A mixture of Gaussians of one's own, of known density.",
                example: "mixture([[0, 0], [1, 1]], 0.1)"
            ) { call in
                let centres = try call.session.elements(of: call[0]).map { centre in
                    guard let numbers = centre.numbers else {
                        throw Diagnostic.mismatch("mixture", expects: "points", got: centre)
                    }
                    return numbers
                }
                let deviations: [Double]
                if let one = call[1].scalar {
                    deviations = Array(repeating: one, count: centres.count)
                } else if let several = call[1].numbers {
                    deviations = several
                } else {
                    throw Diagnostic.mismatch(
                        "mixture's std", expects: "a number, or one for each mode", got: call[1])
                }
                return .data(
                    try Dataset.mixture(
                        centres: centres, deviations: deviations,
                        weights: call.isGiven(2) ? call[2].numbers : nil))
            },
        ]
    }

    // MARK: Parts of data

    private static var selections: [Command] {
        [
            Command(
                "only", .data, [Input("data", .data), Input("labels", .axes)],
                "The examples with one of these labels.", example: "only(digits(), [3, 8])"
            ) { .data(try $0.data(0).only($0.integers(1) ?? [])) },
            Command(
                "first", .data, [Input("data", .data), Input("count", .integer)],
                "The first examples as data of their own.", example: "first(digits(), 100)"
            ) { .data(try $0.data(0).first($0.integer(1))) },
            Command(
                "split", .data,
                [
                    Input("data", .data),
                    Input("test", .number, "share of the second part", standard: .number(0.2)),
                    Input("seed", .integer, standard: .number(0)),
                ], "Two parts without a common example.",
                example: "train_part, test_part = split(digits(), 0.2)"
            ) { call in
                let (train, test) = try call.data(0).split(
                    test: call.number(1), seed: UInt64(try call.integer(2, in: 0...Int.max)))
                return .tuple([.data(train), .data(test)])
            },
        ]
    }
}

extension Call {
    /// The value range of images.
    func valueRange(_ index: Int) throws -> ClosedRange<Float> {
        guard case .interval(let interval) = values[index] else { return 0...1 }
        guard interval.lower < interval.upper else {
            throw Diagnostic(.value, "\(command.name): a range rises", hint: "write -1...1")
        }
        return Float(interval.lower)...Float(interval.upper)
    }
}

extension Session {
    /// Loads data that may have to be downloaded: shows how far it is, and can be interrupted.
    func fetching(
        _ load: ([String: String], @escaping Datasets.DownloadProgress) throws -> Dataset
    ) throws -> Dataset {
        // Unchecked: the download calls back on this thread.
        struct Line: @unchecked Sendable { let session: Session }
        let line = Line(session: self)
        let shown = Shown()
        let data = try load(ProcessInfo.processInfo.environment) { state in
            line.session.tell(state, shown)
            return !line.session.interrupt.isRequested
        }
        shown.finish(self)
        for note in data.notes { output.write(note + "\n", to: .error) }
        return data
    }

    private func tell(_ state: DownloadState, _ shown: Shown) {
        let now = Clock.seconds
        guard now - shown.at >= 0.25 || shown.at == 0 else { return }
        shown.at = now
        let size = Double(state.expected) / 1e6
        let text =
            "downloading \(state.file): \((Double(state.received) / 1e6).short) of \(size.short) MB"
        switch output.liveness {
        case .pictures:
            if let id = shown.id {
                output.update(MIMEBundle(text: text), id: id)
            } else {
                let id = newDisplayID()
                output.display(MIMEBundle(text: text), id: id)
                shown.id = id
            }
        case .line:
            output.progress(Progress(done: state.received, total: state.expected, line: text))
        case .none: if shown.file != state.file { output.write(text + "\n", to: .error) }
        }
        shown.file = state.file
    }
}

/// What has been shown of a download. Unchecked: used by one thread.
private final class Shown: @unchecked Sendable {
    var at = 0.0
    var id: String?
    var file = ""

    func finish(_ session: Session) {
        guard at > 0, session.output.liveness == .line else { return }
        session.output.progress(Progress(done: 1, total: 1, line: "downloaded", ended: true))
    }
}
