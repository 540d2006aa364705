"""`saddle run`: parameters, exit codes, standard input, first lines, pictures, JSON."""
import json
import os
import subprocess

import pytest

SCRIPT = """#!/usr/bin/env saddle run
## Trains a small game on a ring.
## Two lines of summary.

## rounds of training,
## more is better
param rounds = 3
param modes = 4  # points of the ring
param tag = "run"
param fast = true
param width = 2 * 8
data = ring(modes)
G = noise(4) |> linear(width) |> relu |> linear(2)
D = points(2) |> linear(width) |> relu |> linear(1)
g = lsgan(G, D, data, seed: 1)
train g, rounds: rounds
print tag, rounds, modes, fast, width
"""


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "ring.saddle"
    path.write_text(SCRIPT)
    return path


@pytest.fixture
def run(saddle, environment, tmp_path):
    def run(*arguments, stdin="", env=None):
        return subprocess.run([saddle, *map(str, arguments)], input=stdin, text=True, timeout=60,
                              capture_output=True, env=environment | (env or {}), cwd=tmp_path)
    return run


def test_help_lists_the_parameters_with_help_and_defaults(run, script):
    for words in (["run", script, "--help"], ["run", "-h", script], [script, "--help"]):
        shown = run(*words)
        assert (shown.returncode, shown.stderr) == (0, "")
        assert "[name=value ...]" in shown.stdout
        assert "Trains a small game on a ring.\nTwo lines of summary." in shown.stdout
        assert "  rounds=3     rounds of training, more is better\n" in shown.stdout
        assert "  modes=4      points of the ring\n" in shown.stdout
        assert '  tag="run"\n  fast=true\n  width=2 * 8\n' in shown.stdout
        assert "round 3" not in shown.stdout


def test_help_knows_the_parameters_of_included_files(run, tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "nets.saddle").write_text("param depth = 2 # layers\n"
                                                   'include "../all.saddle"\n')
    (tmp_path / "all.saddle").write_text('include "parts/nets.saddle"\nparam rounds = 1\n')
    shown = run("run", "all.saddle", "--help").stdout
    assert shown.index("depth=2") < shown.index("rounds=1") and "layers" in shown


def test_help_of_a_script_without_parameters_or_with_a_fault(run, tmp_path):
    (tmp_path / "plain.saddle").write_text("print 1\n")
    assert "declares no parameters" in run("run", "plain.saddle", "--help").stdout
    (tmp_path / "bad.saddle").write_text("print (1\n")
    bad = run("run", "bad.saddle", "--help")
    assert bad.returncode == 1 and "bad.saddle:1" in bad.stderr
    assert run("run", "none.saddle", "--help").returncode == 2
    assert "USAGE: saddle run" in run("run", "--help").stdout


def test_values_reach_the_script(run, script):
    given = run("run", script, "rounds=2", "modes=5", "tag=a b", "fast=false", "width=4")
    assert given.returncode == 0 and given.stdout.endswith("\na b 2 5 false 4\n")
    assert run("run", script, "tag=7").stdout.endswith("\n7 3 4 true 16\n")
    assert run(script, "rounds=1", "tag=").stdout.endswith("\n 1 4 true 16\n")


@pytest.mark.parametrize("setting, words", [
    ("rouns=2", ["no parameter rouns", "did you mean rounds?"]),
    ("q=2", ["no parameter q", "it has rounds, modes, tag, fast, width"]),
    ("rounds=many", ["rounds=many", "expects a number", "its default is 3"]),
    ("fast=1", ["fast=1", "its default is true"]),
    ("rounds", ["'rounds' is no name=value"]),
    ("=3", ["'=3' is no name=value"]),
])
def test_a_value_that_does_not_fit_is_refused_before_anything_runs(run, script, setting, words):
    refused = run("run", script, setting)
    assert refused.returncode == 2 and refused.stdout == ""
    for word in words:
        assert word in refused.stderr


def test_a_default_that_is_computed_is_compared_when_the_script_gets_there(run, script):
    refused = run("run", script, "width=wide")
    assert refused.returncode == 1 and "ring.saddle:11" in refused.stderr
    assert "its default is 2 * 8" in refused.stderr


@pytest.mark.parametrize("words", [["--nonsense"], ["run"], ["run", "a.saddle", "--nonsense"],
                                   ["a.saddle"], ["run", "."], ["convert", "a"], ["help", "lsgn"],
                                   ["kernel"], ["uninstall", "--shell", "--prefix", "nowhere"]])
