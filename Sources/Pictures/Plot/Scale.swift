#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How values of one axis become places on the picture.
struct Scale {
    var lower: Double
    var upper: Double
    var isLogarithmic: Bool
    /// Places of `lower` and `upper`.
    var start = 0.0
    var end = 1.0

    /// The place of a value, or none when it has no place: not finite, or not positive on a
    /// logarithmic axis. Far outside it is cut to a place that drawing can take.
    func place(_ value: Double) -> Double? {
        guard value.isFinite, !isLogarithmic || value > 0 else { return nil }
        var part = (value - lower) / (upper - lower)
        if isLogarithmic {
            part = (log10(value) - log10(lower)) / (log10(upper) - log10(lower))
        } else if !(value - lower).isFinite {
            // Beyond the largest number; halves are not.
            part = (value / 2 - lower / 2) / (upper / 2 - lower / 2)
        }
        return start + max(-50, min(50, part)) * (end - start)
    }

    /// The most ticks up to `count` whose steps are at least `step`.
    func ticks(count: Int, step: Double) -> Ticks {
        var best = ticks(count: count)
        var fewer = count
        while best.values.count > 1, best.step < step * 0.999, fewer > 1 {
            fewer -= 1
            best = ticks(count: fewer)
        }
        return best
    }

    func ticks(count: Int) -> Ticks {
        isLogarithmic
            ? .logarithmic(from: lower, to: upper, count: count)
            : .linear(from: lower, to: upper, count: count)
    }
}

/// The least and greatest of the values seen that an axis can show.
struct Extent {
    var least = Double.infinity
    var greatest = -Double.infinity
    let isLogarithmic: Bool

    /// No value could be shown so far.
    var isEmpty: Bool { least > greatest }

    /// All values are the same.
    var isOne: Bool { least == greatest }

    init(isLogarithmic: Bool) { self.isLogarithmic = isLogarithmic }

    mutating func add(_ value: Double) {
        guard value.isFinite, !isLogarithmic || value > 0 else { return }
        if value < least { least = value }
        if value > greatest { greatest = value }
    }

    mutating func add(_ values: [Double]) {
        for value in values { add(value) }
    }

    /// The axis for these values: what the user asked for, else the data with `padding` (a part
    /// of the span) on both sides, reaching down to zero for bars.
    func scale(_ axis: Axis, padding: Double, fromZero: Bool = false) -> Scale {
        if let range = axis.range, range.lowerBound.isFinite, range.upperBound.isFinite,
            range.lowerBound < range.upperBound, !isLogarithmic || range.lowerBound > 0
        {
            return Scale(
                lower: range.lowerBound, upper: range.upperBound, isLogarithmic: isLogarithmic)
        }
        return isLogarithmic
            ? logarithmic(padding: padding, fromZero: fromZero)
            : linear(padding: padding, fromZero: fromZero)
    }

    private func linear(padding: Double, fromZero: Bool) -> Scale {
        // The largest span, padding included, must still be a number.
        var low = isEmpty ? 0 : max(-8e307, min(8e307, least))
        var high = isEmpty ? 1 : max(-8e307, min(8e307, greatest))
        if fromZero {
            low = min(0, low)
            high = max(0, high)
        }
        let span = high - low
        if span <= max(max(abs(low), abs(high)) * 1e-12, 1e-290) {
            let room = abs(low) < 1e-280 ? 1 : abs(low) * 0.1
            return Scale(
                lower: fromZero ? 0 : low - room, upper: high + room, isLogarithmic: false)
        }
        return Scale(
            lower: low - (fromZero && low == 0 ? 0 : span * padding),
            upper: high + (fromZero && high == 0 ? 0 : span * padding), isLogarithmic: false)
    }

    private func logarithmic(padding: Double, fromZero: Bool) -> Scale {
        let low = isEmpty ? 0.1 : max(1e-300, least)
        let high = isEmpty ? 10 : min(1e300, greatest)
        var (from, to) = (log10(low), log10(high))
        if fromZero {
            from = floor(from - 0.1)
        } else if to - from < 0.002 {
            from -= 0.5
            to += 0.5
        }
        let room = (to - from) * padding
        return Scale(
            lower: pow(10, max(-307, fromZero ? from : from - room)),
            upper: pow(10, min(307, to + room)), isLogarithmic: true)
    }
}
