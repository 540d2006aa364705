"""The rules of the messaging protocol that kernels get wrong, each seen from outside."""
import os
import signal
import time

import pytest

SPIN = "while true { }"


def types(messages):
    return [message["msg_type"] for message in messages]


def test_a_cell_that_fails_stops_those_sent_with_it_and_no_later_one(wire):
    for _ in range(10):
        sent = [wire.execute(code) for code in ("surely_unknown", "print(1)", "print(2)")]
        replies = [wire.reply(one) for one in sent]
        assert [reply["ename"] for reply in replies[1:]] == ["Aborted", "Aborted"]
        assert all(reply["status"] == "error" and reply["traceback"] for reply in replies)
        assert wire.reply(wire.execute("3"))["status"] == "ok"


def test_every_request_goes_from_busy_to_idle_even_when_it_fails(wire):
    requests = [
        ("execute_request", {"code": 7}), ("complete_request", {}), ("inspect_request", {}),
        ("is_complete_request", {}), ("history_request", {}), ("comm_info_request", {}),
        ("kernel_info_request", {}), ("usage_request", {}), ("unheard_of_request", {}),
        ("list_subshell_request", {}), ("delete_subshell_request", {"subshell_id": "no"}),
    ]
    for kind, content in requests:
        for socket in (wire.shell, wire.control):
            sent = wire.send(kind, content, socket)
            assert "status" in wire.reply(sent, socket), kind
            states = [message["content"]["execution_state"] for message in wire.published(sent)
                      if message["msg_type"] == "status"]
            assert states == ["busy", "idle"], kind


def test_ids_are_fresh_and_the_session_is_one(wire):
    messages = []
    for code in ("print(1)", "surely_unknown", "6 * 7"):
        messages += wire.published(wire.execute(code))
    assert len({message["header"]["msg_id"] for message in messages}) == len(messages)
    assert len({message["header"]["session"] for message in messages}) == 1


def test_silent_cells_publish_nothing_and_do_not_count(wire):
    before = wire.reply(wire.execute("1"))["execution_count"]
    for code in ("print(1)", "6 * 7", "surely_unknown"):
        sent = wire.execute(code, silent=True)
        assert types(wire.published(sent)) == ["status", "status"]
        assert wire.reply(sent)["execution_count"] == before
    assert wire.reply(wire.execute("1", store_history=False))["execution_count"] == before
    assert wire.reply(wire.execute("1"))["execution_count"] == before + 1


def test_user_expressions_succeed_and_fail_each_by_itself(wire):
    sent = wire.execute("x = 20", user_expressions={"good": "x + 1", "bad": "surely_unknown"})
    results = wire.reply(sent)["user_expressions"]
    assert results["good"]["data"]["text/plain"] == "21"
    assert results["bad"]["status"] == "error" and results["bad"]["ename"] == "NameError"


def test_the_cursor_counts_code_points(wire):
    code = 'x = "𝒳🇩🇪"; lsga'
    sent = wire.send("complete_request", {"code": code, "cursor_pos": len(code)})
    reply = wire.reply(sent)
    assert reply["matches"] == ["lsgan"]
    assert code[reply["cursor_start"]:reply["cursor_end"]] == "lsga"
    types = reply["metadata"]["_jupyter_types_experimental"]
    assert [one["text"] for one in types] == reply["matches"]


def test_completeness_gives_the_indent(wire):
    def ask(code):
        return wire.reply(wire.send("is_complete_request", {"code": code}))
    assert ask("repeat 3 {")["status"] == "incomplete"
    assert ask("repeat 3 {")["indent"].isspace()
    assert ask("1 + 1")["status"] == "complete"
    assert ask(")")["status"] == "invalid"


def test_an_unknown_comm_is_closed_at_once(wire):
    sent = wire.send("comm_open", {"comm_id": "c", "target_name": "nobody", "data": {}})
    messages = wire.published(sent)
    assert types(messages) == ["status", "comm_close", "status"]
    assert wire.reply(wire.send("comm_info_request"))["comms"] == {}


def test_questions_are_answered_while_a_cell_runs(wire, kernel):
    sent = wire.execute(SPIN)
    time.sleep(0.2)
    questions = [
        ("complete_request", {"code": "lsg", "cursor_pos": 3}, wire.shell),
        ("inspect_request", {"code": "lsgan", "cursor_pos": 3, "detail_level": 0}, wire.shell),
        ("is_complete_request", {"code": "1"}, wire.shell),
        ("comm_info_request", {}, wire.shell), ("kernel_info_request", {}, wire.shell),
        ("kernel_info_request", {}, wire.control), ("usage_request", {}, wire.control),
    ]
    for kind, content, socket in questions:
        times = []
        for _ in range(5):
            began = time.perf_counter()
            reply = wire.reply(wire.send(kind, content, socket), socket)
            times.append(time.perf_counter() - began)
            assert reply["status"] in ("ok", "complete")
        assert sorted(times)[2] < 0.05, (kind, times)
    kernel.interrupt()
    assert wire.reply(sent)["ename"] == "Interrupted"


