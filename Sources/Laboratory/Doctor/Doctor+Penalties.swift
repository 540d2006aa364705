import Language
import Networks
import Tensors

/// Gradient penalties: where they are taken, how they are normed, and what D does to a batch.
extension Doctor {
    mutating func checkPenalties(_ look: Look) throws {
        let probe = look.probe
        for index in probe.slopes.indices {
            let slope = probe.slopes[index]
            guard slope.place.rank > 1, slope.slope.shape == slope.place.shape,
                let objective = probe.lastObjectives.first(where: {
                    $0.loss.depends(on: [slope.slope]) == [true]
                })
            else { continue }
            let before = diagnosis.findings.count
            try checkMixture(slope, objective.site, look)
            try checkNorm(index, slope, objective.site)
            var asked: [NetworkBox] = []
            for network in slope.networks where !asked.contains(where: { $0 === network }) {
                asked.append(network)
                try checkCoupling(network, slope, look)
            }
            if diagnosis.findings.count == before {
                sound("the penalty in \(place(objective.site)) is one for each sample")
            }
        }
    }

    // MARK: Where it is taken

    /// x̂ = ε x + (1 - ε) x̃: the derivative of x̂ by x̃ is 1 - ε, element by element.
    private mutating func checkMixture(
        _ slope: Probe.Slope, _ site: ObjectiveSite, _ look: Look
    ) throws {
        let made = look.probe.applications.last { application in
            application.output.shape == slope.place.shape
                && slope.place.depends(on: [application.output]) == [true]
        }
        guard let made else { return }
        let shares = try gradients(of: slope.place, at: [made.output])[0]
        let rows = shares.shape[0]
        let width = shares.count / max(rows, 1)
        let values = shares.values
        guard rows > 1, width > 0 else { return }
        let spreads = (0..<rows).map { row -> Float in
            let own = values[row * width..<(row + 1) * width]
            return (own.max() ?? 0) - (own.min() ?? 0)
        }
        if let most = spreads.max(), most > 1e-4 {
            found(
                "penalty", at: place(site),
                "the point of the penalty mixes real and generated samples with a weight for each"
                    + " element: within one sample it differs by up to \(Double(most).short)",
                remedy: "draw one weight for each sample: ε ~ uniform(0, 1)")
            return
        }
        let firsts = (0..<rows).map { values[$0 * width] }
        let isMixed = firsts.contains { abs($0) > 1e-4 && abs($0 - 1) > 1e-4 }
        if isMixed, (firsts.max() ?? 0) - (firsts.min() ?? 0) < 1e-5 {
            found(
                "penalty", at: place(site),
                "the point of the penalty mixes real and generated samples with the same weight"
                    + " \(Double(firsts[0]).short) for the whole batch",
                remedy: "draw one weight for each sample: ε ~ uniform(0, 1)")
        }
    }

    // MARK: How it is normed

    /// Gradients are exchanged for known ones. A penalty on the norm of each sample's gradient
    /// pushes every gradient along itself, whatever those of other samples are.
    private mutating func checkNorm(
        _ index: Int, _ slope: Probe.Slope, _ site: ObjectiveSite
    ) throws {
        let shape = slope.slope.shape
        let rows = shape[0]
        let width = slope.slope.count / max(rows, 1)
        guard rows > 1, width > 0 else { return }
        var generator = Generator(seed: 7)
        let normal = try generator.normal(shape).values
        // Norms from 2 up, all different, so that a one-sided penalty bites everywhere.
        var first = normal
        for row in 0..<rows {
            let own = row * width..<(row + 1) * width
            let norm = normal[own].reduce(0) { $0 + $1 * $1 }.squareRoot()
            for place in own { first[place] *= (2 + 0.3 * Float(row)) / max(norm, 1e-6) }
        }
        var second = first
        for place in 0..<width { second[place] *= 1.7 }
        guard let pushes = try self.pushes(first, shape, index, site),
            let others = try self.pushes(second, shape, index, site)
        else { return }
        guard pushes.contains(where: { $0 != 0 }) else {
            return try checkIdle(index, shape, site, normal)
        }
        for row in 0..<rows {
            let own = row * width..<(row + 1) * width
            let along = own.reduce(Float(0)) { $0 + pushes[$1] * first[$1] }
            let square = own.reduce(Float(0)) { $0 + first[$1] * first[$1] }
            let size = own.map { abs(pushes[$0]) }.max() ?? 0
            let rest = own.map { abs(pushes[$0] - along / square * first[$0]) }.max() ?? 0
            if rest > 1e-3 * size {
                found(
                    "penalty", at: place(site),
                    "the norm of the gradient \(shape) is not taken over all axes but the first:"
                        + " elements of one sample are pushed apart by"
                        + " \(Double(rest / max(size, 1e-30)).short) of the push",
                    remedy: "norm(∇(D, x̂)) gives one norm for each sample; leave its axis out")
                return
            }
            if along < 0 {
                found(
                    "penalty", at: place(site),
                    "the penalty has the wrong sign: a steeper gradient lowers this loss",
                    remedy: "add the penalty with a positive weight: … + λ * penalty")
                return
            }
        }
        if try checkRest(index, shape, site, normal) { return }
        let size = pushes.map(abs).max() ?? 0
        let change = (width..<rows * width).map { abs(pushes[$0] - others[$0]) }.max() ?? 0
        if change > 1e-3 * size {
            found(
                "penalty", at: place(site),
                "the penalty of a sample depends on the gradients of the others: one of them"
                    + " changed, and the rest are pushed \(Double(change / size).short) differently",
                remedy: "take the norm of each sample first and the mean last:"
                    + " mean((norm(∇(D, x̂)) - 1)^2)")
        }
    }

