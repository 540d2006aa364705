"""Every key of the editor, pressed on a real terminal; the names are those of `saddle help keys`."""
import re
import subprocess

WORDS = "alpha beta gamma"

BYTES = {
    "Left": "\x1b[D", "Right": "\x1b[C", "Up": "\x1b[A", "Down": "\x1b[B", "Home": "\x1b[H",
    "End": "\x1b[F", "Delete": "\x1b[3~", "PageUp": "\x1b[5~", "PageDown": "\x1b[6~",
    "Backspace": "\x7f", "Enter": "\r", "Tab": "\t", "Escape": "\x1b", "Shift-Tab": "\x1b[Z",
    "Ctrl-Left": "\x1b[1;5D", "Ctrl-Right": "\x1b[1;5C", "Alt-Left": "\x1b[1;3D",
    "Alt-Right": "\x1b[1;3C", "Alt-Up": "\x1b[1;3A", "Alt-Down": "\x1b[1;3B",
    "Ctrl-Home": "\x1b[1;5H", "Ctrl-End": "\x1b[1;5F", "Ctrl-Delete": "\x1b[3;5~",
    "Alt-Delete": "\x1b[3;3~", "Alt-Backspace": "\x1b\x7f", "Ctrl-Backspace": "\x1b[127;5u",
    "Alt-Enter": "\x1b\r", "Shift-Enter": "\x1b[13;2u", "Ctrl-/": "\x1b[47;5u",
}

