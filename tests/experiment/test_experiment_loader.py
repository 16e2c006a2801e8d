"""An experiment file becomes an experiment, or a list of faults with their places.

Covers sim.experiment.experiment_schema.
"""

import os
import pickle
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from sim.experiment.designs import design_of, scenario_at
from sim.experiment.experiment_loader import load_experiment
from sim.scenario.loader import load
from tests.support.experiment_files import GOOD, faults, load_text, write

FACTORS = [
    "command.attacker_policy",
    "defender.reserve",
    "drone_strikes.defender.n_crews",
    "drone_strikes.defender.p_hit",
]


def test_a_file_becomes_factors_scenarios_and_outcomes(tmp_path):
    experiment = load_text(tmp_path)
    assert [factor.path for factor in experiment.factors] == FACTORS
    assert [factor.kind for factor in experiment.factors] == ["category", "whole", "whole", "real"]
    assert [factor.role for factor in experiment.factors] == ["lever", "uncertainty", "lever", "uncertainty"]
    policy, reserve, crews, p_hit = experiment.factors
    assert policy.values == ("doctrine", "adaptive", "do_nothing")
    assert policy.central == load("baseline").command.attacker_policy
    assert (reserve.low, reserve.high, reserve.median, reserve.unit) == (0, 2000, None, "soldiers")
    assert crews.values == (0, 110, 220)
    row = next(row for row in load("baseline").provenance if row.path == p_hit.path)
    assert (p_hit.low, p_hit.high) == row.range
    assert p_hit.median == p_hit.central == row.value
    assert experiment.scenarios["baseline"].time.horizon_days == 30
    axes = [axis.name for axis in load("baseline").ground.axes]
    assert experiment.outcomes == ["city_held", *(f"flot_displacement_km.{axis}" for axis in axes)]
    assert (experiment.replications, experiment.seed) == (2, 1)


def test_a_base_scenario_may_lie_beside_the_experiment(tmp_path):
    mine = "extends: baseline.yaml\nname: Mine\nquestion: Mine?\nchanges: {attacker.troops: 90000}\n"
    write(tmp_path, mine, "mine.yaml")
    experiment = load_text(tmp_path, GOOD.replace("base: baseline", "base: mine.yaml"))
    assert experiment.scenarios["mine.yaml"].attacker.troops == 90_000


def test_a_base_scenario_from_elsewhere_is_refused(tmp_path):
    (tmp_path / "inner").mkdir()
    write(tmp_path, "x", "mine.yaml")
    (line,) = faults(tmp_path / "inner", GOOD.replace("base: baseline", "base: ../mine.yaml"))
    assert line == "question.yaml:3:7: base: ../mine.yaml is outside the scenario folders"


def test_short_forms_mean_the_same(tmp_path):
    longer = GOOD.replace("  defender.reserve: {range: [0, 2000]}\n", "")
    shorter = longer.replace(
        "uncertainties:\n  drone_strikes.defender.p_hit: {}", "uncertainties: [drone_strikes.defender.p_hit]"
    )
    assert load_text(tmp_path, shorter).factors == load_text(tmp_path, longer).factors
    bare = longer.replace("p_hit: {}", "p_hit:")
    assert load_text(tmp_path, bare).digest == load_text(tmp_path, longer).digest


def test_keys_that_hold_only_a_comment_hold_nothing(tmp_path):
    assert load_text(tmp_path, GOOD + "series: # none\n").series == []
    without = GOOD.replace("uncertainties:\n", "uncertainties: # none\nseries:\ndebrief:\n")
    without = without.replace("  drone_strikes.defender.p_hit: {}\n  defender.reserve: {range: [0, 2000]}\n", "")
    experiment = load_text(tmp_path, without.replace("  time.horizon_days: 30\n", ""))
    assert (experiment.uncertainties, experiment.set, experiment.series, experiment.debrief) == ({}, {}, [], [])


def test_a_name_is_not_blank_and_stands_on_one_line(tmp_path):
    assert faults(tmp_path, GOOD.replace("A test", '" "')) == ["question.yaml:1:7: name: must not be blank"]
    assert faults(tmp_path, GOOD.replace("A test", '"a\\nb"'))[0].endswith("name: must stand on one line, without tabs")


def test_whole_numbers_may_be_written_with_a_point(tmp_path):
    text = GOOD.replace("replications: 2", "replications: 2.0").replace("horizon_days: 30", "horizon_days: 3.0e1")
    written, plain = load_text(tmp_path, text), load_text(tmp_path)
    assert (written.replications, written.scenarios) == (plain.replications, plain.scenarios)
    assert type(written.scenarios["baseline"].time.horizon_days) is int


