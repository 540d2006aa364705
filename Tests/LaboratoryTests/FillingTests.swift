import Testing

@testable import Laboratory

/// Help that fits into a window.
@Suite struct FillingTests {
    @Test func paragraphsAreFilledAndListsKeepTheirLines() {
        let text =
            "one two three\nfour five\n\n- six\n- seven eight nine\n    code is kept as it is"
        #expect(
            text.filled(to: 12)
                == """
                one two
                three four
                five

                - six
                - seven
                eight nine
                    code is kept as it is
                """)
    }

    @Test func gapsInsideALineStayAndWhatFollowsIsMovedIn() {
        #expect("a  b  cc  dd".filled(to: 7) == "a  b\ncc  dd")
        let signature = "f(one, two, three)".filled(to: 10, hanging: 4)
        #expect(signature == "f(one,\n    two,\n    three)")
        #expect("".filled() == "" && "unbreakablelongword".filled(to: 4) == "unbreakablelongword")
    }
}
