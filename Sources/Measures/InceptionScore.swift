import Tensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// exp of the mean KL from the marginal of a classifier's answers to each answer.
///
/// T. Salimans et al. 2016, arXiv:1606.03498. From 1 to the number of classes; it sees neither
/// the data nor how varied a class is: one perfect image per class gets the highest score.
package enum InceptionScore {
    /// Of class probabilities `[n, classes]`: mean and standard deviation over `splits` parts.
    package static func score(
        _ probabilities: Tensor, splits: Int = 10
    ) throws -> (value: Double, deviation: Double) {
        guard probabilities.rank == 2, splits > 0 else {
            throw MeasureError.form(
                measure: "inception_score", expects: "probabilities [n, classes]",
                got: probabilities.shape)
        }
        let rows = try Rows(probabilities, "inception_score")
        guard rows.values.allSatisfy({ $0 >= 0 }) else {
            throw MeasureError.argument(
                measure: "inception_score", problem: "a probability is negative",
                hint: "give the softmax of the logits")
        }
        let parts = min(splits, rows.count)
        let scores = (0..<parts).map { part in
            score(rows.slice(rows.count * part / parts..<rows.count * (part + 1) / parts))
        }
        let statistics = Statistics(scores)
        return (statistics.mean, statistics.deviation)
    }

    private static func score(_ rows: Rows) -> Double {
        let marginal = rows.mean
        var total = 0.0
        for row in 0..<rows.count {
            for (p, m) in zip(rows[row], marginal) where p > 0 { total += p * log(p / m) }
        }
        return exp(total / Double(rows.count))
    }
}
