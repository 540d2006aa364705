import CCairo
import CPNG

/// The libraries that draw and write pictures, for bug reports.
package enum PictureLibraries {
    package static var versions: [(name: String, version: String)] {
        [("cairo", cairo_version_string()), ("libpng", png_get_libpng_ver(nil))]
            .map { ($0.0, $0.1.map { String(cString: $0) } ?? "?") }
    }
}
