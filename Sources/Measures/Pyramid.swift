import Tensors

/// The sliced Wasserstein distance of patches from each level of a Laplacian pyramid: which sizes of
/// structure the samples get right.
///
/// T. Karras et al. 2018, arXiv:1710.10196, section 5: patches of 7 x 7 from random places, each
/// channel brought to mean 0 and deviation 1, projections on random directions, times 1000.
/// Deviations, for small images on two cores: 32 patches an image (theirs 128), 128 directions
/// (theirs 512), at most 500 images, levels down to 7 pixels (theirs 16).
package enum Pyramid {
    /// The side of a patch, in pixels; smaller images are one patch.
    static let side = 7
    static let patches = 32
    package static let most = 500

    /// One distance for each level, from the finest, with the size of its images.
    package static func distances(
        _ left: Tensor, _ right: Tensor
    ) throws -> [(height: Int, width: Int, distance: Double)] {
        guard left.rank == 4, right.rank == 4, left.shape[1...] == right.shape[1...] else {
            throw MeasureError.widths(
                measure: "laplacian_swd", left: left.shape, right: right.shape)
        }
        let (a, b) = (try levels(left), try levels(right))
        return try zip(a, b).enumerated().map { level, pair in
            var generator = Generator(seed: UInt64(level))
            // The same places for both sides, so that equal images have distance 0.
            let places = Self.places(pair.0.shape, &generator)
            return (
                pair.0.shape[1], pair.0.shape[2],
                1000
                    * (try Wasserstein.sliced(
                        descriptors(pair.0, places), descriptors(pair.1, places),
                        seed: UInt64(level)))
            )
        }
    }

    // MARK: Levels

    /// Differences of one size and the next, and the smallest size itself.
    static func levels(_ images: Tensor) throws -> [Tensor] {
        var levels: [Tensor] = []
        var here = images
        while min(here.shape[1], here.shape[2]) >= 2 * side {
            let small = try halved(here)
            levels.append(try here - doubled(small, height: here.shape[1], width: here.shape[2]))
            here = small
        }
        return levels + [here]
    }

    private static let weights: [Float] = [1.0 / 16, 4.0 / 16, 6.0 / 16, 4.0 / 16, 1.0 / 16]

    /// Every second pixel of the blurred images.
    static func halved(_ images: Tensor) throws -> Tensor {
        try mixed(mixed(images, axis: 1), axis: 2)
    }

    /// Along an axis, half as many values, each a blur around its place; edges are mirrored.
    private static func mixed(_ images: Tensor, axis: Int) throws -> Tensor {
        let size = images.shape[axis]
        let count = (size + 1) / 2
        let matrix = (0..<count).flatMap { out -> [Float] in
            var row = [Float](repeating: 0, count: size)
            for (index, weight) in weights.enumerated() {
                row[mirrored(2 * out + index - 2, size)] += weight
            }
            return row
        }
        return try along(axis, images, matrix, count)
    }

    /// Twice as large: zeros between the pixels, blurred, times 2 along each axis.
    static func doubled(_ images: Tensor, height: Int, width: Int) throws -> Tensor {
        try spread(spread(images, axis: 1, to: height), axis: 2, to: width)
    }

    private static func spread(_ images: Tensor, axis: Int, to size: Int) throws -> Tensor {
        let count = images.shape[axis]
        let matrix = (0..<size).flatMap { out -> [Float] in
            var row = [Float](repeating: 0, count: count)
            for (index, weight) in weights.enumerated() {
                let place = mirrored(out + index - 2, size)
                if place % 2 == 0 { row[place / 2] += 2 * weight }
            }
            return row
        }
        return try along(axis, images, matrix, size)
    }

    private static func mirrored(_ place: Int, _ size: Int) -> Int {
        var place = abs(place)
        if place >= size { place = 2 * (size - 1) - place }
        return min(max(place, 0), size - 1)
    }

    /// Multiplies one axis of `[n, height, width, channels]` by a matrix of `count` rows.
    private static func along(
        _ axis: Int, _ images: Tensor, _ matrix: [Float], _ count: Int
    ) throws -> Tensor {
        let size = images.shape[axis]
        let before = images.shape[..<axis].reduce(1, *)
        let after = images.shape[(axis + 1)...].reduce(1, *)
        var result = [Float](repeating: 0, count: before * count * after)
        images.withValues { values in
            for block in 0..<before {
                for out in 0..<count {
                    for place in 0..<size {
                        let weight = matrix[out * size + place]
                        if weight == 0 { continue }
                        let (to, from) = (
                            (block * count + out) * after, (block * size + place) * after
                        )
                        for index in 0..<after {
                            result[to + index] += weight * values[from + index]
                        }
                    }
                }
            }
        }
        var shape = images.shape
        shape[axis] = count
        return try Tensor(result, shape: shape)
    }

    // MARK: Patches

    private static func places(
        _ shape: [Int], _ generator: inout Generator
    ) -> [(image: Int, row: Int, column: Int)] {
        let (rows, columns) = (max(shape[1] - side, 0) + 1, max(shape[2] - side, 0) + 1)
        let all = rows * columns
        return (0..<shape[0]).flatMap { image in
            generator.permutation(all).prefix(patches).map {
                (image, $0 / columns, $0 % columns)
            }
        }
    }

    /// One row for each patch; each channel with mean 0 and deviation 1 over all of them.
    private static func descriptors(
        _ level: Tensor, _ places: [(image: Int, row: Int, column: Int)]
    ) throws -> Tensor {
        let (height, width, channels) = (level.shape[1], level.shape[2], level.shape[3])
        let (tall, wide) = (min(side, height), min(side, width))
        let length = tall * wide * channels
        var result = [Float](repeating: 0, count: places.count * length)
        var (sums, squares) = (
            [Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels)
        )
        level.withValues { values in
            var next = 0
            for place in places where place.image < level.shape[0] {
                for row in place.row..<place.row + tall {
                    for column in place.column..<place.column + wide {
                        for channel in 0..<channels {
                            let value =
                                values[
                                    ((place.image * height + row) * width + column) * channels
                                        + channel]
                            result[next] = value
                            sums[channel] += Double(value)
                            squares[channel] += Double(value) * Double(value)
                            next += 1
                        }
                    }
                }
            }
        }
        let count = Double(places.count * tall * wide)
        for channel in 0..<channels {
            let mean = sums[channel] / count
            let deviation = max(squares[channel] / count - mean * mean, 0).squareRoot()
            for index in stride(from: channel, to: result.count, by: channels) {
                result[index] = (result[index] - Float(mean)) / Float(max(deviation, 1e-8))
            }
        }
        return try Tensor(result, shape: [places.count, length])
    }
}

extension Judge {
    /// The distance at each level of the pyramid of at most 500 images, and their mean last.
    package func pyramid(_ samples: Tensor) throws -> [Reading] {
        guard data.isImages else {
            throw MeasureError.data(measure: "laplacian_swd", name: data.name, lacks: "images")
        }
        let (generated, real, other, count) = try sides(
            samples, "laplacian_swd", most: Pyramid.most)
        let found = try Pyramid.distances(generated, real)
        let perfect = try Pyramid.distances(other, real)
        let mean = { (levels: [(height: Int, width: Int, distance: Double)]) in
            levels.reduce(0) { $0 + $1.distance } / Double(levels.count)
        }
        return zip(found, perfect).map { level, floor in
            Reading(
                "pixels \(level.height)x\(level.width)", level.distance, perfect: floor.distance,
                samples: count)
        } + [Reading("mean of levels", mean(found), perfect: mean(perfect), samples: count)]
    }
}
