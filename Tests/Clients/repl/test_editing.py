"""Keys at the prompt, seen on a real terminal's screen."""
import random
import re

import pytest


def test_a_value_is_shown(any_repl):
    any_repl.line("12345")
    any_repl.wait("\n12345\n" + "saddle>")


def test_an_open_bracket_continues_the_line_with_indentation(any_repl):
    any_repl.line("max(12,")
    any_repl.wait(lambda lines: lines[-1].startswith("      >"))
    assert any_repl.cursor[0] == 12
    any_repl.line("7)")
    any_repl.wait_prompt()
    assert any_repl.lines[-2] == "12"
    any_repl.keys("Up")
    any_repl.wait(lambda lines: lines[-2:] == ["saddle> max(12,", "      >     7)"])


def test_arrows_move_through_a_text_of_several_lines(repl):
    repl.paste("max(1,\n    22,\n    333)")
    repl.wait("333)")
    repl.keys("Up", "Up", "Home")
    repl.wait(lambda _: repl.cursor == (8, repl.lines.index("saddle> max(1,")))
    repl.type("1 + ")
    repl.wait("saddle> 1 + max(1,")
    repl.keys("Down", "End")
    repl.type(" 4,")
    repl.wait("      >     22, 4,")


def test_a_pasted_cell_runs_as_one(any_repl):
    any_repl.paste("a = max(\n    3,\n    4\n)\n\na + 100\n")
    any_repl.wait("a + 100")
    any_repl.keys("Enter")
    any_repl.wait_prompt()
    assert any_repl.lines[-2] == "104"
    assert any_repl.everything.count("saddle>") == 2


def test_wide_and_combining_characters_keep_the_cursor_right(any_repl):
    any_repl.type('"漢字 x̂ é')
    any_repl.wait(lambda _: any_repl.cursor[0] == 8 + 1 + 4 + 1 + 1 + 1 + 1)
    any_repl.keys("Left", "Left", "BSpace")
    any_repl.wait_prompt('"漢字  é')
    any_repl.keys("Home", "Right", "Right")
    any_repl.wait(lambda _: any_repl.cursor[0] == 8 + 3)
    any_repl.keys("DC")
    any_repl.wait_prompt('"漢  é')


def test_a_long_line_wraps_and_is_edited_across_rows(open_screen):
    screen = open_screen(columns=40, rows=12).wait_prompt()
    text = " + ".join(str(100 + n) for n in range(20))
    screen.type(text)
    screen.wait(lambda lines: "".join(lines[-4:]).endswith("119"))
    screen.keys("C-a")
    screen.type("7 + ")
    screen.wait("saddle> 7 + 100 + 101")
    screen.keys("Enter")
    screen.wait_prompt()
    assert screen.lines[-2] == str(7 + sum(range(100, 120)))


def test_tab_completes_a_symbol_and_opens_a_menu_with_signatures(any_repl):
    any_repl.type("\\lambda")
    any_repl.keys("Tab")
    any_repl.wait_prompt("λ")
    any_repl.keys("C-c")
    any_repl.type("tra")
    any_repl.keys("Tab")
    any_repl.wait("\n  train").wait("\n  transpose").wait("train(")
    any_repl.keys("Escape")
    any_repl.wait_prompt("tra")


def test_tab_cycles_through_the_menu_and_enter_takes_without_running(repl):
    repl.type("tra")
    repl.keys("Tab")
    repl.wait("\n  train").wait("\n  transpose")
    repl.keys("Tab")
    chosen = "saddle> train"
    repl.wait(lambda lines: chosen in lines)
    repl.keys("Tab")
    repl.wait(lambda lines: chosen not in lines)
    repl.keys("BTab")
    repl.wait(lambda lines: chosen in lines)
    repl.keys("Enter")
    repl.wait(lambda lines: lines[-1] == chosen)


def test_unknown_names_and_open_brackets_have_their_colours(repl):
    repl.type("qqqq(")
    repl.wait("qqqq(")
    assert re.search(r"\x1b\[31m(\x1b\[49m)?qqqq", repl.coloured)
    assert "33m(" in repl.coloured


def test_control_c_clears_the_line_and_control_d_leaves(any_repl):
    any_repl.type("half a line")
    any_repl.keys("C-c")
    any_repl.wait("half a line^C")
    any_repl.wait_prompt()
    any_repl.keys("C-d")
    any_repl.wait(lambda _: any_repl.exit == 0)


def test_control_l_clears_the_screen_and_keeps_the_line(repl):
    repl.line("11111")
    repl.wait("\n11111")
    repl.type("keep")
    repl.keys("C-l")
    repl.wait(lambda lines: lines[0] == "saddle> keep")
    assert "11111" not in repl.text


def test_the_editor_of_the_user_edits_the_line(open_screen, tmp_path):
    editor = tmp_path / "editor.sh"
    editor.write_text('#!/bin/sh\nprintf "max(10,\\n    $(cat "$1"))" > "$1.new"\n'
                      'mv "$1.new" "$1"\n')
    editor.chmod(0o755)
    screen = open_screen(env={"EDITOR": str(editor)}).wait_prompt()
    screen.type("42")
    screen.keys("C-x", "C-e")
    screen.wait("saddle> max(10,")
    screen.keys("Enter")
    screen.wait_prompt()
    assert screen.lines[-2] == "42"


@pytest.mark.parametrize("before, after", [((80, 24), (50, 24)), ((50, 24), (120, 30)),
                                           ((80, 24), (31, 10)), ((60, 20), (60, 8))])
def test_a_resize_in_mid_line_leaves_one_whole_line(open_screen, before, after):
    screen = open_screen(columns=before[0], rows=before[1]).wait_prompt()
    text = " + ".join(str(100 + n) for n in range(24))
    screen.type(text)
    screen.wait(lambda lines: "".join(lines).endswith("123"))
    screen.resize(*after)
    rows = [("saddle> " + text)[start:start + after[0]].rstrip()
            for start in range(0, len(text) + 8, after[0])]
    screen.wait(lambda lines: [line for line in lines if line][-len(rows):] == rows)
    assert screen.text.count("saddle>") == 1
    screen.type(" + 1")
    screen.keys("Enter")
    screen.wait(lambda lines: str(sum(range(100, 124)) + 1) in lines)


def test_a_thousand_random_bytes_a_hundred_times_and_the_prompt_still_works(open_screen):
    dice = random.Random(7)
    screen = open_screen().wait_prompt()
    for _ in range(100):
        # Neither Ctrl-D on an empty line, nor Ctrl-Z, nor what runs other programs.
        data = bytes(byte for byte in dice.randbytes(1000) if byte not in b"\x04\x1a\x18;\r\n")
        screen._tmux("send-keys", "-H", *(f"{byte:02x}" for byte in data))
    screen.keys("Escape", "C-g", "C-c", "C-c")
    screen.type("\x1b[201~")
    screen.keys("C-c", "C-l")
    screen.line("54321")
    screen.wait(lambda lines: "54321" in lines)
    assert screen.exit is None
