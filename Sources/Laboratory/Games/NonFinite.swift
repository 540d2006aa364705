import Language

/// A NaN or an infinity in a round, with the place where it arose.
struct NonFinite: Error {
    let objective: String
    let value: Double
    /// The first operation that gave it out of finite inputs, where one was found.
    let origin: Diagnostic

    func diagnostic(round: Int) -> Diagnostic {
        var told = origin
        told.kind = .value
        let word = value.isNaN ? "NaN" : "infinite"
        told.message =
            "round \(round): the objective of \(objective) became \(word); "
            + origin.message
        told.hint =
            "the weights are those from before the round"
            + (origin.hint.map { "; \($0)" } ?? "")
        return told
    }
}

extension Game {
    /// Looks through an objective again, operation by operation, for the one that went wrong.
    func firstFault(_ site: ObjectiveSite, _ frame: Frame, _ value: Double) -> any Error {
        let session = frame.session
        let applied = session.applications
        (session.checksFinite, session.applications) = (true, nil)
        defer { (session.checksFinite, session.applications) = (false, applied) }
        do {
            _ = try site.value(frame)
        } catch let fault as Diagnostic {
            return NonFinite(objective: site.curve, value: value, origin: fault)
        } catch {}
        let origin = Diagnostic(
            .value, "it was computed from a value that was not finite already",
            source: site.source, span: site.valueSpan)
        return NonFinite(objective: site.curve, value: value, origin: origin)
    }
}
