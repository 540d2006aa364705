"""JupyterLab in Chromium, as a person uses it: run all, look, interrupt, go on, restart.

Screenshots go to Outputs/screenshots, which git ignores.
"""
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import urllib.request
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect, sync_playwright

from harness import wait_until

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"

# Whole notebooks in the page (no windowing), and nothing that asks for the network or for news.
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {
        "fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def lab(kernelspecs, environment, tmp_path, child_processes):
    """The address of a JupyterLab over an empty folder, and that folder."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name, values in SETTINGS.items():
        plugin, key = name.split("/")
        path = tmp_path / "settings" / "@jupyterlab" / plugin / f"{key}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(values))
    port, token = free_port(), secrets.token_hex(16)
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
         "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
         f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}"],
        env=environment | {
            "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "settings"),
            "JUPYTER_PATH": os.path.join(environment["HOME"], "share", "jupyter")},
        stdout=subprocess.DEVNULL, stderr=(tmp_path / "lab.log").open("wb"),
        stdin=subprocess.DEVNULL, start_new_session=True)
    child_processes.append(process)
    address = f"http://127.0.0.1:{port}"

    def answers():
        assert process.poll() is None, (tmp_path / "lab.log").read_text()
        try:
            return urllib.request.urlopen(f"{address}/api?token={token}", timeout=2).status == 200
        except OSError:
            return False

    wait_until(answers, 40, "JupyterLab's first answer")
    return address, token, folder


@pytest.fixture
def page():
    """A page of a headless Chromium: the system's, or the one that Playwright brought."""
    system = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    with sync_playwright() as driver:
        # Chromium refuses its sandbox to root, who runs the tests in a container.
        browser = driver.chromium.launch(
            executable_path=system, args=["--no-sandbox"] if os.getuid() == 0 else [])
        page = browser.new_page(viewport={"width": 1280, "height": 1600})
        page.set_default_timeout(60_000)
        yield page
        browser.close()


class Notebook:
    """One notebook open in JupyterLab, and what a person does there."""

    def __init__(self, page, lab, cells, pictures):
        address, token, folder = lab
        self.page, self.pictures = page, pictures
        code = [{"cell_type": "code", "metadata": {}, "source": cell, "outputs": [],
                 "execution_count": None, "id": f"cell-{index}"}
                for index, cell in enumerate(cells)]
        (folder / "lesson.ipynb").write_text(json.dumps({
            "cells": code, "nbformat": 4, "nbformat_minor": 5,
            "metadata": {"kernelspec": {"name": "saddle", "display_name": "Saddle"}}}))
        page.goto(f"{address}/lab/tree/lesson.ipynb?token={token}")
        self.wait_idle()
        # JupyterLab connects to a new kernel once more shortly after; what is asked in between is
        # lost.
        page.wait_for_timeout(3000)
        self.wait_idle()

    @property
    def indicator(self):
        return self.page.locator(".jp-Notebook-ExecutionIndicator")

    def wait_idle(self, seconds=120):
        expect(self.indicator).to_have_attribute("data-status", "idle", timeout=seconds * 1000)

    def cell(self, index):
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(index)

    def prompt(self, index):
        return self.cell(index).locator(".jp-InputPrompt").inner_text().strip()

    def select(self, index):
        self.cell(index).locator(".jp-InputPrompt").click()

    def run(self, index):
        """Shift-Enter; waits only until the prompt changes. JupyterLab connects to a new kernel
        more than once and drops what is run in between, so a person may have to press again."""
        before = self.prompt(index)
        for _ in range(5):
            self.select(index)
            self.page.keyboard.press("Shift+Enter")
            for _ in range(20):
                self.page.wait_for_timeout(100)
                if self.prompt(index) != before:
                    return

    def write(self, index, text):
        self.cell(index).locator(".cm-content").click()
        self.page.keyboard.type(text)
        # From here on Tab asks the kernel; before, it would indent.
        expect(self.cell(index).locator(".jp-mod-completer-enabled")).to_be_attached()

    def complete(self, match):
        """Tab, until the menu offers the match; JupyterLab gives the kernel a second a time."""
        item = self.page.locator(".jp-Completer-item").filter(
            has=self.page.locator(".jp-Completer-match", has_text=re.compile(f"^{match}$")))

        def offered():
            self.page.keyboard.press("Tab")
            self.page.wait_for_timeout(1500)
            return item.is_visible()

        wait_until(offered, 20, f"the offer of {match}")
        return item

    def source(self, index):
        return self.cell(index).locator(".cm-content").inner_text().strip()

    def choose(self, show, entry, what):
        """Chooses an entry of a menu; again while JupyterLab redraws the menu or hides the entry."""
        def chosen():
            show()
            self.page.wait_for_timeout(300)
            if entry.count() == 1:
                entry.click(timeout=2000)
                return True
            self.page.keyboard.press("Escape")
            return False

        wait_until(chosen, 20, what)

    def menu(self, name, item):
        """Chooses from the menu bar."""
        bar = self.page.locator(".lm-MenuBar-item", has_text=re.compile(f"^{name}$"))
        entry = self.page.locator(".lm-Menu-item:not(.lm-mod-disabled)", has=self.page.locator(
            ".lm-Menu-itemLabel", has_text=re.compile(f"^{item}…?$")))
        self.choose(bar.click, entry, f"{name} > {item}")

    def context_menu(self, index, item):
        """Chooses from the menu of a cell."""
        prompt = self.cell(index).locator(".jp-InputPrompt")
        label = self.page.locator(
            ".lm-Menu-itemLabel:visible", has_text=re.compile(f"^{item}$"))
        self.choose(
            lambda: prompt.click(button="right"), label, f"{item} in the menu of cell {index}")

    def run_all(self):
        self.menu("Run", "Run All Cells")

    def restart_and_run_all(self):
        self.menu("Kernel", "Restart Kernel and Run All Cells")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()

    def interrupt(self):
        self.page.locator('[data-command="notebook:interrupt-kernel"]').click()

    def wait_run(self, index, count=None, seconds=120):
        """Until the cell's prompt is a number (the given one), not a star."""
        number = r"\d+" if count is None else str(count)
        expect(self.cell(index).locator(".jp-InputPrompt")).to_have_text(
            re.compile(rf"^\s*\[{number}\]:\s*$"), timeout=seconds * 1000)

    def images(self, index):
        return self.cell(index).locator(".jp-OutputArea-output img")

    def errors(self):
        return self.page.locator('.jp-OutputArea-output[data-mime-type*="error"]')

    def output(self, index):
        return self.cell(index).locator(".jp-OutputArea").inner_text()

    def screenshot(self, name):
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.pictures / f"{name}.png")


