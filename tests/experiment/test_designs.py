"""Designs have the points that they promise.

Covers sim.experiment.near_orthogonal_hypercube.
"""

import os
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import qmc

from sim.errors import InputError
from sim.experiment.designs import design_faults, design_of, n_points, scenario_at
from sim.experiment.experiment_schema import Experiment
from sim.experiment.factors import Factor
from sim.experiment.near_orthogonal_hypercube import largest_correlation
from sim.scenario.parameter_sampling import assumed
from tests.support.experiment_files import GOOD, designed, load_text

KINDS = {
    "kind: one_at_a_time": 1 + 2 + 2 + 2 + 2,
    "kind: one_at_a_time, levels: 5": 1 + 2 + 4 + 2 + 4,
    "kind: full_grid, levels: 4": 3 * 4 * 3 * 4,
    "kind: latin_hypercube, n: 12": 12,
    "kind: latin_hypercube, n: 12, is_optimised: false": 12,
    "kind: latin_hypercube, n: 25, strength: 2": 25,
    "kind: nearly_orthogonal, n: 12": 12,
    "kind: sobol_sequence, n: 16": 16,
    "kind: saltelli, n: 4": 4 * 6,
    "kind: saltelli, n: 4, second_order: true": 4 * 10,
    "kind: morris, trajectories: 3": 3 * 5,
    "kind: morris, trajectories: 3, candidates: 8, levels: 6": 3 * 5,
}


def with_factors(design, k, seed=1):
    """Return an experiment of k real factors, made without a file."""
    data = {"name": "x", "question": "x", "base": ["x"], "outcomes": ["x"], "replications": 1}
    experiment = Experiment.model_validate({**data, "design": design, "seed": seed})
    experiment._factors = tuple(Factor(f"f{j:03}", "real", 0.0, 1.0) for j in range(k))
    return experiment


@pytest.mark.parametrize("design", KINDS)
def test_a_design_has_its_points_in_the_unit_cube_and_values_that_follow(tmp_path, design):
    experiment = designed(tmp_path, design)
    made = design_of(experiment)
    paths = [factor.path for factor in experiment.factors]
    assert made.points.shape == made.values.shape == (KINDS[design], 4)
    assert made.n_points == made.details["n_points"] == n_points(experiment.design, experiment.factors)
    assert list(made.points.columns) == list(made.values.columns) == paths
    assert made.points.index.name == "point"
    assert made.points.to_numpy().min() >= 0.0
    assert made.points.to_numpy().max() <= 1.0
    for factor in experiment.factors:
        expected = [factor.value_at(u) for u in made.points[factor.path]]
        assert made.values[factor.path].tolist() == expected
    assert made.details["kind"] == experiment.design.kind


@pytest.mark.parametrize("design", KINDS)
def test_a_design_is_a_function_of_its_file(tmp_path, design):
    first = design_of(designed(tmp_path, design)).points
    assert first.equals(design_of(designed(tmp_path, design)).points)
    other = design_of(designed(tmp_path, design, ("replications: 2", "replications: 2\nseed: 2"))).points
    is_random = "one_at" not in design and "grid" not in design
    assert first.equals(other) is not is_random


@pytest.mark.parametrize("design", KINDS)
def test_the_order_of_the_file_changes_no_value(tmp_path, design):
    lines = GOOD.splitlines(keepends=True)
    swapped = (("".join(lines[6:8]), lines[7] + lines[6]), ("".join(lines[9:11]), lines[10] + lines[9]))
    assert design_of(designed(tmp_path, design, *swapped)).values.equals(design_of(designed(tmp_path, design)).values)


@settings(max_examples=25)
@given(
    st.integers(2, 60), st.integers(1, 8), st.integers(0, 2**32 - 1), st.sampled_from(["plain", "optimised", "nearly"])
)
def test_a_latin_hypercube_has_each_level_once_in_every_column(n, k, seed, which):
    design = {"kind": "latin_hypercube", "n": n, "is_optimised": which == "optimised"}
    if which == "nearly":
        n = max(n, k + 1, 3)
        design = {"kind": "nearly_orthogonal", "n": n}
    points = design_of(with_factors(design, k, seed)).points.to_numpy()
    assert (np.sort((points * n).astype(int), axis=0) == np.arange(n)[:, None]).all()


def test_an_optimised_hypercube_is_more_even():
    plain, optimised = (
        design_of(with_factors({"kind": "latin_hypercube", "n": 40, "is_optimised": is_optimised}, 5)).points.to_numpy()
        for is_optimised in (False, True)
    )
    assert qmc.discrepancy(optimised) < qmc.discrepancy(plain)


def test_strength_two_spreads_every_pair_evenly():
    points = design_of(with_factors({"kind": "latin_hypercube", "n": 25, "strength": 2}, 4)).points.to_numpy()
    cells = (points * 5).astype(int)
    for a, b in ((0, 1), (1, 3), (2, 3)):
        assert len(set(zip(cells[:, a], cells[:, b], strict=True))) == 25


