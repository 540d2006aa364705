import Foundation
import Tensors
import Testing

@testable import Networks

@Suite struct CheckpointTests {
    /// Calls `body` with a path in a folder of its own.
    private func withFile(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("saddle-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.appendingPathComponent("model.safetensors").path)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(left.allSatisfy { $0 == "model.safetensors" }, "drafts are left: \(left)")
    }

    /// A file with this header and so many bytes of data.
    private func bytes(_ header: String, data: Int, length: UInt64? = nil) -> [UInt8] {
        let text = Array(header.utf8)
        var count = (length ?? UInt64(text.count)).littleEndian
        return withUnsafeBytes(of: &count) { Array($0) } + text + [UInt8](repeating: 0, count: data)
    }

    private func read(_ bytes: [UInt8], _ path: String) throws -> Safetensors {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return try Safetensors.read(path)
    }

    @Test("tensors and text come back bit by bit")
    func roundTrip() throws {
        try withFile { path in
            let odd: [Float] = [0, -0.0, .pi, .infinity, Float.leastNonzeroMagnitude, -1e38]
            let file = Safetensors(
                metadata: ["source": "a \"quote\"\n\t\\ λ x̃ 🎲 \u{1}", "": ""],
                tensors: [
                    ("a.b", try tensor(odd, [2, 3])), ("scalar", Tensor(7)),
                    ("leer", try Tensor.zeros([0, 4])), ("λ\"", try tensor([1], [1, 1, 1])),
                ])
            try file.write(to: path)
            let back = try Safetensors.read(path)
            #expect(back.metadata == file.metadata)
            #expect(back.tensors.map(\.name) == file.tensors.map(\.name))
            for (a, b) in zip(back.tensors, file.tensors) {
                #expect(a.tensor.shape == b.tensor.shape)
                #expect(a.tensor.values.map(\.bitPattern) == b.tensor.values.map(\.bitPattern))
            }
            let raw = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(raw.count % 8 == 4 * 8 % 8 && raw[8] == UInt8(ascii: "{"))
            try file.write(to: path)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == raw)
        }
    }

    @Test("files of Python's writers are read: order, spaces, other widths")
    func foreign() throws {
        try withFile { path in
            let header = """
                {"b":{"dtype":"F64","shape":[2],"data_offsets":[4,20]}, "a" : {"shape": [],
                 "data_offsets":[0,4],"dtype":"F32"},"h":{"dtype":"F16","shape":[3],
                 "data_offsets":[20,26]},"k":{"dtype":"BF16","shape":[1],"data_offsets":[26,28]},
                 "__metadata__":{"format":"pt","u":"\\u00e4\\ud83c\\udfb2\\/"}}
                """
            var file = bytes(header, data: 0)
            func append<Value>(_ value: Value) {
                withUnsafeBytes(of: value) { file.append(contentsOf: $0) }
            }
            append(Float(2.5))
            append(0.1)
            append(-3.0)
            for half: UInt16 in [0x3c00, 0x8001, 0x7c00] { append(half) }
            append(UInt16(0x4049))
            let back = try read(file, path)
            #expect(back["a"]?.values == [2.5])
            #expect(back["b"]?.values == [0.1, -3])
            #expect(back["h"]?.values == [1, -0x1p-24, .infinity])
            #expect(back["k"]?.values == [3.140625])
            #expect(back.metadata == ["format": "pt", "u": "ä🎲/"])
        }
    }

    static let one = #""a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#

