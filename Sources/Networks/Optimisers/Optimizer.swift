import Tensors

/// A rule that moves parameters against their gradients, with the state that it keeps.
///
/// A value: a copy is a fork, and going back to an earlier one undoes its memory. The state is
/// kept by the order of the parameters, so it also fits a deep copy of them. `step` changes
/// parameters in place when nobody else holds their elements; let go of the loss and of
/// snapshots before it.
package struct Optimizer {
    package enum Rule: Sendable, Equatable {
        /// Stochastic gradient descent, v <- momentum v + g, w <- w - rate v, as Sutskever et al.
        /// 2013 write momentum up to the place of the rate, and as PyTorch does; with `nesterov`
        /// w <- w - rate (g + momentum v). `decay` adds decay * w to g.
        case sgd(momentum: Double = 0, nesterov: Bool = false, decay: Double = 0)
        /// Adam (Kingma and Ba 2014, arXiv:1412.6980, algorithm 1): m and v are averages of g and
        /// g^2, both divided by 1 - beta^t, and w <- w - rate m / (sqrt(v) + epsilon). Epsilon is
        /// added to the corrected root, as in algorithm 1 and in PyTorch; TensorFlow adds it
        /// before the correction. `decay` is decoupled (Loshchilov and Hutter 2017,
        /// arXiv:1711.05101): w loses rate * decay * w.
        case adam(
            beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
            decay: Double = 0)
        /// RMSProp (Tieleman and Hinton 2012): s <- rho s + (1 - rho) g^2,
        /// w <- w - rate g / (sqrt(s) + epsilon). The lecture has rho 0.9; 0.99 and the place of
        /// epsilon are PyTorch's, so that published WGAN settings carry over.
        case rmsprop(rho: Double = 0.99, epsilon: Double = 1e-8)
    }

    package var rule: Rule
    /// The learning rate before the schedule.
    package var rate: Double
    package var schedule: Schedule = .constant
    /// When set, gradients are scaled down together so that their norm is at most this.
    package var gradientNorm: Double?
    /// When set, each element of a gradient is kept in ± this.
    package var gradientValue: Double?
    /// When set, each parameter is kept in ± this after a step (Arjovsky et al. 2017).
    package var weightBound: Double?
    package private(set) var state = State()

    /// What an optimiser remembers: the number of steps, and tensors by parameter.
    package struct State {
        package fileprivate(set) var step = 0
        fileprivate(set) var first: [Tensor] = []
        fileprivate(set) var second: [Tensor] = []
    }

    package init(_ rule: Rule, rate: Double) throws {
        self.rule = rule
        self.rate = rate
        try check()
    }

    package static func sgd(_ rate: Double = 0.01, momentum: Double = 0) throws -> Optimizer {
        try Optimizer(.sgd(momentum: momentum), rate: rate)
    }

    package static func adam(
        _ rate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999
    ) throws -> Optimizer {
        try Optimizer(.adam(beta1: beta1, beta2: beta2), rate: rate)
    }

    package static func rmsprop(
        _ rate: Double = 1e-3, rho: Double = 0.99
    ) throws -> Optimizer {
        try Optimizer(.rmsprop(rho: rho), rate: rate)
    }

    /// The same rule without memory.
    package func fresh() -> Optimizer {
        var fresh = self
        fresh.state = State()
        return fresh
    }

    /// The learning rate of the next step.
    package var currentRate: Double { rate * schedule.factor(at: state.step) }

    // MARK: Stepping

    /// Moves the parameters one step against their gradients. Throws, and changes nothing, when
    /// a gradient is not finite or when the parameters are not those of the steps before.
    /// `willMove` is called when that is known, before anything changes.
    package mutating func step(
        _ parameters: [Parameter], _ gradients: [Tensor], willMove: () -> Void = {}
    ) throws {
        try check(parameters, gradients)
        // Players that share a layer name it twice; it moves once.
        var (parameters, gradients) = (parameters, gradients)
        if parameters.unique.count < parameters.count {
            var seen = Set<Int>()
            let places = parameters.indices.filter { seen.insert(parameters[$0].serial).inserted }
            (parameters, gradients) = (
                places.map { parameters[$0] }, places.map { gradients[$0] }
            )
        }
        try prepare(parameters)
        if let gradientValue { try clip(&gradients, value: gradientValue) }
        if let gradientNorm { try clip(&gradients, norm: gradientNorm) }
        let rate = Float(currentRate)
        let number = state.step + 1
        willMove()
        try Parameter.update(parameters) { tensors in
            switch rule {
            case .sgd(let momentum, let nesterov, let decay):
                try Update.momentum(
                    &tensors, gradients: gradients, velocity: &state.first, rate: rate,
                    momentum: Float(momentum), isNesterov: nesterov, decay: Float(decay))
            case .adam(let beta1, let beta2, let epsilon, let decay):
                try Update.adam(
                    &tensors, gradients: gradients, first: &state.first, second: &state.second,
                    step: number, rate: rate, beta1: Float(beta1), beta2: Float(beta2),
                    epsilon: Float(epsilon), decay: Float(decay))
            case .rmsprop(let rho, let epsilon):
                try Update.rmsprop(
                    &tensors, gradients: gradients, squares: &state.second, rate: rate,
                    rho: Float(rho), epsilon: Float(epsilon))
            }
            if let weightBound {
                try Update.clamp(&tensors, Float(-weightBound), Float(weightBound))
            }
        }
        state.step = number
    }

    /// Throws when gradients are not those of the parameters, or not finite.
    private func check(_ parameters: [Parameter], _ gradients: [Tensor]) throws {
        try check()
        guard parameters.count == gradients.count else {
            throw NetworkError.optimizer(
                problem: "\(parameters.count) parameters have \(gradients.count) gradients",
                hint: nil)
        }
        for (parameter, gradient) in zip(parameters, gradients) {
            guard gradient.shape == parameter.shape else {
                throw TensorError.mismatch(
                    operation: "the step of \(parameter.name)", left: parameter.shape,
                    right: gradient.shape, because: "a gradient has its parameter's shape")
            }
        }
        guard !Update.areFinite(gradients) else { return }
        for (parameter, gradient) in zip(parameters, gradients) where !gradient.isFinite {
            throw NetworkError.nonFinite(parameter: parameter.name)
        }
    }

    /// Makes room for the memory of a first step.
    private mutating func prepare(_ parameters: [Parameter]) throws {
        let known = state.first.isEmpty ? state.second : state.first
        guard known.isEmpty || known.elementsEqual(parameters, by: { $0.shape == $1.shape }) else {
            throw NetworkError.optimizer(
                problem: "the optimiser remembers steps of other parameters",
                hint: "give each network an optimiser of its own")
        }
        if usesFirst, state.first.isEmpty {
            state.first = try parameters.map { try Tensor.zeros($0.shape) }
        }
        if usesSecond, state.second.isEmpty {
            state.second = try parameters.map { try Tensor.zeros($0.shape) }
        }
    }

    private var usesFirst: Bool {
        switch rule {
        case .sgd, .adam: true
        case .rmsprop: false
        }
    }

    private var usesSecond: Bool {
        switch rule {
        case .adam, .rmsprop: true
        case .sgd: false
        }
    }

    /// Throws when a setting is outside its range.
    private func check() throws {
        func require(
            _ holds: Bool, _ problem: @autoclosure () -> String, _ hint: String
        ) throws {
            guard holds else { throw NetworkError.optimizer(problem: problem(), hint: hint) }
        }
        try require(
            Float(rate).isFinite && rate >= 0, "the learning rate cannot be \(rate)", "use 1e-3")
        switch rule {
        case .sgd(let momentum, _, let decay):
            try require(
                (0..<1).contains(momentum), "momentum cannot be \(momentum)", "use 0.9, or 0")
            try require(decay >= 0 && decay.isFinite, "decay cannot be \(decay)", "use 0")
        case .adam(let beta1, let beta2, let epsilon, let decay):
            try require(
                (0..<1).contains(beta1) && (0..<1).contains(beta2),
                "Adam's betas cannot be \(beta1) and \(beta2)", "both are from 0 to below 1")
            try require(
                epsilon > 0 && epsilon.isFinite, "epsilon cannot be \(epsilon)", "use 1e-8")
            try require(decay >= 0 && decay.isFinite, "decay cannot be \(decay)", "use 0")
        case .rmsprop(let rho, let epsilon):
            try require((0..<1).contains(rho), "rho cannot be \(rho)", "use 0.99")
            try require(
                epsilon > 0 && epsilon.isFinite, "epsilon cannot be \(epsilon)", "use 1e-8")
        }
    }
}

