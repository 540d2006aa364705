"""A lesson on published data runs where there is neither the data nor a network."""
NOWHERE = {name: "http://127.0.0.1:9" for name in
           ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")}


def test_other_data_take_the_place_of_absent_ones(run_saddle):
    finished = run_saddle('d = mnist(part: "test", instead: digits())\nprint d.name, d.count',
                          env=NOWHERE)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.splitlines()[-1] == "digits 1797"
    assert "mnist is not to be had here; digits take its place" in finished.stderr


def test_without_others_it_is_a_fault_with_a_way_out(run_saddle):
    finished = run_saddle('mnist(part: "test")', env=NOWHERE)
    assert finished.returncode == 1
    assert "SADDLE_DATA" in finished.stderr


def test_what_is_taken_instead_are_data(run_saddle):
    finished = run_saddle('mnist(part: "test", instead: 3)', env=NOWHERE)
    assert finished.returncode == 1
    assert "expects data" in finished.stderr
