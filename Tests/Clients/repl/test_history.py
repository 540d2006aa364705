"""The history: searched, suggested, kept through accidents and beside another REPL."""
import statistics
import time

import pexpect
import psutil


def test_up_finds_what_begins_like_the_line(any_repl):
    for line in ["1001", "2002", "1003"]:
        any_repl.line(line)
        any_repl.wait(f"\n{line}\n")
    any_repl.type("1")
    any_repl.keys("Up")
    any_repl.wait_prompt("1003")
    any_repl.keys("Up")
    any_repl.wait_prompt("1001")
    any_repl.keys("Down", "Down")
    any_repl.wait(lambda lines: lines[-1].startswith("saddle> 1"))


def test_control_r_searches(any_repl):
    for line in ["max(1, 2)", "31337", "max(1, 5)"]:
        any_repl.line(line)
        any_repl.wait(f"saddle> {line}\n")
    any_repl.keys("C-r")
    any_repl.type("13")
    any_repl.wait("(search) 13: 31337")
    any_repl.keys("C-g")
    any_repl.wait_prompt()
    any_repl.keys("C-r")
    any_repl.type("max")
    any_repl.wait("(search) max: max(1, 5)")
    any_repl.keys("C-r")
    any_repl.wait("(search) max: max(1, 2)")
    any_repl.keys("Enter")
    any_repl.wait(lambda lines: lines[-2:] == ["2", "saddle>"])


def test_a_suggestion_is_grey_and_the_right_arrow_takes_it(any_repl):
    any_repl.line("max(40, 41)")
    any_repl.wait("\n41\n")
    any_repl.type("ma")
    any_repl.wait(lambda _: "90mx(40, 41)" in any_repl.coloured)
    any_repl.keys("Right")
    any_repl.wait(lambda _: any_repl.cursor[0] == 8 + 11)


def test_the_history_is_there_after_a_restart_with_texts_of_several_lines(open_screen):
    screen = open_screen().wait_prompt()
    screen.line("max(8,")
    screen.line("9)")
    screen.wait(lambda lines: lines[-2:] == ["9", "saddle>"])
    screen.keys("C-d")
    screen.wait(lambda _: screen.exit == 0)
    again = open_screen().wait_prompt()
    again.keys("Up")
    again.wait(lambda lines: lines[-2:] == ["saddle> max(8,", "      >     9)"])


def test_two_at_once_lose_no_line(open_screen, history_file):
    screens = [open_screen().wait_prompt() for _ in range(2)]
    for turn in range(20):
        for index, screen in enumerate(screens):
            screen.line(f"{index + 1}0{turn:02}")
    for index, screen in enumerate(screens):
        screen.wait(f"\n{index + 1}019\n")
    kept = history_file.read_text().splitlines()
    assert sorted(kept) == sorted(f"{i + 1}0{turn:02}" for i in range(2) for turn in range(20))


def test_a_kill_in_mid_line_leaves_history_and_terminal_whole(
        open_screen, saddle, history_file):
    screen = open_screen(command=["bash", "--norc", "--noprofile"])
    screen.wait(lambda lines: bool(lines))
    screen.line(str(saddle))
    screen.wait_prompt()
    screen.line("777")
    screen.wait("\n777\n")
    screen.type("half a li")
    screen.wait_prompt("half a li")
    psutil.Process(screen.pid).children()[0].kill()
    screen.wait("Killed")
    assert history_file.read_text() == "777\n"
    # The shell may have no echo now; the next start puts it right when it ends.
    screen.line(str(saddle))
    screen.wait_prompt()
    screen.keys("Up")
    screen.wait_prompt("777")
    screen.keys("C-c", "C-d")
    screen.line("stty -a | tr ' ' '\\n' | grep -c '^echo$\\|^icanon$\\|^isig$'")
    screen.wait(lambda lines: "3" in lines)


def test_ten_thousand_lines_slow_down_no_key(saddle, environment, tmp_path, history_file):
    history_file.parent.mkdir(parents=True)
    history_file.write_text("".join(
        f"train game_{n}, rounds: {n * 7}  # attempt {n}\n" for n in range(10_000)))
    child = pexpect.spawn(
        str(saddle), dimensions=(24, 80), timeout=10, encoding="utf-8",
        env=environment | {"XDG_STATE_HOME": str(tmp_path / "state"), "TERM": "xterm-256color"})
    child.delaybeforesend = None
    child.expect_exact("saddle> ")
    times = []
    for letter in "zq train 8 + 9" * 4:
        start = time.perf_counter()
        child.send(letter)
        child.expect_exact(letter)
        times.append(time.perf_counter() - start)
    child.close(force=True)
    usual = statistics.median(times)
    print(f"echo of a key with 10,000 history lines: {usual * 1e3:.2f} ms")
    assert usual < 0.005