@pytest.mark.parametrize(("n", "k", "fold"), [(65, 10, 8.0), (257, 60, 20.0)])
def test_a_nearly_orthogonal_hypercube_correlates_less_than_the_best_of_many(n, k, fold):
    rng = np.random.default_rng(1)
    plain = min(largest_correlation(qmc.LatinHypercube(k, seed=rng).random(n)) for _ in range(50))
    made = design_of(with_factors({"kind": "nearly_orthogonal", "n": n}, k))
    assert made.details["largest_correlation"] < plain / fold
    columns = made.points.to_numpy()
    assert made.details["largest_correlation"] == pytest.approx(np.abs(np.corrcoef(columns.T) - np.eye(k)).max())


def test_columns_that_do_not_vary_have_no_correlation():
    assert largest_correlation(np.array([[0.5, 0.0], [0.5, 1.0]])) is None
    assert largest_correlation(np.empty((0, 3))) is None
    assert largest_correlation(np.array([[0.0, 0.0], [1.0, 1.0]])) == pytest.approx(1.0)


def test_one_at_a_time_moves_each_factor_alone_from_the_base_scenario(tmp_path):
    experiment = designed(tmp_path, "kind: one_at_a_time")
    made = design_of(experiment)
    centre = made.points.iloc[0]
    moved = made.points.iloc[1:] != centre
    assert (moved.sum(axis=1) == 1).all()
    base = experiment.scenarios["baseline"]
    assert scenario_at(experiment, made.values.iloc[0]).digest == base.digest
    assert made.values.loc[
        made.points["defender.reserve"] != centre["defender.reserve"], "defender.reserve"
    ].tolist() == [
        0,
        2000,
    ]


def test_a_full_grid_is_every_combination(tmp_path):
    made = design_of(designed(tmp_path, "kind: full_grid, levels: 4"))
    assert not made.points.duplicated().any()
    assert made.values["drone_strikes.defender.n_crews"].unique().tolist() == [0, 110, 220]
    assert made.values["defender.reserve"].nunique() == 4
    assert (made.values["defender.reserve"].value_counts() == 3 * 3 * 4).all()


def test_a_sobol_sequence_is_balanced():
    points = design_of(with_factors({"kind": "sobol_sequence", "n": 64}, 6)).points.to_numpy()
    assert (np.sort((points * 64).astype(int), axis=0) == np.arange(64)[:, None]).all()
    assert qmc.discrepancy(points) < qmc.discrepancy(np.random.default_rng(1).random((64, 6)))


def test_saltellis_blocks_exchange_one_column_at_a_time():
    k = 3
    points = design_of(with_factors({"kind": "saltelli", "n": 8}, k)).points.to_numpy().reshape(8, k + 2, k)
    a, b = points[:, 0], points[:, -1]
    for j in range(k):
        mixed = points[:, 1 + j]
        assert (mixed[:, j] == b[:, j]).all()
        assert (np.delete(mixed, j, axis=1) == np.delete(a, j, axis=1)).all()


def test_each_step_of_a_trajectory_moves_one_factor_by_the_same_amount():
    k, levels = 5, 4
    design = {"kind": "morris", "trajectories": 6, "levels": levels}
    points = design_of(with_factors(design, k)).points.to_numpy().reshape(6, k + 1, k)
    steps = np.diff(points, axis=1)
    assert ((np.abs(steps) > 0).sum(axis=2) == 1).all()
    assert ((np.abs(steps) > 0).sum(axis=1) == 1).all()
    assert np.abs(steps[steps != 0]) == pytest.approx(levels / (2 * (levels - 1)))


def test_chosen_trajectories_lie_farther_apart():
    def spread(trajectories):
        return sum(
            np.linalg.norm(a[:, None] - b[None], axis=2).sum()
            for i, a in enumerate(trajectories)
            for b in trajectories[:i]
        )

    plain, chosen = (
        design_of(with_factors({"kind": "morris", "trajectories": 4, "candidates": candidates}, 6))
        .points.to_numpy()
        .reshape(4, 7, 6)
        for candidates in (None, 40)
    )
    assert spread(chosen) > spread(plain)


def test_a_point_becomes_a_scenario_with_its_values_and_their_provenance(tmp_path):
    text = GOOD.replace("base: baseline", "base: [baseline, no-drones]")
    experiment = load_text(tmp_path, text)
    values = design_of(experiment).values
    assert set(values["scenario"]) == {"baseline", "no-drones"}
    for _, point in values.iterrows():
        scenario = scenario_at(experiment, point)
        assert scenario.name == experiment.scenarios[point["scenario"]].name
        assert scenario.command.attacker_policy == point["command.attacker_policy"]
        assert scenario.drone_strikes.defender.n_crews == point["drone_strikes.defender.n_crews"]
        assert scenario.time.horizon_days == 30
    row = next(row for row in scenario.provenance if row.path == "drone_strikes.defender.p_hit")
    assert (row.kind, row.where) == ("set_by_scenario", "experiment A test")


