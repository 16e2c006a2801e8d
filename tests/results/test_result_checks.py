"""A saved result whose tables were edited, with digests to match, is refused in one line."""

import hashlib
import json

import pandas as pd
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.campaign.replications import replicate, run
from sim.errors import InputError
from sim.results.comparison.comparison_files import load_run_or_ensemble
from sim.results.manifest_file import MANIFEST_FILE
from sim.results.result import EVENTS_FILE, OUTCOMES_FILE, SERIES_FILE
from tests.support.manifests import edits, lines_of
from tests.support.toy_theatre import toy


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The folders of one run and of three."""
    folder = tmp_path_factory.mktemp("saved")
    return {
        "run": run(toy()).save(folder / "run"),
        "runs": replicate(toy(), replications=3, workers=1).save(folder / "runs"),
    }


@pytest.fixture(params=["run", "runs"])
def folder(saved, tmp_path, request):
    """A copy of a saved folder: links to its files, which a test replaces."""
    (tmp_path / "copy").mkdir()
    for path in saved[request.param].iterdir():
        (tmp_path / "copy" / path.name).write_bytes(path.read_bytes())
    return tmp_path / "copy"


def signed(folder, name):
    """Give a file's digest to the manifest, as somebody would who wants an edited file to be read."""
    manifest = json.loads((folder / MANIFEST_FILE).read_text("utf-8"))
    manifest["sha256"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest))


SERIES_EDITS = {
    "no control": lambda series: series.drop_vars("control"),
    "no days": lambda series: series.isel(time=slice(0, 0)),
    "no losses": lambda series: series.drop_vars("losses"),
    "other dimensions": lambda series: series.assign(losses=series["losses"].isel(side=0, drop=True)),
    "other name": lambda series: series.rename(losses="more"),
    "more days": lambda series: xr.concat([series] * 40, "time", data_vars="minimal"),
    "no dates": lambda series: series.assign_coords(time=("time", range(series.sizes["time"]))),
    "texts": lambda series: series.assign(soldiers=series["soldiers"].astype(str)),
}
EVENT_EDITS = {
    "no column": lambda events: events.drop(columns="hour"),
    "texts": lambda events: events.assign(time="x"),
    "numbers": lambda events: events.assign(kind=1),
}
OUTCOME_EDITS = {
    "no rows": lambda outcomes: outcomes.iloc[:0],
    "more rows": lambda outcomes: pd.concat([outcomes] * 2),
    "no label": lambda outcomes: outcomes.drop(columns="label"),
    "texts": lambda outcomes: outcomes.assign(attacker_losses="many"),
}


@pytest.mark.parametrize("edit", SERIES_EDITS.values(), ids=SERIES_EDITS)
def test_edited_series_are_refused(folder, edit):
    with xr.open_dataset(folder / SERIES_FILE, engine="scipy") as file:
        series = edit(file.load())
    series.to_netcdf(folder / SERIES_FILE, engine="scipy", format="NETCDF3_64BIT")
    signed(folder, SERIES_FILE)
    assert len(lines_of(load_run_or_ensemble, folder)) == 1


@pytest.mark.parametrize("edit", EVENT_EDITS.values(), ids=EVENT_EDITS)
def test_edited_events_are_refused(folder, edit):
    edit(pd.read_parquet(folder / EVENTS_FILE)).to_parquet(folder / EVENTS_FILE)
    signed(folder, EVENTS_FILE)
    with pytest.raises(InputError, match=r"events.*; its files do not fit together, or another version"):
        load_run_or_ensemble(folder)


@pytest.mark.parametrize("edit", OUTCOME_EDITS.values(), ids=OUTCOME_EDITS)
def test_edited_outcomes_are_refused(folder, edit):
    edit(pd.read_csv(folder / OUTCOMES_FILE)).to_csv(folder / OUTCOMES_FILE, index=False)
    signed(folder, OUTCOMES_FILE)
    assert len(lines_of(load_run_or_ensemble, folder)) == 1


@pytest.mark.parametrize("name", [SERIES_FILE, EVENTS_FILE, OUTCOMES_FILE])
@pytest.mark.parametrize("content", [b"", b"CDF\x02", b"PAR1PAR1", b"\xff\xfe\x00", bytes(1000)])
def test_a_file_that_is_none_of_its_kind_is_refused(folder, name, content):
    (folder / name).write_bytes(content)
    signed(folder, name)
    assert len(lines_of(load_run_or_ensemble, folder)) == 1


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.data())
def test_an_edited_manifest_is_read_or_refused_in_one_line(saved, folder, data):
    manifest = json.loads((saved["run" if "run" in str(folder) else "runs"] / MANIFEST_FILE).read_text("utf-8"))
    (folder / MANIFEST_FILE).write_text(json.dumps(data.draw(edits(manifest))))
    assert len(lines_of(lambda: load_run_or_ensemble(folder).ground)) <= 1
