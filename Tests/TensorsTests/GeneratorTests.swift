import Testing

@testable import Tensors

@Suite struct GeneratorTests {
    @Test func theSameSeedGivesTheSameValues() throws {
        var (a, b, c) = (Generator(seed: 1), Generator(seed: 1), Generator(seed: 2))
        let first = try a.normal([1000]).values
        #expect(try first == b.normal([1000]).values)
        #expect(try first != c.normal([1000]).values)
        #expect(a == b)
    }

    @Test func drawsDoNotDependOnHowTheyAreCut() throws {
        var (a, b) = (Generator(seed: 3), Generator(seed: 3))
        let whole = try a.uniform([1001]).values
        var parts: [Float] = []
        for count in [1, 300, 0, 255, 445] { parts += try b.uniform([count]).values }
        #expect(whole == parts)
    }

    @Test func aStateSetAgainGoesOnFromThere() throws {
        var a = Generator(seed: 4)
        _ = try a.normal([7])
        let state = a.state
        let next = try a.normal([5]).values
        #expect(state.position == 7)
        var b = Generator(state: state)
        #expect(try b.normal([5]).values == next)
    }

    @Test func aSplitGeneratorIsItsOwn() throws {
        var a = Generator(seed: 5)
        var b = a.split()
        var c = a.split()
        let values = [try a.uniform([50]), try b.uniform([50]), try c.uniform([50])].map(\.values)
        #expect(Set(values).count == 3)
    }

    @Test func momentsAreThoseOfTheDistribution() throws {
        var generator = Generator(seed: 6)
        let z = try generator.normal([1_000_000], mean: 2, deviation: 3)
        #expect(abs(try z.mean().item() - 2) < 0.015)
        #expect(abs(try z.std().item() - 3) < 0.015)
        let standard = try (z - 2) / 3
        #expect(abs(try standard.power(3).mean().item()) < 0.02)
        #expect(abs(try standard.power(4).mean().item() - 3) < 0.05)
        #expect(try standard.max().item() > 4.3)
        let u = try generator.uniform([1_000_000], -1, 3)
        #expect(abs(try u.mean().item() - 1) < 0.01)
        #expect(abs(try u.variance().item() - 16.0 / 12) < 0.01)
        #expect(try u.min().item() >= -1)
        #expect(try u.max().item() < 3)
    }

    @Test func integersAndPermutationsAreEven() throws {
        var generator = Generator(seed: 7)
        let integers = try generator.integers(70_000, below: 7)
        for value in 0..<7 {
            #expect(abs(integers.filter { $0 == value }.count - 10_000) < 500)
        }
        #expect(generator.permutation(100).sorted() == Array(0..<100))
        #expect(generator.permutation(100) != generator.permutation(100))
        #expect(generator.permutation(0) == [])
        var places = [Int](repeating: 0, count: 4)
        for _ in 0..<4000 { places[generator.permutation(4)[0]] += 1 }
        #expect(places.allSatisfy { abs($0 - 1000) < 150 })
        #expect(throws: TensorError.self) { try generator.integers(1, below: 0) }
        #expect(throws: TensorError.self) { try generator.uniform([1], 2, 1) }
    }
}
