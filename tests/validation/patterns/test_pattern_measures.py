"""The totals of a run, and until which day they count."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.campaign.mesa_model import Campaign
from sim.validation.patterns.pattern_measures import Lanes, totals
from tests.support.pattern_runs import RUN
from tests.support.toy_theatre import toy


@pytest.fixture(scope="module")
def toy_run():
    scenario = toy()
    return scenario, Campaign(scenario, 1).run().finish(0)


def test_totals_are_those_of_the_run(toy_run):
    scenario, record = toy_run
    wide = replace(Lanes.of(scenario), ground_km2=np.full(2, 1e6))
    found = totals(record, scenario, wide)
    assert set(found) == set(RUN)
    assert found["days"] == found["days_played"] == scenario.time.horizon_days
    for name in ("attacker_losses", "area_changed_km2", "flags_planted", "advance_km"):
        assert found[name] == record.outcomes[name]
    assert found["city_held"] == (found["day_city_lost"] == math.inf)
    begun = record.series["count"][:, 1]
    assert found["assaults_last_month_per_day"] == begun[-1] / scenario.time.horizon_days  # shorter than a month


def test_measures_per_day_or_km2_count_until_nearly_all_of_a_lane_is_taken(toy_run):
    scenario, record = toy_run
    lanes = Lanes.of(scenario)
    assert lanes.ground_km2.tolist() == [42.0, 42.0]  # 6 km wide each, 7 km to the north edge
    short = replace(lanes, ground_km2=np.array([2.0, 1e6]))
    found = totals(record, scenario, short)
    end = found["days"]
    taken_km2 = record.series["flot_displacement_km"][:, 0] * lanes.front_km[0]
    assert 0 < end < found["days_played"]
    assert taken_km2[end] > 1.8 >= taken_km2[:end].max()
    assert found["attacker_losses"] == record.series["losses"][end, 0]
    assert found["area_changed_km2"] == record.series["area_changed_km2"][end]
    assert found["city_share_held"] == record.series["city_share_held"][-1]
