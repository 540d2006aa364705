import ArgumentParser
import Foundation
import Laboratory

/// `saddle bench [WORKLOAD…]`.
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Times rounds of training: lsgan_mlp, wgangp_toy and dcgan32.",
        discussion: """
            A round's time is the median of the timed rounds. The share of the peak compares the \
            operations that a round cannot do without with a product of 1024 x 1024 matrices. \
            Kernel/bench times PyTorch and JAX beside it.
            """)

    @ArgumentParser.Argument(help: "Which workloads; all without a name.")
    var workloads: [String] = []

    @Flag(help: "Also a table over batches from 16 to 1024 and hidden layers from 32 to 2048.")
    var scaling = false

    @Flag(help: "One line of JSON for each result.")
    var json = false

    func validate() throws {
        let known = Workload.all.map(\.name)
        for name in workloads where !known.contains(name) {
            throw ValidationError("there is no workload \(name): \(known.joined(separator: ", "))")
        }
    }

    func run() throws {
        let benchmark = try Benchmark()
        if !json {
            print(String(format: "peak of a product    %8.1f GFLOP/s\n", benchmark.peak))
            print(
                "workload        ms/round  GFLOP/s  of peak  new memory  page faults  tensors  process"
            )
        }
        for workload in Workload.all where workloads.isEmpty || workloads.contains(workload.name) {
            show(try benchmark.run(workload))
        }
        guard scaling else { return }
        if !json { print("\n batch  hidden  ms/round  GFLOP/s  of peak") }
        try benchmark.scaling(show)
    }

    private func show(_ figures: Benchmark.Figures) {
        guard !json else { return printJSON(figures) }
        print(
            figures.name.padding(toLength: 14, withPad: " ", startingAt: 0)
                + String(
                    format: "%10.3f %8.1f %7.0f%% %11ld %12ld %4.0f MiB %4.0f MiB",
                    figures.milliseconds, figures.gigaflops, 100 * figures.shareOfPeak,
                    figures.systemAllocations, figures.pageFaults, figures.peakTensorMiB,
                    figures.peakProcessMiB))
    }

    private func show(_ point: Benchmark.Point) {
        guard !json else { return printJSON(point) }
        print(
            String(
                format: "%6ld %7ld %9.3f %8.1f %7.0f%%", point.batch, point.hidden,
                point.milliseconds, point.gigaflops, 100 * point.shareOfPeak))
    }

    private func printJSON(_ value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let data = try? encoder.encode(value) else { return }
        print(String(decoding: data, as: UTF8.self))
    }
}
