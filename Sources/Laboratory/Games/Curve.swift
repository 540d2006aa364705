import Language

/// A named series of values, one for each round in which it was recorded.
package struct Curve {
    package let name: String
    package private(set) var rounds: [Int32] = []
    package private(set) var values: [Double] = []

    init(name: String, rounds: [Int32] = [], values: [Double] = []) {
        self.name = name
        self.rounds = rounds
        self.values = values
    }

    mutating func append(round: Int, _ value: Double) {
        rounds.append(Int32(clamping: round))
        values.append(value)
    }

    package var last: Double? { values.last }

    /// The last value of each of so many equal stretches: enough for a line of blocks. Costs no
    /// more for a long training than for a short one.
    func thinned(to count: Int) -> Progress.Curve {
        guard values.count > count, count > 0 else {
            return Progress.Curve(name: name, values: values)
        }
        let kept = (1...count).map { values[$0 * values.count / count - 1] }
        return Progress.Curve(name: name, values: kept)
    }
}
