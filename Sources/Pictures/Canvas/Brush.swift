import CCairo

/// Anti-aliased lines and dots set directly into a raster's pixels.
///
/// Cairo builds one polygon from a whole stroke; for a noisy curve of 1,000 points that takes
/// 10 ms. Here each pixel near a segment gets the coverage `half + 1/2 - distance`, the greatest
/// over all segments counts, and the colour is laid on once: every pixel of a stroke is covered
/// alike, also where a translucent curve crosses itself. Measured: below 1 ms for that curve.
struct Brush {
    private let pixels: UnsafeMutablePointer<UInt32>
    /// Words from one row to the next.
    private let stride: Int
    private let left: Int
    private let top: Int
    private let right: Int
    private let bottom: Int

    /// A brush for the pixels of `surface` within `clip`, in pixels; none when nothing is inside.
    init?(surface: OpaquePointer, clip: Rect) {
        cairo_surface_flush(surface)
        guard let data = cairo_image_surface_get_data(surface) else { return nil }
        let wide = Double(cairo_image_surface_get_width(surface))
        let high = Double(cairo_image_surface_get_height(surface))
        left = Int(max(0, clip.x.rounded()))
        top = Int(max(0, clip.y.rounded()))
        right = Int(min(wide, clip.right.rounded()))
        bottom = Int(min(high, clip.bottom.rounded()))
        guard left < right, top < bottom else { return nil }
        stride = Int(cairo_image_surface_get_stride(surface)) / 4
        // CAIRO_FORMAT_RGB24 is rows of 32-bit words, aligned as such.
        pixels = UnsafeMutableRawPointer(data).assumingMemoryBound(to: UInt32.self)
    }

    /// Draws lines of `width` pixels through each of `runs`; `mask` has one zero byte a pixel of
    /// the surface and is left so.
    func stroke(
        _ runs: [[Point]], width: Double, _ colour: Colour, mask: inout [UInt8]
    ) {
        var touched = (left: right, top: bottom, right: left, bottom: top)
        mask.withUnsafeMutableBufferPointer { mask in
            guard let base = mask.baseAddress else { return }
            for run in runs {
                run.withUnsafeBufferPointer { run in
                    for index in 1..<max(1, run.count) {
                        cover(run[index - 1], run[index], half: width / 2, base, &touched)
                    }
                }
            }
            guard touched.left < touched.right, touched.top < touched.bottom else { return }
            let weight = Int((max(0, min(1, colour.alpha)) * 256).rounded())
            let ink = Ink(colour)
            for row in touched.top..<touched.bottom {
                let line = row * stride
                for column in touched.left..<touched.right {
                    let covered = base[line + column]
                    if covered == 0 { continue }
                    base[line + column] = 0
                    blend(line + column, ink, Int(covered) * weight)
                }
            }
        }
    }

    /// Draws filled circles of `radius` pixels, each laid on by itself.
    func dots(_ middles: [Point], radius: Double, _ colour: Colour) {
        let weight = max(0, min(1, colour.alpha)) * 255 * 256
        let ink = Ink(colour)
        let reach = radius + 0.5
        for middle in middles {
            let rows = range(middle.y - reach, middle.y + reach, within: top..<bottom)
            let columns = range(middle.x - reach, middle.x + reach, within: left..<right)
            for row in rows {
                let dy = Double(row) + 0.5 - middle.y
                for column in columns {
                    let dx = Double(column) + 0.5 - middle.x
                    let covered = reach - (dx * dx + dy * dy).squareRoot()
                    if covered <= 0 { continue }
                    blend(row * stride + column, ink, Int(min(1, covered) * weight))
                }
            }
        }
    }

    /// A colour's bytes, as numbers.
    private struct Ink {
        let red: Int
        let green: Int
        let blue: Int
        init(_ colour: Colour) {
            let bytes = colour.bytes(channels: 3)
            (red, green, blue) = (Int(bytes[0]), Int(bytes[1]), Int(bytes[2]))
        }
    }

    /// Lays `ink` over one pixel; `weight` runs from 0 to 255 * 256.
    @inline(__always)
    private func blend(_ index: Int, _ ink: Ink, _ weight: Int) {
        let old = Int(pixels[index])
        func mixed(_ old: Int, _ new: Int) -> Int {
            // 255 * 256 as the unit; 257 / 2^24 is its inverse to within a quarter of a step.
            ((old * (65_280 - weight) + new * weight + 32_640) * 257) >> 24
        }
        let red = mixed(old >> 16 & 255, ink.red)
        let green = mixed(old >> 8 & 255, ink.green)
        let blue = mixed(old & 255, ink.blue)
        pixels[index] = UInt32(truncatingIfNeeded: red << 16 | green << 8 | blue)
    }

    private func range(_ low: Double, _ high: Double, within limits: Range<Int>) -> Range<Int> {
        // Cut to limits that are not negative first: truncation then rounds down.
        let (least, most) = (Double(limits.lowerBound), Double(limits.upperBound))
        let first = Int(max(least, min(most, low)))
        let last = min(limits.upperBound, Int(max(least, min(most, high))) + 1)
        return first < last ? first..<last : 0..<0
    }

