#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A probability density in closed form or by quadrature: what the optimal discriminator
/// p / (p + q) and exact divergences are computed from.
package struct Density: Sendable {
    /// The number of coordinates of a point.
    package let dimensions: Int
    /// The natural logarithm of the density at a point of `dimensions` coordinates.
    package let log: @Sendable ([Double]) -> Double
    /// The Gaussians that the density is a sum of, where it is one.
    package let mixture: Mixture?

    package init(
        dimensions: Int, mixture: Mixture? = nil, log: @escaping @Sendable ([Double]) -> Double
    ) {
        self.dimensions = dimensions
        self.mixture = mixture
        self.log = log
    }

    /// The density at a point of `dimensions` coordinates.
    package func callAsFunction(_ point: [Double]) -> Double { exp(log(point)) }

    /// Where examples lie on a curve, uniform in the curve's parameter, with isotropic Gaussian
    /// noise of standard deviation `deviation` on every coordinate.
    ///
    /// The integral over the parameter is a midpoint sum; `steps` must put neighbouring points
    /// of the curve closer together than `deviation`, and then the error is far below 1e-6.
    static func around(
        _ curve: @escaping @Sendable (Double) -> (Double, Double), deviation: Double, steps: Int
    ) -> Density {
        let points = (0..<steps).map { curve((Double($0) + 0.5) / Double(steps)) }
        let scale = -0.5 / (deviation * deviation)
        let constant = naturalLogarithm(2 * .pi * deviation * deviation * Double(steps))
        return Density(dimensions: 2) { point in
            let squares = points.map { curvePoint in
                let (dx, dy) = (point[0] - curvePoint.0, point[1] - curvePoint.1)
                return dx * dx + dy * dy
            }
            let nearest = squares.min() ?? 0
            // What is below e^-40 of the largest term is lost in its rounding.
            let sum = squares.reduce(0) { sum, square in
                let exponent = (square - nearest) * scale
                return exponent < -40 ? sum : sum + exp(exponent)
            }
            return nearest * scale + naturalLogarithm(sum) - constant
        }
    }
}

/// The logarithm of the C library, which the property `log` hides inside `Density`.
private func naturalLogarithm(_ x: Double) -> Double { log(x) }
