#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The places along an axis that get a mark and a number.
package struct Ticks: Equatable, Sendable {
    /// Where the labelled marks are, in rising order, within the axis' range.
    package var values: [Double]
    /// One label a value.
    package var labels: [String]
    /// Small marks without a label, on logarithmic axes.
    package var minor: [Double] = []
    /// What stands beside the axis once instead of in every label: "×10⁻⁴", "+ 1,234,567".
    package var common = ""

    /// The whole numbers among them, unless a part of each label stands beside the axis.
    var whole: Ticks {
        guard common.isEmpty else { return self }
        let kept = values.filter { $0 == $0.rounded() }
        return Ticks(values: kept, labels: kept.map { Numerals.short($0) })
    }

    /// The distance between the first two, or 0.
    var step: Double { values.count > 1 ? values[1] - values[0] : 0 }

    /// Round numbers from `lower` to `upper`: steps of 1, 2 or 5 times a power of ten, or 25,
    /// 250, 0.25 where that is what fits, at most `count` of them (at least one where the range
    /// holds a round number).
    package static func linear(from lower: Double, to upper: Double, count: Int) -> Ticks {
        guard lower.isFinite, upper.isFinite, upper > lower, upper - lower > 0,
            (upper - lower).isFinite
        else { return Ticks(values: [], labels: []) }
        let span = upper - lower
        let most = Double(max(1, min(1000, count)))
        var exponent = Int(floor(log10(span / most))) - 1
        while exponent < 400 {
            for factor in [1.0, 2, 2.5, 5] {
                // 2.5 itself is nobody's step; 25, 250 or 0.25 are.
                if factor == 2.5, exponent == 0 { continue }
                let step = factor * pow(10, Double(exponent))
                guard step > 0, step.isFinite else { continue }
                let first = (lower / step - 1e-9).rounded(.up)
                let last = (upper / step + 1e-9).rounded(.down)
                // Steps finer than the numbers can tell apart are no steps.
                if abs(first) > 1e15 || abs(last) > 1e15 { continue }
                if last - first + 1 <= most, last >= first {
                    let values = (0...Int(last - first)).map { (first + Double($0)) * step }
                    return labelled(values, exponent: factor == 2.5 ? exponent - 1 : exponent)
                }
                if last < first { return Ticks(values: [], labels: []) }
            }
            exponent += 1
        }
        return Ticks(values: [], labels: [])
    }

    /// `exponent` is the place of the last digit that tells the values apart.
    private static func labelled(_ values: [Double], exponent: Int) -> Ticks {
        let largest = values.map(abs).max() ?? 0
        let top = largest > 0 ? Int(floor(log10(largest) + 1e-9)) : 0
        if top - exponent > 5, let first = values.first, values.count > 1 {
            // Many equal leading digits: they stand beside the axis once.
            let span = (values.last ?? first) - first
            let digits = pow(10, floor(log10(span) + 1e-9) + 1)
            let common = (first / digits).rounded(.down) * digits
            var ticks = labelled(values.map { $0 - common }, exponent: exponent)
            ticks.values = values
            let decimals = max(0, min(12, -Int(floor(log10(digits) + 0.5))))
            var base = Numerals.fixed(abs(common), decimals: decimals)
            if base.contains(".") {
                while base.last == "0" { base.removeLast() }
                if base.last == "." { base.removeLast() }
            }
            ticks.common += (common < 0 ? " − " : " + ") + base
            ticks.common = ticks.common.trimmed
            return ticks
        }
        // A power of ten for all of them, in steps of three above and any below.
        var shift = 0
        if top >= 6 { shift = top / 3 * 3 } else if top < -3 { shift = top }
        let divisor = pow(10, Double(shift))
        let decimals = max(0, shift - exponent)
        let isGrouped = largest / divisor >= 9999.5
        let labels = values.map {
            Numerals.fixed($0 / divisor, decimals: decimals, isGrouped: isGrouped)
        }
        return Ticks(
            values: values.map { $0 == 0 ? 0 : $0 }, labels: labels,
            common: shift == 0 ? "" : "×10" + Numerals.superscript(shift))
    }

    /// Powers of ten from `lower` to `upper`, both positive; every second or third power over
    /// many decades, 1-2-5 in between over few, and round numbers within one.
    package static func logarithmic(from lower: Double, to upper: Double, count: Int) -> Ticks {
        guard lower > 0, upper > lower, lower.isFinite, upper.isFinite else {
            return Ticks(values: [], labels: [])
        }
        let (low, high) = (log10(lower), log10(upper))
        let first = Int((low - 1e-9).rounded(.up))
        let last = Int((high + 1e-9).rounded(.down))
        let decades = max(0, last - first + 1)
        let most = max(1, count)
        func within(_ value: Double) -> Bool {
            value >= lower * (1 - 1e-9) && value <= upper * (1 + 1e-9)
        }
        func all(_ factors: [Double]) -> [Double] {
            (first - 1...last + 1).flatMap { decade in
                factors.map { $0 * pow(10, Double(decade)) }
            }.filter(within)
        }
        var values: [Double]
        if decades > 3 || decades > most {
            let least = Int((Double(decades) / Double(most)).rounded(.up))
            let step = [1, 2, 3, 5, 10, 20, 50, 100, 200].first { $0 >= least } ?? 300
            let start = Int((Double(first) / Double(step)).rounded(.up)) * step
            values = stride(from: start, through: last, by: step).map { pow(10, Double($0)) }
        } else {
            values = all([1, 2, 5])
            if values.count > most { values = all([1, 3]) }
            if values.count > most { values = all([1]) }
        }
        if values.count < 2 {
            var ticks = linear(from: lower, to: upper, count: most)
            if ticks.values.count >= 2 || values.isEmpty {
                ticks.minor = []
                return ticks
            }
        }
        let isPlain = values.allSatisfy { $0 > 0.9e-3 && $0 < 1.1e4 }
        let labels = values.map { isPlain ? Numerals.short($0) : Numerals.power($0) }
        let minor =
            decades <= 12 ? all([2, 3, 4, 5, 6, 7, 8, 9]).filter { !values.contains($0) } : []
        return Ticks(values: values, labels: labels, minor: minor)
    }
}

extension String {
    /// Without spaces at either end.
    var trimmed: String {
        var rest = self[...].drop { $0 == " " }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }
}