def test_a_wrong_command_line_gives_2_and_says_why(run, words):
    wrong = run(*words)
    assert wrong.returncode == 2 and wrong.stderr.strip()


def test_standard_input_is_a_script_with_parameters(run):
    text = "param n = 2\nprint n * 10\n"
    assert run("run", "-", "n=4", stdin=text).stdout == "40\n"
    assert run("run", "-", "m=4", stdin=text).returncode == 2
    assert run(stdin=text).stdout == "20\n"
    assert run("--json", stdin=text).stdout.splitlines()[-1] == '{"exit":0,"type":"end"}'


@pytest.mark.parametrize("first", ["#!/usr/bin/env saddle run", "#!/usr/bin/env -S saddle run",
                                   "#!/usr/bin/env saddle"])
def test_a_script_runs_by_its_first_line(run, script, tmp_path, first):
    installed = run("install", "--shell", "--prefix", "own")
    assert installed.returncode == 0
    script.write_text(SCRIPT.replace("#!/usr/bin/env saddle run", first))
    script.chmod(0o755)
    path = {"PATH": f"{tmp_path / 'own' / 'bin'}:{os.environ['PATH']}"}
    started = subprocess.run([script, "rounds=2"], env=os.environ | path, text=True, timeout=60,
                             capture_output=True, cwd=tmp_path)
    assert (started.returncode, started.stderr) == (0, "")
    assert started.stdout.endswith("\nrun 2 4 true 16\n")
    helped = subprocess.run([script, "--help"], env=os.environ | path, text=True, timeout=60,
                            capture_output=True, cwd=tmp_path)
    assert "rounds of training" in helped.stdout
    removed = run("uninstall", "--shell", "--prefix", "own")
    assert removed.returncode == 0 and not list((tmp_path / "own" / "bin").iterdir())


def test_pictures_go_to_the_folder_that_is_named(run, tmp_path):
    (tmp_path / "pictures.saddle").write_text("show digits()\nd = show(ring())\nd\n")
    done = run("run", "pictures.saddle", "--output", "made/here")
    assert done.returncode == 0
    names = sorted(path.name for path in (tmp_path / "made" / "here").iterdir())
    assert names == ["show-1.png", "show-2.png"]
    for name in names:
        assert f"wrote made/here/{name}\n" in done.stdout
        assert (tmp_path / "made" / "here" / name).read_bytes().startswith(b"\x89PNG\r\n")
    blocked = run("run", "pictures.saddle", "--output", "pictures.saddle")
    assert "cannot write" in blocked.stderr and "--output DIR" in blocked.stderr


def test_json_reports_a_training_line_by_line(run, script):
    done = run("run", script, "--json", "rounds=20000")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    kinds = [event["type"] for event in events]
    assert set(kinds) == {"progress", "display", "text", "end"} and kinds[-1] == "end"
    moments = [event for event in events if event["type"] == "progress"]
    assert moments[0]["done"] == 0 and moments[-1]["done"] == moments[-1]["total"] == 20000
    assert moments[-1]["ended"] and moments[-1]["line"].startswith("round 20000  D ")
    assert len(moments) > 2 and set(moments[1]["latest"]) == {"D", "G"}


def test_json_tells_a_fault_with_its_place(run, tmp_path):
    (tmp_path / "bad.saddle").write_text("print 1\nqqqq + 1\n")
    done = run("run", "bad.saddle", "--json")
    assert done.returncode == 1
    error, end = [json.loads(line) for line in done.stdout.splitlines()][1:]
    assert (error["type"], error["name"], error["line"], error["column"]) == (
        "error", "bad.saddle", 2, 1)
    assert end == {"type": "end", "exit": 1}


def test_exit_gives_its_own_code_wherever_it_stands(run, tmp_path):
    (tmp_path / "part.saddle").write_text("exit 6\n")
    for text, code in [("exit 3", 3), ("print 1; exit", 0), ("exit()", 0),
                       ("f(x) = { exit(x) }\nf(4)", 4), ("for i in 1...9 { if i > 4 { exit i } }", 5),
                       ('include "part.saddle"', 6), ("map(x -> exit(x), [7])", 7)]:
        done = run("-e", text + "\nprint \"after\"")
        assert (done.returncode, done.stderr) == (code, ""), text
        assert "after" not in done.stdout
