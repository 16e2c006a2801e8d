"""With any one mechanism off the model runs, adds up, and lacks what that mechanism does, which it has with it on."""

import numpy as np
import pytest

from sim.campaign.phases import PHASES
from sim.world.ground import DEFENDER_HELD
from sim.world.integer_codes import (
    AIMED_FIRE,
    CELLS_MOPPED_UP,
    CELLS_TAKEN,
    COUNTERATTACKS,
    DIVERSION_RETURNED,
    DRONE_HOLDING,
    DRONE_LINE,
    DRONE_TRANSIT,
    DRONE_WAITING,
    ENTRIES,
    FLAGS,
    RESERVE_ARRIVED,
    SENT_FORWARD,
    SHELLS,
)
from tests.support.bookkeeping import faults
from tests.support.toy_theatre import AROUND_A_POCKET, simulated, toy

# Enough happens in eight days that each effect shows with the mechanism on.
BUSY = {
    "attacker.troops": 1500,
    "defender.density_per_km": 5.0,
    "calendar.p_good_weather": 0.3,
    "detection.n_sensors": 12.0,
    "control.hold_h": 12.0,
    "supply.interdiction_reach_km": 8.0,
    "supply.stock_days": 0.0,
    "ground.attacker_ground": AROUND_A_POCKET,
    "cohesion.breakouts_per_day": 1.0,
    "pockets.mop_up_h": 6.0,
}


def losses(*causes):
    return lambda model: model.state.losses[:, list(causes)].sum()


def count(what):
    return lambda model: model.state.count[what]


def share_shaken(model):
    line = model.ground.line_cells[: model.ground.line_count[0]]
    return np.mean(model.ground.cohesion[line] < 1.0)


def ground_taken(model):
    """Return the cells that changed hands, but for those that pockets take over once no soldiers hold them."""
    changed = np.sum(model.ground.control != model.ground.initial_control)
    return changed - model.state.count[CELLS_MOPPED_UP]


# What is nothing without the mechanism, and something with it.
EFFECTS = {
    "calendar": [lambda model: 1.0 - model.ground.weather_factor[0]],
    "forces": [lambda model: np.sum(model.recorder.events["kind"] == DIVERSION_RETURNED)],
    "reinforcement": [lambda model: model.state.arrived[1]],  # the attacker has arrivals by transfer too
    "depth": [lambda model: np.sum(model.ground.dug < 1.0)],
    "reserves": [lambda model: np.sum(model.recorder.events["kind"] == RESERVE_ARRIVED)],
    "lift": [lambda model: 1.0 - model.state.readiness.min()],
    "command": [count(SENT_FORWARD), count(ENTRIES)],
    "movement": [count(ENTRIES), losses(AIMED_FIRE)],
    "detection": [losses(DRONE_TRANSIT, DRONE_WAITING, DRONE_HOLDING)],
    "drone_strikes": [losses(DRONE_TRANSIT, DRONE_WAITING), losses(DRONE_LINE)],
    "artillery": [losses(SHELLS)],
    "direct_fire": [losses(AIMED_FIRE), count(CELLS_TAKEN), count(FLAGS)],
    "cohesion": [share_shaken],
    "supply": [lambda model: 1.0 - model.state.supply_level.min()],
    "control": [count(CELLS_TAKEN), count(FLAGS), count(COUNTERATTACKS),
                ground_taken],
    "pockets": [count(CELLS_MOPPED_UP)],
}  # fmt: skip


def test_every_mechanism_is_here():
    assert list(EFFECTS) == list(PHASES)


@pytest.mark.parametrize("name", PHASES)
def test_a_mechanism_that_is_off_leaves_a_model_that_runs_without_its_effect(name):
    with_it, without = simulated(toy(BUSY)), simulated(toy(BUSY, off=[name]))
    assert faults(without) == []
    for effect in EFFECTS[name]:
        assert effect(with_it) > 0
        assert effect(without) == 0


def test_with_everything_off_nothing_changes():
    model = simulated(toy(BUSY, off=list(PHASES)))
    assert faults(model) == []
    assert model.state.losses.sum() == 0
    assert np.all((model.ground.control == DEFENDER_HELD) == (model.ground.initial_control == DEFENDER_HELD))
