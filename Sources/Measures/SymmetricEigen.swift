#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Eigenvalues and eigenvectors of a symmetric matrix.
///
/// Goals in order: right for matrices that are nearly singular (covariances of few samples
/// are), no failure to converge, speed. Householder's reduction to three diagonals, then QL steps
/// with implicit shifts (G. Golub, C. Van Loan: Matrix Computations, 8.3). Cost about 9 n³.
struct SymmetricEigen {
    /// In no particular order.
    private(set) var values: [Double]
    /// Column j of this n x n matrix, row by row, belongs to value j.
    private(set) var vectors: [Double]
    private let n: Int
    private var offDiagonal: [Double]

    /// `matrix` row by row, n x n; only its symmetric part counts.
    init(_ matrix: [Double], size: Int) {
        n = size
        vectors = matrix
        for row in 0..<n {
            for column in 0..<row {
                let mean = (matrix[row * n + column] + matrix[column * n + row]) / 2
                vectors[row * n + column] = mean
                vectors[column * n + row] = mean
            }
        }
        values = [Double](repeating: 0, count: n)
        offDiagonal = values
        guard n > 0 else { return }
        reduce()
        iterate()
    }

    /// Makes the matrix tridiagonal by n - 2 reflections, and `vectors` their product.
    private mutating func reduce() {
        var a = vectors
        var product = [Double](repeating: 0, count: n * n)
        for index in 0..<n { product[index * n + index] = 1 }
        for column in 0..<max(0, n - 2) {
            var v = [Double](repeating: 0, count: n)
            var norm = 0.0
            for row in column + 1..<n {
                v[row] = a[row * n + column]
                norm += v[row] * v[row]
            }
            norm = norm.squareRoot()
            guard norm > 0 else { continue }
            // Away from zero: the sum never cancels.
            v[column + 1] += v[column + 1] >= 0 ? norm : -norm
            let square = v.reduce(0) { $0 + $1 * $1 }
            reflect(&a, by: v, 2 / square, from: column)
            reflectColumns(&product, by: v, 2 / square, from: column + 1)
        }
        for index in 0..<n {
            values[index] = a[index * n + index]
            if index + 1 < n { offDiagonal[index] = a[(index + 1) * n + index] }
        }
        vectors = product
    }

    /// H a H for H = 1 - scale v vᵀ: with p = scale a v and w = p - (scale vᵀp / 2) v it is
    /// a - v wᵀ - w vᵀ.
    private func reflect(_ a: inout [Double], by v: [Double], _ scale: Double, from first: Int) {
        var p = [Double](repeating: 0, count: n)
        for row in first..<n {
            var sum = 0.0
            for column in first + 1..<n { sum += a[row * n + column] * v[column] }
            p[row] = scale * sum
        }
        let half = scale / 2 * zip(v, p).reduce(0) { $0 + $1.0 * $1.1 }
        for row in first..<n { p[row] -= half * v[row] }
        for row in first..<n {
            let (x, y) = (v[row], p[row])
            for column in first..<n { a[row * n + column] -= x * p[column] + y * v[column] }
        }
    }

    /// a H.
    private func reflectColumns(
        _ a: inout [Double], by v: [Double], _ scale: Double, from first: Int
    ) {
        for row in 0..<n {
            var sum = 0.0
            for column in first..<n { sum += a[row * n + column] * v[column] }
            sum *= scale
            for column in first..<n { a[row * n + column] -= sum * v[column] }
        }
    }

    /// QL steps until every off-diagonal element is lost in rounding.
    private mutating func iterate() {
        for low in 0..<n {
            // 60 steps are twice what any element was seen to need; rounding ends the rest.
            for _ in 0..<60 {
                var high = low
                while high + 1 < n {
                    let scale = abs(values[high]) + abs(values[high + 1])
                    if abs(offDiagonal[high]) <= Double.ulpOfOne * scale { break }
                    high += 1
                }
                if high == low { break }
                step(low, high)
            }
        }
    }

    private mutating func step(_ low: Int, _ high: Int) {
        let half = (values[low + 1] - values[low]) / (2 * offDiagonal[low])
        let root = hypot(half, 1)
        var g = values[high] - values[low] + offDiagonal[low] / (half + (half >= 0 ? root : -root))
        var (sine, cosine, carried) = (1.0, 1.0, 0.0)
        for index in stride(from: high - 1, through: low, by: -1) {
            let (f, b) = (sine * offDiagonal[index], cosine * offDiagonal[index])
            let r = hypot(f, g)
            offDiagonal[index + 1] = r
            if r == 0 {
                values[index + 1] -= carried
                offDiagonal[high] = 0
                return
            }
            (sine, cosine) = (f / r, g / r)
            let shifted = values[index + 1] - carried
            let turn = (values[index] - shifted) * sine + 2 * cosine * b
            carried = sine * turn
            values[index + 1] = shifted + carried
            g = cosine * turn - b
            for row in 0..<n {
                let (left, right) = (vectors[row * n + index], vectors[row * n + index + 1])
                vectors[row * n + index + 1] = sine * left + cosine * right
                vectors[row * n + index] = cosine * left - sine * right
            }
        }
        values[low] -= carried
        offDiagonal[low] = g
        offDiagonal[high] = 0
    }

    /// The symmetric square root of a matrix without negative eigenvalues.
    ///
    /// What is lost in the rounding of the largest eigenvalue counts as 0: the root of 1e-16 would
    /// be an error of 1e-8.
    var squareRoot: [Double] {
        var result = [Double](repeating: 0, count: n * n)
        let least = (values.max() ?? 0) * Double(n) * Double.ulpOfOne
        for index in 0..<n where values[index] > least {
            let root = values[index].squareRoot()
            for row in 0..<n {
                let scaled = root * vectors[row * n + index]
                for column in 0..<n {
                    result[row * n + column] += scaled * vectors[column * n + index]
                }
            }
        }
        return result
    }
}
