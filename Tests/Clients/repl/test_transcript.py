"""One transcript everywhere: a cell, the prompt, a script, standard input, -e."""
import json
import re
import subprocess

from harness import wait_until

PROGRAM = """seed 3
data = ring(8)
G = noise(4) |> linear(16) |> relu |> linear(2)
D = points(2) |> linear(16) |> relu |> linear(1)
g = lsgan(G, D, data, seed: 1)
print "rounds before", g.round
train g, rounds: 40
samples g
plot g
histogram randn([500])
h = fork(g)
train h, rounds: 5
surface D
for i in 1...3 { print i, i^2 }
[g.round, h.round]
"""


def split(text):
    """The text without the lines that tell where a picture went, and the files of those lines."""
    files = re.findall(r"^wrote (\S+\.png)$", text, re.M)
    return re.sub(r"^wrote \S+\.png\n", "", text, flags=re.M), files


def cell_transcript(kernel):
    """What a cell's reader sees: streams and displays in the order in which they came, an updated
    display in its first place with its last contents."""
    result = kernel.execute(PROGRAM)
    order, pictures, places = [], [], {}
    for message in result.messages:
        kind, content = message["msg_type"], message["content"]
        if kind == "stream":
            order.append(content["text"])
        if kind in ("display_data", "update_display_data", "execute_result"):
            identity = content.get("transient", {}).get("display_id") or len(places)
            if identity not in places:
                places[identity] = len(order)
                order.append("")
            order[places[identity]] = content["data"]["text/plain"] + "\n"
    pictures = result.pngs
    return "".join(order), pictures


def test_text_and_picture_bytes_are_the_same_everywhere(
        kernel, saddle, environment, open_screen, tmp_path):
    text, pictures = cell_transcript(kernel)
    assert len(pictures) >= 6 and "round 40  D" in text and text.endswith("[40, 45]\n")

    def bytes_of(files):
        return [(tmp_path / file).read_bytes() for file in files]

    script = tmp_path / "same.saddle"
    script.write_text(PROGRAM)
    ways = {"file": (["run", str(script)], ""), "stdin": ([], PROGRAM),
            "dash": (["run", "-"], PROGRAM), "text": (["-e", PROGRAM], "")}
    for name, (arguments, given) in ways.items():
        done = subprocess.run([saddle, *arguments, "--output", name], input=given, text=True,
                              capture_output=True, env=environment, cwd=tmp_path, timeout=60)
        assert (done.returncode, done.stderr) == (0, ""), name
        said, files = split(done.stdout)
        assert said == text, name
        assert bytes_of(files) == pictures, name

    screen = open_screen("--output", "prompt", columns=200, rows=50,
                         env={"SADDLE_PICTURES": "none"}).wait_prompt()
    screen.paste(PROGRAM)
    screen.wait("saddle> seed 3")
    screen.keys("Enter")
    screen.wait(lambda lines: lines[-2:] == ["[40, 45]", "saddle>"], 30)
    shown = "\n".join(line.rstrip() for line in screen.everything.splitlines())
    after = shown.split("[g.round, h.round]\n", 1)[1].removesuffix("saddle>")
    said, files = split(after)
    assert said == "".join(line.rstrip() + "\n" for line in text.splitlines())
    assert bytes_of(files) == pictures

    lines = subprocess.run([saddle, "run", script, "--json", "--output", "json"], text=True,
                           capture_output=True, env=environment, cwd=tmp_path, timeout=60)
    events = [json.loads(line) for line in lines.stdout.splitlines()]
    assert bytes_of(event["file"] for event in events if "file" in event) == pictures


def test_a_fault_is_told_in_the_same_words_everywhere(kernel, run_saddle, open_screen, tmp_path):
    program = "a = 1\nb = a + linaer(3)\n"
    cell = kernel.execute(program, check=False).error
    script = tmp_path / "wrong.saddle"
    script.write_text(program)

    def story(text):
        """Message, line and caret, hint; without the name of the source."""
        return [line.strip() for line in text.splitlines()
                if line.strip() and not re.match(r"\s*(-->|at|in) ", line)]

    told = run_saddle(file=script).stderr
    assert "linaer" in told and "did you mean linear?" in told
    screen = open_screen(columns=200).wait_prompt()
    screen.paste(program.strip())
    screen.keys("Enter")
    screen.wait("did you mean linear?")
    wait_until(lambda: screen.lines[-1] == "saddle>", 5)
    for line in story(told):
        if "wrong.saddle" not in line:
            assert line in cell and line in screen.text