def test_the_order_of_a_file_has_no_effect(tmp_path):
    lines = GOOD.splitlines(keepends=True)
    lines[6], lines[7] = lines[7], lines[6]
    assert load_text(tmp_path, "".join(lines)).factors == load_text(tmp_path).factors


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("n: 8", "n: 16"),
        ("replications: 2", "replications: 3"),
        ("range: [0, 2000]", "range: [0, 2001]"),
        ("horizon_days: 30", "horizon_days: 31"),
        ("base: baseline", "base: no-drones"),
        ("city_held, ", ""),
    ],
)
def test_a_changed_experiment_has_another_digest(tmp_path, old, new):
    assert old in GOOD
    assert load_text(tmp_path, GOOD.replace(old, new)).digest != load_text(tmp_path).digest
    assert load_text(tmp_path).digest == load_text(tmp_path).digest


def test_a_base_scenario_that_changed_under_the_same_name_gives_another_digest(tmp_path):
    found = set()
    for troops in (90_000, 80_000):
        mine = f"extends: baseline.yaml\nname: Mine\nquestion: Mine?\nchanges: {{attacker.troops: {troops}}}\n"
        write(tmp_path, mine, "mine.yaml")
        found.add(load_text(tmp_path, GOOD.replace("base: baseline", "base: mine.yaml")).digest)
    assert len(found) == 2


HIT = "drone_strikes.defender.p_hit: {}"
CREWS = "{values: [0, 110, 220]}"
RESERVE = "{range: [0, 2000]}"
DESIGN = "{kind: latin_hypercube, n: 8}"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("name: A test\n", "", "1:1: name: is missing"),
        ("replications: 2", "replications: 2\nkeeps_map: true", "15:1: keeps_map: is now called save_map"),
        ("outcomes:", "outcome:", "12:1: outcome: no such key; did you mean outcomes?"),
        ("replications: 2", "replications: 0", "14:15: replications: must be at least 1, is 0"),
        ("replications: 2", "replications: two", "14:15: replications: must be a whole number, is the text 'two'"),
        ("base: baseline", "base: baselin", "3:7: base: baselin: no such file; did you mean baseline.yaml?"),
        ("base: baseline", "base: [baseline, baseline]", "3:18: base: baseline is named twice"),
        ("time.horizon_days: 30", "time.horizon: 30", "5:3: time.horizon: the scenario has no such path; did you mean "
         "time.horizon_days?"),
        ("time.horizon_days: 30", "time.horizon_days: 0", "5:22: time.horizon_days: must be at least 1, is 0"),
        ("[city_held,", "[city_held, city_held,", "12:23: outcomes: city_held is named twice; the first is at "),
        ("base: baseline", "base: .", "3:7: base: . is a folder, not a file"),
        (DESIGN, "{kind: sobol_sequence, n: 1048576}", "13:35: design.n: must be at most 1000000, is 1048576"),
        (DESIGN, "{kind: morris, trajectories: 21, candidates: 100}", "13:38: design.trajectories: 21: at most 20 can "
         "be chosen among candidates"),
        (f"{DESIGN}\nreplications: 2", "{kind: latin_hypercube, n: 100000, is_optimised: false}\nreplications: 10000",
         "14:15: replications: makes 1,000,000,000 runs in total; at most 10,000,000 are allowed"),
        ("  time.horizon_days: 30", "  defender.reserve: 300", "5:3: set.defender.reserve: is varied too"),
        ("[city_held,", "[area,", "12:12: outcomes: there is no outcome area; did you mean area_changed_km2? sim list "
         "outcomes shows all"),
        ("replications: 2", "reps: 2", "14:1: reps: no such key; did you mean replications?"),
        ("[city_held,", "[city_hold,", "12:12: outcomes: there is no outcome city_hold; did you mean city_held? sim "
         "list outcomes shows all"),
        ("flot_displacement_km]", "flot_displacement_km.noth]", "12:23: outcomes: there is no outcome "
         "flot_displacement_km.noth; did you mean flot_displacement_km.south?"),
        (DESIGN, "{kind: latin_hypercub, n: 8}", "13:16: design.kind: must be one of one_at_a_time, full_grid, "
         "latin_hypercube, nearly_orthogonal, sobol_sequence, saltelli, morris, csv, is the text "
         "'latin_hypercub'; did you "
         "mean latin_hypercube?"),
        (DESIGN, "latin_hypercube", "13:9: design: needs kind: one of one_at_a_time, full_grid, latin_hypercube, "
         "nearly_orthogonal, sobol_sequence, saltelli, morris, csv"),
        (DESIGN, "{kind: latin_hypercube}", "13:9: design.n: is missing"),
        (DESIGN, "{kind: latin_hypercube, m: 8}", "13:33: design.m: no such key"),
        (DESIGN, "{kind: latin_hypercube, n: 8, strength: 2}", "13:36: design.n: 8 is not the square of a prime, which "
         "strength 2 needs; the next is 9"),
        (DESIGN, "{kind: latin_hypercube, n: 4, strength: 2}", "13:49: design.strength: 2 with 4 points takes "
         "at most 3 "
         "factors, there are 4"),
        (DESIGN, "{kind: latin_hypercube, n: 80000}", "13:36: design.n: 80000 points of 4 factors are too many to be "
         "optimised; set is_optimised: false"),
        (DESIGN, "{kind: nearly_orthogonal, n: 4}", "13:38: design.n: must be more than the 4 factors, is 4"),
        (DESIGN, "{kind: sobol_sequence, n: 100}", "13:35: design.n: 100 is not a power of two; the next is 128"),
        (DESIGN, "{kind: saltelli, n: 6}", "13:29: design.n: 6 is not a power of two; the next is 8"),
        (DESIGN, "{kind: saltelli, n: 262144}", "13:16: design.kind: makes 1,572,864 points of 4 factors; at most "
         "1,000,000 "
         "are allowed"),
        (DESIGN, "{kind: morris}", "13:9: design.trajectories: is missing"),
        (DESIGN, "{kind: morris, trajectories: 4, levels: 5}", "13:49: design.levels: 5 is odd; steps need an even "
         "number, such as 6"),
        (DESIGN, "{kind: morris, trajectories: 4, candidates: 4}", "13:53: design.candidates: 4 must be more than "
         "trajectories, 4"),
        (DESIGN, "{kind: full_grid}", "13:9: design.levels: is missing: defender.reserve has a range, not values"),
        (DESIGN, "{kind: csv}", "13:9: design.file: is missing"),
        (DESIGN, "{kind: csv, file: points.csv}", "13:27: design.file: points.csv: no such file"),
        (DESIGN, "{kind: csv, file: ../points.csv}", "13:27: design.file: ../points.csv is outside the experiment's "
         "folder"),
    ],
)  # fmt: skip
def test_a_fault_is_reported_at_its_place(tmp_path, old, new, fault):
    assert GOOD.count(old) == 1
    lines = faults(tmp_path, GOOD.replace(old, new))
    assert any(line.startswith(f"question.yaml:{fault}") for line in lines), lines