@pytest.fixture
def notebook(page, lab, root):
    """Opens a notebook with the given cells."""
    return lambda cells: Notebook(page, lab, cells, root / "Outputs" / "screenshots")


def lesson_cells(root):
    lesson = json.loads((root / "Notebooks" / "01-least-squares-gan.ipynb").read_text())
    return ["".join(cell["source"]) for cell in lesson["cells"] if cell["cell_type"] == "code"]


def all_pictures_are_drawn(notebook, index):
    return notebook.images(index).evaluate_all(
        "all => all.length > 0 && all.every(image => image.complete && image.naturalWidth > 50)")


def test_run_all_shows_the_pictures_and_so_does_restart_and_run_all(notebook, root):
    cells = lesson_cells(root)
    lesson = notebook(cells)
    lesson.run_all()
    for index in range(len(cells)):
        lesson.wait_run(index, index + 1)
    lesson.wait_idle()
    expect(lesson.errors()).to_have_count(0)
    shown = [index for index in range(len(cells)) if lesson.images(index).count()]
    assert len(shown) >= 2
    assert all(all_pictures_are_drawn(lesson, index) for index in shown)
    lesson.screenshot("first-lesson")

    lesson.restart_and_run_all()
    wait_until(lambda: "*" in lesson.prompt(len(cells) - 1), 30, "the restart")
    for index in range(len(cells)):
        lesson.wait_run(index, index + 1)
    expect(lesson.errors()).to_have_count(0)
    assert [index for index in range(len(cells)) if lesson.images(index).count()] == shown
    lesson.screenshot("first-lesson-restarted")


TRAINING = [
    """seed 1
G = noise(16) |> linear(64) |> relu |> linear(64) |> sigmoid |> reshape(8, 8, 1)
D = image(8, 8, 1) |> flatten |> linear(64) |> leaky_relu(0.2) |> linear(1)
g = lsgan(G, D, digits())""",
    "train g, rounds: 100_000_000",
    "before = g.round; before > 0",
    "train g, rounds: 200",
    "g.round == before + 200",
]


