import json

import pytest

from sim.scenario.teaching_label import LABEL
from sim.validation.levers.lever_report import FILES


@pytest.mark.usefixtures("no_run")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--pairs", 0], "must lie between 1 and"),
        (["--days", 0], "--days: must lie between 1 and 3660, is 0"),
        (["--only", "nosuch"], "--only: no lever's name contains 'nosuch'"),
        (["--only", "reserve", "--set", "attacker.troop=1"], "--set: attacker.troop: the scenario has no such path"),
        (["--only", "reserve", "--out", "."], "exists already"),
    ],
)
def test_wrong_input_is_reported_on_one_line_before_any_run(sim_command, arguments, message):
    code, out, err = sim_command("levers", *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1


@pytest.mark.slow
def test_the_table_is_printed_and_saved(sim_command, tmp_path):
    arguments = ["--only", "order x", "--pairs", 2, "--days", 3, "--set", "time.tick_h=12", "--workers", 1]
    code, out, _ = sim_command("levers", *arguments, "--out", "found")
    assert code == 0
    assert LABEL in out
    assert "The tables are in found." in out
    assert {path.name for path in (tmp_path / "found").iterdir()} == set(FILES)
    code, out, _ = sim_command("levers", *arguments, "--json")
    saved = json.loads((tmp_path / "found/levers.json").read_text("utf-8"), parse_constant=pytest.fail)
    assert json.loads(out)["predictions"] == saved["predictions"]
    assert {one["lever"] for one in saved["predictions"]} == {"order x 4"}
