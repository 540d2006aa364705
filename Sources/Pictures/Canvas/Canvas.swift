import CCairo

/// A cairo surface to draw on, in points; what is drawn becomes an `Image`, an SVG or a PDF.
final class Canvas {
    enum Form { case raster, svg, pdf }

    let form: Form
    /// Width and height in points; a raster has `scale` pixels a point.
    let width: Double
    let height: Double
    let scale: Double
    let surface: OpaquePointer
    let context: OpaquePointer
    var fonts: [Font: Typeface] = [:]
    /// Where letters were found that the first family has not.
    var families: [Character: Int] = [:]
    private let sink: Sink?
    /// What `clipped` leaves visible, for what is drawn without cairo.
    private var clip: Rect?
    /// One zero byte a pixel, lent to the brush.
    private var mask: [UInt8] = []

    /// Where cairo leaves the bytes of a vector file.
    private final class Sink {
        var bytes: [UInt8] = []
    }

    /// A canvas whose ground is filled with `paper`; throws when the size is not allowed.
    init(
        form: Form = .raster, width: Double, height: Double, scale: Double = 1, paper: Colour
    ) throws(PictureError) {
        guard width.isFinite, height.isFinite, scale.isFinite, width >= 1, height >= 1,
            scale > 0, width * scale < 65_536, height * scale < 65_536
        else { throw .drawing("a width, height or scale is out of range") }
        self.form = form
        self.width = width
        self.height = height
        self.scale = form == .raster ? scale : 1
        let sink = form == .raster ? nil : Sink()
        self.sink = sink
        let made: OpaquePointer?
        if let sink {
            let closure = Unmanaged.passUnretained(sink).toOpaque()
            let write: cairo_write_func_t = { closure, data, length in
                guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
                Unmanaged<Sink>.fromOpaque(closure).takeUnretainedValue().bytes
                    .append(contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
                return CAIRO_STATUS_SUCCESS
            }
            made =
                form == .svg
                ? cairo_svg_surface_create_for_stream(write, closure, width, height)
                : cairo_pdf_surface_create_for_stream(write, closure, width, height)
        } else {
            let wide = Int((width * scale).rounded())
            let high = Int((height * scale).rounded())
            _ = try Image.byteCount(width: wide, height: high, channels: 3)
            made = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(wide), Int32(high))
        }
        if form == .svg, let made {
            cairo_svg_surface_set_document_unit(made, CAIRO_SVG_UNIT_PX)
        }
        guard let made, cairo_surface_status(made) == CAIRO_STATUS_SUCCESS,
            let context = cairo_create(made)
        else { throw .drawing("no surface of this size could be made") }
        surface = made
        self.context = context
        cairo_scale(context, self.scale, self.scale)
        set(paper)
        cairo_paint(context)
        cairo_set_line_cap(context, CAIRO_LINE_CAP_ROUND)
        cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    }

    deinit {
        for face in fonts.values { cairo_scaled_font_destroy(face.pointer) }
        cairo_destroy(context)
        // Finished while the sink still lives: a vector surface writes its end here.
        cairo_surface_finish(surface)
        cairo_surface_destroy(surface)
    }

    func set(_ colour: Colour) {
        cairo_set_source_rgba(context, colour.red, colour.green, colour.blue, colour.alpha)
    }

    // MARK: Shapes

    func fill(_ area: Rect, _ colour: Colour) {
        set(colour)
        cairo_rectangle(context, area.x, area.y, area.width, area.height)
        cairo_fill(context)
    }

    /// A filled polygon.
    func fill(_ corners: [Point], _ colour: Colour) {
        guard corners.count > 2 else { return }
        trace(corners[...])
        cairo_close_path(context)
        set(colour)
        cairo_fill(context)
    }