def test_interrupt_training_and_go_on(notebook):
    """The stop button ends the cell without an error; the game goes on where it was."""
    game = notebook(TRAINING)
    game.run(0)
    game.wait_run(0, 1)
    game.run(1)
    expect(game.images(1).first).to_be_visible(timeout=30_000)
    first = game.images(1).first.get_attribute("src")
    wait_until(lambda: game.images(1).first.get_attribute("src") != first, 20, "a new picture")
    assert "*" in game.prompt(1)
    game.screenshot("training")
    game.interrupt()
    game.wait_run(1, 2, seconds=20)
    expect(game.errors()).to_have_count(0)
    assert all_pictures_are_drawn(game, 1)
    for index in (2, 3, 4):
        game.run(index)
        game.wait_run(index, index + 1)
    expect(game.errors()).to_have_count(0)
    assert "true" in game.output(2) and "true" in game.output(4)
    game.screenshot("interrupted-and-continued")


def test_tab_completes(notebook):
    empty = notebook([""])
    empty.write(0, "lin")
    linear = empty.complete("linear")
    expect(empty.page.locator(".jp-Completer-item", has_text="linspace")).to_be_visible()
    empty.screenshot("tab")
    linear.click()
    wait_until(lambda: empty.source(0) == "linear", 5, "the word")


def test_tab_completes_a_greek_letter(notebook):
    empty = notebook([""])
    empty.write(0, "\\lambda")
    empty.complete("λ").click()
    wait_until(lambda: empty.source(0) == "λ", 5, "the letter")


def test_shift_tab_inspects(notebook):
    empty = notebook([""])
    empty.write(0, "lsgan")
    tooltip = empty.page.locator(".jp-Tooltip")

    def shown():
        empty.page.keyboard.press("Shift+Tab")
        empty.page.wait_for_timeout(2000)
        return tooltip.count() > 0

    wait_until(shown, 20, "the tooltip")
    expect(tooltip.first).to_contain_text("1611.04076")
    empty.screenshot("shift-tab")


def test_a_slider_runs_its_block_again(notebook):
    page = notebook(["interact x in 0...10 { print \"twice \\(2 * x)\" }"])
    page.run(0)
    page.wait_run(0, 1)
    area = page.cell(0).locator(".jp-OutputArea-output").filter(has_text="twice")
    expect(area.first).to_contain_text("twice 10")
    handle = page.cell(0).locator(".noUi-handle")
    handle.focus()
    page.page.keyboard.press("ArrowRight")
    expect(area.first).to_contain_text("twice 12")
    page.screenshot("slider")


def test_a_slider_answers_while_a_game_trains(notebook):
    game = notebook([TRAINING[0], "interact x in 0...10 { print \"twice \\(2 * x)\" }",
                     TRAINING[1]])
    for index in (0, 1):
        game.run(index)
        game.wait_run(index, index + 1)
    game.run(2)
    expect(game.images(2).first).to_be_visible(timeout=30_000)
    handle = game.cell(1).locator(".noUi-handle")
    handle.focus()
    game.page.keyboard.press("ArrowLeft")
    area = game.cell(1).locator(".jp-OutputArea-output").filter(has_text="twice")
    expect(area.first).to_contain_text("twice 8", timeout=5_000)
    assert "*" in game.prompt(2), "the game still trains"
    game.interrupt()
    game.wait_run(2, 3, seconds=20)
    expect(game.errors()).to_have_count(0)


STEERED = TRAINING[0].replace("lsgan", "wgan_gp")


def loaded_anew_in_mid_training(game):
    """The notebook with its second cell training, in a page that has seen nothing of it."""
    game.run(0)
    game.wait_run(0, 1)
    game.run(1)
    expect(game.images(1).first).to_be_visible(timeout=30_000)
    game.page.reload()
    expect(game.cell(0)).to_be_visible(timeout=60_000)
    game.page.wait_for_timeout(3000)
    game.select(0)
    expect(game.indicator).to_have_attribute("data-status", "busy", timeout=20_000)
    return game


