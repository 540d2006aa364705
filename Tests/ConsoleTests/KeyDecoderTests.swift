import Console
import Testing

@Suite("The key decoder")
struct KeyDecoderTests {
    func decode(_ text: String) -> [Key] {
        var decoder = KeyDecoder()
        return decoder.feed(Array(text.utf8)) + decoder.flush()
    }

    @Test(
        "Sequences of all common terminals give the same keys",
        arguments: [
            ("\u{1B}[A", Key(.up)), ("\u{1B}OA", Key(.up)), ("\u{1B}[1;5C", Key(.right, .control)),
            ("\u{1B}[1;3D", Key(.left, .alt)), ("\u{1B}\u{1B}[D", Key(.left, .alt)),
            ("\u{1B}[H", Key(.home)), ("\u{1B}[1~", Key(.home)), ("\u{1B}OF", Key(.end)),
            ("\u{1B}[3~", Key(.delete)), ("\u{1B}[3;5~", Key(.delete, .control)),
            ("\u{1B}[5~", Key(.pageUp)), ("\u{1B}[Z", Key(.tab, .shift)), ("\r", Key(.enter)),
            ("\u{1B}\r", Key(.enter, .alt)), ("\u{1}", Key.control("a")), ("\u{1B}b", Key.alt("b")),
            ("\u{1F}", Key.control("_")), ("\u{7F}", Key(.backspace)), ("\u{8}", Key(.backspace)),
            ("\u{1B}\u{7F}", Key(.backspace, .alt)), ("é", Key(.character("é"))),
            ("\u{1B}", Key(.escape)), ("\u{1B}O5C", Key(.right, .control)),
            ("\u{1B}[97;5u", Key.control("a")), ("\u{1B}[13;2u", Key(.enter, .shift)),
            ("\u{1B}[98;3u", Key.alt("b")), ("\u{1B}[27u", Key(.escape)),
            ("\u{1B}[97;2u", Key(.character("A"))), ("\u{1B}[97:65;2u", Key(.character("A"))),
            ("\u{1B}[955;1;955u", Key(.character("λ"))), ("\u{1B}[27;5;105~", Key.control("i")),
            ("\u{1B}[57417u", Key(.left)), ("\u{1B}[1;1:1A", Key(.up)),
        ])
    func known(bytes: String, key: Key) {
        #expect(decode(bytes) == [key])
    }

    @Test(
        "What means nothing gives nothing",
        arguments: [
            "\u{1B}[1;1:3A", "\u{1B}[97;1:3u", "\u{1B}[?1;2c", "\u{1B}]11;rgb:00/00/00\u{7}",
            "\u{1B}P1+r544e\u{1B}\\", "\u{1B}[I", "\u{1B}[201~", "\u{1B}[[A", "\u{1B}[57358u",
            "\u{1B}[999999999999u",
        ])
    func unknown(bytes: String) {
        #expect(decode(bytes) == [])
    }

    @Test("A sequence may come byte by byte")
    func pieces() {
        for text in ["\u{1B}[1;5C", "漢", "\u{1B}[200~a\u{1B}b\u{1B}[201~"] {
            var decoder = KeyDecoder()
            var keys: [Key] = []
            for byte in text.utf8 { keys += decoder.feed([byte]) }
            #expect(keys == decode(text) && keys.count == 1)
        }
    }

    @Test("An unfinished sequence becomes what was typed when nothing follows")
    func unfinished() {
        var decoder = KeyDecoder()
        #expect(decoder.feed([0x1B]) == [] && decoder.patience == 30)
        #expect(decoder.flush() == [Key(.escape)])
        #expect(decode("\u{1B}[") == [.alt("[")])
        #expect(decode("\u{1B}O") == [.alt("O")])
        #expect(decode("\u{1B}\u{1B}\u{1B}").allSatisfy { $0 == Key(.escape) })
        #expect(decode("\u{1B}[1;") == [])
    }

    @Test("Invalid UTF-8 becomes a replacement character and spoils nothing behind it")
    func invalid() {
        var decoder = KeyDecoder()
        let keys = decoder.feed([0xFF, 0x61, 0xE2, 0x82, 0x62, 0xC3, 0x28, 0xED, 0xA0, 0x80])
        let bad = Key(.character("\u{FFFD}"))
        #expect(
            keys.prefix(6) == [
                bad, Key(.character("a")), bad, Key(.character("b")), bad,
                Key(.character("(")),
            ])
        #expect(keys.dropFirst(6).allSatisfy { $0 == bad })
    }

    @Test("A paste is one key, whatever stands in it, however it is cut")
    func paste() {
        let text = "a\n\u{1B}[A\u{1B}[201x λ"
        let bytes = Array("\u{1B}[200~\(text)\u{1B}[201~z".utf8)
        for cut in 0...bytes.count {
            var decoder = KeyDecoder()
            let keys = decoder.feed(bytes[..<cut]) + decoder.feed(bytes[cut...])
            #expect(keys == [Key(.paste(text)), Key(.character("z"))])
        }
    }

    @Test("A paste whose end was lost ends when nothing follows")
    func lostEnd() {
        var decoder = KeyDecoder()
        #expect(decoder.feed("\u{1B}[200~ab\u{1B}[20".utf8) == [] && decoder.patience == 1000)
        #expect(decoder.flush().first == Key(.paste("ab")) && decoder.patience == nil)
        #expect(decoder.feed([0x03]) == [.control("c")])
    }
}
