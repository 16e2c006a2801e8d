"""The explorer page: numbers packed as they are shown, statistics as in other tables, a page that stays small.

Covers sim.apps.explorer.daily_content, sim.apps.explorer.daily_control, sim.apps.explorer.daily_series,
sim.apps.explorer.loaded_sweep, sim.apps.explorer.number_packing, sim.apps.explorer.point_outcomes,
sim.apps.explorer.sliders.
"""

import base64
import json
import re
import shutil
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.apps.explorer import loaded_sweep as sweeps
from sim.apps.explorer import write_page
from sim.apps.explorer.daily_control import CLASSES, class_of, daily_control_of
from sim.apps.explorer.daily_series import DailySeries, daily_series_of
from sim.apps.explorer.explorer_page import MAX_BYTES, render, script
from sim.apps.explorer.number_packing import MISSING, on_scale, run_length_code, scaled
from sim.apps.explorer.point_outcomes import STATS, measures_of, statistics
from sim.apps.explorer.sliders import levers_of, nearest, origin_in_sweep, reference_of, show
from sim.errors import InputError
from sim.quantity import Provenance
from sim.results.confidence_intervals import mean_interval, share_difference_interval, share_interval
from sim.results.outcome_wording import OUTCOMES
from sim.scenario.loader import load
from sim.world.ground import ATTACKER_HELD, Ground
from sim.world.map_values import GroundParams
from tests.support.explorer_sweeps import SHORT, generated, simulated


def unpacked(code):
    """Decode a run-length code as the page does."""
    out, at = [], 0
    while at < len(code):
        kind, length = code[at] >> 5, (code[at] & 31) + 1
        at += 1
        if length == 32:
            shift = 0
            while True:
                length += (code[at] & 127) << shift
                shift, at = shift + 7, at + 1
                if code[at - 1] < 128:
                    break
        out += [kind] * length
    return out


@given(st.lists(st.tuples(st.integers(0, 7), st.one_of(st.integers(1, 40), st.integers(1, 40_000))), max_size=8))
def test_a_run_length_code_is_decoded_to_the_same_classes(pieces):
    classes = [kind for kind, length in pieces for _ in range(length)]
    assert unpacked(run_length_code(np.array(classes, np.uint8))) == classes


@given(st.floats(-1e5, 1e5), st.integers(0, 3))
def test_a_scaled_number_has_the_digits_that_formatting_shows(value, decimals):
    (whole,) = scaled([value], decimals)
    assert f"{whole / 10**decimals:.{decimals}f}".replace("-0", "0") == f"{value:.{decimals}f}".replace("-0", "0")


def test_nan_and_infinity_are_missing_and_places_on_a_scale_have_254_steps():
    assert scaled([np.nan, np.inf, 1.0], 1).tolist() == [MISSING, MISSING, 10]
    assert on_scale(np.array([0.0, 5.0, 10.0, 12.0, np.nan]), 0.0, 10.0).tolist() == [0, 127, 254, 254, 255]


@pytest.mark.parametrize(("highest", "n_bytes"), [(1234.25, 2), (99_999.95, 4)])
def test_a_daily_series_is_packed_to_the_digits_that_are_shown(highest, n_bytes):
    values = np.array([0.05, 0.15, 2.675, highest, np.nan, 7.0])
    daily = DailySeries(("area_changed_km2",), np.broadcast_to(values, (1, 1, 5, 6)).copy())
    (about,) = daily.described()
    assert (about["decimals"], about["n_bytes"]) == (1, n_bytes)
    (found,) = daily.packed(np.arange(6))
    assert found.dtype.itemsize == n_bytes
    shown = [
        None if whole == about["missing"] else f"{(int(whole) + about['offset']) / 10:.1f}" for whole in found[0, 0]
    ]
    assert shown == [None if np.isnan(value) else f"{value:.1f}" for value in values]


@pytest.mark.parametrize("n_runs", [1, 7, 24, 30])
def test_classes_of_shares_begin_and_end_where_their_names_say(n_runs):
    for count in range(n_runs + 1):
        share = count / n_runs
        expected = 0 if count == 0 else 1 if share < 0.1 else 2 if share < 0.5 else 3 if share < 0.9 else 4
        assert class_of(np.array([count]), n_runs)[0] == expected
    assert len(CLASSES) == 5


