import ArgumentParser
import Foundation
import Jupyter
import Laboratory

/// `saddle package FOLDER`: everything that runs, in one folder that works wherever it is moved.
struct PackageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "package",
        abstract: "Makes a folder that works on machines without Swift, wherever it is moved.",
        discussion: """
            It holds bin/saddle, the games of the Library and a kernelspec. On the other machine \
            run bin/saddle install there, or name share/jupyter in JUPYTER_PATH.
            """)

    @ArgumentParser.Argument(help: "The folder to make, such as saddle-0.1.0.")
    var folder: String

    func run() throws {
        let files = FileManager.default
        let root = URL(fileURLWithPath: folder)
        if let found = try? files.contentsOfDirectory(atPath: root.path), !found.isEmpty {
            throw ValidationError("\(folder) is not empty; name a folder that is to be made")
        }
        guard let games = Library.folder("Library"),
            let experiments = Library.folder("Experiments")
        else {
            throw ValidationError("the folder of the Library is missing; SADDLE_LIBRARY names it")
        }
        do {
            let program = root.appendingPathComponent("bin/saddle")
            let library = root.appendingPathComponent("share/saddle/Library")
            for file in [program, library] {
                try files.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            }
            try files.copyItem(at: Library.executable.resolvingSymlinksInPath(), to: program)
            Self.strip(program)
            try files.copyItem(at: games.resolvingSymlinksInPath(), to: library)
            try files.copyItem(
                at: experiments.resolvingSymlinksInPath(),
                to: root.appendingPathComponent("share/saddle/Experiments"))
            try Self.licence.write(
                to: root.appendingPathComponent("LICENSE"), atomically: true, encoding: .utf8)
            try Self.readMe.write(
                to: root.appendingPathComponent("README.txt"), atomically: true, encoding: .utf8)
        } catch let error as CocoaError {
            throw ValidationError("cannot make \(folder): \(error.localizedDescription)")
        }
        // From share/jupyter/kernels/saddle up to the top.
        try Kernelspec.write(
            program: Kernelspec.ownFolder + "/../../../../bin/saddle",
            to: root.appendingPathComponent("share/jupyter/kernels/saddle").path)
        print("made \(folder) (\(Self.megabytes(in: root)) MB)")
    }

    /// Takes the symbols out, which are a third of the file, where the machine can.
    private static func strip(_ program: URL) {
        #if os(Linux)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["strip", program.path]
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { return }
            process.waitUntilExit()
        #endif
    }

    private static func megabytes(in folder: URL) -> Int {
        let paths = FileManager.default.enumerator(
            at: folder, includingPropertiesForKeys: [.fileSizeKey])
        var bytes = 0
        while let file = paths?.nextObject() as? URL {
            bytes += (try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0
        }
        return (bytes + 500_000) / 1_000_000
    }

    private static let readMe = """
        Saddle \(Version.current), a laboratory for adversarial games.

        It needs libzmq, libsodium, libpng, libjpeg, oneDNN, cairo, chafa and a font. Their names are the
        same in all releases of Debian and Ubuntu:

            sudo apt-get install libzmq3-dev libsodium-dev libpng-dev libjpeg-dev \\
                libdnnl-dev libcairo2-dev libchafa-dev fonts-dejavu-core

        bin/saddle                  the prompt
        bin/saddle FILE             runs a program
        bin/saddle install          makes the kernel known to Jupyter, for you
        bin/saddle install --shell  makes saddle a command of your shell
        bin/saddle doctor           says what it finds on this machine

        The folder may be moved; run install again then. Without install, Jupyter finds the kernel
        when JUPYTER_PATH names this folder's share/jupyter.

        """

    /// The file LICENSE, which has to go with every copy.
    private static let licence = """
        MIT License

        Copyright (c) 2026 The Saddle authors

        Permission is hereby granted, free of charge, to any person obtaining a copy
        of this software and associated documentation files (the "Software"), to deal
        in the Software without restriction, including without limitation the rights
        to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
        copies of the Software, and to permit persons to whom the Software is
        furnished to do so, subject to the following conditions:

        The above copyright notice and this permission notice shall be included in all
        copies or substantial portions of the Software.

        THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
        IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
        FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
        AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
        LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
        OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
        SOFTWARE.

        """
}
