import CKernels

/// What batch normalisation gives: the result, and the batch's statistics for running averages.
package struct BatchNormalised: Sendable {
    package let output: Tensor
    /// The mean of each channel over the batch, `[channels]`, detached.
    package let mean: Tensor
    /// The mean squared distance from it (divided by n), `[channels]`, detached.
    package let variance: Tensor
    /// How many values each channel has.
    package let number: Int
}

extension Tensor {
    /// Batch normalisation over all axes but the last (Ioffe and Szegedy 2015, arXiv:1502.03167,
    /// algorithm 1): activation(scale (x - mean) / sqrt(variance + epsilon) + offset).
    ///
    /// Forward and first-order backward are fused; where a second derivative is asked for, the
    /// backward pass is composed of operations.
    package func batchNormalised(
        scale: Tensor, offset: Tensor, epsilon: Float = 1e-5, activation: Activation = .none
    ) throws(TensorError) -> BatchNormalised {
        guard rank > 1, let channels = shape.last, count > 0 else {
            throw TensorError.form(
                operation: "batch_norm", shape: shape, expected: "a batch [n, ..., channels]")
        }
        for partner in [scale, offset] where partner.shape != [channels] {
            throw TensorError.mismatch(
                operation: "batch_norm", left: shape, right: partner.shape,
                because: "scale and offset must have shape [\(channels)]")
        }
        guard epsilon >= 0 else {
            throw TensorError.argument(
                operation: "batch_norm", problem: "epsilon \(epsilon) is negative",
                hint: "use a small positive number")
        }
        try activation.check("batch_norm")
        let norm = try BatchNorm(self, scale, epsilon, activation)
        let output = try norm.forward(self, scale, offset)
        let recorded = output.recorded("batch_norm", all: [self, scale, offset]) {
            back throws(TensorError) in
            if back.mustBeDifferentiable {
                try norm.composed(back)
            } else {
                try norm.backward(back)
            }
        }
        return BatchNormalised(
            output: recorded, mean: norm.mean, variance: norm.variance, number: norm.rows)
    }
}

/// One batch normalisation: its statistics and both passes.
private struct BatchNorm: Sendable {
    let rows: Int
    let channels: Int
    let epsilon: Float
    let activation: Activation
    let mean: Tensor
    let variance: Tensor
    /// 1 / sqrt(variance + epsilon).
    let inverse: Tensor

    init(
        _ x: Tensor, _ scale: Tensor, _ epsilon: Float, _ activation: Activation
    ) throws(TensorError) {
        channels = scale.count
        rows = x.count / channels
        self.epsilon = epsilon
        self.activation = activation
        let parts = RowParts(rows: rows, channels: channels)
        let channels = channels
        let means = try Tensor(unset: [parts.count, channels], "batch_norm")
        let squares = try Tensor(unset: [parts.count, channels], "batch_norm")
        parts.run { part, start, rows in
            kernels_moments(
                x.p + start * channels, Int64(rows), Int64(channels), means.p + part * channels,
                squares.p + part * channels)
        }
        (mean, variance) = try Self.merged(means, squares, parts)
        inverse = try (try variance + epsilon).sqrt().reciprocal()
    }

    /// The parts' statistics merged in order (Chan, Golub and LeVeque 1979).
    private static func merged(
        _ means: Tensor, _ squares: Tensor, _ parts: RowParts
    ) throws(TensorError) -> (Tensor, Tensor) {
        let channels = parts.channels
        let mean = try Tensor(unset: [channels], "batch_norm")
        let variance = try Tensor(unset: [channels], "batch_norm")
        let (m, s, meanOut, varianceOut) = (means.p, squares.p, mean.p, variance.p)
        for channel in 0..<channels {
            var average = Double(m[channel])
            var total = Double(s[channel])
            var seen = Double(Swift.min(parts.length, parts.rows))
            for part in 1..<Swift.max(1, parts.count) where part < parts.count {
                let number = Double(Swift.min(parts.length, parts.rows - part * parts.length))
                let distance = Double(m[part * channels + channel]) - average
                average += distance * number / (seen + number)
                total +=
                    Double(s[part * channels + channel])
                    + distance * distance * seen * number / (seen + number)
                seen += number
            }
            meanOut[channel] = Float(average)
            varianceOut[channel] = Float(total / Double(parts.rows))
        }
        return (mean, variance)
    }

