import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import xarray as xr

from sim.campaign.replications import replicate, run
from sim.errors import InputError
from sim.results.comparison.comparison_files import load_run_or_ensemble
from sim.results.manifest_file import MANIFEST_FILE
from sim.results.result import EVENTS_FILE, MONTHLY_FILE, OUTCOMES_FILE, SERIES_FILE, Ensemble, Result
from tests.support.toy_theatre import toy

FILES = (SERIES_FILE, EVENTS_FILE, OUTCOMES_FILE, MONTHLY_FILE, MANIFEST_FILE)


@pytest.fixture(scope="module")
def result():
    return run(toy(), seed=7)


@pytest.fixture(scope="module")
def ensemble():
    return replicate(toy(), replications=3, seed=2**32 - 1, workers=1)


def assert_same(a, b):
    assert type(a) is type(b)
    assert a.series.identical(b.series)
    for name in a.series.variables:
        assert a.series[name].dtype == b.series[name].dtype, name
        assert a.series[name].attrs == b.series[name].attrs, name
    pd.testing.assert_frame_equal(a.events, b.events, check_exact=True)
    pd.testing.assert_frame_equal(a.outcomes, b.outcomes, check_exact=True)
    assert a.manifest == b.manifest


def test_a_result_comes_back_exactly(result, tmp_path):
    assert_same(result, Result.load(result.save(tmp_path / "new" / "run")))


def test_a_result_of_an_earlier_version_has_the_days_that_the_city_is_held(result, tmp_path):
    old = replace(result, outcomes=result.outcomes.drop(columns="days_city_held"))
    pd.testing.assert_frame_equal(Result.load(old.save(tmp_path / "old")).outcomes, result.outcomes)


def test_an_ensemble_comes_back_exactly(ensemble, tmp_path):
    loaded = Ensemble.load(ensemble.save(tmp_path / "runs"))
    assert_same(ensemble, loaded)
    assert loaded.n_replications == 3


def test_a_theatre_without_roads_comes_back_exactly_and_has_no_throughput(tmp_path):
    result = run(toy({"ground.lines_of_communication": [], "off": ["supply"], "time.horizon_days": 2}))
    assert "throughput_t" not in result.series
    assert_same(Result.load(result.save(tmp_path / "run")), result)


def test_one_replication_of_an_ensemble_is_the_run_of_that_number(ensemble, tmp_path):
    alone = run(toy(), seed=2**32 - 1, replication=2)
    one = ensemble.run(2)
    assert one.series.identical(alone.series)
    pd.testing.assert_frame_equal(one.events, alone.events)
    pd.testing.assert_frame_equal(one.outcomes, alone.outcomes)
    assert one.manifest["replication"] == 2
    with pytest.raises(InputError, match="replication: must be one of 0 to 2, is 3"):
        ensemble.run(3)
    assert_same(load_run_or_ensemble(ensemble.save(tmp_path / "many")), ensemble)
    assert_same(load_run_or_ensemble(alone.save(tmp_path / "one")), alone)


def test_a_saved_folder_holds_its_files_and_nothing_is_left_beside_it(result, tmp_path):
    result.save(tmp_path / "run")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run"]
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == sorted(FILES)


def test_files_for_other_programs_carry_the_label(result, tmp_path):
    result.save(tmp_path / "run")
    assert pd.read_csv(tmp_path / "run" / OUTCOMES_FILE)["label"].tolist() == [result.label]
    assert json.loads((tmp_path / "run" / MANIFEST_FILE).read_text("utf-8"))["label"] == result.label
    assert result.series.attrs["label"] == result.label


