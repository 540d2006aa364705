import Tensors

/// The Fréchet distance of the Gaussians fitted to two collections of features, squared.
///
/// |μ1 - μ2|² + tr(C1 + C2 - 2 (C1 C2)^½), M. Heusel et al. 2017, arXiv:1706.08500, eq. 6. Two
/// deviations from their code: the root is taken of the symmetric C1^½ C2 C1^½, which has the same
/// eigenvalues, so no imaginary part appears and no 1e-6 is added to the diagonal. As there,
/// covariances divide by n - 1.
package enum Frechet {
    /// Mean and covariance of features, enough to compare with later.
    package struct Fit: Sendable, Equatable {
        package let mean: [Double]
        /// Row by row.
        package let covariance: [Double]
        package let samples: Int

        /// Of features `[n, width]`; throws for fewer than 2.
        package init(_ features: Tensor) throws {
            self.init(try Rows(features, "fid", atLeast: 2))
        }

        init(_ rows: Rows) {
            let (mean, width) = (rows.mean, rows.width)
            var sums = [Double](repeating: 0, count: width * width)
            var centred = [Double](repeating: 0, count: width)
            for row in 0..<rows.count {
                for column in 0..<width {
                    centred[column] = rows.values[row * width + column] - mean[column]
                }
                for left in 0..<width {
                    let value = centred[left]
                    for right in 0...left { sums[left * width + right] += value * centred[right] }
                }
            }
            for left in 0..<width {
                for right in 0...left {
                    let value = sums[left * width + right] / Double(max(rows.count - 1, 1))
                    sums[left * width + right] = value
                    sums[right * width + left] = value
                }
            }
            self.init(mean: mean, covariance: sums, samples: rows.count)
        }

        /// A Gaussian known in closed form.
        package init(mean: [Double], covariance: [Double], samples: Int = 0) {
            self.mean = mean
            self.covariance = covariance
            self.samples = samples
        }
    }

    /// Between features `[n, width]`, or points. It has a positive bias that falls with n, so
    /// only distances from the same n compare. Cost about 20 width³, or n² width + 10 n³ where
    /// there are fewer samples than features.
    package static func distance(_ left: Tensor, _ right: Tensor) throws -> Double {
        let (a, b) = try Rows.pair(left, right, "fid", atLeast: 2)
        if max(a.count, b.count) < a.width { return distance(fewer: a, b) }
        return try distance(Fit(a), Fit(b))
    }

    /// With C1 = AᵀA and C2 = BᵀB for the centred rows A and B over √(n - 1), (C1 C2)^½ has the
    /// singular values of A Bᵀ, which is a matrix of samples and not of features.
    private static func distance(fewer left: Rows, _ right: Rows) -> Double {
        let (a, b) = (left.standing, right.standing)
        let shift = zip(left.mean, right.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let traces = (a.values + b.values).reduce(0) { $0 + $1 * $1 }
        let mixed = Rows(count: a.count, width: b.count, values: a.products(with: b))
        let squares = SymmetricEigen(mixed.products(with: mixed), size: a.count).values
        return max(0, shift + traces - 2 * squares.reduce(0) { $0 + max($1, 0).squareRoot() })
    }

    /// Between two fits of the same width. Cost about 20 width³.
    package static func distance(_ left: Fit, _ right: Fit) throws -> Double {
        let width = left.mean.count
        guard width == right.mean.count, left.covariance.count == width * width,
            right.covariance.count == width * width
        else {
            throw MeasureError.widths(
                measure: "fid", left: [left.mean.count], right: [right.mean.count])
        }
        var (shift, traces) = (0.0, 0.0)
        for index in 0..<width {
            let difference = left.mean[index] - right.mean[index]
            shift += difference * difference
            traces +=
                left.covariance[index * width + index] + right.covariance[index * width + index]
        }
        let root = SymmetricEigen(left.covariance, size: width).squareRoot
        let inner = product(product(root, right.covariance, width), root, width)
        let cross = SymmetricEigen(inner, size: width).values.reduce(0) {
            $0 + max($1, 0).squareRoot()
        }
        // Rounding may leave -1e-12 for equal fits.
        return max(0, shift + traces - 2 * cross)
    }

    private static func product(_ a: [Double], _ b: [Double], _ n: Int) -> [Double] {
        var result = [Double](repeating: 0, count: n * n)
        for row in 0..<n {
            for inner in 0..<n {
                let value = a[row * n + inner]
                for column in 0..<n {
                    result[row * n + column] += value * b[inner * n + column]
                }
            }
        }
        return result
    }
}

extension Rows {
    /// Around the mean, and over √(n - 1), so that the covariance is their own product.
    fileprivate var standing: Rows {
        let (mean, scale) = (mean, Double(max(count - 1, 1)).squareRoot())
        return Rows(
            count: count, width: width,
            values: values.indices.map { (values[$0] - mean[$0 % width]) / scale })
    }
}
