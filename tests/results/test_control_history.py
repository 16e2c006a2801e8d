from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.campaign.replications import replicate, run
from sim.results.control_history import control_by_day, day_of_change
from sim.scenario.loader import load
from tests.support.toy_theatre import AROUND_A_POCKET, toy

RETAKING = {"control.garrison_counterattack_per_day": 2.0, "control.counterattack_share": 0.9}
RUNS = {
    "toy": toy(),
    "toy, cells retaken": toy(RETAKING),
    "toy, pocket": toy({"ground.attacker_ground": AROUND_A_POCKET}),
    "toy, ceasefire": toy({"calendar.ceasefire_day": 4.0}),
    "toy, ticks of half a day": toy({"time.tick_h": 12.0}),
    "baseline": load("baseline", set={"time.horizon_days": 25, "time.tick_h": 3}),
    "no-drones": load("no-drones", set={"time.horizon_days": 20, "time.tick_h": 6}),
}


@pytest.mark.parametrize("name", RUNS)
def test_the_last_day_is_the_map_at_the_end_and_every_day_has_the_area_that_was_recorded(name):
    kinds: set[str] = set()
    for seed in (1, 2):
        result = run(RUNS[name], seed)
        control, series = control_by_day(result), result.series
        assert control.dtype == np.int8
        assert control.shape == (series.sizes["time"], series.sizes["y"], series.sizes["x"])
        np.testing.assert_array_equal(control[0], series["initial_control"])
        np.testing.assert_array_equal(control[-1], series["control"])
        ground = result.ground
        changed = (control - control[0]).reshape(len(control), -1)[:, ground.axis >= 0]
        np.testing.assert_allclose(changed.sum(axis=1) * ground.cell_km**2, series["area_changed_km2"], rtol=1e-12)
        city = control.reshape(len(control), -1)[:, ground.is_city]
        np.testing.assert_array_equal(1 - city.mean(axis=1), series["city_share_held"])
        kinds |= set(result.events["kind"])
    assert {"toy, cells retaken": {"cell_retaken"}, "toy, pocket": {"mopped_up"}}.get(name, set()) <= kinds


def test_a_cell_that_changes_hands_more_than_once_is_followed_day_by_day():
    result = run(toy({"time.horizon_days": 4}))
    x, y = float(result.series["x"][3]), float(result.series["y"][5])
    kinds = ["cell_taken", "flag_planted", "cell_retaken", "cell_taken", "cell_retaken"]
    hours = [24.0 + 4e-12, 25.0, 30.0, 47.0, 95.5]
    events = pd.DataFrame({"hour": hours, "kind": kinds, "x_km": x, "y_km": y})
    control = control_by_day(replace(result, events=events))
    assert control[:, 5, 3].tolist() == [0, 1, 1, 1, 0]
    control[:, 5, 3] = 0
    assert (control == result.series["initial_control"].to_numpy()).all()


def test_what_a_reserve_retakes_in_the_morning_changes_hands_on_that_day_wherever_it_is_said():
    events = pd.DataFrame(
        {
            "hour": [24.0, 24.0, 24.0, 30.0],
            "kind": ["cell_retaken", "reserve_attacked", "cell_retaken", "cell_taken"],
            "cell": [1, 2, 2, 3],
        }
    )
    changes = events[events["kind"] != "reserve_attacked"]
    assert day_of_change(changes, events).tolist() == [1, 2, 2]


def test_one_replication_of_an_ensemble_has_the_history_of_that_run():
    ensemble = replicate(toy(), 3, seed=4, workers=1)
    for number in range(3):
        alone = run(toy(), 4, number)
        np.testing.assert_array_equal(control_by_day(ensemble.run(number)), control_by_day(alone))
