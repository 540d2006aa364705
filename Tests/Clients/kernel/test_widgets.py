"""Every command that puts a control on the screen, by the messages of widget protocol 2.1."""
import base64

import pytest

VIEW = "application/vnd.jupyter.widget-view+json"


class Shown:
    """What a cell that shows one control sent."""

    def __init__(self, wire, code):
        self.wire = wire
        self.messages = wire.published(wire.execute(code))
        assert not [m for m in self.messages if m["msg_type"] == "error"], self.messages
        self.models = {m["content"]["comm_id"]: m["content"]["data"]["state"]
                       for m in self.messages if m["msg_type"] == "comm_open"}
        self.bundle = next(m["content"]["data"] for m in self.messages
                           if VIEW in m["content"].get("data", {}))

    def model(self, name):
        """Id and state of the one model with this name."""
        [found] = [(key, state) for key, state in self.models.items()
                   if state["_model_name"] == name]
        return found

    def updates(self, name):
        """Messages of the kernel about a model."""
        key, _ = self.model(name)
        return [m for m in self.messages
                if m["msg_type"] == "comm_msg" and m["content"]["comm_id"] == key]

    def says(self, name, data):
        """What the front end's message about a model causes: text, and models' new states."""
        key, _ = self.model(name)
        answers = self.wire.published(
            self.wire.send("comm_msg", {"comm_id": key, "data": data}))
        self.last = answers
        return "".join(m["content"]["text"] for m in answers if m["msg_type"] == "stream")


def moved(**state):
    return {"method": "update", "state": state, "buffer_paths": []}


CLICK = {"method": "custom", "content": {"event": "click"}}


@pytest.mark.parametrize("code, model, before, after, plain, message, text", [
    ('slider "x", 0...1, x -> print(2 * x)', "FloatSliderModel", {"value": 0.5}, "1\n",
     "x = 0.5", moved(value=0.25), "0.5\n"),
    ('slider "n", 0...10, n -> print(2 * n)', "IntSliderModel", {"value": 5}, "10\n",
     "n = 5", moved(value=7), "14\n"),
    ("interact x in 0.001...0.1 { print(x) }", "FloatLogSliderModel", {"value": 0.01}, "0.01\n",
     "x = 0.01", moved(value=0.05), "0.05\n"),
    ('dropdown "modes", [4, 8], n -> print(n + 1)', "DropdownModel", {"index": 0}, "5\n",
     "modes = 4", moved(index=1), "9\n"),
    ('button "more", () -> print("pressed")', "ButtonModel", {"description": "more"}, "",
     "[more]", CLICK, "pressed\n"),
])
def test_a_control_runs_its_function(wire, code, model, before, after, plain, message, text):
    shown = Shown(wire, code)
    _, state = shown.model(model)
    assert before.items() <= state.items()
    assert state["_model_module"] == "@jupyter-widgets/controls"
    assert state["_model_module_version"] == "2.0.0"
    # A front end without widgets shows a line of text, and what the function made at first.
    assert shown.bundle["text/plain"].startswith(plain)
    assert "".join(m["content"]["text"] for m in shown.messages
                   if m["msg_type"] == "stream") == after
    assert shown.says(model, message) == text
    if message is not CLICK:
        echoes = [m["content"]["data"] for m in shown.last if m["msg_type"] == "comm_msg"]
        assert {"method": "echo_update", "state": message["state"], "buffer_paths": []} in echoes


def test_every_model_names_the_protocol_and_every_reference_an_open_model(wire):
    shown = Shown(wire, 'dropdown "modes", [4, 8], n -> show(ring(n))')
    for message in shown.messages:
        if message["msg_type"] == "comm_open":
            assert message["metadata"]["version"] == "2.1.0"
            assert message["content"]["target_name"] == "jupyter.widget"
    references = [text for state in shown.models.values() for value in state.values()
                  for text in (value if isinstance(value, list) else [value])
                  if isinstance(text, str) and text.startswith("IPY_MODEL_")]
    assert references and {text[len("IPY_MODEL_"):] for text in references} <= set(shown.models)
    assert shown.bundle[VIEW]["model_id"] in shown.models
    # The picture that a front end without widgets shows below the line of text.
    assert [m for m in shown.messages
            if m["msg_type"] == "display_data" and "image/png" in m["content"]["data"]]


