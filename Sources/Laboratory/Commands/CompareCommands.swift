import Datasets
import Language
import Measures
import Networks
import Pictures
import Tensors

/// Several games on the same data with the same networks.
enum CompareCommands {
    static var all: [Command] {
        [
            Command(
                "compare", .training,
                [
                    Input("games", .list, "games of the Library or of one's own"),
                    Input("G", .network), Input("D", .network), Input("data", .data),
                    Input("rounds", .integer, standard: .number(1000)),
                    Input("seeds", .integer, "how often", standard: .number(3)),
                    Input("count", .integer, "samples to measure", standard: .number(1000)), .theme,
                ], "Plays several games from the same fresh networks, and measures what they make.",
                details: """
                    For each seed all games start from copies of the same new weights and take the \
                    same random numbers. The table shows mean and standard error over seeds: modes \
                    for mixtures, the Fréchet distance for labelled images, else the sliced \
                    Wasserstein distance. A game whose losses are no longer finite with a seed is \
                    left out for that seed, and the words say so.
                    """,
                example: """
                    G = mlp(noise(2), [8], 2)
                    D = mlp(2, [8], 1)
                    compare([lsgan, gan], G, D, ring(8), rounds: 2, seeds: 2, count: 50)
                    """
            ) { try compare($0) }
        ]
    }

    fileprivate struct Row {
        let name: String
        /// By measure, one value for each seed.
        var values: [(name: String, perfect: Double?, isBetterLow: Bool, found: [Double])] = []
        var panel: Image?
        /// Why it came to no end, for each seed with which it did not.
        var stopped: [Diagnostic] = []
    }

    private static func compare(_ call: Call) throws -> Value {
        let session = call.session
        let rules = try session.elements(of: call[0]).map { value -> GameRule in
            guard case .rule(let rule) = value else {
                throw Diagnostic.mismatch("compare", expects: "a list of games", got: value)
            }
            guard rule.players.count == 3 else {
                throw Diagnostic(
                    .type, "compare gives each game G, D and data, but \(rule.signature) differs")
            }
            return rule
        }
        guard !rules.isEmpty else {
            throw Diagnostic(
                .value, "compare needs games", hint: "compare([lsgan, gan], G, D, data)")
        }
        let data = try call.data(3)
        let rounds = try call.integer(4, in: 0...1_000_000_000)
        let seeds = try call.integer(5, in: 1...1000)
        let judge = try Judge(data: data, cache: session.classifiers)
        let before = session.theme
        session.theme = try call.theme(7)
        defer { session.theme = before }
        var rows = rules.map { Row(name: $0.name) }
        let total = rules.count * seeds * rounds
        var done = 0
        for seed in 0..<seeds {
            let (makers, judges) = (
                try call.network(1).fresh(session), try call.network(2).fresh(session)
            )
            for (place, rule) in rules.enumerated() {
                let game = try rule.construct(
                    session,
                    [
                        Given(label: nil, value: .network(try makers.copy()), span: Span(0, 0)),
                        Given(label: nil, value: .network(try judges.copy()), span: Span(0, 0)),
                        Given(label: nil, value: .data(data), span: Span(0, 0)),
                        Given(label: "seed", value: .number(Double(seed)), span: Span(0, 0)),
                    ])
                do {
                    for round in 0..<rounds {
                        try game.playOrDiverge(session)
                        guard round % 64 == 0, session.output.liveness == .line else { continue }
                        session.output.progress(
                            Progress(
                                done: done + round, total: total,
                                line: "\(rule.name), seed \(seed), round \(round)"))
                    }
                    let count = try call.integer(6, in: 2...1_000_000)
                    try rows[place].add(game, judge, count, session)
                } catch let fault as NonFinite {
                    rows[place].stopped.append(fault.diagnostic(round: game.round + 1))
                }
                done += rounds
            }
        }
        if session.output.liveness == .line {
            session.output.progress(
                Progress(done: total, total: total, line: "compared", ended: true))
        }
        if let fault = rows[0].stopped.first, rows.allSatisfy(\.values.isEmpty) { throw fault }
        let panels = rows.compactMap(\.panel)
        if !panels.isEmpty {
            session.output.display(
                Picture(
                    .image(try Sheet(panels, theme: session.theme).image()),
                    caption: "samples of "
                        + rows.filter { $0.panel != nil }.map(\.name).joined(separator: ", "),
                    from: session, of: rules.map { Picture.Subject($0) }
                ).bundle(), id: nil)
        }
        return .record(table(rows, data, rounds: rounds, seeds: seeds))
    }