def test_files_for_other_programs_carry_units(result, tmp_path):
    folder = result.save(tmp_path / "run")
    assert all(series.attrs["units"] for series in result.series.data_vars.values())
    series = xr.open_dataset(folder / SERIES_FILE)
    assert {name: series[name].attrs["units"] for name in ("losses", "area_changed_km2", "supply_level", "x")} == {
        "losses": "soldiers", "area_changed_km2": "km2", "supply_level": "1", "x": "km",
    }  # fmt: skip
    schema = pq.read_schema(folder / EVENTS_FILE)
    assert schema.metadata[b"label"].decode() == result.label
    assert {name: (schema.field(name).metadata or {}).get(b"units") for name in schema.names} == {
        "hour": b"h", "time": None, "kind": None, "x_km": b"km", "y_km": b"km", "value": None,
    }  # fmt: skip


def test_the_same_result_is_saved_as_the_same_bytes(result, tmp_path):
    a, b = (result.save(tmp_path / name) for name in "ab")
    assert all((a / name).read_bytes() == (b / name).read_bytes() for name in FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_file_is_refused_by_name(result, tmp_path, name):
    path = result.save(tmp_path / "run") / name
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match=f"{name}: is .*truncated"):
        Result.load(tmp_path / "run")


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused_by_name(result, tmp_path, name):
    (result.save(tmp_path / "run") / name).unlink()
    with pytest.raises(InputError, match=f"{name}: no such file"):
        Result.load(tmp_path / "run")


@pytest.mark.parametrize("name", [SERIES_FILE, EVENTS_FILE, OUTCOMES_FILE, MONTHLY_FILE])
def test_an_altered_byte_is_refused_by_name(result, tmp_path, name):
    path = result.save(tmp_path / "run") / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match=f"{name}: is truncated or altered"):
        Result.load(tmp_path / "run")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"sha256": 3}', '{"sha256": {}}', "\x00"])
def test_a_manifest_that_is_none_is_refused(result, tmp_path, text):
    folder = result.save(tmp_path / "run")
    (folder / MANIFEST_FILE).write_text(text)
    with pytest.raises(InputError):
        Result.load(folder)


def test_no_folder_at_all_is_refused(tmp_path):
    with pytest.raises(InputError, match="nowhere: no such folder"):
        Result.load(tmp_path / "nowhere")


def test_one_run_is_no_ensemble(result, tmp_path):
    with pytest.raises(InputError, match="one run"):
        Ensemble.load(result.save(tmp_path / "run"))


def test_an_existing_folder_is_refused_and_left_alone(result, tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        result.save(folder)
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_a_dangling_link_in_the_folders_place_is_refused(result, tmp_path):
    (tmp_path / "run").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="exists already"):
        result.save(tmp_path / "run")


def test_a_folder_below_a_file_cannot_be_written(result, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        result.save(tmp_path / "file" / "run")


def test_a_full_disk_leaves_nothing_behind(result, tmp_path, monkeypatch):
    def no_space(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "write_table", no_space)
    with pytest.raises(InputError, match="No space left on device"):
        result.save(tmp_path / "a" / "b" / "run")
    assert list(tmp_path.iterdir()) == []


def test_events_are_in_the_order_of_time_within_each_replication(ensemble):
    for _, events in ensemble.events.groupby("replication"):
        assert (np.diff(events["hour"]) >= 0).all()


def test_outcomes_agree_with_the_series_last_day(ensemble):
    last = ensemble.series.isel(time=-1)
    assert (last["losses"].sel(side="attacker") == ensemble.outcomes["attacker_losses"].to_numpy()).all()
    assert (last["area_changed_km2"] == ensemble.outcomes["area_changed_km2"].to_numpy()).all()
    assert (last["flags_planted"] == ensemble.outcomes["flags_planted"].to_numpy()).all()


@pytest.mark.parametrize(
    ("replications", "says"),
    [(2.5, "must be a whole number, is .2.5"), (0, "must lie between 1 and"), (10_001, "must lie between 1 and")],
)
def test_an_impossible_number_of_replications_is_an_error(replications, says):
    with pytest.raises(ValueError, match=says):
        replicate(toy(), replications)