def test_statistics_are_the_same_as_in_other_tables():
    rng = np.random.default_rng(3)
    table = rng.gamma(4.0, 100.0, (3, 12))
    table[1, 4] = np.nan
    found = statistics(table, 0, "area_changed_km2")
    assert set(found) == set(STATS)
    here = table[1][np.isfinite(table[1])]
    assert [found[name][1] for name in ("mean", "low", "high")] == pytest.approx(mean_interval(here))
    assert found["q05"][1] == pytest.approx(np.quantile(here, 0.05))
    paired = (table[1] - table[0])[np.isfinite(table[1])]
    assert [found[f"difference{end}"][1] for end in ("", "_low", "_high")] == pytest.approx(mean_interval(paired))
    assert (found["n"][1], found["n_pairs"][1]) == (11, 11)
    assert found["share_higher"][1] == np.mean(paired > 0)


def test_pairs_that_are_equal_are_neither_higher_nor_lower():
    table = np.array([[100.0] * 50, [110.0] * 9 + [90.0] + [100.0] * 40])
    found = statistics(table, 0, "area_changed_km2")
    assert (found["share_higher"][1], found["share_lower"][1]) == (0.18, 0.02)
    assert (found["share_higher"][0], found["share_lower"][0]) == (0.0, 0.0)


def test_shares_have_wilsons_and_newcombes_intervals_and_no_quantiles():
    table = np.array([[1, 1, 1, 0, 1, 1, 1, 1], [0, 0, 1, 0, 0, 0, 0, 0]], float)
    found = statistics(table, 0, "city_held")
    assert (found["mean"][1], found["low"][1], found["high"][1]) == pytest.approx(share_interval(table[1] == 1))
    paired = share_difference_interval(table[0] == 1, table[1] == 1)
    assert [found[f"difference{end}"][1] for end in ("", "_low", "_high")] == pytest.approx(paired)
    assert np.isnan(found["median"]).all()
    assert found["direction"].tolist() == [0.0, -1.0]


def measured(**tables):
    """Return the descriptions of outcomes, each given as a table of points x replications."""
    results = SimpleNamespace(outcomes=tuple(tables), by_replication=tables.get)
    return {measure["name"]: measure for measure in measures_of(results, 0)[0]}


def test_the_day_of_an_event_has_no_statistics():
    table = np.array([[40.0, np.nan], [50.0, 60.0]])
    assert measured(day_city_lost=table, days_city_held=table).keys() == {"days_city_held"}
    with pytest.raises(InputError, match="the explorer needs days_city_held"):
        measured(day_city_lost=table)


def test_an_outcome_without_values_and_one_without_pairs_have_no_scale():
    table = np.full((2, 3), np.nan)
    found = measured(held_share=table)["held_share"]
    assert (found["scale"], found["difference_scale"]) == (None, None)
    table[1] = 40.0, 50.0, 60.0
    found = measured(held_share=table)["held_share"]
    assert (found["scale"]["low"], found["scale"]["high"]) == (40.0, 60.0)
    assert found["difference_scale"] is None


def test_a_prediction_has_the_bounds_of_its_measure():
    table = np.array([[0.0, 1.0], [1.0, 1.0]])
    found = measured(city_held=table, encirclement_fraction=table, attacker_losses=table, area_changed_km2=table)
    assert [(one["least"], one["most"]) for one in found.values()] == [(0, 100), (0, 1), (0, None), (None, None)]


FACTORS = [
    {"path": "a.b", "meaning": "b", "unit": "km", "kind": "real", "values": [], "central": 2.4},
    {"path": "defender.c", "meaning": "c", "unit": "text", "kind": "category", "values": ["x", "y"], "central": "y"},
]
VALUES = pd.DataFrame({"a.b": [0.0, 2.0, 8.0] * 2, "defender.c": ["x", "x", "x", "y", "y", "y"]})


