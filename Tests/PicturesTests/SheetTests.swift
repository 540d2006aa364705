import Testing

@testable import Pictures

@Suite("Sheets and sparklines")
struct SheetTests {
    @Test("pictures keep their pixels side by side and one below the other")
    func sheets() throws {
        let small = try noise(5, 7, channels: 1)
        let large = try noise(9, 20, channels: 3)
        let across = try Sheet([small, large], gap: 3).image()
        #expect(across.width == 17 && across.height == 20)
        #expect(try across.part(x: 8, y: 0, width: 9, height: 20) == large)
        #expect(
            try across.part(x: 0, y: 6, width: 5, height: 7) == small.converted(toChannels: 3))
        let down = try Sheet([small, large], direction: .down, gap: 2, hasMargin: true).image()
        #expect(down.width == 13 && down.height == 33)
        #expect(try down.part(x: 2, y: 11, width: 9, height: 20) == large)
    }

    @Test("a sheet without pictures is an error")
    func empty() {
        #expect(throws: PictureError.self) { try Sheet([]).image() }
    }

    @Test("pasting beyond the edge cuts", arguments: [-7, -2, 0, 3, 9, 100])
    func paste(offset: Int) throws {
        var ground = try Image(width: 8, height: 8, channels: 1, filledWith: Colour(0))
        let patch = try Image(width: 3, height: 3, channels: 1, filledWith: Colour(0xFFFFFF))
        ground.paste(patch, x: offset, y: offset, zoom: 2)
        for y in 0..<8 {
            for x in 0..<8 {
                let isInside =
                    (offset..<offset + 6).contains(x) && (offset..<offset + 6).contains(y)
                #expect(ground.pixel(x: x, y: y) == [isInside ? 255 : 0])
            }
        }
    }

    @Test("a stroke leaves as much ink as it is long and wide")
    func ink() throws {
        for angle in [(60.0, 0.0), (0, 60), (42.4, 42.4), (12, 58.7)] {
            let canvas = try Canvas(width: 100, height: 100, paper: Colour(0))
            let end = Point(20.3 + angle.0, 20.7 + angle.1)
            canvas.stroke([Point(20.3, 20.7), end], Colour(0xFFFFFF), width: 3)
            let image = try canvas.image()
            let total = image.bytes.reduce(0) { $0 + Int($1) }
            let length = (angle.0 * angle.0 + angle.1 * angle.1).squareRoot()
            // Length times width, and a half circle at each end.
            let wanted = length * 3 + Double.pi * 1.5 * 1.5
            #expect(abs(Double(total) / 765 - wanted) < wanted * 0.05)
        }
    }

    @Test("a translucent line that crosses itself is equally strong everywhere")
    func crossing() throws {
        let canvas = try Canvas(width: 60, height: 60, paper: Colour(0))
        let path = [Point(5, 5), Point(55, 55), Point(55, 5), Point(5, 55)]
        canvas.stroke(path, Colour(0xFFFFFF, alpha: 0.5), width: 4)
        let image = try canvas.image()
        #expect(image.bytes.max() == 127 || image.bytes.max() == 128)
    }

    @Test("every word that the errors say names the culprit")
    func errors() {
        #expect(PictureError.channels(2).description.contains("not 2"))
        #expect(PictureError.unequal(index: 3).description.contains("picture 3"))
        #expect(PictureError.size(width: 0, height: 4).description.contains("0x4"))
    }
}
