"""Training and scripts in a terminal: progress, interrupt, typing ahead, pictures, exit codes."""
import json
import os
import signal
import subprocess
import time

import pytest

from harness import wait_until

SETUP = """data = ring()
G = noise(4) |> linear(16) |> relu |> linear(2)
D = points(2) |> linear(16) |> relu |> linear(1)
g = lsgan(G, D, data, seed: 1)
"""


@pytest.fixture
def ready(open_screen):
    screen = open_screen(rows=40).wait_prompt()
    screen.paste(SETUP.rstrip() + ";")
    screen.keys("Enter")
    screen.wait_prompt()
    return screen


def test_a_progress_line_is_redrawn_in_place(ready):
    ready.line("train g, rounds: 1000000")
    seen = set()

    def look(lines):
        seen.update(line for line in lines if "━" in line or "───" in line)
        return len(seen) >= 3

    ready.wait(look, 20)
    assert sum("───" in line for line in ready.lines) == 1
    ready.keys("C-c")
    ready.wait_prompt()


def test_control_c_stops_at_a_safe_point_and_the_game_goes_on(ready):
    ready.line("train g, rounds: 1000000")
    ready.wait(lambda lines: any("round " in line and "round 0 " not in line and "───" in line
                                 for line in lines), 20)
    ready.keys("C-c")
    ready.wait_prompt()
    ready.line("g.round > 0 and g.round < 1000000")
    ready.wait("\ntrue\n")
    ready.line("a = g.round; train g, rounds: 10")
    ready.wait_prompt()
    ready.line("g.round - a")
    ready.wait("\n10\n")


def test_keys_typed_meanwhile_wait_below_the_output(ready):
    ready.line("train g, rounds: 1000000")
    ready.wait("───", 20)
    ready.type("777")
    ready.wait(lambda lines: lines[-1] == "saddle> 777" and "───" in lines[-2])
    ready.keys("C-u")
    ready.wait(lambda lines: "───" in lines[-1])
    ready.keys("C-c")
    ready.wait_prompt()


def test_a_line_entered_meanwhile_runs_afterwards(ready):
    ready.line("train g, rounds: 3000")
    ready.line("60606")
    ready.wait(lambda lines: lines[-3:] == ["saddle> 60606", "60606", "saddle>"], 60)


def test_a_picture_is_drawn_with_symbols_or_written_without_colour(open_screen, tmp_path):
    for env in ({}, {"NO_COLOR": "1"}):
        screen = open_screen(rows=50, env=env).wait_prompt()
        screen.line("show digits()")
        screen.wait(lambda lines: len(lines) > 5 and lines[-1] == "saddle>" or
                    "wrote" in "".join(lines), 30)
        if env:
            name = next(line for line in screen.lines if "wrote" in line).split()[-1]
            assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
        else:
            assert "48;5;" in screen.coloured
            assert not list(tmp_path.glob("*.png"))
        screen.close()


def test_exit_codes_and_streams(run_saddle, tmp_path):
    script = tmp_path / "good.saddle"
    script.write_text("#!/usr/bin/env saddle run\nprint 1\n2\n")
    good = run_saddle(file=script)
    assert (good.returncode, good.stdout, good.stderr) == (0, "1\n2\n", "")
    script.write_text("print 1\nqqqq\nprint 3\n")
    bad = run_saddle(file=script)
    assert bad.returncode == 1 and bad.stdout == "1\n"
    assert "good.saddle:2" in bad.stderr and "\x1b" not in bad.stderr
    missing = run_saddle(file=tmp_path / "good.sadle")
    assert missing.returncode == 2 and "good.sadle" in missing.stderr


def test_interrupting_a_script_gives_130(saddle, environment, tmp_path):
    script = tmp_path / "long.saddle"
    script.write_text(SETUP + 'print "ready"\ntrain g, rounds: 10000000\n'
                      'repeat 100000000 { a = 1 }\nprint "after"\n')
    process = subprocess.Popen([str(saddle), "run", str(script)], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=environment, text=True, cwd=tmp_path)
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 130 and "after" not in out


def test_json_is_one_object_a_line_and_pictures_are_files(run_saddle, tmp_path):
    result = run_saddle("print 1\nshow digits()\n5", args=["--json", "--output", tmp_path / "out"])
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert [event["type"] for event in events] == ["text", "display", "result", "end"]
    assert events[-1]["exit"] == 0 and events[2]["text"] == "5"
    with open(events[1]["file"], "rb") as picture:
        assert picture.read(4) == b"\x89PNG"


def test_the_same_program_gives_the_same_text_everywhere(run_saddle, open_screen, tmp_path):
    program = "a = 6\nb = a * 7\nb"
    script = tmp_path / "same.saddle"
    script.write_text(program + "\n")
    texts = {run_saddle(program).stdout, run_saddle(file=script).stdout,
             run_saddle(stdin=program).stdout}
    assert texts == {"42\n"}
    screen = open_screen().wait_prompt()
    screen.paste(program)
    screen.keys("Enter")
    screen.wait(lambda lines: lines[-2:] == ["42", "saddle>"])


def test_a_kill_in_mid_training_leaves_the_next_start_usable(ready, open_screen, history_file):
    ready.line("train g, rounds: 1000000")
    ready.wait("───", 20)
    pid = ready.pid
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: ready.exit is not None, 5)
    assert history_file.read_text().splitlines()[-1] == "train g, rounds: 1000000"
    again = open_screen().wait_prompt()
    again.keys("Up")
    again.wait_prompt("train g, rounds: 1000000")
