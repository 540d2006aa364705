import Datasets
import Language
import Networks
import Tensors

/// A game that is played: its players, hyperparameters, state, random numbers and curves.
package final class Game {
    package let rule: GameRule
    let frame: Frame
    var batch: Int
    var optimizer: OptimizerBox
    let ema: Double?
    let seed: UInt64
    var generator: Generator
    /// Latents of the fixed sample grid, so that pictures over time compare.
    let fixedGenerator: Generator
    /// Rounds played so far.
    package private(set) var round = 0
    package private(set) var curves: [Curve] = []
    /// Seconds spent in rounds.
    var seconds = 0.0
    var optimizers: [OptimizerKey: OptimizerBox] = [:]
    private(set) var averages: [ObjectIdentifier: NetworkBox] = [:]
    /// The display that `train` updates while it runs; `attach` shows it elsewhere too.
    var display: String?
    /// Looks at objectives instead of training on them.
    var observer: Observer?
    /// Notes the gradients of this round; see `Watch`.
    var gauge: Gauge?
    /// The largest gradient of each player in the first rounds.
    var firstNorms: [String: Double] = [:]
    /// Samples at moments of the training.
    var album = Album()
    /// What a round goes back to when a loss or a gradient is not finite; nil as soon as none can
    /// come any more, so that the last step need not leave the old weights as they are.
    var snapshot: Snapshot?
    /// True in the middle of a round.
    private(set) var isPlaying = false
    /// Changes of hyperparameters that arrived in the middle of a round.
    private var pending: [(name: String, value: Value, change: () -> Void)] = []
    /// Slots that survive a round (parameters and states), and the others.
    private let keeps: Set<Int>
    private let transient: [Int]
    /// This round's values, recorded when the round is complete.
    private var noted: [(name: String, value: Double)] = []

    /// One optimiser for each group of players, and one for each `by`.
    struct OptimizerKey: Hashable {
        let players: [ObjectIdentifier]
        let site: ObjectIdentifier?
    }

    init(rule: GameRule, session: Session, frame: Frame, options: CommonOptions) throws {
        self.rule = rule
        self.frame = frame
        batch = options.batch
        ema = options.ema
        let own = rule.parameters.first { $0.name == "optimizer" }.flatMap { frame[$0.slot] }
        if case .optimizer(let box)? = own {
            optimizer = options.optimizer ?? box
        } else if let own, !own.isNone {
            throw Diagnostic.mismatch(
                "\(rule.name)'s optimizer", expects: "an optimiser such as adam(1e-3)", got: own)
        } else {
            optimizer = try options.optimizer ?? .standard()
        }
        if case .number(let number)? = frame.value(of: "batch", rule), options.batch == 64,
            let whole = Int(exactly: number), whole > 0
        {
            batch = whole
        }
        seed = options.seed ?? session.nextSeed()
        var root = Generator(seed: seed)
        fixedGenerator = root.split()
        generator = root.split()
        let kept = Set(rule.parameters.map(\.slot)).union(rule.states.map(\.slot))
        keeps = kept
        transient = (0..<rule.scope.count).filter { !kept.contains($0) }
        try checkPlayers()
        if ema != nil {
            for (_, network) in networks {
                averages[ObjectIdentifier(network)] = try network.copy()
            }
        }
    }

    private init(copying other: Game, frame: Frame, copies: [ObjectIdentifier: NetworkBox]) throws {
        rule = other.rule
        self.frame = frame
        batch = other.batch
        optimizer = other.optimizer
        ema = other.ema
        seed = other.seed
        generator = other.generator
        fixedGenerator = other.fixedGenerator
        round = other.round
        curves = other.curves
        album = other.album
        seconds = other.seconds
        firstNorms = other.firstNorms
        keeps = other.keeps
        transient = other.transient
        for (key, box) in other.optimizers {
            let players = key.players.map { id in copies[id].map { ObjectIdentifier($0) } ?? id }
            optimizers[OptimizerKey(players: players, site: key.site)] = box.copy()
        }
        for (id, average) in other.averages {
            guard let copy = copies[id] else { continue }
            averages[ObjectIdentifier(copy)] = try average.copy()
        }
    }

    private func checkPlayers() throws {
        for parameter in rule.parameters where parameter.standard == nil {
            switch frame[parameter.slot] {
            case .network?, .data?, .function?, .distribution?, .tensor?, .number?: continue
            case .space(let space)?:
                throw Diagnostic(
                    .type, "\(rule.name)'s \(parameter.name) is the space \(space) without a layer",
                    hint: "compose a network: \(space) |> linear(1)")
            case .command(let command)?:
                throw Diagnostic(
                    .type, "\(rule.name)'s \(parameter.name) is the command \(command.name)",
                    hint: command.group == .data ? "call it: \(command.name)()" : nil)
            case let value?:
                throw Diagnostic.mismatch(
                    "\(rule.name)'s \(parameter.name)", expects: "a network or data", got: value)
            case nil: continue
            }
        }
    }

    // MARK: Parts

    /// A parameter's value, or what was set in the middle of this round.
    func value(of name: String) -> Value? { waiting(name) ?? frame.value(of: name, rule) }

    /// The networks among the parameters, in order.
    var networks: [(name: String, network: NetworkBox)] {
        rule.parameters.compactMap { parameter in
            guard case .network(let network)? = frame[parameter.slot] else { return nil }
            return (parameter.name, network)
        }
    }

    var data: Dataset? {
        for parameter in rule.parameters {
            if case .data(let data)? = frame[parameter.slot] { return data }
        }
        return nil
    }

    /// The network that makes samples: `G`, else the first one that starts from noise.
    var sampler: (name: String, network: NetworkBox)? {
        networks.first { $0.name == "G" } ?? networks.first { $0.network.startsFromNoise }
    }

    /// What `samples` looks at: the exponential average of the weights where the game keeps one.
    func shown(_ network: NetworkBox) -> NetworkBox {
        averages[ObjectIdentifier(network)] ?? network
    }

    /// Makes a change that gives a hyperparameter a value; one that comes in the middle of a round
    /// takes effect at the next one, so that a round is played with one value throughout.
    func set(_ name: String, to value: Value, _ change: @escaping () -> Void) {
        if isPlaying { pending.append((name, value, change)) } else { change() }
    }

    /// What a hyperparameter will be from the next round on.
    func waiting(_ name: String) -> Value? { pending.last { $0.name == name }?.value }

    private func applyPending() {
        for waiting in pending { waiting.change() }
        pending.removeAll()
    }

    // MARK: Playing

    /// One round. An interrupt or a fault leaves a game that can go on.
    func playRound(_ session: Session) throws {
        do { try playOrDiverge(session) } catch let fault as NonFinite {
            throw fault.diagnostic(round: round + 1)
        }
    }

    /// One round; a loss or a gradient that is not finite is thrown as `NonFinite`.
    func playOrDiverge(_ session: Session) throws {
        guard !isPlaying else {
            throw Diagnostic(
                .value, "this game is training already", hint: "interrupt it first, or fork it")
        }
        let before = session.playing
        let (tracked, applied) = (session.tracking, session.applications)
        session.playing = self
        session.tracking = session.probe?.tracking ?? .all
        session.applications = session.probe == nil ? Applications() : nil
        isPlaying = true
        defer {
            isPlaying = false
            session.playing = before
            session.tracking = tracked
            session.applications = applied
            snapshot = nil
            for slot in transient { frame[slot] = nil }
            applyPending()
        }
        noted.removeAll(keepingCapacity: true)
        snapshot = Snapshot(self)
        do {
            _ = try rule.round(frame)
        } catch let fault as NonFinite {
            snapshot?.restore(self)
            throw fault
        }
        round += 1
        for (name, value) in noted { record(name, value) }
        try updateAverages()
    }

    // MARK: Curves

    /// Goes on from a stored moment.
    func resume(round: Int, curves: [Curve]) {
        self.round = round
        self.curves = curves
    }

    func note(_ name: String, _ value: Double) {
        if let index = noted.firstIndex(where: { $0.name == name }) {
            noted[index].value = value
        } else {
            noted.append((name, value))
        }
    }

    private func record(_ name: String, _ value: Double) {
        if let index = curves.firstIndex(where: { $0.name == name }) {
            curves[index].append(round: round, value)
        } else {
            var made = Curve(name: name)
            made.append(round: round, value)
            curves.append(made)
        }
    }

    /// The first rounds count for less, so that the average is not half made of weights from before
    /// any training: the decay is at most (1 + n) / (10 + n) in round n, as in TensorFlow's averages.
    private func updateAverages() throws {
        guard let ema else { return }
        let decay = min(ema, Double(1 + round) / Double(10 + round))
        for (_, network) in networks {
            try averages[ObjectIdentifier(network)]?.average(towards: network, decay: decay)
        }
    }

    // MARK: Copies

    /// A deep copy: networks, optimisers, curves, random numbers. Data are shared.
    func fork(_ session: Session) throws -> Game {
        let copy = Frame(session: session, outer: rule.outer, count: rule.scope.count)
        var copies: [ObjectIdentifier: NetworkBox] = [:]
        var layers: [ObjectIdentifier: any Layer] = [:]
        for slot in keeps {
            if case .network(let network)? = frame[slot] {
                let made = copies[ObjectIdentifier(network)] ?? network.copy(&layers)
                copies[ObjectIdentifier(network)] = made
                copy[slot] = .network(made)
            } else {
                copy[slot] = frame[slot]
            }
        }
        let fork = try Game(copying: self, frame: copy, copies: copies)
        for waiting in pending { try fork.setMember(waiting.name, to: waiting.value) }
        return fork
    }
}
