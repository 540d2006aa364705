import CZeroMQ
import Language

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Where a kernel listens and with which keys: the file that the front end wrote.
package struct ConnectionFile: Sendable, Equatable {
    /// What is wrong with a connection file, as one line.
    package struct Fault: Error, Equatable, CustomStringConvertible {
        package var message: String
        package var description: String { message }
    }

    /// A key pair of CurveZMQ in Z85.
    package struct Curve: Sendable, Equatable {
        package var publicKey: String
        package var secretKey: String
    }

    package enum Transport: String, Sendable { case tcp, ipc }

    package var transport: Transport
    /// An address for tcp, the beginning of a path for ipc.
    package var address: String
    package var shell: Int
    package var control: Int
    package var stdin: Int
    package var iopub: Int
    package var heartbeat: Int
    /// Empty: messages are not authenticated.
    package var key: String
    package var curve: Curve?

    /// Reads and checks the file; every fault is one clear line.
    package init(path: String) throws(Fault) {
        let bytes: [UInt8]
        do {
            bytes = try File.read(path)
        } catch {
            throw Fault(message: "cannot read the connection file \(path): \(error.reason)")
        }
        do {
            try self.init(bytes: bytes)
        } catch {
            throw Fault(message: "the connection file \(path) \(error.message)")
        }
    }

    /// Ports must be given (1...65535): a kernel that chose its own could tell nobody.
    package init(bytes: [UInt8]) throws(Fault) {
        let fields: [String: JSON]
        do {
            guard let object = try JSONReader.read(bytes).fields else {
                throw Fault(message: "is not a JSON object")
            }
            fields = object
        } catch let fault as JSONReader.Fault {
            throw Fault(message: "is not JSON: expected \(fault.expected) at byte \(fault.offset)")
        } catch {
            throw Fault(message: "is not a JSON object")
        }
        let read = FieldReader(fields: fields)
        let transportName = try read.text("transport", default: "tcp")
        guard let transport = Transport(rawValue: transportName) else {
            throw Fault(message: "has transport \"\(transportName)\"; tcp and ipc are known")
        }
        let scheme = try read.text("signature_scheme", default: "hmac-sha256")
        guard scheme == "hmac-sha256" else {
            throw Fault(message: "has signature_scheme \"\(scheme)\"; hmac-sha256 is known")
        }
        self.transport = transport
        address = try read.text("ip", default: transport == .tcp ? "127.0.0.1" : nil)
        shell = try read.port("shell_port")
        control = try read.port("control_port")
        stdin = try read.port("stdin_port")
        iopub = try read.port("iopub_port")
        heartbeat = try read.port("hb_port")
        key = try read.text("key", default: "")
        curve = try read.curve()
    }

    /// Removes the files of ipc sockets; libzmq leaves them behind.
    func removeSockets() {
        guard transport == .ipc else { return }
        for port in [shell, control, stdin, iopub, heartbeat] { unlink("\(address)-\(port)") }
    }

    /// The ZeroMQ endpoint of a port.
    func endpoint(_ port: Int) -> String {
        switch transport {
        case .ipc: "ipc://\(address)-\(port)"
        case .tcp:
            // libzmq binds to numbers and names of devices, not to names of hosts.
            if address == "localhost" {
                "tcp://127.0.0.1:\(port)"
            } else if address.contains(":"), !address.hasPrefix("[") {
                "tcp://[\(address)]:\(port)"
            } else {
                "tcp://\(address):\(port)"
            }
        }
    }
}

private struct FieldReader {
    let fields: [String: JSON]

    func text(_ name: String, default standard: String?) throws(ConnectionFile.Fault) -> String {
        guard let value = fields[name] else {
            guard let standard else { throw .init(message: "lacks \(name)") }
            return standard
        }
        guard let text = value.text else { throw .init(message: "has a \(name) that is no text") }
        return text
    }

    func port(_ name: String) throws(ConnectionFile.Fault) -> Int {
        guard let value = fields[name] else { throw .init(message: "lacks \(name)") }
        guard case .integer(let port) = value, (1...65_535).contains(port) else {
            throw .init(message: "has a \(name) that is no whole number from 1 to 65535")
        }
        return port
    }

    func curve() throws(ConnectionFile.Fault) -> ConnectionFile.Curve? {
        let none = JSON.null
        let (publicField, secretField) = (
            fields["curve_publickey"] ?? none, fields["curve_secretkey"] ?? none
        )
        if publicField == none, secretField == none { return nil }
        guard let publicKey = publicField.text, let secretKey = secretField.text,
            publicKey.utf8.count == 40, secretKey.utf8.count == 40
        else {
            throw .init(
                message: "needs both curve_publickey and curve_secretkey, 40 characters of Z85 each"
            )
        }
        var derived = [CChar](repeating: 0, count: 41)
        guard zmq_curve_public(&derived, secretKey) == 0,
            derived.dropLast().map({ UInt8(bitPattern: $0) }) == Array(publicKey.utf8)
        else {
            throw .init(message: "has a curve_publickey that does not belong to its secret key")
        }
        return .init(publicKey: publicKey, secretKey: secretKey)
    }
}
