import Language
import Pictures

/// Where a round takes a game of two numbers: such a game has no networks, and so no loss against a
/// score, but its whole course is a field of arrows in the plane of its two states.
///
/// Rounds of copies are played from a grid of places; the game itself stands still.
struct StateFlow {
    /// How far one round goes, from places in the plane of the two states.
    struct Step {
        var x: Double
        var y: Double
        var dx: Double
        var dy: Double
    }

    let names: [String]
    /// The states after each round from the start on, until they leave every bound.
    let course: [[Double]]
    let steps: [Step]

    static let rounds = 300
    private static let side = 13

    /// Nil for a game that is not made of two numbers alone.
    init?(of rule: GameRule, settings: [(String, Value)], _ session: Session) throws {
        guard rule.players.isEmpty, rule.states.count == 2, rule.writtenObjectives.isEmpty else {
            return nil
        }
        func game() throws -> Game {
            try rule.construct(
                session,
                settings.map { Given(label: $0.0, value: $0.1, span: Span(0, 0)) }
                    + [Given(label: "seed", value: .number(0), span: Span(0, 0))])
        }
        let slots = rule.states.map(\.slot)
        func states(_ game: Game) -> [Double]? {
            let found = slots.compactMap { slot -> Double? in
                guard case .number(let number)? = game.frame[slot], abs(number) < 1e6 else {
                    return nil
                }
                return number
            }
            return found.count == 2 ? found : nil
        }
        names = rule.states.map(\.name)
        let played = try game()
        var course: [[Double]] = []
        while course.count < Self.rounds {
            try played.playRound(session)
            guard let now = states(played) else { break }
            course.append(now)
        }
        guard !course.isEmpty else { return nil }
        self.course = course
        // A square around 0 that holds the course.
        let reach = max(course.joined().reduce(0) { max($0, abs($1)) }, 1e-6) * 1.15
        var steps: [Step] = []
        let places = (0..<Self.side).map { reach * (2 * Double($0) / Double(Self.side - 1) - 1) }
        for y in places {
            for x in places {
                let copy = try game()
                for (slot, place) in zip(slots, [x, y]) { copy.frame[slot] = .number(place) }
                try copy.playRound(session)
                guard let now = states(copy) else { continue }
                steps.append(Step(x: x, y: y, dx: now[0] - x, dy: now[1] - y))
            }
        }
        self.steps = steps
    }

    var figure: Figure {
        let (first, second) = (course.map { $0[0] }, course.map { $0[1] })
        let flow = Axes(
            title: "flow",
            x: Axis(names[0]), y: Axis(names[1]),
            marks: [
                .arrows(
                    Arrows(
                        x: steps.map(\.x), y: steps.map(\.y), dx: steps.map(\.dx),
                        dy: steps.map(\.dy), longest: 26, pen: .ink)),
                .line(Line("course", x: first, y: second, pen: .series(0))),
                .scatter(
                    Scatter("last", x: [first.last ?? 0], y: [second.last ?? 0], pen: .series(1))),
            ], isEqual: true)
        let rounds = course.indices.map { Double($0 + 1) }
        let turns = Axes(
            title: "course", x: Axis("round"), y: Axis("state"),
            marks: [
                .line(Line(names[0], x: rounds, y: first, pen: .series(0))),
                .line(Line(names[1], x: rounds, y: second, pen: .series(1))),
                .rule(Rule(.horizontal, at: 0)),
            ])
        return Figure(
            [flow, turns],
            title: "where a round leads, and \(course.count) rounds from the start", columns: 2,
            width: 860, height: 440)
    }
}
