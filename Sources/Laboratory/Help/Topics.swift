/// Words of the language that are no commands, for `help` and completion.
enum Topics {
    static let firstProgram = """
        data = digits()
        G = noise(32) |> linear(128) |> relu |> linear(64) |> sigmoid |> reshape(8, 8, 1)
        D = image(8, 8, 1) |> flatten |> linear(128) |> leaky_relu(0.2) |> linear(1)
        g = lsgan(G, D, data)
        train g, rounds: 2000
        samples g
        plot g
        """

    /// Names that people bring from Python, and what stands for them here.
    static let foreignNames: [String: String] = [
        "len": "write length(x), or x.count", "str": "write \"\\(x)\"",
        "int": "write floor(x)", "float": "numbers need no conversion",
        "np": "its functions need no prefix: exp(x), mean(x)",
        "torch": "its functions need no prefix: exp(x), mean(x)",
        "tf": "its functions need no prefix: exp(x), mean(x)",
        "nn": "layers need no prefix: linear(128) |> relu",
        "Sequential": "layers are joined by |>: points(2) |> linear(8) |> relu",
        "enumerate": "write for i in 0..<length(list) { list[i] }",
        "list": "write [1, 2, 3]", "dense": "write linear(128)", "Dense": "write linear(128)",
        "Linear": "write linear(128)", "ReLU": "write relu", "Adam": "write adam(1e-3)",
        "backward": "minimize does it: minimize D: mean(…)",
        "loss": "a game g keeps its losses: g.losses",
        "optimizer": "a game has one: lsgan(G, D, data, optimizer: adam(1e-3))",
        "criterion": "an objective is written as its formula: mean((D(x) - 1)^2)",
        "BCELoss": "an objective is written as its formula: mean(softplus(-D(x)))",
        "MSELoss": "an objective is written as its formula: mean((D(x) - 1)^2)",
        "plt": "write plot([1, 4, 9]), or plot(g) for the curves of a game g",
        "math": "its functions need no prefix: sqrt(x)",
        "random": "write rand() or rand([2, 3])", "randint": "write floor(10 * rand())",
        "round": "write floor(x + 0.5)", "append": "write list += [value]",
        "include": "a file name in quotes follows: include \"file.saddle\"",
        "generator": "make one: G = noise(8) |> linear(16) |> relu |> linear(2)",
        "discriminator": "make one: D = points(2) |> linear(16) |> relu |> linear(1)",
        "Conv2d": "write conv(64)", "Flatten": "write flatten", "Sigmoid": "write sigmoid",
        "Tanh": "write tanh", "LeakyReLU": "write leaky_relu(0.2)",
        "BatchNorm2d": "write batch_norm", "SGD": "write sgd(0.1)",
        "quit": "write exit", "undo": "fork(g) before a training keeps the game as it was",
        "vars": "write names", "who": "write names", "whos": "write names", "dir": "write names",
        "locals": "write names", "globals": "write names",
        "ls": "at the prompt, a line that begins with ; goes to the shell: ;ls",
        "cd": "at the prompt, a line that begins with ; goes to the shell: ;cd folder",
        "pwd": "at the prompt, a line that begins with ; goes to the shell: ;pwd",
        "history": "at the prompt: %history; the curves of a game g: g.history",
        "keys": "at the prompt: %keys",
    ]

    /// Members that tensors, lists and networks have in Python.
    static let foreignMembers: [String: String] = [
        "append": "write list += [value]", "length": "write x.count", "len": "write x.count",
        "T": "write transpose(x)", "size": "write x.shape, or x.count",
        "dim": "write x.shape.count",
        "ndim": "write x.shape.count", "view": "write reshape(x, 3, 2)",
        "item": "a tensor of one number is used as it is",
        "numpy": "a tensor is used as it is", "cpu": "a tensor is used as it is",
        "cuda": "a tensor is used as it is", "to": "a tensor is used as it is",
        "detach": "only the players that minimize names receive gradients",
        "backward": "minimize does it inside a game: minimize D: mean(…)",
        "step": "minimize does it inside a game: minimize D: mean(…)",
        "zero_grad": "nothing is kept between steps",
        "eval": "samples and plots look at a network as it is",
        "keys": "its names: r.name, r[\"name\"]", "format": "write \"text \\(value)\"",
    ]

    static let gameOptions: [(String, String)] = [
        ("batch", "samples in a draw; default 64"),
        ("optimizer", "default adam(0.001)"),
        ("ema", "decay of averaged weights for samples, such as 0.999; default none"),
        ("seed", "whole number; the same seed gives the same run"),
    ]

    static let keywords: [String: (text: String, example: String)] = [
        "game": (
            "Defines a game: its body is one round of training, in the order of the paper.",
            "game lsgan(G, D, data) {\n    x ~ data;  z ~ noise(G)\n    minimize D: mean((D(x) - 1)^2) / 2 + mean(D(G(z))^2) / 2\n    minimize G: mean((D(G(z)) - 1)^2) / 2\n}"
        ),
        "network": (
            "Defines a network as a function of its inputs; a space as default says what they are.",
            "network D(x = image(8, 8, 1), y = points(10)) {\n    h = leaky_relu(linear(64)(flatten(x)) + linear(64)(y), 0.2)\n    linear(1)(h)\n}"
        ),
        "minimize": (
            "One optimiser step on the parameters of the named networks; only they move.",
            "minimize D by adam(1e-4): mean((D(x) - 1)^2)"
        ),
        "maximize": ("As minimize, upwards.", "maximize D: mean(log_sigmoid(D(x)))"),
        "state": ("A value of a game that survives from round to round.", "state k = 0"),
        "report": ("Records a further curve of a game.", "report M = mean(D(x))"),
        "by": ("The optimiser of one objective.", "minimize D by sgd(0.1): mean(D(x)^2)"),
        "if": ("Chooses.", "if x > 0 { \"yes\" } else { \"no\" }"),
        "else": ("The other branch of an if.", "if x > 0 { 1 } else { 2 }"),
        "for": (
            "Walks over a range, a list or the rows of a tensor.", "for i in 0..<3 { print(i) }"
        ),
        "while": ("Goes on while a condition holds.", "while x < 10 { x = x * 2 }"),
        "repeat": ("So many times.", "repeat 5 { step() }"),
        "break": ("Leaves a loop.", "for i in 0..<9 { if i == 3 { break } }"),
        "continue": (
            "Goes on with the next turn of a loop.", "for i in 0..<9 { if i == 3 { continue } }"
        ),
        "return": ("Leaves a function with a value.", "f(x) = { return x + 1 }"),
        "include": ("Runs another file here, relative to this one.", "include \"nets.saddle\""),
        "param": (
            "A script's hyperparameter: saddle run file.saddle rounds=500 sets it.",
            "param rounds = 2000"
        ),
        "interact": ("A block that runs again as a slider moves.", "interact x in 0...1 { x^2 }"),
        "time": ("Says how long a statement takes.", "time train g, rounds: 100"),
        "~": ("Draws a fresh batch.", "x ~ digits()"),
        "∇": ("The gradient of the sum of f(x) at x; differentiable again.", "∇(D, x)"),
    ]
}
