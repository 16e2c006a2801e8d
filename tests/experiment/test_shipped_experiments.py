"""Every shipped experiment can be read, has its points, and runs at the last of them."""

import json
from pathlib import Path

import pytest

from sim.campaign.replications import run
from sim.errors import InputError
from sim.experiment.designs import design_of, scenario_at
from sim.experiment.experiment_loader import load_experiment
from sim.experiment.experiment_schema import Experiment
from sim.quantity import walk
from sim.scenario.editor_schema import experiment_schema
from sim.scenario.reading.file_lookup import shipped_experiments, shipped_names

ROOT = Path(__file__).parents[2]
DESIGNS = {
    "classroom-levers": ("full_grid", 36),
    "discovery": ("latin_hypercube", 1000),
    "drones-force-ratio": ("full_grid", 81),
    "kursk-grid": ("full_grid", 50),
    "morris-screen": ("morris", 1920),
    "sobol-screened": ("saltelli", 1792),
    "tornado": ("one_at_a_time", 377),
    "threshold": ("full_grid", 49),
    "two-levers": ("full_grid", 49),
}


def test_these_experiments_ship():
    assert shipped_experiments() == sorted(DESIGNS)
    assert not [name for name in shipped_names() if name.startswith("experiments")]


@pytest.mark.parametrize("name", DESIGNS)
def test_a_shipped_experiment_has_the_points_that_its_comment_says(name):
    experiment = load_experiment(name)
    design = design_of(experiment)
    assert (design.details["kind"], design.n_points) == DESIGNS[name]
    assert experiment.question.endswith("?")
    tick_h = 6 if name == "threshold" else 3
    assert all(one.time.tick_h == tick_h and one.time.horizon_days <= 480 for one in experiment.scenarios.values())
    n_runs = design.n_points * experiment.replications
    text = (ROOT / "scenarios" / "experiments" / f"{name}.yaml").read_text("utf-8")
    assert f"{n_runs:,} runs" in text
    for _, point in design.values.iloc[:: max(1, design.n_points // 20)].iterrows():
        scenario_at(experiment, point)


@pytest.mark.parametrize("name", DESIGNS)
def test_the_outcomes_of_an_experiment_are_those_of_its_runs(name):
    experiment = load_experiment(name)
    point = design_of(experiment).values.iloc[-1]
    scenario = scenario_at(experiment, point).model_copy(deep=True)
    short = scenario.model_copy(update={"time": scenario.time.model_copy(update={"horizon_days": 2, "tick_h": 12.0})})
    assert set(experiment.outcomes) <= set(run(short, 1).outcomes)


def test_a_scenario_is_refused_as_an_experiment():
    with pytest.raises(InputError, match="no such file or shipped experiment"):
        load_experiment("baseline")


def test_every_field_of_an_experiment_has_a_unit_and_a_meaning():
    assert [leaf.path for leaf in walk(Experiment) if not (leaf.unit and leaf.meaning)] == []


def test_the_committed_schema_of_experiments_for_editors_is_the_present_one():
    committed = json.loads((ROOT / "docs" / "experiment.schema.json").read_text(encoding="utf-8"))
    assert committed == experiment_schema(Experiment), "run: make schema"
