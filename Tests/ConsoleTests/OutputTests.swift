import Console
import Foundation
import Language
import Testing

/// An evaluator whose programs are words: each line does one thing that an output must show.
final class WordEvaluator: Evaluator {
    let interrupt = Interrupt()
    var atSafePoint: (() -> Void)?
    private(set) var sources: [Source] = []

    func run(_ source: Source, output: any Output) -> Outcome {
        sources.append(source)
        var outcome = Outcome()
        for line in source.text.split(separator: "\n") where !line.hasPrefix("#") {
            atSafePoint?()
            if interrupt.take() {
                outcome.faults = [Diagnostic(.interrupted, "interrupted", source: source)]
                return outcome
            }
            let words = line.split(separator: " ").map(String.init)
            switch words[0] {
            case "print": output.write(words[1] + "\n", to: .output)
            case "warn": output.write(words[1] + "\n", to: .error)
            case "picture":
                let bundle = MIMEBundle(
                    ["image/png": .bytes(PictureTests.png), "text/plain": .text("8x8")],
                    metadata: [
                        "saddle": .object([
                            "saddle:command": .string(words[1].replacing("_", with: " "))
                        ])
                    ])
                output.display(bundle, id: words.count > 2 ? words[2] : nil)
            case "update":
                let bundle = MIMEBundle(
                    ["image/png": .bytes(PictureTests.png), "text/plain": .text("last")])
                output.update(bundle, id: words[1])
            case "progress":
                output.progress(Progress(done: 1, total: 2, line: "round 1"))
                output.progress(Progress(done: 2, total: 2, line: "round 2", ended: true))
            case "formula":
                output.display(
                    MIMEBundle(["text/latex": .text("$x^2$"), "text/plain": .text("x^2")]), id: nil)
            case "value": outcome.result = MIMEBundle(text: words[1])
            case "stop":
                // Any thread of the process may take the signal.
                kill(getpid(), SIGINT)
                for _ in 0..<2000 where !interrupt.isRequested { usleep(1000) }
            case "leave": return Outcome(exit: Int32(words[1]))
            case "ask":
                do {
                    outcome.result = MIMEBundle(text: try output.ask("name? ", secret: false))
                } catch let fault as Diagnostic {
                    outcome.faults = [fault]
                } catch {}
            default:
                let start = source.text.utf8.count - source.text.utf8.count
                let place = source.text.range(of: words[0]).map {
                    source.text.utf8.distance(from: source.text.startIndex, to: $0.lowerBound)
                }
                let lower = place ?? start
                outcome.faults = [
                    Diagnostic(
                        .name, "unknown name \(words[0])", hint: "did you mean print",
                        source: source, span: Span(lower, lower + words[0].utf8.count))
                ]
                return outcome
            }
        }
        return outcome
    }

    func evaluate(_ expression: Source, output: any Output) -> Outcome { Outcome() }
    func complete(_ text: String, at cursor: Int) -> Completion {
        Completion([], start: cursor, end: cursor)
    }
    func inspect(_ text: String, at cursor: Int, detail: Int) -> MIMEBundle? { nil }
    func looksOn(_ text: String) -> Bool { false }
    var completeness: @Sendable (String) -> Completeness { { _ in .complete } }
}

/// Runs scripts with output to files and gives back what came out.
struct Bench {
    let folder = NSTemporaryDirectory() + "saddle-\(UUID().uuidString)"

    func run(_ text: String, json: Bool = false) throws -> (exit: Int32, out: String, err: String) {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let names = ["out", "err", "in"].map { "\(folder)/\($0)" }
        for name in names { try Data().write(to: URL(fileURLWithPath: name)) }
        let handles = try names.map { name in
            try #require(FileHandle(forUpdatingAtPath: name))
        }
        let output = PlainOutput(
            options: OutputOptions(json: json, directory: folder, environment: [:]),
            input: handles[2].fileDescriptor, output: handles[0].fileDescriptor,
            errors: handles[1].fileDescriptor)
        // A handle closes its file as soon as nobody holds it.
        let exit = withExtendedLifetime(handles) {
            runScript(
                Source(name: "test.saddle", text: text), evaluator: WordEvaluator(),
                output: output)
        }
        let shown = try names.map { try String(contentsOfFile: $0, encoding: .utf8) }
        return (exit, shown[0], shown[1])
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}

// One at a time: a signal belongs to the whole process.
@Suite("Output of scripts", .serialized)
struct OutputTests {
    let bench = Bench()

    @Test("Text goes to the two streams, the last value to standard output")
    func text() throws {
        defer { bench.remove() }
        let result = try bench.run("print a\nwarn b\nvalue 3\nformula")
        #expect(result == (0, "a\nx^2\n3\n", "b\n"))
    }

    @Test("A fault names file, line and column on standard error; the exit code is 1")
    func fault() throws {
        defer { bench.remove() }
        let result = try bench.run("print a\nbroken b\nprint c")
        #expect(result.exit == 1 && result.out == "a\n")
        #expect(result.err.contains("unknown name broken"))
        #expect(result.err.contains("test.saddle") && result.err.contains("^^^^^^"))
        #expect(result.err.contains("did you mean print") && !result.err.contains("\u{1B}"))
    }

    @Test("Pictures become files named by their command, and the names are printed")
    func pictures() throws {
        defer { bench.remove() }
        let result = try bench.run("picture samples(g)\npicture x_=_plot(g)\npicture samples(h)")
        for name in ["samples-1.png", "plot-1.png", "samples-2.png"] {
            let path = "\(bench.folder)/\(name)"
            #expect(result.out.contains("wrote \(path)\n"))
            #expect(FileManager.default.contents(atPath: path) == Data(PictureTests.png))
        }
    }

