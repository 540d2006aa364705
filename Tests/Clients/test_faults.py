"""What a person reads after a mistake: the thing, the place and the way out; and life goes on."""
import pytest

MISTAKES = {
    "a wrong shape": (
        "D = image(28, 28, 1) |> linear(128)",
        ["linear(128) expects a vector, but image(28, 28, 1) gives [n, 28, 28, 1]",
         "insert flatten before it"],
        "linear(128)"),
    "an unknown name": ("x = 1\ny = linaer(3)", ["linaer", "linear"], "linaer"),
    "a syntax error": ("x = (1 + \ny = 2)", [], None),
    "an unknown member": ("g = [1, 2]\ng.lenght", ["lenght"], None),
    "a wrong argument": ("linear(\"many\")", ["linear", "many"], None),
}
each_mistake = pytest.mark.parametrize(
    "code, words, marked", MISTAKES.values(), ids=MISTAKES.keys())


def check(text, code, words, marked):
    assert "error" in text.lower()
    for word in words:
        assert word in text
    lines = text.splitlines()
    carets = [index for index, line in enumerate(lines) if "^" in line]
    assert carets, text
    line, caret = lines[carets[0] - 1], lines[carets[0]]
    assert line.split("|", 1)[1].strip() in code
    if marked:
        # The caret's column is that of the culprit: the bars of both lines stand in one column.
        start = caret.index("^")
        assert line[start:start + caret.count("^")] == marked, text


@each_mistake
def test_a_script_ends_with_code_1(run_saddle, code, words, marked):
    finished = run_saddle(code)
    assert finished.returncode == 1
    check(finished.stderr, code, words, marked)


@each_mistake
def test_a_kernel_answers_and_lives_on(kernel, code, words, marked):
    result = kernel.execute(code, check=False)
    assert result.reply["content"]["status"] == "error"
    check(result.error, code, words, marked)
    assert kernel.execute("1 + 1").text == "2"


def test_help_tells_what_lsgan_is(run_saddle):
    finished = run_saddle("help lsgan")
    assert finished.returncode == 0, finished.stderr
    assert "1611.04076" in finished.stdout
    for parameter in ("a", "b", "c", "optimizer"):
        assert parameter in finished.stdout
