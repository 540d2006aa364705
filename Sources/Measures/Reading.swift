/// One figure and what one needs to judge it: what a perfect sampler gets, and from how many
/// samples it comes.
package struct Reading: Sendable, Equatable {
    /// What was measured, e.g. `Frechet distance`.
    package let name: String
    package let value: Double
    /// The standard error of `value`, or its spread over splits; nil where there is none.
    package let error: Double?
    /// What the same measure gives for data against data: the floor of a distance, the ceiling
    /// of a score. nil where it is not known.
    package let perfect: Double?
    /// The number of generated samples that it was computed from.
    package let samples: Int
    /// The figure in words, with everything above.
    package let sentence: String

    package init(
        _ name: String, _ value: Double, error: Double? = nil, perfect: Double? = nil,
        samples: Int, note: String? = nil
    ) {
        self.name = name
        self.value = value
        self.error = error
        self.perfect = perfect
        self.samples = samples
        var text = "\(name) \(Figure.text(value))"
        if let error { text += " ± \(Figure.text(error))" }
        if let perfect { text += " (perfect: \(Figure.text(perfect)))" }
        text += " from \(samples) sample\(samples == 1 ? "" : "s")"
        if let note { text += "; \(note)" }
        sentence = text
    }
}

/// Numbers as a person reads them.
enum Figure {
    /// Four significant digits, without zeros at the end.
    static func text(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "undefined" : "infinite" }
        guard value != 0 else { return "0" }
        var (digits, size) = (3, abs(value))
        while size >= 10, digits > 0 { (size, digits) = (size / 10, digits - 1) }
        while size < 1, digits < 12 { (size, digits) = (size * 10, digits + 1) }
        var power = 1.0
        for _ in 0..<digits { power *= 10 }
        let rounded = (value * power).rounded() / power
        guard digits > 0, rounded != rounded.rounded() else { return plain(rounded) }
        var whole = "\(Int((abs(value) * power).rounded()))"
        while whole.count <= digits { whole = "0" + whole }
        let point = whole.index(whole.endIndex, offsetBy: -digits)
        var text = (value < 0 ? "-" : "") + whole[..<point] + "." + whole[point...]
        while text.hasSuffix("0") { text.removeLast() }
        return text
    }

    private static func plain(_ value: Double) -> String {
        abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }
}

/// What can be wrong with what a measure is given.
package enum MeasureError: Error, Equatable {
    /// Two collections that should have the same width.
    case widths(measure: String, left: [Int], right: [Int])
    /// A tensor of another form than expected.
    case form(measure: String, expects: String, got: [Int])
    case tooFew(measure: String, needs: Int, got: Int)
    /// Samples that hold infinity or NaN.
    case notFinite(measure: String)
    case argument(measure: String, problem: String, hint: String)
    /// A data set that lacks labels, modes or an end that the measure needs.
    case data(measure: String, name: String, lacks: String)

    /// What is wrong, in one line.
    package var message: String {
        switch self {
        case .widths(let measure, let left, let right):
            "\(measure): samples of shape \(left) cannot be compared with \(right)"
        case .form(let measure, let expects, let got):
            "\(measure) expects \(expects), not shape \(got)"
        case .tooFew(let measure, let needs, let got):
            "\(measure) needs at least \(needs) samples, not \(got)"
        case .notFinite(let measure):
            "\(measure): the samples hold values that are not finite"
        case .argument(let measure, let problem, _):
            "\(measure): \(problem)"
        case .data(let measure, let name, let lacks):
            "\(measure): \(name) has no \(lacks)"
        }
    }

    /// The way out, where one is known.
    package var hint: String? {
        switch self {
        case .widths: "compare samples with data of the same shape"
        case .form: nil
        case .tooFew: "draw more samples"
        case .notFinite: "the generator has diverged; look at its losses"
        case .argument(_, _, let hint): hint
        case .data: "take another data set, or another measure"
        }
    }
}

extension MeasureError: CustomStringConvertible {
    package var description: String { message }
}