def test_a_page_loaded_anew_in_mid_training_attaches_to_the_game(notebook):
    """What the old page showed is lost; the game is not, and shows itself again: at once in a
    console of its own (a subshell), and in a new cell when the training was stopped."""
    game = loaded_anew_in_mid_training(notebook([*TRAINING[:2], "attach g", "g.round > 0"]))
    game.context_menu(0, "New Subshell Console for Notebook")
    entry = game.page.locator(".jp-CodeConsole-input .cm-content")
    entry.click()
    game.page.keyboard.type("attach g")
    game.page.keyboard.press("Shift+Enter")
    picture = game.page.locator(".jp-CodeConsole-content .jp-OutputArea-output img").first
    expect(picture).to_be_visible(timeout=20_000)
    first = picture.get_attribute("src")
    wait_until(lambda: picture.get_attribute("src") != first, 20, "a new picture")
    game.screenshot("attached-while-training")

    game.page.locator(".lm-TabBar-tabLabel", has_text="lesson.ipynb").first.click()
    game.interrupt()
    game.wait_idle(20)
    for index in (2, 3):
        game.run(index)
        game.wait_run(index)
    assert all_pictures_are_drawn(game, 2) and "true" in game.output(3)
    game.screenshot("attached-after-reload")


def test_attach_in_a_new_cell_goes_on_in_mid_training(notebook):
    """Nobody has to stop the training, or to know of subshells, to see it again."""
    game = loaded_anew_in_mid_training(notebook([*TRAINING[:2], "attach g"]))
    game.run(2)
    picture = game.images(2).first
    expect(picture).to_be_visible(timeout=20_000)
    first = picture.get_attribute("src")
    wait_until(lambda: picture.get_attribute("src") != first, 20, "a new picture")
    game.wait_run(2)
    expect(game.indicator).to_have_attribute("data-status", "busy")
    game.screenshot("attached-in-a-cell")
    game.interrupt()
    game.wait_idle(20)
    assert all_pictures_are_drawn(game, 2)
    expect(game.errors()).to_have_count(0)


CONTROLS = [
    'slider "x", 0...10, x -> print("twice \\(2 * x)")',
    'dropdown "modes", [4, 8], n -> print("\\(n) of them")',
    'button "more", () -> print("pressed")',
    'for i in 1...4 { progress i, 4, "work" }',
    'for i in 1...3 { image "noise", rand([4, 8, 8, 1]) }',
]


def test_every_control_is_drawn_and_answers(notebook):
    page = notebook(CONTROLS)
    for index in range(len(CONTROLS)):
        page.run(index)
        page.wait_run(index, index + 1)
    expect(page.cell(0).locator(".widget-slider")).to_be_visible()
    page.cell(0).locator(".noUi-handle").focus()
    page.page.keyboard.press("ArrowRight")
    expect(page.cell(0)).to_contain_text("twice 12")
    page.cell(1).locator(".widget-dropdown select").select_option("8")
    expect(page.cell(1)).to_contain_text("8 of them")
    page.cell(2).locator("button.widget-button").click()
    expect(page.cell(2)).to_contain_text("pressed")
    expect(page.cell(3).locator(".widget-label")).to_have_text("work")
    width = page.cell(3).locator(".progress-bar").evaluate("bar => bar.style.width")
    assert width == "100%"
    picture = page.cell(4).locator("img.widget-image")
    expect(picture).to_have_count(1)
    assert picture.evaluate("image => image.complete && image.naturalWidth > 10")
    page.screenshot("controls")
    expect(page.errors()).to_have_count(0)


def test_a_slider_steers_a_game_that_trains(notebook):
    game = notebook([STEERED, "control g.λ, 0...20", TRAINING[1], "print \"λ is \\(g.λ)\""])
    for index in (0, 1):
        game.run(index)
        game.wait_run(index, index + 1)
    expect(game.cell(1).locator(".widget-readout")).to_have_text("10")
    game.run(2)
    expect(game.images(2).first).to_be_visible(timeout=30_000)
    game.cell(1).locator(".noUi-handle").focus()
    for _ in range(5):
        game.page.keyboard.press("ArrowLeft")
    expect(game.cell(1).locator(".widget-readout")).to_have_text("9")
    game.page.wait_for_timeout(1000)
    assert "*" in game.prompt(2), "the game still trains"
    game.screenshot("steered")
    game.interrupt()
    game.wait_run(2, 3, seconds=20)
    game.run(3)
    game.wait_run(3, 4)
    assert "λ is 9" in game.output(3)
    expect(game.errors()).to_have_count(0)


