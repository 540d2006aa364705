"""Ten rounds of LSGAN, WGAN-GP and DCGAN against JAX with 64-bit numbers.

The games are the Library's own files; only their draws are replaced by fixed tensors. Both sides
start from the weights in Saddle's safetensors file and see the same batches, latents and points
of the penalty; after ten rounds the weights in its second file agree with JAX's to 1e-4.
"""
import json
import re
import struct

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

jax.config.update("jax_enable_x64", True)
ROUNDS, BATCH = 10, 16


def read_weights(path):
    """What is trained, by name, in the order of the layers."""
    data = path.read_bytes()
    size, = struct.unpack("<Q", data[:8])
    body, found = data[8 + size:], {}
    for name, entry in json.loads(data[8:8 + size]).items():
        if re.match(r"[GD]\.\d+\.\w+\.(weight|bias|scale|offset)$", name):
            begin, end = entry["data_offsets"]
            values = np.frombuffer(body[begin:end], "<f4").reshape(entry["shape"])
            found[name] = values.astype(np.float64)
    return found


def player(weights, letter):
    """One network's weights as a dictionary of `layer.part`."""
    return {name[2:]: jnp.asarray(value) for name, value in weights.items() if name[0] == letter}


# Networks: the same chains as in the programs below.

def mlp(last):
    def apply(p, x):
        layers = sorted({int(name.split(".")[0]) for name in p})
        for place in layers:
            x = x @ p[f"{place}.linear.weight"] + p[f"{place}.linear.bias"]
            x = jax.nn.relu(x) if place != layers[-1] else last(x)
        return x
    return apply


def conv(x, kernel, stride, padding):
    return lax.conv_general_dilated(
        x, kernel, (stride, stride), [(padding, padding)] * 2,
        dimension_numbers=("NHWC", "HWIO", "NHWC"))


def conv_transpose(x, kernel, stride, padding):
    """The transpose of `conv` with the same kernel, [height, width, out, in]."""
    size = (x.shape[1] - 1) * stride + kernel.shape[0] - 2 * padding
    like = jax.ShapeDtypeStruct((len(x), size, size, kernel.shape[2]), x.dtype)
    return jax.linear_transpose(lambda image: conv(image, kernel, stride, padding), like)(x)[0]


def batch_norm(x, scale, offset):
    mean = x.mean((0, 1, 2))
    return (x - mean) / jnp.sqrt(((x - mean) ** 2).mean((0, 1, 2)) + 1e-5) * scale + offset


def dcgan_generator(p, z):
    x = conv_transpose(z.reshape(-1, 1, 1, z.shape[1]), p["1.conv_transpose.weight"], 1, 0)
    x = jax.nn.relu(batch_norm(x, p["2.batch_norm.scale"], p["2.batch_norm.offset"]))
    x = conv_transpose(x, p["4.conv_transpose.weight"], 2, 1)
    x = jax.nn.relu(batch_norm(x, p["5.batch_norm.scale"], p["5.batch_norm.offset"]))
    return jnp.tanh(conv_transpose(x, p["7.conv_transpose.weight"], 2, 1))


def dcgan_discriminator(p, x):
    x = jax.nn.leaky_relu(conv(x, p["0.conv.weight"], 2, 1), 0.2)
    x = batch_norm(conv(x, p["2.conv.weight"], 2, 1),
                   p["3.batch_norm.scale"], p["3.batch_norm.offset"])
    return conv(jax.nn.leaky_relu(x, 0.2), p["5.conv.weight"], 1, 0)


# Objectives: of D, given a batch x, latents z and points e, and of G.

def lsgan(G, D):
    def of_d(d, g, x, z, e):
        return ((D(d, x) - 1) ** 2).mean() / 2 + (D(d, G(g, z)) ** 2).mean() / 2
    return of_d, lambda g, d, z: ((D(d, G(g, z)) - 1) ** 2).mean() / 2


def wgan_gp(G, D):
    def of_d(d, g, x, z, e):
        fake = G(g, z)
        slope = jax.grad(lambda at: D(d, at).sum())(e * x + (1 - e) * fake)
        penalty = ((jnp.sqrt((slope ** 2).sum(1)) - 1) ** 2).mean()
        return D(d, fake).mean() - D(d, x).mean() + 10 * penalty
    return of_d, lambda g, d, z: -D(d, G(g, z)).mean()


def gan(G, D):
    def of_d(d, g, x, z, e):
        return (-jax.nn.log_sigmoid(D(d, x)).mean()
                - jax.nn.log_sigmoid(-D(d, G(g, z))).mean())
    return of_d, lambda g, d, z: -jax.nn.log_sigmoid(D(d, G(g, z))).mean()


class Adam:
    """Algorithm 1 of arXiv:1412.6980."""

    def __init__(self, rate, beta1, beta2):
        self.rate, self.beta1, self.beta2, self.steps = rate, beta1, beta2, 0
        self.first = self.second = None

    def step(self, values, slopes):
        self.steps += 1
        zeros = jax.tree.map(jnp.zeros_like, values)
        self.first = jax.tree.map(lambda m, s: self.beta1 * m + (1 - self.beta1) * s,
                                  self.first or zeros, slopes)
        self.second = jax.tree.map(lambda v, s: self.beta2 * v + (1 - self.beta2) * s * s,
                                   self.second or zeros, slopes)
        one, two = 1 - self.beta1 ** self.steps, 1 - self.beta2 ** self.steps
        return jax.tree.map(
            lambda w, m, v: w - self.rate * (m / one) / (jnp.sqrt(v / two) + 1e-8),
            values, self.first, self.second)