// MARK: - Keeping

extension Optimizer {
    /// The tensors of the state by name, `first.0`, `second.0` ..., in the parameters' order.
    package var tensors: [(name: String, tensor: Tensor)] {
        state.first.enumerated().map { ("first.\($0.offset)", $0.element) }
            + state.second.enumerated().map { ("second.\($0.offset)", $0.element) }
    }

    /// Takes over a state for `parameters`, from `tensors` by the names that `tensors` gives.
    package mutating func restore(
        step: Int, for parameters: [Parameter], _ tensor: (String) throws -> Tensor
    ) throws {
        guard (0...1 << 48).contains(step) else {
            throw NetworkError.optimizer(
                problem: "an optimiser cannot have made \(step) steps", hint: nil)
        }
        var restored = State()
        restored.step = step
        func all(_ name: String) throws -> [Tensor] {
            try parameters.enumerated().map { index, parameter in
                let found = try tensor("\(name).\(index)")
                guard found.shape == parameter.shape else {
                    throw NetworkError.optimizer(
                        problem: "the state \(name).\(index) has shape \(found.shape), its"
                            + " parameter \(parameter.shape)", hint: nil)
                }
                return found.detached()
            }
        }
        if step > 0 {
            if usesFirst { restored.first = try all("first") }
            if usesSecond { restored.second = try all("second") }
        }
        state = restored
    }

    /// The state itself, to go back to it.
    package mutating func restore(_ state: State) { self.state = state }
}