    /// Header, bytes of data, stated length, and what the fault must speak of.
    static let unsound: [(header: String, data: Int, length: UInt64?, word: String)] = [
        ("{}", 0, 3, "ends after 2"),
        ("{}", 0, .max, "ends after 2"),
        ("{}", 0, 1 << 40, "ends after 2"),
        ("", 0, 0, "header of 0 bytes"),
        ("{}", 5, nil, "5 bytes follow"),
        ("[]", 0, nil, "byte 0 should be {"),
        ("{", 0, 1, "header of 1 bytes"),
        ("{\(one)}", 7, nil, "truncated"),
        ("{\(one)}", 9, nil, "1 bytes follow"),
        ("{\(one),\(one)}", 8, nil, "stands twice"),
        ("{\(one)", 8, nil, "should be }"),
        ("{\(one)},", 8, nil, "should be the end"),
        ("{\(one)} x", 8, nil, "should be the end"),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
            12, nil, "overlaps"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#,
            12, nil, "no tensor holds bytes 4 to 8"
        ),
        (#"{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#, 8, nil, "holds \"I64\""),
        (#"{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}"#, 4, nil, "holds \"f32\""),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, nil, "needs 8 bytes"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, nil, "needs 4 bytes"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4, nil, "lacks"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, 4, nil, "longer than 2"),
        (#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, nil, "lacks"),
        (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, nil, "a whole number"),
        (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, 4, nil, "should be ]"),
        (#"{"a":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}"#, 4, nil, "a whole number"),
        (
            #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, 4, nil,
            "too large"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, 0, nil,
            "impossible"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1000000000],"data_offsets":[0,4000000000]}}"#, 8, nil,
            "truncated"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}"#, 4, nil,
            "longer than 8"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}"#, 0,
            nil, "impossible"
        ),
        (#"{"a":{"dtype":"F32","dtype":"F32"}}"#, 0, nil, "unexpected \"dtype\""),
        (#"{"a":{"kind":"F32"}}"#, 0, nil, "unexpected \"kind\""),
        (#"{"a":null}"#, 0, nil, "should be {"),
        (#"{"a":5}"#, 0, nil, "should be {"),
        (#"{"__metadata__":{"a":1}}"#, 0, nil, "should be \""),
        (#"{"__metadata__":{"a":"1","a":"2"}}"#, 0, nil, "twice"),
        (#"{"__metadata__":{},"__metadata__":{}}"#, 0, nil, "twice"),
        (#"{"a"#, 0, nil, "end of a string"),
        (#"{"\q":{}}"#, 0, nil, "escape"),
        (#"{"\ud800":{}}"#, 0, nil, "half a character"),
        (#"{"\ud800\u0041":{}}"#, 0, nil, "half a character"),
        (#"{"\udc00":{}}"#, 0, nil, "half a character"),
        (#"{"\u12"#, 0, nil, "hexadecimal"),
        ("{\"a\u{1}\":{}}", 0, nil, "control character"),
        (String(repeating: "[", count: 100_000), 0, nil, "byte 0 should be {"),
        (#"{"a":"# + String(repeating: "[", count: 100_000), 0, nil, "should be {"),
        (
            #"{"a":{"shape":"# + String(repeating: "[", count: 100_000), 0, nil,
            "a whole number"
        ),
        (String(repeating: #"{"a":"#, count: 50_000), 0, nil, "unexpected"),
    ]

    @Test("what is no sound file is a clear fault", arguments: unsound.indices)
    func unsoundFiles(index: Int) throws {
        let (header, data, length, word) = Self.unsound[index]
        try withFile { path in
            do {
                _ = try read(bytes(header, data: data, length: length), path)
                Issue.record("it was read: \(header.prefix(80))")
            } catch let error as NetworkError {
                #expect(error.isFile && error.message.contains(word), "\(error.message)")
            }
        }
    }

    @Test("bytes that are no text, too few bytes, folders and missing files are faults")
    func nothingToRead() throws {
        try withFile { path in
            for count in 0..<8 {
                #expect(throws: NetworkError.self) {
                    try read([UInt8](repeating: 0, count: count), path)
                }
            }
            var broken = bytes("{\"é\":{}}", data: 0)
            broken[11] = 0xff
            let error = #expect(throws: NetworkError.self) { try read(broken, path) }
            #expect(error?.message.hasSuffix("the header is not UTF-8 text") == true)
            #expect(throws: NetworkError.self) { try Safetensors.read("/") }
            #expect(throws: NetworkError.self) { try Safetensors.read(path + "/no") }
            #expect(throws: NetworkError.self) { try Safetensors.read("/dev/zero") }
            let missing = #expect(throws: NetworkError.self) {
                try Safetensors(tensors: []).write(to: "/no/such/folder/x")
            }
            #expect(missing?.hint == "is the path right, and does the folder exist?")
            #expect(throws: NetworkError.self) {
                try Safetensors(tensors: [("a", Tensor(1)), ("a", Tensor(2))]).write(to: path)
            }
        }
    }

    @Test("no change of a few bytes makes it crash or read far")
    func mutations() throws {
        try withFile { path in
            let file = Safetensors(
                metadata: ["seed": "1"],
                tensors: [
                    ("first", try Tensor.ones([3, 2])), ("second", try Tensor.zeros([0])),
                    ("third", Tensor(1)),
                ])
            try file.write(to: path)
            let sound = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            // One open file: to write it anew each time would wait for the disk each time.
            let handle = try #require(FileHandle(forUpdatingAtPath: path))
            var random = Generator(seed: 12)
            var read = 0
            for _ in 0..<4000 {
                var mutant = sound
                let kind = try random.integers(3, below: 1 << 30)
                for _ in 0...kind[0] % 3 {
                    let place = try random.integers(2, below: mutant.count)
                    switch kind[1] % 4 {
                    case 0: mutant[place[0]] = UInt8(truncatingIfNeeded: kind[2])
                    case 1: mutant[place[0]] ^= 1 << UInt8(kind[2] % 8)
                    case 2: mutant.removeSubrange(min(place[0], place[1])..<max(place[0], place[1]))
                    default: mutant.insert(mutant[place[1]], at: place[0])
                    }
                    if mutant.isEmpty { mutant = [0] }
                }
                try handle.truncate(atOffset: 0)
                try handle.write(contentsOf: mutant)
                do {
                    let result = try Safetensors.read(path)
                    let bytes = result.tensors.reduce(0) { $0 + 2 * $1.tensor.count }
                    #expect(bytes <= mutant.count)
                    read += 1
                } catch let error as NetworkError {
                    #expect(error.isFile)
                }
            }
            // Changed elements, names and texts are still sound files.
            #expect(read > 100 && read < 3900)
        }
    }

    @Test("a game's parts come back: networks, optimiser, random numbers, curves, text")
    func checkpoints() throws {
        try withFile { path in
            var random = Generator(seed: 1)
            let network = try Network(
                space: .noise(3),
                layers: [
                    layer("spectral_norm", around: [layer("linear", ["features": 4])]),
                    layer("batch_norm"),
                    layer("residual", around: [layer("tanh"), layer("linear", ["features": 4])]),
                    layer("virtual_batch_norm"),
                ], generator: &random)
            var optimizer = try Optimizer.adam()
            let x = try random.normal([5, 3])
            func train(_ network: Network, _ optimizer: inout Optimizer) throws {
                let slopes = try gradients(
                    of: network.apply(x, context()).square(), at: network.parameters.map(\.value))
                try optimizer.step(network.parameters, slopes)
            }
            for _ in 0..<3 { try train(network, &optimizer) }
            var checkpoint = Checkpoint()
            checkpoint.add(network.namedParts, as: "G")
            checkpoint.add(optimizer, as: "G")
            checkpoint.add(random, as: "game")
            checkpoint[text: "source"] = "game g(G) { }"
            try checkpoint.add(rounds: [1, 2], values: [0.1, .infinity], curve: "G loss")
            try checkpoint.write(to: path)

            let back = try Checkpoint(reading: path)
            var other = Generator(seed: 77)
            let twin = try network.fresh(&other)
            try back.restore([("G", twin.namedParts)])
            var again = try Optimizer.adam()
            try back.restore(&again, as: "G", for: twin.parameters)
            for _ in 0..<2 {
                try train(network, &optimizer)
                try train(twin, &again)
            }
            for (a, b) in zip(network.parameters, twin.parameters) {
                #expect(a.value.values == b.value.values)
            }
            for (a, b) in zip(network.buffers, twin.buffers) {
                #expect(a.value.values == b.value.values)
            }
            #expect(again.state.step == 5)
            #expect(try back.generator("game") == random)
            #expect(back[text: "source"] == "game g(G) { }")
            let curve = try #require(try back.curves().first)
            #expect(curve.name == "G loss" && curve.rounds == [1, 2])
            #expect(curve.values == [0.1, .infinity])
        }
    }

    @Test("what does not fit changes nothing")
    func misfits() throws {
        try withFile { path in
            var random = Generator(seed: 1)
            func network(_ features: Option) throws -> Network {
                try Network(
                    space: .noise(3),
                    layers: [
                        layer("linear", ["features": 2]), layer("linear", ["features": features]),
                    ], generator: &random)
            }
            let saved = try network(4)
            var checkpoint = Checkpoint()
            checkpoint.add(saved.namedParts, as: "G")
            try checkpoint.write(to: path)
            let back = try Checkpoint(reading: path)
            let larger = try network(5)
            let before = larger.parameters.map(\.value.values)
            let error = #expect(throws: NetworkError.self) {
                try back.restore([("G", larger.namedParts)])
            }
            #expect(
                error?.message
                    == "\(path): G.1.linear.weight has shape [2, 4], the network's has [2, 5]")
            #expect(larger.parameters.map(\.value.values) == before)
            #expect(throws: NetworkError.self) { try back.restore([("D", saved.namedParts)]) }
            var optimizer = try Optimizer.adam()
            #expect(throws: NetworkError.self) {
                try back.restore(&optimizer, as: "G", for: saved.parameters)
            }
            #expect(throws: NetworkError.self) { try back.generator("game") }
        }
    }
}