    /// A penalty that leaves steep gradients alone, and yet pushes flat ones: turned around.
    private mutating func checkIdle(
        _ index: Int, _ shape: [Int], _ site: ObjectiveSite, _ directions: [Float]
    ) throws {
        let flat = directions.map { $0 * 0.01 }
        guard let pushes = try self.pushes(flat, shape, index, site),
            zip(pushes, flat).reduce(0.0, { $0 + Double($1.0 * $1.1) }) < 0
        else { return }
        found(
            "penalty", at: place(site),
            "the penalty pushes flat gradients up and lets those of norm 2 and more alone, so it holds"
                + " nothing",
            remedy: "punish norms above 1: relu(norm(∇(D, x̂)) - 1)^2")
    }

    /// At which norm a penalty rests, and whether it pulls harder the further away it is.
    private mutating func checkRest(
        _ index: Int, _ shape: [Int], _ site: ObjectiveSite, _ directions: [Float]
    ) throws -> Bool {
        let width = directions.count / shape[0]
        let root = Double(width).squareRoot()
        /// The push along the gradients when all of them have this norm.
        func push(_ norm: Double) throws -> Double {
            var values = directions
            for start in stride(from: 0, to: values.count, by: width) {
                let own = start..<start + width
                let size = values[own].reduce(0) { $0 + $1 * $1 }.squareRoot()
                for place in own { values[place] *= Float(norm) / max(size, 1e-6) }
            }
            guard let pushes = try self.pushes(values, shape, index, site) else { return .nan }
            return zip(pushes, values).reduce(0.0) { $0 + Double($1.0 * $1.1) } / norm
        }
        let (low, one, far) = (try push(0.2), try push(1), try push(5))
        if low > 0, abs(low - one) < 1e-3 * one, abs(far - one) < 1e-3 * one {
            found(
                "penalty", at: place(site),
                "the penalty is not squared: it pulls a gradient of norm 0.2 down as hard as one of"
                    + " norm 5, so nothing keeps the norm at 1",
                remedy: "take the square of what the norm is too much: (norm(∇(D, x̂)) - 1)^2")
            return true
        }
        // (norm + 1)²: the pull is linear in the norm, and not 0 at norm 0.
        let step = try push(0.4) - low
        if low > 0, low - step > 0.2 * low, abs(low + 24 * step - far) < 0.01 * far {
            found(
                "penalty", at: place(site),
                "the penalty pulls even a gradient of norm 0.2 down, and as hard as if the norm it"
                    + " asks for were below 0",
                remedy: "take 1 from the norm: (norm(∇(D, x̂)) - 1)^2")
            return true
        }
        guard width > 1, try push(root * 0.97) <= 0, try push(1.03) <= 0,
            try push(root * 1.03) > 0
        else { return false }
        found(
            "penalty", at: place(site),
            "the penalty rests at a gradient of norm \(root.short) = √\(width) and not at 1: the mean"
                + " over the \(width) elements of a sample stands where their sum belongs",
            remedy: "norm(∇(D, x̂)) is the root of the sum of squares")
        return true
    }

    /// How a loss pushes each element of the gradients that take the place of the true ones.
    private func pushes(
        _ values: [Float], _ shape: [Int], _ index: Int, _ site: ObjectiveSite
    ) throws -> [Float]? {
        let leaf = try Tensor(values, shape: shape).tracked()
        let seen = try look(slopes: [index: leaf]).probe
        guard let loss = seen.objectives.last(where: { $0.site === site })?.loss,
            loss.depends(on: [leaf]) == [true]
        else { return nil }
        return try gradients(of: loss, at: [leaf])[0].values
    }

    // MARK: One sample in the light of the others

    private mutating func checkCoupling(
        _ network: NetworkBox, _ slope: Probe.Slope, _ look: Look
    ) throws {
        let name = look.name(of: network)
        guard try couples(network, slope.place.detached()) else { return }
        let layers = (network.chain?.layers ?? network.functionLayers).map(\.name)
        let guilty = Set(layers).intersection(["batch_norm", "minibatch_std"]).sorted()
        let culprit =
            layers.contains("batch_norm")
            ? "batch_norm" : guilty.first ?? layers.first { $0.hasPrefix("minibatch") }
        found(
            "batch_norm", at: name,
            "its score of one sample changes with the other samples of the batch"
                + (culprit.map { " (\($0))" } ?? "")
                + ", but the gradient penalty is one for each sample",
            remedy: culprit == "batch_norm" || culprit == nil
                ? "take layer_norm instead of batch_norm in \(name), or no normalisation"
                : "leave \(culprit ?? "it") out of \(name)")
    }

    /// Whether a network's result for one sample changes when another one does.
    private func couples(_ network: NetworkBox, _ batch: Tensor) throws -> Bool {
        let rows = batch.shape[0]
        guard rows > 1 else { return false }
        let width = batch.count / rows
        var changed = batch.values
        for place in 0..<width { changed[place] = changed[place] * -1.5 + 1 }
        let copy = try game.fork(session)
        let weights = network.weights
        func scores(_ x: Tensor) throws -> [Float]? {
            network.weights = weights
            copy.generator = game.generator
            return try session.probing(nil) {
                session.playing = copy
                guard case .tensor(let made) = try network.apply([.tensor(x)], session),
                    made.rank > 0, made.shape[0] == rows
                else { return nil }
                return Array(made.values[(made.count / rows)...])
            }
        }
        // A network of several inputs is asked nothing here.
        guard let before = try? scores(batch),
            let after = try? scores(try Tensor(changed, shape: batch.shape))
        else { return false }
        let size = before.map(abs).max() ?? 0
        return zip(before, after).contains { abs($0 - $1) > 1e-4 * max(size, 1e-3) }
    }
}
