import CZeroMQ
import Language

extension Kernelspec {
    /// A kernelspec that Jupyter may find, for bug reports.
    package struct Installed: Sendable, Equatable {
        package let folder: String
        /// The program that it starts; empty when `kernel.json` cannot be understood.
        package let program: String
        /// False when there is no such program: Jupyter will fail to start it.
        package let canStart: Bool
    }

    /// The kernelspecs of Saddle for this user, this Python environment and this machine.
    package static var installed: [Installed] {
        var folders: [String] = []
        for place in [Environment["VIRTUAL_ENV"], Environment["CONDA_PREFIX"]] {
            if let place { folders.append("\(place)/share/jupyter/kernels/\(name)") }
        }
        if let user = try? folder(in: .user) { folders.append(user) }
        for path in (Environment["JUPYTER_PATH"] ?? "").split(separator: ":") {
            folders.append("\(path)/kernels/\(name)")
        }
        folders += ["/usr/local", "/usr"].map { "\($0)/share/jupyter/kernels/\(name)" }
        var seen: Set<String> = []
        return folders.filter { seen.insert($0).inserted }.compactMap(read)
    }

    /// Nil where no kernelspec is.
    private static func read(_ folder: String) -> Installed? {
        guard let bytes = try? File.read("\(folder)/kernel.json") else { return nil }
        guard let description = try? JSONReader.read(bytes),
            case .array(let words)? = description["argv"], case .string(let first)? = words.first
        else { return Installed(folder: folder, program: "", canStart: false) }
        let program = first.replacing(ownFolder, with: folder)
        return Installed(
            folder: folder, program: program, canStart: File.isExecutable(program))
    }

    /// The versions of the libraries that carry and sign messages.
    package static var libraries: [(name: String, version: String)] {
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        zmq_version(&major, &minor, &patch)
        return [("ZeroMQ", "\(major).\(minor).\(patch)")]
    }
}