def test_whole_numbers_survive_a_row_of_floats(tmp_path):
    text = GOOD.replace("  command.attacker_policy: {}\n", "")
    experiment = load_text(tmp_path, text)
    _, row = next(iter(design_of(experiment).values.iterrows()))
    assert row.dtype == float
    assert scenario_at(experiment, row).defender.reserve == row["defender.reserve"]


def test_a_point_that_breaks_a_rule_between_values_is_an_error_that_names_the_rule(tmp_path):
    experiment = designed(
        tmp_path,
        "kind: full_grid, levels: 2",
        ("defender.reserve: {range: [0, 2000]}", "command.culmination_share: {range: [0.1, 0.9]}"),
    )
    values = design_of(experiment).values
    broken = values[values["command.culmination_share"] > 0.5]
    assert 0 < len(broken) < len(values)
    for _, point in broken.iterrows():
        with pytest.raises(
            InputError, match=r"Baseline: command.resume_share .* is below command.culmination_share 0.9"
        ):
            scenario_at(experiment, point)
    for _, point in values.drop(broken.index).iterrows():
        scenario_at(experiment, point)


def test_a_design_over_provenance_ranges_has_the_median_of_every_factor(tmp_path):
    experiment = designed(
        tmp_path, "kind: latin_hypercube, n: 100, is_optimised: false", ("uncertainties:", "uncertainties:\n  all:")
    )
    rows = {row.path: row for row in assumed(experiment.scenarios["baseline"])}
    values = design_of(experiment).values
    for factor in experiment.factors:
        if factor.kind == "real" and factor.median is not None and factor.low < factor.median < factor.high:
            assert (values[factor.path] < rows[factor.path].value).sum() == 50, factor.path


@pytest.mark.parametrize(
    ("design", "k", "fault"),
    [
        ({"kind": "latin_hypercube", "n": 994_009, "strength": 2}, 2, "994,009 points of strength 2 take too long"),
        ({"kind": "latin_hypercube", "n": 1_000_000}, 3, "1000000 points of 3 factors are too many to be optimised"),
        ({"kind": "sobol_sequence", "n": 524_288}, 131, "524,288 points of 131 factors, 68,681,728 values; at"),
        ({"kind": "saltelli", "n": 131_072}, 6, "1,048,576 points of 6 factors; at most 1,000,000 are allowed"),
        ({"kind": "morris", "trajectories": 2_000}, 131, "264,000 points of 131 factors, 34,584,000 values"),
        ({"kind": "morris", "trajectories": 20, "candidates": 100}, 400, "100 trajectories of 400 factors take"),
        ({"kind": "full_grid", "levels": 1_000}, 3, "1,000,000,000 points of 3 factors; at most 1,000,000"),
        ({"kind": "full_grid", "levels": 1_000}, 500, "more than 10^15 points of 500 factors"),
        ({"kind": "one_at_a_time", "levels": 1_000}, 200, "points of 200 factors"),
        ({"kind": "nearly_orthogonal", "n": 1_000_000}, 30, "1000000 points of 30 factors take too long"),
    ],
)  # fmt: skip
def test_a_design_that_takes_too_much_memory_or_time_is_refused_with_its_figures(design, k, fault):
    experiment = with_factors(design, k)
    ((_, text), *_) = design_faults(experiment.design, experiment.factors)
    assert fault in text


def test_a_lever_with_forty_thousand_values_is_placed_in_a_second():
    values = tuple(range(40_000))
    factor = Factor("a", "whole", values=values, central=39_999)
    began = time.process_time()
    assert len(factor.levels(2)) == 40_000
    assert [factor.position_of(value) for value in values] == factor.levels(2)
    assert factor.centre == pytest.approx(39_999.5 / 40_000)
    assert time.process_time() - began < 1.0
    with pytest.raises(ValueError, match="is not in the list of 40000 values"):
        factor.position_of(7.5)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("design", "k"),
    [
        ({"kind": "latin_hypercube", "n": 12_769, "strength": 2}, 3),
        ({"kind": "sobol_sequence", "n": 65_536}, 131),
        ({"kind": "full_grid", "levels": 100}, 3),
    ],
)
def test_a_large_design_that_is_allowed_fits_into_three_gigabytes(design, k):
    """In a process of its own, whose address space has a limit."""
    code = f"""
import resource
from tests.experiment.test_designs import with_factors
from sim.experiment.designs import design_faults, design_of
experiment = with_factors({design!r}, {k})
assert not list(design_faults(experiment.design, experiment.factors))
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
print(design_of(experiment).n_points)
"""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=300, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) in (12_769, 65_536, 1_000_000)
