import Testing

@testable import Pictures

@Suite("Grids")
struct GridTests {
    /// Every pixel of every cell, at its zoom, is the pixel of its picture.
    private func expectExact(_ grid: Grid) throws {
        let sheet = try grid.image()
        let layout = try grid.layout()
        #expect(layout.plates.count == grid.pictures.count)
        for (picture, cell) in zip(grid.pictures, layout.plates) {
            let zoom = Int(cell.width) / picture.width
            #expect(Int(cell.height) == picture.height * zoom)
            let found = try sheet.part(
                x: Int(cell.x), y: Int(cell.y), width: Int(cell.width), height: Int(cell.height))
            var expected = try Image(
                width: found.width, height: found.height, channels: sheet.channels,
                filledWith: Colour(0))
            for y in 0..<found.height {
                for x in 0..<found.width {
                    let pixel = picture.pixel(x: x / zoom, y: y / zoom)
                    let bytes =
                        sheet.channels == 3 && pixel.count == 1
                        ? [pixel[0], pixel[0], pixel[0]] : pixel
                    let dot = try Image(
                        width: 1, height: 1, channels: sheet.channels, bytes: bytes)
                    expected.paste(dot, x: x, y: y)
                }
            }
            #expect(found == expected)
        }
    }

    private func pictures(_ count: Int, _ side: Int, channels: Int = 1) throws -> [Image] {
        try (0..<count).map { try noise(side, side, channels: channels, seed: UInt64($0 + 1)) }
    }

    @Test("cells are exact at every zoom", arguments: [1, 2, 3, 7])
    func zooms(zoom: Int) throws {
        for channels in [1, 3] {
            try expectExact(Grid(try pictures(7, 5, channels: channels), zoom: zoom))
        }
    }

    @Test("cells are exact on a sheet full of words, in both themes")
    func words() throws {
        for theme in [Theme.light, .dark] {
            try expectExact(
                Grid(
                    try pictures(10, 9), columns: 4, group: 2, title: "real beside generated",
                    captions: (0..<10).map { "sample \($0)" }, rowCaptions: ["a", "b", "c"],
                    columnCaptions: ["x", "y", "z", "w"], theme: theme))
        }
    }

    @Test(
        "sheets have full rows where they can",
        arguments: [
            (1, 1), (2, 2), (4, 4), (6, 3), (10, 5), (12, 4), (20, 5), (64, 8), (100, 10), (7, 3),
            (10_000, 100),
        ])
    func columns(count: Int, columns: Int) {
        #expect(GridPlan.columns(count: count, wished: 0) == columns)
    }

    @Test("small digits become visible, large pictures stay")
    func automaticZoom() throws {
        #expect(GridPlan.zoom(try noise(8, 8, channels: 1), count: 64, columns: 8, wished: 0) == 7)
        #expect(
            GridPlan.zoom(try noise(28, 28, channels: 1), count: 64, columns: 8, wished: 0) == 2)
        #expect(
            GridPlan.zoom(try noise(200, 9, channels: 1), count: 64, columns: 8, wished: 0) == 1)
    }

    @Test("ten thousand digits make one sheet")
    func many() throws {
        let one = try noise(28, 28, channels: 1)
        let sheet = try Grid([Image](repeating: one, count: 10_000)).image()
        #expect(sheet.width == 100 * 30 + 2)
        #expect(try PNG.decode(try PNG.encode(sheet)) == sheet)
    }

    @Test("pictures of one pixel are shown")
    func pixels() throws { try expectExact(Grid(try pictures(9, 1))) }

    @Test("very long captions are cut, and no word covers another or a cell")
    func captions() throws {
        let long = String(repeating: "a very long caption ", count: 40)
        let grid = Grid(
            try pictures(6, 28), title: long, captions: [String](repeating: long, count: 6),
            rowCaptions: [long, long], columnCaptions: [long, long, long])
        let layout = try grid.layout()
        let sheet = Rect(x: 0, y: 0, width: layout.width, height: layout.height)
        for (index, word) in layout.words.enumerated() {
            #expect(sheet.contains(word.area), "\(word)")
            #expect(!layout.plates.contains { $0.overlaps(word.area) }, "\(word)")
            #expect(!layout.words[..<index].contains { $0.area.overlaps(word.area) }, "\(word)")
        }
        #expect(layout.words.count == 3 + 6 + 2 + 3)
    }

    @Test("no pictures, unequal pictures and sheets beyond all measure are errors")
    func faults() throws {
        #expect(throws: PictureError.self) { try Grid([]).image() }
        #expect(throws: PictureError.unequal(index: 1)) {
            try Grid([try noise(3, 3, channels: 1), try noise(3, 3, channels: 3)]).image()
        }
        let large = try noise(256, 256, channels: 1)
        #expect(throws: PictureError.self) {
            try Grid([Image](repeating: large, count: 2000), zoom: 100).image()
        }
    }

    @Test("transparent pictures lie on the paper")
    func transparency() throws {
        let half = try Image(width: 1, height: 1, channels: 4, bytes: [255, 0, 0, 128])
        let sheet = try Grid([half], zoom: 1, gap: 0).image()
        #expect(sheet.bytes == [255, 127, 127])
    }

    @Test("pictures that are as light as the paper have a rim, dark ones on light paper none")
    func rims() throws {
        func corner(_ ground: UInt8, _ theme: Theme) throws -> [UInt8] {
            var bytes = [UInt8](repeating: ground, count: 64)
            bytes[27] = 128
            let picture = try Image(width: 8, height: 8, channels: 1, bytes: bytes)
            let grid = Grid([picture, picture], zoom: 3, theme: theme)
            let sheet = try grid.image()
            // The cells stay what they are.
            let cell = try grid.layout().plates[1]
            #expect(sheet.pixel(x: Int(cell.x), y: Int(cell.y)) == [ground])
            return sheet.pixel(x: 0, y: 0)
        }
        #expect(try corner(0, .light) == [255])
        #expect(try corner(255, .light) == [0xC4])
        #expect(try corner(255, .dark) == [0x48])
    }
}