def test_a_subshell_reads_and_writes_what_a_running_cell_sees(wire, kernel):
    subshell = wire.reply(
        wire.send("create_subshell_request", socket=wire.control), wire.control)["subshell_id"]
    listed = wire.reply(wire.send("list_subshell_request", socket=wire.control), wire.control)
    assert listed["subshell_id"] == [subshell]
    running = wire.execute('goes = true; turns = 0\nwhile goes { turns += 1 }\nprint("ended")')
    time.sleep(0.2)
    side = {"subshell_id": subshell}
    sent = wire.execute("turns", header=side)
    result = [message for message in wire.published(sent)
              if message["msg_type"] == "execute_result"][0]
    assert float(result["content"]["data"]["text/plain"]) > 0
    wire.execute("goes = false", header=side)
    texts = [message["content"]["text"] for message in wire.published(running)
             if message["msg_type"] == "stream"]
    assert texts == ["ended\n"]
    deleted = wire.send("delete_subshell_request", side, wire.control)
    assert wire.reply(deleted, wire.control)["status"] == "ok"


def test_an_unknown_subshell_is_refused(wire):
    sent = wire.execute("1", header={"subshell_id": "nobody"})
    assert wire.reply(sent)["status"] == "error"
    assert types(wire.published(sent)) == ["status", "status"]


def test_input_is_asked_of_the_front_end(kernel):
    kernel.client.allow_stdin = True
    sent = kernel.client.execute('x = input("name? "); print("hello \\(x)")', allow_stdin=True)
    question = kernel.client.get_stdin_msg(timeout=10)
    assert question["content"] == {"prompt": "name? ", "password": False}
    kernel.client.input("Ada")
    assert kernel.collect(sent).stdout == "hello Ada\n"


def test_a_stale_answer_is_not_taken_for_a_new_one(kernel):
    kernel.client.input("stale")
    time.sleep(0.1)
    sent = kernel.client.execute('print(input("?"))', allow_stdin=True)
    kernel.client.get_stdin_msg(timeout=10)
    kernel.client.input("fresh")
    assert kernel.collect(sent).stdout == "fresh\n"


def test_where_nobody_can_answer_asking_is_an_error(kernel):
    result = kernel.execute('input("?")', check=False, allow_stdin=False)
    assert "input" in result.error


def test_a_wait_for_input_can_be_interrupted(kernel):
    sent = kernel.client.execute('input("?")', allow_stdin=True)
    kernel.client.get_stdin_msg(timeout=10)
    kernel.interrupt()
    assert kernel.collect(sent, check=False).reply["content"]["ename"] == "Interrupted"


def test_history_outlives_the_kernel(start_kernel):
    first = start_kernel()
    for code in ("6 * 7", "x = 3", "6 * 7"):
        first.execute(code)
    first.close()
    second = start_kernel()
    ask = dict(reply=True, timeout=10)
    tail = second.client.history(hist_access_type="tail", n=2, **ask)["content"]["history"]
    assert [row[2] for row in tail] == ["x = 3", "6 * 7"]
    before = second.client.history(
        hist_access_type="range", session=-1, start=1, stop=3, output=True, **ask)
    assert [row[2] for row in before["content"]["history"]] == [["6 * 7", "42"], ["x = 3", None]]
    found = second.client.history(hist_access_type="search", pattern="6*", unique=True, **ask)
    assert [row[2] for row in found["content"]["history"]] == ["6 * 7"]


@pytest.mark.parametrize("restart", [True, False])
def test_shutdown_is_answered_and_announced(kernel, wire, restart):
    sent = wire.send("shutdown_request", {"restart": restart}, wire.control)
    assert wire.reply(sent, wire.control) == {"status": "ok", "restart": restart}
    assert "shutdown_reply" in types(wire.published(sent))
    process = kernel.manager.provisioner.process
    assert process.wait(timeout=5) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_kernel_that_is_asked_to_end_ends_in_good_order(start_kernel, tmp_path, number):
    kernel = start_kernel(transport="ipc", ip=str(tmp_path / "s"))
    kernel.client.execute(SPIN)
    time.sleep(0.2)
    os.kill(kernel.pid, number)
    assert kernel.manager.provisioner.process.wait(timeout=5) == 0
    assert not list(tmp_path.glob("s-*"))


def test_shutdown_ends_a_running_cell(kernel, wire):
    wire.execute(SPIN)
    time.sleep(0.2)
    wire.send("shutdown_request", {"restart": False}, wire.control)
    assert kernel.manager.provisioner.process.wait(timeout=5) == 0


def test_a_restart_forgets_everything(kernel):
    kernel.execute("x = 3")
    kernel.manager.restart_kernel()
    kernel.client.wait_for_ready(timeout=30)
    assert "x" in kernel.execute("x", check=False).error