# Key, text typed before, keys pressed before, the text afterwards and the cursor's column in it.
ONE_LINE = [
    ("Left", WORDS, [], WORDS, 15),
    ("Ctrl-B", WORDS, ["Left"], WORDS, 14),
    ("Right", WORDS, ["Ctrl-A"], WORDS, 1),
    ("Ctrl-F", WORDS, ["Home", "Right"], WORDS, 2),
    ("Alt-B", WORDS, ["Alt-B"], WORDS, 6),
    ("Ctrl-Left", WORDS, [], WORDS, 11),
    ("Alt-Left", WORDS, ["Alt-Left"], WORDS, 6),
    ("Alt-F", WORDS, ["Ctrl-A"], WORDS, 5),
    ("Ctrl-Right", WORDS, ["Ctrl-A", "Ctrl-Right"], WORDS, 10),
    ("Alt-Right", WORDS, ["Ctrl-A", "Alt-F"], WORDS, 10),
    ("Ctrl-A", WORDS, [], WORDS, 0),
    ("Home", WORDS, [], WORDS, 0),
    ("Ctrl-E", WORDS, ["Ctrl-A"], WORDS, 16),
    ("End", WORDS, ["Ctrl-A"], WORDS, 16),
    ("Alt-<", WORDS, [], WORDS, 0),
    ("Ctrl-Home", WORDS, [], WORDS, 0),
    ("Alt->", WORDS, ["Ctrl-A"], WORDS, 16),
    ("Ctrl-End", WORDS, ["Ctrl-A"], WORDS, 16),
    ("Ctrl-]", "(a + [b])", ["Left"], "(a + [b])", 0),
    ("Backspace", WORDS, ["Left"], "alpha beta gama", 14),
    ("Delete", WORDS, ["Ctrl-A"], "lpha beta gamma", 0),
    ("Ctrl-D", WORDS, ["Ctrl-A", "Ctrl-D"], "pha beta gamma", 0),
    ("Ctrl-W", "alpha.beta gamma.delta", [], "alpha.beta", 11),
    ("Alt-Backspace", "gamma.delta", [], "gamma.", 6),
    ("Ctrl-Backspace", WORDS, [], "alpha beta", 11),
    ("Alt-D", WORDS, ["Ctrl-A"], " beta gamma", 0),
    ("Ctrl-Delete", WORDS, ["Ctrl-A", "Ctrl-Delete"], " gamma", 0),
    ("Alt-Delete", WORDS, ["Alt-B"], "alpha beta", 11),
    ("Ctrl-K", WORDS, ["Alt-B"], "alpha beta", 11),
    ("Ctrl-U", WORDS, ["Alt-B"], "gamma", 0),
    ("Ctrl-Y", WORDS, ["Ctrl-W", "Ctrl-W", "Home"], "beta gammaalpha", 10),
    ("Alt-Y", WORDS, ["Alt-B", "Alt-D", "Ctrl-A", "Ctrl-K", "Ctrl-Y"], "gamma", 5),
    ("Ctrl-_", WORDS, ["Ctrl-W"], WORDS, 16),
    ("Ctrl-/", WORDS, ["Ctrl-W", "Ctrl-U"], "alpha beta", 11),
    ("Alt-/", WORDS, ["Ctrl-W", "Ctrl-_"], "alpha beta", 11),
    ("Ctrl-T", WORDS, ["Left"], "alpha beta gamam", 16),
    ("Alt-U", WORDS, ["Ctrl-A"], "ALPHA beta gamma", 5),
    ("Alt-L", "ALPHA BETA", ["Ctrl-A"], "alpha BETA", 5),
    ("Alt-C", "aLPHA beta", ["Ctrl-A"], "Alpha beta", 5),
    ("Ctrl-P", "2", [], "2002", 4),
    ("Ctrl-N", "2", ["Ctrl-P"], "2002", 1),  # what follows the cursor is the suggestion
    ("Up", "1", ["Up"], "1001", 4),
    ("Down", "1", ["Up", "Up"], "1003", 4),
    ("Alt-P", "2", [], "2002", 4),
    ("PageUp", "", ["PageUp"], "2002", 4),
    ("Alt-Up", "", ["Alt-P", "Alt-P"], "1001", 4),
    ("Alt-N", "", ["PageUp", "PageUp"], "1003", 4),
    ("PageDown", "", ["Alt-P", "Alt-P", "Alt-P"], "2002", 4),
    ("Alt-Down", "", ["Alt-P", "Alt-P", "Alt-Up"], "2002", 4),
    ("Ctrl-X Ctrl-U", WORDS, ["Ctrl-W"], WORDS, 16),
    ("Ctrl-X Ctrl-X", WORDS, [], WORDS, 0),
    ("Ctrl-G", "tra", ["Tab"], "tra", 3),
    ("Escape", "tra", ["Tab"], "tra", 3),
    ("Ctrl-I", "\\lamb", [], "λ", 1),
]


def encoded(key):
    if key in BYTES:
        return BYTES[key]
    if " " in key:
        return "".join(encoded(part) for part in key.split())
    modifier, letter = key.split("-", 1)
    return "\x1b" + letter.lower() if modifier == "Alt" else chr(ord(letter) & 0x1F)


def send(screen, text):
    screen._tmux("send-keys", "-H", *(f"{byte:02x}" for byte in text.encode()))


def press(screen, *keys):
    for key in keys:
        send(screen, encoded(key))


def test_every_key_that_changes_the_line_or_moves_in_it(any_repl):
    for line in ["1001", "2002", "1003"]:
        any_repl.line(line)
        any_repl.wait(f"\n{line}\n")
    for key, typed, before, text, column in ONE_LINE:
        send(any_repl, typed + "".join(map(encoded, [*before, key])))
        try:
            any_repl.wait_prompt(text)
            any_repl.wait(lambda _: any_repl.cursor[0] == 8 + column, 5)
        except AssertionError as error:
            raise AssertionError(f"{key} after {before}: {error}") from None
        press(any_repl, "Ctrl-C")
        any_repl.wait_prompt()


def test_redo_whose_bytes_begin_a_longer_sequence(any_repl):
    any_repl.type(WORDS)
    press(any_repl, "Ctrl-W", "Ctrl-_")
    any_repl.wait_prompt(WORDS)
    press(any_repl, "Alt-_")
    any_repl.wait_prompt("alpha beta")