def test_progress_moves_one_bar(wire):
    shown = Shown(wire, 'for i in 1...4 { progress i, 4, "work" }')
    _, state = shown.model("FloatProgressModel")
    assert (state["min"], state["max"], state["value"], state["description"]) == (0, 4, 1, "work")
    assert [m["content"]["data"]["state"]["value"]
            for m in shown.updates("FloatProgressModel")] == [2, 3, 4]
    assert shown.bundle["text/plain"].startswith("work: 1")


def test_an_image_is_replaced_in_its_place(wire):
    shown = Shown(wire, 'for i in 1...3 { image "noise", rand([4, 8, 8, 1]) }')
    key, state = shown.model("ImageModel")
    assert state["format"] == "png"
    opened = next(m for m in shown.messages
                  if m["msg_type"] == "comm_open" and m["content"]["comm_id"] == key)
    assert opened["content"]["data"]["buffer_paths"] == [["value"]]
    pictures = [bytes(opened["buffers"][0])]
    for update in shown.updates("ImageModel"):
        assert update["content"]["data"]["buffer_paths"] == [["value"]]
        pictures.append(bytes(update["buffers"][0]))
    assert len(set(pictures)) == 3
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    # A static picture and a line of text for a front end without widgets.
    assert base64.b64decode(shown.bundle["image/png"]) == pictures[0]
    assert shown.bundle["text/plain"] == "4 pictures"


def test_images_of_other_labels_and_sizes_have_places_of_their_own(wire):
    messages = wire.published(wire.execute(
        'image "a", rand([1, 8, 8, 1]); image "b", rand([1, 8, 8, 1])\n'
        'image "a", rand([9, 8, 8, 1]); image "a", show(digits()); image "a", ring(8)'))
    opened = [m for m in messages if m["msg_type"] == "comm_open"
              and m["content"]["data"]["state"]["_model_name"] == "ImageModel"]
    assert len(opened) == 5


def test_image_still_makes_spaces_and_says_what_it_wants(wire):
    assert wire.value("image(8, 8)") == "image(8, 8, 1)"
    assert "a picture, data, or a tensor" in wire.reply(wire.execute('image "a", 3'))["evalue"]
    found = wire.ask("inspect_request", {"code": "image", "cursor_pos": 3, "detail_level": 0})
    assert "image(label, picture)" in found["data"]["text/plain"]
    assert "image(height, width" in found["data"]["text/plain"]


def test_a_page_that_was_loaded_anew_gets_the_state_of_each_control(wire):
    shown = Shown(wire, 'slider "x", 0...1, x -> x')
    key, _ = shown.model("FloatSliderModel")
    shown.says("FloatSliderModel", moved(value=0.75))
    wire.send("comm_open", {"comm_id": "k", "target_name": "jupyter.widget.control", "data": {}})
    answer = wire.published(
        wire.send("comm_msg", {"comm_id": "k", "data": {"method": "request_states"}}))
    states = next(m["content"]["data"]["states"] for m in answer if m["msg_type"] == "comm_msg")
    assert states[key]["state"]["value"] == 0.75
    # A model that the front end closes is forgotten.
    wire.published(wire.send("comm_close", {"comm_id": key, "data": {}}))
    answer = wire.published(
        wire.send("comm_msg", {"comm_id": "k", "data": {"method": "request_states"}}))
    states = next(m["content"]["data"]["states"] for m in answer if m["msg_type"] == "comm_msg")
    assert key not in states


def test_where_nothing_can_be_moved_there_is_text_and_a_picture(run_saddle, tmp_path):
    code = """slider "x", 0...1, x -> x^2
dropdown "modes", [4, 8], n -> show(ring(n))
button "more", () -> 1
for i in 1...2 { progress i, 2 }
for i in 1...2 { image "noise", rand([4, 8, 8, 1]) }"""
    ended = run_saddle(code)
    assert ended.returncode == 0, ended.stderr
    for line in ("x = 0.5 (from 0.0 to 1.0)", "0.25", "modes = 4 (of 4, 8)", "[more]"):
        assert line in ended.stdout
    assert ended.stdout.count("4 pictures") == 2
