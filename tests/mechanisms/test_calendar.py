"""Weather is drawn once per day; diverted soldiers return, and a ceasefire begins, at their hour."""

import math

import pytest
from scipy import stats

from sim.mechanisms.calendar import Calendar, CalendarValues, ceasefire_h
from sim.world.integer_codes import CEASEFIRE_BEGAN, DIVERSION_RETURNED
from tests.support.bench import Bench

AWAY = 80
VALUES = CalendarValues(p_good_weather=0.8, bad_weather_factor=0.3, ceasefire_day=None, return_day=3.0, n_return=0)


def bench_with(**changes):
    """Return a bench with the mechanism, some of its values changed, and 80 soldiers away."""
    bench = Bench(Calendar(VALUES._replace(**changes)))
    bench.state.away[0] = AWAY
    return bench


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


@pytest.mark.parametrize("n", [0, 20, 40, 80])
def test_those_of_the_diverted_that_are_free_return_once(n):
    bench = bench_with(return_day=2.5, n_return=n)
    before = bench.state.soldiers(0)
    for hour in range(120):
        assert bench.state.soldiers(0) == before + (n if hour > 60 else 0)
        bench.act(float(hour))
    assert bench.state.away[0] == AWAY - n
    assert bench.events(DIVERSION_RETURNED) == ([60.0] if n else [])


def test_a_return_on_day_zero_is_at_the_start():
    bench = bench_with(return_day=0.0, n_return=40)
    bench.act()
    assert bench.events(DIVERSION_RETURNED) == [0.0]


@pytest.mark.parametrize(("day", "hours"), [(None, []), (2.5, [60.0]), (0.0, [0.0]), (9.0, [])])
def test_a_ceasefire_is_logged_once_at_its_hour(day, hours):
    bench = bench_with(ceasefire_day=day)
    for hour in range(120):
        bench.act(float(hour))
    assert bench.events(CEASEFIRE_BEGAN) == hours


def test_operations_stop_at_the_ceasefires_hour_or_never():
    assert ceasefire_h(2.5) == 60.0
    assert ceasefire_h(None) == math.inf
