import Datasets
import Pictures
import Tensors

/// What the engine, the pictures and the data find on a machine, for bug reports.
package struct Examination {
    let environment: [String: String]

    package init(environment: [String: String]) { self.environment = environment }

    /// Instructions, threads, and a measured speed.
    package var engine: [(name: String, value: String)] {
        let speed = (try? Machine.gigaflops()).map { "\(Int($0.rounded())) GFLOP/s" }
        return [
            (
                "engine",
                "\(Machine.cores) cores, \(Threads.count) threads, loops with \(Machine.instructions)"
            ),
            ("speed", "\(speed ?? "unknown") in products of 1024 x 1024 matrices"),
        ]
    }

    package var libraries: [(name: String, version: String)] {
        [("oneDNN", Machine.oneDNN)] + PictureLibraries.versions + Inventory.libraries
    }

    /// Each published data set and where it is.
    package var data: [(name: String, value: String)] {
        Inventory.all(environment: environment).map { set in
            let folders = Set(set.found.map { Path.folder($0) }).sorted()
            let place =
                folders.isEmpty ? "would go to \(set.cache)" : folders.joined(separator: ", ")
            return ("data", "\(set.name): \(set.found.count) of \(set.count) files, \(place)")
        }
    }
}
