import Language
import Pictures
import Testing

@testable import Laboratory

/// What commands that draw do with arguments that fit nothing, or fit in a way of their own.
@Suite struct PictureCaseTests {
    private static let setUp = """
        seed 1
        network C(z = noise(2), y = points(4)) {
            linear(2)(relu(linear(16)(concat([z, y], 1))))
        }
        network F(x = points(2), y = points(4)) {
            linear(1)(relu(linear(16)(concat([x, y], 1))))
        }
        game conditional(G, D, data) {
            x, k ~ data;  y = onehot(k, 4);  z ~ noise(G)
            minimize D: mean((D(x, y) - 1)^2) + mean(D(G(z, y), y)^2)
            minimize G: mean((D(G(z, y), y) - 1)^2)
        }
        c = conditional(C, F, ring(4))
        train c, rounds: 5, quiet: true
        g = lsgan(mlp(noise(2), [8], 2), mlp(2, [8], 1), ring(8))

        """

    private func session(_ program: String) throws -> Session {
        let session = Session()
        let outcome = session.run(
            Source(name: "test", text: Self.setUp + program), output: Silence())
        try #require(outcome.faults.isEmpty, "\(outcome.faults)")
        return session
    }

    private func figure(_ program: String) throws -> Figure {
        let session = try session("p = " + program)
        guard case .picture(let picture)? = session.globals.variable("p").value,
            case .figure(let figure) = picture.content
        else { throw Diagnostic(.fault, "no figure") }
        return figure
    }

    private func values(_ figure: Figure) throws -> [Double] {
        guard case .field(let field)? = figure.axes[0].marks.first else {
            throw Diagnostic(.fault, "no field")
        }
        return field.values
    }

    /// Two values on each side: the corners of the square, asked one by one.
    @Test func theFieldOfADiscriminatorThatTakesLabelsIsThatOfOneClass() throws {
        let third = try figure("field(c, resolution: 2, class: 2)")
        #expect(third.axes[0].title.contains("class"))
        // No optimal discriminator beside it: the density is known of all classes together.
        #expect(third.axes.count == 2)
        let first = try figure("field(c, resolution: 2)")
        #expect(try values(first) == values(try figure("field(c, resolution: 2, class: 0)")))
        #expect(try values(first) != values(third))
        guard case .field(let field)? = third.axes[0].marks.first else { return }
        let corner = field.x.upperBound
        let session = try session("q = mean(c.D([[\(corner), \(corner)]], onehot([2], 4)))")
        let value = try #require(session.globals.variable("q").value)
        let asked = Double(try asTensor(value, "q").values[0])
        #expect(abs(field.values[3] - asked) < 1e-5)
        // Real points are those of the class: one of four modes.
        guard case .scatter(let data)? = third.axes[0].marks.dropFirst().first else {
            Issue.record("no points")
            return
        }
        #expect(data.x.count > 50)
        let spread = (data.x.max() ?? 9) - (data.x.min() ?? 0)
        #expect(spread < 0.5)
        #expect(try values(try figure("field(F, resolution: 2, class: 2)")).count == 4)
    }

    @Test(arguments: [
        ("field(c, class: 4)", "there is no class 4", "class: 0 to class: 3"),
        ("field(g, class: 1)", "takes no labels", "leave class out"),
        ("field(c.G)", "C gives 2", ""), ("field(mlp(2, [4], 3))", "gives 3", ""),
        ("plot(x -> [1, 2], x: 0...1)", "2 numbers for 201 places from a function", "each x"),
        ("animate(g, rate: 0)", "not 0", ""),
        ("samples(g, captions: \"score\")", "captions stand under pictures; points have", "leave"),
        ("samples(g, rows: \"latent\", captions: [\"a\"])", "rows have their own", "leave"),
        ("samples(g, rows: \"class\", real: true)", "rows have no place for real", "leave"),
        ("show(rand([4, 8, 8, 2]))", "1 or 3], but this is", "x[.., .., .., 0..<1]"),
        ("show(rand([5, 64]))", "1 or 3], but this is", "reshape(x, 8, 8, 1)"),
        ("show(rand([5, 75]))", "1 or 3], but this is", "reshape(x, 5, 5, 3)"),
        ("show(rand([9, 9]))", "1 or 3], but this is", "reshape(x, [1, 9, 9, 1])"),
        ("field(x -> x)", "but got a function", ""),
    ])
    func whatFitsNothingIsRefused(_ program: String, _ message: String, _ hint: String) throws {
        let outcome = Session().run(
            Source(name: "test", text: Self.setUp + "p = " + program), output: Silence())
        let fault = try #require(outcome.faults.first)
        #expect(fault.kind != .fault)
        #expect(fault.message.contains(message), "\(fault.message)")
        #expect(hint.isEmpty || fault.hint?.contains(hint) == true, "\(fault)")
    }
}
