import Language

/// How long the usual pictures take from a command to the bytes of a PNG: the median of 21, in
/// milliseconds, the field with the evaluation of its network.
package func pictureTimes() throws -> [(name: String, milliseconds: Double)] {
    let session = Session()
    // Two curves that rise like sums of random numbers, and two of noise.
    try session.execute(
        """
        seed 1
        a = linspace(0, 500, 1000) + rand([1000])
        b = linspace(0, 480, 1000) + rand([1000])
        u = randn([1000])
        v = randn([1000])
        noise_images = rand([64, 28, 28, 1])
        digit_images = first(digits(), 64).images
        colour_noise = rand([64, 32, 32, 3])
        colour_images = upsample(8, "bilinear")(rand([64, 4, 4, 3]))
        D = mlp(2, [64, 64], 1)
        """)
    let programs = [
        ("loss plot", "plot(a, b, names: [\"D\", \"G\"])"),
        ("noise plot", "plot(u, v, names: [\"D\", \"G\"])"),
        ("grid of noise", "show(noise_images)"), ("grid of digits", "show(digit_images)"),
        ("grid of colour noise", "show(colour_noise)"),
        ("grid of colours", "show(colour_images)"),
        ("field 200x200", "field(D, resolution: 200)"),
    ]
    return try programs.map { name, program in
        var times: [Double] = []
        for _ in 0..<24 {
            let began = Clock.seconds
            _ = try session.picture(of: program).png()
            times.append(Clock.seconds - began)
        }
        // The first ones find fonts and warm up.
        return (name, 1000 * times.dropFirst(3).sorted()[10])
    }
}
