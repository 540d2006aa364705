import Language
import Testing

@testable import Jupyter

@Suite struct ConnectionFileTests {
    private let good: [String: JSON] = [
        "transport": .string("tcp"), "ip": .string("127.0.0.1"), "shell_port": .integer(5001),
        "control_port": .integer(5002), "stdin_port": .integer(5003), "iopub_port": .integer(5004),
        "hb_port": .integer(5005), "key": .string("k"), "signature_scheme": .string("hmac-sha256"),
        "kernel_name": .string("saddle"),
    ]

    private func fault(_ changes: [String: JSON?]) -> String? {
        var fields = good
        for (name, value) in changes { fields.updateValue(value ?? .null, forKey: name) }
        fields = fields.filter { changes[$0.key] != .some(nil) }
        do {
            _ = try ConnectionFile(bytes: JSONWriter.write(.object(fields)))
            return nil
        } catch {
            return error.message
        }
    }

    @Test func aGoodFileGivesEndpoints() throws {
        let file = try ConnectionFile(bytes: JSONWriter.write(.object(good)))
        #expect(file.endpoint(file.shell) == "tcp://127.0.0.1:5001")
        #expect(file.key == "k")
        #expect(file.curve == nil)
    }

    @Test func ipcAndVersionSixAreAddressedRightly() throws {
        var fields = good
        fields["transport"] = .string("ipc")
        fields["ip"] = .string("/run/k")
        let ipc = try ConnectionFile(bytes: JSONWriter.write(.object(fields)))
        #expect(ipc.endpoint(1) == "ipc:///run/k-1")
        fields["transport"] = .string("tcp")
        fields["ip"] = .string("::1")
        let six = try ConnectionFile(bytes: JSONWriter.write(.object(fields)))
        #expect(six.endpoint(1) == "tcp://[::1]:1")
        fields["ip"] = .string("localhost")
        let named = try ConnectionFile(bytes: JSONWriter.write(.object(fields)))
        #expect(named.endpoint(1) == "tcp://127.0.0.1:1")
    }

    @Test func everyFaultIsOneClearLine() {
        #expect(fault(["shell_port": .string("5001")])?.contains("shell_port") == true)
        #expect(fault(["iopub_port": JSON?.none]) == "lacks iopub_port")
        #expect(fault(["hb_port": .integer(0)])?.contains("1 to 65535") == true)
        #expect(fault(["hb_port": .integer(70_000)])?.contains("hb_port") == true)
        #expect(fault(["key": .integer(1)]) == "has a key that is no text")
        #expect(fault(["transport": .string("udp")])?.contains("\"udp\"") == true)
        #expect(fault(["signature_scheme": .string("hmac-md5")])?.contains("hmac-md5") == true)
        #expect(fault(["curve_publickey": .string("short")])?.contains("40") == true)
        for message in [fault(["ip": .bool(true)]), fault(["curve_secretkey": .integer(3)])] {
            #expect(message?.contains("\n") == false)
        }
        for text in ["", "[]", "{", "no"] {
            #expect(throws: ConnectionFile.Fault.self) {
                try ConnectionFile(bytes: Array(text.utf8))
            }
        }
        #expect(throws: ConnectionFile.Fault.self) { try ConnectionFile(path: "/no/such/file") }
        #expect(throws: ConnectionFile.Fault.self) { try ConnectionFile(path: "/") }
    }

    @Test func keysThatDoNotBelongTogetherAreRefused() throws {
        let (one, other) = (try CurveKeys(), try CurveKeys())
        #expect(
            fault([
                "curve_publickey": .string(one.publicKey),
                "curve_secretkey": .string(one.secretKey),
            ]) == nil)
        #expect(
            fault([
                "curve_publickey": .string(one.publicKey),
                "curve_secretkey": .string(other.secretKey),
            ])?.contains("belong") == true)
        #expect(fault(["curve_publickey": .null, "curve_secretkey": .null]) == nil)
    }
}