    @Test("A display that is updated is one file, and its last state is shown at the end")
    func updates() throws {
        defer { bench.remove() }
        let result = try bench.run("picture samples id1\nupdate id1\nupdate id1\nprint x")
        let files = try FileManager.default.contentsOfDirectory(atPath: bench.folder)
        #expect(files.filter { $0.hasSuffix(".png") } == ["samples-1.png"])
        #expect(result.out.components(separatedBy: "last").count == 2)
    }

    @Test("A program that asks where nobody answers gets a fault")
    func asking() throws {
        defer { bench.remove() }
        let result = try bench.run("ask")
        #expect(result.exit == 1 && result.err.contains("nobody can answer"))
    }

    @Test("With --json every event is one object on one line")
    func json() throws {
        defer { bench.remove() }
        let result = try bench.run(
            "print a\nprogress\npicture samples(g)\nformula\nvalue 7\nbroken", json: true)
        let lines = result.out.split(separator: "\n").map { JSONText.decode(String($0)) }
        let types = lines.map { line -> String in
            if case .string(let type)? = line?["type"] { type } else { "?" }
        }
        #expect(
            types == [
                "text", "progress", "progress", "display", "display", "result", "error", "end",
            ])
        guard lines.count == 8 else { return }
        #expect(lines[0]?["text"] == .string("a\n") && lines[1]?["done"] == .integer(1))
        #expect(lines[3]?["file"] == .string("\(bench.folder)/samples-1.png"))
        #expect(lines[4]?["data"]?["text/latex"] == .string("$x^2$"))
        #expect(lines[6]?["line"] == .integer(6) && lines[6]?["kind"] == .string("name"))
        #expect(lines[7]?["exit"] == .integer(1) && result.exit == 1)
        #expect(result.err.isEmpty)
    }

    @Test("Ctrl-C ends a script with 130, and what follows does not run")
    func interrupt() throws {
        defer { bench.remove() }
        let result = try bench.run("print a\nstop\nprint b\nprint c")
        #expect(result.exit == 130 && result.out == "a\n")
    }

    @Test("A program may choose its exit code")
    func leaving() throws {
        defer { bench.remove() }
        #expect(try bench.run("leave 7").exit == 7)
    }

    @Test("A file that is missing or no text is a usage error, with the nearest name")
    func files() throws {
        defer { bench.remove() }
        _ = try bench.run("print a")
        try Data([0xFF, 0xFE, 0x80]).write(to: URL(fileURLWithPath: bench.folder + "/bytes"))
        try Data("print a".utf8).write(to: URL(fileURLWithPath: bench.folder + "/here.saddle"))
        for path in ["nothing", "bytes", ""] {
            let output = PlainOutput(
                options: OutputOptions(environment: [:]), output: -1, errors: -1)
            let exit = runScript(
                file: bench.folder + "/" + path, evaluator: WordEvaluator(), output: output)
            #expect(exit == 2)
        }
        guard case .failure(let fault) = readScript(bench.folder + "/here") else {
            Issue.record("read a file that is not there")
            return
        }
        #expect(fault.hint?.contains("here.saddle") == true)
    }
}

@Suite("Lines at the prompt that are not the language")
struct ReplCommandTests {
    @Test("A line's first sign says what it is")
    func kinds() {
        #expect(ReplCommand("  ") == .nothing)
        #expect(ReplCommand("; ls -l") == .shell("ls -l"))
        #expect(ReplCommand(";") == .nothing)
        #expect(ReplCommand("a = 1") == .program("a = 1"))
        #expect(ReplCommand("?train") == .program("?train"))
        #expect(ReplCommand("%time train g") == .program("time train g"))
        #expect(ReplCommand("%run x.saddle") == .program("include \"x.saddle\""))
        #expect(ReplCommand("%keys") == .keys)
        #expect(ReplCommand("%what") == .unknown("what"))
    }

    @Test("%history lists the newest entries, or those with a word")
    func history() {
        let entries = ["train g", "plot(g)", "train h"]
        #expect(ReplCommand("%history 2", history: entries) == .history("plot(g)\ntrain h\n"))
        #expect(ReplCommand("%history train", history: entries) == .history("train g\ntrain h\n"))
    }

    @Test("The help of the keys names every group")
    func keys() {
        for group in LineEditor.groups { #expect(Repl.keysHelp.contains(group.title)) }
        #expect(Repl.keysHelp.contains("Ctrl-R"))
    }
}

@Suite("The shell")
struct ShellTests {
    @Test("Words are quoted so that the shell takes them literally")
    func quoting() {
        #expect(Shell.quoted("it's") == "'it'\\''s'")
    }

    @Test("Exit codes and signals come back as shells give them")
    func codes() {
        #expect(Shell.run("exit 3", environment: [:]) == 3)
        #expect(Shell.run("kill -9 $$", environment: ["SHELL": "/bin/sh"]) == 137)
        #expect(Shell.run("true", environment: ["SHELL": "/no/such/shell"]) == 0)
    }

    @Test("Files complete with their folder, folders with a slash, hidden ones on request")
    func files() throws {
        let folder = NSTemporaryDirectory() + "saddle-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(
            atPath: folder + "/sub", withIntermediateDirectories: true)
        for name in ["some", ".hidden"] {
            try Data().write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        let found = { Shell.files(beginning: $0, environment: ["HOME": folder]) }
        #expect(found("\(folder)/s") == ["\(folder)/some", "\(folder)/sub/"])
        #expect(found("~/.h") == ["~/.hidden"])
        #expect(found("\(folder)/x") == [])
    }
}
