#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

enum Logarithm {
    static func decimal(_ number: Double) -> Double { log10(number) }
}
