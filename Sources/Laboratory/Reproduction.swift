import Foundation
import Language

/// The experiments of the papers, as programs of the language: one file each in `Experiments`.
///
/// A program begins with lines `## title:`, `## paper:`, `## setting:` and `## why:` (in what ours
/// differs from theirs), and its last value is a list of rows: what, theirs (a number or words),
/// and ours, one value for each seed.
package struct Reproduction {
    package let name: String
    package let rows: [Row]
    package let seconds: Double
    private let notes: [String: String]

    package struct Row {
        package let what: String
        package let theirs: String
        package let ours: [Double]

        package init(what: String, theirs: String, ours: [Double]) {
            self.what = what
            self.theirs = theirs
            self.ours = ours
        }

        /// `7.8 ± 0.13`: mean and standard error over seeds.
        package var found: String {
            let count = Double(ours.count)
            let mean = ours.reduce(0, +) / max(count, 1)
            guard ours.count > 1 else { return mean.settled }
            let square = ours.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
            return "\(mean.settled) ± \((square / count).squareRoot().settled)"
        }
    }

    package var title: String { notes["title"] ?? name }

    /// The names of all experiments, from the quickest.
    package static var names: [String] {
        let quickest = ["dirac", "blindspot", "clipping", "weights", "critic", "fgan", "ring"]
        let known = Library.files(in: "Experiments")
        return quickest.filter { known[$0] != nil }
            + known.keys.filter { !quickest.contains($0) }.sorted()
    }

    /// Runs an experiment in a session of its own; `settings` change its parameters.
    package static func run(
        _ name: String, settings: [(name: String, value: String)] = []
    ) throws -> Reproduction {
        guard let file = Library.files(in: "Experiments")[name] else {
            throw Diagnostic(
                .usage, "there is no experiment \(name)",
                hint: nearest(name, in: names).map { "did you mean \($0)?" }
                    ?? "there are \(names.joined(separator: ", "))")
        }
        let source = Source(
            name: "Experiments/\(name).saddle", text: try String(contentsOf: file, encoding: .utf8))
        let session = Session()
        for setting in settings { session.setParameter(setting.name, to: setting.value) }
        let began = Clock.seconds
        let value = try session.lastValue(of: source)
        return Reproduction(
            name: name, rows: try rows(value, source), seconds: Clock.seconds - began,
            notes: notes(source.text))
    }

    /// The lines `## key: words` at the top.
    private static func notes(_ text: String) -> [String: String] {
        var notes: [String: String] = [:]
        for line in text.components(separatedBy: "\n").prefix(while: { $0.hasPrefix("## ") }) {
            let parts = line.dropFirst(3).split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            notes[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        return notes
    }

    private static func rows(_ value: Value, _ source: Source) throws -> [Row] {
        guard case .list(let items) = value, !items.isEmpty else { throw wrong(value, source) }
        return try items.map { item in
            guard case .list(let cells) = item, cells.count == 3,
                case .list(let found) = cells[2]
            else { throw wrong(item, source) }
            let ours = found.compactMap(\.scalar)
            guard ours.count == found.count, !ours.isEmpty else { throw wrong(cells[2], source) }
            return Row(
                what: cells[0].inWords, theirs: cells[1].scalar?.settled ?? cells[1].inWords,
                ours: ours)
        }
    }

    private static func wrong(_ value: Value, _ source: Source) -> Diagnostic {
        .mismatch(
            "an experiment", expects: "rows [what, theirs, [ours, …]] as its last value",
            got: value)
    }

    // MARK: Words

    /// What stands above the table in a document.
    package static let heading = """
        # What the papers showed, and what comes out here

        Written by `saddle reproduce --output REPRODUCED.md`. Each experiment is a program of the
        language in `Sources/Laboratory/Experiments`; `saddle reproduce NAME` repeats one of them, and
        `seeds=3` makes it shorter. Seconds are those of two cores.


        """

    /// `paper | theirs | ours | setting | seconds` in Markdown, and what differs and why.
    package static func table(_ experiments: [Reproduction]) -> String {
        var lines = [
            "| experiment | paper | theirs | ours (mean ± standard error) | setting | seconds |",
            "|---|---|---|---|---|---|",
        ]
        for experiment in experiments {
            for (index, row) in experiment.rows.enumerated() {
                let seeds = row.ours.count > 1 ? " (\(row.ours.count) seeds)" : ""
                let isFirst = index == 0
                let cells = [
                    isFirst ? "**\(experiment.title)**<br>\(row.what)" : row.what,
                    isFirst ? experiment.notes["paper"] ?? "" : "", row.theirs, row.found + seeds,
                    isFirst ? experiment.notes["setting"] ?? "" : "",
                    isFirst ? String(format: "%.1f", experiment.seconds) : "",
                ]
                lines.append(
                    "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")
                        + " |")
            }
        }
        lines += ["", "Where ours differs, and why:", ""]
        for experiment in experiments {
            guard let why = experiment.notes["why"] else { continue }
            lines.append("* *\(experiment.title).* \(why)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Double {
    /// Three digits, and what is only rounding as 0.
    fileprivate var settled: String {
        if self == rounded(), abs(self) < 1e6 { return String(Int(self)) }
        if abs(self) < 5e-4 { return abs(self) < 1e-6 ? "0" : String(format: "%.1e", self) }
        return String(format: abs(self) < 10 ? "%.3f" : "%.4g", self)
    }
}

extension Session {
    /// The value of a program's last statement, shown nowhere.
    func lastValue(of source: Source) throws -> Value {
        let parsed = parse(source)
        if let fault = parsed.faults.first { throw fault }
        output = Silence()
        return try value(of: parsed.program)
    }
}
