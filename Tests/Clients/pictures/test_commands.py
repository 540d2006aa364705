"""Pictures that commands draw, saved to files and read by others."""
import json
import subprocess
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

GAME = """
seed 3
G = mlp(noise(2), [8], 2)
D = mlp(2, [8], 1)
g = lsgan(G, D, ring(8))
train g, rounds: 40, quiet: true
"""


@pytest.fixture
def run(saddle, environment, tmp_path):
    """Runs a program in a folder of its own; what it wrote."""
    def run(program, status=0):
        finished = subprocess.run([str(saddle), "-e", program], cwd=tmp_path, env=environment,
                                  capture_output=True, text=True, timeout=120)
        assert finished.returncode == status, finished.stderr
        return finished.stdout + finished.stderr
    return run


def test_a_picture_is_made_again_from_its_file(run, tmp_path):
    run(GAME + 'save samples(g), "it.png"')
    with Image.open(tmp_path / "it.png") as picture:
        before = np.asarray(picture.convert("RGB"))
        told = picture.text
    assert told["saddle:game"] == "lsgan" and told["saddle:round"] == "40"
    assert "train g, rounds: 40" in told["saddle:program"]
    assert json.loads(told["saddle:recipe"])["version"] in told["Software"]
    said = run('p = reproduce("it.png")\nsave p, "again.png"')
    assert "every pixel is that of it.png" in said
    with Image.open(tmp_path / "again.png") as picture:
        assert (np.asarray(picture.convert("RGB")) == before).all()


def test_the_picture_of_a_training_is_made_again(run, tmp_path):
    shown = GAME.replace(", quiet: true", "") + "train g, rounds: 20\n"
    written = [line.split()[1] for line in run(shown).splitlines() if line.startswith("wrote ")]
    assert len(written) == 2
    for name in written:
        assert f"every pixel is that of {name}" in run(f'p = reproduce("{name}")')


def test_a_file_that_was_painted_over_is_noticed(run, tmp_path):
    run(GAME + 'save plot(g), "it.png"')
    from PIL.PngImagePlugin import PngInfo
    with Image.open(tmp_path / "it.png") as picture:
        text = PngInfo()
        for key, value in picture.text.items():
            text.add_itxt(key, value)
        painted = picture.convert("RGB")
    painted.putpixel((100, 100), (255, 0, 0))
    painted.save(tmp_path / "it.png", pnginfo=text)
    assert "note: the picture differs from it.png" in run('p = reproduce("it.png")')


def test_a_picture_without_a_recipe_is_refused(run, tmp_path):
    Image.new("L", (3, 3)).save(tmp_path / "it.png")
    assert "it.png does not say how it was made" in run('reproduce("it.png")', status=1)


def test_plots_are_saved_as_drawings(run, tmp_path):
    run(GAME + 'save plot(g), "it.svg"\nsave curve(lsgan), "it.pdf"')
    drawing = ElementTree.parse(tmp_path / "it.svg").getroot()
    assert drawing.attrib["width"].startswith("640")
    assert len(list(drawing.iter())) > 50
    assert (tmp_path / "it.pdf").read_bytes().startswith(b"%PDF-1.")
    said = run(GAME + 'save show(digits()), "it.svg"', status=1)
    assert "this picture cannot be saved as .svg" in said and "save it as .png" in said


def test_pixels_of_a_sheet_are_the_values_that_saddle_tells(run, tmp_path):
    run("x = rand([16, 8, 8, 1])\np = show(x)\nsave p, \"it.png\"\nsave p.pixels, \"p.npy\"\n"
        "save x, \"x.npy\"")
    with Image.open(tmp_path / "it.png") as picture:
        ours = np.asarray(picture)
    told = np.load(tmp_path / "p.npy")[..., 0]
    assert (ours == told).all()
    values = np.load(tmp_path / "x.npy")
    zoom = (ours.shape[0] - 2 * 5) // (4 * 8)
    for index in range(16):
        top, left = (2 + k * (8 * zoom + 2) for k in divmod(index, 4))
        cell = ours[top:top + 8 * zoom, left:left + 8 * zoom]
        wanted = np.floor(values[index, ..., 0].astype(np.float64) * 255 + 0.5)
        assert (cell == np.kron(wanted, np.ones((zoom, zoom)))).all()
