"""What is refused before SALib sees it, and that it is told by name."""

import json

import numpy as np
import pandas as pd
import pytest

from sim.analysis import SweepResults, analyse, cart, morris, pawn, prim, rank_regression, rbd_fast, sobol
from sim.analysis.analyses_by_design import METHODS
from sim.analysis.input_checks import checked
from sim.errors import InputError
from tests.support.known_sweeps import latin, saltelli, sweep, trajectories, write_sweep

BY_METHOD = [
    (sobol, "saltelli", saltelli(32, 3)),
    (morris, "morris", trajectories(20, 3)),
    *((method, "latin_hypercube", latin(120, 3)) for method in (pawn, rbd_fast, rank_regression, prim, cart)),
]


@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("method", "kind", "x"), BY_METHOD)
def test_a_hole_is_refused_by_name_with_the_first_points_and_nothing_is_computed(method, kind, x, hole):
    results = sweep(x, x.sum(axis=1), kind, 2)
    results.runs.loc[results.runs["point"].isin([7, 3]) & (results.runs["replication"] == 1), "y"] = hole
    with pytest.raises(InputError, match=r"^y: .* in 2 of \d+ runs, at 2 of \d+ points, first 3, 7:"):
        method(results, "y")


@pytest.mark.parametrize(("method", "kind", "x"), BY_METHOD)
def test_a_constant_is_refused(method, kind, x):
    with pytest.raises(InputError, match=r"y: is 0\.3 at every point, so no factor explains anything"):
        method(sweep(x, np.full(len(x), 0.3), kind), "y")


@pytest.mark.parametrize(("method", "kind", "x"), BY_METHOD)
def test_a_tiny_outcome_that_varies_has_the_indices_of_a_large_one(method, kind, x):
    y = 1 + x @ [3, 2, 1]
    tiny, large = (method(sweep(x, scale * y, kind), "y").table for scale in (1e-13, 1))
    is_pure = ~tiny["index"].isin(["mu", "mu_star", "sigma"])
    assert tiny["value"].notna().all()
    np.testing.assert_allclose(tiny["value"][is_pure], large["value"][is_pure], atol=1e-9)


def test_a_day_that_never_comes_says_what_to_take_instead():
    x = latin(100, 2)
    results = sweep(x, np.where(x[:, 0] > 0.5, np.nan, 150.0), "latin_hypercube", outcome="day_city_lost")
    with pytest.raises(InputError, match="analyse city_held"):
        checked(results, "day_city_lost")


@pytest.mark.parametrize(("method", "kind", "x"), BY_METHOD)
def test_failed_runs_are_refused(method, kind, x):
    results = sweep(x, x.sum(axis=1), kind, 2)
    results.runs = results.runs[~((results.runs["point"] == 5) & (results.runs["replication"] == 0))]
    with pytest.raises(InputError, match=r"1 of \d+ points lack runs .*first 5;"):
        method(results, "y")


def test_points_that_are_missing_doubled_or_unknown_are_refused():
    x = latin(50, 2)
    short = sweep(x, x[:, 0], "latin_hypercube")
    short.design["n_points"] = 60
    with pytest.raises(InputError, match="the design has 60 points, but 50 are here"):
        checked(short, "y")
    twice = sweep(x, x[:, 0], "latin_hypercube")
    twice.runs = pd.concat([twice.runs, twice.runs.head(1)])
    with pytest.raises(InputError, match="more than once"):
        checked(twice, "y")
    unknown = sweep(x, x[:, 0], "latin_hypercube")
    unknown.runs.loc[0, "point"] = 99
    with pytest.raises(InputError, match="not in the design, first 99"):
        checked(unknown, "y")
    with pytest.raises(InputError, match="no outcome of this sweep; it has y"):
        checked(unknown, "z")


def two_outcomes(kind="latin_hypercube"):
    x = latin(100, 2)
    results = sweep(x, x.sum(axis=1), kind, 2)
    results.runs["holes"] = np.nan
    results.outcomes = ["y", "holes"]
    return results


def test_all_outcomes_are_analysed_but_those_that_cannot_be_which_are_told():
    found = analyse(two_outcomes())
    assert {one.outcome for one in found.analyses} == {"y"}
    assert {one.method for one in found.analyses} == {"pawn", "rbd_fast", "surface", "rank_regression", "prim", "cart"}
    assert found.refused[0].startswith("holes: no value (NaN)")
    assert set(found.table.columns) >= {"method", "outcome", "factor", "index", "value", "low", "high", "noise_share"}
    assert found.table["noise_share"].notna().all()


def test_a_fault_in_one_method_is_told_by_name_and_others_go_on(monkeypatch):
    def pawn(results, outcome):
        raise ZeroDivisionError("by nought")

    monkeypatch.setitem(METHODS, "latin_hypercube", (pawn, cart))
    results = two_outcomes()
    found = analyse(results)
    assert {one.method for one in found.analyses} == {"cart"}
    assert "y: pawn ended in an error, ZeroDivisionError: by nought" in found.refused
    monkeypatch.setitem(METHODS, "latin_hypercube", (pawn,))
    with pytest.raises(InputError, match="pawn ended in an error"):
        analyse(results, "y")