    /// A straight line; horizontal and vertical ones are put on whole pixels so they stay crisp.
    func line(
        from start: Point, to end: Point, _ colour: Colour, width: Double = 1,
        dashes: [Double] = []
    ) {
        var (start, end) = (start, end)
        if start.x == end.x {
            start.x = crisp(start.x, width)
            end.x = start.x
        }
        if start.y == end.y {
            start.y = crisp(start.y, width)
            end.y = start.y
        }
        cairo_set_line_cap(context, CAIRO_LINE_CAP_BUTT)
        cairo_set_dash(context, dashes, Int32(dashes.count), 0)
        cairo_set_line_width(context, width)
        set(colour)
        trace([start, end])
        cairo_stroke(context)
        cairo_set_dash(context, nil, 0, 0)
        cairo_set_line_cap(context, CAIRO_LINE_CAP_ROUND)
    }

    func frame(_ area: Rect, _ colour: Colour, width: Double = 1) {
        let left = crisp(area.x, width)
        let top = crisp(area.y, width)
        cairo_set_line_width(context, width)
        set(colour)
        cairo_rectangle(
            context, left, top, crisp(area.right, width) - left, crisp(area.bottom, width) - top)
        cairo_stroke(context)
    }

    /// A line through `points` with round joins; a single point is a dot.
    func stroke(_ points: [Point], _ colour: Colour, width: Double, dashes: [Double] = []) {
        guard let first = points.first else { return }
        if points.count == 1 {
            dots([first], radius: width, colour)
        } else if form == .raster {
            let runs = dashes.isEmpty ? [points] : dashed(points, dashes)
            let pixels = scale == 1 ? runs : runs.map { $0.map(pixel) }
            paint { brush, mask in
                brush.stroke(pixels, width: width * scale, colour, mask: &mask)
            }
        } else {
            set(colour)
            cairo_set_line_width(context, width)
            cairo_set_dash(context, dashes, Int32(dashes.count), 0)
            trace(points[...])
            cairo_stroke(context)
            cairo_set_dash(context, nil, 0, 0)
        }
    }

    func dot(_ middle: Point, radius: Double, _ colour: Colour) {
        dots([middle], radius: radius, colour)
    }

    func dots(_ middles: [Point], radius: Double, _ colour: Colour) {
        if form == .raster {
            let pixels = scale == 1 ? middles : middles.map(pixel)
            paint { brush, _ in brush.dots(pixels, radius: radius * scale, colour) }
            return
        }
        set(colour)
        // In a drawing each dot takes a hundred bytes: of a large crowd one a point is enough.
        var seen: Set<SIMD2<Int32>> = []
        let isCrowd = middles.count > 20_000
        for middle in middles {
            let place = SIMD2(Int32(clamping: Int(middle.x)), Int32(clamping: Int(middle.y)))
            if isCrowd, !seen.insert(place).inserted { continue }
            cairo_new_path(context)
            cairo_arc(context, middle.x, middle.y, radius, 0, 2 * Double.pi)
            cairo_fill(context)
        }
    }

    private func pixel(_ point: Point) -> Point { Point(point.x * scale, point.y * scale) }

    private func paint(_ body: (Brush, inout [UInt8]) -> Void) {
        let area = clip ?? Rect(x: 0, y: 0, width: width, height: height)
        let pixels = Rect(
            x: area.x * scale, y: area.y * scale, width: area.width * scale,
            height: area.height * scale)
        guard let brush = Brush(surface: surface, clip: pixels) else { return }
        if mask.isEmpty {
            let stride = Int(cairo_image_surface_get_stride(surface)) / 4
            let rows = Int(cairo_image_surface_get_height(surface))
            mask = [UInt8](repeating: 0, count: stride * rows)
        }
        body(brush, &mask)
        cairo_surface_mark_dirty(surface)
    }

