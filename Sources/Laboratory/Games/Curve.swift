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
}
