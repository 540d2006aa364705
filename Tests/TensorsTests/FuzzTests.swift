import Foundation
import Testing

@testable import Tensors

/// Random programs of operations, valid and invalid: each step gives a tensor whose elements
/// fill its shape, or an error; nothing traps. With SADDLE_FUZZ_FILE set, every valid step goes
/// there as a line of JSON, for a comparison with NumPy.
@Suite struct FuzzTests {
    static let programs = 10_000

    @Test func tenThousandRandomProgramsEndInATensorOrAnError() throws {
        let path = ProcessInfo.processInfo.environment["SADDLE_FUZZ_FILE"]
        var log = path.map { _ in "" }
        var fuzzer = Fuzzer()
        fuzzer.isLogging = path != nil
        for program in 0..<Self.programs {
            fuzzer.begin(UInt64(program))
            for _ in 0..<5 { fuzzer.step() }
            fuzzer.differentiate()
            log?.append(fuzzer.takeLog())
        }
        if let path, let log { try log.write(toFile: path, atomically: true, encoding: .utf8) }
        // Both kinds must occur, or the programs would test nothing.
        #expect(fuzzer.valid > Self.programs)
        #expect(fuzzer.refused > Self.programs)
        #expect(fuzzer.broken == [])
        #expect(fuzzer.seen.count == Fuzzer.operations.count)
    }
}

struct Fuzzer {
    private var generator = Generator(seed: 0)
    private var pool: [Tensor] = []
    private var log = ""
    var isLogging = false
    private(set) var valid = 0
    private(set) var refused = 0
    private(set) var broken: [String] = []
    private(set) var seen: Set<String> = []

    mutating func begin(_ seed: UInt64) {
        generator = Generator(seed: seed)
        pool = []
        for _ in 0..<3 {
            if let leaf = try? generator.uniform(shape(), -2, 2) { pool.append(leaf.tracked()) }
        }
        if pool.isEmpty { pool.append(Tensor(1).tracked()) }
    }

    mutating func takeLog() -> String {
        defer { log = "" }
        return log
    }

    mutating func append(_ line: String) { log.append(line) }

    mutating func below(_ limit: Int) -> Int {
        ((try? generator.integers(1, below: limit)) ?? [0])[0]
    }

    /// Mostly a small number, at times one that no shape can stand.
    mutating func number() -> Int {
        switch below(40) {
        case 0: Int.max
        case 1: Int.min
        case 2: -1
        case 3: 1 << 40
        case 4: -3
        default: below(4)
        }
    }

    mutating func numbers(_ count: Int) -> [Int] {
        var result: [Int] = []
        for _ in 0..<count { result.append(number()) }
        return result
    }

    mutating func shape() -> [Int] {
        var result: [Int] = []
        for _ in 0..<below(5) { result.append(below(30) == 0 ? number() : below(4)) }
        return result
    }

    mutating func pick() -> Tensor { pool[below(pool.count)] }

    mutating func axes() -> [Int]? {
        if below(3) == 0 { return nil }
        var result: [Int] = []
        for _ in 0..<below(3) { result.append(below(10) == 0 ? number() : below(6) - 3) }
        return result
    }

    mutating func window() -> Window {
        Window(
            stride: numbers(below(12) == 0 ? 1 : 2).map { $0 == 0 ? 1 : $0 },
            before: numbers(2), after: numbers(2),
            dilation: numbers(2).map { $0 == 0 ? 1 : $0 })
    }

    mutating func range() -> Range<Int> {
        let (a, b) = (number(), number())
        return Swift.min(a, b)..<Swift.max(a, b)
    }

    mutating func step() {
        let index = below(Self.operations.count)
        let (name, operation) = Self.operations[index]
        do {
            let (result, arguments) = try operation(&self)
            valid += 1
            seen.insert(name)
            if result.count != result.shape.reduce(1, *) || result.values.count != result.count {
                broken.append("\(name): \(result.shape) has \(result.values.count) values")
            }
            if isLogging { record(name, arguments, result) }
            if result.count < 4096 { pool.append(result) }
        } catch is TensorError {
            refused += 1
        } catch {
            broken.append("\(name): \(error)")
        }
    }

    mutating func differentiate() {
        let result = pool[pool.count - 1]
        do {
            let first = try gradients(of: result, at: pool, differentiable: true)
            for (gradient, target) in zip(first, pool) where gradient.shape != target.shape {
                broken.append("the gradient at \(target.shape) has shape \(gradient.shape)")
            }
            _ = try gradients(of: first[0].square(), at: [pool[0]])
        } catch {
            broken.append("gradients: \(error)")
        }
    }
}
