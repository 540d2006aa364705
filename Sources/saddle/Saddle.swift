import ArgumentParser
import Console
import Foundation
import Jupyter
import Laboratory
import Language

/// The executable: argument parsing only. Without an argument it is the REPL.
@main
struct Saddle: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saddle",
        abstract: "A laboratory for adversarial games.",
        discussion: """
            Without an argument a prompt opens (or standard input is run as a script). \
            Jupyter starts 'saddle kernel' by itself after 'saddle install'.
            """,
        version: Version.current,
        subcommands: [
            Run.self, Evaluate.self, KernelCommand.self, Install.self, Uninstall.self, Format.self,
            Convert.self, GalleryCommand.self,
        ],
        defaultSubcommand: Evaluate.self)
}

enum Version {
    static let current = "0.1.0"
    static let greeting = "Saddle \(current), a laboratory for adversarial games. Type help."
}

/// Options of everything that shows results outside a notebook.
struct Showing: ParsableArguments {
    @Option(help: "Folder for the pictures that a program shows.")
    var output: String?

    @Flag(help: "A line of JSON for every report.")
    var json = false

    func reporter() -> any Reporter {
        makeReporter(OutputOptions(json: json, directory: output))
    }
}

/// `saddle`, `saddle -e CODE`, `saddle < script`.
struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repl", abstract: "A prompt; with -e, runs a text and leaves.")

    @Option(name: [.customShort("e"), .customLong("evaluate")], help: "Runs this text and leaves.")
    var code: String?

    @OptionGroup var showing: Showing

    func run() throws {
        let output = showing.reporter()
        let session = Session()
        let status: Int32
        if let code {
            status = runScript(Source(name: "-e", text: code), evaluator: session, output: output)
        } else {
            status =
                Repl(
                    evaluator: session, output: output, greeting: Version.greeting,
                    highlighter: highlights
                ).run()
        }
        throw ArgumentParser.ExitCode(status)
    }
}

/// `saddle run FILE [name=value …]`.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs a script; name=value sets a parameter that it declares with param.")

    @ArgumentParser.Argument(help: "The script, or - for standard input.")
    var file: String

    @ArgumentParser.Argument(help: "name=value for parameters that the script declares.")
    var settings: [String] = []

    @OptionGroup var showing: Showing

    func run() throws {
        let folder =
            file == "-"
            ? "."
            : file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
                separator: "/")
        let session = Session(folder: folder.isEmpty ? (file.hasPrefix("/") ? "/" : ".") : folder)
        for setting in settings {
            let parts = setting.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw ValidationError("'\(setting)' is no name=value")
            }
            session.setParameter(String(parts[0]), to: String(parts[1]))
        }
        let status = runScript(file: file, evaluator: session, output: showing.reporter())
        throw ArgumentParser.ExitCode(status)
    }
}

/// `saddle kernel --connection-file F`: what Jupyter starts.
struct KernelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel", abstract: "Serves Jupyter front ends.")

    @Option(name: [.customLong("connection-file"), .customShort("f")], help: "Made by Jupyter.")
    var connectionFile: String?

    @Flag(help: "Runs the kernel against itself and prints a scorecard.")
    var selftest = false

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
            Kernel.serve(connectionFile: connectionFile, identity: identity) { Session() })
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
}

struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Installs the kernel for Jupyter.")

    @OptionGroup var place: Place

    func run() throws {
        let folder = try Kernelspec.install(
            executable: Library.executable.path, to: place.destination)
        print("installed the kernel saddle in \(folder)")
    }
}

struct Uninstall: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Removes the kernel from Jupyter.")

    @OptionGroup var place: Place

    func run() throws {
        let folder = try Kernelspec.uninstall(from: place.destination)
        print("removed the kernel saddle from \(folder)")
    }
}
