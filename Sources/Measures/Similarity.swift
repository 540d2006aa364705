import Tensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Multi-scale structural similarity of images: 1 for equal ones (Z. Wang et al. 2003).
///
/// The mean over random pairs of samples says how alike they are; above that of real pairs,
/// the generator repeats itself (A. Odena et al. 2017, arXiv:1610.09585). Deviation: five
/// scales need 176 pixels a side; smaller images get as many scales as fit, with the weights of
/// those scaled to add up to 1, and a window no larger than the image.
package enum Similarity {
    static let weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]

    /// Of two images `[height, width, channels]` with values in an interval of length `span`.
    package static func msSSIM(_ left: Tensor, _ right: Tensor, span: Double = 1) throws -> Double {
        guard left.rank == 3, left.shape == right.shape, left.count > 0 else {
            throw MeasureError.widths(measure: "ms_ssim", left: left.shape, right: right.shape)
        }
        let planes = (try Plane.all(left), try Plane.all(right))
        return zip(planes.0, planes.1).reduce(0) { $0 + multiScale($1.0, $1.1, span) }
            / Double(planes.0.count)
    }

    /// The mean over `pairs` random pairs of different images of `[n, height, width, channels]`,
    /// and its standard error.
    package static func pairwise(
        _ images: Tensor, pairs: Int = 100, span: Double = 1, seed: UInt64 = 0
    ) throws -> (value: Double, error: Double) {
        guard images.rank == 4 else {
            throw MeasureError.form(
                measure: "ms_ssim", expects: "images [n, height, width, channels]",
                got: images.shape)
        }
        let count = images.shape[0]
        guard count >= 2, pairs > 0 else {
            throw MeasureError.tooFew(measure: "ms_ssim", needs: 2, got: count)
        }
        var generator = Generator(seed: seed)
        let first = try generator.integers(pairs, below: count)
        let offset = try generator.integers(pairs, below: count - 1)
        let shape = Array(images.shape[1...])
        let size = shape.reduce(1, *)
        let values = images.values
        let image = { (index: Int) in
            try Tensor(Array(values[index * size..<(index + 1) * size]), shape: shape)
        }
        let similarities = try (0..<pairs).map { pair in
            // The second differs from the first: one of the others, all alike likely.
            let second = (first[pair] + 1 + offset[pair]) % count
            return try msSSIM(image(first[pair]), image(second), span: span)
        }
        let statistics = Statistics(similarities)
        return (statistics.mean, statistics.error)
    }

    private static func multiScale(_ left: Plane, _ right: Plane, _ span: Double) -> Double {
        var (a, b) = (left, right)
        var factors: [(contrast: Double, full: Double)] = []
        while factors.count < weights.count {
            factors.append(a.similarity(to: b, span))
            // A further scale must still hold one window of 11.
            guard min(a.height, a.width) / 2 >= 11 else { break }
            (a, b) = (a.halved, b.halved)
        }
        let total = weights[..<factors.count].reduce(0, +)
        var result = 1.0
        for (scale, factor) in factors.enumerated() {
            let value = scale == factors.count - 1 ? factor.full : factor.contrast
            // Contrast and structure can be negative; a root of that is undefined, so 0.
            result *= pow(max(value, 0), weights[scale] / total)
        }
        return result
    }
}

/// One channel of an image.
private struct Plane {
    let height: Int
    let width: Int
    let values: [Double]

    /// The channels of an image `[height, width, channels]`.
    static func all(_ image: Tensor) throws -> [Plane] {
        guard image.isFinite else { throw MeasureError.notFinite(measure: "ms_ssim") }
        let (height, width, channels) = (image.shape[0], image.shape[1], image.shape[2])
        let values = image.values
        return (0..<channels).map { channel in
            Plane(
                height: height, width: width,
                values: (0..<height * width).map { Double(values[$0 * channels + channel]) })
        }
    }

    /// Means of 2 x 2 pixels; an odd last row or column is left out.
    var halved: Plane {
        var result: [Double] = []
        for y in 0..<height / 2 {
            for x in 0..<width / 2 {
                let place = 2 * y * width + 2 * x
                let (upper, lower) = (
                    values[place] + values[place + 1],
                    values[place + width] + values[place + width + 1]
                )
                result.append((upper + lower) / 4)
            }
        }
        return Plane(height: height / 2, width: width / 2, values: result)
    }

    /// The mean over all places of contrast times structure, and of the whole SSIM, under a
    /// Gaussian window of 11 pixels with deviation 1.5 and constants 0.01 and 0.03.
    func similarity(to other: Plane, _ span: Double) -> (contrast: Double, full: Double) {
        let size = min(11, height, width)
        let window = Plane.window(size)
        let (c1, c2) = ((0.01 * span) * (0.01 * span), (0.03 * span) * (0.03 * span))
        let products = { (a: [Double], b: [Double]) in zip(a, b).map { $0 * $1 } }
        let (a, b) = (values, other.values)
        let (ma, mb) = (blurred(a, window), blurred(b, window))
        let (aa, bb) = (blurred(products(a, a), window), blurred(products(b, b), window))
        let ab = blurred(products(a, b), window)
        var (contrast, full) = (0.0, 0.0)
        for place in ma.indices {
            let (x, y) = (ma[place], mb[place])
            let variances = aa[place] - x * x + bb[place] - y * y
            let structure = (2 * (ab[place] - x * y) + c2) / (variances + c2)
            contrast += structure
            full += structure * (2 * x * y + c1) / (x * x + y * y + c1)
        }
        return (contrast / Double(ma.count), full / Double(ma.count))
    }

    private static func window(_ size: Int) -> [Double] {
        let middle = Double(size - 1) / 2
        let raw = (0..<size).map { index in
            let x = (Double(index) - middle) / 1.5
            return exp(-x * x / 2)
        }
        let sum = raw.reduce(0, +)
        return raw.map { $0 / sum }
    }

    /// Means under the window where it lies wholly inside: columns, then rows.
    private func blurred(_ values: [Double], _ window: [Double]) -> [Double] {
        let (rows, columns) = (height - window.count + 1, width - window.count + 1)
        var middle = [Double](repeating: 0, count: height * columns)
        for y in 0..<height {
            for x in 0..<columns {
                var sum = 0.0
                for (index, weight) in window.enumerated() {
                    sum += weight * values[y * width + x + index]
                }
                middle[y * columns + x] = sum
            }
        }
        var result = [Double](repeating: 0, count: rows * columns)
        for y in 0..<rows {
            for x in 0..<columns {
                var sum = 0.0
                for (index, weight) in window.enumerated() {
                    sum += weight * middle[(y + index) * columns + x]
                }
                result[y * columns + x] = sum
            }
        }
        return result
    }
}
