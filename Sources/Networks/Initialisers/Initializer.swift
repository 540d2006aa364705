import Tensors

/// How the first weights of a layer are drawn. n_in and n_out are the numbers of inputs and
/// outputs that a weight's output and input have.
package enum Initializer: Sendable, Equatable {
    case zeros
    case ones
    case constant(Float)
    case normal(mean: Float, deviation: Float)
    case uniform(low: Float, high: Float)
    /// Uniform in ±gain sqrt(6 / (n_in + n_out)) (Glorot and Bengio 2010, eq. 16).
    case xavier(gain: Float)
    /// Normal of variance 2 gain^2 / (n_in + n_out), the same with a normal distribution.
    case xavierNormal(gain: Float)
    /// Normal of variance 2 / n_in (He et al. 2015, arXiv:1502.01852, eq. 10).
    case he
    /// Uniform in ±sqrt(6 / n_in): the same variance.
    case heUniform
    /// Uniform in ±1 / sqrt(n_in): what PyTorch draws by default.
    case fanIn
    /// A random matrix with orthonormal rows or columns times gain (Saxe et al. 2013,
    /// arXiv:1312.6120).
    case orthogonal(gain: Float)

    static let expects =
        "\"he\", \"he_uniform\", \"xavier\", \"xavier_normal\", \"fan_in\", \"orthogonal\","
        + " \"zeros\" or \"ones\"; with numbers [\"normal\", deviation], [\"uniform\", bound],"
        + " [\"orthogonal\", gain], [\"constant\", value]"

    /// From the words of the language: "he", or a list of a word and numbers.
    init(_ option: Option, layer: String) throws {
        var (word, numbers): (String, [Float]) = ("", [])
        switch option {
        case .string(let name): word = name
        case .list(let list):
            if case .string(let name)? = list.first { word = name }
            for element in list.dropFirst() {
                guard case .number(let number) = element, Float(number).isFinite else {
                    word = ""
                    break
                }
                numbers.append(Float(number))
            }
        default: break
        }
        guard let known = Self.named(word, numbers) else {
            throw NetworkError.option(
                layer: layer, problem: "init cannot be \(option.inSource)",
                hint: "it takes \(Self.expects)")
        }
        self = known
    }

    private static func named(_ word: String, _ numbers: [Float]) -> Initializer? {
        switch (word, numbers.count) {
        case ("zeros", 0): .zeros
        case ("ones", 0): .ones
        case ("constant", 1): .constant(numbers[0])
        case ("normal", 0): .normal(mean: 0, deviation: 0.02)
        case ("normal", 1): .normal(mean: 0, deviation: numbers[0])
        case ("normal", 2): .normal(mean: numbers[1], deviation: numbers[0])
        case ("uniform", 1) where numbers[0] >= 0: .uniform(low: -numbers[0], high: numbers[0])
        case ("uniform", 2) where numbers[0] <= numbers[1]:
            .uniform(low: numbers[0], high: numbers[1])
        case ("xavier", 0), ("glorot", 0): .xavier(gain: 1)
        case ("xavier", 1), ("glorot", 1): .xavier(gain: numbers[0])
        case ("xavier_normal", 0): .xavierNormal(gain: 1)
        case ("xavier_normal", 1): .xavierNormal(gain: numbers[0])
        case ("he", 0), ("kaiming", 0): .he
        case ("he_uniform", 0): .heUniform
        case ("fan_in", 0): .fanIn
        case ("orthogonal", 0): .orthogonal(gain: 1)
        case ("orthogonal", 1): .orthogonal(gain: numbers[0])
        default: nil
        }
    }

    /// A tensor of `shape`. `inputs` and `outputs` are n_in and n_out; the last axis is the one
    /// that an orthogonal matrix has as its columns.
    package func draw(
        _ shape: [Int], inputs: Double, outputs: Double, _ generator: inout Generator
    ) throws -> Tensor {
        let fanIn = max(inputs, 1)
        let both = max(inputs + outputs, 1)
        switch self {
        case .zeros: return try Tensor.zeros(shape)
        case .ones: return try Tensor.ones(shape)
        case .constant(let value): return try Tensor.full(shape, value)
        case .normal(let mean, let deviation):
            return try generator.normal(shape, mean: mean, deviation: deviation)
        case .uniform(let low, let high): return try generator.uniform(shape, low, high)
        case .xavier(let gain):
            let bound = Swift.abs(gain) * Float((6 / both).squareRoot())
            return try generator.uniform(shape, -bound, bound)
        case .xavierNormal(let gain):
            return try generator.normal(shape, deviation: gain * Float((2 / both).squareRoot()))
        case .he: return try generator.normal(shape, deviation: Float((2 / fanIn).squareRoot()))
        case .heUniform:
            let bound = Float((6 / fanIn).squareRoot())
            return try generator.uniform(shape, -bound, bound)
        case .fanIn:
            let bound = Float((1 / fanIn).squareRoot())
            return try generator.uniform(shape, -bound, bound)
        case .orthogonal(let gain): return try orthogonalMatrix(shape, &generator).affine(gain, 0)
        }
    }
}

/// A random matrix with orthonormal columns (rows when it is wide), all such equally likely.
///
/// The orthogonal factor of a normal matrix's polar decomposition: like that of its QR
/// decomposition with the usual choice of signs it is uniform over all orthogonal matrices,
/// because left and right rotations of a normal matrix are normal again. It is found by matrix
/// products alone, X <- X (3 I - X'X) / 2: each singular value s becomes s (3 - s^2) / 2, so small
/// ones grow by 3/2 a time and those near 1 converge to it quadratically.
private func orthogonalMatrix(_ shape: [Int], _ generator: inout Generator) throws -> Tensor {
    guard let columns = shape.last, shape.allSatisfy({ $0 > 0 }) else {
        return try Tensor.ones(shape)
    }
    let rows = shape.dropLast().reduce(1, *)
    let (tall, narrow) = (max(rows, columns), min(rows, columns))
    // The largest singular value of a normal matrix is near sqrt(rows) + sqrt(columns).
    let scale = 1 / Float(Double(tall).squareRoot() + Double(narrow).squareRoot())
    var x = try generator.normal([tall, narrow], deviation: scale)
    let identity = try Tensor.range(0, Double(narrow)).oneHot(narrow)
    for _ in 0..<100 {
        let square = try matmul(x, x, transposeLeft: true)
        let error = try (square - identity).abs().max().item()
        if error < 2e-6 * Float(narrow).squareRoot() { break }
        x = try matmul(x, identity.affine(1.5, 0) - square.affine(0.5, 0))
    }
    return try (rows >= columns ? x : x.transpose()).reshape(shape)
}
