"""Training and scripts in a terminal: progress, interrupt, typing ahead, pictures, exit codes."""
import json
import os
import re
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


def is_curve(line, name):
    return bool(re.fullmatch(rf"{name} +[▁▂▃▄▅▆▇█ ]{{2,}}", line))


def test_curves_stand_below_the_progress_line(open_screen):
    for columns, rows in [(80, 24), (200, 50)]:
        screen = open_screen(columns=columns, rows=rows).wait_prompt()
        screen.paste(SETUP.rstrip() + ";")
        screen.keys("Enter")
        screen.wait_prompt()
        screen.line("train g, rounds: 1000000")
        screen.wait(lambda lines: "───" in lines[-3] and is_curve(lines[-2], "D")
                    and is_curve(lines[-1], "G") and len(lines[-1]) == 62, 30)
        assert re.search(r"round \d+  D [\d.]+  G [\d.]+  [\d.]+ rounds/s  [\d.]+ s left",
                         screen.text)
        screen.type("typed")
        screen.wait(lambda lines: lines[-1] == "saddle> typed" and is_curve(lines[-2], "G"))
        screen.keys("C-c")
        screen.wait("interrupted; train goes on from here", 20)
        screen.wait_prompt("typed")
        screen.keys("C-u")
        # The last line of the training stays, what was redrawn in place has gone.
        screen.wait(lambda lines: lines[-1] == "saddle>" and "───" not in screen.everything
                    and not any(is_curve(line, "D") for line in screen.everything.splitlines()))


def test_a_low_window_shows_the_progress_line_and_the_prompt(open_screen):
    screen = open_screen(columns=60, rows=5).wait_prompt()
    screen.paste(SETUP.rstrip() + ";")
    screen.keys("Enter")
    screen.wait_prompt()
    screen.line("train g, rounds: 1000000")
    screen.type("typed")
    screen.wait(lambda lines: "───" in lines[-2] and lines[-1] == "saddle> typed", 20)
    screen.keys("C-c")


def test_what_is_printed_meanwhile_stands_above_what_is_typed(any_repl):
    any_repl.paste("for i in 1...6 { print \"line\", i; x = sum(randn([2000, 2000])) }")
    any_repl.keys("Enter")
    any_repl.type("40 + 2")
    any_repl.wait("line 6", 30)
    any_repl.wait_prompt("40 + 2")
    assert any_repl.lines[-7:-1] == [f"line {i}" for i in range(1, 7)]
    any_repl.keys("Enter")
    any_repl.wait("\n42\n")


def test_a_resize_in_mid_training_redraws_the_progress_line(ready):
    ready.line("train g, rounds: 1000000")
    ready.wait(lambda lines: is_curve(lines[-1], "G"), 20)
    # tmux tells of a new size a moment after it has broken the lines anew: what was drawn in
    # that moment may stay above.
    for columns, rows in [(100, 20), (50, 30), (80, 12)]:
        ready.resize(columns, rows)
        ready.wait(lambda lines: len(lines) > 3 and is_curve(lines[-1], "G")
                   and len(lines[-1]) == min(columns, 62) and is_curve(lines[-2], "D")
                   and re.match("([━─]{12} )?round", lines[-3]), 20)
    ready.keys("C-c")
    ready.wait("interrupted", 20)
    ready.wait_prompt()


def test_suspension_in_mid_training_and_on_with_it(open_screen, saddle):
    screen = open_screen(command=["bash", "--norc", "--noprofile"])
    screen.wait(lambda lines: bool(lines))
    screen.line(str(saddle))
    screen.wait_prompt()
    screen.paste(SETUP.rstrip() + ";")
    screen.keys("Enter")
    screen.wait_prompt()
    screen.line("train g, rounds: 1000000")
    screen.wait("───", 20)
    screen.keys("C-z")
    screen.wait("Stopped")
    screen.line("stty -a | tr ' ;' '\\n' | grep -c '^echo$\\|^icanon$'")
    screen.wait(lambda lines: "2" in lines)
    screen.line("fg")
    screen.wait(lambda lines: is_curve(lines[-1], "G"), 20)
    screen.keys("C-c")
    screen.wait("interrupted", 20)
    screen.wait_prompt()
    screen.line("g.round > 0")
    screen.wait("\ntrue\n")