def test_sliders_stop_at_values_of_the_design_and_the_reference_is_the_point_nearest_to_the_base():
    levers, has_runs = levers_of(FACTORS, VALUES), np.ones(6, bool)
    assert [lever.stops for lever in levers] == [(0.0, 2.0, 8.0), ("x", "y")]
    assert [lever.places.tolist() for lever in levers] == [[0.0, 0.25, 1.0], [0.0, 1.0]]
    assert [lever.at_points.tolist() for lever in levers] == [[0, 1, 2, 0, 1, 2], [0, 0, 0, 1, 1, 1]]
    assert levers[1].meaning == "c (defender)"
    assert reference_of(levers, range(6), has_runs, None) == 4
    assert reference_of(levers, range(6), has_runs, 2) == 2
    assert nearest(levers, {"a.b": 2.0, "defender.c": "y"}, has_runs & (np.arange(6) != 4)) == 3
    with pytest.raises(InputError, match="there is no point 9; points are 0 to 5"):
        reference_of(levers, range(6), has_runs, 9)
    with pytest.raises(InputError, match="all runs of point 1 failed"):
        reference_of(levers, range(6), np.arange(6) != 1, 1)


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        (VALUES.iloc[:5], "5 points at 5 of the 3 x 2 combinations"),
        (
            VALUES.iloc[[0, 1, 2, 3, 4, 4]].assign(**{"a.b": [0.0, 2.0, 8.0, 0.0, 2.0, 2.0]}),
            "6 points at 5 of the 3 x 2",
        ),
        (pd.concat([VALUES, VALUES.iloc[:1]]), "7 points at 6 of the 3 x 2 combinations"),
    ],
)
def test_a_design_that_is_not_a_grid_is_refused_with_what_to_do(values, counts):
    with pytest.raises(InputError) as caught:
        levers_of(FACTORS, values)
    (line,) = caught.value.lines
    assert counts in line
    assert line.endswith("sliders need each combination once: sweep with design: {kind: full_grid}")


def test_the_outcome_that_is_asked_for_first_is_one_that_differs_between_the_settings():
    same, area = np.ones((4, 8)), np.arange(32.0).reshape(4, 8) ** 2 * 100.0
    losses = np.tile(np.arange(8.0), (4, 1))
    losses[3] += 50.0 + np.arange(8.0)
    results = SimpleNamespace(outcomes=("city_held", "attacker_losses", "area_changed_km2"))
    tables = dict(zip(results.outcomes, (same, losses, area), strict=True))
    results.by_replication = tables.get
    assert measures_of(results, 0)[3] == 2
    results.outcomes = ("city_held", "attacker_losses")
    assert measures_of(results, 0)[3] == 1
    results.outcomes = ("city_held",)
    assert measures_of(results, 0)[3] == 0


def test_a_sweep_beyond_the_range_of_a_value_is_reported_after_that_range():
    number, category = levers_of(FACTORS, VALUES)

    def origin(lever, span, who="a paper"):
        row = Provenance(lever.path, 2.4, "km", "estimated", span, who, "", "", "b", "x.yaml:1")
        return origin_in_sweep(lever, row)

    texts = origin(number, (1, 4))
    assert texts[texts.index(("Range", "1 to 4")) + 1] == ("In this sweep", "0 to 8: beyond the range of its source")
    assert ("In this sweep", "0 to 8: beyond the range assumed for it") in origin(number, (0, 3), who="")
    for lever, span in ((number, (0, 8)), (number, None), (category, (0, 1))):
        assert "In this sweep" not in dict(origin(lever, span))


def test_too_many_levers_are_refused_in_one_line():
    with pytest.raises(InputError, match="9 values are varied; a page has a slider for each, and at most 8"):
        levers_of([FACTORS[0]] * 9, VALUES)


def test_values_of_levers_are_written_for_reading():
    assert [show(value) for value in (True, 1200, 0.5, 0.123456, 1200.0, "frontal")] == [
        "yes", "1,200", "0.5", "0.1235", "1,200", "frontal",
    ]  # fmt: skip


def test_modules_become_one_script_without_imports():
    text = script()
    assert not re.search(r"^(import|export) ", text, re.MULTILINE)
    assert "const { pointsOf } = (() => {" in text


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return simulated(tmp_path_factory.mktemp("short"))


@pytest.mark.slow
def test_bands_and_control_of_the_ground_match_the_tables_of_the_runs(folder):
    swept = sweeps.read(folder)
    results = swept.results
    table = results.series([4])
    daily = daily_series_of(results, swept.series, 11)
    day_7 = table[table["day"] == 7]["losses.attacker"].to_numpy(float)
    place = swept.series.index("losses.attacker")
    assert daily.bands[4, place, :, 7] == pytest.approx(np.quantile(day_7, (0.05, 0.25, 0.5, 0.75, 0.95)))
    ground = Ground(GroundParams.model_validate_json(swept.ground_json))
    control_classes = daily_control_of(results, ground, 11)
    # Counted again from the changes, cell by cell.
    for day in (0, 4, 10):
        counts = np.zeros(len(ground.initial_control), int)
        for replication in range(results.n_replications):
            control = ground.initial_control == ATTACKER_HELD
            changes = results.map_changes([4]).sort_values("day")
            is_past = (changes["replication"] == replication) & (changes["day"] <= day)
            for row in changes[is_past].itertuples():
                control[row.cell] = row.is_attackers
            counts += control
        counted = class_of(counts[control_classes.cells], results.n_replications)
        assert control_classes.classes[4][:, day].tolist() == counted.tolist()


