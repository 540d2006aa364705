/// How two tensors of different shapes run beside their broadcast result: axes that behave alike
/// are merged, the innermost is one kernel call.
struct BroadcastWalk {
    private var sizes: [Int] = []
    private var left: [Int] = []
    private var right: [Int] = []
    private let inner: Int
    let leftStep: Int64
    let rightStep: Int64
    private let count: Int

    init(result: [Int], left leftShape: [Int], right rightShape: [Int]) {
        let leftStrides = Self.strides(leftShape, in: result)
        let rightStrides = Self.strides(rightShape, in: result)
        var sizes: [Int] = []
        var left: [Int] = []
        var right: [Int] = []
        for axis in result.indices where result[axis] != 1 {
            if let last = sizes.indices.last,
                left[last] == leftStrides[axis] * result[axis],
                right[last] == rightStrides[axis] * result[axis]
            {
                sizes[last] *= result[axis]
                left[last] = leftStrides[axis]
                right[last] = rightStrides[axis]
            } else {
                sizes.append(result[axis])
                left.append(leftStrides[axis])
                right.append(rightStrides[axis])
            }
        }
        count = sizes.reduce(1, *)
        inner = sizes.popLast() ?? 1
        leftStep = Int64(left.popLast() ?? 0)
        rightStep = Int64(right.popLast() ?? 0)
        self.sizes = sizes
        self.left = left
        self.right = right
    }

    /// Strides of `shape` along the axes of `result`, 0 where it is repeated.
    private static func strides(_ shape: [Int], in result: [Int]) -> [Int] {
        var strides = [Int](repeating: 0, count: result.count)
        let own = Shape.strides(shape)
        let shift = result.count - shape.count
        for axis in shape.indices where shape[axis] != 1 { strides[axis + shift] = own[axis] }
        return strides
    }

    /// Calls `body(left offset, right offset, result offset, count)` for every innermost line.
    func run(grain: Int, _ body: (Int, Int, Int, Int) -> Void) {
        guard count > 0 else { return }
        guard !sizes.isEmpty else {
            Loop.over(inner, grain: grain) { start, length in
                body(start * Int(leftStep), start * Int(rightStep), start, length)
            }
            return
        }
        Loop.over(count / inner, grain: max(1, grain / inner)) { start, lines in
            runLines(start, lines, body)
        }
    }

    private func runLines(_ start: Int, _ lines: Int, _ body: (Int, Int, Int, Int) -> Void) {
        var index = [Int](repeating: 0, count: sizes.count)
        var rest = start
        var a = 0
        var b = 0
        for axis in sizes.indices.reversed() {
            index[axis] = rest % sizes[axis]
            rest /= sizes[axis]
            a += index[axis] * left[axis]
            b += index[axis] * right[axis]
        }
        for line in start..<start + lines {
            body(a, b, line * inner, inner)
            for axis in sizes.indices.reversed() {
                index[axis] += 1
                a += left[axis]
                b += right[axis]
                if index[axis] < sizes[axis] { break }
                a -= left[axis] * sizes[axis]
                b -= right[axis] * sizes[axis]
                index[axis] = 0
            }
        }
    }
}
