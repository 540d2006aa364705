import Foundation
import Testing

@testable import Tensors

@Suite struct MemoryTests {
    @Test func sizesAreRoundedUpByAtMostAQuarter() {
        var last = 0
        for bytes in [
            0, 1, 64, 65, 80, 100, 128, 1000, 4096, 5000, 1 << 20, (1 << 20) + 1, 3 << 30,
        ] {
            let size = BufferPool.Size(bytes: bytes)
            #expect(size.bytes >= bytes)
            #expect(size.bytes <= max(64, bytes + bytes / 4 + 16))
            #expect(size.index >= last)
            #expect(BufferPool.Size(bytes: size.bytes) == size)
            last = size.index
        }
    }

    @Test func aFreedBufferIsUsedAgain() throws {
        var pool = BufferPool()
        let size = BufferPool.Size(bytes: 1000)
        let first = try #require(pool.take(size).buffer)
        let address = first.pointer
        pool.put(first)
        #expect(pool.inUse == 0)
        #expect(pool.cached == size.bytes)
        let second = try #require(pool.take(size).buffer)
        #expect(second.pointer == address)
        #expect(pool.systemAllocations == 1)
        pool.put(second)
        pool.releaseCached()
        #expect(pool.cached == 0)
    }

    @Test func theLimitIsKept() throws {
        var pool = BufferPool()
        pool.limit = 4096
        let size = BufferPool.Size(bytes: 2048)
        let first = try #require(pool.take(size).buffer)
        let second = try #require(pool.take(size).buffer)
        #expect(pool.take(size).buffer == nil)
        #expect(pool.peak == 4096)
        pool.put(first)
        let third = try #require(pool.take(size).buffer)
        for buffer in [second, third] { pool.put(buffer) }
        pool.releaseCached()
    }

    @Test func tooLargeATensorIsAnErrorThatSaysHowLarge() {
        do {
            _ = try Tensor.zeros([1 << 38])
            Issue.record("a tebibyte was given")
        } catch {
            #expect(error.message.hasPrefix("1 TiB more would exceed the memory limit of"))
            #expect(error.hint == "use a smaller batch, or raise the limit")
        }
    }

    @Test func aRoundAtSteadyStateAsksTheSystemForNothing() throws {
        // Sizes that no other test uses; but tests beside this one ask for memory of their own, so
        // one round without a question is looked for.
        func round() throws {
            let x = try Tensor.ones([77, 1013]).tracked()
            let y = try (x.tanh() * x).sum(axes: [0]).square().sum()
            _ = try gradients(of: y, at: [x])
        }
        for _ in 0..<3 { try round() }
        var quiet = false
        for _ in 0..<4000 where !quiet {
            let before = Memory.systemAllocations
            try round()
            quiet = Memory.systemAllocations == before
            if !quiet { usleep(10_000) }
        }
        #expect(quiet)
    }
}
