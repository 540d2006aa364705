import Foundation
import Language
import Pictures
import Tensors

/// Plays rounds of a game, and shows how it goes: one display, updated in place.
struct Training {
    let session: Session
    let game: Game
    let rounds: Int
    /// Shows nothing.
    var isQuiet = false

    /// Returns the number of rounds that were played; fewer when interrupted.
    func run() throws -> Int {
        let number = session.history.nextTraining()
        var display = TrainingDisplay(
            session: session, game: game, rounds: rounds, isQuiet: isQuiet, number: number)
        try display.begin()
        defer { game.display = nil }
        let start = game.round
        var isInterrupted = false
        var watch = isQuiet ? nil : Watch(session, game)
        do {
            while game.round - start < rounds {
                let began = Clock.seconds
                defer { game.seconds += Clock.seconds - began }
                watch?.prepare()
                try game.playRound(session)
                game.remember(session)
                watch?.look()
                if try display.hasShownWanted() { break }
                try display.tick(played: game.round - start)
            }
        } catch let fault as Diagnostic where fault.kind == .interrupted {
            isInterrupted = true
        } catch {
            try? display.end(played: game.round - start, isInterrupted: false)
            throw error
        }
        if session.replay?.picture != nil {
            throw Diagnostic(.interrupted, "the picture was made again")
        }
        if isInterrupted { session.history.doubtCurrent("the training was interrupted") }
        // Who presses twice gets the last picture all the same.
        try session.deferringInterrupts {
            try display.end(played: game.round - start, isInterrupted: isInterrupted)
        }
        // Whoever interrupts a whole script asks again; a notebook's cell goes on.
        if isInterrupted { try session.lookAround() }
        return game.round - start
    }
}

/// The one display of a `train`: progress line, curves, grid; at most four times a second.
private struct TrainingDisplay {
    let session: Session
    let game: Game
    let rounds: Int
    private let isQuiet: Bool
    /// Which training of its statement this is.
    private let number: Int
    private let id: String
    private let began = Clock.seconds
    private var shown = Clock.seconds
    private var isShown = false

    init(session: Session, game: Game, rounds: Int, isQuiet: Bool, number: Int) {
        self.session = session
        self.game = game
        self.rounds = rounds
        self.isQuiet = isQuiet
        self.number = number
        id = session.newDisplayID()
    }

    mutating func begin() throws {
        guard !isQuiet, session.output.liveness == .line else { return }
        session.output.progress(Progress(done: 0, total: rounds, line: ""))
    }

    mutating func tick(played: Int) throws {
        let now = Clock.seconds
        guard !isQuiet, now - shown >= 0.25 else { return }
        shown = now
        switch session.output.liveness {
        case .none: return
        case .line:
            session.output.progress(
                Progress(
                    done: played, total: rounds, line: line(played, ended: nil),
                    curves: game.curves.prefix(6).map { $0.thinned(to: 240) }))
        case .pictures:
            let words = line(played, ended: nil)
            let moment = Picture.Live(training: number, round: game.round, words: words)
            try show(words, .live(moment))
        }
    }

    /// Draws the moment for which the training is repeated, when it has come.
    func hasShownWanted() throws -> Bool {
        guard let moment = session.replay?.moment(ofTraining: number, round: game.round) else {
            return false
        }
        _ = try session.overview(of: game, text: moment.words, .live(moment))
        return true
    }

    mutating func end(played: Int, isInterrupted: Bool) throws {
        guard !isQuiet else { return }
        let ended = isInterrupted ? "interrupted; train goes on from here" : ""
        let text = line(played, ended: ended)
        if session.output.liveness == .line {
            session.output.progress(
                Progress(done: played, total: rounds, line: text, ended: true))
        }
        try show(text, .training(number))
    }

    private mutating func show(_ text: String, _ role: Picture.Role) throws {
        let bundle = try session.overview(of: game, text: text, role)
        if isShown {
            session.output.update(bundle, id: id)
        } else {
            session.output.display(bundle, id: id)
            game.display = id
            isShown = true
        }
    }

    /// `round 1500  D 0.2431  G 0.1420  812 rounds/s  2.1 s left`
    private func line(_ played: Int, ended: String?) -> String {
        var parts = ["round \(game.round)"]
        for curve in game.curves.prefix(6) {
            parts.append("\(curve.name) \((curve.last ?? 0).short)")
        }
        if let ended {
            // No times here: the same program leaves the same transcript everywhere.
            if !ended.isEmpty { parts.append(ended) }
            return parts.joined(separator: "  ")
        }
        let rate = Double(played) / max(Clock.seconds - began, 1e-9)
        parts.append("\(rate.short) rounds/s")
        if rate > 0 { parts.append("\((Double(rounds - played) / rate).short) s left") }
        return parts.joined(separator: "  ")
    }
}

extension Double {
    /// Four significant digits at most: what a person reads off a curve.
    var short: String {
        guard isFinite else { return isNaN ? "nan" : self > 0 ? "∞" : "-∞" }
        if self == rounded(), abs(self) < 1e6 { return String(Int(self)) }
        let size = abs(self)
        if size >= 1e6 || size < 1e-4 { return String(format: "%.3g", self) }
        if size >= 1000 { return String(format: "%.0f", self) }
        let digits = size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4
        return String(format: "%.\(digits)f", self)
    }
}
