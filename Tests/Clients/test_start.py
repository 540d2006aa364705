"""Kernel/start, with a terminal and without."""
import json
import os
import re
import subprocess
import time
import urllib.request

import pexpect
import pytest
from PIL import Image

from harness import wait_until

LESSON = "01-least-squares-gan"


def start(root, *arguments, seconds=200):
    return subprocess.run(["bash", "Kernel/start", *arguments], cwd=root, text=True,
                          timeout=seconds, stdin=subprocess.DEVNULL, capture_output=True)


@pytest.fixture(scope="module")
def headless(root):
    """The first lesson, executed as a person without a display does; also how long it took."""
    began = time.monotonic()
    finished = start(root)
    finished.seconds = time.monotonic() - began
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished


def test_a_second_run_takes_less_than_a_minute(headless):
    assert headless.seconds < 60


def test_it_says_where_everything_lies(root, headless):
    listed = headless.stdout.split("Written:\n")[1].split()
    assert f"Outputs/{LESSON}.ipynb" in listed and f"Outputs/{LESSON}.html" in listed
    assert any(path.endswith(".png") for path in listed)
    for path in listed:
        assert (root / path).stat().st_size > 100, path


def test_the_pictures_are_a_sample_grid_and_curves(root, headless):
    """Two kinds of picture with real content: neither is blank, and each decodes."""
    pictures = [Image.open(path) for path in sorted((root / "Outputs").glob(f"{LESSON}-*.png"))]
    assert len(pictures) >= 2
    for picture in pictures:
        picture.load()
        assert picture.width >= 100 and picture.height >= 100
        low, high = picture.convert("L").getextrema()
        assert high - low > 100, "a picture without contrast shows nothing"


def test_the_executed_notebook_is_whole(root, headless):
    notebook = json.loads((root / "Outputs" / f"{LESSON}.ipynb").read_text())
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert not any(output["output_type"] == "error" for cell in code for output in cell["outputs"])


def test_the_html_shows_the_pictures(root, headless):
    page = (root / "Outputs" / f"{LESSON}.html").read_text(encoding="utf-8")
    assert len(re.findall(r'src="data:image/png;base64,', page)) >= 2


def test_a_cell_that_fails_is_shown(root, tmp_path, headless):
    notebook = {
        "cells": [{"cell_type": "code", "metadata": {}, "source": source, "outputs": [],
                   "execution_count": None} for source in ("1 + 1", "linaer(3)", "2 + 2")],
        "metadata": {"kernelspec": {"name": "saddle", "display_name": "Saddle"}},
        "nbformat": 4, "nbformat_minor": 4}
    path = tmp_path / "faulty.ipynb"
    path.write_text(json.dumps(notebook))
    finished = start(root, "--headless", str(path))
    assert finished.returncode == 1
    assert "a cell failed" in finished.stderr
    assert "linaer" in finished.stderr and "linear" in finished.stderr
    assert (root / "Outputs" / "faulty.ipynb").is_file()
    for left in (root / "Outputs").glob("faulty*"):
        left.unlink()


def test_a_notebook_that_is_not_there(root, headless):
    finished = start(root, "--headless", "Notebooks/none.ipynb")
    assert finished.returncode == 1
    assert finished.stderr == "Kernel/start: there is no notebook Notebooks/none.ipynb\n"


def test_a_terminal_gets_jupyterlab_on_the_first_notebook(root, environment, headless):
    """In a terminal it prints the address of a JupyterLab that answers with the lesson."""
    child = pexpect.spawn("bash", ["Kernel/start", "--no-browser"], cwd=str(root), encoding="utf-8",
                          env=os.environ | {"TERM": "xterm"}, timeout=60, dimensions=(40, 200))
    try:
        child.expect("JupyterLab opens in your browser")
        child.expect(r"(http://(?:127\.0\.0\.1|localhost):\d+)/lab/tree/(\S+)\?token=(\w+)")
        address, path, token = child.match.groups()
        assert path.endswith(f"{LESSON}.ipynb")
        request = f"{address}/api/contents/{path}?content=0&token={token}"
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert json.load(answer)["name"] == f"{LESSON}.ipynb"
        request = f"{address}/api/kernelspecs?token={token}"
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert "saddle" in json.load(answer)["kernelspecs"]
        child.sendintr()
        child.expect("Shut down this Jupyter server")
        child.sendintr()
        child.expect(pexpect.EOF, timeout=20)
    finally:
        child.close(force=True)
        wait_until(lambda: not child.isalive(), 10, "the end of JupyterLab")
