"""No figure has texts that overlap or are cut off at the size of a projector, with long names neither.

Covers sim.plots.drawing.full_figure.
"""

from functools import cache

import numpy as np
import pytest
from matplotlib import pyplot as plt

from sim import plots
from sim.analysis import FactorRecord, morris, one_at_a_time, pawn, prim, sobol
from sim.apps.notebook.answers import Answer
from sim.apps.notebook.prediction_figure import draw_prediction
from sim.campaign.replications import replicate, run
from sim.plots import sweeps
from sim.plots.animation.daily_frames import story_of
from sim.plots.animation.frame_pictures import Film
from sim.plots.sweeps.factor_names import factor_names
from sim.quantity import walk
from sim.results.comparison.comparison import Comparison
from sim.scenario.loader import load
from sim.scenario.schema import Scenario
from sim.validation.patterns import plot_patterns
from sim.validation.verification import verification_figure
from sim.validation.verification.suite import CASES, Row
from tests.support.figure_texts import faults_of
from tests.support.known_sweeps import grid, latin, one_by_one, saltelli, sweep, trajectories
from tests.support.pattern_runs import hand_made_study
from tests.support.toy_theatre import GROUND, toy

N = 3
SHORT = {"time.horizon_days": 20, "time.tick_h": 6}
SHIPPED = ("baseline", "one-hill", "whole-front", "talks-deadline")
# Names as long as a scenario may have them, without a place to break, and wide letters.
LONG = "What if the defender's reserve had come three weeks earlier and by rail, with half of its guns? " * 2
UNBROKEN, WIDE = "Donaudampfschifffahrtsgesellschaft" * 5, "WWWWWW MMMMMM " * 10
OUTCOME = "area_changed_km2"


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@cache
def ensemble(name):
    if name in SHIPPED:
        horizon = {} if name == "one-hill" else SHORT
        return replicate(load(name, set=horizon), N, seed=2, workers=1)
    ground = {key: [value | {"name": f"{UNBROKEN[:40]} {LONG[:20]} {i}"} for i, value in enumerate(GROUND[key])]
              for key in ("settlements", "axes")}  # fmt: skip
    supply = {"ground.lines_of_communication": [], "command.effort": {"frontal": {}}}
    for axis in ground["axes"]:
        supply["command.effort"]["frontal"][axis["name"]] = 0.5
    changes = {f"ground.{key}": value for key, value in ground.items()} | supply
    return replicate(toy(changes, name=name[:200].strip()), N, seed=2, workers=1)


@cache
def one_run(name):
    return run(load(name, set={} if name == "one-hill" else SHORT), seed=2)


def timeline_of(variable):
    return lambda source: plots.timeline(source, variable=variable)


OF_ONE = {
    "map": plots.map,
    "events": plots.events,
    "losses ledger": plots.losses_ledger,
    "exceedance": plots.exceedance,
    "city held": lambda source: plots.exceedance(source, outcome="day_city_lost"),
    **{name: timeline_of(name) for name in ("area_changed_km2", "losses", "flot_displacement_km", "supply_level")},
}
OF_PAIRS = {
    "comparison": plots.comparison,
    "timeline": plots.timeline,
    "losses": timeline_of("losses"),
    "ledger": plots.losses_ledger,
    "exceedance": plots.exceedance,
}


@pytest.mark.parametrize("scenario", [*SHIPPED, LONG, UNBROKEN, WIDE], ids=[*SHIPPED, "long", "unbroken", "wide"])
@pytest.mark.parametrize("figure", OF_ONE)
def test_texts_of_a_scenarios_figures_keep_apart(figure, scenario):
    assert faults_of(OF_ONE[figure](ensemble(scenario))) == []


@pytest.mark.parametrize("scenario", SHIPPED)
@pytest.mark.parametrize("figure", ["map", "events", "losses ledger"])
def test_texts_of_one_runs_figures_keep_apart(figure, scenario):
    assert faults_of(OF_ONE[figure](one_run(scenario))) == []


@pytest.mark.parametrize("pair", [("baseline", "talks-deadline"), (LONG, WIDE)], ids=["shipped", "long"])
@pytest.mark.parametrize("figure", OF_PAIRS)
def test_texts_of_a_pairs_figures_keep_apart(figure, pair):
    assert faults_of(OF_PAIRS[figure](Comparison(tuple(map(ensemble, pair))))) == []


