"""Pictures as others read them: Pillow and a browser open every file of the gallery."""
import base64
import io
import shutil
import struct
import subprocess
import zlib
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from harness import wait_until


@pytest.fixture(scope="module")
def gallery(saddle, tmp_path_factory):
    """All pictures of `saddle gallery DIR`."""
    folder = tmp_path_factory.mktemp("gallery")
    subprocess.run([str(saddle), "gallery", str(folder)], check=True, timeout=120)
    return folder


def chunks(data):
    """Name and content of each chunk, its checksum verified by zlib."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at = 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at:at + 4])
        name, content = data[at + 4:at + 8], data[at + 8:at + 8 + length]
        (checksum,) = struct.unpack(">I", data[at + 8 + length:at + 12 + length])
        assert checksum == zlib.crc32(name + content), name
        yield name, content
        at += 12 + length
    assert name == b"IEND"


def test_every_file_is_whole_and_opens_in_pillow(gallery):
    files = sorted(gallery.glob("*.png"))
    assert len(files) >= 40, "both themes, every kind of picture"
    assert {name.stem.rsplit("-", 1)[1] for name in files} == {"light", "dark"}
    for file in files:
        list(chunks(file.read_bytes()))
        with Image.open(file) as picture:
            picture.verify()
        with Image.open(file) as picture:
            pixels = np.asarray(picture.convert("RGB"))
            assert pixels.std() > 2, f"{file.name} shows nothing"


def test_text_chunks_reach_pillow(gallery):
    with Image.open(gallery / "losses-light.png") as picture:
        assert isinstance(picture, PngImagePlugin.PngImageFile)
        assert picture.text["Software"] == "saddle"


def test_the_animation_plays_in_pillow(gallery):
    with Image.open(gallery / "animation-light.png") as picture:
        assert picture.n_frames == 16
        assert picture.info["loop"] == 0
        frames = []
        for index in range(picture.n_frames):
            picture.seek(index)
            frames.append(np.asarray(picture.convert("RGB")).astype(int))
    changes = [np.abs(a - b).mean() for a, b in zip(frames, frames[1:])]
    assert min(changes) > 1, "each picture differs from the one before"


def test_vector_files_are_what_they_say(gallery):
    drawing = ElementTree.parse(gallery / "losses-light.svg").getroot()
    assert drawing.tag.endswith("svg") and drawing.attrib["width"].startswith("640")
    assert (gallery / "losses-light.pdf").read_bytes().startswith(b"%PDF-1.")


@pytest.fixture(scope="module")
def page():
    """A page of Debian's Chromium, without a network."""
    from playwright.sync_api import sync_playwright
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "chromium is missing: run bash Kernel/setup --tests"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 900, "height": 700})
        yield page
        browser.close()


def shown(page, data, kind="image/png"):
    """Loads a picture into the page; its natural size."""
    source = f"data:{kind};base64,{base64.b64encode(data).decode()}"
    page.set_content(f'<body style="margin:0"><img id="it" src="{source}"></body>')
    page.wait_for_function("document.getElementById('it').complete")
    return page.evaluate("[it.naturalWidth, it.naturalHeight]")


@pytest.mark.browser
def test_every_file_is_shown_by_chromium(gallery, page):
    for file in sorted(gallery.glob("*.png")):
        with Image.open(file) as picture:
            assert shown(page, file.read_bytes()) == list(picture.size), file.name
    assert shown(page, (gallery / "losses-light.svg").read_bytes(), "image/svg+xml") == [640, 480]


@pytest.mark.browser
def test_chromium_shows_the_same_pixels(gallery, page):
    data = (gallery / "grid-28x28-light.png").read_bytes()
    width, height = shown(page, data)
    shot = page.screenshot(clip={"x": 0, "y": 0, "width": width, "height": height})
    ours = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    theirs = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"))
    assert (ours == theirs).all()


@pytest.mark.browser
def test_the_animation_moves_in_chromium(gallery, page):
    shown(page, (gallery / "animation-light.png").read_bytes())

    def screen():
        return np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB")).astype(int)

    first = screen()
    # A headless browser draws when it is looked at, so it may take more than one look.
    wait_until(lambda: np.abs(screen() - first).mean() > 1, 10, "a second picture")