    /// The drawn parts of a dashed line: `dashes` are lengths, drawn and left out in turn.
    private func dashed(_ points: [Point], _ dashes: [Double]) -> [[Point]] {
        guard dashes.allSatisfy({ $0 > 0 }) else { return [points] }
        var runs: [[Point]] = []
        var run = [points[0]]
        var (part, left) = (0, dashes[0])
        for (a, b) in zip(points, points.dropFirst()) {
            let length = ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot()
            var done = 0.0
            while length - done > left {
                done += left
                let place = Point(
                    a.x + (b.x - a.x) * done / length, a.y + (b.y - a.y) * done / length)
                if part % 2 == 0 { runs.append(run + [place]) }
                part += 1
                left = dashes[part % dashes.count]
                run = [place]
            }
            left -= length - done
            run.append(b)
        }
        if part % 2 == 0, run.count > 1 { runs.append(run) }
        return runs
    }

    /// Runs `body` with everything outside `area` cut away.
    func clipped(to area: Rect, _ body: () -> Void) {
        cairo_save(context)
        cairo_rectangle(context, area.x, area.y, area.width, area.height)
        cairo_clip(context)
        let outer = clip
        clip = area
        body()
        clip = outer
        cairo_restore(context)
    }

    /// The nearest place where a line of this width covers whole pixels.
    func crisp(_ place: Double, _ width: Double) -> Double {
        guard form == .raster else { return place }
        let pixels = max(1, (width * scale).rounded())
        let shift = pixels.truncatingRemainder(dividingBy: 2) == 1 ? 0.5 : 0
        return ((place * scale - shift).rounded() + shift) / scale
    }

    private func trace(_ points: ArraySlice<Point>) {
        cairo_new_path(context)
        for point in points { cairo_line_to(context, point.x, point.y) }
    }

    // MARK: Results

    /// The raster as an opaque RGB picture.
    func image() throws(PictureError) -> Image {
        try pixels(channels: 3) { buffer, at, pixel in
            buffer[at] = UInt8(truncatingIfNeeded: pixel >> 16)
            buffer[at + 1] = UInt8(truncatingIfNeeded: pixel >> 8)
            buffer[at + 2] = UInt8(truncatingIfNeeded: pixel)
        }
    }

    /// The raster in grey: each pixel's luma (Rec. 601), exact where the canvas is grey.
    func greyImage() throws(PictureError) -> Image {
        try pixels(channels: 1) { buffer, at, pixel in
            let red = (pixel >> 16 & 255) * 19_595
            let green = (pixel >> 8 & 255) * 38_470
            buffer[at] = UInt8(truncatingIfNeeded: (red + green + (pixel & 255) * 7471) >> 16)
        }
    }

    @inline(__always)
    private func pixels(
        channels: Int, _ put: (UnsafeMutableBufferPointer<UInt8>, Int, UInt32) -> Void
    ) throws(PictureError) -> Image {
        try check()
        cairo_surface_flush(surface)
        let wide = Int(cairo_image_surface_get_width(surface))
        let high = Int(cairo_image_surface_get_height(surface))
        let stride = Int(cairo_image_surface_get_stride(surface))
        guard let data = cairo_image_surface_get_data(surface) else {
            throw .drawing("the surface has no pixels")
        }
        let count = wide * high * channels
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            var write = 0
            for row in 0..<high {
                // CAIRO_FORMAT_RGB24: 32-bit native words 0x00RRGGBB.
                let line = UnsafeRawPointer(data + row * stride)
                for column in 0..<wide {
                    put(buffer, write, line.load(fromByteOffset: column * 4, as: UInt32.self))
                    write += channels
                }
            }
            filled = write
        }
        return try Image(width: wide, height: high, channels: channels, bytes: bytes)
    }

    /// The whole SVG or PDF file; nothing can be drawn afterwards.
    func file() throws(PictureError) -> [UInt8] {
        cairo_surface_finish(surface)
        try check()
        return sink?.bytes ?? []
    }

    private func check() throws(PictureError) {
        let ofContext = cairo_status(context)
        let status = ofContext == CAIRO_STATUS_SUCCESS ? cairo_surface_status(surface) : ofContext
        guard status == CAIRO_STATUS_SUCCESS || status == CAIRO_STATUS_SURFACE_FINISHED else {
            throw .drawing(String(cString: cairo_status_to_string(status)))
        }
    }
}
