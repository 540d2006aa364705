import Testing

@testable import Pictures

@Suite("Ticks")
struct TicksTests {
    struct Case: Sendable {
        let from: Double
        let to: Double
        let count: Int
        let labels: [String]
        var common = ""
    }

    static let linearCases = [
        Case(from: 0, to: 1, count: 6, labels: ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        Case(from: 0, to: 1000, count: 6, labels: ["0", "200", "400", "600", "800", "1000"]),
        Case(
            from: 0, to: 20_000, count: 5,
            labels: ["0", "5,000", "10,000", "15,000", "20,000"]),
        Case(from: -0.3, to: 0.3, count: 4, labels: ["−0.2", "0.0", "0.2"]),
        Case(from: 0, to: 100, count: 5, labels: ["0", "25", "50", "75", "100"]),
        Case(from: 0, to: 10, count: 5, labels: ["0", "5", "10"]),
        Case(from: 0, to: 1, count: 5, labels: ["0.00", "0.25", "0.50", "0.75", "1.00"]),
        Case(from: 1e-6, to: 4.1e-6, count: 4, labels: ["1", "2", "3", "4"], common: "×10⁻⁶"),
        Case(
            from: 1.4e6, to: 3.2e6, count: 4, labels: ["1.5", "2.0", "2.5", "3.0"],
            common: "×10⁶"),
        Case(
            from: 1_234_567.0001, to: 1_234_567.0004, count: 4, labels: ["1", "2", "3", "4"],
            common: "×10⁻⁴ + 1,234,567"),
    ]

    @Test("linear ticks are what a person would write", arguments: linearCases)
    func linear(_ wanted: Case) {
        let ticks = Ticks.linear(from: wanted.from, to: wanted.to, count: wanted.count)
        #expect(ticks.labels == wanted.labels)
        #expect(ticks.common == wanted.common)
        #expect(ticks.values.count == ticks.labels.count)
    }

    static let logarithmicCases = [
        Case(
            from: 0.001, to: 1000, count: 8,
            labels: ["0.001", "0.01", "0.1", "1", "10", "100", "1000"]),
        Case(
            from: 1e-6, to: 1, count: 8,
            labels: ["10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰"]),
        Case(from: 1, to: 100, count: 8, labels: ["1", "2", "5", "10", "20", "50", "100"]),
        Case(from: 2, to: 3, count: 6, labels: ["2.0", "2.2", "2.4", "2.6", "2.8", "3.0"]),
        Case(from: 1e-300, to: 1e300, count: 4, labels: ["10⁻²⁰⁰", "10⁰", "10²⁰⁰"]),
    ]

    @Test("logarithmic ticks are powers of ten, or what fits between", arguments: logarithmicCases)
    func logarithmic(_ wanted: Case) {
        let ticks = Ticks.logarithmic(from: wanted.from, to: wanted.to, count: wanted.count)
        #expect(ticks.labels == wanted.labels)
    }

    @Test("ticks of any range are within it, rising, distinct, and few enough")
    func anyRange() {
        var chance = Chance(seed: 3)
        for _ in 0..<5000 {
            let middle = chance.normal() * [1e-200, 1e-9, 1, 1e5, 1e150][Int(chance.uniform() * 5)]
            let span = chance.uniform() * [1e-200, 1e-7, 1, 1e4, 1e150][Int(chance.uniform() * 5)]
            let (low, high) = (middle - span, middle + span)
            let ticks = Ticks.linear(from: low, to: high, count: 7)
            #expect(ticks.values.count <= 7)
            #expect(zip(ticks.values, ticks.values.dropFirst()).allSatisfy { $0 < $1 })
            let slack = (high - low) * 1e-6
            #expect(ticks.values.allSatisfy { $0 >= low - slack && $0 <= high + slack })
            #expect(Set(ticks.labels).count == ticks.labels.count, "\(low) \(high) \(ticks)")
        }
    }

    @Test("a range that is none has no ticks")
    func noRange() {
        for (low, high) in [(1.0, 1.0), (2, 1), (.nan, 1), (0, .infinity)] {
            #expect(Ticks.linear(from: low, to: high, count: 5).values.isEmpty)
            #expect(Ticks.logarithmic(from: low, to: high, count: 5).values.isEmpty)
        }
    }

    @Test("numbers are written with a true minus, groups and powers")
    func numerals() {
        #expect(Numerals.fixed(-1234.5, decimals: 1) == "−1234.5")
        #expect(Numerals.fixed(1_234_567, decimals: 0) == "1,234,567")
        #expect(Numerals.fixed(-0.0001, decimals: 2) == "0.00")
        #expect(Numerals.fixed(.nan, decimals: 0) == "NaN")
        #expect(Numerals.short(0.25) == "0.25")
        #expect(Numerals.short(1e-7) == "10⁻⁷")
        #expect(Numerals.power(2.5e-7) == "2.5×10⁻⁷")
        #expect(Numerals.power(9.9999e5) == "10⁶")
    }
}
