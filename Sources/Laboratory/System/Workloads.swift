/// A game of the Library on made-up data, whose rounds `saddle bench` times.
package struct Workload: Sendable {
    package let name: String
    /// Rounds before the clock counts, and rounds that it times.
    let warm: Int
    let timed: Int
    /// Floating point operations that a round cannot do without, in products and convolutions; a
    /// multiply-add counts as two.
    let operations: Double
    /// A program that ends with the game.
    let program: String

    /// The three rounds of the published comparison: the same networks, batches and optimisers as
    /// the PyTorch and JAX programs beside which they are timed.
    package static let all = [lsganMLP(), wganGPToy(), dcgan32()]

    /// LSGAN, generator 64-128-784 and discriminator 784-128-1.
    static func lsganMLP(
        batch: Int = 64, hidden: Int = 128, warm: Int = 100, timed: Int = 1000
    ) -> Workload {
        let G = Dense(batch, [64, hidden, 784])
        let D = Dense(batch, [784, hidden, 1])
        return Workload(
            name: "lsgan_mlp", warm: warm, timed: timed,
            operations: G.forward + 2 * (D.forward + D.weights + D.inner)
                + G.forward + D.forward + D.inputs + G.weights + G.inner,
            program: """
                G = noise(64) |> linear(\(hidden)) |> relu |> linear(784) |> sigmoid
                D = points(784) |> linear(\(hidden)) |> relu |> linear(1)
                lsgan(G, D, rand([10000, 784]), batch: \(batch), optimizer: adam(1e-3))
                """)
    }

    /// WGAN-GP on points of the plane: three hidden layers of 512, batch 256, five critic steps.
    static func wganGPToy() -> Workload {
        let G = Dense(256, [2, 512, 512, 512, 2])
        let D = Dense(256, [2, 512, 512, 512, 1])
        // The penalty: forward, the gradient by the input, and both once more backwards.
        let penalty = D.forward + D.inputs + 2 * D.inputs
        let critic = G.forward + 2 * (D.forward + D.weights + D.inner) + penalty
        return Workload(
            name: "wgangp_toy", warm: 5, timed: 40,
            operations: 5 * critic + G.forward + D.forward + D.inputs + G.weights + G.inner,
            program: """
                G = noise(2) |> linear(512) |> relu |> linear(512) |> relu |>
                    linear(512) |> relu |> linear(2)
                D = points(2) |> linear(512) |> relu |> linear(512) |> relu |>
                    linear(512) |> relu |> linear(1)
                wgan_gp(
                    G, D, randn([100000, 2]), λ: 0.1, optimizer: adam(1e-4, 0.5, 0.9), batch: 256)
                """)
    }

    /// DCGAN on 32 x 32 images with 64 filters, batch 64.
    static func dcgan32() -> Workload {
        // Pixels of the smaller image x kernel x channels: the layers of D; G has the same ones in
        // the other order, and its first layer is a product.
        let small = 2.0 * 64 * 256 * 16 * 1 * 64
        let large = 2.0 * 64 * 64 * 16 * 64 * 128
        let first = 2.0 * 64 * 100 * 4096
        let D = small + 2 * large
        let G = first + 2 * large + small
        return Workload(
            name: "dcgan32", warm: 3, timed: 30,
            operations: G + 2 * (D + D + 2 * large) + D + D + G + (G - first),
            program: """
                G = noise(100) |> reshape(1, 1, 100) |>
                    conv_transpose(256, 4, stride: 1, padding: 0, bias: false) |> batch_norm |> relu |>
                    conv_transpose(128, 4, stride: 2, padding: 1, bias: false) |> batch_norm |> relu |>
                    conv_transpose(64, 4, stride: 2, padding: 1, bias: false) |> batch_norm |> relu |>
                    conv_transpose(1, 4, stride: 2, padding: 1, bias: false) |> tanh
                D = image(32, 32, 1) |>
                    conv(64, 4, stride: 2, padding: 1, bias: false) |> leaky_relu(0.2) |>
                    conv(128, 4, stride: 2, padding: 1, bias: false) |> batch_norm |> leaky_relu(0.2) |>
                    conv(256, 4, stride: 2, padding: 1, bias: false) |> batch_norm |> leaky_relu(0.2) |>
                    conv(1, 4, stride: 1, padding: 0, bias: false) |> flatten
                gan(
                    G, D, 2 * rand([1000, 32, 32, 1]) - 1, fresh_noise: false,
                    optimizer: adam(2e-4, 0.5, 0.999))
                """)
    }

    /// Operations of the passes through a chain of linear layers.
    private struct Dense {
        let layers: [Double]

        init(_ batch: Int, _ sizes: [Int]) {
            layers = zip(sizes, sizes.dropFirst()).map { 2 * Double(batch * $0 * $1) }
        }

        var forward: Double { layers.reduce(0, +) }
        /// The gradients by the weights.
        var weights: Double { forward }
        /// The gradients by every layer's input.
        var inputs: Double { forward }
        /// The same without the first layer's.
        var inner: Double { inputs - (layers.first ?? 0) }
    }
}
