import CKernels
import Synchronization

/// Updates of many tensors in one pass over their memory: what optimisers are made of.
///
/// A tensor is changed in place when nobody else holds its elements or its place in a graph;
/// otherwise new elements are written elsewhere, so a graph recorded before stays true. For an
/// update in place the array must be the only owner: take a tensor *out of its box* (leave
/// `Tensor.placeholder` behind) before calling, and put it back after. Tracked tensors stay leaves.
/// Nothing is changed when an error is thrown.
package enum Update {
    /// Adam (Kingma and Ba 2014, arXiv:1412.6980, algorithm 1), bias-corrected; `step` counts from
    /// 1 and epsilon is added to the corrected root. `decay` is decoupled weight decay per step:
    /// w loses rate * decay * w (Loshchilov and Hutter 2017, arXiv:1711.05101).
    package static func adam(
        _ parameters: inout [Tensor], gradients: [Tensor], first: inout [Tensor],
        second: inout [Tensor], step: Int, rate: Float, beta1: Float = 0.9, beta2: Float = 0.999,
        epsilon: Float = 1e-8, decay: Float = 0
    ) throws(TensorError) {
        try check("adam", parameters, gradients, first, second)
        let (w, m, v) = (
            try Places(&parameters), try Places(&first), try Places(&second)
        )
        let t = Double(max(step, 1))
        let size = Double(rate) / (1 - power(Double(beta1), t))
        let correction = 1 / (1 - power(Double(beta2), t))
        overAll(parameters) { tensor, start, count in
            kernels_adam(
                w.old[tensor] + start, gradients[tensor].p + start, m.old[tensor] + start,
                v.old[tensor] + start, w.new[tensor] + start, m.new[tensor] + start,
                v.new[tensor] + start, Int64(count), Float(size), Float(correction), beta1, beta2,
                epsilon, rate * decay)
        }
        w.finish(&parameters)
        m.finish(&first)
        v.finish(&second)
    }

    /// Stochastic gradient descent with momentum (Polyak 1964, as Sutskever et al. 2013 and PyTorch
    /// write it): v = momentum v + g + decay w; w -= rate v, or rate (g + momentum v) for Nesterov.
    package static func momentum(
        _ parameters: inout [Tensor], gradients: [Tensor], velocity: inout [Tensor], rate: Float,
        momentum: Float = 0, isNesterov: Bool = false, decay: Float = 0
    ) throws(TensorError) {
        try check("sgd", parameters, gradients, velocity)
        let (w, v) = (try Places(&parameters), try Places(&velocity))
        overAll(parameters) { tensor, start, count in
            kernels_momentum(
                w.old[tensor] + start, gradients[tensor].p + start, v.old[tensor] + start,
                w.new[tensor] + start, v.new[tensor] + start, Int64(count), rate, momentum,
                isNesterov ? 1 : 0, decay)
        }
        w.finish(&parameters)
        v.finish(&velocity)
    }

    /// RMSProp (Tieleman and Hinton 2012): s = rho s + (1 - rho) g^2; w -= rate g / (sqrt(s) +
    /// epsilon).
    package static func rmsprop(
        _ parameters: inout [Tensor], gradients: [Tensor], squares: inout [Tensor], rate: Float,
        rho: Float = 0.99, epsilon: Float = 1e-8
    ) throws(TensorError) {
        try check("rmsprop", parameters, gradients, squares)
        let (w, s) = (try Places(&parameters), try Places(&squares))
        overAll(parameters) { tensor, start, count in
            kernels_rmsprop(
                w.old[tensor] + start, gradients[tensor].p + start, s.old[tensor] + start,
                w.new[tensor] + start, s.new[tensor] + start, Int64(count), rate, rho, epsilon)
        }
        w.finish(&parameters)
        s.finish(&squares)
    }

    /// Exponential moving averages: a = keep a + (1 - keep) x.
    package static func blend(
        _ averages: inout [Tensor], toward values: [Tensor], keep: Float
    ) throws(TensorError) {
        try check("ema", averages, values)
        let y = try Places(&averages)
        overAll(averages) { tensor, start, count in
            kernels_blend(
                y.old[tensor] + start, values[tensor].p + start, y.new[tensor] + start, keep,
                Int64(count))
        }
        y.finish(&averages)
    }

    /// Every element scaled by `factor`: what clipping of gradients by their norm needs.
    package static func scale(
        _ tensors: inout [Tensor], by factor: Float
    ) throws(TensorError) {
        let y = try Places(&tensors)
        overAll(tensors) { tensor, start, count in
            kernels_unary(
                UNARY_AFFINE, y.old[tensor] + start, y.new[tensor] + start, Int64(count), factor,
                0)
        }
        y.finish(&tensors)
    }

    /// Every element into [low, high]: weight clipping (Arjovsky et al. 2017, arXiv:1701.07875).
    package static func clamp(
        _ parameters: inout [Tensor], _ low: Float, _ high: Float
    ) throws(TensorError) {
        guard low <= high else {
            throw TensorError.argument(
                operation: "clip", problem: "the lower bound \(low) exceeds the upper \(high)",
                hint: "write the smaller bound first")
        }
        let y = try Places(&parameters)
        overAll(parameters) { tensor, start, count in
            kernels_unary(
                UNARY_CLAMP, y.old[tensor] + start, y.new[tensor] + start, Int64(count), low, high)
        }
        y.finish(&parameters)
    }

    /// The Euclidean norm of all elements of all tensors together.
    package static func norm(_ tensors: [Tensor]) -> Double {
        var total = 0.0
        for tensor in tensors {
            total += withExtendedLifetime(tensor.storage) {
                kernels_sum_squares(tensor.p, Int64(tensor.count))
            }
        }
        return total.squareRoot()
    }

    /// Whether every element of every tensor is finite.
    package static func areFinite(_ tensors: [Tensor]) -> Bool {
        let isFound = Atomic<Bool>(false)
        overAll(tensors) { tensor, start, count in
            if kernels_all_finite(tensors[tensor].p + start, Int64(count)) == 0 {
                isFound.store(true, ordering: .relaxed)
            }
        }
        return !isFound.load(ordering: .relaxed)
    }

    private static func check(
        _ operation: String, _ parameters: [Tensor], _ others: [Tensor]...
    ) throws(TensorError) {
        for other in others {
            guard other.count == parameters.count else {
                throw TensorError.argument(
                    operation: operation,
                    problem: "\(parameters.count) parameters and \(other.count) partners",
                    hint: "give one for each parameter")
            }
            for (parameter, partner) in zip(parameters, other)
            where parameter.shape != partner.shape {
                throw TensorError.mismatch(
                    operation: operation, left: parameter.shape, right: partner.shape,
                    because: "an update keeps the shape")
            }
        }
    }

    /// Calls `body(tensor, start, count)` for stretches that cover all elements of all tensors,
    /// split evenly over the threads whatever the tensors' sizes.
    private static func overAll(_ tensors: [Tensor], _ body: (Int, Int, Int) -> Void) {
        var starts: [Int] = []
        var total = 0
        for tensor in tensors {
            starts.append(total)
            total += tensor.count
        }
        Loop.over(total, grain: 8192) { first, length in
            let end = first + length
            for tensor in tensors.indices {
                let start = starts[tensor]
                let low = max(first, start)
                let high = min(end, start + tensors[tensor].count)
                if low < high { body(tensor, low - start, high - low) }
            }
        }
    }

    /// base^exponent for whole exponents, by squaring.
    private static func power(_ base: Double, _ exponent: Double) -> Double {
        var (result, factor, rest) = (1.0, base, Int(exponent))
        while rest > 0 {
            if rest & 1 == 1 { result *= factor }
            factor *= factor
            rest >>= 1
        }
        return result
    }
}

