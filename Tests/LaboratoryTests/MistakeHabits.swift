/// Habits from PyTorch and NumPy, each answered with what Saddle writes instead.
extension MistakeTests {
    static let habits = [
        Mistake(
            "a method of a tensor", "x = ones([2, 3])\nx.sum()",
            "a tensor of shape [2, 3] has no member sum", "sum stands in front: sum(x)"),
        Mistake(
            "a member that is called", "x = ones([2, 3])\nx.mean()",
            "a tensor of shape [] cannot be called", "it is a value already: leave the () out"),
        Mistake(
            "a transpose", "x = ones([2, 3])\nx.T", "a tensor of shape [2, 3] has no member T",
            "write transpose(x)"),
        Mistake(
            "append", "l = [1]\nl.append(2)", "a list has no member append",
            "write list += [value]"),
        Mistake(
            "sizes without a list", "zeros(2, 3)", "zeros takes 1 argument, but got 2",
            "write zeros([2, 3])"),
        Mistake(
            "a learning rate", "adam(lr: 0.1)", "adam has no argument lr", "did you mean rate?"),
        Mistake(
            "the largest of three", "max(1, 2, 3)", "max of two takes no axes",
            "of a list: max([1, 2, 3]); along an axis: max(x, axes: 0)"),
        Mistake(
            "features joined along the batch", "concat([ones([4, 2]), ones([4, 3])])",
            "concat: shapes [4, 2] and [4, 3] do not fit: all axes but axis 0 must agree",
            "they fit along axis 1: concat([a, b], axis: 1)"),
        Mistake(
            "noise of a function", "G(z, c) = z |> linear(2)\nz ~ noise(G)",
            "noise expects a size or a network, but got the function G",
            "a network that is a function has no noise of its own: write noise(16)"),
        Mistake(
            "a sum of arguments", "sum(1, 2)", "sum takes one tensor or list",
            "write sum([1, 2, 3])"),
        Mistake(
            "backward", "g = [1]\ng.backward()", "a list has no member backward",
            "minimize does it inside a game: minimize D: mean(…)"),
        Mistake(
            "pyplot", "plt.plot([1, 2])", "there is no plt",
            "write plot([1, 4, 9]), or plot(g) for the curves of a game g"),
        Mistake(
            "a loss as an object", "criterion = BCELoss()", "there is no BCELoss",
            "an objective is written as its formula: mean(softplus(-D(x)))"),
        Mistake(
            "a file without quotes", "include tools", "there is no tools",
            "a file name stands in quotes: include \"tools.saddle\""),
        Mistake(
            "a number for a file", "include 3", "there is no include",
            "a file name in quotes follows: include \"file.saddle\""),
        Mistake(
            "a list for a file", "l = [1]\ninclude l",
            "include expects a file name, but got a list",
            "write it in quotes: include \"file.saddle\""),
        Mistake(
            "sizes that do not fit", "reshape(ones([2, 3]), 4)",
            "reshape(4): a tensor of shape [2, 3] has 6 values",
            "the sizes make that many, or the 3 of each sample; one may be -1"),
        Mistake(
            "a file for a game", "load \"game.saddle\"", "load expects a game, but got a string",
            "the game comes first: load g, \"file\""),
    ]
}
