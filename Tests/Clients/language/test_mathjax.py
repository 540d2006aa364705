"""The formulas of every game, set by a real MathJax in a real browser: none is refused."""
import html
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# A game that moves numbers by hand instead of minimising has no objective to set.
GAMES = sorted(path.stem for path in (ROOT / "Sources/Laboratory/Library").glob("*.saddle")
               if "imize " in path.read_text(encoding="utf-8"))
PAGE = """<!doctype html><meta charset="utf-8">
<script type="text/x-mathjax-config">
MathJax.Hub.Config({
    jax: ["input/TeX", "output/SVG"], extensions: ["tex2jax.js"], messageStyle: "none",
    TeX: {extensions: ["AMSmath.js", "AMSsymbols.js", "noErrors.js", "noUndefined.js"],
          noErrors: {disabled: true}, noUndefined: {disabled: true}},
    tex2jax: {inlineMath: [["$", "$"]], displayMath: [["$$", "$$"]]}});
window.faults = [];
MathJax.Hub.Register.MessageHook("TeX Jax - parse error", function (message) {
    window.faults.push(message[1]);
});
MathJax.Hub.Queue(function () { window.finished = true; });
</script>
<script src="%s"></script>
<body>%s</body>"""


@pytest.fixture(scope="module")
def mathjax():
    """MathJax.js: Debian's libjs-mathjax, or the file that SADDLE_MATHJAX names."""
    path = Path(os.environ.get("SADDLE_MATHJAX", "/usr/share/javascript/mathjax/MathJax.js"))
    assert path.is_file(), "MathJax is missing: run bash Kernel/setup --tests"
    return path


@pytest.fixture(scope="module")
def page():
    from playwright.sync_api import sync_playwright
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "chromium is missing: run bash Kernel/setup --tests"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def markdown(saddle, environment, code):
    """The text/markdown that a program shows."""
    finished = subprocess.run(
        [saddle, "--json", "-e", code], capture_output=True, text=True, timeout=60,
        env=environment, cwd=environment["HOME"])
    assert finished.returncode == 0, finished.stderr
    for line in finished.stdout.splitlines():
        found = json.loads(line).get("data", {}).get("text/markdown")
        if found:
            return found
    raise AssertionError(finished.stdout)


def typeset(page, mathjax, folder, formula):
    """How MathJax takes a formula: its faults, and the drawings it made."""
    file = folder / "formula.html"
    file.write_text(PAGE % (mathjax.as_uri(), html.escape(formula)), encoding="utf-8")
    page.goto(file.as_uri())
    page.wait_for_function("window.finished === true", timeout=60_000)
    faults = page.evaluate("window.faults")
    return faults, page.evaluate("document.querySelectorAll('.MathJax_SVG svg').length")


def test_there_are_games():
    assert len(GAMES) >= 9


@pytest.mark.browser
@pytest.mark.parametrize("game", GAMES)
def test_mathjax_sets_the_formulas_of(game, saddle, environment, page, mathjax, tmp_path):
    text = markdown(saddle, environment, f"explain {game}")
    formulas = text.split("$$")[1::2]
    assert formulas, text
    for formula in formulas:
        faults, drawings = typeset(page, mathjax, tmp_path, f"$${formula}$$")
        assert faults == [], formula
        assert drawings == 1, formula
        assert r"\min" in formula or r"\max" in formula


@pytest.mark.browser
@pytest.mark.parametrize("wrong", [r"\frac{1}{", r"\undefinedmacro{x}"])
def test_a_wrong_formula_is_noticed(wrong, page, mathjax, tmp_path):
    faults, _ = typeset(page, mathjax, tmp_path, f"$${wrong}$$")
    assert faults
