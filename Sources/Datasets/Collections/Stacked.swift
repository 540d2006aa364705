import Tensors

extension Dataset {
    /// Three independent grey images of `digits` as the channels of one: 1,000 classes of which
    /// each is one mode, label 100 a + 10 b + c.
    ///
    /// L. Metz et al. 2017, arXiv:1611.02163; used for counting modes by A. Srivastava et al.
    /// 2017 (VEEGAN), arXiv:1705.07761. Drawn anew for every batch, so it has no end. Throws when
    /// `digits` are not grey images with ten labels.
    package static func stacked(_ digits: Dataset) throws -> Dataset {
        guard digits.shape.count == 3, digits.shape[2] == 1, digits.classNames.count == 10 else {
            throw DatasetError.argument(
                who: "stacked_mnist",
                problem: "\(digits.name) is not made of grey images with ten labels",
                hint: "write stacked_mnist() or stacked_mnist(digits())")
        }
        guard digits.count != 0 else { throw DatasetError.empty(name: digits.name) }
        let (height, width) = (digits.shape[0], digits.shape[1])
        var result = Dataset(
            name: "stacked_\(digits.name)",
            summary: "three images of \(digits.name) as the channels of one, 1,000 classes",
            shape: [height, width, 3], range: digits.range,
            classNames: (0..<1000).map { number in
                String(String(1000 + number).dropFirst())
            },
            source: digits.source, licence: digits.licence, density: nil,
            content: .sampler { batch, generator in
                guard batch >= 0 else {
                    throw DatasetError.negative(who: "stacked", what: "batch", count: batch)
                }
                let (images, labels) = try digits.draw(batch: 3 * batch, generator: &generator)
                let size = height * width
                let samples = try images.withValues { source in
                    try Tensor(shape: [batch, height, width, 3]) { target in
                        for image in 0..<batch {
                            for place in 0..<3 * size {
                                let (pixel, channel) = (place / 3, place % 3)
                                target[image * 3 * size + place] =
                                    source[(3 * image + channel) * size + pixel]
                            }
                        }
                    }
                }
                guard let single = labels?.values else { return (samples, nil) }
                let classes = try Tensor(shape: [batch]) { target in
                    for image in 0..<batch {
                        target[image] =
                            100 * single[3 * image] + 10 * single[3 * image + 1]
                            + single[3 * image + 2]
                    }
                }
                return (samples, classes)
            })
        result.notes = digits.notes
        return result
    }
}
