"""A game that trains: it is interrupted, asked, steered and watched meanwhile."""
import os
import signal
import time

import pytest

GAME = """seed 1
G = noise(16) |> linear(64) |> relu |> linear(64) |> sigmoid |> reshape(8, 8, 1)
D = image(8, 8, 1) |> flatten |> linear(64) |> leaky_relu(0.2) |> linear(1)
g = wgan_gp(G, D, digits())"""
TRAIN = "train g, rounds: 100_000_000"


def by_message(kernel):
    kernel.manager.interrupt_kernel()


def by_signal(kernel):
    os.kill(kernel.pid, signal.SIGINT)


@pytest.fixture
def game(wire):
    """A raw client of a kernel in which `g` is a game."""
    assert wire.reply(wire.execute(GAME))["status"] == "ok"
    return wire


def displays(messages):
    return [message["content"] for message in messages
            if message["msg_type"] in ("display_data", "update_display_data")]


@pytest.mark.parametrize("interrupt", [by_message, by_signal])
def test_an_interrupt_ends_training_well_and_it_goes_on(kernel, game, interrupt):
    latencies, rounds = [], 0
    for _ in range(5):
        sent = game.execute(TRAIN)
        time.sleep(0.5)
        began = time.perf_counter()
        interrupt(kernel)
        assert game.reply(sent)["status"] == "ok"
        latencies.append(time.perf_counter() - began)
        last = displays(game.published(sent))[-1]
        assert "interrupted" in last["data"]["text/plain"] and "image/png" in last["data"]
        before, rounds = rounds, int(game.value("g.round"))
        assert rounds > before
        assert game.value("length(g.history.D)") == str(rounds)
    assert sorted(latencies)[2] < 0.2, latencies


@pytest.mark.timeout(120)
def test_signals_at_any_moment_of_training_harm_nothing(kernel, game):
    for _ in range(40):
        sent = game.execute(TRAIN)
        for _ in range(10):
            time.sleep(0.005)
            by_signal(kernel)
        # The first one ends training; another one, while the last picture is drawn, the cell.
        assert game.reply(sent)["status"] in ("ok", "error")
    assert int(game.value("g.round")) > 0


def test_questions_are_answered_while_a_game_trains(kernel, game):
    sent = game.execute(TRAIN)
    time.sleep(0.5)
    questions = [
        ("kernel_info_request", {}), ("complete_request", {"code": "lsg", "cursor_pos": 3}),
        ("inspect_request", {"code": "lsgan", "cursor_pos": 5, "detail_level": 0}),
        ("is_complete_request", {"code": "f("}), ("comm_info_request", {}),
    ]
    for kind, content in questions:
        waits = []
        for _ in range(5):
            began = time.perf_counter()
            assert game.reply(game.send(kind, content))["status"] in ("ok", "incomplete")
            waits.append(time.perf_counter() - began)
        assert sorted(waits)[2] < 0.05, (kind, waits)
    usage = game.send("usage_request", {}, game.control)
    assert game.reply(usage, game.control)["kernel_memory"] > 0
    by_message(kernel)
    assert game.reply(sent)["status"] == "ok"


def subshell(wire):
    sent = wire.send("create_subshell_request", {}, wire.control)
    return {"subshell_id": wire.reply(sent, wire.control)["subshell_id"]}


def test_a_subshell_reads_curves_and_sets_a_hyperparameter(kernel, game):
    sent = game.execute(TRAIN)
    time.sleep(0.5)
    other = subshell(game)

    def value(code):
        asked = game.execute(code, header=other)
        reply = game.reply(asked)
        assert reply["status"] == "ok", reply
        texts = []
        while True:
            message = game.receive(game.iopub)
            if message["parent_header"].get("msg_id") != asked:
                continue
            if message["msg_type"] == "execute_result":
                texts.append(message["content"]["data"]["text/plain"])
            if message["content"].get("execution_state") == "idle":
                return texts[-1] if texts else None
    first = int(value("length(g.history.D)"))
    assert value("g.λ") == "10"
    value("g.λ = 1")
    time.sleep(0.2)
    assert value("g.λ") == "1"
    assert int(value("length(g.history.D)")) > first
    attached = game.execute("attach g", header=other)
    assert game.reply(attached)["status"] == "ok"
    by_message(kernel)
    assert game.reply(sent)["status"] == "ok"
    assert game.value("g.λ") == "1"


def test_attach_shows_a_game_that_has_trained(game):
    game.published(game.execute("train g, rounds: 20"))
    shown = displays(game.published(game.execute("attach g")))
    assert len(shown) == 1 and "image/png" in shown[0]["data"]
    assert shown[0]["data"]["text/plain"].startswith("round 20")


def test_attach_goes_on_while_the_game_trains(kernel, game):
    sent = game.execute(TRAIN)
    time.sleep(0.8)
    attached = game.execute("attach g", header=subshell(game))
    ids = set()
    while len(ids) < 2:
        message = game.receive(game.iopub)
        if message["msg_type"] == "display_data":
            ids.add((message["parent_header"]["msg_id"],
                     message["content"]["transient"]["display_id"]))
    assert {parent for parent, _ in ids} == {sent, attached}
    assert len({display for _, display in ids}) == 1
    by_message(kernel)
    assert game.reply(sent)["status"] == "ok"


def test_a_slider_steers_the_game_that_trains(kernel, game):
    opened = game.published(game.execute("control g.λ, 0...20"))
    slider = [message["content"] for message in opened if message["msg_type"] == "comm_open"
              and "Slider" in message["content"]["data"]["state"].get("_model_name", "")
              and "value" in message["content"]["data"]["state"]]
    assert [one["data"]["state"]["value"] for one in slider] == [10]
    sent = game.execute(TRAIN)
    time.sleep(0.5)
    game.send("comm_msg", {"comm_id": slider[0]["comm_id"], "data": {
        "method": "update", "state": {"value": 2.5}, "buffer_paths": []}})
    time.sleep(0.5)
    by_message(kernel)
    assert game.reply(sent)["status"] == "ok"
    assert game.value("g.λ") == "2.5"


def test_a_slider_of_no_hyperparameter_is_an_error(game):
    reply = game.reply(game.execute("control g.unheard_of, 0...20"))
    assert reply["ename"] == "NameError" and "unheard_of" in reply["evalue"]
