import json

import pytest

from sim.results.comparison.comparison import Comparison
from sim.scenario.teaching_label import LABEL

SHORT = ["--set", "time.horizon_days=3", "--set", "time.tick_h=12", "--workers", 1]


@pytest.fixture
def pilot(sim_command):
    arguments = ["compare", "baseline", "no-drones", *SHORT, "--replications", 3, "--out", "pilot"]
    assert sim_command(*arguments)[0] == 0
    return Comparison.load("pilot")


def test_the_pairs_for_a_wished_width_are_printed_with_what_they_rest_on(sim_command, pilot):
    code, out, _ = sim_command("plan", "pilot", "attacker_losses", 10)
    assert code == 0
    needed = pilot.pairs_for("attacker_losses", 10)
    assert needed > pilot.pairs_for("attacker_losses", 20)
    assert f"{needed:,}" in out
    text = " ".join(out.split())
    assert "rest on the spread of the pilot's 3 pairs" in text
    assert "with another --seed than 1" in text
    assert LABEL in out
    document = json.loads(sim_command("plan", "pilot", "attacker_losses", 10, "--json")[1])
    assert document["variants"] == {"No drones": needed}


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["pilot", "losses", 10], "outcome: there is no losses; did you mean"),
        (["pilot", "attacker_losses", 0], "half_width: must be a number above 0"),
        (["pilot", "city_held", 0.1], "these pairs show no spread to plan from"),
        (["nowhere", "attacker_losses", 10], "nowhere: no such"),
    ],
)
def test_what_cannot_be_planned_is_reported_on_one_line(sim_command, pilot, arguments, fault):
    code, out, err = sim_command("plan", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert fault in err
