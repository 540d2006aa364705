import ArgumentParser
import Console
import Foundation
import Laboratory
import Language

/// `saddle gallery DIR`: every kind of picture, to look at.
struct GalleryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gallery", abstract: "Writes every kind of picture into a folder.")

    @ArgumentParser.Argument(help: "The folder; it is made when it is not there.")
    var folder: String

    @Flag(help: "Also says how long the usual pictures take, from a command to a PNG.")
    var times = false

    func run() throws {
        print("wrote \(try writeGallery(to: folder)) files to \(folder)")
        guard times else { return }
        for (name, milliseconds) in try pictureTimes() {
            print("\(name): \(String(format: "%.2f", milliseconds)) ms")
        }
    }
}

/// `saddle format FILE…`.
struct Format: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Formats programs in place; with --check only says which would change.")

    @ArgumentParser.Argument(help: "Files of Saddle code.")
    var files: [String]

    @Flag(help: "Changes nothing; exit code 1 when a file is not formatted.")
    var check = false

    func run() throws {
        var status: Int32 = 0
        for file in files {
            switch readScript(file) {
            case .failure(let fault):
                tell(render(fault, style: .plain))
                status = 2
            case .success(let source):
                do {
                    let text = try Language.format(source)
                    guard text != source.text else { continue }
                    if check {
                        print("\(file) is not formatted")
                        status = max(status, 1)
                    } else {
                        try Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
                    }
                } catch let fault as Diagnostic {
                    tell(render(fault, style: .plain))
                    status = max(status, 1)
                }
            }
        }
        throw ArgumentParser.ExitCode(status)
    }

    private func tell(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}

/// `saddle convert lesson.ipynb lesson.saddle`, and back.
struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Turns a notebook into a program, or a program into a notebook.")

    @ArgumentParser.Argument(help: "An .ipynb or .saddle file.")
    var from: String

    @ArgumentParser.Argument(help: "The file to write; the same name with the other ending.")
    var to: String?

    func run() throws {
        let output = makeReporter(OutputOptions())
        throw ArgumentParser.ExitCode(convert(file: from, to: to, output: output))
    }
}
