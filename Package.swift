// swift-tools-version: 6.0
import PackageDescription

/// Saddle: a laboratory for adversarial games. The targets and who may import whom:
///
///     Tensors    <- CDNNL, CKernels      numbers, shapes, primitives, gradients
///     Networks   <- Tensors              layers, initialisers, optimisers, checkpoints
///     Datasets   <- Tensors, CPNG, CJPEG, CZlib, CSodium (SHA-256)
///                                        toy mixtures, digits, IDX files, image folders
///     Measures   <- Networks, Datasets   divergences, scores, mode coverage
///     Pictures   <- CPNG, CZlib, CCairo  pixels to PNG, plots; knows no tensor
///     Language   <- nothing              lexer, parser, tree, diagnostics, formatter, LaTeX
///     Laboratory <- all of the above     interpreter, values, commands, the Library of games
///     Jupyter    <- Language, CZeroMQ, CSodium
///     Console    <- Language, CChafa, CPNG
///     saddle     <- Laboratory, Jupyter, Console
let package = Package(
    name: "saddle",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "saddle", targets: ["saddle"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
    ],
    targets: [
        .systemLibrary(
            name: "CZeroMQ", path: "Sources/C/ZeroMQ", pkgConfig: "libzmq",
            providers: [.apt(["libzmq3-dev"]), .brew(["zeromq"])]),
        .systemLibrary(
            name: "CPNG", path: "Sources/C/PNG", pkgConfig: "libpng",
            providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
        .systemLibrary(
            name: "CCairo", path: "Sources/C/Cairo", pkgConfig: "cairo",
            providers: [.apt(["libcairo2-dev"]), .brew(["cairo"])]),
        .systemLibrary(
            name: "CSodium", path: "Sources/C/Sodium", pkgConfig: "libsodium",
            providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
        .systemLibrary(
            name: "CChafa", path: "Sources/C/Chafa", pkgConfig: "chafa",
            providers: [.apt(["libchafa-dev"]), .brew(["chafa"])]),
        .systemLibrary(
            name: "CZlib", path: "Sources/C/Zlib", pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(
            name: "CDNNL", path: "Sources/C/DNNL",
            linkerSettings: [.linkedLibrary("dnnl")]),
        .target(
            name: "CJPEG", path: "Sources/C/JPEG",
            linkerSettings: [.linkedLibrary("jpeg")]),
        .target(name: "CKernels", path: "Sources/C/Kernels"),
        .target(
            name: "Tensors", dependencies: ["CDNNL", "CKernels"], exclude: ["README.md"]),
        .target(name: "Networks", dependencies: ["Tensors"], exclude: ["README.md"]),
        .target(
            name: "Datasets", dependencies: ["Tensors", "CPNG", "CJPEG", "CZlib", "CSodium"],
            exclude: ["README.md", "Resources/make_digits.py"],
            resources: [.embedInCode("Resources/digits.bin")]),
        .target(
            name: "Measures", dependencies: ["Tensors", "Networks", "Datasets"],
            exclude: ["README.md"]),
        .target(
            name: "Pictures", dependencies: ["CPNG", "CZlib", "CCairo"], exclude: ["README.md"]),
        .target(name: "Language", exclude: ["README.md"]),
        .target(
            name: "Laboratory",
            dependencies: ["Tensors", "Networks", "Datasets", "Measures", "Pictures", "Language"],
            exclude: ["README.md"], resources: [.copy("Library"), .copy("Experiments")]),
        .target(
            name: "Jupyter", dependencies: ["Language", "CZeroMQ", "CSodium"],
            exclude: ["README.md"],
            resources: [
                .embedInCode("Resources/logo-32x32.png"),
                .embedInCode("Resources/logo-64x64.png"),
                .embedInCode("Resources/logo-svg.svg"),
            ]),
        .target(
            name: "Console", dependencies: ["Language", "CChafa", "CPNG"], exclude: ["README.md"]),
        .executableTarget(
            name: "saddle",
            dependencies: [
                "Laboratory", "Jupyter", "Console",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            linkerSettings: [
                // Swift's own libraries go into the program: measured 12.7 instead of 19 ms from
                // the start to the prompt and 25 instead of 31 MiB at rest, as no symbols are
                // looked up. Foundation's static parts are named by hand, since the compiler names
                // them only when it is asked to compile for static linking too. lld links them
                // without a warning.
                .unsafeFlags(
                    [
                        "-static-stdlib", "-use-ld=lld", "-Xlinker", "--start-group",
                        "-lCoreFoundation", "-l_FoundationICU", "-l_FoundationCShims",
                        "-l_FoundationCollections", "-Xlinker", "--end-group", "-lstdc++",
                    ], .when(platforms: [.linux]))
            ]),
        .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
        .testTarget(name: "NetworksTests", dependencies: ["Networks"]),
        .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "CPNG", "CZlib"]),
        .testTarget(name: "MeasuresTests", dependencies: ["Measures"]),
        .testTarget(name: "PicturesTests", dependencies: ["Pictures"]),
        .testTarget(name: "LanguageTests", dependencies: ["Language"], exclude: ["Programs"]),
        .testTarget(
            name: "LaboratoryTests", dependencies: ["Laboratory"], exclude: ["Programs"]),
        .testTarget(name: "JupyterTests", dependencies: ["Jupyter"]),
        .testTarget(name: "ConsoleTests", dependencies: ["Console"]),
    ],
    swiftLanguageModes: [.v6]
)
