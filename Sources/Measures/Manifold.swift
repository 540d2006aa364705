import Tensors

/// Fidelity and diversity apart, by balls around each sample that reach to its k-th neighbour.
package struct Manifold: Sendable, Equatable {
    /// The share of generated samples inside a ball of a real one (T. Kynkäänniemi et al. 2019,
    /// arXiv:1904.06991).
    package let precision: Double
    /// The share of real samples inside a ball of a generated one.
    package let recall: Double
    /// In how many real balls a generated sample lies on average, divided by k: about 1 for a
    /// perfect sampler (M. Naeem et al. 2020, arXiv:2002.09797).
    package let density: Double
    /// The share of real balls that hold a generated sample (same paper).
    package let coverage: Double
    package let samples: Int

    /// Of features `[n, width]` or points, real and generated; cost (n + m)² width.
    package init(real: Tensor, generated: Tensor, neighbours k: Int = 3) throws {
        let (a, b) = try Rows.pair(real, generated, "precision", atLeast: 2)
        guard k > 0, k < a.count, k < b.count else {
            throw MeasureError.argument(
                measure: "precision",
                problem: "there are no \(k) neighbours among \(min(a.count, b.count)) samples",
                hint: "draw more samples, or take fewer neighbours")
        }
        let realRadii = Self.radii(a, k)
        let fakeRadii = Self.radii(b, k)
        let squares = a.squaredDistances(to: b)
        var inReal = [Int](repeating: 0, count: b.count)
        var (recalled, covered) = (0, 0)
        for row in 0..<a.count {
            var (isRecalled, isCovered) = (false, false)
            for column in 0..<b.count {
                let square = squares[row * b.count + column]
                if square <= realRadii[row] {
                    inReal[column] += 1
                    isCovered = true
                }
                if square <= fakeRadii[column] { isRecalled = true }
            }
            recalled += isRecalled ? 1 : 0
            covered += isCovered ? 1 : 0
        }
        samples = b.count
        precision = Double(inReal.filter { $0 > 0 }.count) / Double(b.count)
        recall = Double(recalled) / Double(a.count)
        density = Double(inReal.reduce(0, +)) / Double(k * b.count)
        coverage = Double(covered) / Double(a.count)
    }

    /// The squared distance from each row to its k-th nearest other row.
    private static func radii(_ rows: Rows, _ k: Int) -> [Double] {
        let squares = rows.squaredDistances(to: rows)
        return (0..<rows.count).map { row in
            // The row itself is the nearest, at distance 0; so place k of the sorted distances.
            squares[row * rows.count..<(row + 1) * rows.count].sorted()[k]
        }
    }
}
