"""A client that speaks the wire protocol itself, where jupyter_client is too polite."""
import time

import zmq
from jupyter_client.session import Session


class Wire:
    """Sockets of one's own on a running kernel. `listen` opens IOPub too."""

    def __init__(self, manager, listen=True, key=None, receive_limit=None):
        info = manager.get_connection_info()
        self.session = Session(
            key=info["key"] if key is None else key, signature_scheme=info["signature_scheme"])
        self.context = zmq.Context()
        self.info = info
        self.shell = self.open(zmq.DEALER, "shell_port")
        self.control = self.open(zmq.DEALER, "control_port")
        self.iopub = self.open(zmq.SUB, "iopub_port", receive_limit) if listen else None

    def open(self, kind, port, receive_limit=None):
        socket = self.context.socket(kind)
        socket.linger = 0
        if receive_limit is not None:
            socket.rcvhwm = receive_limit
            socket.rcvbuf = 4096
        socket.connect(f"{self.info['transport']}://{self.info['ip']}"
                       f"{':' if self.info['transport'] == 'tcp' else '-'}{self.info[port]}")
        if kind == zmq.SUB:
            socket.subscribe(b"")
        return socket

    def send(self, kind, content=None, socket=None, header=None):
        """Sends a request and returns its id."""
        message = self.session.msg(kind, content or {})
        message["header"] |= header or {}
        self.session.send(socket or self.shell, message)
        return message["header"]["msg_id"]

    def execute(self, code, header=None, **options):
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {},
                   "allow_stdin": False, "stop_on_error": True} | options
        return self.send("execute_request", content, header=header)

    def receive(self, socket, seconds=10):
        """The next message; None when none comes in time."""
        if not socket.poll(seconds * 1000):
            return None
        return self.session.recv(socket, mode=0)[1]

    def reply(self, sent, socket=None, seconds=10):
        """The content of the reply to `sent`."""
        end = time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0:
            message = self.receive(socket or self.shell, rest)
            if message and message["parent_header"].get("msg_id") == sent:
                return message["content"]
        raise TimeoutError(f"no reply within {seconds} s")

    def published(self, sent, seconds=10):
        """What `sent` caused on IOPub up to its idle."""
        end = time.monotonic() + seconds
        messages = []
        while (rest := end - time.monotonic()) > 0:
            message = self.receive(self.iopub, rest)
            if not message or message["parent_header"].get("msg_id") != sent:
                continue
            messages.append(message)
            if message["content"].get("execution_state") == "idle":
                return messages
        raise TimeoutError(f"no idle within {seconds} s: {[m['msg_type'] for m in messages]}")

    def began(self, sent, kind="execute_input", seconds=30):
        """Waits until `sent` has caused a message of this kind: by default, until its cell runs."""
        end = time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0:
            message = self.receive(self.iopub, rest)
            if (message and message["parent_header"].get("msg_id") == sent
                    and message["msg_type"] == kind):
                return message
        raise TimeoutError(f"no {kind} within {seconds} s")

    def ask(self, kind, content=None, socket=None, header=None, seconds=10):
        """The content of the reply to a request."""
        return self.reply(self.send(kind, content, socket, header), socket, seconds)

    def subshell(self):
        """The header field that names a new subshell."""
        made = self.ask("create_subshell_request", {}, self.control)
        return {"subshell_id": made["subshell_id"]}

    def value(self, code, seconds=10):
        """The text of the value of a cell; None when it has none."""
        texts = [message["content"]["data"]["text/plain"]
                 for message in self.published(self.execute(code), seconds)
                 if message["msg_type"] == "execute_result"]
        return texts[-1] if texts else None

    def welcome(self, seconds=10):
        """Waits until nothing on IOPub is missed any more."""
        while (message := self.receive(self.iopub, seconds)) is not None:
            if message["msg_type"] == "iopub_welcome":
                return
        raise TimeoutError("no welcome")

    def close(self):
        self.context.destroy(linger=0)
