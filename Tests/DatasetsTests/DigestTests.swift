import Testing

@testable import Datasets

@Suite struct DigestTests {
    /// 300 pictures of 2 x 2: more than the short fingerprint looks at.
    private func data(
        _ name: String = "a", range: ClosedRange<Float> = 0...1,
        _ change: (inout [UInt8], inout [UInt16]) -> Void = { _, _ in }
    ) throws -> Dataset {
        var bytes = (0..<1200).map { UInt8($0 % 251) }
        var labels = (0..<300).map { UInt16($0 % 3) }
        change(&bytes, &labels)
        let rows = ByteRows(bytes: bytes, size: 4, labels: labels, most: 255)
        return try Dataset(
            name: name, summary: "", shape: [2, 2, 1], range: 0...1,
            classNames: ["x", "y", "z"], source: "", licence: "", density: nil,
            content: .stored(rows, order: nil)
        ).ranged(range)
    }

    @Test func seesEveryPixelEveryLabelTheOrderAndTheRange() throws {
        let plain = try data().digest()
        #expect(plain.count == 64)
        // The name is no matter of the examples.
        #expect(try data("another").digest() == plain)
        for place in [0, 599, 1199] {
            #expect(try data { bytes, _ in bytes[place] ^= 1 }.digest() != plain)
        }
        #expect(try data { _, labels in labels[299] = 0 }.digest() != plain)
        #expect(
            try data { bytes, labels in
                (bytes, labels) = (bytes.reversed(), labels.reversed())
            }.digest() != plain)
        #expect(try data(range: -1...1).digest() != plain)
        #expect(try data().first(299).digest() != plain)
        #expect(try data().first(300).digest() == plain)
    }

    @Test func numbersAndBytesHaveOne() throws {
        #expect(try Dataset.digits().digest() == Dataset.digits().digest())
        #expect(throws: DatasetError.self) { try Dataset.ring(8).digest() }
    }

    @Test func isTheOneOfBLAKE2b() {
        // RFC 7693 has no vector of 256 bits; this one is Python's hashlib.blake2b(b"3 abc",
        // digest_size=32).
        let digest = Digest()
        digest.add("abc")
        #expect(
            digest.text()
                == "649d7e30eb4c45f85b667bc7e1e131db3ea60b58f38dcff95d3a089d0f2447d5")
    }
}
