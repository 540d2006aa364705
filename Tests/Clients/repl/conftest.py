"""A terminal with the REPL in it, as a person has it."""
import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("screen", Path(__file__).with_name("screen.py"))
_screen = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_screen)


@pytest.fixture
def open_screen(saddle, environment, tmp_path):
    """Opens terminals: `open_screen()`, `open_screen(columns=200, env={...}, command=["sh"])`."""
    opened = []

    def start(*arguments, columns=80, rows=24, env=None, command=None):
        private = environment | {"XDG_STATE_HOME": str(tmp_path / "state"), "SHELL": "/bin/sh"}
        screen = _screen.Screen(
            command or [saddle, *arguments], tmp_path, private | (env or {}), columns, rows)
        opened.append(screen)
        return screen

    yield start
    for screen in opened:
        screen.close()


@pytest.fixture
def repl(open_screen):
    """A prompt in 80 columns and 24 rows."""
    return open_screen().wait_prompt()


@pytest.fixture(params=[(80, 24), (200, 50)], ids=["80x24", "200x50"])
def any_repl(request, open_screen):
    """A prompt in a small and in a large window."""
    columns, rows = request.param
    return open_screen(columns=columns, rows=rows).wait_prompt()


@pytest.fixture
def history_file(tmp_path):
    return tmp_path / "state" / "saddle" / "history"
