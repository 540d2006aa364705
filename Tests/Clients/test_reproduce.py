"""`saddle reproduce`: the table of what the papers showed, beside what comes out here."""


def reproduce(run_saddle, *arguments):
    return run_saddle(args=["reproduce", *arguments])


def test_the_quickest_row_is_a_table_with_their_figures_and_ours(run_saddle):
    done = reproduce(run_saddle, "dirac")
    assert done.returncode == 0, done.stderr
    rows = [line.split("|")[1:-1] for line in done.stdout.splitlines() if line.startswith("| ")]
    assert [cell.strip() for cell in rows[0][2:4]] == ["theirs", "ours (mean ± standard error)"]
    assert len(rows) == 1 + 12
    for row in rows[1:]:
        assert abs(float(row[2]) - float(row[3])) < 0.001, row


def test_an_unknown_row_is_a_fault_with_the_way_out(run_saddle):
    done = reproduce(run_saddle, "dirak")
    assert done.returncode == 1
    assert "there is no experiment dirak" in done.stderr and "did you mean dirac?" in done.stderr


def test_the_stored_document_has_every_experiment(run_saddle, root):
    document = (root / "REPRODUCED.md").read_text()
    names = reproduce(run_saddle, "--list").stdout.split()
    assert len(names) >= 7
    assert document.count("<br>") == len(names)


def test_a_table_is_written_to_a_file(run_saddle, tmp_path):
    done = reproduce(run_saddle, "dirac", "--output", str(tmp_path / "table.md"))
    assert done.returncode == 0 and done.stdout == ""
    assert (tmp_path / "table.md").read_text().startswith("# What the papers showed")