    /// Raises the mask along the segment from `a` to `b`.
    @inline(__always)
    private func cover(
        _ a: Point, _ b: Point, half: Double, _ mask: UnsafeMutablePointer<UInt8>,
        _ touched: inout (left: Int, top: Int, right: Int, bottom: Int)
    ) {
        let reach = half + 0.5
        let rows = range(min(a.y, b.y) - reach, max(a.y, b.y) + reach, within: top..<bottom)
        let whole = range(min(a.x, b.x) - reach, max(a.x, b.x) + reach, within: left..<right)
        if rows.isEmpty || whole.isEmpty { return }
        touched.top = min(touched.top, rows.lowerBound)
        touched.bottom = max(touched.bottom, rows.upperBound)
        touched.left = min(touched.left, whole.lowerBound)
        touched.right = max(touched.right, whole.upperBound)
        let segment = Segment(a, b, half: half)
        let (first, last) = (Double(whole.lowerBound), Double(whole.upperBound))
        // Where no end is near, rows need neither care nor roots.
        var beside = 0..<0
        if segment.isSteep, min(a.x, b.x) - segment.spread >= Double(left),
            max(a.x, b.x) <= Double(right)
        {
            beside = segment.rowsBeside(rows)
            for row in beside {
                segment.coverRow(mask + row * stride, Double(row) + 0.5, below: right)
            }
        }
        for row in rows where !beside.contains(row) {
            let y = Double(row) + 0.5
            var (from, to) = (whole.lowerBound, whole.upperBound)
            if segment.isSteep {
                // Both are at least 0 after the cut, so that truncation rounds down.
                let middle = segment.middle(y)
                from = Int(max(first, min(last, middle - segment.spread)))
                to = min(to, Int(max(first, min(last, middle + segment.spread))) + 1)
            }
            if from < to { segment.coverAnywhere(mask + row * stride, from..<to, y) }
        }
    }
}

/// A straight piece of a stroke, and how far pixels are from it.
private struct Segment {
    private let a: Point
    private let dx: Double
    private let dy: Double
    private let length: Double
    private let inverse: Double
    /// Half the stroke's width and half a pixel: nothing farther away is touched.
    private let reach: Double
    let isSteep: Bool
    private let slope: Double
    /// Along a row the stroke is wider than across, by 1 / |sin| of its slope.
    let spread: Double

    @inline(__always)
    init(_ a: Point, _ b: Point, half: Double) {
        self.a = a
        (dx, dy) = (b.x - a.x, b.y - a.y)
        length = (dx * dx + dy * dy).squareRoot()
        inverse = length > 0 ? 1 / length : 0
        reach = half + 0.5
        isSteep = abs(dy) > 1e-3
        slope = isSteep ? dx / dy : 0
        spread = isSteep ? reach * length / abs(dy) : 0
    }

    /// Where the segment's line crosses a row.
    @inline(__always)
    func middle(_ y: Double) -> Double { a.x + (y - a.y) * slope }

    /// The rows in which every pixel that the stroke touches lies beside the segment, none beyond
    /// an end: at a share t of the way, t * length is farther from both ends than the touched
    /// pixels reach along the segment, (spread + 1) * |dx| / length.
    @inline(__always)
    func rowsBeside(_ rows: Range<Int>) -> Range<Int> {
        let margin = (spread + 1) * abs(dx) * inverse * inverse
        guard margin < 0.5, spread < 8 else { return 0..<0 }
        let (one, other) = (a.y + margin * dy, a.y + (1 - margin) * dy)
        let (low, high) = (Double(rows.lowerBound), Double(rows.upperBound))
        let first = Int(max(low, min(high, min(one, other) + 0.5)).rounded(.up))
        let last = Int(max(low, min(high, max(one, other) - 0.5)).rounded(.down))
        return first < last ? first..<last : 0..<0
    }

    /// Most pixels of a long segment: along a row the distance to its line grows evenly.
    @inline(__always)
    func coverRow(_ line: UnsafeMutablePointer<UInt8>, _ y: Double, below end: Int) {
        let middle = middle(y)
        let start = Int(middle - spread)
        let count = min(Int(2 * spread) + 2, end - start)
        let step = abs(dy) * inverse
        let offset = (Double(start) + 0.5 - middle) * step
        for index in 0..<max(0, count) {
            let covered = reach - abs(offset + Double(index) * step)
            let steps = Segment.steps(max(0, min(1, covered)))
            line[start + index] = max(line[start + index], steps)
        }
    }

    @inline(__always)
    func coverAnywhere(_ line: UnsafeMutablePointer<UInt8>, _ columns: Range<Int>, _ y: Double) {
        for column in columns where line[column] != 255 {
            let x = Double(column) + 0.5
            let along = ((x - a.x) * dx + (y - a.y) * dy) * inverse
            let t = max(0, min(length, along)) * inverse
            let (ex, ey) = (x - a.x - t * dx, y - a.y - t * dy)
            let distance = (ex * ex + ey * ey).squareRoot()
            // Written so that a distance which is no number touches nothing.
            guard distance < reach else { continue }
            line[column] = max(line[column], Segment.steps(min(1, reach - distance)))
        }
    }

    /// A share from 0 to 1 in bytes of 15 steps: the eye sees no difference, and the file is a
    /// third smaller. Beside 2^52 a number's last bits are its whole part.
    @inline(__always)
    private static func steps(_ share: Double) -> UInt8 {
        UInt8(truncatingIfNeeded: (share * 15 + 0x1p52).bitPattern) &* 17
    }
}
