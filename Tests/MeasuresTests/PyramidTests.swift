import Tensors
import Testing

@testable import Measures

/// The Laplacian pyramid and its distance between patches.
@Suite struct PyramidTests {
    private func noise(_ shape: [Int], seed: UInt64) throws -> Tensor {
        var generator = Generator(seed: seed)
        return try generator.normal(shape)
    }

    @Test func levelsHalveDownToSevenPixelsAndAddUpToTheImages() throws {
        let images = try noise([3, 28, 29, 2], seed: 1)
        let levels = try Pyramid.levels(images)
        #expect(levels.map(\.shape) == [[3, 28, 29, 2], [3, 14, 15, 2], [3, 7, 8, 2]])
        var whole = levels[2]
        for level in [levels[1], levels[0]] {
            whole =
                try level
                + Pyramid.doubled(whole, height: level.shape[1], width: level.shape[2])
        }
        #expect(zip(whole.values, images.values).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test func aFlatImageStaysFlat() throws {
        let flat = try Tensor.full([1, 28, 28, 1], 0.7)
        #expect(try Pyramid.halved(flat).values.allSatisfy { abs($0 - 0.7) < 1e-6 })
        let finest = try Pyramid.levels(flat)[0]
        #expect(finest.values.allSatisfy { abs($0) < 1e-5 })
    }

    @Test func equalImagesHaveNoDistanceAndOthersDo() throws {
        let images = try noise([20, 28, 28, 1], seed: 1)
        #expect(try Pyramid.distances(images, images).allSatisfy { $0.distance == 0 })
        let others = try Pyramid.distances(images, noise([20, 28, 28, 1], seed: 2))
        // Images without their finest structure differ in the first level above all.
        let small = try Pyramid.halved(images)
        let smooth = try Pyramid.doubled(small, height: 28, width: 28)
        let found = try Pyramid.distances(smooth, images)
        #expect(found[0].distance > 2 * others[0].distance)
        #expect(found[2].distance < found[0].distance)
    }

    @Test func unequalSizesAreRefused() throws {
        #expect(throws: MeasureError.self) {
            try Pyramid.distances(
                Tensor.zeros([2, 8, 8, 1]), Tensor.zeros([2, 8, 9, 1]))
        }
    }
}
