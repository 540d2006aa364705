"""The main job: LSGAN on real digits, judged by a classifier that knows the real ones only."""
import time

import numpy as np
import pytest
from PIL import Image

from classifier import digits_classifier, mnist_classifier

pytestmark = pytest.mark.training

DIGITS = """\
seed 1
G = noise(16) |> linear(256) |> relu |> linear(256) |> relu |> linear(64) |> sigmoid |>
    reshape(8, 8, 1)
D = image(8, 8, 1) |> flatten |> linear(256) |> leaky_relu(0.2) |> linear(128) |>
    leaky_relu(0.2) |> linear(1)
g = lsgan(G, D, digits())
train g, rounds: 6000
samples g
plot g
save sample(g, 1000), "samples.npy"
"""

MNIST = """\
seed 1
G = noise(64) |> linear(128) |> relu |> linear(784) |> sigmoid |> reshape(28, 28, 1)
D = image(28, 28, 1) |> flatten |> linear(128) |> leaky_relu(0.2) |> linear(1)
g = lsgan(G, D, mnist())
"""


@pytest.fixture(scope="module")
def digits():
    return digits_classifier()


def run(run_saddle, folder, program):
    """Runs a program in a folder of its own; returns the process, and its PNGs by name."""
    folder.mkdir()
    file = folder / "program.saddle"
    file.write_text(program, encoding="utf-8")
    finished = run_saddle(args=["run", file, "--output", "."], cwd=folder, timeout=120)
    assert finished.returncode == 0, finished.stderr
    return finished, {path.name: path.read_bytes() for path in sorted(folder.glob("*.png"))}


def test_the_classifier_knows_digits(digits):
    print(f"held-out accuracy on real digits: {digits.accuracy:.3f}")
    assert digits.accuracy >= 0.93


def test_digits_are_learnt_within_seconds(run_saddle, tmp_path, digits):
    began = time.monotonic()
    run(run_saddle, tmp_path / "run", DIGITS)
    assert time.monotonic() - began < 20

    samples = np.load(tmp_path / "run" / "samples.npy")
    assert samples.shape == (1000, 8, 8, 1)
    assert samples.min() >= 0 and samples.max() <= 1
    verdict = digits.judge(samples)
    print(f"shares {np.round(verdict.shares, 3)}, confident {verdict.confident:.3f}")
    assert verdict.classes(0.02) >= 9
    assert verdict.confident >= 0.6


def test_an_untrained_generator_does_not_pass(run_saddle, tmp_path, digits):
    run(run_saddle, tmp_path / "run", DIGITS.replace("rounds: 6000", "rounds: 1"))
    verdict = digits.judge(np.load(tmp_path / "run" / "samples.npy"))
    assert verdict.classes(0.02) < 9 or verdict.confident < 0.6


def test_the_same_seed_gives_the_same_pictures_and_another_does_not(run_saddle, tmp_path):
    short = DIGITS.replace("rounds: 6000", "rounds: 500")
    first, pictures = run(run_saddle, tmp_path / "first", short)
    again, repeated = run(run_saddle, tmp_path / "again", short)
    _, others = run(run_saddle, tmp_path / "other", short.replace("seed 1", "seed 2"))
    assert len(pictures) >= 2
    assert pictures == repeated
    assert first.stdout == again.stdout
    assert pictures.keys() == others.keys()
    assert all(pictures[name] != others[name] for name in pictures)


def test_mnist_in_a_notebook(start_kernel, mnist_folder, tmp_path):
    """LSGAN with MLPs as in the paper's small example, through a real Jupyter client; on the
    built-in digits where MNIST is absent."""
    if mnist_folder is None:
        kernel = start_kernel(cwd=tmp_path)
        cells, judge, needed = DIGITS.split("train")[0], digits_classifier(), 9
    else:
        kernel = start_kernel(cwd=tmp_path, env={"SADDLE_DATA": str(mnist_folder)})
        cells, judge, needed = MNIST, mnist_classifier(mnist_folder), 8
    kernel.execute(cells)
    training = kernel.execute("train g, rounds: 10_000", timeout=120)
    assert len(training.of_type("display_data")) == 1, "training has one display"
    assert training.of_type("update_display_data"), "which is redrawn in place"

    for cell in ("samples g", "plot g"):
        pngs = kernel.execute(cell).pngs
        assert len(pngs) == 1, cell
        (tmp_path / "shown.png").write_bytes(pngs[0])
        with Image.open(tmp_path / "shown.png") as picture:
            assert picture.format == "PNG" and min(picture.size) >= 100

    kernel.execute('save sample(g, 1000), "samples.npy"')
    verdict = judge.judge(np.load(tmp_path / "samples.npy"))
    print(f"held-out accuracy {judge.accuracy:.3f}, shares {np.round(verdict.shares, 3)}")
    assert verdict.classes(0.02) >= needed
