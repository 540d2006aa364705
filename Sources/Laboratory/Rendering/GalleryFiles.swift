import Foundation
import Language
import Pictures

/// Writes every kind of picture in both themes, those of made-up numbers and those that commands
/// draw of games, and a page that shows them beside each other; returns how many files.
package func writeGallery(to folder: String) throws -> Int {
    try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    var names: [String] = []
    func write(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        names.append(name)
    }
    for theme in [Theme.light, Theme.dark] {
        for (name, bytes) in try Gallery.files(theme: theme) { try write(bytes, name) }
    }
    let session = Session()
    try session.execute(Session.gallerySetUp)
    for theme in [Theme.light, Theme.dark] {
        session.theme = theme
        for (name, program) in Session.galleryPictures {
            let picture = try session.picture(of: program)
            try write(try picture.png(), "\(name)-\(theme.isDark ? "dark" : "light").png")
        }
    }
    try write(Array(galleryPage(names).utf8), "index.html")
    return names.count
}

extension Session {
    /// Games that are quickly trained, for pictures that commands draw.
    fileprivate static let gallerySetUp = """
        seed 5
        data = ring(8)
        G = mlp(noise(2), [48, 48], 2)
        D = mlp(2, [48, 48], 1)
        g = lsgan(G, D, data, optimizer: adam(2e-3, 0.5, 0.999))
        train g, rounds: 1500, quiet: true
        other = map(i -> {
            own = gan(fresh(G), fresh(D), data, optimizer: adam(2e-3, 0.5, 0.999))
            train own, rounds: 400, quiet: true
            own
        }, 0..<4)
        H = mlp(noise(16), [128], 64) |> sigmoid |> reshape(8, 8, 1)
        E = image(8, 8, 1) |> flatten |> linear(128) |> leaky_relu(0.2) |> linear(1)
        h = lsgan(H, E, digits(), optimizer: adam(1e-3, 0.5, 0.999))
        train h, rounds: 2500, quiet: true
        network C(z = noise(16), y = points(10)) {
            reshape(8, 8, 1)(sigmoid(linear(64)(relu(linear(128)(concat([z, y], 1))))))
        }
        network F(x = image(8, 8, 1), y = points(10)) {
            linear(1)(leaky_relu(linear(128)(concat([flatten(x), y], 1)), 0.2))
        }
        game conditional(G, D, data) {
            x, k ~ data;  y = onehot(k, 10);  z ~ noise(G)
            minimize D: mean((D(x, y) - 1)^2) + mean(D(G(z, y), y)^2)
            minimize G: mean((D(G(z, y), y) - 1)^2)
        }
        c = conditional(C, F, digits(), optimizer: adam(1e-3, 0.5, 0.999))
        train c, rounds: 1500, quiet: true
        """

    /// One of every kind that commands draw.
    static let galleryPictures: [(name: String, program: String)] = [
        ("command-samples-digits", "samples(h)"),
        ("command-samples-scores", "samples(h, 16, captions: \"score\", real: true)"),
        ("command-samples-classes", "samples(h, 80, rows: \"class\", title: \"lsgan on digits\")"),
        ("command-samples-conditional", "samples(c, 80, rows: \"class\")"),
        ("command-samples-latents", "samples(h, rows: \"latent\")"),
        ("command-samples-points", "samples(g, 500)"),
        ("command-show-digits", "show(digits())"), ("command-show-points", "show(ring(8))"),
        ("command-interpolate-digits", "interpolate(h)"),
        ("command-interpolate-points", "interpolate(g)"),
        ("command-nearest-digits", "nearest(h)"), ("command-nearest-points", "nearest(g, 40)"),
        ("command-plot", "plot(g)"), ("command-plot-games", "plot(g, h)"),
        ("command-plot-runs", "plot(other)"),
        ("command-plot-functions", "plot(sin, tanh, x: -4...4, names: [\"sin\", \"tanh\"])"),
        ("command-histogram", "histogram(randn([2000]))"),
        (
            "command-histogram-several",
            "histogram([D(sample(g, 1000)), D(randn([700, 2]))], "
                + "names: [\"samples\", \"noise\"], labels: [\"score\"])"
        ),
        (
            "command-plot-rules",
            "plot(g, levels: [[\"equilibrium 1/4\", 0.25]], moments: [[\"here\", 700]], "
                + "title: \"lsgan, λ = 0\", log: \"x\")"
        ),
        (
            "command-bars",
            "bars([[3, 1, 4], [2, 7, 1]], labels: [\"KL\", \"JS\", \"λ x̂\"], "
                + "names: [\"lsgan\", \"gan\"], errors: [[0.5, 0.2, 0.4], [0.3, 1, 0.2]])"
        ),
        ("command-curve", "curve(lsgan, gan, wgan)"), ("command-curve-game", "curve(g)"),
        ("command-field", "field(g)"), ("command-field-network", "field(D, data: ring(8))"),
        ("command-gradients", "gradients(h)"), ("command-weights", "weights(E)"),
        ("command-activations", "activations(E, digits())"),
        ("command-activations-function", "activations(C)"),
        ("command-animate-digits", "animate(h)"),
        ("command-animate-field", "animate(g, of: \"field\")"),
        ("command-beside", "beside(plot(h), samples(h))"),
    ]

    /// Runs a program that must not fail.
    func execute(_ program: String) throws {
        let outcome = run(Source(name: "gallery", text: program), output: Silence())
        if let fault = outcome.faults.first { throw fault }
    }

    /// The picture that a program's value is.
    func picture(of program: String) throws -> Picture {
        try execute("p = " + program)
        guard case .picture(let picture)? = globals.variable("p").value else {
            throw Diagnostic(.fault, "\(program) draws no picture")
        }
        return picture
    }
}

/// The contact sheet: each picture in both themes, at the width of a notebook.
private func galleryPage(_ names: [String]) -> String {
    var rows: [String] = []
    for light in names where light.hasSuffix("-light.png") {
        let kind = light.dropLast("-light.png".count)
        let images = [light, "\(kind)-dark.png"].map { name in
            "<td class=\"\(name == light ? "light" : "dark")\"><img src=\"\(name)\" alt=\"\"></td>"
        }
        rows.append("<tr><th colspan=\"2\">\(kind)</th></tr><tr>\(images.joined())</tr>")
    }
    return """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>Every kind of picture</title>
        <style>
        body { font: 14px sans-serif; margin: 16px } table { border-spacing: 8px 4px }
        th { text-align: left; padding-top: 16px } td { vertical-align: top; padding: 8px }
        img { max-width: 900px } .light { background: #fff } .dark { background: #181818 }
        </style>
        <h1>Every kind of picture</h1><table>
        \(rows.joined(separator: "\n"))
        </table></html>

        """
}
