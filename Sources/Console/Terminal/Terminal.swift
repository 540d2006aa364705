import Foundation

/// A real terminal: its size, its modes, its bytes.
final class Terminal {
    enum Mode {
        /// As it was found: lines, echo, signals.
        case cooked
        /// Every key comes as it is, Ctrl-C too.
        case editing
        /// Keys come unechoed, Ctrl-C and Ctrl-Z are signals.
        case running
    }

    enum Event: Equatable {
        case bytes([UInt8])
        /// A signal came; `Signals.take` says which.
        case woken
        case timeout
        case closed
    }

    let input: Int32
    let output: Int32
    private(set) var mode = Mode.cooked
    private let original: termios

    /// Nil when these are no terminal.
    init?(input: Int32, output: Int32) {
        guard isatty(input) == 1, isatty(output) == 1 else { return nil }
        self.input = input
        self.output = output
        var modes = termios()
        guard tcgetattr(input, &modes) == 0 else { return nil }
        // A program killed in mid-line may have left these off: what we leave is usable.
        modes.c_lflag |= tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
        modes.c_iflag |= tcflag_t(ICRNL)
        modes.c_oflag |= tcflag_t(OPOST)
        original = modes
    }

    func enter(_ new: Mode) {
        guard new != mode else { return }
        let wasCooked = mode == .cooked
        mode = new
        var modes = original
        if new != .cooked {
            modes.c_iflag &= ~tcflag_t(BRKINT | ICRNL | INPCK | ISTRIP | IXON)
            modes.c_lflag &= ~tcflag_t(ECHO | ICANON | IEXTEN)
            if new == .editing { modes.c_lflag &= ~tcflag_t(ISIG) }
            withUnsafeMutableBytes(of: &modes.c_cc) { codes in
                codes[Int(VMIN)] = 1
                codes[Int(VTIME)] = 0
            }
        }
        Signals.keep(
            Signals.Modes(
                descriptor: input, original: original, current: modes, isTaken: new != .cooked))
        tcsetattr(input, TCSADRAIN, &modes)
        if new == .cooked { write("\u{1B}[?2004l") } else if wasCooked { write("\u{1B}[?2004h") }
    }

    func write(_ text: String) { writeAll(text, to: output) }

    /// Waits for input or a signal; `milliseconds` -1 waits for ever, 0 looks only.
    func wait(milliseconds: Int32) -> Event {
        if Signals.isPending { return .woken }
        var polled = [
            pollfd(fd: input, events: Int16(POLLIN), revents: 0),
            pollfd(fd: Signals.wakeDescriptor, events: Int16(POLLIN), revents: 0),
        ]
        let count = poll(&polled, 2, milliseconds)
        if count < 0 { return errno == EINTR ? .woken : .closed }
        if count == 0 { return .timeout }
        if polled[1].revents != 0 { return .woken }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let size = read(input, &buffer, buffer.count)
        if size > 0 { return .bytes(Array(buffer[..<size])) }
        if size < 0, errno == EINTR || errno == EAGAIN { return .woken }
        return .closed
    }
}

/// The size of a terminal's window.
package struct WindowSize: Equatable {
    package var columns = 80
    package var rows = 24
    /// Zero when the terminal does not say.
    package var pixelWidth = 0
    package var pixelHeight = 0

    package init(columns: Int = 80, rows: Int = 24, pixelWidth: Int = 0, pixelHeight: Int = 0) {
        self.columns = columns
        self.rows = rows
        self.pixelWidth = pixelWidth
        self.pixelHeight = pixelHeight
    }

    /// What the terminal behind a descriptor says; 80 by 24 when it says nothing.
    package init(of descriptor: Int32) {
        var window = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0,
            window.ws_row > 0
        else { return }
        columns = Int(window.ws_col)
        rows = Int(window.ws_row)
        pixelWidth = Int(window.ws_xpixel)
        pixelHeight = Int(window.ws_ypixel)
    }
}

/// Writes a whole text to a descriptor; a reader that went away is no error.
func writeAll(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
        var rest = UnsafeRawBufferPointer(bytes)
        while let base = rest.baseAddress, !rest.isEmpty {
            let count = write(descriptor, base, rest.count)
            if count > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            } else if errno == EAGAIN {
                var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&polled, 1, 1000)
            } else if errno != EINTR {
                return
            }
        }
    }
}
