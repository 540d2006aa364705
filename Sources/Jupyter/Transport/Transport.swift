/// How frames leave: libzmq's sockets, or an array in a test.
protocol Transport: AnyObject {
    func send(_ frames: [Frame], on channel: Channel)
}
