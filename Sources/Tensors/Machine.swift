import CDNNL
import CKernels

/// What this machine is to the engine, for bug reports.
package enum Machine {
    /// The version of oneDNN that was found: `2.6.0`.
    package static var oneDNN: String {
        let version = shim_version()
        return "\(version / 10000).\(version / 100 % 100).\(version % 100)"
    }

    /// The instructions that the loops over elements use here.
    package static var instructions: String {
        switch kernels_best_level() {
        case KERNELS_AVX512: "AVX-512"
        case KERNELS_AVX2: "AVX2"
        default: "the portable ones"
        }
    }

    /// Cores that this process may use.
    package static var cores: Int { Int(shim_cores()) }

    /// GFLOP/s of the product of two matrices of 1024 x 1024 numbers: the best of ten, after one
    /// that warms up. Takes about 50 ms.
    package static func gigaflops() throws(TensorError) -> Double {
        let size = 1024
        let matrix = try Tensor([Float](repeating: 0.5, count: size * size), shape: [size, size])
        _ = try matmul(matrix, matrix)
        var best = Duration.seconds(3600)
        for _ in 0..<10 {
            let began = ContinuousClock.now
            _ = try matmul(matrix, matrix)
            best = min(best, ContinuousClock.now - began)
        }
        let operations = 2 * Double(size) * Double(size) * Double(size)
        return operations / (best / .seconds(1)) * 1e-9
    }
}
