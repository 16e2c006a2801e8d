"""The monthly table against the daily series and the events that it is made of, and against a run made by hand.

Covers sim.results.monthly_table, sim.results.monthly_statistics, sim.results.penetration.
"""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.campaign.replications import replicate, run
from sim.results.monthly_statistics import LOGGED, monthly_statistics, whole_months
from sim.results.monthly_table import ALL
from sim.results.penetration import deepest_penetration_km
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD
from tests.support.bench import ground_of
from tests.support.toy_theatre import toy

DAYS = 40


@pytest.fixture(scope="module")
def ensemble():
    return replicate(toy({"time.horizon_days": DAYS}), 2, seed=5, workers=1)


@pytest.fixture(scope="module")
def result(ensemble):
    return ensemble.run(0)


@pytest.fixture(scope="module")
def table(result):
    return result.monthly()


def test_one_row_per_month_and_sector(table, result):
    sectors = [ALL, *result.ground.axis_names]
    assert table["sector"].tolist() == sectors * 3
    assert table["month"].tolist() == np.repeat(["2025-06", "2025-07", "2025-08"], len(sectors)).tolist()
    assert table["days"].tolist() == np.repeat([4, 31, 5], len(sectors)).tolist()


def test_the_months_add_up_to_the_run(table, result):
    of_all, outcomes = table[table["sector"] == ALL], result.outcomes.iloc[0]
    for name in ("area_changed_km2", "attacker_losses", "defender_losses"):
        assert of_all[name].sum() == pytest.approx(outcomes[name])
    assert (of_all["assaults_per_day"] * of_all["days"]).sum() == pytest.approx(result.series["assaults"][-1])
    assert of_all["cells_taken"].sum() == result.series["cells_taken"][-1]
    assert of_all["cells_retaken"].sum() == result.series["cells_retaken"][-1]
    assert of_all["attacker_soldiers"].iloc[-1] == result.series["soldiers"][-1].sel(side="attacker")


@pytest.mark.parametrize(
    "name", ["area_changed_km2", "cells_taken", "cells_retaken", "assaults_per_day", "attacker_soldiers_in_field"]
)
def test_the_sectors_add_up_to_the_whole(table, name):
    parts = table[table["sector"] != ALL].groupby("month")[name].sum()
    assert parts.tolist() == pytest.approx(table.loc[table["sector"] == ALL, name].tolist())


def test_what_is_not_known_by_axis_has_a_value_for_the_whole_map_only(table):
    for name in ("attacker_losses", "defender_losses", "attacker_soldiers", "soldiers_sent_per_day"):
        assert table.loc[table["sector"] == ALL, name].notna().all()
        assert table.loc[table["sector"] != ALL, name].isna().all()


def test_a_month_is_the_change_of_the_daily_series(table, result):
    july = table[(table["month"] == "2025-07") & (table["sector"] == ALL)].iloc[0]
    losses = result.series["losses"].sel(side="attacker").to_numpy()
    assert july["attacker_losses"] == losses[35] - losses[4]
    drones = result.series["losses_by_cause"].sel(side="attacker")
    drones = drones.sel(cause=[c for c in drones["cause"].to_numpy() if c.startswith("drone")]).sum("cause").to_numpy()
    assert july["drone_share_of_attacker_losses"] == (drones[35] - drones[4]) / july["attacker_losses"]
    level = result.series["supply_level"].sel(axis="west").to_numpy()
    west = table[(table["month"] == "2025-07") & (table["sector"] == "west")].iloc[0]
    assert west["defender_supply_level"] == pytest.approx(level[5:36].mean())


def test_the_days_of_the_city_stand_in_the_month_in_which_they_come(result):
    contested = result.series["city_share_contested"].copy()
    contested[:] = 0.0
    contested[6:] = 0.2
    contested[36:] = 0.6
    lost = pd.DataFrame({"hour": [35.5 * 24], "kind": ["city_lost"], "x_km": [0.0], "y_km": [0.0]})
    series = result.series.assign(city_share_contested=contested)
    events = pd.concat([result.events[result.events["kind"] != "city_lost"], lost], ignore_index=True)
    found = replace(result, series=series, events=events).monthly()
    found = found[found["sector"] == ALL].set_index("month")
    assert found["day_city_entered"].dropna().to_dict() == {"2025-07": 6.0}
    assert found["day_city_contested"].dropna().to_dict() == {"2025-08": 36.0}
    assert found["day_city_lost"].dropna().to_dict() == {"2025-08": 35.5}


