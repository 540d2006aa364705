import Language

/// Commands that look at a game instead of playing it.
enum DoctorCommands {
    static var all: [Command] {
        [
            Command(
                "check", .games, [Input("game", .game)],
                "Tests a game before it trains for what public code gets wrong.",
                details: """
                    The signs of the objectives, weights that a loss does not reach, gradient \
                    penalties that are not one for each sample, batch norm under such a penalty, a \
                    sigmoid under a loss that wants none, a critic without a constraint, ranges \
                    that do not meet. It plays rounds of a copy that move nothing, so nothing has \
                    to be known by name: check(g).ok is true when nothing was found, and \
                    check(g).findings has place, sentence and remedy of each. A round that is long \
                    takes some thirty times its forward pass.
                    """,
                example: """
                    G = mlp(noise(2), [8], 2)
                    D = mlp(2, [8], 1)
                    check(lsgan(G, D, ring(8)))
                    """
            ) { call in
                .record(try Doctor.examine(try call.game(0), call.session).record)
            }
        ]
    }
}
