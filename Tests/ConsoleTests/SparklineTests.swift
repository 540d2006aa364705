import Console
import Language
import Testing

@Suite("Sparklines")
struct SparklineTests {
    @Test("A curve is shown in a few letters")
    func sparkline() {
        #expect(Sparkline.text([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█")
        #expect(Sparkline.text([0, 0, 7, 7], width: 2) == "▁█")
        #expect(Sparkline.text([2, 2, 2]) == "▄▄▄")
        #expect(Sparkline.text([0, .nan, 1]) == "▁ █")
        #expect(Sparkline.text([-1.7e308, 1.7e308]) == "▁█")
        #expect(Sparkline.text([]).isEmpty)
        #expect(Sparkline.text([.nan]) == " ")
        #expect(Sparkline.text((0..<1_000_000).map(Double.init), width: 8) == "▁▂▃▄▅▆▇█")
    }

    @Test("Each curve of a training has a line, in a column of its own")
    func lines() {
        let progress = Progress(
            done: 1, total: 2, line: "round 1",
            curves: [
                Progress.Curve(name: "D", values: [1, 2, 3]),
                Progress.Curve(name: "penalty", values: [3, 1, 3]),
                Progress.Curve(name: "G", values: [1]),
            ])
        #expect(TerminalOutput.curves(progress, columns: 80) == ["D       ▁▅█", "penalty █▁█"])
        #expect(TerminalOutput.curves(progress, columns: 18) == [])
        let long = Progress(
            done: 1, total: 2, line: "",
            curves: [Progress.Curve(name: "λ̂", values: (0..<240).map(Double.init))])
        for columns in [30, 80, 200] {
            let line = TerminalOutput.curves(long, columns: columns)[0]
            #expect(CellWidth.cells(of: line) == min(columns, 62) && line.hasPrefix("λ̂ ▁"))
        }
    }
}
