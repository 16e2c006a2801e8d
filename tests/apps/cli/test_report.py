import json

import pytest

from sim.campaign.replications import run
from tests.support.toy_theatre import toy


@pytest.fixture
def folder(tmp_path):
    return run(toy({"time.horizon_days": 1})).save(tmp_path / "results" / "one")


@pytest.mark.slow
def test_the_page_stands_beside_its_folder(sim_command, folder):
    assert sim_command("report", folder) == (0, f"The report is in {folder}.html.\n", "")
    assert folder.with_name("one.html").read_text("utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.slow
def test_the_page_is_written_to_the_file_that_is_named_and_replaces_none(sim_command, folder):
    assert sim_command("report", folder, "--out", "new/page.html")[:2] == (0, "The report is in new/page.html.\n")
    code, out, err = sim_command("report", folder, "--out", "new/page.html")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "new/page.html: exists already" in err


def test_a_sweep_is_refused_with_the_commands_that_read_it(sim_command, tmp_path):
    (tmp_path / "swept").mkdir()
    (tmp_path / "swept" / "manifest.json").write_text(json.dumps({"made_by": "sim sweep"}))
    assert sim_command("report", "swept") == (2, "", "swept: holds a sweep; use sim explore or sim analyse\n")
