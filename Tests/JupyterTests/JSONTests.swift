import Foundation
import Language
import Testing

@testable import Jupyter

@Suite struct JSONTests {
    private func read(_ text: String) throws -> JSON { try JSONReader.read(Array(text.utf8)) }

    @Test(arguments: [
        ("0", JSON.integer(0)), ("-12", .integer(-12)), ("1.5e3", .number(1500)),
        ("9223372036854775807", .integer(.max)),
        ("9223372036854775808", .number(9.223372036854775808e18)),
        ("\"\\u03bb\\ud835\\udcb3\\n\\/\"", .string("λ𝒳\n/")),
        ("\"\\ud800x\"", .string("\u{FFFD}x")),
        (" [ true , null ] ", .array([.bool(true), .null])),
        ("{\"a\":{\"b\":[]},\"a\":1}", .object(["a": .integer(1)])),
        ("Infinity", .number(.infinity)),
    ])
    func reads(_ text: String, _ value: JSON) throws {
        #expect(try read(text) == value)
    }

    @Test(arguments: [
        "", " ", "{", "[1,]", "{\"a\"}", "{a:1}", "01x", "\"a", "\"\u{1}\"", "\"\\x\"", "tru", "-",
        "1 2", "[1}", "\"\\u12g4\"", "+1", ".5", "nan",
    ])
    func refuses(_ text: String) {
        #expect(throws: JSONReader.Fault.self) { try read(text) }
    }

    @Test func deepNestingIsRefusedAndNotFollowed() throws {
        let limit = JSONReader.depthLimit
        let good = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
        _ = try read(good)
        #expect(throws: JSONReader.Fault.self) { try read("[" + good + "]") }
        #expect(throws: JSONReader.Fault.self) {
            try read(String(repeating: "[{\"a\":", count: 100_000))
        }
    }

    @Test func bytesThatAreNoTextDoNotTrap() throws {
        var generator = SplitMix(state: 3)
        for _ in 0..<20_000 {
            let count = Int(generator.next() % 12)
            let marks = Array("{}[]\",:\\u019eE-.tfn".utf8)
            let bytes = (0..<count).map { _ in
                generator.next() % 3 == 0
                    ? UInt8(truncatingIfNeeded: generator.next())
                    : marks[Int(generator.next() % UInt64(marks.count))]
            }
            _ = try? JSONReader.read(bytes)
        }
    }

    @Test func whatIsWrittenIsReadBackByUsAndByFoundation() throws {
        let value = JSON.object([
            "text": .string("λ\"\\\n\t\u{1}\u{7F}🇩🇪\u{2028}"),
            "list": .array([.null, .bool(false)]),
            "tiny": .number(.leastNonzeroMagnitude), "huge": .number(1.7976931348623157e308),
            "third": .number(1 / 3), "least": .integer(.min), "empty": .object([:]),
        ])
        let bytes = JSONWriter.write(value)
        #expect(try JSONReader.read(bytes) == value)
        let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
        #expect(object?["text"] as? String == value["text"]?.text)
        #expect(object?["third"] as? Double == 1.0 / 3)
        #expect(JSONWriter.write(.number(.nan)) == Array("null".utf8))
    }

    @Test func base64AgreesWithFoundation() {
        for count in 0..<200 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Base64.encode(bytes) == Data(bytes).base64EncodedString())
        }
    }
}
