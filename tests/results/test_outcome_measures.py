"""Measures of effectiveness of runs and maps whose values are known."""

import math

import numpy as np
import pytest

from sim.results.outcome_measures import Layout, outcomes_of
from sim.results.record import SERIES
from sim.world.ground import Ground
from tests.support.toy_theatre import simulated, toy


@pytest.fixture(scope="module")
def record():
    return simulated(toy()).recorder.finish(0)


def series(n_days=60, **values):
    sizes = {"side": 2, "axis": 2, "settlement": 1, "what": 12, "cause": 9, "role": 7, "bearing": 8}
    zeros = {name: np.zeros((n_days + 1, *(sizes[dim] for dim in dims))) for name, (dims, _) in SERIES.items()}
    return zeros | values


def measured(n_days=60, lost_h=(), **values):
    events = np.array(
        [(hour, 0.0, -1, 10) for hour in lost_h], [("hour", "f8"), ("value", "f8"), ("cell", "i4"), ("kind", "i1")]
    )
    return outcomes_of(series(n_days, **values), events, Layout(("west", "east"), ("Town",), 1))


def test_exchange_ratios_are_of_soldiers_and_of_shares():
    """Of 1,000 attackers 100 are lost, and of 100 defenders 20: 5 soldiers per soldier, and half the share."""
    soldiers, losses = np.tile([1000.0, 100.0], (61, 1)), np.zeros((61, 2))
    losses[-1] = 100.0, 20.0
    found = measured(soldiers=soldiers, losses=losses)
    assert found["loss_exchange_ratio"] == 5.0
    assert found["fractional_exchange_ratio"] == 0.5


def test_days_of_combat_left_are_at_the_rates_of_the_last_month():
    """10 losses per day in the last 30 days, 50 before: 700 alive last 70 days."""
    lost = np.concatenate([np.arange(31) * 50.0, 1500.0 + np.arange(1, 31) * 10.0])
    found = measured(soldiers=np.full((61, 2), 700.0), losses=np.column_stack([lost, np.zeros(61)]))
    assert found["attacker_days_of_combat_left"] == pytest.approx(70.0)
    assert math.isnan(found["defender_days_of_combat_left"])


def test_the_citys_supply_level_is_its_axis_mean_until_it_is_lost():
    levels = np.full((61, 2), 0.5)
    levels[0] = 1.0  # before the first day: not counted
    levels[11:, 1] = 0.1
    assert measured(supply_level=levels)["city_supply_level"] == pytest.approx((10 * 0.5 + 50 * 0.1) / 60)
    assert measured(supply_level=levels, lost_h=[9.5 * 24])["city_supply_level"] == pytest.approx(0.5)


def test_the_city_is_held_until_it_is_lost_or_the_run_ends():
    lost, held = measured(lost_h=[30.5 * 24, 50 * 24]), measured()
    assert (lost["city_held"], lost["day_city_lost"], lost["days_city_held"]) == (False, 30.5, 30.5)
    assert (held["city_held"], held["days_city_held"]) == (True, 60.0)
    assert math.isnan(held["day_city_lost"])


def test_encirclement_is_a_mean_while_the_city_is_held():
    barred = np.linspace(0.0, 1.0, 61)
    assert measured(encirclement_fraction=barred)["encirclement_fraction"] == pytest.approx(barred[1:].mean())
    lost = measured(encirclement_fraction=barred, lost_h=[24.0 * 30])
    assert lost["encirclement_fraction"] == pytest.approx(barred[1:31].mean())


def test_drone_requests_flags_and_places_are_counted_separately():
    count = np.zeros((61, 12))
    count[-1, [3, 4, 5, 6, 7, 8]] = 50, 1000, 200, 300, 30, 20
    found = measured(count=count, throughput_t=np.full((61, 1), 7.0), flot_displacement_km=np.tile([1.0, 2.0], (61, 1)))
    assert (found["flags_planted"], found["held_share"]) == (50, 0.4)
    assert (found["drone_strikes_on_attacker"], found["drone_strikes_on_defender"]) == (800, 270)
    assert found["blocking_probability"] == 0.2
    assert (found["flot_displacement_km.west"], found["flot_displacement_km.east"]) == (1.0, 2.0)
    assert found["throughput_t.Town"] == 7.0


def test_the_front_of_every_axis_sums_to_the_area(record):
    ground = Ground(toy().ground)
    by_axis = [record.outcomes[f"flot_displacement_km.{name}"] for name in ground.axis_names]
    assert np.dot(by_axis, ground.front_km_by_axis) == pytest.approx(record.outcomes["area_changed_km2"])


def test_strikes_are_no_more_than_drone_requests_and_shares_are_between_0_and_1(record):
    assert 0 < record.outcomes["drone_strikes_on_attacker"] <= record.series["count"][-1][4]
    for name in ("encirclement_fraction", "city_supply_level", "blocking_probability"):
        assert 0.0 <= record.outcomes[name] <= 1.0
    assert (np.diff(record.series["encirclement_fraction"]) >= -1).all()
