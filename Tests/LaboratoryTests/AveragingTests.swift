import Foundation
import Laboratory
import Language
import Networks
import Tensors
import Testing

/// What `ema` shows, and what a game shares between its networks.
@Suite struct AveragingTests {
    private func run(_ session: Session, _ program: String) throws -> String {
        let outcome = session.run(Source(name: "test", text: program), output: Silence())
        try #require(outcome.faults.isEmpty, "\(outcome.faults)")
        return outcome.result?.plain ?? ""
    }

    /// Weights and the statistics of batch norm: keep · own + (1 - keep) · latest, round by round,
    /// where keep rises to what `ema` says.
    @Test func averagesFollowWeightsAndStatistics() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "saddle-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let session = Session(folder: folder.path)
        _ = try run(
            session,
            """
            G = noise(3) |> linear(4) |> batch_norm |> linear(2)
            D = mlp(2, [8], 1)
            g = lsgan(G, D, ring(8), ema: 0.25, optimizer: adam(0.05), seed: 1)
            save g, "0.safetensors"
            """)
        var expected: [String: [Float]] = [:]
        for round in 0...4 {
            if round > 0 {
                _ = try run(session, "train g, rounds: 1\nsave g, \"\(round).safetensors\"")
            }
            let path = folder.appendingPathComponent("\(round).safetensors").path
            let file = try Checkpoint(reading: path).file
            let names = file.tensors.map(\.name).filter { $0.hasPrefix("average.G.") }
            #expect(names.contains { $0.hasSuffix("mean") })
            #expect(names.contains { $0.hasSuffix("variance") })
            for name in names {
                let average = try #require(file[name]).values
                let latest = try #require(file[String(name.dropFirst(8))]).values
                let before = expected[name] ?? latest
                let keep = min(0.25, Float(1 + round) / Float(10 + round))
                let wanted = zip(before, latest).map { keep * $0 + (1 - keep) * $1 }
                expected[name] = wanted
                for (found, wanted) in zip(average, wanted) {
                    #expect(abs(found - wanted) < 1e-5, "\(name), round \(round)")
                }
            }
        }
        // The average is no copy of the latest.
        let last = try Checkpoint(reading: folder.appendingPathComponent("4.safetensors").path).file
        let mean = try #require(
            last.tensors.first { $0.name.hasSuffix("mean") && $0.name.hasPrefix("G.") })
        #expect(try #require(last["average." + mean.name]).values != mean.tensor.values)
    }

    /// A discriminator on top of another network's layers keeps them in a copy of the game.
    @Test func aForkSharesTheLayersThatTheGameShares() throws {
        let found = try run(
            Session(),
            """
            seed 1
            F = points(2) |> linear(8) |> relu
            D = F |> linear(1)
            G = mlp(noise(2), [8], 2)
            game matching(G, D, F, data) {
                x ~ data
                z ~ noise(G)
                minimize D: mean((D(x) - 1)^2) + mean(D(G(z))^2)
                minimize G: sum((mean(F(x), 0) - mean(F(G(z)), 0))^2)
            }
            g = matching(G, D, F, ring(8), optimizer: adam(0.01))
            h = fork(g)
            train g, rounds: 5
            train h, rounds: 5
            same = g.losses.G == h.losses.G and g.losses.D == h.losses.D
            apart = max(abs(parameters(h.F)[0] - parameters(F)[0])) == 0
            shared = max(abs(parameters(h.F)[0] - parameters(h.D)[0])) == 0
            same and apart and shared
            """)
        #expect(found == "true")
    }

    /// A mean or a sum is a tensor of one number, and an activation takes it like a number.
    @Test(arguments: [
        ("relu(sum(tensor([1, -3])))", "0"), ("relu(5 - sum(tensor([1, 1])))", "3"),
        ("softplus(0 * mean(tensor([1, 2])))", "0.6931"),
        ("grad(v -> relu(sum(v)), [1, 2])", "[1, 1]"),
        ("shape(tanh(mean(tensor([1, 2]))))", "[]"),
    ])
    func anActivationOfOneNumber(_ program: String, _ expected: String) throws {
        let found = try run(Session(), program)
        #expect(found.hasSuffix(expected) || found.contains(expected), "\(found)")
    }
}