def test_every_key_that_runs_a_line(any_repl):
    for number, key in enumerate(["Enter", "Ctrl-J", "Ctrl-M"]):
        any_repl.type(f"{number} + 70")
        press(any_repl, key)
        any_repl.wait(lambda lines: lines[-2:] == [str(70 + number), "saddle>"])


def test_every_key_that_begins_a_new_line(any_repl):
    for key in ["Alt-Enter", "Shift-Enter", "Ctrl-O"]:
        any_repl.type("11")
        press(any_repl, key)
        any_repl.wait(lambda lines: lines[-2:] == ["saddle> 11", "      >"])
        any_repl.type("+ 22")
        press(any_repl, "Ctrl-A", "Up")
        any_repl.wait(lambda _: any_repl.cursor[1] == any_repl.lines.index("      > + 22") - 1)
        press(any_repl, "Down")
        any_repl.wait(lambda _: any_repl.cursor[1] == any_repl.lines.index("      > + 22"))
        press(any_repl, "Ctrl-C", "Ctrl-L")
        any_repl.wait(lambda lines: lines == ["saddle>"])


def test_every_key_that_shows_help_below_the_line(any_repl):
    for key in ["Shift-Tab", "Alt-H"]:
        any_repl.type("train")
        press(any_repl, key)
        any_repl.wait("\ntrain(")
        press(any_repl, "Ctrl-G")
        any_repl.wait_prompt("train")
        press(any_repl, "Ctrl-C", "Ctrl-L")
        any_repl.wait(lambda lines: lines == ["saddle>"])


def test_a_suggestion_is_taken_whole_or_by_words(any_repl):
    any_repl.line("max(40, 41)")
    any_repl.wait("\n41\n")
    for key, text in [("Right", "max(40, 41)"), ("Ctrl-F", "max(40, 41)"),
                      ("End", "max(40, 41)"), ("Ctrl-E", "max(40, 41)"),
                      ("Alt-F", "max"), ("Ctrl-Right", "max"), ("Alt-Right", "max")]:
        any_repl.type("ma")
        any_repl.wait(lambda lines: lines[-1] == "saddle> max(40, 41)")
        press(any_repl, key)
        any_repl.wait(lambda _: any_repl.cursor[0] == 8 + len(text))
        press(any_repl, "Ctrl-C")
        any_repl.wait_prompt()


def names_of(help_text):
    """The keys of `saddle help keys`, those after Ctrl-X with it in front."""
    names, chord = set(), ""
    for line in help_text.splitlines():
        if line == "lines that are no program":
            break
        if not line.startswith("  "):
            chord = "Ctrl-X " if "Ctrl-X" in line else ""
            continue
        keys = re.split(r"\s{2,}", line.strip())[0]
        names |= {chord + key for key in keys.split(", ")}
    return names


def test_the_table_of_keys_and_tests_is_whole(saddle, environment, root):
    """README.md beside this file has a row for every key, and every test it names exists."""
    folder = root / "Tests" / "Clients" / "repl"
    table = re.findall(r"^\| (.+?) \| (.+?) \|$", (folder / "README.md").read_text(), re.M)
    listed = {key.strip("`") for keys, _ in table for key in keys.split(", ")}
    shown = subprocess.run([saddle, "help", "keys"], env=environment, text=True, check=True,
                           capture_output=True).stdout
    assert names_of(shown) - listed == set()
    sources = "".join(path.read_text() for path in folder.glob("test_*.py"))
    named = {name for _, tests in table for name in re.findall(r"test_\w+", tests)}
    assert len(named) > 30
    assert [name for name in named if f"def {name}(" not in sources] == []
    generic = "test_every_key_that_changes_the_line_or_moves_in_it"
    claimed = {key.strip("`") for keys, tests in table if generic in tests
               for key in keys.split(", ")}
    assert claimed - {key for key, *_ in ONE_LINE} == set()