def test_all_faults_of_a_file_are_reported_together(tmp_path):
    text = GOOD.replace("city_held", "city_hold").replace("[0, 110, 220]", "[0, -1]").replace("p_hit: {}", "p_hits: {}")
    assert [line.split(":")[1] for line in faults(tmp_path, text)] == ["7", "10", "12"]


def test_a_file_in_which_nothing_varies_is_refused(tmp_path):
    start, rest = GOOD.split("uncertainties:")
    text = start + rest[rest.index("outcomes:") :]
    assert faults(tmp_path, text) == [
        "question.yaml:1:1: nothing varies; add uncertainties:, levers: or several scenarios under base:"
    ]


LINES = GOOD.splitlines()
JUNK = ["", "null", "3", "-1", "all", "[]", "{}", "[null]", "{a: }", "[[1]]", "{kind: csv}", "{range: }", "{values: [}"]


@given(
    st.integers(0, len(LINES) - 1),
    st.sampled_from(JUNK) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.booleans(),
)
def test_any_value_of_a_key_is_read_or_reported_with_its_line(tmp_path_factory, at, junk, is_dropped):
    folder = tmp_path_factory.mktemp("fuzz")
    key = LINES[at].partition(":")[0]
    text = "\n".join([*LINES[:at], *([] if is_dropped else [f"{key}: {junk}"]), *LINES[at + 1 :], ""])
    lines = []
    try:
        assert load_text(folder, text).factors
    except InputError as error:
        lines = error.lines
    assert all(line.startswith(f"{folder}{os.sep}question.yaml:") for line in lines), lines


def test_an_experiment_travels_to_a_worker(tmp_path):
    experiment = load_text(tmp_path)
    there = pickle.loads(pickle.dumps(experiment))
    assert there.digest == experiment.digest
    point = design_of(experiment).values.iloc[3]
    assert scenario_at(there, point).digest == scenario_at(experiment, point).digest


def test_a_file_that_is_not_an_experiment_is_reported_on_one_line(tmp_path):
    with pytest.raises(InputError, match="no such file or shipped experiment; did you mean tornado"):
        load_experiment("tornato")
    assert faults(tmp_path, "- 1\n") == ["question.yaml:1:1: must hold a map of keys, such as name: and base:"]
    assert faults(tmp_path, "a: [\n")[0].startswith("question.yaml:2:1: is not valid YAML")


def test_reading_an_experiment_does_not_wait_for_salib():
    code = (
        "import sys, sim.experiment.experiment_loader as it; "
        "it.load_experiment('tornado'); print('SALib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_design_that_would_take_minutes_to_make_is_refused(tmp_path):
    text = GOOD.replace("  drone_strikes.defender.p_hit: {}\n  defender.reserve: {range: [0, 2000]}\n", "  all: {}\n")
    text = text.replace("latin_hypercube, n: 8", "nearly_orthogonal, n: 1000000")
    with pytest.raises(InputError, match=r"design.n: 1000000 points of \d+ factors take too long"):
        load_text(tmp_path, text)
