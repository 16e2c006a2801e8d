"""Weather is drawn once a day, and those diverted come back at their hour."""

import math

import pytest
from scipy import stats

from sim.world.integer_codes import CEASEFIRE_BEGAN, DIVERSION_RETURNED
from tests.support.single_phase import Bench

AWAY = {"attacker.diversion.russian": 60, "attacker.diversion.north_korean": 20}


def test_weather_is_good_on_the_share_of_days_it_should_be():
    n, p = 3_000, 0.7
    bench = Bench("calendar", {"calendar.p_good_weather": p, "calendar.bad_weather_factor": 0.3})
    factors = []
    for day in range(n):
        bench.act(day * 24.0)
        factors.append(float(bench.ground.weather_factor[0]))
    assert set(factors) == {1.0, 0.3}
    bound = stats.norm.isf(5e-4) * math.sqrt(p * (1 - p) / n)
    assert abs(factors.count(1.0) / n - p) <= bound


@pytest.mark.parametrize(("p", "factor"), [(0.0, 0.3), (1.0, 1.0)])
def test_weather_may_be_certain(p, factor):
    bench = Bench("calendar", {"calendar.p_good_weather": p, "calendar.bad_weather_factor": 0.3})
    for day in range(50):
        bench.act(day * 24.0)
        assert bench.ground.weather_factor[0] == factor


def test_weather_does_not_change_within_a_day():
    bench = Bench("calendar")
    for day in range(20):
        bench.act(day * 24.0)
        of_the_day = float(bench.ground.weather_factor[0])
        for hour in range(1, 24):
            bench.act(day * 24.0 + hour)
            assert bench.ground.weather_factor[0] == of_the_day


@pytest.mark.parametrize(("share", "n"), [(0.0, 0), (0.25, 20), (0.5, 40), (1.0, 80)])
def test_the_free_share_of_the_diverted_comes_back_once(share, n):
    changes = {"attacker.diversion.share_free_for_pokrovsk": share, "attacker.diversion.return_day": 2.5}
    bench = Bench("calendar", AWAY | changes)
    before = bench.state.soldiers(0)
    for hour in range(120):
        assert bench.state.soldiers(0) == before + (n if hour > 60 else 0)
        bench.act(float(hour))
    assert bench.state.away[0] == 80 - n
    assert bench.events(DIVERSION_RETURNED) == ([60.0] if n else [])


def test_a_return_on_day_zero_is_at_the_start():
    bench = Bench("calendar", AWAY | {"attacker.diversion.return_day": 0.0})
    bench.act()
    assert bench.events(DIVERSION_RETURNED) == [0.0]


@pytest.mark.parametrize(("day", "told"), [(None, []), (2.5, [60.0]), (0.0, [0.0]), (9.0, [])])
def test_a_ceasefire_is_told_once_at_its_hour(day, told):
    bench = Bench("calendar", {"calendar.ceasefire_day": day})
    for hour in range(120):
        bench.act(float(hour))
    assert bench.events(CEASEFIRE_BEGAN) == told
