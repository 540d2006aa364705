import Datasets
import Tensors

/// Generated samples against real ones, every figure beside the one that real against real
/// gives for the same number of samples.
///
/// Points are compared as they are; images in the features of a classifier trained on their
/// labels, or pixel by pixel where there are none.
package struct Judge {
    package let data: Dataset
    /// nil for points, and for images without labels.
    package let classifier: Classifier?

    /// Trains a classifier unless `cache` has it.
    package init(data: Dataset, cache: ClassifierCache) throws {
        self.data = data
        classifier =
            data.isImages && data.hasLabels && data.count != nil
            ? try cache.classifier(for: data) : nil
    }

    /// Real examples and others without a common one, as many of each as of `generated`.
    private struct Panel {
        let generated: Tensor
        let real: Tensor
        let other: Tensor
        let count: Int
        let note: String?
    }

    private func panel(_ samples: Tensor, _ measure: String, most: Int = .max) throws -> Panel {
        guard samples.rank >= 1, Array(samples.shape[1...]) == data.shape else {
            throw MeasureError.widths(
                measure: measure, left: samples.shape,
                right: [samples.shape.first ?? 0] + data.shape)
        }
        guard samples.isFinite else { throw MeasureError.notFinite(measure: measure) }
        let wanted = min(samples.shape[0], most)
        let count = min(wanted, (data.count ?? .max) / 2)
        guard count >= 2 else {
            throw MeasureError.tooFew(measure: measure, needs: 2, got: count)
        }
        let (real, other) = try halves(count)
        let note =
            count < wanted
            ? "\(count) of them, because \(data.name) has only \(data.count ?? 0)" : nil
        return Panel(
            generated: try samples.slice([0..<count]), real: real, other: other, count: count,
            note: note)
    }

    /// Generated samples, real ones and others, and how many of each.
    func sides(
        _ samples: Tensor, _ measure: String, most: Int
    ) throws -> (generated: Tensor, real: Tensor, other: Tensor, count: Int) {
        let panel = try panel(samples, measure, most: most)
        return (panel.generated, panel.real, panel.other, panel.count)
    }

    private func halves(_ count: Int) throws -> (Tensor, Tensor) {
        guard data.count != nil else {
            var generator = Generator(seed: 1)
            return (
                try data.draw(batch: count, generator: &generator).samples,
                try data.draw(batch: count, generator: &generator).samples
            )
        }
        let (left, right) = try data.split(test: 0.5, seed: 1)
        return (try left.shuffled(count), try right.shuffled(count))
    }

    private func features(_ samples: Tensor) throws -> Tensor {
        try classifier?.features(samples) ?? samples.flatten()
    }

    private func compare(
        _ name: String, _ measure: String, _ samples: Tensor, most: Int = .max,
        inFeatures: Bool = true, _ distance: (Tensor, Tensor) throws -> Double
    ) throws -> Reading {
        let panel = try panel(samples, measure, most: most)
        let seen = { (tensor: Tensor) in inFeatures ? try features(tensor) : try tensor.flatten() }
        let real = try seen(panel.real)
        let notes = [panel.note, inFeatures ? classifier?.note : nil].compactMap { $0 }
        return Reading(
            name, try distance(seen(panel.generated), real),
            perfect: try distance(seen(panel.other), real), samples: panel.count,
            note: notes.isEmpty ? nil : notes.joined(separator: "; "))
    }
}

// MARK: - Distances

extension Judge {
    /// The Fréchet distance; it falls with the number of samples, so its floor is always shown.
    package func fid(_ samples: Tensor) throws -> Reading {
        try compare("Fréchet distance", "fid", samples) { try Frechet.distance($0, $1) }
    }

    /// The Kernel Inception Distance of at most 10,000 samples, and its standard error over ten
    /// parts.
    package func kid(_ samples: Tensor) throws -> Reading {
        let panel = try panel(samples, "kid", most: Discrepancy.mostPaired)
        let real = try features(panel.real)
        let found = try Discrepancy.kid(features(panel.generated), real)
        return Reading(
            "kernel distance (KID)", found.value, error: found.error,
            perfect: try Discrepancy.kid(features(panel.other), real).value, samples: panel.count,
            note: panel.note ?? classifier?.note)
    }

    /// The sliced Wasserstein distance of points or of pixels.
    package func swd(_ samples: Tensor) throws -> Reading {
        try compare("sliced Wasserstein distance", "swd", samples, inFeatures: false) {
            try Wasserstein.sliced($0, $1)
        }
    }

    /// The exact Wasserstein-1 distance of points or of pixels, of at most 500 samples.
    package func wasserstein(_ samples: Tensor) throws -> Reading {
        let most = data.shape.reduce(1, *) == 1 ? Int.max : 500
        return try compare(
            "Wasserstein distance", "wasserstein", samples, most: most, inFeatures: false
        ) { try Wasserstein.exact($0, $1) }
    }

