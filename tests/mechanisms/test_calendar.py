"""Weather is drawn once per day, and a ceasefire begins at its hour."""

import math

import pytest
from scipy import stats

from sim.mechanisms.calendar import Calendar, CalendarValues, ceasefire_h
from sim.world.integer_codes import CEASEFIRE_BEGAN
from tests.support.bench import Bench

VALUES = CalendarValues(p_good_weather=0.8, bad_weather_factor=0.3, ceasefire_day=None)


def bench_with(**changes):
    """Return a bench with the mechanism, some of its values changed."""
    return Bench(Calendar(VALUES._replace(**changes)))


def test_weather_is_good_on_the_share_of_days_it_should_be():
    n, p = 3_000, 0.7
    bench = bench_with(p_good_weather=p)
    factors = []
    for day in range(n):
        bench.act(day * 24.0)
        factors.append(float(bench.ground.weather_factor[0]))
    assert set(factors) == {1.0, 0.3}
    bound = stats.norm.isf(5e-4) * math.sqrt(p * (1 - p) / n)
    assert abs(factors.count(1.0) / n - p) <= bound


@pytest.mark.parametrize(("p", "factor"), [(0.0, 0.3), (1.0, 1.0)])
def test_weather_may_be_certain(p, factor):
    bench = bench_with(p_good_weather=p)
    for day in range(50):
        bench.act(day * 24.0)
        assert bench.ground.weather_factor[0] == factor


def test_weather_does_not_change_within_a_day():
    bench = bench_with()
    for day in range(20):
        bench.act(day * 24.0)
        of_the_day = float(bench.ground.weather_factor[0])
        for hour in range(1, 24):
            bench.act(day * 24.0 + hour)
            assert bench.ground.weather_factor[0] == of_the_day


@pytest.mark.parametrize(("day", "hours"), [(None, []), (2.5, [60.0]), (0.0, [0.0]), (9.0, [])])
def test_a_ceasefire_is_logged_once_at_its_hour(day, hours):
    bench = bench_with(ceasefire_day=day)
    for hour in range(120):
        bench.act(float(hour))
    assert bench.events(CEASEFIRE_BEGAN) == hours


def test_operations_stop_at_the_ceasefires_hour_or_never():
    assert ceasefire_h(2.5) == 60.0
    assert ceasefire_h(None) == math.inf
