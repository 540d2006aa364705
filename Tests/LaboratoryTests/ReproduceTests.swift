import Foundation
import Language
import Pictures
import Testing

@testable import Laboratory

/// A picture's file makes the picture again: the same statements, the same numbers, every pixel.
@Suite struct ReproduceTests {
    private static let setUp = """
        seed 4
        junk = randn([50])
        data = ring(8)
        G = mlp(noise(2), [8], 2)
        unrelated = randn([7])
        D = mlp(2, [8], 1)
        game mine(G, D, data, k = 2) {
            x ~ data;  z ~ noise(G)
            minimize D: mean((D(x) - 1)^2) + k * mean(D(G(z))^2)
            minimize G: mean((D(G(z)) - 1)^2)
        }
        g = mine(G, D, data, k: 3)
        train g, rounds: 20

        """

    /// A folder of its own, removed afterwards.
    private func inFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "saddle-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    private func run(_ session: Session, _ program: String) -> (Outcome, Transcript) {
        let transcript = Transcript()
        let outcome = session.run(Source(name: "test", text: program), output: transcript)
        return (outcome, transcript)
    }

    @Test(arguments: [
        "samples(g)", "field(g, resolution: 20)", "plot(g, theme: \"dark\")", "curve(g)",
        "gradients(g)", "activations(G)", "weights(D)", "animate(g)", "animate(g, of: \"field\")",
        "interpolate(g)", "nearest(g)", "show(randn([4, 8, 8, 1]))", "histogram(randn([30]))",
        "plot([g, g])", "show(data)",
    ])
    func everyPixelComesBack(_ picture: String) throws {
        try inFolder { folder in
            let first = Session(folder: folder.path)
            let (made, _) = run(first, Self.setUp + "save \(picture), \"it.png\"")
            try #require(made.faults.isEmpty, "\(made.faults)")
            let second = Session(folder: folder.path)
            let (again, said) = run(second, "p = reproduce(\"it.png\")")
            try #require(again.faults.isEmpty, "\(again.faults)")
            #expect(said.text == "every pixel is that of it.png\n")
            let file = [UInt8](try Data(contentsOf: folder.appendingPathComponent("it.png")))
            guard case .picture(let found)? = second.globals.variable("p").value else {
                Issue.record("no picture")
                return
            }
            #expect(try PNG.samePixels(try found.png(), file))
        }
    }

    @Test func onlyWhatItDependsOnIsKept() throws {
        try inFolder { folder in
            _ = run(Session(folder: folder.path), Self.setUp + "save samples(g), \"it.png\"")
            let file = [UInt8](try Data(contentsOf: folder.appendingPathComponent("it.png")))
            let told = try PNG.text(in: file)
            let program = try #require(told.first { $0.0 == "saddle:program" }?.1)
            #expect(program.contains("game mine"))
            #expect(program.contains("train g, rounds: 20"))
            #expect(!program.contains("junk") && !program.contains("unrelated"))
            #expect(told.first { $0.0 == "saddle:round" }?.1 == "20")
            #expect(told.first { $0.0 == "saddle:game" }?.1 == "mine")
        }
    }

    /// The program that a picture keeps after several statements.
    private func kept(_ program: String) throws -> String {
        var kept = ""
        try inFolder { folder in
            let session = Session(folder: folder.path)
            let (made, _) = run(session, program + "\nsave plot(y), \"it.png\"")
            try #require(made.faults.isEmpty, "\(made.faults)")
            let file = [UInt8](try Data(contentsOf: folder.appendingPathComponent("it.png")))
            kept = try PNG.text(in: file).first { $0.0 == "saddle:program" }?.1 ?? ""
            let (again, said) = run(Session(folder: folder.path), "reproduce \"it.png\"")
            #expect(again.faults.isEmpty && said.text.contains("every pixel"), "\(again.faults)")
        }
        return kept.split(separator: "\n").dropLast().joined(separator: "; ")
    }

    @Test func aValueThatWasReplacedIsLeftOut() throws {
        // A cell that is run again leaves its earlier runs behind.
        #expect(
            try kept("x = randn([9])\nx = randn([5])\ny = x + 1") == "x = randn([5]); y = x + 1")
        #expect(try kept("x = 1\nx = x + 1\ny = [x, 2]") == "x = 1; x = x + 1; y = [x, 2]")
        #expect(try kept("x = 1\nx += 3\ny = [x, 2]") == "x = 1; x += 3; y = [x, 2]")
        // A function sees what a name is given later, and another name for a list is the same.
        #expect(
            try kept("k = 1\nf(a) = a + k\nk = 5\ny = [f(1), 2]")
                == "k = 1; f(a) = a + k; k = 5; y = [f(1), 2]")
        #expect(
            try kept("k = 1\nf = a -> a + k\nk = 5\ny = [f(1), 2]")
                == "k = 1; f = a -> a + k; k = 5; y = [f(1), 2]")
        #expect(
            try kept("x = 1\nfor i in 0..<3 { x = x + i }\nx = x + 1\ny = [x]")
                == "x = 1; for i in 0..<3 { x = x + i }; x = x + 1; y = [x]")
        // What was done through another name counts.
        let trained = try kept(
            """
            G = mlp(noise(2), [4], 2)
            g = lsgan(G, mlp(2, [4], 1), ring(8))
            h = g
            train h, rounds: 3
            y = [sum(parameters(G)[0]), 1]
            """)
        #expect(trained.contains("train h, rounds: 3"))
    }

    @Test func aLongSessionKeepsOnlyWhatSomethingDependsOn() throws {
        let session = Session(folder: NSTemporaryDirectory())
        _ = run(session, "a = randn([5])\nb = a + 1\nf(v) = v + k\nk = 1")
        for number in 0..<1000 {
            for cell in ["1 + 1", "x = \(number)", "unheard_of", "print \"x\""] {
                _ = run(session, cell)
            }
        }
        #expect(session.history.entries.count < 200)
        let kept = session.history.entries.map(\.text)
        #expect(kept.starts(with: ["a = randn([5])", "b = a + 1", "f(v) = v + k", "k = 1"]))
        #expect(session.history.forgotten.isEmpty)
        // A chain is needed from its beginning, and `ans` is one.
        _ = run(session, "y = 0")
        for _ in 0..<100 { _ = run(session, "y = y + 1") }
        _ = run(session, "20")
        for _ in 0..<100 { _ = run(session, "ans + 1") }
        for _ in 0..<500 { _ = run(session, "z = 1") }
        let needed = session.history.entries.map(\.text)
        #expect(needed.count { $0 == "y = y + 1" } == 100 && needed.contains("y = 0"))
        #expect(needed.count { $0 == "ans + 1" } == 100 && needed.contains("20"))
    }

    @Test func aStatementTooLongToKeepIsSaid() throws {
        try inFolder { folder in
            let session = Session(folder: folder.path)
            session.history.limit = 30_000
            let list = String(repeating: "1, ", count: 3000)
            _ = run(session, "long = [\(list)2]")
            #expect(session.history.entries.map(\.text) == [""])
            _ = run(session, "save plot(long), \"it.png\"")
            let (lost, said) = run(Session(folder: folder.path), "reproduce \"it.png\"")
            #expect(said.text.contains("a statement was too long to be kept"))
            #expect(said.text.contains("the first statements about long were forgotten"))
            #expect(lost.faults.count == 1)
        }
    }

    @Test func whatALongSessionForgotIsSaid() throws {
        try inFolder { folder in
            let session = Session(folder: folder.path)
            session.history.limit = 30_000
            _ = run(session, "m = [1, 2]\nother = [4, 5]")
            for _ in 0..<200 { _ = run(session, "print m") }
            #expect(session.history.entries.count < 60)
            _ = run(session, "save plot(m), \"m.png\"\nfresh = [3, 4]")
            _ = run(session, "save plot(fresh), \"fresh.png\"")
            let (lost, said) = run(Session(folder: folder.path), "reproduce \"m.png\"")
            #expect(said.text.contains("the first statements about m were forgotten"))
            #expect(lost.faults.first?.message.contains("m.png cannot be made again") == true)
            #expect(lost.faults.first?.hint?.contains("run those again") == true)
            let (found, told) = run(Session(folder: folder.path), "reproduce \"fresh.png\"")
            #expect(found.faults.isEmpty && told.text.contains("every pixel is that of fresh.png"))
            #expect(!told.text.contains("note:"))
        }
    }

    @Test func onePictureOfALoopIsFound() throws {
        try inFolder { folder in
            let loop = """
                for i in 0..<3 { train g, rounds: 5; save(samples(g), "\\(i).png") }
                """
            _ = run(Session(folder: folder.path), Self.setUp + loop)
            let before = try Data(contentsOf: folder.appendingPathComponent("2.png"))
            for name in ["0.png", "1.png", "2.png"] {
                let (again, said) = run(Session(folder: folder.path), "reproduce \"\(name)\"")
                #expect(again.faults.isEmpty, "\(again.faults)")
                #expect(said.text.contains("every pixel is that of \(name)"))
            }
            // Making a picture again writes no file.
            #expect(try Data(contentsOf: folder.appendingPathComponent("2.png")) == before)
        }
    }

    /// A front end that shows pictures while a game trains, and keeps them.
    private final class Watching: Output {
        private(set) var pictures: [[UInt8]] = []
        var liveness: Liveness { .pictures }
        func write(_ text: String, to stream: TextStream) {}
        func display(_ bundle: MIMEBundle, id: String?) { update(bundle, id: "") }
        func update(_ bundle: MIMEBundle, id: String) {
            if case .bytes(let png)? = bundle.contents["image/png"] { pictures.append(png) }
        }
        func progress(_ progress: Language.Progress) {}
        func clear(wait: Bool) {}
        func ask(_ prompt: String, secret: Bool) throws -> String { "" }
    }

    @Test func aPictureFromTheMiddleOfATrainingIsMadeAgain() throws {
        try inFolder { folder in
            let output = Watching()
            let session = Session(folder: folder.path)
            let setUp = session.run(Source(name: "test", text: Self.setUp), output: Silence())
            try #require(setUp.faults.isEmpty, "\(setUp.faults)")
            func told(_ png: [UInt8], _ keyword: String) -> String? {
                (try? PNG.text(in: png))?.first { $0.0 == keyword }?.1
            }
            func isLive(_ png: [UInt8]) -> Bool {
                told(png, "saddle:recipe")?.contains("\"live\":") == true
            }
            // Until one has come: there is one every quarter of a second.
            var rounds = 1000
            while !output.pictures.contains(where: isLive), rounds < 1_000_000 {
                rounds *= 2
                let cell = "for i in 0..<2 { train g, rounds: \(rounds) }"
                let outcome = session.run(Source(name: "test", text: cell), output: output)
                try #require(outcome.faults.isEmpty, "\(outcome.faults)")
            }
            let live = try #require(output.pictures.last(where: isLive))
            func value(_ keyword: String) -> String? { told(live, keyword) }
            #expect(value("saddle:game") == "mine" && value("saddle:seed") != nil)
            #expect(value("saddle:source")?.count == 16)
            #expect(value("saddle:command")?.hasPrefix("for i in 0..<2") == true)
            #expect(value("saddle:recipe")?.contains("rounds/s") == true)
            let round = try #require(value("saddle:round").flatMap { Int($0) })
            #expect(round > 20)
            try Data(live).write(to: folder.appendingPathComponent("live.png"))
            let (again, said) = run(Session(folder: folder.path), "reproduce \"live.png\"")
            #expect(again.faults.isEmpty, "\(again.faults)")
            #expect(said.text.contains("every pixel is that of live.png"))
        }
    }

    @Test func includedFilesComeAlong() throws {
        try inFolder { folder in
            let file = folder.appendingPathComponent("nets.saddle")
            try Data("G = mlp(noise(2), [5], 2)\n".utf8).write(to: file)
            let program = "seed 2\ninclude \"nets.saddle\"\nsave samples(G), \"it.png\""
            _ = run(Session(folder: folder.path), program)
            try FileManager.default.removeItem(at: file)
            let (again, said) = run(Session(folder: folder.path), "reproduce \"it.png\"")
            #expect(again.faults.isEmpty, "\(again.faults)")
            #expect(said.text.contains("every pixel"))
        }
    }

    @Test func nothingHereChanges() throws {
        try inFolder { folder in
            _ = run(Session(folder: folder.path), Self.setUp + "save samples(g), \"it.png\"")
            let session = Session(folder: folder.path)
            let alone = run(Session(folder: folder.path), "seed 9\nx = 1\nrandn([3])").0.result
            _ = run(session, "seed 9\nx = 1")
            _ = run(session, "p = reproduce(\"it.png\")")
            #expect(run(session, "randn([3])").0.result?.plain == alone?.plain)
            #expect(!session.globals.defined.contains("g"))
        }
    }

    @Test func whatCannotBeMadeAgainIsSaid() throws {
        try inFolder { folder in
            func fault(_ program: String) -> String {
                let (outcome, _) = run(Session(folder: folder.path), program)
                return outcome.faults.first?.message ?? "no fault"
            }
            let plain = try Image(width: 2, height: 2, channels: 1, bytes: [1, 2, 3, 4])
            let foreign = folder.appendingPathComponent("foreign.png")
            try Data(try PNG.encode(plain)).write(to: foreign)
            #expect(
                fault("reproduce \"foreign.png\"") == "foreign.png does not say how it was made")
            try Data("GIF89a".utf8).write(to: foreign)
            #expect(fault("reproduce \"foreign.png\"").contains("foreign.png: not a valid PNG"))

            // Data that are gone.
            let data = folder.appendingPathComponent("some.npy")
            let source = """
                save rand([60, 2]), "some.npy"
                d = npy("some.npy")
                save show(d), "it.png"
                """
            let (made, _) = run(Session(folder: folder.path), source)
            try #require(made.faults.isEmpty, "\(made.faults)")
            try FileManager.default.removeItem(at: data)
            #expect(fault("reproduce \"it.png\"").contains("it.png cannot be made again: d = npy"))

            // Other data, and another version.
            _ = run(Session(folder: folder.path), "save rand([60, 2]) + 5, \"some.npy\"")
            let (_, said) = run(Session(folder: folder.path), "reproduce \"it.png\"")
            #expect(said.text.contains("note: the picture differs from it.png"))
            let file = [UInt8](try Data(contentsOf: folder.appendingPathComponent("it.png")))
            let told = try PNG.text(in: file).map { name, text in
                (name, text.replacing("\"version\":\"0.1.0\"", with: "\"version\":\"0.0.7\""))
            }
            let old = try PNG.encode(try PNG.decode(file), text: told)
            try Data(old).write(to: folder.appendingPathComponent("old.png"))
            let (_, warned) = run(Session(folder: folder.path), "reproduce \"old.png\"")
            #expect(warned.text.contains("it was made by Saddle 0.0.7, and this is"))
        }
    }
}
