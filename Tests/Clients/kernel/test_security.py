"""Signatures, garbage, encryption, addresses, files."""
import json
import os
import stat
import subprocess
import time
from pathlib import Path

import psutil
import pytest
import zmq
from jupyter_client.session import Session

from harness import wait_until


def drained(socket, seconds=0.3):
    """Everything that arrives within a moment."""
    messages = []
    while socket.poll(seconds * 1000):
        messages.append(socket.recv_multipart())
    return messages


def test_wrong_keys_and_replays_get_no_answer(kernel, wire, open_wire):
    stranger = open_wire(kernel, listen=False, key=b"not the key")
    unsigned = open_wire(kernel, listen=False, key=b"")
    for client in (stranger, unsigned):
        for socket in (client.shell, client.control):
            client.send("kernel_info_request", socket=socket)
    for client in (stranger, unsigned):
        assert not client.shell.poll(200) and not client.control.poll(200)

    message = wire.session.msg("kernel_info_request")
    frames = wire.session.serialize(message)
    for _ in range(3):
        wire.shell.send_multipart(frames)
    assert len(drained(wire.shell)) == 1
    assert kernel.execute("6 * 7").text == "42"


def test_a_changed_content_is_noticed(wire):
    message = wire.session.msg("execute_request", {"code": "print(1)"})
    frames = wire.session.serialize(message)
    frames[-1] = frames[-1].replace(b"1", b"2")
    wire.shell.send_multipart(frames)
    assert drained(wire.shell) == []


def test_a_thousand_garbage_messages(kernel, wire):
    import random
    noise = random.Random(7)
    sockets = [wire.open(zmq.DEALER, port)
               for port in ("shell_port", "control_port", "stdin_port", "hb_port")]
    for _ in range(1000):
        frames = [noise.randbytes(noise.randrange(60)) for _ in range(noise.randrange(1, 9))]
        if noise.random() < 0.5:
            frames[noise.randrange(len(frames))] = b"<IDS|MSG>"
        noise.choice(sockets).send_multipart(frames)
    # Well signed, and nonsense all the same.
    for text in (b"", b"{", b"[]", b"[" * 100_000, b'{"msg_type": 3}', b"\xff\xfe", b"null"):
        parts = [text, b"{}", b"{}", b"{}"]
        wire.shell.send_multipart([b"<IDS|MSG>", wire.session.sign(parts), *parts])
    assert kernel.execute("6 * 7").text == "42"
    assert kernel.manager.provisioner.process.poll() is None
    kernel.client.hb_channel.unpause()
    assert wait_until(kernel.client.hb_channel.is_beating, 5, "a heartbeat")


def test_raw_bytes_on_the_ports_harm_nobody(kernel):
    import socket
    info = kernel.manager.get_connection_info()
    for port in ("shell_port", "control_port", "stdin_port", "iopub_port", "hb_port"):
        for data in (b"GET / HTTP/1.1\r\n\r\n", os.urandom(5000), b""):
            with socket.create_connection((info["ip"], info[port])) as connection:
                connection.sendall(data)
    assert kernel.execute("6 * 7").text == "42"


def test_everything_is_bound_to_the_address_given(kernel):
    listening = [c.laddr for c in psutil.Process(kernel.pid).net_connections()
                 if c.status == psutil.CONN_LISTEN]
    assert len(listening) == 5
    assert {address.ip for address in listening} == {kernel.manager.ip}


def test_ipc_works_and_its_sockets_are_private_and_vanish(start_kernel, tmp_path):
    kernel = start_kernel(transport="ipc", ip=str(tmp_path / "s"))
    assert kernel.execute("6 * 7").text == "42"
    sockets = list(tmp_path.glob("s-*"))
    assert len(sockets) == 5
    for path in sockets:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    kernel.client.shutdown()
    kernel.manager.provisioner.process.wait(timeout=5)
    assert not list(tmp_path.glob("s-*"))


