"""The what-if library: every file states its question, runs, and diverges from its parent where its change begins."""

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.campaign.mesa_model import Campaign
from sim.campaign.replications import run
from sim.scenario.loader import load
from sim.scenario.parameter_sampling import draw
from sim.scenario.reading import shipped_folders
from sim.scenario.reading.file_lookup import shipped_names
from sim.validation.patterns.scenario_variants import column_size

# A year's ticks are not needed to see where two runs part.
COARSE = {"time.tick_h": 3}
NAMES = [name for name in shipped_names() if "/" not in name]
README = (shipped_folders.scenarios_dir() / "README.md").read_text("utf-8")
ROW = re.compile(
    r"^\| \[(?P<name>[\w-]+)\]\((?P<file>[\w.-]+)\) \| (?P<question>.+?) \| (?P<changes>.+?) \|$", re.MULTILINE
)
ROWS = {row["name"]: row for row in ROW.finditer(README)}
OWN = ("name", "question", "article_says", "debrief")
# Words of a question about missing or disputed things.
CRITICAL = re.compile(
    r"missing|invented|assumed|disput|rival|claim|figure|publish|rests? on|not in the article|would you (ask|question)",
    re.IGNORECASE,
)
MAPS = {"baseline", "year-before", "whole-front", "one-hill", "kursk", "kursk-august"}

# The day from whose first hour on a change can matter.
DATED = {
    "diversion-returns-late": 60,
    "supply-cut-road": 60,
    "supply-cut-rail": 60,
    "supply-cut-both": 60,
    "fortress-belt": 60,
    "talks-deadline": 90,
}
# So that the reserve goes forward on the third morning, after events to compare, and no other soldiers fill the line
# first.
EARLY_RESERVE = COARSE | {
    "time.horizon_days": 20,
    "command.gap_trigger": 0.2,
    "reinforcement.defender_replacements_per_day": 0,
}


@cache
def written(name):
    """Return the keys that a scenario's file states itself."""
    return yaml.safe_load((shipped_folders.scenarios_dir() / f"{name}.yaml").read_text("utf-8"))


@cache
def simulated(name, days, off=None):
    """Run a scenario; off: what is off in it, where another is compared with it."""
    values = COARSE | {"time.horizon_days": days} | ({} if off is None else {"off": list(off)})
    return run(load(name, set=values))


def parent_and(name, days):
    """Run the parent of a scenario, with the same mechanisms, and the scenario."""
    return simulated(parent(name), days, tuple(load(name).off)), simulated(name, days)


def parent(name):
    return Path(written(name)["extends"]).with_suffix("").as_posix()


def in_words(path, value):
    """Write one change as the table of scenarios does."""
    if isinstance(value, dict):
        value = value["assume"]
    if path == "supply.cuts":
        return f"`{path}`: " + ", ".join(f"{cut['name']} ({cut['kind']}) from day {cut['from_day']}" for cut in value)
    if path == "forces.transfers":
        return f"`{path}`: " + ", ".join(f"{one['name']} from day {one['from_day']}" for one in value)
    return f"`{path}`: {value}"


def days_that_differ(one, other, but=()):
    """Return the days (rows of the series) on which any series of two runs differs."""
    differs = np.zeros(one.series.sizes["time"], bool)
    for name in one.series.data_vars:
        if "time" in one.series[name].dims and name not in but:
            pair = one.series[name].values, other.series[name].values
            differs |= (pair[0] != pair[1]).reshape(len(differs), -1).any(axis=1)
    return np.flatnonzero(differs)


def events_before(result, hour):
    return result.events[result.events["hour"] < hour].reset_index(drop=True)


def first_hour(result, kind):
    return float(result.events.hour[result.events.kind == kind].min())


def same_up_to(one, other, day, but=()):
    """Assert that two runs are one up to a day's first hour, in every series and every event."""
    assert (days_that_differ(one, other, but) > day).all()
    before = events_before(one, day * 24.0)
    assert len(before) > 10
    assert before.equals(events_before(other, day * 24.0))


def test_the_library_has_the_scenarios_that_it_needs():
    assert len(NAMES) >= 24
    assert set(DATED) < set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_states_its_own_question_and_what_the_article_does_not_say(name):
    own = written(name)
    assert [key for key in OWN if not own.get(key)] == []
    assert own["question"].endswith("?")
    assert re.search(r"does not|not mention|gives no|names no|nowhere", own["article_says"])
    assert bool(own.get("changes")) or name in MAPS
    assert 2 <= len(own["debrief"]) <= 4
    for question in own["debrief"]:
        assert len(question) <= 160
        assert re.search(r"[?.]$", question)
    assert any(CRITICAL.search(question) for question in own["debrief"])


@pytest.mark.parametrize("key", ["name", "question", "debrief"])
def test_no_two_scenarios_ask_the_same(key):
    asked = [item for name in NAMES for item in np.atleast_1d(written(name)[key])]
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_runs(name):
    result = simulated(name, 4)
    assert result.series.sizes["time"] == 5
    assert result.series["soldiers"].values[-1].min() > 0


@pytest.mark.parametrize("name", NAMES)
def test_a_scenarios_assumed_values_can_be_drawn_and_its_own_changes_stay(name):
    scenario = load(name)
    for drawn in draw(scenario, 4, seed=1):
        values = {row.path: row.value for row in drawn.provenance}
        fixed = {row.path: row.value for row in scenario.provenance if row.range is None}
        assert {path: values[path] for path in fixed} == fixed


