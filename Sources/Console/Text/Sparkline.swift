/// A curve in one line of text, for terminals.
package enum Sparkline {
    private static let blocks = Array("▁▂▃▄▅▆▇█")

    /// `values` as at most `width` block characters, lowest to highest; each stands for the mean
    /// of its share of the values. Shares without a finite value are spaces, a constant curve is
    /// half high, no values give an empty text.
    package static func text(_ values: [Double], width: Int = 40) -> String {
        guard !values.isEmpty, width > 0 else { return "" }
        let count = min(width, values.count)
        var means: [Double?] = []
        for share in 0..<count {
            let part = values[share * values.count / count..<(share + 1) * values.count / count]
            var mean = 0.0
            var seen = 0.0
            for value in part where value.isFinite {
                // A running mean cannot overflow.
                seen += 1
                mean += value / seen - mean / seen
            }
            means.append(seen > 0 ? mean : nil)
        }
        let finite = means.compactMap { $0 }
        guard let least = finite.min(), let greatest = finite.max() else {
            return String(repeating: " ", count: count)
        }
        return String(
            means.map { mean -> Character in
                guard let mean else { return " " }
                if greatest == least { return blocks[3] }
                // Halved, so that the span of the two largest numbers is still one.
                let part = (mean / 2 - least / 2) / (greatest / 2 - least / 2)
                return blocks[max(0, min(7, Int(part * 8)))]
            })
    }
}