INTERACTIVE = [
    """seed 1
G = mlp(noise(2), [8], 2)
D = mlp(2, [8], 1)
g = lsgan(G, D, ring(8))
train g, rounds: 400, quiet: true
plot(g, interactive: true, levels: [["¼ of λ", 0.25]])""",
    """plot([1, nan, 3, inf, 2], [5], [nan, nan], names: ["λ", "x̂", "λ"],
    labels: ["step", "∇D(x̂)"], notes: [["数字", 3, 2]], interactive: true)""",
    """plot([0, -1, 10, 100], [1, inf, 3, nan], log: true, interactive: true, theme: "dark",
    levels: [["one", 1], 0])""",
    "plot([[1, 2, 3], [2, 3, nan]], names: [\"runs\"], interactive: true)",
    "plot(randn([100_000]), interactive: true)",
    "plot([], interactive: true)",
]


def test_an_interactive_plot_is_drawn_by_jupyterlab(notebook):
    """The drawing that Vega's own menu saves is what stands on its canvas, as SVG."""
    plots = notebook(INTERACTIVE)
    said = []
    plots.page.on("console", lambda message: said.append((message.type, message.text)))
    plots.page.on("pageerror", lambda error: said.append(("error", str(error))))

    def drawing(index):
        plots.run(index)
        plots.wait_run(index, index + 1)
        area = plots.cell(index).locator(".jp-OutputArea-output .vega-embed")
        expect(area.locator("canvas")).to_be_visible()
        assert area.locator("canvas").evaluate(
            """canvas => new Set(new Uint32Array(canvas.getContext("2d").getImageData(
                0, 0, canvas.width, canvas.height).data.buffer)).size""") > 10, "colours"
        area.locator("summary").click()
        link = area.locator("a", has_text="Save as SVG")
        link.dispatch_event("mousedown")
        expect(link).to_have_attribute("href", re.compile("^blob:"))
        area.locator("summary").click()
        text = link.evaluate("link => fetch(link.href).then(file => file.text())")
        assert "NaN" not in text and "Infinity" not in text and "undefined" not in text
        return ElementTree.fromstring(text)

    def marks(picture, kind):
        """What a mark draws: its paths that have a length, or its words."""
        groups = [group for group in picture.iter(f"{SVG}g")
                  if f"mark-{kind} role-mark" in group.get("class", "")]
        return [item for group in groups for item in group.iter()
                if item.tag == f"{SVG}text" or re.search("[LCAhl]", item.get("d", ""))
                or item.tag == f"{SVG}line"]

    def words(picture):
        return [item.text for item in picture.iter(f"{SVG}text")]

    game = drawing(0)
    # Each player's smooth curve, and the raw one below it.
    assert len(marks(game, "line")) == 4 and len(marks(game, "rule")) == 1
    assert min(len(line.get("d")) for line in marks(game, "line")) > 1000
    assert {"D", "G", "round", "loss", "lsgan"} <= set(words(game))
    plots.screenshot("interactive")

    odd = drawing(1)
    assert {"λ", "x̂", "λ (2)", "step", "∇D(x̂)", "数字"} <= set(words(odd))
    assert len(marks(odd, "symbol")) == 4, "values between gaps are dots"

    rising = drawing(2)
    assert {"1", "10", "100"} <= set(words(rising))
    assert len(marks(rising, "line")) == 1 and len(marks(rising, "symbol")) == 2
    assert len(marks(rising, "rule")) == 1, "none at zero"
    assert len(marks(drawing(3), "area")) == 1
    long = marks(drawing(4), "line")
    assert [line.get("d").count("L") for line in long] == [3999]

    # What has nothing to show is a picture that says so.
    plots.run(5)
    plots.wait_run(5, 6)
    assert all_pictures_are_drawn(plots, 5)
    expect(plots.cell(5).locator(".vega-embed")).to_have_count(0)
    plots.screenshot("interactive-odd")
    expect(plots.errors()).to_have_count(0)
    assert [text for kind, text in said if kind == "error" or "vega" in text.lower()] == []
