import json

import pandas as pd
import pytest

from sim.scenario.teaching_label import LABEL
from sim.validation.patterns.claims import claims
from sim.validation.patterns.pattern_report import FILES


@pytest.mark.usefixtures("no_run")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["baseline", "--draws", 0], "--draws: must lie between 1 and 10000, is 0"),
        (["baseline", "--days", 0], "--days: must lie between 1 and"),
        (["baseline", "--replications", 0], "--replications: must lie between"),
        (["baseline", "--workers", 0], "--workers: must lie between"),
        (["basline"], "no such file or shipped scenario; did you mean baseline"),
        (["baseline", "--set", "attacker.troop=1"], "--set: attacker.troop: the scenario has no such path"),
        (["baseline", "--out", "."], "exists already"),
    ],
)
def test_wrong_input_is_reported_on_one_line_before_any_run(sim_command, arguments, message):
    code, out, err = sim_command("patterns", *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1


@pytest.mark.slow
def test_the_table_is_printed_and_saved_and_the_same_seed_gives_the_same_claims(sim_command, tmp_path):
    arguments = ["baseline", "--draws", 2, "--days", 3, "--set", "time.tick_h=12", "--workers", 1]
    arguments += ["--set", "time.horizon_days=4"]
    code, out, _ = sim_command("patterns", *arguments, "--out", "found")
    assert code == 0
    assert LABEL in out
    assert "as claimed" in out
    assert "Tables and picture are in found." in out
    assert {path.name for path in (tmp_path / "found").iterdir()} == set(FILES)
    saved = json.loads((tmp_path / "found/patterns.json").read_text("utf-8"), parse_constant=pytest.fail)
    assert [claim["claim"] for claim in saved["claims"]] == [claim.text for claim in claims()]
    assert (saved["days"], saved["days_p1"], saved["n_runs"]) == (3, 4, 26)
    for name in ("patterns.csv", "runs.csv", "draws.csv"):
        assert pd.read_csv(tmp_path / "found" / name)["label"].str.startswith(LABEL).all()
    before = (tmp_path / "found/patterns.json").read_bytes()
    code, out, _ = sim_command("patterns", *arguments, "--json")
    again = json.loads(out)
    assert again["label"].startswith(LABEL)
    assert again["claims"] == saved["claims"]
    code, _, err = sim_command("patterns", *arguments, "--out", "found")
    assert (code, "exists already" in err) == (2, True)
    assert (tmp_path / "found/patterns.json").read_bytes() == before