@pytest.mark.slow
def test_the_page_is_written_once_and_the_same_sweep_gives_the_same_page(folder, tmp_path):
    path = write_page(folder, tmp_path / "lesson.html", 2)
    text = path.read_text("utf-8")
    assert text == render(sweeps.read(folder), 2)
    assert json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])["reference"] == 2
    with pytest.raises(InputError, match="exists already"):
        write_page(folder, path)
    assert re.findall(r"\w+://[^\s\"]+", text) == [
        "http://www.w3.org/2000/svg"
    ]  # the name of a standard, which no browser fetches


@pytest.mark.slow
def test_without_series_and_map_the_page_names_the_keys_that_save_them(tmp_path):
    lines = [line for line in SHORT.splitlines(True) if not line.startswith(("series", "save_map", "  drone"))]
    text = render(sweeps.read(simulated(tmp_path, "".join(lines).replace("replications: 6", "replications: 2"))))
    assert "save_map: true in the experiment" in text
    assert "series: in the experiment" in text
    assert '<canvas id="map"' not in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("keys", "value", "says"),
    [
        (("scenarios", "baseline", "scenario", "name"), "two\nlines", "scenario: name: must stand on one line"),
        (("scenarios", "baseline", "scenario", "time", "tick_h"), 7, "scenario: time.tick_h 7.0 does not divide"),
        (("scenarios", "baseline", "scenario", "ground"), {}, "scenario: ground."),
        (("experiment", "series"), 3, "experiment.series: "),
    ],
)
def test_an_edited_manifest_is_refused_in_one_line(folder, tmp_path, keys, value, says):
    edited = shutil.copytree(folder, tmp_path / "edited")
    manifest = json.loads((edited / "manifest.json").read_text("utf-8"))
    inside = manifest
    for key in keys[:-1]:
        inside = inside[key]
    inside[keys[-1]] = value
    (edited / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(InputError) as caught:
        write_page(edited, tmp_path / "page.html")
    (line,) = caught.value.lines
    assert line.startswith(f"{edited / 'manifest.json'}: {says}")
    assert not (tmp_path / "page.html").exists()


@pytest.mark.slow
def test_a_shard_is_refused_because_half_of_the_runs_would_look_like_all(tmp_path):
    shard = simulated(tmp_path, SHORT.replace("replications: 6", "replications: 2"), shard=(1, 2))
    with pytest.raises(InputError, match="is shard 1/2: join the shards"):
        write_page(shard, tmp_path / "page.html")


def test_a_missing_folder_is_refused_and_no_page_is_written(tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        write_page(tmp_path / "none", tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


@pytest.mark.slow
def test_a_page_of_a_thousand_points_has_at_most_three_megabytes(tmp_path):
    swept = sweeps.read(generated(tmp_path))
    assert swept.results.n_points == 1000
    text = render(swept)
    assert len(text.encode()) <= MAX_BYTES == 3_000_000
    data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])
    assert data["days"]["days"][-1] == 120
    assert data["days"]["series"]
    packed = json.loads(re.search(r'id="packed">(.*?)</script>', text, re.DOTALL)[1])
    assert len(base64.b64decode(packed["stats"])) == 4 * 1000 * len(STATS) * len(swept.results.outcomes)
    assert set(swept.results.outcomes) <= set(OUTCOMES)


@pytest.mark.slow
def test_the_command_says_where_the_page_is_and_reports_errors_on_one_line(folder, tmp_path, sim_command):
    page = tmp_path / "lesson.html"
    status, out, _ = sim_command("explore", folder, "--out", page, "--reference", 1)
    assert status == 0
    assert out == f"The page is in {page} ({page.stat().st_size / 1e6:.1f} MB).\n"
    for arguments, says in (
        ((folder, "--out", page), "exists already"),
        ((folder, "--out", tmp_path / "other.html", "--reference", 99), "--reference: there is no point 99"),
        ((tmp_path, "--out", tmp_path / "other.html"), "manifest.json: no such file"),
    ):
        status, _, err = sim_command("explore", *arguments)
        assert (status, err.count("\n")) == (2, 1)
        assert says in err
    assert not (tmp_path / "other.html").exists()


@pytest.mark.slow
def test_a_sweep_saves_where_its_values_come_from(folder):
    swept = sweeps.read(folder)
    (rows,) = swept.provenance.values()
    base = [row for row in load("baseline").provenance if row.kind != "setting"]
    assert [row for row in rows if row.kind != "setting"] == base
