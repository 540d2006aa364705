/// The name closest to a mistyped one, or nil when none is close.
///
/// Distance counts insertions, deletions, substitutions and swaps of neighbours (Damerau 1964, in
/// the restricted form); a difference in case alone counts half. A third of the length may differ.
package func nearest(_ name: String, in names: some Sequence<String>) -> String? {
    let wanted = Array(name.unicodeScalars)
    let allowance = max(1, min(3, wanted.count / 3))
    guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in names where candidate != name {
        let other = Array(candidate.unicodeScalars)
        guard abs(other.count - wanted.count) <= allowance, other.count <= 64 else { continue }
        let distance = halfDistance(wanted, other)
        // A name of one or two letters is close only to itself in the other case.
        guard distance <= (min(wanted.count, other.count) <= 2 ? 1 : 2 * allowance) else {
            continue
        }
        if let found = best,
            (found.distance, found.name) <= (distance, candidate)
        {
            continue
        }
        best = (candidate, distance)
    }
    return best?.name
}

/// Twice the number of edits, with one for a change of case.
private func halfDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = (0...right.count).map { 2 * $0 }
    for (row, leftScalar) in left.enumerated() {
        var current = [Int](repeating: 2 * (row + 1), count: right.count + 1)
        for (column, rightScalar) in right.enumerated() {
            let change = substitution(leftScalar, rightScalar)
            var cost = min(last[column + 1] + 2, current[column] + 2, last[column] + change)
            if row > 0, column > 0, leftScalar == right[column - 1], left[row - 1] == rightScalar {
                cost = min(cost, beforeLast[column - 1] + 2)
            }
            current[column + 1] = cost
        }
        beforeLast = last
        last = current
    }
    return last[right.count]
}

private func substitution(_ left: Unicode.Scalar, _ right: Unicode.Scalar) -> Int {
    if left == right { return 0 }
    return left.properties.lowercaseMapping == right.properties.lowercaseMapping ? 1 : 2
}
