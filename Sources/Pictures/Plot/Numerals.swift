#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Numbers as a person writes them beside an axis.
enum Numerals {
    /// `value` with `decimals` digits after the point, a true minus sign, and groups of three
    /// from 10,000 on (from 1,000 when `isGrouped`: beside a label that needs them).
    static func fixed(_ value: Double, decimals: Int, isGrouped: Bool = false) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value > 0 ? "∞" : "−∞" }
        let places = max(0, min(12, decimals))
        let factor = pow(10, Double(places))
        guard abs(value) * factor < 9e15 else { return power(value) }
        let units = Int64((abs(value) * factor).rounded())
        let unit = Int64(factor)
        var text = grouped(units / unit, always: isGrouped)
        if places > 0 {
            let fraction = String(units % unit)
            text += "." + String(repeating: "0", count: places - fraction.count) + fraction
        }
        return (value < 0 && units != 0 ? "−" : "") + text
    }

    /// `value` in at most `digits` significant digits, without trailing zeros.
    static func short(_ value: Double, digits: Int = 3) -> String {
        guard value.isFinite, value != 0 else { return fixed(value, decimals: 0) }
        let exponent = Int(floor(log10(abs(value)) + 1e-12))
        if exponent < -4 || exponent > 6 { return power(value) }
        var text = fixed(value, decimals: max(0, digits - 1 - exponent))
        if text.contains(".") {
            while text.last == "0" { text.removeLast() }
            if text.last == "." { text.removeLast() }
        }
        return text
    }

    /// `value` as mantissa × 10 to an exponent: 2×10⁻⁵, 10⁶.
    static func power(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return fixed(value, decimals: 0) }
        var exponent = Int(floor(log10(abs(value))))
        var mantissa = (abs(value) / pow(10, Double(exponent)) * 100).rounded() / 100
        if mantissa >= 10 {
            mantissa /= 10
            exponent += 1
        }
        let sign = value < 0 ? "−" : ""
        let ten = "10" + superscript(exponent)
        return mantissa == 1 ? sign + ten : sign + short(mantissa) + "×" + ten
    }

    static func superscript(_ number: Int) -> String {
        let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
        return String(number).map { $0 == "-" ? "⁻" : String(digits[$0.wholeNumberValue ?? 0]) }
            .joined()
    }

    private static func grouped(_ number: Int64, always: Bool) -> String {
        let digits = String(number)
        if digits.count < (always ? 4 : 5) { return digits }
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }
}