    /// The squared maximum mean discrepancy, of at most 1,000 samples.
    package func mmd(_ samples: Tensor) throws -> Reading {
        try compare("maximum mean discrepancy", "mmd", samples, most: 1000) {
            try Discrepancy.gaussian($0, $1)
        }
    }

    /// KL(data || samples) in nats between shares of the cells of a grid.
    ///
    /// For points of one or two coordinates: 100 or 30 x 30 cells over the range of the data,
    /// with 1e-4 added to each share, as GAN Lab does, so that it stays finite.
    package func kl(_ samples: Tensor) throws -> Reading {
        try onGrid("KL divergence", "kl", samples, smoothing: 1e-4) { try Divergence.kl($1, $0) }
    }

    /// The Jensen-Shannon divergence in nats on the same grid, without smoothing; at most log 2.
    package func js(_ samples: Tensor) throws -> Reading {
        try onGrid("Jensen-Shannon divergence", "js", samples, smoothing: 0) {
            try Divergence.js($0, $1)
        }
    }

    private func onGrid(
        _ name: String, _ measure: String, _ samples: Tensor, smoothing: Double,
        _ divergence: ([Double], [Double]) throws -> Double
    ) throws -> Reading {
        let panel = try panel(samples, measure)
        let grid = try Grid(Rows(panel.real, measure), measure)
        let shares = { (tensor: Tensor) in
            grid.shares(try Rows(tensor, measure), smoothing: smoothing)
        }
        let real = try shares(panel.real)
        return Reading(
            name, try divergence(shares(panel.generated), real),
            perfect: try divergence(shares(panel.other), real), samples: panel.count,
            note: panel.note ?? "on \(grid.description)")
    }
}

// MARK: - Scores

extension Judge {
    /// The Inception Score, its deviation over ten parts, and the score of real examples.
    package func inceptionScore(_ samples: Tensor) throws -> Reading {
        let classifier = try needClassifier("inception_score")
        let panel = try panel(samples, "inception_score")
        let found = try InceptionScore.score(classifier.probabilities(panel.generated))
        return Reading(
            "Inception Score", found.value, error: found.deviation,
            perfect: try InceptionScore.score(classifier.probabilities(panel.real)).value,
            samples: panel.count, note: classifier.note)
    }

    /// Which classes the samples show, beside the shares that they have in the data.
    package func classes(_ samples: Tensor) throws -> ClassCoverage {
        let classifier = try needClassifier("classes")
        let known = try data.labels()
        var weights = [Double](repeating: 0, count: classifier.classNames.count)
        for label in known { weights[label] += 1 / Double(known.count) }
        return try ClassCoverage(
            labels: classifier.answers(samples).labels, classes: weights.count, weights: weights)
    }

    /// Which modes of a mixture the samples reach; throws for data without known modes.
    package func modes(_ samples: Tensor) throws -> ModeCoverage {
        try ModeCoverage(of: samples, in: data)
    }

    /// The mean structural similarity of random pairs: above that of real pairs, the generator
    /// repeats itself.
    package func msSSIM(_ samples: Tensor) throws -> Reading {
        guard data.isImages, let range = data.range else {
            throw MeasureError.data(measure: "ms_ssim", name: data.name, lacks: "images")
        }
        let panel = try panel(samples, "ms_ssim")
        let span = Double(range.upperBound - range.lowerBound)
        let found = try Similarity.pairwise(panel.generated, span: span)
        return Reading(
            "similarity of pairs (MS-SSIM)", found.value, error: found.error,
            perfect: try Similarity.pairwise(panel.real, span: span).value, samples: panel.count,
            note: panel.note)
    }

    /// Precision, recall, density and coverage of at most 2,000 samples.
    package func manifold(_ samples: Tensor) throws -> [Reading] {
        let panel = try panel(samples, "precision", most: 2000)
        let real = try features(panel.real)
        let found = try Manifold(real: real, generated: features(panel.generated))
        let perfect = try Manifold(real: real, generated: features(panel.other))
        return [
            ("precision", found.precision, perfect.precision),
            ("recall", found.recall, perfect.recall),
            ("density", found.density, perfect.density),
            ("coverage", found.coverage, perfect.coverage),
        ].map {
            Reading($0.0, $0.1, perfect: $0.2, samples: panel.count, note: classifier?.note)
        }
    }

    private func needClassifier(_ measure: String) throws -> Classifier {
        guard let classifier else {
            throw MeasureError.data(
                measure: measure, name: data.name, lacks: "labelled images to train a classifier on"
            )
        }
        return classifier
    }
}
