"""`sim analyse` on folders of sweeps: tables, pictures, JSON, and what is refused."""

import json
import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from sim.analysis import FactorRecord
from sim.plots.sweeps.factor_names import factor_names
from sim.scenario.teaching_label import LABEL
from tests.support.known_sweeps import grid, latin, one_by_one, saltelli, sweep, trajectories, write_sweep

AREA = "area_changed_km2"
DESIGNS = {
    "one_at_a_time": one_by_one(3),
    "morris": trajectories(8, 3),
    "saltelli": saltelli(64, 3),
    "latin_hypercube": latin(120, 3),
    "full_grid": grid(6, 6),
}
PICTURES = {
    "one_at_a_time": {"tornado", "spider"},
    "morris": {"morris-plane"},
    "saltelli": {"sobol"},
    "latin_hypercube": {
        "pawn", "rbd-fast", "rank-regression", "peeling-trajectory", "discovery-box", "parallel-coordinates",
    },
    "full_grid": {"heat-map", "rank-regression"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_figure_is_left_open():
    yield
    assert not plt.get_fignums()


def area(x):
    return 900 * x[:, 0] - 400 * x[:, 1]


def folder_of(tmp_path, kind, n_replications=3, sd=30.0):
    x = DESIGNS[kind]
    return write_sweep(tmp_path / kind, sweep(x, area(x), kind, n_replications, sd=sd, outcome=AREA))


@pytest.mark.parametrize("kind", DESIGNS)
def test_each_design_has_its_tables_and_pictures(sim_command, tmp_path, kind):
    folder_of(tmp_path, kind)
    code, out, err = sim_command("analyse", kind, "--out", "found")
    assert (code, err) == (0, "")
    assert f"{LABEL}: 9 values reported, 60 assumed" in out
    assert "Area taken (km²)" in out
    assert "Noise is" in out
    assert "part.factor_a" in out
    names = {path.name for path in (tmp_path / "found").iterdir()}
    assert {f"{name}-area-changed-km2.png" for name in (*PICTURES[kind], "exceedance")} <= names
    table = pd.read_csv(tmp_path / "found" / "indices.csv")
    assert table["label"].str.startswith(LABEL).all()
    assert table["noise_share"].notna().all()
    assert set(table["outcome"]) == {AREA}


@pytest.mark.parametrize("kind", DESIGNS)
def test_the_document_is_json_and_has_every_index_with_its_noise(sim_command, tmp_path, kind):
    folder_of(tmp_path, kind)
    code, out, _ = sim_command("analyse", kind, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["label"].startswith(LABEL)
    for one in found["analyses"]:
        assert 0.0 <= one["noise"]["share"] < 1.0
        assert one["indices"]
    assert found["files"] == []


def test_factors_are_named_by_their_meaning_and_the_path_of_each_stands_below(sim_command, tmp_path):
    x = DESIGNS["latin_hypercube"]
    own = [FactorRecord(path, "real", 0, 1) for path in ("drone_strikes.defender.p_hit", "attacker.troops", "a.speed")]
    own_area = 900 * (x[:, 0] > 0.5) - 400 * x[:, 1]
    write_sweep(tmp_path / "named", sweep(x, own_area, "latin_hypercube", 2, sd=30.0, outcome=AREA, own=own))
    code, out, _ = sim_command("analyse", "named")
    assert code == 0
    tables, _, paths = out.partition("The same factors in files and in --set")
    names = factor_names([factor.path for factor in own])
    for path, name in names.items():
        assert path not in tables
        assert name[:20] in tables
        assert re.search(rf"{re.escape(name[-12:])} +{re.escape(path)} *$", paths, re.MULTILINE), path
    assert f'"{names["drone_strikes.defender.p_hit"]}" above' in " ".join(tables.split())


def test_whole_numbers_flags_and_categories_are_written_too(sim_command, tmp_path):
    x = DESIGNS["one_at_a_time"]
    own = [FactorRecord("n", "whole", 1, 9), FactorRecord("is_on", "flag"), FactorRecord("policy", "category")]
    values = pd.DataFrame(
        {"n": (8 * x[:, 0]).astype(int), "is_on": x[:, 1] > 0.6, "policy": np.where(x[:, 2] > 0.6, "a", "b")}
    )
    write_sweep(tmp_path / "mixed", sweep(x, area(x), "one_at_a_time", 2, outcome=AREA, own=own, values=values))
    code, out, _ = sim_command("analyse", "mixed", "--json", "--out", "found")
    assert code == 0
    steps = json.loads(out)["analyses"][0]["steps"]
    assert {row["factor_value"] for row in steps if row["factor"] == "n"} == {0, 4, 8}
    assert {row["factor_value"] for row in steps if row["factor"] == "is_on"} == {True, False}
    assert {row["factor_value"] for row in steps if row["factor"] == "policy"} == {"a", "b"}


def test_one_replication_says_what_cannot_be_known(sim_command, tmp_path):
    folder_of(tmp_path, "saltelli", n_replications=1)
    code, out, _ = sim_command("analyse", "saltelli")
    assert code == 0
    assert "noise: unknown" in " ".join(out.split())
    assert "those of single runs, in which noise counts" in " ".join(out.split())


def test_a_limit_says_what_to_discover(sim_command, tmp_path):
    folder_of(tmp_path, "latin_hypercube")
    out = sim_command("analyse", "latin_hypercube", "--below", 0)[1]
    assert "Area taken below 0 km²" in " ".join(out.split())


@pytest.mark.parametrize("option", ["--above", "--below"])
@pytest.mark.parametrize("limit", ["nan", "inf"])
def test_a_limit_that_is_no_number_is_refused(sim_command, tmp_path, option, limit):
    folder_of(tmp_path, "latin_hypercube")
    code, out, err = sim_command("analyse", "latin_hypercube", option, limit)
    assert (code, out) == (2, "")
    assert f"{option}: must be a finite number, is {limit}" in err


def test_a_picture_that_does_not_fit_is_reported(sim_command, tmp_path):
    x = np.array(np.meshgrid(*[np.linspace(0, 1, 4)] * 3)).reshape(3, -1).T
    write_sweep(tmp_path / "grid", sweep(x, area(x), "full_grid", 3, sd=30.0, outcome=AREA))
    code, out, _ = sim_command("analyse", "grid", "--out", "found")
    assert code == 0
    assert "picture heat-map-area-changed-km2: " in " ".join(out.partition("Not done:")[2].split())
    refused = json.loads((tmp_path / "found" / "analysis.json").read_text())["refused"]
    assert any(line.startswith("picture heat-map") for line in refused)


def test_a_long_name_is_folded_and_not_cut(sim_command, tmp_path):
    x = DESIGNS["latin_hypercube"]
    own = [FactorRecord("part." + 8 * f"a_long_name_{j}_" + f"end{j}", "real", 0, 1) for j in range(3)]
    write_sweep(tmp_path / "long", sweep(x, area(x), "latin_hypercube", 2, sd=30.0, outcome=AREA, own=own))
    out = sim_command("analyse", "long")[1]
    assert "\N{HORIZONTAL ELLIPSIS}" not in out
    assert "end0" in out


def test_an_existing_folder_is_not_overwritten(sim_command, tmp_path):
    folder_of(tmp_path, "morris")
    (tmp_path / "found").mkdir()
    code, out, err = sim_command("analyse", "morris", "--out", "found")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "exists already" in err
    assert list((tmp_path / "found").iterdir()) == []


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: None, "not an outcome of this sweep"),
        (lambda folder: (folder / "manifest.json").write_text("[]"), "not the manifest of a sweep"),
        (lambda folder: (folder / "runs.parquet").unlink(), "not finished"),
        (lambda folder: (folder / "design.parquet").write_bytes(b"PAR1"), "truncated"),
    ],
)
def test_wrong_input_is_one_line_and_writes_nothing(sim_command, tmp_path, spoil, message):
    spoil(folder_of(tmp_path, "morris"))
    code, out, err = sim_command("analyse", "morris", "--outcome", "weather", "--out", "found")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert message in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["morris"]


def test_missing_values_are_reported_and_the_rest_is_done(sim_command, tmp_path):
    x = DESIGNS["saltelli"]
    results = sweep(x, area(x), "saltelli", 2, sd=30.0, outcome=AREA)
    results.runs["day_city_lost"] = np.where(results.runs[AREA] > 0, np.nan, 150.0)
    results.outcomes = [AREA, "day_city_lost"]
    write_sweep(tmp_path / "holes", results)
    code, out, _ = sim_command("analyse", "holes")
    assert code == 0
    assert "Not done:" in out
    assert "analyse days_city_held" in out
    code, out, err = sim_command("analyse", "holes", "--outcome", "day_city_lost")
    assert (code, out) == (2, "")
    assert "no value (NaN) in" in err
