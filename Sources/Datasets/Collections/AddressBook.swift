// The SHA-256 sums are those of the files that the authors published; several independent
// projects list the same ones.

extension IDXSet {
    static let mnist = IDXSet(
        name: "mnist", title: "MNIST", classNames: (0...9).map(String.init),
        source: "Y. LeCun, C. Cortes, C. Burges: The MNIST database of handwritten digits, 1998",
        licence: "CC BY-SA 3.0",
        mirrors: [
            "https://ossci-datasets.s3.amazonaws.com/mnist",
            "https://storage.googleapis.com/cvdf-datasets/mnist",
        ],
        train: (
            PublishedFile(
                name: "train-images-idx3-ubyte.gz", bytes: 9_912_422,
                sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            PublishedFile(
                name: "train-labels-idx1-ubyte.gz", bytes: 28_881,
                sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c")
        ),
        test: (
            PublishedFile(
                name: "t10k-images-idx3-ubyte.gz", bytes: 1_648_877,
                sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            PublishedFile(
                name: "t10k-labels-idx1-ubyte.gz", bytes: 4_542,
                sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6")
        ))

    static let fashion = IDXSet(
        name: "fashion", title: "Fashion-MNIST",
        classNames: [
            "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
            "ankle boot",
        ],
        source: "H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST, 2017, arXiv:1708.07747",
        licence: "MIT",
        mirrors: [
            "https://fashion-mnist.s3.eu-central-1.amazonaws.com",
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
        ],
        train: (
            PublishedFile(
                name: "train-images-idx3-ubyte.gz", bytes: 26_421_880,
                sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            PublishedFile(
                name: "train-labels-idx1-ubyte.gz", bytes: 29_515,
                sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845")
        ),
        test: (
            PublishedFile(
                name: "t10k-images-idx3-ubyte.gz", bytes: 4_422_102,
                sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            PublishedFile(
                name: "t10k-labels-idx1-ubyte.gz", bytes: 5_148,
                sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5")
        ))
}
