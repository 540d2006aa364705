import Language

/// Holds a cell back that prints or displays faster than a Jupyter server lets through.
///
/// A server drops output beyond 1 MB and 1000 messages a second, counted over three seconds, and
/// starts to count afresh at `idle`. So a cell may be ahead by half a megabyte and then goes on
/// at 0.8 MB a second: 0.5 + 3 * 0.8 < 3. The same for messages: 600 ahead, then 700 a second.
final class Pace {
    private struct Bucket {
        let capacity: Double
        let rate: Double
        var level: Double
        var last = 0.0

        init(capacity: Double, rate: Double) {
            (self.capacity, self.rate, level) = (capacity, rate, capacity)
        }

        /// Seconds until the bucket is no longer in debt.
        mutating func spend(_ amount: Double, at now: Double) -> Double {
            level = min(capacity, level + (now - last) * rate) - amount
            last = now
            return max(0, -level / rate)
        }
    }

    private var bytes = Bucket(capacity: 5e5, rate: 8e5)
    private var messages = Bucket(capacity: 600, rate: 700)
    private let now: () -> Double
    private let sleep: (Double) -> Void

    init(
        now: @escaping () -> Double = { Clock.now }, sleep: @escaping (Double) -> Void = Clock.sleep
    ) {
        self.now = now
        self.sleep = sleep
    }

    /// Called when a request ends.
    func reset() {
        bytes.level = bytes.capacity
        messages.level = messages.capacity
    }

    func spend(bytes count: Int, unless interrupt: Interrupt) {
        wait(bytes.spend(Double(count), at: now()), unless: interrupt)
    }

    func spend(messages count: Int, unless interrupt: Interrupt) {
        wait(messages.spend(Double(count), at: now()), unless: interrupt)
    }

    private func wait(_ seconds: Double, unless interrupt: Interrupt) {
        var rest = seconds
        while rest > 0, !interrupt.isRequested {
            sleep(min(rest, 0.01))
            rest -= 0.01
        }
    }
}
