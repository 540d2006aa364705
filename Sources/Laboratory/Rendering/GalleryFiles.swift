import Foundation
import Language
import Pictures

/// Writes every kind of picture, drawn from made-up numbers, in both themes; returns how many.
package func writeGallery(to folder: String) throws -> Int {
    try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    var count = 0
    for theme in [Theme.light, Theme.dark] {
        for (name, bytes) in try Gallery.files(theme: theme) {
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            count += 1
        }
    }
    return count
}