MLP = """\
G = noise(6) |> linear(32) |> relu |> linear(24) |> relu |> linear(10){end}
D = points(10) |> linear(24) |> relu |> linear(32) |> relu |> linear(1)
"""
DCGAN = """\
G = noise(6) |> reshape(1, 1, 6) |>
    conv_transpose(16, 4, stride: 1, padding: 0, bias: false) |> batch_norm |> relu |>
    conv_transpose(8, 4, stride: 2, padding: 1, bias: false) |> batch_norm |> relu |>
    conv_transpose(1, 4, stride: 2, padding: 1, bias: false) |> tanh
D = image(16, 16, 1) |> conv(8, 4, stride: 2, padding: 1, bias: false) |> leaky_relu(0.2) |>
    conv(16, 4, stride: 2, padding: 1, bias: false) |> batch_norm |> leaky_relu(0.2) |>
    conv(1, 4, stride: 1, padding: 0, bias: false) |> flatten
"""
SIGMOID = mlp(jax.nn.sigmoid)
PLAIN = mlp(lambda x: x)
GAMES = {
    "lsgan": (MLP.format(end=" |> sigmoid"), (10,), lsgan(SIGMOID, PLAIN), (1e-3, 0.5, 0.999), 1),
    "wgan_gp": (MLP.format(end=""), (10,), wgan_gp(PLAIN, PLAIN), (1e-4, 0.0, 0.9), 5),
    "gan": (DCGAN, (16, 16, 1), gan(dcgan_generator, dcgan_discriminator), (2e-4, 0.5, 0.999), 1),
}


def with_fixed_draws(text):
    """A Library game whose draws come from X, Z, E and, for the generator's step, W."""
    text = re.sub(r"(?m)^ *#.*\n", "", text)
    start, body = text.split("{\n", 1)
    body = "    state k = -1\n" + body
    body = re.sub(r"( *)x ~ data", r"\1k = k + 1\n\1x = X[k]", body)
    body = body.replace("z ~ noise(G)", "z = Z[k]", 1).replace("z ~ noise(G)", "z = W[k]", 1)
    body = body.replace("ε ~ uniform(0, 1)", "ε = E[k]")
    assert "~" not in body
    return re.sub(r"game \w+", "game fixed", start) + "{\n" + body


@pytest.mark.parametrize("name", GAMES)
def test_ten_rounds_agree_with_jax(run_saddle, root, tmp_path, name):
    networks, shape, (of_d, of_g), (rate, beta1, beta2), steps = GAMES[name]
    library = root / "Sources" / "Laboratory" / "Library" / f"{name}.saddle"
    numbers = np.random.default_rng(7)
    count = ROUNDS * steps
    draws = {
        "X": numbers.uniform(-1, 1, (count, BATCH, *shape)),
        "Z": numbers.standard_normal((count, BATCH, 6)),
        "W": numbers.standard_normal((count, BATCH, 6)),
        "E": numbers.uniform(0, 1, (count, BATCH, 1)),
    }
    draws = {letter: values.astype(np.float32) for letter, values in draws.items()}
    tensors = "".join(f"{letter} = tensor({values.tolist()})\n" for letter, values in draws.items())
    program = tmp_path / "rounds.saddle"
    program.write_text(f"""\
seed 5
{tensors}{networks}
{with_fixed_draws(library.read_text(encoding="utf-8"))}
g = fixed(G, D, X, optimizer: adam({rate}, {beta1}, {beta2}))
save g, "before.safetensors"
train g, rounds: {ROUNDS}
save g, "after.safetensors"
""", encoding="utf-8")
    finished = run_saddle(file=program, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr

    before = read_weights(tmp_path / "before.safetensors")
    g, d = player(before, "G"), player(before, "D")
    move_g, move_d = Adam(rate, beta1, beta2), Adam(rate, beta1, beta2)
    slope_of_d, slope_of_g = jax.jit(jax.grad(of_d)), jax.jit(jax.grad(of_g))
    X, Z, W, E = (jnp.asarray(draws[letter], jnp.float64) for letter in "XZWE")
    for k in range(count):
        d = move_d.step(d, slope_of_d(d, g, X[k], Z[k], E[k]))
        if (k + 1) % steps == 0:
            g = move_g.step(g, slope_of_g(g, d, W[k]))

    after = read_weights(tmp_path / "after.safetensors")
    expected = {f"{letter}.{part}": np.asarray(value)
                for letter, network in (("G", g), ("D", d)) for part, value in network.items()}
    assert expected.keys() == after.keys()
    moved = max(abs(expected[part] - before[part]).max() for part in expected)
    apart = max(abs(after[part] - expected[part]).max() for part in expected)
    print(f"{name}: weights moved by up to {moved:.2g}, and lie {apart:.2g} apart")
    assert moved > 5e-4
    assert apart < 1e-4
