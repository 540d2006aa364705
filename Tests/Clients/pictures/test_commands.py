"""Pictures that commands draw, saved to files and read by others."""
import base64
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


@pytest.mark.parametrize("tensor, shape, low, high", [
    ("rand([16, 8, 8, 1])", (16, 8, 8, 1), 0, 1),
    ("rand([16, 9, 5, 3])", (16, 9, 5, 3), 0, 1),
    ("2 * rand([64, 28, 28, 1]) - 1", (64, 28, 28, 1), -1, 1),
    ("300 * rand([4, 3, 3, 3])", (4, 3, 3, 3), 0, 300),
    # What reaches further than -1 to 1 or 0 to 1 is shown as far as it does.
    ("5 * randn([9, 4, 4, 1])", (9, 4, 4, 1), -5, 5),
    ("9 * rand([9, 4, 4, 3]) + 1", (9, 4, 4, 3), 0, 9),
    ("2.5 * rand([70, 2, 1, 1])", (70, 2, 1, 1), 0, 2.5),
    # Halves between two steps are rounded away from zero.
    ("reshape((linspace(0, 254, 255) + 0.5) / 255, [255, 1, 1, 1])", (255, 1, 1, 1), 0, 1),
])
def test_pixels_of_a_sheet_are_the_values_that_saddle_tells(run, tmp_path, tensor, shape, low, high):
    run(f"x = {tensor}\np = show(x, 300)\nsave p, \"it.png\"\nsave p.pixels, \"p.npy\"\n"
        "save x, \"x.npy\"")
    with Image.open(tmp_path / "it.png") as picture:
        # Few colours are stored as a palette.
        plain = picture.convert("RGB") if picture.mode == "P" else picture
        ours = np.asarray(plain).reshape(picture.height, picture.width, -1)
    assert (ours == np.load(tmp_path / "p.npy")).all()
    values = np.load(tmp_path / "x.npy").reshape(shape)
    top = high
    if high > 1:
        reach = np.abs(values).max()
        low, top = (-reach if low < 0 else 0), (reach if reach <= 16 else max(reach, 255))
    # The sheet is of 2 pixels, a cell, 2 pixels, a cell and so on.
    count, height, width, _ = shape
    zoom, columns = next(
        (zoom, columns) for columns in range(1, count + 1) for zoom in range(1, 200)
        if columns * (zoom * width + 2) + 2 == ours.shape[1]
        and -(-count // columns) * (zoom * height + 2) + 2 == ours.shape[0])
    step = ((values - np.float32(low)) * (np.float32(255) / np.float32(top - low))).astype(np.float64)
    wanted = np.floor(np.clip(step, 0, 255) + 0.5)
    for index in range(count):
        row, column = divmod(index, columns)
        y, x = 2 + row * (height * zoom + 2), 2 + column * (width * zoom + 2)
        cell = ours[y:y + height * zoom, x:x + width * zoom]
        assert (cell == wanted[index].repeat(zoom, 0).repeat(zoom, 1)).all(), index


def test_a_picture_in_the_middle_of_a_training_is_made_again(kernel, run, tmp_path):
    """Of a notebook's updates the first one, long before the training's end."""
    kernel.execute(GAME)
    cell = "train g, rounds: 30_000"
    pictures = [base64.b64decode(message["content"]["data"]["image/png"])
                for message in kernel.execute(cell).messages
                if "image/png" in message["content"].get("data", {})]
    assert len(pictures) >= 2, "a picture comes before the end"
    (tmp_path / "live.png").write_bytes(pictures[0])
    with Image.open(tmp_path / "live.png") as picture:
        told = picture.text
    assert told["saddle:game"] == "lsgan" and told["saddle:seed"] and told["Software"]
    assert len(told["saddle:source"]) == 16
    assert told["saddle:command"] == cell
    assert 40 < int(told["saddle:round"]) < 30_040
    assert "every pixel is that of live.png" in run('p = reproduce("live.png")')


PICTURES = ["plot(g)", "plot(g, log: true)", "plot([g, fork(g)])", "samples(g)", "field(g)",
            "interpolate(g)", "nearest(g)", "curve(g)", "curve(lsgan, gan)", "gradients(g)",
            "weights(D)", "activations(D, ring(8))", "histogram([1, 2])", "show(ring(8))",
            "plot([1, nan, 2], theme: \"dark\")", "plot([])"]


def test_every_plot_is_a_drawing_too(run, tmp_path):
    run(GAME + "\n".join(
        f'save {picture}, "{index}.{kind}"'
        for index, picture in enumerate(PICTURES) for kind in ("svg", "pdf")))
    for index, name in enumerate(PICTURES):
        drawing = ElementTree.parse(tmp_path / f"{index}.svg").getroot()
        assert len(list(drawing.iter())) > 10, name
        data = (tmp_path / f"{index}.pdf").read_bytes()
        assert data.startswith(b"%PDF-1.") and data.rstrip().endswith(b"%%EOF"), name