@pytest.mark.parametrize("name", [name for name in NAMES if name not in MAPS])
def test_what_a_scenario_changes_it_changes_from_its_parent(name):
    ours = {row.path: row.value for row in load(name).provenance}
    theirs = {row.path: row.value for row in load(parent(name)).provenance}
    for path, value in written(name)["changes"].items():
        value = value["assume"] if isinstance(value, dict) else value
        if path == "supply.cuts":
            assert theirs["supply.cuts"] == []
        elif path == "forces.transfers":
            assert [ours[f"{path}[{i}].name"] for i in range(len(value))] == [one["name"] for one in value]
        elif "mobility_share" not in path:
            assert ours[path] == value != theirs[path], path
    changed = {path for path in ours if ours[path] != theirs.get(path)} - {*OWN, "asks", "off"}
    assert all(any(path.startswith(change) for change in written(name)["changes"]) for path in changed)


def test_columns_have_the_published_size():
    for name in ("frontal-assault", "encirclement"):
        scenario = load(name)
        assert scenario.attacker.group_size == column_size(scenario.resolution.team_size)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "day"), DATED.items())
def test_a_dated_scenario_is_its_parent_up_to_its_day_and_not_after(name, day):
    one, other = parent_and(name, day + 8)
    same_up_to(one, other, day)
    assert days_that_differ(one, other)[0] == day + 1


def test_the_disputed_diversion_is_the_baseline_without_the_departure():
    """The finding that the file names: by the rival account, Kursk changed nothing here."""
    one, other = parent_and("disputed-diversion", 12)
    assert len(days_that_differ(one, other, but=("soldiers_by_role",))) == 0
    away = (one.series["soldiers_by_role"] - other.series["soldiers_by_role"]).sel(side="attacker")
    assert (away.sel(role="away") == 70_000).all()
    assert (away.drop_sel(role="away") == 0).all()
    with_departure = one.events[one.events["kind"] != "diversion_left"].reset_index(drop=True)
    assert len(with_departure) == len(one.events) - 1
    assert with_departure.equals(other.events.reset_index(drop=True))


def test_a_late_reserve_changes_nothing_before_the_reserve_would_have_arrived():
    one, other = (run(load(name, set=EARLY_RESERVE)) for name in ("baseline", "late-reserve"))
    arrives_h = first_hour(one, "reserve_arrived")
    later_h = load("late-reserve").reserves.prep_h - load("baseline").reserves.prep_h
    assert first_hour(other, "reserve_arrived") == arrives_h + later_h
    same_up_to(one, other, int(arrives_h // 24))
    assert days_that_differ(one, other)[0] == arrives_h // 24 + 1


def test_no_reserve_changes_nothing_but_its_number_before_it_would_have_been_committed():
    one, other = (run(load(name, set=EARLY_RESERVE)) for name in ("baseline", "no-reserve"))
    committed_h = first_hour(one, "reserve_committed")
    same_up_to(one, other, int(committed_h // 24), but=("soldiers", "reserve_soldiers", "soldiers_by_role"))
    n_before = int(committed_h // 24) + 1
    missing = (one.series["soldiers"] - other.series["soldiers"]).values[:n_before]
    assert (missing == [0, load("baseline").defender.reserve]).all()
    assert len(days_that_differ(one, other, but=("soldiers", "reserve_soldiers", "soldiers_by_role")))


def weather(name, days):
    model = Campaign(load(name, set={"time.tick_h": 24, "time.horizon_days": days}), 1)
    factors = []
    while model.running:
        model.step()
        factors.append(model.ground.weather_factor[0])
    return np.array(factors)


def test_bad_weather_changes_nothing_before_the_first_day_that_it_spoils():
    spoilt = np.flatnonzero(weather("baseline", 12) != weather("bad-weather", 12))
    one, other = simulated("baseline", 12), simulated("bad-weather", 12)
    assert days_that_differ(one, other)[0] == spoilt[0] + 1
    assert spoilt[0] > 0
    same_days = one.events["hour"] < spoilt[0] * 24.0
    assert one.events[same_days].equals(other.events[other.events["hour"] < spoilt[0] * 24.0])


# Changes that act from the first hour on: the two runs begin alike and diverge within days.
AT_ONCE = sorted(set(NAMES) - MAPS - set(DATED) - {"disputed-diversion", "late-reserve", "no-reserve", "bad-weather"})


@pytest.mark.parametrize("name", AT_ONCE)
def test_any_other_scenario_begins_as_its_parent_and_diverges_from_it_soon(name):
    one, other = parent_and(name, 12)
    # Whom it counts as away differs from the first hour on where a scenario is about a diversion.
    assert 1 <= days_that_differ(one, other, but=("soldiers_by_role",))[0] <= 3


def test_the_table_of_scenarios_says_what_the_files_say():
    assert sorted(ROWS) == NAMES
    for name, row in ROWS.items():
        assert row["file"] == f"{name}.yaml"
        assert row["question"] == written(name)["question"]
        changes = written(name).get("changes", {})
        words = "; ".join(in_words(path, value) for path, value in changes.items())
        assert row["changes"].startswith(words), name
        assert bool(words) or "map" in row["changes"]


def test_the_page_of_scenarios_is_narrow():
    assert [line for line in README.splitlines() if len(line) > 120 and not line.startswith("| ")] == []


def test_the_smallest_scenario_is_forty_soldiers_and_few_events():
    result = run(load("one-hill"))
    assert result.series["soldiers"].values[0].tolist() == [32, 8]
    assert 1 <= len(result.events) <= 12


def test_the_whole_front_is_as_long_as_the_article_says():
    ground = Campaign(load("whole-front"), 1).ground
    assert ground.front_km == pytest.approx(1200, abs=1e-6)
    assert len(set(np.round(ground.front_km_by_axis, 6))) == 1
