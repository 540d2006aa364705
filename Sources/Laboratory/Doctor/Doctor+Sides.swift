import Language
import Tensors

/// Does a network that scores see both sides, does anybody heed it, and who moves it?
extension Doctor {
    /// A network that gives one number to each sample, as it stands in one objective.
    private struct Judging {
        let network: NetworkBox
        let name: String
        let site: ObjectiveSite
        /// Applications of the network by their order in the round that this objective uses.
        let real: [Int]
        let made: [Int]
        /// Whose samples those are.
        let makers: [NetworkBox]
    }

    mutating func checkSides(_ rivalries: [Rivalry], _ look: Look) throws {
        let objectives = look.probe.lastObjectives
        for objective in objectives {
            for critic in objective.players {
                guard let judging = judging(critic, objective, look) else { continue }
                if checkAlliance(judging, objective, look) { continue }
                if try checkUnity(judging, objective, look) { continue }
                if rivalries.contains(where: { $0.critic == judging.name }) { continue }
                // A judge beside another one may be there only to measure.
                let fought = Set(rivalries.map(\.maker))
                checkHeed(
                    judging,
                    objectives.filter { objective in
                        !objective.players.contains { fought.contains(look.name(of: $0)) }
                    }, look)
            }
        }
    }

    private func judging(
        _ critic: NetworkBox, _ objective: Probe.Objective, _ look: Look
    ) -> Judging? {
        let probe = look.probe
        let others = look.networks.filter { $0.network !== critic }
        func makers(of index: Int) -> [NetworkBox] {
            others.map(\.network).filter { other in
                let weights = other.parameters.map(\.value)
                return !weights.isEmpty
                    && probe.applications[index].inputs.contains {
                        $0.depends(on: weights).contains(true)
                    }
            }
        }
        let used = probe.applications.indices.filter {
            probe.applications[$0].network === critic && Self.isScore(probe.applications[$0])
                && uses(objective, [$0], probe)
        }
        guard !used.isEmpty else { return nil }
        let made = used.filter { !makers(of: $0).isEmpty }
        var found: [NetworkBox] = []
        for maker in made.flatMap(makers) where !found.contains(where: { $0 === maker }) {
            found.append(maker)
        }
        return Judging(
            network: critic, name: look.name(of: critic), site: objective.site,
            real: used.filter { !made.contains($0) }, made: made, makers: found)
    }

    /// One step that moves the maker and the network that another objective sets against it.
    private mutating func checkAlliance(
        _ judging: Judging, _ objective: Probe.Objective, _ look: Look
    ) -> Bool {
        let objectives = look.probe.lastObjectives
        for maker in judging.makers where objective.players.contains(where: { $0 === maker }) {
            let isSetAgainst = objectives.contains { other in
                guard other.players.contains(where: { $0 === judging.network }),
                    !other.players.contains(where: { $0 === maker }),
                    let own = self.judging(judging.network, other, look)
                else { return false }
                return !own.real.isEmpty && own.makers.contains { $0 === maker }
            }
            guard isSetAgainst else { continue }
            found(
                "path", at: place(judging.site),
                "this step moves \(judging.name) together with \(look.name(of: maker)), which"
                    + " \(judging.name)'s own objective sets it against: what one step teaches it the"
                    + " other takes back",
                remedy: "leave \(judging.name) out of this line: minimize"
                    + " \(look.name(of: maker)): …")
            return true
        }
        return false
    }

