"""What the command `saddle` does beside running programs."""
import json
import os
import re
import subprocess

import nbformat
import pytest


@pytest.fixture
def run(saddle, environment, tmp_path):
    def run(*arguments, env=None):
        return subprocess.run([saddle, *map(str, arguments)], text=True, timeout=60, input="",
                              capture_output=True, env=environment | (env or {}), cwd=tmp_path)
    return run


def test_doctor_says_what_a_bug_report_needs(run, environment, mnist_folder):
    run("install")
    env = {"SADDLE_DATA": str(mnist_folder.parent)} if mnist_folder else {}
    done = run("doctor", env=env)
    assert (done.returncode, done.stderr) == (0, "")
    found = {}
    for line in done.stdout.splitlines():
        name = line[:13].strip() or name
        found.setdefault(name, []).append(line[13:])
    assert re.match(r"\d+\.\d+\.\d+, .*saddle$", found["Saddle"][0])
    assert found["system"][0] and found["processor"][0]
    assert re.match(r"\d+ cores, \d+ threads, loops with ", found["engine"][0])
    assert int(re.match(r"(\d+) GFLOP/s", found["speed"][0])[1]) > 0
    for library in ["oneDNN", "cairo", "libpng", "zlib", "libsodium", "ZeroMQ", "chafa"]:
        assert re.search(rf"{library} \d+\.\d+", found["libraries"][0])
    assert found["terminal"][0].startswith("none here, locale")
    assert re.match(r"[1-9]\d* in the Library", found["games"][0])
    assert any("starts this program" in line for line in found["kernelspec"])
    sets = " ".join(found["data"])
    assert all(name in sets for name in ["mnist: ", "fashion: ", "cifar10: "])
    if mnist_folder:
        assert re.search(r"mnist: [1-4] of 4 files, ", sets)
        assert found["settings"] == [f"SADDLE_DATA={mnist_folder.parent}"]
    assert environment["HOME"] not in done.stdout


def test_doctor_tells_a_kernelspec_that_cannot_start(run, environment):
    run("install", "--user")
    spec = next(line.split(" in ")[1] for line in run("install").stdout.splitlines())
    with open(f"{spec}/kernel.json", encoding="utf-8") as file:
        description = json.load(file)
    description["argv"][0] = "/nowhere/saddle"
    with open(f"{spec}/kernel.json", "w", encoding="utf-8") as file:
        json.dump(description, file)
    ill = run("doctor")
    assert ill.returncode == 1 and "starts what is not there" in ill.stdout
    nameless = run("doctor", env={"SADDLE_LIBRARY": environment["HOME"]})
    assert "folder of the Library is missing" in nameless.stdout


def test_doctor_names_the_picture_protocol_of_a_terminal(open_screen, saddle):
    screen = open_screen(command=["sh", "-c", f"{saddle} doctor; sleep 60"], columns=200)
    screen.wait("Unicode symbols, 256 colours (TERM=screen-256color), locale C.UTF-8")
    kitty = open_screen(command=["sh", "-c", f"{saddle} doctor; sleep 60"], columns=200,
                        env={"SADDLE_PICTURES": "kitty"})
    kitty.wait("kitty graphics protocol")


def test_help_on_commands_words_and_keys(run):
    assert "SUBCOMMANDS" in run("help").stdout
    assert "USAGE: saddle doctor" in run("help", "doctor").stdout
    assert run("help", "train").stdout.startswith("train(game, rounds: 1000")
    assert "minimize" in run("help", "lsgan").stdout
    assert "games of the Library" in run("help", "language").stdout
    assert "Ctrl-X" in run("help", "keys").stdout
    lost = run("help", "lsgn")
    assert lost.returncode == 2 and "did you mean lsgan?" in lost.stderr
    odd = run("help", 'a"\\b')
    assert odd.returncode == 2 and 'no help on a"\\b' in odd.stderr


@pytest.mark.parametrize("shell, mark", [("bash", "complete "), ("zsh", "#compdef saddle"),
                                         ("fish", "complete -c")])
def test_completion_scripts_know_every_command(run, shell, mark):
    script = run("--generate-completion-script", shell).stdout
    assert mark in script
    for word in ["run", "doctor", "convert", "install", "help", "output", "json"]:
        assert word in script


def test_tab_completes_in_bash(run, open_screen, tmp_path):
    run("install", "--shell", "--prefix", "own")
    (tmp_path / "rings.saddle").write_text("param rounds = 3\nprint rounds\n")
    screen = open_screen(command=["bash", "--norc", "--noprofile"],
                         env={"PATH": f"{tmp_path / 'own/bin'}:{os.environ['PATH']}", "PS1": "$ "})
    screen.wait(lambda lines: bool(lines))
    screen.line(". own/share/bash-completion/completions/saddle")
    screen.type("saddle doc")
    screen.keys("Tab")
    screen.wait("saddle doctor")
    screen.keys("C-u")
    screen.type("saddle run rin")
    screen.keys("Tab")
    screen.wait("saddle run rings.saddle")
    screen.keys("Enter")
    screen.wait("\n3\n")


def test_a_program_becomes_a_notebook_and_comes_back(run, tmp_path):
    program = ("#!/usr/bin/env saddle run\n\na = 1\n\n# %% [markdown]\n# # A title\n#\n"
               "# with *words*\n\n# %%\nf(x) = {\n    x + a\n}\nf(41)\n\n"
               '# %% [raw] {"tags":["x"]}\n# raw text\n')
    (tmp_path / "a.saddle").write_text(program)
    made = run("convert", "a.saddle", "a.ipynb")
    assert (made.returncode, made.stdout) == (0, "wrote a.ipynb\n")
    notebook = nbformat.read(tmp_path / "a.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert [cell.cell_type for cell in notebook.cells] == ["code", "markdown", "code", "raw"]
    assert notebook.cells[1].source == "# A title\n\nwith *words*"
    assert notebook.cells[2].source == "f(x) = {\n    x + a\n}\nf(41)"
    assert notebook.metadata.kernelspec.name == "saddle"
    assert run("convert", "a.ipynb", "b.saddle").returncode == 0
    assert run("convert", "b.saddle").stdout == "wrote b.ipynb\n"
    again = nbformat.read(tmp_path / "b.ipynb", as_version=4)
    assert [(c.cell_type, c.source, c.metadata) for c in again.cells] == [
        (c.cell_type, c.source, c.metadata) for c in notebook.cells]
    assert run("run", "b.saddle").stdout == run("run", "a.saddle").stdout == "42\n"


def test_every_lesson_becomes_a_program_and_comes_back(run, root, tmp_path):
    lessons = sorted((root / "Notebooks").glob("*.ipynb"))
    assert lessons
    for lesson in lessons:
        assert run("convert", lesson, "lesson.saddle").returncode == 0
        assert run("convert", "lesson.saddle", "lesson.ipynb").returncode == 0
        before, after = (nbformat.read(path, as_version=4).cells
                         for path in (lesson, tmp_path / "lesson.ipynb"))
        assert [(c.cell_type, c.source) for c in after] == [
            (c.cell_type, c.source) for c in before]
        assert run("format", "--check", "lesson.saddle").returncode in (0, 1)


def test_convert_says_what_is_no_notebook(run, tmp_path):
    (tmp_path / "bad.ipynb").write_text("[1, 2")
    bad = run("convert", "bad.ipynb", "bad.saddle")
    assert bad.returncode == 1 and "no notebook" in bad.stderr
    assert run("convert", "none.ipynb", "none.saddle").returncode == 2
