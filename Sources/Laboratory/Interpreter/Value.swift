import Datasets
import Language
import Networks
import Tensors

/// Everything that a name can stand for.
///
/// Large payloads are indirect, so that a value is three words and copies quickly.
package enum Value {
    /// `none`: no value.
    case nothing
    case boolean(Bool)
    case number(Double)
    case string(String)
    case list([Value])
    case tuple([Value])
    case interval(Interval)
    indirect case tensor(Tensor)
    /// One value for each sample of a batch, shape `[n]`; it broadcasts along the first axis.
    indirect case perSample(Tensor)
    indirect case record(Record)
    case function(Function)
    case command(Command)
    indirect case space(Space)
    case layer(LayerBox)
    case network(NetworkBox)
    indirect case distribution(Distribution)
    indirect case data(Dataset)
    case optimizer(OptimizerBox)
    case rule(GameRule)
    case game(Game)
    case picture(Picture)
}

/// `a..<b` or `a...b` of numbers.
package final class Interval: Sendable {
    let lower: Double
    let upper: Double
    let isClosed: Bool

    init(lower: Double, upper: Double, isClosed: Bool) {
        self.lower = lower
        self.upper = upper
        self.isClosed = isClosed
    }

    /// The whole numbers of the interval, from its lower end in steps of one.
    var count: Int {
        guard lower.isFinite, upper.isFinite else { return 0 }
        let last = isClosed ? (upper - lower).rounded(.down) + 1 : (upper - lower).rounded(.up)
        return last <= 0 ? 0 : last >= 1e15 ? Int(1e15) : Int(last)
    }
}

/// Named values in a stated order: the answer of a measure, a history.
package struct Record {
    var title: String
    var fields: [(name: String, value: Value)]
    /// How it is shown, where that is no table of its fields.
    var page: MIMEBundle?

    subscript(name: String) -> Value? { fields.first { $0.name == name }?.value }
}

extension Value {
    /// What a person calls this sort of thing, with its article.
    var kindName: String {
        switch self {
        case .nothing: "none"
        case .boolean: "a truth value"
        case .number: "a number"
        case .string: "a string"
        case .list: "a list"
        case .tuple: "a tuple"
        case .interval: "a range"
        case .tensor(let tensor): "a tensor of shape \(tensor.shape)"
        case .perSample(let tensor): "a draw of shape \(tensor.shape)"
        case .record(let record): "a record (\(record.title))"
        case .function(let function):
            function.name.isEmpty ? "a function" : "the function \(function.name)"
        case .command(let command): "the command \(command.name)"
        case .space(let space): "the space \(space)"
        case .layer(let layer): "the layer \(layer.layer.description)"
        case .network(let network):
            network.name.isEmpty ? "a network" : "the network \(network.name)"
        case .distribution(let distribution): "the distribution \(distribution)"
        case .data: "data"
        case .optimizer: "an optimiser"
        case .rule(let rule): "the game \(rule.name)"
        case .game(let game): "a game of \(game.rule.name)"
        case .picture: "a picture"
        }
    }
}
