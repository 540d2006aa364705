import Language

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The folder that tells Jupyter how to start Saddle: `kernel.json` and three logos.
package enum Kernelspec {
    /// Where Jupyter looks for kernels.
    package enum Destination: Sendable, Equatable {
        /// For this user: `$JUPYTER_DATA_DIR`, else the user's data folder.
        case user
        /// For one Python environment: `PREFIX/share/jupyter`.
        case prefix(String)
        /// For everybody: `/usr/local/share/jupyter`.
        case system
    }

    package struct Fault: Error, Equatable, CustomStringConvertible {
        package var message: String
        package var description: String { message }
    }

    package static let name = "saddle"

    /// Writes the kernelspec and returns its folder; an older one is replaced.
    /// `executable` is made absolute, since Jupyter starts kernels in any folder.
    @discardableResult
    package static func install(executable: String, to place: Destination) throws(Fault) -> String {
        let program = absolute(executable)
        guard File.isExecutable(program) else {
            throw Fault(message: "\(program) is not a program that can be run")
        }
        let folder = try self.folder(in: place)
        try write(program: program, to: folder)
        return folder
    }

    /// What Jupyter puts the kernelspec's own folder for, in the words that start a kernel.
    package static let ownFolder = "{resource_dir}"

    /// Writes a kernelspec that starts a program; its path may begin with `ownFolder`.
    package static func write(program: String, to folder: String) throws(Fault) {
        do {
            try File.makeFolder(folder)
            for (name, bytes) in logos {
                try File.write(bytes, to: "\(folder)/\(name)", mode: 0o644)
            }
            try File.write(description(of: program), to: "\(folder)/kernel.json", mode: 0o644)
        } catch {
            throw Fault(message: "cannot write \(error.path): \(error.reason)")
        }
    }

    /// Removes what `install` wrote and returns the folder; a fault when nothing was there.
    @discardableResult
    package static func uninstall(from place: Destination) throws(Fault) -> String {
        let folder = try self.folder(in: place)
        guard File.size("\(folder)/kernel.json") != nil else {
            throw Fault(message: "no kernel is installed in \(folder)")
        }
        for name in ["kernel.json"] + logos.map(\.name) {
            let path = "\(folder)/\(name)"
            guard unlink(path) == 0 || errno == ENOENT else {
                throw Fault(message: "cannot remove \(path): \(String(cString: strerror(errno)))")
            }
        }
        // A folder that holds somebody else's file stays.
        rmdir(folder)
        return folder
    }

    /// The folder of the kernelspec; faults when no home is known.
    package static func folder(in place: Destination) throws(Fault) -> String {
        switch place {
        case .prefix(let prefix): "\(absolute(prefix))/share/jupyter/kernels/\(name)"
        case .system: "/usr/local/share/jupyter/kernels/\(name)"
        case .user: "\(try userFolder())/kernels/\(name)"
        }
    }

    /// As `jupyter --data-dir` says.
    private static func userFolder() throws(Fault) -> String {
        if let folder = Environment["JUPYTER_DATA_DIR"] { return folder }
        #if canImport(Darwin)
            if let home = Environment["HOME"] { return home + "/Library/Jupyter" }
        #else
            if let folder = Environment["XDG_DATA_HOME"] { return folder + "/jupyter" }
            if let home = Environment["HOME"] { return home + "/.local/share/jupyter" }
        #endif
        throw Fault(message: "no home folder is known: set HOME or JUPYTER_DATA_DIR")
    }

    /// Interrupts come as messages: they are signed and encrypted like everything else, are
    /// answered, and reach a kernel on another machine too. SIGINT works all the same.
    private static func description(of program: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.append(raw: "{\n  \"argv\": [")
        for (index, word) in [program, "kernel", "--connection-file", "{connection_file}"]
            .enumerated()
        {
            if index > 0 { writer.append(raw: ", ") }
            writer.append(quoted: word)
        }
        writer.append(raw: "],\n  \"display_name\": \"Saddle\",\n  \"language\": \"saddle\",\n")
        writer.append(raw: "  \"interrupt_mode\": \"message\",\n")
        writer.append(raw: "  \"kernel_protocol_version\": \"\(Envelope.protocolVersion)\",\n")
        writer.append(raw: "  \"metadata\": {\n    \"debugger\": false,\n")
        writer.append(raw: "    \"supported_encryption\": [\"curve\"]\n  }\n}\n")
        return writer.bytes
    }

    private static let logos: [(name: String, bytes: [UInt8])] = [
        ("logo-32x32.png", PackageResources.logo_32x32_png),
        ("logo-64x64.png", PackageResources.logo_64x64_png),
        ("logo-svg.svg", PackageResources.logo_svg_svg),
    ]

    private static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }
}
