"""Rounds of LSGAN from fixed weights, against the same rounds in NumPy with 64-bit numbers.

The objectives are those of the Library's lsgan.saddle itself; only its draws are replaced by
fixed tensors, so that NumPy knows the batch and the latents.
"""
import json
import re
import struct

import numpy as np
import pytest

BATCH, LATENTS, HIDDEN, SCORES, PIXELS = 16, 5, 7, 9, 6
NETWORKS = f"""\
seed 3
G = noise({LATENTS}) |> linear({HIDDEN}) |> relu |> linear({PIXELS}) |> sigmoid
D = points({PIXELS}) |> linear({SCORES}) |> leaky_relu(0.2) |> linear(1)
"""


def read_safetensors(path):
    """Tensors by name; only 32-bit floats occur."""
    data = path.read_bytes()
    size, = struct.unpack("<Q", data[:8])
    body = data[8 + size:]
    tensors = {}
    for name, entry in json.loads(data[8:8 + size]).items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            begin, end = entry["data_offsets"]
            tensors[name] = np.frombuffer(body[begin:end], "<f4").reshape(entry["shape"])
    return tensors


def weights(path):
    """G's and D's weights and biases in order, as [inputs, outputs] and [outputs]. The shapes of
    the two networks have no two alike, so that the shape tells which is which."""
    tensors = read_safetensors(path)
    wanted = [(LATENTS, HIDDEN), (HIDDEN,), (HIDDEN, PIXELS), (PIXELS,),
              (PIXELS, SCORES), (SCORES,), (SCORES, 1), (1,)]
    found = []
    for shape in wanted:
        names = [name for name, tensor in tensors.items() if tensor.shape == shape
                 and not re.search("optimizer|adam|moment|average|ema", name)]
        assert len(names) == 1, (shape, {name: t.shape for name, t in tensors.items()})
        found.append(tensors[names[0]].astype(np.float64))
    return found[:4], found[4:]


def generate(parameters, z):
    w1, b1, w2, b2 = parameters
    hidden = z @ w1 + b1
    image = 1 / (1 + np.exp(-(np.maximum(hidden, 0) @ w2 + b2)))
    return image, (z, hidden, image)


def generator_slopes(parameters, memory, slope):
    """The slopes of a loss at G's parameters, from its slope at G's images."""
    z, hidden, image = memory
    slope = slope * image * (1 - image)
    inner = (slope @ parameters[2].T) * (hidden > 0)
    return [z.T @ inner, inner.sum(0), np.maximum(hidden, 0).T @ slope, slope.sum(0)]


def score(parameters, x):
    w1, b1, w2, b2 = parameters
    hidden = x @ w1 + b1
    return np.where(hidden > 0, hidden, 0.2 * hidden) @ w2 + b2, (x, hidden)


def score_slopes(parameters, memory, slope):
    """The slopes of a loss at D's parameters, and at its input, from its slope at the scores."""
    x, hidden = memory
    active = np.where(hidden > 0, hidden, 0.2 * hidden)
    inner = (slope @ parameters[2].T) * np.where(hidden > 0, 1, 0.2)
    return ([x.T @ inner, inner.sum(0), active.T @ slope, slope.sum(0)],
            inner @ parameters[0].T)


class Descent:
    """Gradient descent at a rate of 0.5."""
    code = "sgd(0.5)"

    def step(self, parameters, slopes):
        return [value - 0.5 * slope for value, slope in zip(parameters, slopes)]


class Adam:
    """Algorithm 1 of arXiv:1412.6980; each network has one of its own."""
    code = "adam(0.001, 0.5, 0.999)"

    def __init__(self):
        self.steps, self.first, self.second = 0, [0] * 4, [0] * 4

    def step(self, parameters, slopes):
        self.steps += 1
        self.first = [0.5 * m + 0.5 * slope for m, slope in zip(self.first, slopes)]
        self.second = [0.999 * v + 0.001 * slope**2 for v, slope in zip(self.second, slopes)]
        return [value - 0.001 * (m / (1 - 0.5**self.steps))
                / (np.sqrt(v / (1 - 0.999**self.steps)) + 1e-8)
                for value, m, v in zip(parameters, self.first, self.second)]


def numpy_round(G, D, x, z1, z2, move_g, move_d, a=0, b=1, c=1):
    """Both losses, and G and D after the round: equation 9 of arXiv:1611.04076, D first."""
    real, real_memory = score(D, x)
    fake, fake_memory = score(D, generate(G, z1)[0])
    loss_of_d = ((real - b) ** 2).mean() / 2 + ((fake - a) ** 2).mean() / 2
    slopes = [one + two for one, two in zip(
        score_slopes(D, real_memory, (real - b) / len(x))[0],
        score_slopes(D, fake_memory, (fake - a) / len(x))[0])]
    D = move_d.step(D, slopes)

    image, memory = generate(G, z2)
    fake, fake_memory = score(D, image)
    loss_of_g = ((fake - c) ** 2).mean() / 2
    at_image = score_slopes(D, fake_memory, (fake - c) / len(x))[1]
    G = move_g.step(G, generator_slopes(G, memory, at_image))
    return loss_of_d, loss_of_g, G, D


@pytest.mark.parametrize("rounds", (1, 20))
@pytest.mark.parametrize("optimizer", (Descent, Adam))
def test_rounds_agree_with_numpy(run_saddle, root, tmp_path, optimizer, rounds):
    library = root / "Sources" / "Laboratory" / "Library" / "lsgan.saddle"
    game = library.read_text(encoding="utf-8")
    game = game.replace("game lsgan(", "game fixed(").replace("x ~ data", "x = X")
    game = game.replace("z ~ noise(G)", "z = Z1", 1).replace("z ~ noise(G)", "z = Z2", 1)
    assert "~" not in re.sub("(?m)^ *#.*$", "", game)

    numbers = np.random.default_rng(0)
    x = numbers.random((BATCH, PIXELS), np.float32)
    z1, z2 = numbers.standard_normal((2, BATCH, LATENTS), np.float32)
    program = tmp_path / "round.saddle"
    program.write_text(f"""
X = tensor({x.tolist()})
Z1 = tensor({z1.tolist()})
Z2 = tensor({z2.tolist()})
{NETWORKS}{game}
g = fixed(G, D, X, optimizer: {optimizer.code})
save g, "before.safetensors"
train g, rounds: {rounds}
save g, "after.safetensors"
print g.losses.D[{rounds - 1}], g.losses.G[{rounds - 1}]
""", encoding="utf-8")
    finished = run_saddle(file=program, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr

    G, D = weights(tmp_path / "before.safetensors")
    move_g, move_d = optimizer(), optimizer()
    for _ in range(rounds):
        loss_of_d, loss_of_g, G, D = numpy_round(G, D, x, z1, z2, move_g, move_d)
    for ours, theirs in zip(weights(tmp_path / "after.safetensors"), (G, D)):
        for mine, exact in zip(ours, theirs):
            np.testing.assert_allclose(mine, exact, rtol=1e-5, atol=1e-6)
    printed = [float(number) for number in finished.stdout.split()[-2:]]
    np.testing.assert_allclose(printed, [loss_of_d, loss_of_g], rtol=1e-5)