def test_a_named_outcome_that_cannot_be_analysed_is_refused():
    with pytest.raises(InputError, match="holes"):
        analyse(two_outcomes(), "holes")


@pytest.mark.parametrize("kind", ["latin_hypercube", "nearly_orthogonal", "sobol_sequence", "csv"])
def test_an_even_design_has_a_surface_of_two_factors_and_of_no_more(kind):
    for k in (2, 3):
        x = latin(100, k)
        found = analyse(sweep(x, x.sum(axis=1), kind, 2, sd=0.1))
        assert (found.of("surface") is not None) == (k == 2)
        assert not found.refused


def test_an_unknown_design_is_refused():
    with pytest.raises(InputError, match="of kind 'darts'"):
        analyse(two_outcomes("darts"))


def test_a_folder_is_read_as_it_was_in_memory(tmp_path):
    x = saltelli(16, 2)
    results = sweep(x, x.sum(axis=1), "saltelli", 2, sd=0.1)
    found = SweepResults.load(write_sweep(tmp_path / "s", results))
    assert found.paths == results.paths
    assert found.outcomes == ["y"]
    assert found.seed == 4
    assert found.label.endswith("60 assumed")
    pd.testing.assert_frame_equal(found.unit, results.unit)
    np.testing.assert_array_equal(found.by_replication("y"), results.by_replication("y"))


def test_a_replication_that_failed_everywhere_is_missed(tmp_path):
    x = latin(60, 2)
    results = sweep(x, x[:, 0], "latin_hypercube", 3)
    results.runs = results.runs[results.runs["replication"] != 2]
    with pytest.raises(InputError, match="60 of 60 points lack runs"):
        checked(SweepResults.load(write_sweep(tmp_path / "s", results)), "y")


def test_a_shard_is_to_be_joined_first(tmp_path):
    x = latin(60, 2)
    results = sweep(x, x[:, 0], "latin_hypercube")
    results.runs = results.runs[::2]
    folder = write_sweep(tmp_path / "s", results)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "shard": "1/2"}))
    with pytest.raises(InputError, match=r"this is shard 1/2: join the shards with sim sweep \.\.\. --join first"):
        checked(SweepResults.load(folder), "y")


def test_a_sweep_of_failures_only_says_so_with_the_first_reason(tmp_path):
    x = latin(60, 2)
    folder = write_sweep(tmp_path / "s", sweep(x, x[:, 0], "latin_hypercube"))
    (folder / "runs.parquet").unlink()
    told = ["Traceback:\n  line 3\nValueError: no crews\n", "KeyError: 1\n"]
    pd.DataFrame({"point": [0, 1], "replication": 0, "traceback": told}).to_parquet(folder / "failures.parquet")
    with pytest.raises(InputError, match="every run that was played failed, the first with ValueError: no crews; mend"):
        SweepResults.load(folder)
    (folder / "parts" / "raw-1").mkdir(parents=True)
    (folder / "parts" / "raw-1" / "runs.parquet").touch()
    with pytest.raises(InputError, match="the sweep is not finished; go on"):
        SweepResults.load(folder)
    (folder / "failures.parquet").write_bytes(b"PAR1")
    (folder / "parts" / "raw-1" / "runs.parquet").unlink()
    with pytest.raises(InputError, match="cannot be read"):
        SweepResults.load(folder)


def test_a_family_of_outcomes_is_read_by_its_members(tmp_path):
    x = latin(60, 2)
    results = sweep(x, x[:, 0], "latin_hypercube")
    results.runs["throughput_t.east"] = results.runs["throughput_t.west"] = results.runs["y"]
    results.outcomes = ["throughput_t"]
    found = SweepResults.load(write_sweep(tmp_path / "s", results))
    assert found.outcomes == ["throughput_t.east", "throughput_t.west"]


def test_a_folder_that_is_no_sweep_or_not_finished_is_refused_in_one_line(tmp_path):
    x = latin(60, 2)
    folder = write_sweep(tmp_path / "s", sweep(x, x[:, 0], "latin_hypercube"))
    with pytest.raises(InputError, match="no such folder"):
        SweepResults.load(tmp_path / "nothing")
    (folder / "runs.parquet").rename(folder / "elsewhere")
    with pytest.raises(InputError, match="not finished"):
        SweepResults.load(folder)
    (folder / "runs.parquet").write_bytes((folder / "elsewhere").read_bytes()[:200])
    with pytest.raises(InputError, match="truncated"):
        SweepResults.load(folder)
    (folder / "manifest.json").write_text("{}")
    with pytest.raises(InputError, match="is no folder of sim sweep"):
        SweepResults.load(folder)
