import Foundation
import Laboratory
import Language
import Testing

/// The experiments of the papers: the quickest is repeated whole, the others run in small.
@Suite struct ReproductionTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Sources/Laboratory/Experiments").standardizedFileURL

    static let names: [String] = {
        let all = try? FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        return (all ?? []).filter { $0.pathExtension == "saddle" }
            .map { $0.deletingPathExtension().lastPathComponent }.sorted()
    }()

    @Test func everyExperimentIsKnownAndThoseThatArePromisedAreThere() {
        #expect(Reproduction.names.sorted() == Self.names)
        let promised = ["blindspot", "clipping", "critic", "dirac", "fgan", "ring", "weights"]
        #expect(Set(promised).isSubset(of: Self.names))
    }

    @Test func theEigenvaluesOfTheDiracGANComeOutAsThePaperSays() throws {
        let found = try Reproduction.run("dirac")
        #expect(found.rows.count == 12)
        for row in found.rows {
            let theirs = try #require(Double(row.theirs))
            #expect(abs(row.ours[0] - theirs) < 1e-3, "\(row.what): \(row.ours) for \(theirs)")
        }
    }

    @Test func theInceptionScoreDoesNotSeeRepeatedImages() throws {
        let rows = try Reproduction.run("blindspot").rows
        #expect(rows[1].ours[0] > rows[0].ours[0] && rows[1].ours[0] <= 10)
        #expect(rows[3].ours[0] > 10 * rows[2].ours[0])
    }

    @Test func clippedLayersFollowTheLaw() throws {
        let rows = try Reproduction.run("clipping", settings: [("seeds", "1"), ("rounds", "1")])
            .rows
        for row in rows where row.what.contains("random") {
            #expect(abs(row.ours[0] - (Double(row.theirs) ?? .nan)) < 0.02, "\(row)")
        }
    }

    @Test(arguments: names)
    func anExperimentIsWrittenAsTheFormatterWritesItAndSaysWhatItIs(_ name: String) throws {
        let file = Self.folder.appendingPathComponent(name + ".saddle")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(try format(Source(name: name, text: text)) == text)
        for key in ["title", "paper", "setting", "why"] {
            #expect(text.contains("## \(key): "), "\(name) does not say its \(key)")
        }
    }

    @Test func theTableHasItsColumnsAndSaysWhatDiffers() throws {
        let table = Reproduction.table([try Reproduction.run("dirac")])
        #expect(table.hasPrefix("| experiment | paper | theirs | ours (mean ± standard error) |"))
        #expect(table.contains("| wasserstein, γ 0: imaginary part |  | 1 | 1"))
        #expect(table.contains("Where ours differs, and why:\n\n* *Dirac-GAN"))
    }

    @Test func anUnknownExperimentIsAFaultThatNamesTheNearest() {
        #expect(throws: Diagnostic.self) { try Reproduction.run("dirak") }
    }

    @Test func meanAndErrorAreOverSeeds() {
        let row = Reproduction.Row(what: "", theirs: "", ours: [1, 2, 3])
        #expect(row.found == "2 ± 0.577")
    }
}
