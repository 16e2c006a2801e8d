"""The lesson that ships: docs/lesson holds what the code of today writes, numbers of the model of today included."""

import base64
import json
import re
from pathlib import Path

import numpy as np
import pytest

from sim.apps.explorer.explorer_page import script
from sim.campaign.replications import simulate
from sim.experiment.designs import design_of, scenario_at
from sim.experiment.experiment_loader import load_experiment
from sim.results.outcome_wording import measure
from sim.scenario.loader import load

ROOT = Path(__file__).parents[1]
LESSON, ANIMATION = ROOT / "docs/lesson/lesson.html", ROOT / "docs/lesson/animation.html"
SIM = ROOT / "sim"


def inside(page, id):
    """Return the JSON in a page's script element."""
    return json.loads(re.search(rf'<script[^>]*(?:id|class)="{id}">(.*?)</script>', page, re.DOTALL)[1])


@pytest.fixture(scope="module")
def lesson():
    return LESSON.read_text("utf-8")


@pytest.mark.slow
def test_the_pages_are_small_have_the_code_of_today_and_need_no_network(lesson):
    assert LESSON.stat().st_size + ANIMATION.stat().st_size <= 2_000_000
    assert script() in lesson
    assert (SIM / "apps/explorer/page/explorer.css").read_text("utf-8").strip() in lesson
    animation = ANIMATION.read_text("utf-8")
    for name in ("animation.js", "animation.css"):
        assert (SIM / "plots/animation/page" / name).read_text("utf-8").strip() in animation
    for page in (lesson, animation):
        assert set(re.findall(r"\w+://[^\s\"]+", page)) <= {"http://www.w3.org/2000/svg"}


def test_the_levers_and_the_question_are_those_of_the_shipped_experiment(lesson):
    experiment, data = load_experiment("classroom-levers"), inside(lesson, "data")
    assert [lever["meaning"] for lever in data["levers"]] == [factor.label for factor in experiment.factors]
    assert [one["name"] for one in data["measures"]] == experiment.outcomes
    assert data["n_points"] == design_of(experiment).n_points
    assert experiment.question in lesson
    assert all(factor.path not in lesson.partition("<noscript>")[0] for factor in experiment.factors)


def test_the_first_outcome_that_is_asked_for_differs_between_settings(lesson):
    data = inside(lesson, "data")
    asked = data["measures"][data["asked"]]
    assert asked["name"] != "city_held"
    assert f"selected>{asked['title']}</option>" in lesson


def test_runs_of_today_have_their_dots_on_the_page(lesson):
    experiment, data, packed = load_experiment("classroom-levers"), inside(lesson, "data"), inside(lesson, "packed")
    point = data["reference"]
    scenario = scenario_at(experiment, design_of(experiment).values.iloc[point])
    found = simulate(scenario, experiment.seed, 0).outcomes
    dots = np.frombuffer(base64.b64decode(packed["dots"]), np.uint8).reshape(
        len(data["measures"]), data["n_points"], -1
    )
    for one, places in zip(data["measures"], dots, strict=True):
        value = found[one["name"]] * (100 if measure(one["name"]).is_share else 1)
        low, high = one["scale"]["low"], one["scale"]["high"]
        expected = 255 if np.isnan(value) else round(254 * (value - low) / (high - low))
        assert places[point, 0] == expected, one["name"]


def test_the_animation_shows_a_run_of_today(lesson):
    story = inside(ANIMATION.read_text("utf-8"), "story")
    scenario = load("baseline", set={"time.tick_h": 3})
    assert story["frames"][-1]["day"] == scenario.time.horizon_days
    losses = simulate(scenario, 1, 0).outcomes["attacker_losses"]
    assert story["frames"][-1]["numbers"][0] == f"{losses:,.0f}"
