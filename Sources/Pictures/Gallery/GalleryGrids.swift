#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Gallery {
    /// A grey blob on black: a circle of the given radius and thickness, moved a little.
    private func blob(_ side: Int, kind: Int, step: Double = 0) throws(PictureError) -> Image {
        let middle = Double(side - 1) / 2
        var bytes: [UInt8] = []
        for y in 0..<side {
            for x in 0..<side {
                let dx = (Double(x) - middle) / middle
                let dy = (Double(y) - middle) / middle
                let turn = atan2(dy, dx) + step
                let radius = (dx * dx + dy * dy).squareRoot()
                let edge = 0.5 + 0.22 * cos(Double(kind % 5 + 1) * turn)
                let off = (radius - edge) / 0.16
                bytes.append(UInt8((255 * exp(-off * off)).rounded()))
            }
        }
        return try Image(width: side, height: side, channels: 1, bytes: bytes)
    }

    private func coloured(_ kind: Int) throws(PictureError) -> Image {
        let grey = try blob(32, kind: kind)
        let map = ColourMap.sequential
        let bytes = grey.bytes.flatMap { map[Double($0) / 255].bytes(channels: 3) }
        return try Image(width: 32, height: 32, channels: 3, bytes: bytes)
    }

    private func blobs(_ count: Int, side: Int) throws(PictureError) -> [Image] {
        var pictures: [Image] = []
        for index in 0..<count {
            pictures.append(try blob(side, kind: index, step: Double(index) / 9))
        }
        return pictures
    }

    /// Pictures of two by two pixels.
    private func dots() throws(PictureError) -> [Image] {
        var pictures: [Image] = []
        for index: UInt8 in 0..<4 {
            let bytes: [UInt8] = [30, 60 * index, 255 - 60 * index, 200]
            pictures.append(try Image(width: 2, height: 2, channels: 1, bytes: bytes))
        }
        return pictures
    }

    package func grids() throws(PictureError) -> [(name: String, grid: Grid)] {
        let small = try blobs(64, side: 8)
        let medium = try blobs(64, side: 28)
        var colour: [Image] = []
        for index in 0..<32 { colour.append(try coloured(index)) }
        let pairs = try blobs(20, side: 28)
        return [
            ("grid-8x8", Grid(small, theme: theme)),
            ("grid-28x28", Grid(medium, theme: theme)),
            (
                "grid-classes",
                Grid(
                    Array(medium[..<50]), columns: 10, title: "conditional samples, round 3,000",
                    rowCaptions: (0..<5).map { "seed \($0)" },
                    columnCaptions: (0..<10).map(String.init), theme: theme)
            ),
            ("grid-colour", Grid(colour, columns: 8, title: "samples in colour", theme: theme)),
            (
                "grid-nearest",
                Grid(
                    pairs, columns: 10, group: 2, title: "Each sample beside its nearest example",
                    captions: (0..<20).map { $0 % 2 == 0 ? "" : "d = \(Double($0) / 4)" },
                    columnCaptions: (0..<10).map { $0 % 2 == 0 ? "sample" : "nearest" },
                    theme: theme)
            ),
            (
                "grid-captions",
                Grid(
                    Array(medium[..<6]),
                    title: "A very long title, which is broken into lines where the sheet ends "
                        + "so that nothing is cut off and every word can be read",
                    captions: [
                        "short", "λ = 10", "x̂", "a caption that is far too long for its picture",
                        "p = 0.97", "",
                    ], theme: theme)
            ),
            ("grid-one", Grid([medium[0]], title: "one picture", theme: theme)),
            (
                "grid-dots",
                Grid(try dots(), captions: ["a", "b", "c", "d"], theme: theme)
            ),
        ]
    }

    /// Real beside generated, above the curves: what is shown while a game trains.
    package mutating func training() throws(PictureError) -> Sheet {
        let real = Grid(try blobs(25, side: 28), title: "real", theme: theme)
        let fake = Grid(try blobs(25, side: 28).reversed(), title: "generated", theme: theme)
        let sheets = Sheet([try real.image(), try fake.image()], direction: .down, theme: theme)
        let grid = try sheets.image()
        var curves = losses()
        curves.height = grid.height
        return Sheet([grid, try curves.image()], gap: 16, theme: theme)
    }

    package func animation() throws(PictureError) -> Animation {
        var frames: [Image] = []
        for frame in 0..<16 {
            var pictures: [Image] = []
            for index in 0..<16 {
                pictures.append(try blob(28, kind: index, step: Double(frame) * Double.pi / 8))
            }
            let title = "round \(frame * 250)"
            frames.append(try Grid(pictures, columns: 4, title: title, theme: theme).image())
        }
        return Animation(frames)
    }
}
