import Datasets
import Foundation
import Language
import Measures
import Pictures
import Tensors

/// A sheet of samples as the command `samples` lays it out.
struct SampleSheet {
    enum Rows {
        case plain
        /// One row for each class: what a conditional generator makes of its label, else what
        /// the classifier of the data takes for that class.
        case classes
        /// One row for each of the first latents: it moves, the others stay.
        case latents
    }

    enum Captions {
        case none
        case words([String])
        /// What the discriminator says of each.
        case scores
    }

    let session: Session
    let sampling: Sampling
    let game: Game?
    var count = 64
    var rows = Rows.plain
    var captions = Captions.none
    /// Real examples beside the generated ones.
    var hasReal = false
    var title = ""
    var theme = Theme.light

    func content(_ generator: inout Generator) throws -> Picture.Content {
        if rows != .plain {
            try refuseCaptions("rows have their own")
            guard !hasReal else {
                throw Diagnostic(
                    .value, "rows have no place for real examples",
                    hint: "leave real or rows out")
            }
        }
        switch rows {
        case .plain: break
        case .classes: return .image(try byClass(&generator).image())
        case .latents: return .image(try byLatent(&generator).image())
        }
        let samples = try sampling.draw(count, &generator)
        if let pictures = try session.picturesIfAny(samples, game?.data) {
            let words = try words(for: samples, sampling.labels(count))
            if hasReal { return .image(try besideReal(pictures, words)) }
            return .image(
                try Grid(pictures, title: title, captions: words, theme: theme).image())
        }
        guard samples.rank == 2, samples.shape[1] <= 2, samples.shape[1] > 0 else {
            throw Diagnostic(
                .shape, "samples of shape \(samples.shape) are neither images nor points",
                hint: "end the generator with reshape(height, width, 1)")
        }
        try refuseCaptions("points have none")
        let axes = try session.pointAxes(samples, game?.data, title: title)
        return .figure(Figure(axes, width: 480, height: 480, theme: theme))
    }

    // MARK: Words

    private func refuseCaptions(_ reason: String) throws {
        if case .none = captions { return }
        throw Diagnostic(
            .value, "captions stand under pictures; \(reason)", hint: "leave captions out")
    }

    /// `labels` are for a discriminator that takes them, too.
    private func words(for samples: Tensor, _ labels: [Int]) throws -> [String] {
        switch captions {
        case .none: return []
        case .words(let words): return words
        case .scores:
            guard let judge = game?.judge else {
                throw Diagnostic(
                    .value, "nobody scores these samples", hint: "scores are those of a game's D")
            }
            var inputs: [Value] = [.tensor(samples)]
            if judge.inputCount == 2, let data = game?.data, data.hasLabels {
                let classes = data.classNames.count
                inputs.append(.tensor(try judge.encoded(labels, classes: classes, session)))
            }
            guard judge.inputCount == inputs.count else {
                throw Diagnostic(
                    .type,
                    "\(judge.title) takes \(judge.inputCount) inputs, so samples alone "
                        + "have no scores", hint: "leave captions out, or give a list of words")
            }
            let scores = try session.quietly {
                try asTensor(try judge.apply(inputs, session), judge.title)
            }
            guard scores.count == samples.shape[0] else {
                throw Diagnostic(
                    .shape, "\(judge.title) gives \(scores.shape), which is no score a sample")
            }
            return scores.values.map { Double($0).short }
        }
    }

    // MARK: Rows

    private func pictures(_ samples: Tensor) throws -> [Image] {
        guard let found = try session.picturesIfAny(samples, game?.data) else {
            throw Diagnostic(
                .shape, "rows need images, but the samples have shape \(samples.shape)",
                hint: "leave rows out")
        }
        return found
    }

    private func besideReal(_ generated: [Image], _ words: [String]) throws -> Image {
        guard let data = game?.data, data.isImages else {
            throw Diagnostic(.value, "there are no real images to put beside the samples")
        }
        let examples = try data.examples(generated.count)
        let real = try session.images(examples.samples, ValueRange(data))
        var spoken: [String] = []
        switch captions {
        case .none: break
        case .words: spoken = [" "]  // Keeps the rows of both at the same height.
        case .scores:
            let labels = (examples.labels?.values ?? []).map { Int($0) }
            spoken = try self.words(for: examples.samples, labels)
        }
        let sheets = try [(generated, "generated", words), (real, "real", spoken)].map {
            pictures, name, words in
            try Grid(
                pictures, title: title.isEmpty ? name : "\(title): \(name)", captions: words,
                theme: theme
            ).image()
        }
        return try Sheet(sheets, gap: 24, theme: theme).image()
    }

    private func byClass(_ generator: inout Generator) throws -> Grid {
        guard let data = game?.data, data.hasLabels else {
            throw Diagnostic(
                .value, "rows by class need a game with labelled data",
                hint: "digits(), mnist() and cifar10() have labels")
        }
        let names = data.classNames
        let columns = max(1, count / names.count)
        if sampling.classes > 0 {
            // The same latents in each row: what differs is the label's doing.
            let row = try sampling.space.draw(columns, &generator)
            let latents = try Tensor.concatenate([Tensor](repeating: row, count: names.count))
            let labels = (0..<columns * names.count).map { $0 / columns }
            let made = try pictures(try sampling.make(latents, labels))
            return Grid(made, columns: columns, title: title, rowCaptions: names, theme: theme)
        }
        let samples = try sampling.draw(max(500, 4 * count), &generator)
        let made = try pictures(samples)
        let classifier = try session.classifiers.classifier(for: data)
        let (labels, _) = try classifier.answers(samples.shaped(like: data))
        let blank = try Image(
            width: made[0].width, height: made[0].height, channels: made[0].channels,
            filledWith: theme.gridLine)
        var cells: [Image] = []
        var words: [String] = []
        for (index, name) in names.enumerated() {
            let own = labels.indices.filter { labels[$0] == index }
            let shown = own.prefix(columns).map { made[$0] }
            cells += shown + [Image](repeating: blank, count: columns - shown.count)
            let share = 100 * Double(own.count) / Double(max(labels.count, 1))
            words.append("\(name)  \(Int(share.rounded())) %")
        }
        return Grid(cells, columns: columns, title: title, rowCaptions: words, theme: theme)
    }

    private func byLatent(_ generator: inout Generator) throws -> Grid {
        let columns = 9
        let size = sampling.space.shape.reduce(1, *)
        let rows = max(1, min(size, count / columns))
        let reach = sampling.space.kind.isNormalNoise ? 2.5 : 1.0
        let steps = (0..<columns).map { reach * (2 * Double($0) / Double(columns - 1) - 1) }
        let start = try sampling.space.draw(1, &generator).values
        var latents: [Float] = []
        for row in 0..<rows {
            for step in steps {
                var moved = start
                moved[row] = Float(step)
                latents += moved
            }
        }
        let labels = [Int](repeating: 0, count: rows * columns)
        let made = try sampling.make(
            try Tensor(latents, shape: [rows * columns] + sampling.space.shape), labels)
        return Grid(
            try pictures(made), columns: columns, title: title,
            rowCaptions: (0..<rows).map { "z[\($0)]" },
            columnCaptions: steps.map { String(format: "%.1f", $0) }, theme: theme)
    }
}
