import CKernels
import Testing

@testable import Tensors

/// The product of small matrices against a naive one in double precision.
@Suite struct ProductKernelTests {
    struct Form: CustomStringConvertible {
        let rows: Int
        let columns: Int
        let depth: Int
        var description: String { "\(rows) x \(depth) x \(columns)" }
    }

    /// Every height of a tile, every width of a panel, and depths of one and several stretches.
    static let forms = [
        Form(rows: 1, columns: 16, depth: 1), Form(rows: 3, columns: 32, depth: 5),
        Form(rows: 4, columns: 48, depth: 16), Form(rows: 7, columns: 64, depth: 17),
        Form(rows: 8, columns: 80, depth: 272), Form(rows: 13, columns: 96, depth: 273),
        Form(rows: 21, columns: 112, depth: 600),
    ]

    /// Whole numbers, so that sums have no rounding in any order.
    private func samples(_ count: Int, _ seed: Int) -> [Float] {
        (0..<count).map { Float(($0 * 37 + seed * 101) % 23 - 11) }
    }

    private func naive(
        _ form: Form, _ a: [Float], _ b: [Float], _ left: Bool, _ right: Bool, onto y: [Float]
    ) -> [Float] {
        let (m, n, d) = (form.rows, form.columns, form.depth)
        return (0..<m * n).map { place in
            let (r, c) = (place / n, place % n)
            return (0..<d).reduce(y[place]) { sum, k in
                sum + a[left ? k * m + r : r * d + k] * b[right ? c * d + k : k * n + c]
            }
        }
    }

    @Test(arguments: forms) func isTheNaiveProductOnEachLevel(_ form: Form) {
        let (m, n, d) = (form.rows, form.columns, form.depth)
        let (a, b, start) = (samples(m * d, 1), samples(d * n, 2), samples(m * n, 3))
        defer { kernels_use_level(KERNELS_BEST) }
        for level in KernelTests.levels where level.rawValue <= kernels_best_level().rawValue {
            kernels_use_level(level)
            for flags in 0..<8 {
                let (left, right, adds) = (flags & 1 != 0, flags & 2 != 0, flags & 4 != 0)
                // The last value lies behind the result and must stay.
                var y = (adds ? start : start.map { _ in .nan }) + [5]
                kernels_product(
                    a, Int64(left ? 1 : d), Int64(left ? m : 1), b, Int64(right ? d : n),
                    right ? 1 : 0, &y, Int64(n), Int64(m), Int64(n), Int64(d), adds ? 1 : 0)
                let base = adds ? start : start.map { _ in 0 }
                #expect(
                    y == naive(form, a, b, left, right, onto: base) + [5],
                    "level \(level), flags \(flags)")
            }
        }
    }

    /// Products that are split by rows, by columns and along the depth, with a rest of columns that
    /// the kernel leaves to oneDNN.
    @Test(arguments: [
        Form(rows: 64, columns: 128, depth: 784), Form(rows: 64, columns: 784, depth: 128),
        Form(rows: 784, columns: 128, depth: 64), Form(rows: 40, columns: 203, depth: 900),
        Form(rows: 19, columns: 18, depth: 2000), Form(rows: 30, columns: 333, depth: 65),
    ]) func everySplitGivesTheWholeProduct(_ form: Form) throws {
        let (m, n, d) = (form.rows, form.columns, form.depth)
        let (a, b, bias) = (samples(m * d, 4), samples(d * n, 5), samples(n, 6))
        for flags in 0..<4 {
            let (left, right) = (flags & 1 != 0, flags & 2 != 0)
            let product = try matmul(
                Tensor(a, shape: left ? [d, m] : [m, d]),
                Tensor(b, shape: right ? [n, d] : [d, n]),
                transposeLeft: left, transposeRight: right)
            let zeros = [Float](repeating: 0, count: m * n)
            #expect(product.values == naive(form, a, b, left, right, onto: zeros))
        }
        let y = try Tensor(a, shape: [m, d]).linear(
            Tensor(b, shape: [d, n]), bias: Tensor(bias, shape: [n]), activation: .relu)
        let rows = (0..<m).flatMap { _ in bias }
        #expect(y.values == naive(form, a, b, false, false, onto: rows).map { max($0, 0) })
    }

    /// The gradient of a weight that serves twice is added to while it is computed.
    @Test func aDeepProductIsAddedToAGradient() throws {
        let form = Form(rows: 64, columns: 128, depth: 784)
        let x = try Tensor(samples(form.depth * form.rows, 7), shape: [form.depth, form.rows])
        let slope = try Tensor(
            samples(form.depth * form.columns, 8), shape: [form.depth, form.columns])
        let w = try Tensor.zeros([form.rows, form.columns]).tracked()
        let loss = try (x.linear(w) * slope).sum() + (x.linear(w) * slope).sum()
        let once = try matmul(x, slope, transposeLeft: true).values
        #expect(try gradients(of: loss, at: [w])[0].values == once.map { 2 * $0 })
    }
}
