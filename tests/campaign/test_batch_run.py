"""Mesa's batch_run over campaigns: names and values as parameters, on every version of Mesa that is supported.

Covers sim.campaign.scenario_argument.
"""

import inspect

import mesa
import numpy as np
import pytest

from sim.campaign.mesa_model import Campaign
from sim.errors import InputError
from sim.scenario.loader import load
from tests.support.toy_theatre import toy

SHORT = {"time.horizon_days": 3, "time.tick_h": 6}
N_STEPS = 12
HAS_RNG = "rng" in inspect.signature(mesa.batch_run).parameters  # Mesa 3.5; 3.3 takes the seeds as a parameter


def batch(parameters, seeds, **options):
    """Run a batch without a bar; return its rows in the order of the runs."""
    if HAS_RNG:
        options["rng"] = seeds
    else:
        parameters = {"seed": seeds} | parameters
    rows = mesa.batch_run(Campaign, parameters, max_steps=10_000, display_progress=False, **options)
    return sorted(rows, key=lambda row: (row["seed"], row["attacker.troops"], row["Step"]))


def losses(seed, troops):
    """Return both sides' losses at the end of a run."""
    model = Campaign("one-hill", seed, collect="nothing", **SHORT, **{"attacker.troops": troops})
    return model.run().series["losses"][-1].tolist()


@pytest.mark.slow
@pytest.mark.parametrize("number_processes", [1, 2])
def test_a_batch_takes_names_and_values_and_reports_the_end_of_each_run(number_processes):
    parameters = {"scenario": "one-hill", "attacker.troops": [200, 400]} | SHORT
    rows = batch(parameters, [1, 2], number_processes=number_processes)
    assert [(row["seed"], row["attacker.troops"]) for row in rows] == [(1, 200), (1, 400), (2, 200), (2, 400)]
    for row in rows:
        assert (row["scenario"], row["hour"]) == ("one-hill", 72.0)
        ends = [row["attacker_losses"], row["defender_losses"]]
        assert ends == losses(row["seed"], row["attacker.troops"])
    assert len({row["attacker_losses"] for row in rows}) > 1


def test_a_batch_can_report_every_step():
    rows = batch({"scenario": "one-hill", "attacker.troops": 200} | SHORT, [1], data_collection_period=1)
    assert [row["hour"] for row in rows] == [6.0 * n for n in range(1, N_STEPS + 1)]
    lost = [row["attacker_losses"] for row in rows]
    assert lost == sorted(lost)
    assert lost[-1] == losses(1, 200)[0] > 0


def test_a_batch_without_seeds_runs_independently_and_says_which_seed_each_run_had():
    rows = batch({"scenario": "one-hill", "attacker.troops": 200} | SHORT, [None] * 3)
    assert len({row["seed"] for row in rows}) == 3
    for row in rows:
        assert [row["attacker_losses"], row["defender_losses"]] == losses(row["seed"], 200)


def test_a_loaded_scenario_runs_with_changed_values():
    scenario = load("baseline")
    changed = Campaign(scenario, 1, collect="nothing", **{"attacker.troops": 60_000, "time.horizon_days": 2})
    assert changed.inputs.attacker.troops == 60_000
    assert changed.clock[-1].end_h == 48.0
    assert scenario.attacker.troops != 60_000
    row = next(row for row in changed.inputs.provenance if row.path == "attacker.troops")
    assert (row.value, row.kind, row.who) == (60_000, "set_by_scenario", "an argument of Campaign")


def test_a_name_and_a_loaded_scenario_give_the_same_run():
    named = Campaign("one-hill", 1, **SHORT).run()
    loaded = Campaign(load("one-hill"), 1, **SHORT).run()
    assert all(np.array_equal(values, loaded.series[name]) for name, values in named.series.items())


def test_without_a_seed_every_campaign_has_its_own():
    first, second = (Campaign(toy({"time.horizon_days": 1})) for _ in range(2))
    assert first.draws.seed != second.draws.seed
    again = Campaign(toy({"time.horizon_days": 1}), first.draws.seed)
    runs = first.run().series, again.run().series
    assert all(np.array_equal(values, runs[1][name]) for name, values in runs[0].items())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"scenario": "one-hil"}, "one-hil: no such file or shipped scenario; did you mean one-hill?"),
        ({"scenario": ("name", "x")}, "scenario: must be a name, a file or a loaded scenario, is ('name', 'x'); mesa"),
        ({"scenario": None}, "scenario: must be a name, a file or a loaded scenario, is None"),
        ({"scenario": "one-hill", "attacker.troop": 1}, "no such path; did you mean attacker.troops?"),
        ({"scenario": load("baseline"), "attacker.troop": 1}, "troop: Baseline has no such value; did you mean attack"),
        ({"scenario": toy(), "attacker.troops": "many"}, "attacker.troops"),
        ({"scenario": toy(), "collect": "agent"}, "one of nothing, model, agents, is agent; did you mean agents?"),
        ({"scenario": toy(), "seed": "1"}, "seed: must be a whole number, is '1'"),
        ({"scenario": toy(), "replication": 1.5}, "replication: must be a whole number"),
        ({"scenario": toy(), "seed": -1}, "seed: must lie between 0 and 4294967295, is -1"),
    ],
)
def test_a_wrong_argument_is_named_on_one_line(arguments, words):
    with pytest.raises(InputError) as caught:
        Campaign(**arguments)
    assert len(caught.value.lines) == 1
    assert words in caught.value.lines[0]
