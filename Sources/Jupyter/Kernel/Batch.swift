import Language

/// What waits to be sent, in order, and when: the rules of batching, without threads or sockets.
///
/// Text gathers until another message follows, 64 KiB are full or 50 ms are over. An update of a
/// display goes out at once unless the last one of that display is younger than 250 ms; then the
/// latest waits. A request's `idle` takes everything of that request with it.
struct Batch {
    static let textDelay = 0.05
    static let textLimit = 65_536
    static let updateDelay = 0.25
    /// Streams that alternate keep their order up to this many pieces within one delay.
    private static let pieceLimit = 16

    private struct Text {
        var stream: TextStream
        var parent: Frame
        var bytes: [UInt8]
    }

    private enum Item {
        case text(Text)
        case display(id: String, Outgoing)
        case update(id: String, Outgoing)
        case idle(Outgoing)
        case message(Outgoing)
    }

    private struct Held {
        var message: Outgoing
        var due: Double
    }

    private var items: [Item] = []
    /// Pieces of text at the end of `items`.
    private var tail = 0
    private var textDue: Double?
    private var isTextFull = false
    private var held: [String: Held] = [:]
    private var lastUpdates: [String: Double] = [:]

    /// The moment at which something becomes due; nil when nothing waits for a moment.
    var nextDue: Double? {
        let updates = held.values.lazy.map(\.due).min()
        guard let textDue else { return updates }
        return updates.map { min($0, textDue) } ?? textDue
    }

    mutating func add(_ message: Outgoing) { append(.message(message)) }

    mutating func add(idle message: Outgoing) { append(.idle(message)) }

    /// A display counts as the first of its updates.
    mutating func add(display message: Outgoing, of id: String) {
        append(.display(id: id, message))
    }

    mutating func add(update message: Outgoing, of id: String) {
        append(.update(id: id, message))
    }

    private mutating func append(_ item: Item) {
        items.append(item)
        tail = 0
        textDue = nil
    }

    /// True when the sender must learn of it at once: a new deadline, or a full piece.
    mutating func add(text: String, to stream: TextStream, parent: Frame, at now: Double) -> Bool {
        guard !text.isEmpty else { return false }
        let isNew = textDue == nil
        if isNew { textDue = now + Self.textDelay }
        var rest = Array(text.utf8)[...]
        var fills = false
        while !rest.isEmpty {
            let place = place(for: stream, parent: parent)
            guard case .text(var piece) = items[place] else { return isNew }
            items[place] = .message(.nothing)
            let room = max(Self.textLimit - piece.bytes.count, 4)
            let end = Self.boundary(in: rest, atMost: room)
            piece.bytes.append(contentsOf: rest[..<end])
            rest = rest[end...]
            fills = fills || piece.bytes.count + 4 > Self.textLimit
            items[place] = .text(piece)
        }
        isTextFull = isTextFull || fills
        return isNew || fills
    }

    /// The piece that takes more text of a stream, made if need be.
    private mutating func place(for stream: TextStream, parent: Frame) -> Int {
        let oldest = tail >= Self.pieceLimit ? items.count - tail : items.count - min(tail, 1)
        for index in stride(from: items.count - 1, through: max(oldest, 0), by: -1) {
            guard case .text(let piece) = items[index], piece.stream == stream else { continue }
            if piece.parent == parent, piece.bytes.count + 4 <= Self.textLimit { return index }
            break
        }
        items.append(.text(Text(stream: stream, parent: parent, bytes: [])))
        tail += 1
        return items.count - 1
    }

    /// The end of the longest start of `bytes` that splits no UTF-8 sequence.
    private static func boundary(in bytes: ArraySlice<UInt8>, atMost count: Int) -> Int {
        guard bytes.count > count else { return bytes.endIndex }
        var end = bytes.startIndex + count
        while end > bytes.startIndex, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }

    /// Takes out everything that is to be sent now.
    mutating func take(at now: Double) -> [Outgoing] {
        var messages: [Outgoing] = []
        let keeps = textDue.map { now < $0 } ?? false
        var kept: [Item] = []
        let tailStart = items.count - tail
        for (index, item) in items.enumerated() {
            switch item {
            case .text(let text):
                let isFull = text.bytes.count + 4 > Self.textLimit
                if keeps, index >= tailStart, !isFull {
                    kept.append(item)
                } else {
                    messages.append(Self.stream(text))
                }
            case .display(let id, let message):
                lastUpdates[id] = now
                messages.append(message)
            case .update(let id, let message): offer(message, of: id, at: now, to: &messages)
            case .idle(let message):
                release(parent: message.parent, at: now, to: &messages)
                messages.append(message)
            case .message(let message): messages.append(message)
            }
        }
        items = kept
        tail = kept.count
        isTextFull = false
        if kept.isEmpty { textDue = nil }
        releaseDue(at: now, to: &messages)
        return messages
    }

    private mutating func offer(
        _ message: Outgoing, of id: String, at now: Double, to messages: inout [Outgoing]
    ) {
        if let last = lastUpdates[id], now < last + Self.updateDelay {
            held[id] = Held(message: message, due: last + Self.updateDelay)
        } else {
            held[id] = nil
            lastUpdates[id] = now
            messages.append(message)
        }
    }

    private mutating func release(parent: Frame, at now: Double, to messages: inout [Outgoing]) {
        for (id, update) in held where update.message.parent == parent {
            messages.append(update.message)
            held[id] = nil
            lastUpdates[id] = now
        }
    }

    private mutating func releaseDue(at now: Double, to messages: inout [Outgoing]) {
        for (id, update) in held where update.due <= now {
            messages.append(update.message)
            held[id] = nil
            lastUpdates[id] = now
        }
        if lastUpdates.count > 64 {
            lastUpdates = lastUpdates.filter { now < $0.value + Self.updateDelay }
        }
    }

    private static func stream(_ text: Text) -> Outgoing {
        var writer = JSONWriter()
        writer.append(raw: "{\"name\":\"\(text.stream.rawValue)\",\"text\":")
        writer.append(quoted: String(decoding: text.bytes, as: UTF8.self))
        writer.append(raw: "}")
        return Outgoing(channel: .iopub, type: "stream", parent: text.parent, content: writer.bytes)
    }
}

extension Outgoing {
    /// Stands for a moment where another is being changed; never sent.
    fileprivate static let nothing = Outgoing(channel: .iopub, type: "", parent: [], content: [])
}