    func forward(
        _ x: Tensor, _ scale: Tensor, _ offset: Tensor
    ) throws(TensorError) -> Tensor {
        let result = try Tensor(unset: x.shape, count: x.count)
        let factor = try inverse * scale.detached()
        let shift = try offset.detached() - mean * factor
        let (rows, channels) = (rows, channels)
        Loop.over(rows, grain: Swift.max(1, 4096 / channels)) { start, rows in
            kernels_scale_activation(
                x.p + start * channels, result.p + start * channels, Int64(rows),
                Int64(channels), factor.p, shift.p, activation.code, activation.slope)
        }
        return result
    }

    /// With d the gradient before the activation and n values a channel:
    /// dx = scale inverse (d - mean(d) - xhat mean(d xhat)), dscale = sum(d xhat), doffset = sum(d).
    func backward(_ back: Backward) throws(TensorError) {
        let (x, scale, g, y) = (back.input(0), back.input(1), back.gradient, back.output)
        let channels = channels
        let parts = RowParts(rows: rows, channels: channels)
        let sums = try Tensor(unset: [parts.count, channels], "batch_norm")
        let products = try Tensor(unset: [parts.count, channels], "batch_norm")
        parts.run { part, start, rows in
            kernels_normalisation_sums(
                x.p + start * channels, g.p + start * channels, y.p + start * channels,
                Int64(rows), Int64(channels), mean.p, sums.p + part * channels,
                products.p + part * channels, activation.code, activation.slope)
        }
        let total = try parts.total(of: sums)
        let correlation = try parts.total(of: products) * inverse
        try back.contribute(1, correlation)
        try back.contribute(2, total)
        guard back.needs(0) else { return }
        let byGradient = try scale * inverse
        let byInput = try (byGradient * inverse * correlation).affine(-1 / Float(rows), 0)
        let shift = try (byGradient * total).affine(-1 / Float(rows), 0) - byInput * mean
        let dx = try Tensor(unset: x.shape, count: x.count)
        Loop.over(rows, grain: Swift.max(1, 4096 / channels)) { start, rows in
            kernels_normalisation_gradient(
                x.p + start * channels, g.p + start * channels, y.p + start * channels,
                dx.p + start * channels, Int64(rows), Int64(channels), byGradient.p, byInput.p,
                shift.p, activation.code, activation.slope)
        }
        try back.contribute(0, dx)
    }

    /// The same formulas in operations on the tracked inputs.
    func composed(_ back: Backward) throws(TensorError) {
        let (x, scale) = (back.input(0), back.input(1))
        let axes = Array(0..<x.rank - 1)
        let d = try activation.gradient(back.gradient, back.output)
        let mean = try x.mean(axes: axes, keepingAxes: true)
        let variance = try x.variance(axes: axes, keepingAxes: true)
        let inverse = try (try variance + epsilon).sqrt().reciprocal()
        let normal = try (x - mean) * inverse
        let correlation = try (d * normal).sum(axes: axes)
        try back.contribute(1, correlation)
        let total = try d.sum(axes: axes)
        try back.contribute(2, total)
        guard back.needs(0) else { return }
        let share = 1 / Float(rows)
        let rest = try d - total.affine(share, 0) - normal * correlation.affine(share, 0)
        try back.contribute(0, try rest * (scale * inverse))
    }
}

extension Primitive {
    static let normalisations: [Primitive] = [Activation.none, .leakyRelu(0.2), .tanh].map {
        activation in
        Primitive(
            "batch_norm \(activation)",
            [Sample([4, 2, 2]), Sample([2], 0.5, 1.5), Sample([2], gap: 3)]
        ) { x throws(TensorError) in
            try x[0].batchNormalised(
                scale: x[1], offset: x[2], epsilon: 1e-2, activation: activation
            ).output
        }
    }
}
