import Foundation
import Tensors

/// Networks, optimisers, random numbers, curves and text in one safetensors file: what it takes
/// to go on with a game another day.
///
/// Tensors are named `G.0.linear.weight` (network, place, layer, parameter) and
/// `optimizer.G.first.0`; everything that is not a tensor is text in the metadata.
package struct Checkpoint {
    package private(set) var file: Safetensors
    private var places: [String: Int] = [:]

    package init() { file = Safetensors() }

    /// Reads a file; throws `NetworkError.file` when it is not a sound one.
    package init(reading path: String) throws {
        file = try Safetensors.read(path)
        for (place, tensor) in file.tensors.enumerated() { places[tensor.name] = place }
        self.path = path
    }

    /// Where it was read from, for faults.
    private var path = "checkpoint"

    package func write(to path: String) throws { try file.write(to: path) }

    /// Free text by name.
    package subscript(text name: String) -> String? {
        get { file.metadata[name] }
        set { file.metadata[name] = newValue }
    }

    package func tensor(_ name: String) throws -> Tensor {
        guard let place = places[name] else {
            throw fault("there is no tensor \(name)")
        }
        return file.tensors[place].tensor
    }

    /// Adds a tensor; a name used before gets the new one.
    package mutating func add(_ tensor: Tensor, as name: String) {
        let tensor = tensor.detached()
        if let place = places[name] {
            file.tensors[place].tensor = tensor
        } else {
            places[name] = file.tensors.count
            file.tensors.append((name, tensor))
        }
    }

    private func fault(_ problem: String, hint: String? = nil) -> NetworkError {
        .file(path: path, problem: problem, hint: hint)
    }
}

// MARK: - Networks

/// Parameters and buffers by path: what of a network is kept.
package struct NamedParts {
    package let parameters: [(path: String, parameter: Parameter)]
    package let buffers: [(path: String, buffer: Buffer)]

    package init(
        parameters: [(path: String, parameter: Parameter)],
        buffers: [(path: String, buffer: Buffer)]
    ) {
        self.parameters = parameters
        self.buffers = buffers
    }
}

extension Network {
    package var namedParts: NamedParts {
        NamedParts(parameters: namedParameters, buffers: namedBuffers)
    }
}

extension Checkpoint {
    /// Adds a network's parameters and buffers under `name`.
    package mutating func add(_ parts: NamedParts, as name: String) {
        for (path, parameter) in parts.parameters { add(parameter.value, as: "\(name).\(path)") }
        for (path, buffer) in parts.buffers { add(buffer.value, as: "\(name).\(path)") }
    }

    /// Takes over the values of several networks; all or, when it throws, none.
    package func restore(_ networks: [(name: String, parts: NamedParts)]) throws {
        var parameters: [(Parameter, Tensor)] = []
        var buffers: [(Buffer, Tensor)] = []
        for (name, parts) in networks {
            for (path, parameter) in parts.parameters {
                let found = try tensor("\(name).\(path)")
                try check(found, parameter.shape, "\(name).\(path)")
                parameters.append((parameter, found))
            }
            for (path, buffer) in parts.buffers {
                let found = try tensor("\(name).\(path)")
                // A reference batch has the size of the batches of its training.
                if path != "reference" { try check(found, buffer.value.shape, "\(name).\(path)") }
                buffers.append((buffer, found))
            }
        }
        for (parameter, value) in parameters { try parameter.set(value) }
        for (buffer, value) in buffers { buffer.set(value) }
    }

    private func check(_ found: Tensor, _ shape: [Int], _ name: String) throws {
        guard found.shape == shape else {
            throw fault(
                "\(name) has shape \(found.shape), the network's has \(shape)",
                hint: "build the network as it was when it was saved")
        }
    }
}

// MARK: - Optimisers, random numbers, curves

extension Checkpoint {
    /// Adds an optimiser's state under `optimizer.name`; its rule and settings are the program's.
    package mutating func add(_ optimizer: Optimizer, as name: String) {
        for (part, tensor) in optimizer.tensors { add(tensor, as: "optimizer.\(name).\(part)") }
        self[text: "optimizer.\(name).step"] = "\(optimizer.state.step)"
    }

    /// Takes over an optimiser's state for these parameters.
    package func restore(
        _ optimizer: inout Optimizer, as name: String, for parameters: [Parameter]
    ) throws {
        guard let step = self[text: "optimizer.\(name).step"].flatMap(Int.init), step >= 0 else {
            throw fault("there is no state of an optimiser for \(name)")
        }
        try optimizer.restore(step: step, for: parameters) { part in
            try tensor("optimizer.\(name).\(part)")
        }
    }

    /// Adds where a generator of random numbers stands.
    package mutating func add(_ generator: Generator, as name: String) {
        let state = generator.state
        self[text: "generator.\(name)"] = "\(state.key) \(state.stream) \(state.position)"
    }

    package func generator(_ name: String) throws -> Generator {
        let numbers = self[text: "generator.\(name)"]?.split(separator: " ").map { UInt64($0) }
        guard let numbers, numbers.count == 3, let key = numbers[0], let stream = numbers[1],
            let position = numbers[2]
        else { throw fault("there is no state of the random numbers \(name)") }
        return Generator(state: .init(key: key, stream: stream, position: position))
    }

    /// Adds a curve as JSON, `{"rounds": [...], "values": [...]}`.
    package mutating func add(rounds: [Int32], values: [Double], curve name: String) throws {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        encoder.outputFormatting = .sortedKeys
        let data = try encoder.encode(StoredCurve(rounds: rounds, values: values))
        self[text: "curve.\(name)"] = String(decoding: data, as: UTF8.self)
    }

    /// All curves, by name.
    package func curves() throws -> [(name: String, rounds: [Int32], values: [Double])] {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return try file.metadata.filter { $0.key.hasPrefix("curve.") }
            .sorted { $0.key < $1.key }
            .map { key, text in
                guard let curve = try? decoder.decode(StoredCurve.self, from: Data(text.utf8)),
                    curve.rounds.count == curve.values.count
                else { throw fault("\(key) is no curve") }
                return (String(key.dropFirst(6)), curve.rounds, curve.values)
            }
    }

    private struct StoredCurve: Codable {
        let rounds: [Int32]
        let values: [Double]
    }
}