def test_several_runs_have_a_row_per_replication_each_as_alone(ensemble, table):
    found = ensemble.monthly()
    assert found["replication"].unique().tolist() == [0, 1]
    alone = found[found["replication"] == 0].drop(columns="replication").reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, table)


def test_a_result_of_an_earlier_version_has_no_value_where_it_lacks_the_series(result):
    old = replace(result, series=result.series.drop_vars(["assaults_by_axis", "city_share_contested"]))
    found = old.monthly()
    assert found.loc[found["sector"] != ALL, "assaults_per_day"].isna().all()
    assert found.loc[found["sector"] == ALL, "assaults_per_day"].notna().all()
    assert found["day_city_entered"].isna().all()


def test_the_depth_of_a_penetration_is_measured_from_the_front_three_days_before():
    ground = ground_of()
    control = np.full((8, ground.n_cells), DEFENDER_HELD, np.int8)
    column = np.flatnonzero(ground.x_km == ground.x_km[ground.axis == 0][0])
    south_to_north = column[np.argsort(ground.y_km[column])]
    control[:, south_to_north[0]] = ATTACKER_HELD
    control[2:, south_to_north[1]] = ATTACKER_HELD
    control[3:, south_to_north[2]] = ATTACKER_HELD
    control[7:, south_to_north[3]] = ATTACKER_HELD
    depth = deepest_penetration_km(control, ground)
    assert depth[:, ground.axis[south_to_north[1]]].tolist() == [0, 0, 1, 2, 2, 1, 0, 1]


def made_up(km2, losses):
    months = pd.period_range("2025-07", periods=len(km2), freq="M")
    return pd.DataFrame(
        {
            "month": months.astype(str), "days": months.days_in_month, "sector": ALL, "area_changed_km2": km2,
            "attacker_losses": losses, "assaults_per_day": 10.0, "drone_share_of_attacker_losses": 0.7,
        }
    )  # fmt: skip


def test_the_statistics_find_the_line_that_the_months_were_made_with():
    km2 = np.array([100.0, 80.0, 120.0, 60.0, 140.0])
    found = monthly_statistics(made_up(km2, 3000.0 + 90.0 * km2))
    assert found["losses_per_km2"] == pytest.approx(90.0)
    assert found["losses_of_holding"] == pytest.approx(3000.0)
    assert found["mean_km2_per_month"] == pytest.approx(100.0)
    assert found["sd_km2_per_month"] == pytest.approx(np.std(km2, ddof=1))
    assert found["km2_autocorrelation"] == pytest.approx(np.corrcoef(km2[:-1], km2[1:])[0, 1])
    assert found["log_mean_km2_per_month"] == pytest.approx(math.log(100.0))
    assert {name.removeprefix("log_") for name in found if name.startswith("log_")} == set(LOGGED)


@pytest.mark.parametrize("km2", [[], [50.0], [50.0, 50.0], [50.0, 50.0, 50.0, 50.0]])
def test_months_that_are_too_few_or_all_equal_have_no_slope(km2):
    found = monthly_statistics(made_up(km2, np.full(len(km2), 1000.0)))
    assert math.isnan(found["losses_per_km2"])
    assert math.isnan(found["km2_autocorrelation"])


def test_only_whole_months_count(table):
    assert whole_months(table)["month"].tolist() == ["2025-07"]


def test_it_is_saved_beside_the_series(result, tmp_path):
    folder = run(toy(), 1).save(tmp_path / "run")
    saved = pd.read_csv(folder / "monthly.csv")
    assert list(saved)[:3] == ["month", "days", "sector"]
    assert saved.columns[-1] == "label"