/// Where an update reads the elements of each tensor and where it writes them: in place when nobody
/// else holds them, else from the old ones into new ones, which costs no pass over the memory
/// more. Until `finish` nothing is changed but elements that nobody else can see.
private struct Places {
    private(set) var old: [UnsafeMutablePointer<Float>] = []
    private(set) var new: [UnsafeMutablePointer<Float>] = []
    /// New elements; nil where the update is in place.
    private var storages: [Storage?] = []

    init(_ tensors: inout [Tensor]) throws(TensorError) {
        old.reserveCapacity(tensors.count)
        new.reserveCapacity(tensors.count)
        storages.reserveCapacity(tensors.count)
        for index in tensors.indices {
            let isUnique = isKnownUniquelyReferenced(&tensors[index].storage)
            let storage = isUnique ? nil : try Storage(count: tensors[index].count)
            old.append(tensors[index].p)
            new.append(storage?.pointer ?? tensors[index].p)
            storages.append(storage)
        }
    }

    /// The tensors become what was written. A tracked one becomes a new leaf.
    func finish(_ tensors: inout [Tensor]) {
        for index in tensors.indices {
            let storage = storages[index]
            if let storage {
                tensors[index].storage = storage
            } else {
                tensors[index].storage.renewVersion()
            }
            guard tensors[index].node != nil else { continue }
            if storage == nil, isKnownUniquelyReferenced(&tensors[index].node),
                tensors[index].node?.pullback == nil
            {
                tensors[index].node?.renewSerial()
            } else {
                tensors[index].node = Node()
            }
        }
    }
}

extension Tensor {
    /// Stands in a box while the box's tensor is being updated.
    package static let placeholder = Tensor(0)
}
