import Networks
import Tensors

/// Looks at the objectives of a round instead of training on them.
struct Observer {
    /// False: the loss is enough, so networks without parameters will do.
    let wantsSlopes: Bool
    let see: (ObjectiveSite, Double, [(parameter: Networks.Parameter, slope: Tensor)]) -> Void
}

/// Samples from the fixed latents at moments of the training, for `animate`; of games of points
/// in the plane the discriminator's field, too.
///
/// At most 40 moments, evenly spread: when the album is full, every second one goes and the
/// distance doubles.
struct Album {
    struct Moment {
        let round: Int
        let samples: Tensor
        /// `resolution` rows of as many values.
        let field: [Float]?
    }

    static let resolution = 48
    private(set) var moments: [Moment] = []
    private var step = 5

    /// Whether this round is one of the moments.
    func wants(_ round: Int) -> Bool { round % step == 0 || moments.isEmpty }

    mutating func add(_ moment: Moment) {
        moments.append(moment)
        guard moments.count > 40 else { return }
        step *= 2
        let first = moments[0].round
        moments = moments.filter { $0.round % step == 0 || $0.round == first }
    }
}

extension Game {
    /// Puts the samples of this round into the album when it is their turn.
    func remember(_ session: Session) {
        guard album.wants(round) else { return }
        let count = (data?.shape.count ?? 1) == 1 ? 256 : 64
        var generator = fixedGenerator
        // A game whose samples cannot be drawn has no album.
        guard
            let samples = session.attempt({ try Sampling(self, session).draw(count, &generator) })
        else { return }
        album.add(Album.Moment(round: round, samples: samples, field: field(session)))
    }

    private func field(_ session: Session) -> [Float]? {
        // Every other moment, since it costs as much as a round of a large D.
        guard round % 10 == 0 || album.moments.isEmpty, data?.shape == [2], let judge,
            judge.inputCount == 1
        else { return nil }
        let view = FieldView(
            session: session, judge: judge, data: data, samples: nil,
            resolution: Album.resolution)
        guard let values = session.attempt({ try view.values(try view.square()) }) else {
            return nil
        }
        return values.map { Float($0) }
    }
}
