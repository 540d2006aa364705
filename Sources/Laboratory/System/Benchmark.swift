import Foundation
import Language
import Tensors

/// Times rounds of games as a user plays them: a program of the language makes the game, and the
/// interpreter plays its rounds. Every round is timed by itself; the median counts.
package struct Benchmark {
    /// What one workload took.
    package struct Figures: Codable, Sendable {
        package let name: String
        package let rounds: Int
        /// Median of a round.
        package let milliseconds: Double
        /// Of the operations that a round cannot do without.
        package let gigaflops: Double
        /// `gigaflops` as a share of what a product of 1024 x 1024 matrices reaches here.
        package let shareOfPeak: Double
        /// How often the pool of tensors asked the system for memory, in all timed rounds.
        package let systemAllocations: Int
        /// Memory pages that the system had to provide, in all timed rounds.
        package let pageFaults: Int
        /// The most memory of tensors, and of the process so far.
        package let peakTensorMiB: Double
        package let peakProcessMiB: Double
    }

    /// A point of the scaling table: a round of `lsgan_mlp` with another size.
    package struct Point: Codable, Sendable {
        package let batch: Int
        package let hidden: Int
        package let milliseconds: Double
        package let gigaflops: Double
        package let shareOfPeak: Double
    }

    /// GFLOP/s of a product of 1024 x 1024 matrices on all threads.
    package let peak: Double

    package init() throws { peak = try Self.measurePeak() }

    private static func measurePeak() throws -> Double {
        let size = 1024
        var generator = Generator(seed: 1)
        let (a, b) = (try generator.normal([size, size]), try generator.normal([size, size]))
        let times = try (0..<30).map { _ in
            let began = Clock.seconds
            _ = try matmul(a, b)
            return Clock.seconds - began
        }
        return 2 * Double(size * size * size) / median(Array(times.dropFirst(5))) / 1e9
    }

    package func run(_ workload: Workload) throws -> Figures {
        let session = Session()
        let game = try session.game(workload.program)
        Memory.trim()
        Memory.resetPeak()
        for _ in 0..<workload.warm { try game.playRound(session) }
        let (allocations, faults) = (Memory.systemAllocations, Self.pageFaults)
        let times = try (0..<workload.timed).map { _ in
            let began = Clock.seconds
            try game.playRound(session)
            return Clock.seconds - began
        }
        let typical = Self.median(times)
        let speed = workload.operations / typical / 1e9
        return Figures(
            name: workload.name, rounds: workload.timed, milliseconds: 1e3 * typical,
            gigaflops: speed, shareOfPeak: speed / peak,
            systemAllocations: Memory.systemAllocations - allocations,
            pageFaults: Self.pageFaults - faults,
            peakTensorMiB: Double(Memory.peak) / 1_048_576, peakProcessMiB: Self.peakProcessMiB)
    }

    /// Batches from 16 to 1024 and hidden layers from 32 to 2048.
    package func scaling(_ each: (Point) -> Void) throws {
        let batches = [16, 32, 64, 128, 256, 512, 1024].map { (batch: $0, hidden: 128) }
        let widths = [32, 64, 256, 512, 1024, 2048].map { (batch: 64, hidden: $0) }
        for (batch, hidden) in batches + widths {
            let work = Double(batch * hidden) / (64 * 128)
            let timed = min(1000, max(20, Int(500 / work)))
            let figures = try run(
                .lsganMLP(batch: batch, hidden: hidden, warm: 5 + timed / 10, timed: timed))
            each(
                Point(
                    batch: batch, hidden: hidden, milliseconds: figures.milliseconds,
                    gigaflops: figures.gigaflops, shareOfPeak: figures.shareOfPeak))
        }
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }

    private static var usage: rusage {
        var usage = rusage()
        #if canImport(Darwin)
            getrusage(RUSAGE_SELF, &usage)
        #else
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #endif
        return usage
    }

    private static var pageFaults: Int { usage.ru_minflt + usage.ru_majflt }

    private static var peakProcessMiB: Double {
        #if canImport(Darwin)
            Double(usage.ru_maxrss) / 1_048_576
        #else
            Double(usage.ru_maxrss) / 1024
        #endif
    }
}

extension Session {
    /// The game that a program ends with.
    fileprivate func game(_ program: String) throws -> Game {
        let outcome = run(Source(name: "bench", text: "seed 1\n" + program), output: Silence())
        if let fault = outcome.faults.first { throw fault }
        guard case .game(let game)? = globals.variable("ans").value else {
            throw Diagnostic(.value, "the program ends without a game")
        }
        return game
    }
}