    /// One step that moves the maker and its judge by one loss, in a game where neither moves alone:
    /// nobody plays against anybody.
    private mutating func checkUnity(
        _ judging: Judging, _ objective: Probe.Objective, _ look: Look
    ) throws -> Bool {
        let probe = look.probe
        guard
            let maker = judging.makers.first(where: { maker in
                objective.players.contains { $0 === maker }
            }), !judging.real.isEmpty,
            !probe.lastObjectives.contains(where: { other in
                other.players.contains { $0 === maker }
                    != other.players.contains { $0 === judging.network }
            })
        else { return false }
        // An encoder's code of one number is no score: a network makes something of it.
        let scores = judging.real.map { probe.applications[$0].output }
        let isCode = probe.applications.contains { other in
            other.network !== judging.network
                && other.inputs.contains { $0.depends(on: scores).contains(true) }
        }
        if isCode { return false }
        let name = look.name(of: maker)
        let sweeps = try sweeps(
            Rivalry(
                critic: judging.name, maker: name, criticSite: judging.site,
                makerSite: judging.site, real: judging.real, made: judging.made),
            look, Self.open, around: 0)
        guard let real = sweeps.real.lowest(sweeps.real.critic),
            let made = sweeps.made.lowest(sweeps.made.critic), abs(real - made) > 0.01
        else { return false }
        func score(_ position: Double) -> String { Self.open[Int(position.rounded())].short }
        found(
            "sign", at: place(judging.site),
            "one loss moves \(judging.name) and \(name) together, so they do not play against each"
                + " other: both want real samples to get a score of \(score(real)) and"
                + " \(name)'s own \(score(made))",
            remedy: "give each player a line of its own, with opposite wishes: minimize"
                + " \(judging.name): … and minimize \(name): …")
        return true
    }

    /// A judge that nobody listens to, or that is asked about samples of a kind it never sees.
    private mutating func checkHeed(
        _ judging: Judging, _ objectives: [Probe.Objective], _ look: Look
    ) {
        let (probe, name) = (look.probe, judging.name)
        let all = probe.applications.indices.filter {
            probe.applications[$0].network === judging.network
        }
        let others = objectives.filter { other in
            !other.players.contains { $0 === judging.network }
        }
        if !judging.real.isEmpty, !judging.made.isEmpty {
            // The makers are trained by something else than this judge.
            for maker in judging.makers {
                let turns = others.filter { $0.players.contains { $0 === maker } }
                let weights = judging.network.parameters.map(\.value)
                guard !turns.isEmpty,
                    !turns.contains(where: { $0.loss.depends(on: weights).contains(true) })
                else { continue }
                // A loss that does not reach its player at all has been told so.
                let turn = place(turns[0].site)
                if diagnosis.findings.contains(where: { $0.place == turn }) { return }
                found(
                    "path", at: turn,
                    "it does not depend on \(name), which learns to tell \(look.name(of: maker))'s"
                        + " samples from real ones: nothing of that reaches \(look.name(of: maker))",
                    remedy: "play against its score: minimize \(look.name(of: maker)): "
                        + "-mean(log_sigmoid(\(name)(\(look.name(of: maker))(z))))")
                return
            }
            return
        }
        // A batch of both kinds, one behind the other, shows both.
        let sizes = probe.applications.filter { other in
            judging.makers.contains { $0 === other.network }
        }.map(\.output.shape)
        let isMixed = judging.made.contains { index in
            !probe.applications[index].inputs.contains { sizes.contains($0.shape) }
        }
        if isMixed { return }
        // Somebody is trained by the score that this network gives to made samples.
        for turn in others {
            guard
                let maker = turn.players.first(where: { maker in
                    let weights = maker.parameters.map(\.value)
                    return !weights.isEmpty
                        && all.contains { index in
                            uses(turn, [index], probe)
                                && probe.applications[index].inputs.contains {
                                    $0.depends(on: weights).contains(true)
                                }
                        }
                })
            else { continue }
            let missing = judging.made.isEmpty ? "generated" : "real"
            let player = look.name(of: maker)
            found(
                "sign", at: place(judging.site),
                "\(name) never sees \(missing) samples in it, so it cannot learn to tell them apart,"
                    + " and \(player) is trained by what it says",
                remedy: "score both in it: \(name)(x) and \(name)(\(player)(z))")
            return
        }
    }
}
