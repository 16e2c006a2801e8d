import json

import pytest

from sim.campaign.policies import ATTACKER_POLICIES, DEFENDER_POLICIES
from sim.experiment.experiment_loader import load_experiment
from sim.results import record
from sim.results.outcome_wording import OUTCOMES
from sim.scenario.loader import load
from sim.scenario.reading.file_lookup import shipped_experiments, shipped_names
from sim.scenario.schema import mechanism_names
from sim.world.integer_codes import COUNTS

POLICIES = [f"command.attacker_policy={name}" for name in ATTACKER_POLICIES]
POLICIES += [f"command.defender_policy={name}" for name in DEFENDER_POLICIES]
SERIES = [
    ".".join((family, *map(str.upper, dims))) for family, (dims, *_) in record.SERIES.items() if family != "count"
] + list(COUNTS)
NAMES = {
    "scenarios": shipped_names(),
    "experiments": shipped_experiments(),
    "outcomes": list(OUTCOMES),
    "series": SERIES,
    "policies": POLICIES,
    "mechanisms": mechanism_names(),
}


@pytest.mark.parametrize("kind", NAMES)
def test_a_kind_is_listed_with_every_name_and_a_meaning_on_one_line_each(sim_command, kind):
    code, out, err = sim_command("list", kind)
    rows = [line.split(maxsplit=1) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert sorted(name for name, _ in rows) == sorted(NAMES[kind])
    assert [meaning for _, meaning in rows if len(meaning) < 8] == []


def test_without_a_kind_everything_is_listed_but_the_scenarios_in_folders(sim_command):
    code, out, _ = sim_command("list")
    names = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]
    headings = [line.split()[0].lower() for line in out.splitlines() if not line.startswith(" ")]
    assert code == 0
    assert headings == list(NAMES)
    assert sorted(names) == sorted(name for kind in NAMES.values() for name in kind if "/" not in name)


def test_the_meaning_of_a_scenario_or_an_experiment_is_its_question(sim_command):
    listed = json.loads(sim_command("list", "--json")[1])
    assert list(listed) == list(NAMES)
    questions = {row["name"]: row["meaning"] for kind in ("scenarios", "experiments") for row in listed[kind]}
    assert questions["no-drones"] == load("no-drones").question
    assert questions["two-levers"] == load_experiment("two-levers").question


def test_a_listed_policy_can_be_set_as_it_is_listed(sim_command):
    changes = dict(name.split("=") for name in POLICIES)
    assert all(load("baseline", set={path: name}).digest for path, name in changes.items())


def test_an_unknown_kind_is_refused_with_the_known_ones(sim_command):
    message = "KIND: must be one of scenarios, experiments, outcomes, series, policies, mechanisms, is 'scenario'\n"
    assert sim_command("list", "scenario") == (2, "", message)
