/// Whether probabilities mean what they say: of all answers given with 0.8, are 80 % right?
///
/// C. Guo et al. 2017, arXiv:1706.04599, with equal cells of confidence.
package struct Calibration: Sendable, Equatable {
    package struct Cell: Sendable, Equatable {
        /// The mean confidence of the answers in this cell, and the share of right ones.
        package let confidence: Double
        package let accuracy: Double
        package let count: Int
    }

    /// The cells that have answers, by rising confidence.
    package let cells: [Cell]
    /// The mean distance of confidence and accuracy, weighted by count.
    package let expectedError: Double
    /// The share of right answers.
    package let accuracy: Double
    package let samples: Int

    /// Of a discriminator's probabilities that a sample is real, and whether it was.
    ///
    /// Its answer is "real" from 0.5 on; its confidence that of the answer.
    package init(probabilities: [Double], isReal: [Bool], cells: Int = 10) throws {
        guard probabilities.count == isReal.count else {
            throw MeasureError.widths(
                measure: "calibration", left: [probabilities.count], right: [isReal.count])
        }
        try self.init(
            confidences: probabilities.map { max($0, 1 - $0) },
            isRight: zip(probabilities, isReal).map { ($0 >= 0.5) == $1 }, cells: cells)
    }

    /// Of confidences in 0...1 and whether each answer was right.
    package init(confidences: [Double], isRight: [Bool], cells count: Int = 10) throws {
        guard confidences.count == isRight.count, !confidences.isEmpty else {
            throw MeasureError.widths(
                measure: "calibration", left: [confidences.count], right: [isRight.count])
        }
        guard count > 0, confidences.allSatisfy({ (0...1).contains($0) }) else {
            throw MeasureError.argument(
                measure: "calibration", problem: "a confidence lies outside 0...1",
                hint: "give probabilities: sigmoid(D(x))")
        }
        var (sums, right, counts) = (
            [Double](repeating: 0, count: count), [Int](repeating: 0, count: count),
            [Int](repeating: 0, count: count)
        )
        for (confidence, isRight) in zip(confidences, isRight) {
            let cell = min(Int(confidence * Double(count)), count - 1)
            sums[cell] += confidence
            counts[cell] += 1
            right[cell] += isRight ? 1 : 0
        }
        let total = Double(confidences.count)
        cells = (0..<count).filter { counts[$0] > 0 }.map {
            Cell(
                confidence: sums[$0] / Double(counts[$0]),
                accuracy: Double(right[$0]) / Double(counts[$0]), count: counts[$0])
        }
        expectedError = cells.reduce(0) {
            $0 + Double($1.count) / total * abs($1.confidence - $1.accuracy)
        }
        accuracy = Double(right.reduce(0, +)) / total
        samples = confidences.count
    }
}