    // MARK: Words

    private static func table(
        _ rows: [Row], _ data: Dataset, rounds: Int, seeds: Int
    ) -> Record {
        let fields = rows.map { row -> (name: String, value: Value) in
            var own = row.values.flatMap { entry -> [(name: String, value: Value)] in
                let statistics = Statistics(entry.found)
                let mean = (entry.name, Value.number(statistics.mean))
                guard statistics.count > 1 else { return [mean] }
                return [mean, (entry.name + "_error", .number(statistics.error))]
            }
            if !row.stopped.isEmpty { own.append(("stopped", .number(Double(row.stopped.count)))) }
            return (row.name, .record(Record(title: row.name, fields: own)))
        }
        let played = rows.filter { !$0.values.isEmpty }
        let measures = played.first.map { Array($0.values.indices) } ?? []
        let stopped = rows.compactMap { row in
            row.stopped.first.map { fault in
                "  \(row.name) came to no end with \(row.stopped.count) of"
                    + " \(counted(seeds, "seed")): \(fault.message)"
            }
        }
        return Record(
            title: (["\(counted(seeds, "seed")) of \(rounds) rounds on \(data.name)"]
                + measures.map { "  " + sentence(played, $0) } + stopped).joined(separator: "\n"),
            fields: fields)
    }

    /// Who is ahead in a measure, or that nobody can say.
    private static func sentence(_ rows: [Row], _ measure: Int) -> String {
        let entries = rows.map {
            ($0.name, $0.values[measure], Statistics($0.values[measure].found))
        }
        let listed = zip(rows, entries).map { row, entry in
            let (name, _, found) = entry
            let kept = row.stopped.isEmpty ? "" : " (\(counted(found.count, "seed")))"
            return found.count < 2
                ? "\(name) \(found.mean.short)\(kept)"
                : "\(name) \(found.mean.short) ± \(found.error.short)\(kept)"
        }
        let first = entries[0].1
        var text = "\(first.name): \(listed.joined(separator: ", "))"
        if let perfect = first.perfect { text += " (perfect: \(perfect.short))" }
        let ranked = entries.sorted {
            first.isBetterLow ? $0.2.mean < $1.2.mean : $0.2.mean > $1.2.mean
        }
        guard ranked.count > 1 else { return text }
        guard ranked[0].2.count > 1, ranked[1].2.count > 1 else {
            return text + "; one seed says nothing about chance"
        }
        let gap = abs(ranked[0].2.mean - ranked[1].2.mean)
        let error =
            (ranked[0].2.error * ranked[0].2.error + ranked[1].2.error * ranked[1].2.error)
            .squareRoot()
        let (best, second) = (ranked[0].0, ranked[1].0)
        if gap <= 2 * error || gap == 0 {
            return text + "; \(best) and \(second) differ by no more than chance can do"
        }
        return text + "; \(best) is ahead of \(second) by \((gap / max(error, 1e-12)).short) "
            + "standard errors"
    }
}

extension CompareCommands.Row {
    fileprivate mutating func add(
        _ game: Game, _ judge: Judge, _ count: Int, _ session: Session
    ) throws {
        if panel == nil { panel = try? session.sampleSheet(of: game, height: 300, title: name) }
        var generator = game.fixedGenerator
        let samples = try Sampling(game, session).draw(count, &generator)
            .shaped(like: judge.data)
        var readings: [(Reading, Bool)] = []
        if judge.data.density?.mixture != nil {
            let found = try judge.modes(samples).readings
            readings = zip(found, [false, false, true]).map { ($0, $1) }
        } else if judge.classifier != nil {
            readings = [(try judge.fid(samples), true)]
        } else {
            readings = [(try judge.swd(samples), true)]
        }
        for (index, (reading, isBetterLow)) in readings.enumerated() {
            if values.count <= index {
                values.append((reading.name, reading.perfect, isBetterLow, []))
            }
            values[index].found.append(reading.value)
        }
    }
}
