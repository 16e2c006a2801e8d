"""The label counts the values that a scenario uses, and captions say what a spread holds and when runs are few."""

import pytest

from sim.quantity import Provenance
from sim.scenario.loader import load
from sim.scenario.provenance import records
from sim.scenario.teaching_label import LABEL, count_sources, few_in_words, label_line, label_of_several, what_varies

KINDS = ("reported", "derived", "estimated", "invented_for_teaching", "set_by_scenario", "setting")


def row(path, kind, value=1):
    return Provenance(path, value, "km", kind, None, "", "", "", "", "")


def test_the_label_counts_what_is_assumed_and_leaves_settings_out():
    assert label_line(row(f"a.{kind}", kind) for kind in KINDS) == f"{LABEL}: 1 value reported, 4 assumed"


def test_values_of_a_mechanism_that_is_off_are_not_counted():
    rows = [row("artillery.shells_per_day", "reported"), row("cohesion.floor", "estimated")]
    assert count_sources(rows) == (1, 1)
    assert count_sources([*rows, row("off", "setting", ["artillery"])]) == (0, 1)


def test_the_hill_counts_nothing_of_the_city_whose_theatre_it_extends():
    rows = load("one-hill").provenance
    off = ("detection.", "drone_strikes.", "artillery.", "supply.")
    inherited = [r for r in rows if r.path.startswith((*off, "command.effort.frontal.", "forces."))]
    assert len(inherited) > 50
    counted = count_sources(rows)
    assert counted[0] == 0
    assert counted == count_sources([r for r in rows if r not in inherited])


def test_the_diverted_force_is_counted_where_it_is_not_diverted():
    """110,000 soldiers, and the 63,000 and 7,000 at Kursk, who are away in the baseline and move no soldiers in it."""
    assert count_sources(load("baseline").provenance)[0] == 1
    assert count_sources(load("no-kursk-diversion").provenance)[0] == 3


def test_dated_replacements_and_doctrines_are_counted_in_the_place_of_steady_ones():
    rows = [
        row("command.doctrine", "setting", "first"),
        row("command.doctrine_from[0].doctrine", "setting", "second"),
        *(row(f"command.effort.{name}.west", "estimated") for name in ("first", "second", "third")),
        row("reinforcement.attacker_replacements_per_day", "estimated"),
        row("forces.replacements.attacker", "estimated", [[0, 5]]),
    ]
    assert count_sources(rows) == (0, 3)
    assert count_sources([*rows, row("off", "setting", ["forces"])]) == (0, 3)


def test_a_theatre_of_another_war_does_not_count_the_forces_at_kursk(tmp_path):
    (tmp_path / "other.yaml").write_text(
        "extends: theatre/pokrovsk.yaml\nname: Another war\nquestion: Who holds the town?\n"
        "attacker:\n  troops: {assume: 20000, range: [10000, 30000], why: a guess}\n"
    )
    assert count_sources(load(tmp_path / "other.yaml").provenance)[0] == 0


def test_several_labels_become_one_with_the_range_of_their_counts():
    manifests = [
        {"label": label_line(rows), "provenance": records(rows)}
        for rows in (load("baseline").provenance, load("no-kursk-diversion").provenance)
    ]
    assert label_of_several(manifests).startswith(f"{LABEL}: 1 to 3 values reported, ")
    assert label_of_several(manifests[:1] * 2) == manifests[0]["label"]


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (1, ""),
        (2, "Only 2 runs: too few for 95 % intervals; use 8 or more"),
        (7, "Only 7 runs: too few for 95 % intervals of most means and of differences; use 8"),
        (8, ""),
    ],
)
def test_few_runs_carry_a_warning(n, text):
    assert text in few_in_words(n, "runs")
    assert text in what_varies([{"n_replications": n}, {"n_replications": 30}])
    assert bool(text) is bool(few_in_words(n, "runs"))


def test_few_draws_carry_a_warning():
    manifest = {"assumptions": "drawn", "n_draws": 3, "replications_per_draw": 10, "n_replications": 30}
    assert "Only 3 draws: too few for 95 % intervals; use 10 or more." in what_varies([manifest])
