"""The classifier that measures look through is trained once for each data set and kept in a file."""
from pathlib import Path

import pytest

PROGRAM = "print fid(digits(), digits(), count: 500)"


@pytest.fixture
def stored(environment):
    """The files of stored classifiers."""
    folder = Path(environment["XDG_CACHE_HOME"]) / "saddle" / "classifiers"
    return lambda: sorted(folder.glob("*.safetensors"))


def test_the_next_session_takes_it_and_says_the_same(run_saddle, stored):
    first = run_saddle(PROGRAM)
    assert first.returncode == 0, first.stderr
    (path,) = stored()
    assert path.name.startswith("digits-")
    written = path.stat().st_mtime_ns
    again = run_saddle(PROGRAM)
    assert (again.stdout, again.stderr) == (first.stdout, first.stderr)
    assert path.stat().st_mtime_ns == written


def test_a_damaged_one_is_made_again_with_a_note(run_saddle, stored):
    first = run_saddle(PROGRAM)
    (path,) = stored()
    sound = path.read_bytes()
    path.write_bytes(sound[:-1000])
    again = run_saddle(PROGRAM)
    assert again.returncode == 0 and again.stdout == first.stdout
    assert f"note: the stored classifier {path} is not used" in again.stderr
    assert "truncated" in again.stderr and "a new one is trained" in again.stderr
    assert path.read_bytes() == sound
    assert not list(path.parent.glob("*.part*")) and len(stored()) == 1


def test_a_folder_that_cannot_be_made_costs_a_note_only(run_saddle, environment):
    Path(environment["XDG_CACHE_HOME"]).write_text("a file is in the way")
    done = run_saddle(PROGRAM)
    assert done.returncode == 0 and "classifier" in done.stdout
    assert "for this session only" in done.stderr
