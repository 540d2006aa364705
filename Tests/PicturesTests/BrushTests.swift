import Testing

@testable import Pictures

/// Strokes against coverage from the distance to each segment, pixel by pixel.
@Suite("Strokes")
struct BrushTests {
    private let width = 90
    private let height = 60

    private func drawn(_ points: [Point], width stroke: Double) throws -> Image {
        let canvas = try Canvas(
            width: Double(width), height: Double(height), paper: Colour(0xFFFFFF))
        canvas.stroke(points, Colour(0x000000), width: stroke)
        return try canvas.image()
    }

    /// What a pixel gets: 15 steps of `half + 1/2 - distance`, the greatest over all segments.
    private func expected(_ x: Int, _ y: Int, _ points: [Point], half: Double) -> Double {
        let (px, py) = (Double(x) + 0.5, Double(y) + 0.5)
        var best = 0.0
        for (a, b) in zip(points, points.dropFirst()) {
            let (dx, dy) = (b.x - a.x, b.y - a.y)
            let square = dx * dx + dy * dy
            let t = square > 0 ? max(0, min(1, ((px - a.x) * dx + (py - a.y) * dy) / square)) : 0
            let (ex, ey) = (px - a.x - t * dx, py - a.y - t * dy)
            let distance = (ex * ex + ey * ey).squareRoot()
            best = max(best, (max(0, min(1, half + 0.5 - distance)) * 15).rounded() / 15)
        }
        return 255 - 255 * best
    }

    @Test("every pixel has the coverage of its distance", arguments: [1, 1.6, 4.0])
    func coverage(stroke: Double) throws {
        var chance = Chance(seed: 5)
        for _ in 0..<40 {
            let points = (0..<5).map { _ in
                Point(chance.uniform() * 110 - 10, chance.uniform() * 80 - 10)
            }
            let image = try drawn(points, width: stroke)
            for y in 0..<height {
                for x in 0..<width {
                    let found = Double(image.pixel(x: x, y: y)[0])
                    // One of 15 steps may fall to the other side of its rounding.
                    #expect(abs(found - expected(x, y, points, half: stroke / 2)) <= 18)
                }
            }
        }
    }

    @Test("steep noise is covered like slow curves are, to the last step of rounding")
    func noise() throws {
        var chance = Chance(seed: 6)
        let points = (0..<60).map { Point(5 + Double($0) * 1.3, chance.uniform() * 58 + 1) }
        let image = try drawn(points, width: 1.6)
        var off = 0
        for y in 0..<height {
            for x in 0..<width {
                let away = abs(
                    Double(image.pixel(x: x, y: y)[0]) - expected(x, y, points, half: 0.8))
                #expect(away <= 18)
                off += away > 1 ? 1 : 0
            }
        }
        #expect(off < 20)
    }

    @Test("places far outside, and places that are no numbers, touch nothing they should not")
    func odd() throws {
        for far in [1e6, 1e18, 1e300, .infinity, .nan] {
            let points = [Point(-far, 10), Point(20, far), Point(40, 30), Point(far, -far)]
            _ = try drawn(points, width: 1.6)
        }
        let blank = try drawn([Point(-500, -500), Point(-400, 900)], width: 1.6)
        #expect(blank.bytes.allSatisfy { $0 == 255 })
    }
}
