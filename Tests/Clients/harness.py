"""A kernel, a client and what a cell did, in the words of the tests."""
import base64
import re
import time
from dataclasses import dataclass, field

import psutil

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def wait_until(condition, seconds, what="it", required=True):
    """Looks every 20 ms until `condition()` holds, and returns its value; fails after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value or time.monotonic() > end:
            break
        time.sleep(0.02)
    if required and not value:
        raise TimeoutError(f"{what} did not happen within {seconds} s")
    return value


@dataclass
class Result:
    """All that one execute request caused."""
    reply: dict
    messages: list = field(default_factory=list)

    def of_type(self, *kinds):
        return [message for message in self.messages if message["msg_type"] in kinds]

    def stream(self, name):
        return "".join(message["content"]["text"] for message in self.of_type("stream")
                       if message["content"]["name"] == name)

    @property
    def stdout(self):
        return self.stream("stdout")

    @property
    def stderr(self):
        return self.stream("stderr")

    @property
    def bundles(self):
        """The data of everything displayed, updated or returned, in order."""
        return [message["content"]["data"] for message in
                self.of_type("display_data", "update_display_data", "execute_result")]

    @property
    def shown(self):
        """What a person sees in the end: per display the last bundle, in order of appearance."""
        seen = {}
        for index, message in enumerate(
                self.of_type("display_data", "update_display_data", "execute_result")):
            content = message["content"]
            identity = content.get("transient", {}).get("display_id") or index
            seen[identity] = content["data"]
        return list(seen.values())

    @property
    def pngs(self):
        """The pictures that a person sees in the end, as bytes."""
        return [base64.b64decode(bundle["image/png"]) for bundle in self.shown
                if "image/png" in bundle]

    @property
    def text(self):
        """The text of the cell's value; None when it has none."""
        results = self.of_type("execute_result")
        return results[-1]["content"]["data"]["text/plain"] if results else None

    @property
    def error(self):
        """The error's text as a person reads it, without colours; None when all went well."""
        errors = self.of_type("error")
        if not errors:
            return None
        return ANSI.sub("", "\n".join(errors[-1]["content"]["traceback"]))


def execute(client, code, timeout=60, check=True, **options) -> Result:
    """Runs a cell and collects all it causes until its reply and its idle have both come.
    Fails when the cell fails, unless `check` is false."""
    sent = client.execute(code, **options)
    return collect(client, sent, timeout, check)


def collect(client, sent, timeout=60, check=True) -> Result:
    """What the request with the id `sent` caused, until its reply and its idle have both come."""
    end = time.monotonic() + timeout
    result = Result(reply={})
    while True:
        message = client.get_iopub_msg(timeout=max(0.001, end - time.monotonic()))
        if message["parent_header"].get("msg_id") != sent:
            continue
        result.messages.append(message)
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            break
    while not result.reply:
        message = client.get_shell_msg(timeout=max(0.001, end - time.monotonic()))
        if message["parent_header"].get("msg_id") == sent:
            result.reply = message
    if check:
        assert result.reply["content"]["status"] == "ok", result.error or result.reply["content"]
    return result


class Kernel:
    """A running kernel (`manager`, `pid`) and a client that is connected to it (`client`)."""

    def __init__(self, manager):
        self.manager = manager
        self.client = None
        self.pid = manager.provisioner.process.pid
        self.clients = []

    def connect(self):
        """A further client of the same kernel; the first is `client`."""
        client = self.manager.client()
        client.start_channels()
        self.clients.append(client)
        client.wait_for_ready(timeout=30)
        self.client = self.client or client
        return client

    def execute(self, code, timeout=60, check=True, **options) -> Result:
        return execute(self.client, code, timeout, check, **options)

    def send(self, code, **options) -> str:
        """Sends a cell and does not wait; `collect` gathers what it caused."""
        return self.client.execute(code, **options)

    def collect(self, sent, timeout=60, check=True) -> Result:
        return collect(self.client, sent, timeout, check)

    def interrupt(self):
        self.manager.interrupt_kernel()

    @property
    def resident(self) -> float:
        """Resident memory in MiB."""
        return psutil.Process(self.pid).memory_info().rss / 2**20

    def close(self):
        for client in self.clients:
            client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()
        wait_until(lambda: not psutil.pid_exists(self.pid)
                   or psutil.Process(self.pid).status() == psutil.STATUS_ZOMBIE, 10,
                   f"the end of kernel {self.pid}")
