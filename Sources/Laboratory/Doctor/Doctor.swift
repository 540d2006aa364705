import Language
import Networks
import Tensors

/// Examines a game before it trains, by playing rounds that move nothing.
///
/// Nothing is known by name: rounds of a copy are played, the graph of each says who depends on
/// whom, and the losses are asked what they would be for other scores and other gradients. So a
/// game of one's own is examined like one of the Library.
struct Doctor {
    let session: Session
    let game: Game
    private(set) var diagnosis: Diagnosis
    /// Small batches are enough to see how a loss is made; see `firstLook`.
    private(set) var batch = 8

    /// What a round that was looked at says, with the names of its networks.
    struct Look {
        let probe: Probe
        let networks: [(name: String, network: NetworkBox)]

        func name(of network: NetworkBox) -> String {
            networks.first { $0.network === network }?.name ?? network.title
        }
    }

    static func examine(_ game: Game, _ session: Session) throws -> Diagnosis {
        var doctor = Doctor(
            session: session, game: game, diagnosis: Diagnosis(name: game.rule.name))
        try doctor.run()
        return doctor.diagnosis
    }

    private mutating func run() throws {
        let look: Look
        do { look = try firstLook() } catch let fault as Diagnostic {
            if fault.kind == .interrupted { throw fault }
            let line = fault.span.flatMap { span in fault.source?.place(of: span.lower).line }
            found(
                "round", at: line.map { "line \($0)" } ?? "the round",
                "the round cannot be played: \(fault.message)",
                remedy: fault.hint ?? "mend it first; nothing else was tested")
            return
        }
        checkPaths(look)
        try checkScores(look)
        try checkPenalties(look)
        checkRanges()
    }

    // MARK: Notes

    mutating func found(_ kind: String, at place: String, _ sentence: String, remedy: String) {
        diagnosis.findings.append(
            Finding(place: place, kind: kind, sentence: sentence, remedy: remedy))
    }

    mutating func sound(_ words: String) {
        if !diagnosis.sound.contains(words) { diagnosis.sound.append(words) }
    }

    mutating func skipped(_ words: String) {
        if !diagnosis.skipped.contains(words) { diagnosis.skipped.append(words) }
    }

    func place(_ site: ObjectiveSite) -> String {
        "the objective of \(site.curve) (line \(site.source.place(of: site.span.lower).line))"
    }

    // MARK: Rounds

    /// A round may count on the game's own batch, as reshape(x, [64, 1, 2]) does; then so do all.
    private mutating func firstLook() throws -> Look {
        do { return try look() } catch let fault as Diagnostic
            where fault.kind != .interrupted && game.batch > batch
        {
            batch = game.batch
            return try look()
        }
    }

    /// Plays a round of a copy that trains nothing. All of them take the same random numbers.
    func look(
        tracking: Session.Tracking = .all, scores: [Int: Tensor] = [:], slopes: [Int: Tensor] = [:]
    ) throws -> Look {
        let copy = try game.fork(session)
        copy.batch = min(copy.batch, batch)
        let probe = Probe(tracking: tracking, scores: scores, slopes: slopes)
        try session.probing(probe) { try copy.playRound(session) }
        return Look(probe: probe, networks: copy.networks)
    }
}

extension Session {
    /// Runs a body with a probe, silently; the session is then as it was.
    func probing<Result>(_ probe: Probe?, _ body: () throws -> Result) throws -> Result {
        let saved = (self.probe, output, playing, tracking, building)
        defer { (self.probe, output, playing, tracking, building) = saved }
        (self.probe, output) = (probe, Silence())
        (playing, tracking, building) = (nil, .off, nil)
        return try body()
    }
}
