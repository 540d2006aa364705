import Networks
import Tensors

/// Looks at the objectives of a round instead of training on them.
struct Observer {
    /// False: the loss is enough, so networks without parameters will do.
    let wantsSlopes: Bool
    let see: (ObjectiveSite, Double, [(parameter: Networks.Parameter, slope: Tensor)]) -> Void
}

/// Samples from the fixed latents at moments of the training, for `animate`.
///
/// At most 40 moments, evenly spread: when the album is full, every second one goes and the
/// distance doubles.
struct Album {
    private(set) var moments: [(round: Int, samples: Tensor)] = []
    private var step = 5

    fileprivate mutating func keep(_ round: Int, _ samples: () throws -> Tensor) {
        guard round % step == 0 || moments.isEmpty else { return }
        // A game whose samples cannot be drawn has no album.
        guard let samples = try? samples() else { return }
        moments.append((round, samples))
        guard moments.count > 40 else { return }
        step *= 2
        moments = moments.filter { $0.round % step == 0 || $0.round == moments[0].round }
    }
}

extension Game {
    /// Puts the samples of this round into the album when it is their turn.
    func remember(_ session: Session) {
        let count = (data?.shape.count ?? 1) == 1 ? 256 : 64
        album.keep(round) {
            var generator = fixedGenerator
            return try Sampling(self, session).draw(count, &generator)
        }
    }
}
