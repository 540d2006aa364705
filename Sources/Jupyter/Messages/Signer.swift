import CSodium

/// HMAC-SHA256 over the four dictionaries of a message, as bytes.
///
/// An empty key means no authentication: signatures are empty and nothing is checked.
struct Signer: Sendable {
    private let keyed: crypto_auth_hmacsha256_state?

    /// Nil where libsodium cannot start (no source of randomness).
    init?(key: [UInt8]) {
        guard sodium_init() >= 0 else { return nil }
        guard !key.isEmpty else {
            keyed = nil
            return
        }
        var state = crypto_auth_hmacsha256_state()
        crypto_auth_hmacsha256_init(&state, key, key.count)
        keyed = state
    }

    var isAuthenticating: Bool { keyed != nil }

    /// The signature frame: lower-case hexadecimal, empty without a key.
    func sign(_ frames: ArraySlice<Frame>) -> Frame {
        guard let digest = digest(frames) else { return [] }
        return digest.flatMap {
            [JSONWriter.hexadecimal[Int($0 >> 4)], JSONWriter.hexadecimal[Int($0 & 15)]]
        }
    }

    /// Compares in constant time.
    func accepts(_ signature: Frame, of frames: ArraySlice<Frame>) -> Bool {
        guard isAuthenticating else { return true }
        let expected = sign(frames)
        guard signature.count == expected.count else { return false }
        return sodium_memcmp(signature, expected, expected.count) == 0
    }

    private func digest(_ frames: ArraySlice<Frame>) -> [UInt8]? {
        guard var state = keyed else { return nil }
        for frame in frames {
            crypto_auth_hmacsha256_update(&state, frame, UInt64(frame.count))
        }
        var digest = [UInt8](repeating: 0, count: Int(crypto_auth_hmacsha256_BYTES))
        crypto_auth_hmacsha256_final(&state, &digest)
        return digest
    }
}

/// Remembers signatures, so that a message recorded by an eavesdropper cannot be sent again.
///
/// Two generations of `capacity` each: at least that many of the latest are always known, and
/// memory stays bounded. Both tables have their full size from the start and are emptied in
/// place, so that a long session leaves no holes behind.
struct ReplayGuard {
    let capacity: Int
    private var current: Set<UInt64>
    private var previous: Set<UInt64>

    init(capacity: Int = 16_384) {
        self.capacity = capacity
        current = Set(minimumCapacity: capacity)
        previous = Set(minimumCapacity: capacity)
    }

    /// False when this signature (hexadecimal digits, found good before) came before.
    mutating func admit(_ signature: Frame) -> Bool {
        let mark = Self.mark(signature)
        guard !previous.contains(mark), current.insert(mark).inserted else { return false }
        if current.count >= capacity {
            swap(&current, &previous)
            current.removeAll(keepingCapacity: true)
        }
        return true
    }

    /// 64 of a signature's 256 bits: nobody without the key can choose them, and one good message
    /// in 10^14 is taken for another.
    private static func mark(_ signature: Frame) -> UInt64 {
        signature.prefix(16).reduce(0) { mark, digit in
            mark << 4 | UInt64(digit & 0x40 == 0 ? digit & 15 : (digit & 15) + 9)
        }
    }
}
