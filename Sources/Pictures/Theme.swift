/// The colours of a picture: light or dark paper, the ink on it, and a series of curve colours
/// that people with any of the usual kinds of colour blindness can tell apart.
package struct Theme: Equatable, Sendable {
    package var isDark: Bool
    package var paper: Colour
    /// The ground of a plot's inside.
    package var plate: Colour
    package var ink: Colour
    /// Tick labels, captions, legends' frames.
    package var softInk: Colour
    package var gridLine: Colour
    package var axisLine: Colour
    /// Colours of series, used in order and again from the start.
    package var series: [Colour]

    /// After M. Okabe and K. Ito, "Color universal design" (2008): blue, vermilion, bluish
    /// green, reddish purple, orange, sky blue, a darkened yellow and grey on white paper.
    package static let light = Theme(
        isDark: false, paper: Colour(0xFFFFFF), plate: Colour(0xFFFFFF), ink: Colour(0x1F2328),
        softInk: Colour(0x59636E), gridLine: Colour(0xE7EAED), axisLine: Colour(0x9AA3AC),
        series: [0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x8C7A00, 0x6B7280]
            .map { Colour($0) })

    /// The same hues, lightened where they would sink into dark paper.
    package static let dark = Theme(
        isDark: true, paper: Colour(0x181818), plate: Colour(0x181818), ink: Colour(0xE8EAED),
        softInk: Colour(0xA3ABB5), gridLine: Colour(0x2E3036), axisLine: Colour(0x5C6570),
        series: [0x56B4E9, 0xFF8A3D, 0x2CC79A, 0xE59CC4, 0xF0C23C, 0x3D8FD1, 0xD9CF6B, 0x9AA3AC]
            .map { Colour($0) })

    /// Between dark pictures on dark paper, or light ones on light paper; grey, so that a sheet of
    /// grey pictures stays grey.
    package var rim: Colour { Colour(isDark ? 0x484848 : 0xC4C4C4) }

    /// The colour of series number `index`, from 0.
    package func colour(of index: Int) -> Colour {
        series.isEmpty ? ink : series[((index % series.count) + series.count) % series.count]
    }
}
