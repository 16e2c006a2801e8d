"""The folder of a sweep, read for analysis."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis import SweepResults
from sim.analysis.input_checks import checked_outcome
from sim.errors import InputError
from tests.support.known_sweeps import latin, saltelli, sweep, write_sweep
from tests.support.manifests import edits, lines_of


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


def test_a_replication_that_failed_at_every_point_is_missing(tmp_path):
    x = latin(60, 2)
    results = sweep(x, x[:, 0], "latin_hypercube", 3)
    results.runs = results.runs[results.runs["replication"] != 2]
    with pytest.raises(InputError, match="60 of 60 points lack runs"):
        checked_outcome(SweepResults.load(write_sweep(tmp_path / "s", results)), "y")


def test_a_shard_must_be_joined_first(tmp_path):
    x = latin(60, 2)
    results = sweep(x, x[:, 0], "latin_hypercube")
    results.runs = results.runs[::2]
    folder = write_sweep(tmp_path / "s", results)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "shard": "1/2"}))
    with pytest.raises(InputError, match=r"this is shard 1/2: join the shards with sim sweep \.\.\. --join first"):
        checked_outcome(SweepResults.load(folder), "y")


def test_a_sweep_of_failures_only_says_so_with_the_first_reason(tmp_path):
    x = latin(60, 2)
    folder = write_sweep(tmp_path / "s", sweep(x, x[:, 0], "latin_hypercube"))
    (folder / "runs.parquet").unlink()
    tracebacks = ["Traceback:\n  line 3\nValueError: no crews\n", "KeyError: 1\n"]
    pd.DataFrame({"point": [0, 1], "replication": 0, "traceback": tracebacks}).to_parquet(folder / "failures.parquet")
    with pytest.raises(InputError, match="every run failed, the first with ValueError: no crews; remove"):
        SweepResults.load(folder)
    (folder / "parts" / "raw-1").mkdir(parents=True)
    (folder / "parts" / "raw-1" / "runs.parquet").touch()
    with pytest.raises(InputError, match="the sweep is not finished; resume"):
        SweepResults.load(folder)
    (folder / "failures.parquet").write_bytes(b"PAR1")
    (folder / "parts" / "raw-1" / "runs.parquet").unlink()
    with pytest.raises(InputError, match=r"failures.parquet: is truncated"):
        SweepResults.load(folder)


def test_a_family_of_outcomes_is_read_by_its_members(tmp_path):
    x = latin(60, 2)
    results = sweep(x, x[:, 0], "latin_hypercube")
    results.runs["throughput_t.east"] = results.runs["throughput_t.west"] = results.runs["y"]
    results.outcomes = ["throughput_t"]
    found = SweepResults.load(write_sweep(tmp_path / "s", results))
    assert found.outcomes == ["throughput_t.east", "throughput_t.west"]


def test_a_folder_that_is_not_a_finished_sweep_is_refused_in_one_line(tmp_path):
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
    with pytest.raises(InputError, match="not the manifest of a sweep"):
        SweepResults.load(folder)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    x = latin(60, 2)
    return write_sweep(tmp_path_factory.mktemp("written") / "s", sweep(x, x[:, 0], "latin_hypercube"))


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_an_edited_manifest_is_read_or_refused_in_one_line(written, data):
    text = (written / "manifest.json").read_text()
    try:
        (written / "manifest.json").write_text(json.dumps(data.draw(edits(json.loads(text)))))
        assert len(lines_of(SweepResults.load, written)) <= 1
    finally:
        (written / "manifest.json").write_text(text)


@pytest.mark.parametrize(
    ("file", "edit", "says"),
    [
        ("runs.parquet", lambda runs: pd.concat([runs, runs]), "has other runs, or one of them twice"),
        ("runs.parquet", lambda runs: runs.assign(point=99), "has other runs"),
        ("runs.parquet", lambda runs: runs.drop(columns="replication"), "has no column replication"),
        ("runs.parquet", lambda runs: runs.assign(y="x"), "column y: must hold numbers"),
        ("design.parquet", lambda design: design.drop(columns="point"), "has no column point"),
        ("design.parquet", lambda design: design.iloc[:5], "has other runs"),
        ("design.parquet", lambda design: design.drop(columns=design.columns[-1]), "has no column"),
    ],
)
def test_an_edited_table_is_refused_by_name(tmp_path, file, edit, says):
    x = latin(60, 2)
    folder = write_sweep(tmp_path / "s", sweep(x, x[:, 0], "latin_hypercube"))
    edit(pd.read_parquet(folder / file)).to_parquet(folder / file)
    with pytest.raises(InputError, match=says):
        SweepResults.load(folder)


def test_a_link_in_the_folder_is_not_followed(tmp_path):
    x = latin(60, 2)
    folder = write_sweep(tmp_path / "s", sweep(x, x[:, 0], "latin_hypercube"))
    for name in ("runs.parquet", "design.parquet", "manifest.json"):
        (folder / name).rename(tmp_path / name)
        (folder / name).symlink_to(tmp_path / name)
        with pytest.raises(InputError, match=f"{name}: is a link"):
            SweepResults.load(folder)
        (folder / name).unlink()
        (tmp_path / name).rename(folder / name)


def test_outcomes_that_a_base_scenario_asks_about_come_first(tmp_path):
    x = latin(20, 2)
    results = sweep(x, x[:, 0], "latin_hypercube", outcome="area_changed_km2")
    for name in ("city_held", "throughput_t.road", "own"):
        results.runs[name] = 0.0
    results.outcomes = ["area_changed_km2", "city_held", "throughput_t.road", "own"]
    folder = write_sweep(tmp_path / "s", results)
    manifest = json.loads((folder / "manifest.json").read_text())
    (base,) = [one["scenario"] for one in manifest["scenarios"].values()]
    base |= {"asks": ["throughput_t"], "own_outcomes": {"own": "area_changed_km2 / 2"}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert SweepResults.load(folder).outcomes == ["throughput_t.road", "own", "area_changed_km2", "city_held"]
