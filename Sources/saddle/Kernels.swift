import ArgumentParser
import Foundation
import Jupyter
import Laboratory

/// `saddle kernel --connection-file F`: what Jupyter starts.
struct KernelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel", abstract: "Serves Jupyter front ends.")

    @Option(name: [.customLong("connection-file"), .customShort("f")], help: "Made by Jupyter.")
    var connectionFile: String?

    @Flag(help: "Runs the kernel against itself and prints a scorecard.")
    var selftest = false

    /// Front ends hand their own arguments on (`jupyter run --kernel saddle FILE` the file), and
    /// then run the file themselves; a kernel has no use for them.
    @Argument(parsing: .allUnrecognized, help: .hidden)
    var others: [String] = []

    func validate() throws {
        guard connectionFile == nil, let other = others.first else { return }
        throw ValidationError("Unexpected argument '\(other)'")
    }

    func run() throws {
        let identity = Identity(version: Version.current, banner: Version.greeting)
        if selftest {
            throw ArgumentParser.ExitCode(
                Kernel.selftest(identity: identity) { Session() })
        }
        guard let connectionFile else {
            throw ValidationError("kernel needs --connection-file FILE; Jupyter gives it")
        }
        throw ArgumentParser.ExitCode(
            Kernel.serve(connectionFile: connectionFile, identity: identity) { Session.ofUser() })
    }
}

/// Where a kernelspec goes.
struct Place: ParsableArguments {
    @Flag(help: "For this user (the default).")
    var user = false

    @Flag(help: "For everybody on this machine.")
    var system = false

    @Option(help: "For a Python environment, such as .venv.")
    var prefix: String?

    var destination: Kernelspec.Destination {
        if let prefix { return .prefix(prefix) }
        return system ? .system : .user
    }

    var shellFiles: ShellFiles {
        get throws {
            if let prefix { return ShellFiles(prefix: prefix) }
            if system { return ShellFiles(prefix: "/usr/local") }
            guard let home = ProcessInfo.processInfo.environment["HOME"], !home.isEmpty else {
                throw ValidationError("no home folder is known: give --prefix DIR")
            }
            return ShellFiles(prefix: home + "/.local")
        }
    }
}

struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes the kernel known to Jupyter, or with --shell the command to shells.")

    @OptionGroup var place: Place

    @Flag(help: "For shells instead: the command saddle in PREFIX/bin, and completion by Tab.")
    var shell = false

    func run() throws {
        if shell {
            for path in try place.shellFiles.install() { print("installed \(path)") }
            return
        }
        let folder = try Kernelspec.install(
            executable: Library.executable.path, to: place.destination)
        print("installed the kernel saddle in \(folder)")
    }
}

struct Uninstall: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Removes what install made.")

    @OptionGroup var place: Place

    @Flag(help: "What install --shell made.")
    var shell = false

    func run() throws {
        if shell {
            for path in try place.shellFiles.uninstall() { print("removed \(path)") }
            return
        }
        let folder = try Kernelspec.uninstall(from: place.destination)
        print("removed the kernel saddle from \(folder)")
    }
}