def test_curve_lets_in_who_has_the_key_and_nobody_else(start_kernel):
    kernel = start_kernel(transport_encryption="required")
    assert kernel.execute("6 * 7").text == "42"
    kernel.client.hb_channel.unpause()
    assert wait_until(kernel.client.hb_channel.is_beating, 5, "a heartbeat")
    info = kernel.manager.get_connection_info()
    assert info["curve_publickey"]
    session = Session(key=info["key"], signature_scheme=info["signature_scheme"])
    with zmq.Context() as context:
        wrong_server = zmq.curve_keypair()[0]
        for server in (None, wrong_server):
            client = context.socket(zmq.DEALER)
            client.linger = 0
            if server:
                client.curve_serverkey = server
                client.curve_publickey, client.curve_secretkey = zmq.curve_keypair()
            client.connect(f"tcp://{info['ip']}:{info['shell_port']}")
            session.send(client, "kernel_info_request")
            assert not client.poll(300)
            client.close()
    assert kernel.execute("6 * 7").text == "42"


GOOD = {"transport": "tcp", "ip": "127.0.0.1", "shell_port": 1, "control_port": 2, "stdin_port": 3,
        "iopub_port": 4, "hb_port": 5, "key": "k", "signature_scheme": "hmac-sha256"}
BAD = {
    "no JSON": "{", "no object": "[]", "empty": "",
    "a port that is text": json.dumps(GOOD | {"shell_port": "1"}),
    "a port too large": json.dumps(GOOD | {"hb_port": 70000}),
    "port zero": json.dumps(GOOD | {"hb_port": 0}),
    "a missing port": json.dumps({k: v for k, v in GOOD.items() if k != "iopub_port"}),
    "a key that is a number": json.dumps(GOOD | {"key": 3}),
    "an unknown transport": json.dumps(GOOD | {"transport": "pigeon"}),
    "an unknown signature scheme": json.dumps(GOOD | {"signature_scheme": "hmac-md5"}),
    "half a key pair": json.dumps(GOOD | {"curve_publickey": "x" * 40}),
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_a_bad_connection_file_is_one_line_and_code_2(saddle, environment, tmp_path, text):
    path = tmp_path / "connection.json"
    path.write_text(text)
    check_refusal(saddle, environment, path)


def test_a_missing_connection_file_is_one_line_and_code_2(saddle, environment, tmp_path):
    check_refusal(saddle, environment, tmp_path / "none.json")
    check_refusal(saddle, environment, tmp_path)


def check_refusal(saddle, environment, path):
    ended = subprocess.run([saddle, "kernel", "--connection-file", path], env=environment,
                           capture_output=True, text=True, timeout=10)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1 and str(path) in ended.stderr


def test_the_history_is_its_owners_alone(kernel, environment):
    kernel.execute("secret = 1")
    files = [path for path in Path(environment["HOME"]).rglob("*history*") if path.is_file()]
    assert files
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_killed_kernel_is_noticed_and_leaves_whole_files(kernel, start_kernel):
    kernel.execute("x = 1")
    kernel.client.execute("while true { }")
    time.sleep(0.2)
    os.kill(kernel.pid, 9)
    wait_until(lambda: not kernel.manager.is_alive(), 5, "the news")
    kernel.client.hb_channel.unpause()
    wait_until(lambda: not kernel.client.hb_channel.is_beating(), 10, "silence of the heart")
    fresh = start_kernel()
    tail = fresh.client.history(hist_access_type="tail", n=2, reply=True, timeout=10)
    assert [row[2] for row in tail["content"]["history"]] == ["x = 1", "while true { }"]


def test_no_kernel_outlives_a_parent_that_was_killed(saddle, environment, tmp_path):
    connection = tmp_path / "connection.json"
    code = f"""
import os, subprocess, sys, time
from jupyter_client.connect import write_connection_file
write_connection_file({str(connection)!r}, ip="127.0.0.1")
child = subprocess.Popen(
    [{str(saddle)!r}, "kernel", "--connection-file", {str(connection)!r}],
    env=os.environ | {{"JPY_PARENT_PID": str(os.getpid())}}, stdin=subprocess.DEVNULL,
    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
print(child.pid, flush=True)
time.sleep(60)
"""
    import sys
    parent = subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
    kernel = psutil.Process(int(parent.stdout.readline()))
    time.sleep(0.5)
    assert kernel.is_running() and kernel.status() != psutil.STATUS_ZOMBIE
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: not psutil.pid_exists(kernel.pid)
               or kernel.status() == psutil.STATUS_ZOMBIE, 6, "the end of the orphan")