@pytest.mark.parametrize("n", [3, 8, 24])
def test_texts_of_small_multiples_keep_apart(n):
    names = (*SHIPPED, LONG, UNBROKEN, WIDE)
    results = [ensemble(names[i % len(names)]) for i in range(n)]
    assert faults_of(plots.small_multiples(results)) == []
    if n <= 8:
        assert faults_of(plots.timeline(results)) == []
        assert faults_of(plots.losses_ledger(results)) == []


@cache
def wordiest(k):
    """Return the paths of the values whose names for readers are longest."""
    names = factor_names(leaf.path for leaf in walk(Scenario) if not set("*[") & set(leaf.path))
    return sorted(names, key=lambda path: -len(names[path]))[:k]


def swept(x, kind, y=None):
    own = [FactorRecord(path, "real", 0.0, 1234.5, unit="soldiers") for path in wordiest(x.shape[1])]
    weights = 900.0 / (1 + np.arange(x.shape[1]))
    return sweep(x, 1500 + x @ weights if y is None else y, kind, 4, sd=60.0, outcome=OUTCOME, own=own)


def boxes():
    x = latin(300, 5)
    results = swept(x, "latin_hypercube")
    return prim(results, OUTCOME, above=float(np.quantile(results.runs[OUTCOME], 0.8)))


OF_SWEEPS = {
    "tornado": lambda: sweeps.tornado(one_at_a_time(swept(one_by_one(22), "one_at_a_time"), OUTCOME)),
    "spider": lambda: sweeps.spider(one_at_a_time(swept(one_by_one(22), "one_at_a_time"), OUTCOME)),
    "morris": lambda: sweeps.morris_plane(morris(swept(trajectories(10, 22), "morris"), OUTCOME)),
    "sobol": lambda: sweeps.index_bars(sobol(swept(saltelli(16, 20), "saltelli"), OUTCOME)),
    "pawn": lambda: sweeps.index_bars(pawn(swept(latin(150, 12), "latin_hypercube"), OUTCOME)),
    "heat map": lambda: sweeps.heat_map(swept(grid(7, 6), "full_grid"), OUTCOME),
    "peeling": lambda: sweeps.peeling_trajectory(boxes()),
    "box": lambda: sweeps.discovery_box(boxes()),
    "parallel": lambda: sweeps.parallel_coordinates(swept(latin(100, 12), "latin_hypercube"), OUTCOME, above=2500),
    "exceedance": lambda: sweeps.exceedance(swept(latin(100, 3), "latin_hypercube"), OUTCOME),
}


@pytest.mark.parametrize("figure", OF_SWEEPS)
def test_texts_of_a_sweeps_figures_keep_apart_with_the_longest_names_of_factors(figure):
    assert faults_of(OF_SWEEPS[figure]()) == []


def test_texts_of_a_films_frames_keep_apart():
    film = Film(story_of(ensemble("baseline")))
    for frame in film.story.frames[:: len(film.story.frames) - 1]:
        film.show(frame)
        assert faults_of(film.ax) == []


def test_texts_of_the_patterns_keep_apart():
    assert faults_of(plot_patterns(hand_made_study())) == []


@pytest.mark.slow
def test_texts_of_the_verification_page_keep_apart(monkeypatch):
    monkeypatch.setattr(verification_figure, "theory_line", lambda *_: ([0.0, 60_000.0], [0.001, 1500.0]))
    rows = [Row(case.name, case.source, quantity, "1", x, x / 40, x / 40, 10, 5.0, "mean")
            for case in CASES.values() for quantity in case.quantities for x in (0.0, 2.5, 60_000.0)]  # fmt: skip
    for axes in verification_figure.pages(rows, (), "quick"):
        assert faults_of(axes[0]) == []


@pytest.mark.parametrize("question", ["How much ground?", LONG])
def test_texts_of_a_prediction_keep_apart(question):
    runs = np.array([310.0, 320.0, 345.0])
    found = Answer(question, "attackers per defender", 325.0, 301.5, 348.5, runs, "mean of 3 runs", spread=LONG)
    for predicted in ((0.0, 10.0, 900.0), (324.0, 325.0, 326.0)):
        assert faults_of(draw_prediction(question, predicted, found, "")) == []


def test_a_text_on_another_and_one_that_is_cut_off_are_found():
    _, ax = plt.subplots()
    ax.text(0.5, 0.5, "one")
    ax.text(0.5, 0.5, "two")
    ax.text(0.99, 0.2, "far too long for the figure")
    assert faults_of(ax) == ["'far too long for the figure' is cut off", "'one' overlaps 'two'"]
