"""A real terminal for tests: tmux runs the program, keys go in, the screen comes out."""
import itertools
import os
import subprocess
from pathlib import Path

from harness import wait_until

PROMPT = "saddle>"
COUNT = itertools.count()


class Screen:
    """A window of tmux, on a server of its own that ends with the test."""

    def __init__(self, command, folder, environment, columns=80, rows=24):
        self.folder = folder
        self.socket = f"saddle-test-{os.getpid()}-{next(COUNT)}"
        kept = environment | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        kept.pop("TMUX", None)
        settings = folder / f"{self.socket}.conf"
        settings.write_text('set -g default-terminal "screen-256color"\nset -g escape-time 0\n'
                            "set -g remain-on-exit on\nset -g status off\n"
                            "set -g history-limit 5000\n")
        self.environment = kept
        self._tmux("-f", str(settings), "new-session", "-d", "-x", str(columns), "-y", str(rows),
                   "-c", str(folder), *map(str, command))

    def _tmux(self, *arguments, text=None):
        return subprocess.run(
            ["tmux", "-u", "-L", self.socket, *arguments], env=self.environment, text=True,
            input=text, capture_output=True, timeout=20, check=True).stdout

    def close(self):
        subprocess.run(["tmux", "-L", self.socket, "kill-server"], env=self.environment,
                       capture_output=True, timeout=20)
        folder = Path(self.environment.get("TMUX_TMPDIR", "/tmp")) / f"tmux-{os.getuid()}"
        (folder / self.socket).unlink(missing_ok=True)

    def keys(self, *names):
        """Presses keys by tmux's names: `keys("C-a", "Left", "Enter")`."""
        self._tmux("send-keys", *names)

    def type(self, text):
        """Types a text letter by letter."""
        self._tmux("send-keys", "-l", text)

    def line(self, text):
        """Types a line and presses Enter."""
        self.type(text)
        self.keys("Enter")

    def paste(self, text):
        """Pastes as a terminal does: in brackets, where the program asked for them."""
        self._tmux("load-buffer", "-", text=text)
        self._tmux("paste-buffer", "-p", "-r")

    def resize(self, columns, rows):
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    @property
    def text(self):
        """What is seen, without the empty lines at the end."""
        return self._tmux("capture-pane", "-p").rstrip("\n")

    @property
    def everything(self):
        """What is seen and what has scrolled away; lines that the terminal wrapped are joined."""
        return self._tmux("capture-pane", "-p", "-J", "-S", "-").rstrip("\n")

    @property
    def coloured(self):
        return self._tmux("capture-pane", "-p", "-e")

    @property
    def lines(self):
        return [line.rstrip() for line in self.text.splitlines()]

    @property
    def cursor(self):
        """Column and row, from zero."""
        x, y = self._tmux("display-message", "-p", "#{cursor_x} #{cursor_y}").split()
        return int(x), int(y)

    @property
    def pid(self):
        return int(self._tmux("display-message", "-p", "#{pane_pid}"))

    @property
    def exit(self):
        """The exit code of the program; None while it runs."""
        dead, status = self._tmux(
            "display-message", "-p", "#{pane_dead} [#{pane_dead_status}]").split()
        status = status.strip("[]")
        if dead == "1" and status:
            return int(status)
        # On a busy machine tmux may notice the end late or not at all; the system knows it.
        try:
            state = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        except FileNotFoundError:
            return -1 if dead == "1" else None
        return int(state[-1]) >> 8 if state[0] == "Z" else None

    def wait(self, expected, seconds=10):
        """Waits until the screen holds a text, or satisfies a function of its lines."""
        holds = expected if callable(expected) else lambda lines: expected in "\n".join(lines)
        try:
            wait_until(lambda: holds(self.lines), seconds)
        except TimeoutError:
            raise AssertionError(f"never came: {expected}\n{self.text}") from None
        return self

    def wait_prompt(self, line=""):
        """Waits until the last line is a prompt with this text."""
        wanted = f"{PROMPT} {line}".rstrip()
        return self.wait(lambda lines: bool(lines) and lines[-1] == wanted)
