import Tensors

/// Samples as rows of Double: measures add up thousands of small differences, and 32 bits lose
/// the figure that they are about.
struct Rows {
    let count: Int
    let width: Int
    var values: [Double]

    init(count: Int, width: Int, values: [Double]) {
        self.count = count
        self.width = width
        self.values = values
    }

    /// The samples of `tensor`, its first axis; a vector is taken as samples of one coordinate.
    init(_ tensor: Tensor, _ measure: String, atLeast needed: Int = 1) throws {
        guard tensor.rank >= 1 else {
            throw MeasureError.form(
                measure: measure, expects: "samples along the first axis", got: tensor.shape)
        }
        guard tensor.shape[0] >= needed else {
            throw MeasureError.tooFew(measure: measure, needs: needed, got: tensor.shape[0])
        }
        guard tensor.isFinite else { throw MeasureError.notFinite(measure: measure) }
        count = tensor.shape[0]
        width = tensor.shape[1...].reduce(1, *)
        values = tensor.withValues { $0.map { Double($0) } }
    }

    /// Two collections of the same width.
    static func pair(
        _ left: Tensor, _ right: Tensor, _ measure: String, atLeast needed: Int = 1
    ) throws -> (Rows, Rows) {
        let rows = (
            try Rows(left, measure, atLeast: needed), try Rows(right, measure, atLeast: needed)
        )
        guard rows.0.width == rows.1.width else {
            throw MeasureError.widths(measure: measure, left: left.shape, right: right.shape)
        }
        return rows
    }

    subscript(row: Int) -> ArraySlice<Double> { values[row * width..<(row + 1) * width] }

    /// The rows `range`.
    func slice(_ range: Range<Int>) -> Rows {
        Rows(
            count: range.count, width: width,
            values: Array(values[range.lowerBound * width..<range.upperBound * width]))
    }

    /// The rows at `indices`.
    func picking(_ indices: [Int]) -> Rows {
        Rows(count: indices.count, width: width, values: indices.flatMap { self[$0] })
    }

    /// The mean of each column.
    var mean: [Double] {
        var sums = [Double](repeating: 0, count: width)
        for row in 0..<count {
            for column in 0..<width { sums[column] += values[row * width + column] }
        }
        return sums.map { $0 / Double(count) }
    }

    /// The squared distance of every row to every row of `other`, row by row.
    ///
    /// Cost count * other.count * width.
    func squaredDistances(to other: Rows) -> [Double] {
        pairs(with: other) { a, b, width in
            var sum = 0.0
            for index in 0..<width {
                let difference = a[index] - b[index]
                sum += difference * difference
            }
            return sum
        }
    }

    /// The scalar product of every row with every row of `other`, row by row.
    func products(with other: Rows) -> [Double] {
        pairs(with: other) { a, b, width in
            var sum = 0.0
            for index in 0..<width { sum += a[index] * b[index] }
            return sum
        }
    }

    /// The sum of a kernel of the scalar products, or of the squared distances, of all rows with all
    /// rows of `other`; without those of a row with itself where `other` is the same.
    ///
    /// Holds one number and no matrix. Cost count * other.count * width.
    func sum(
        with other: Rows, isSame: Bool, of measure: (Rows) -> (Rows) -> [Double],
        _ kernel: (Double) -> Double
    ) -> Double {
        var total = 0.0
        for row in 0..<count {
            let values = measure(slice(row..<row + 1))(other)
            for (column, value) in values.enumerated() where !(isSame && column == row) {
                total += kernel(value)
            }
        }
        return total
    }

    @inline(__always)
    private func pairs(
        with other: Rows,
        _ combine: (UnsafePointer<Double>, UnsafePointer<Double>, Int) -> Double
    ) -> [Double] {
        [Double](unsafeUninitializedCapacity: count * other.count) { result, filled in
            values.withUnsafeBufferPointer { left in
                other.values.withUnsafeBufferPointer { right in
                    guard let a = left.baseAddress, let b = right.baseAddress else { return }
                    for row in 0..<count {
                        for column in 0..<other.count {
                            result[row * other.count + column] = combine(
                                a + row * width, b + column * width, width)
                        }
                    }
                    filled = count * other.count
                }
            }
        }
    }
}
