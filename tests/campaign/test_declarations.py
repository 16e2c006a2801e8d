"""A mechanism writes the arrays it declares and no others, and what it declares exists."""

import inspect
import re
from functools import cache

import numpy as np
import pytest
from numba.core.errors import TypingError

from sim.campaign.phases import PHASES
from tests.support.toy_theatre import AROUND_A_POCKET, SKETCH, simulated, toy, transfer

pytestmark = pytest.mark.slow

# Busy enough that nearly all of a mechanism's writes change something within some ticks: riders tire, cells are won
# and lost again, the reserve comes, supply fails.
BUSY = {
    "attacker.group_size": 8,
    "forces.transfers": [
        transfer("away", "leave", 62, is_diversion=True),
        transfer("back", "arrive", 62, 2.125, is_diversion=True),
        transfer("reinforced", "arrive", 61, 1.5, 1.0),
        transfer("gone", "leave", 41, 1.0, 1.0),
        transfer("brigade", "arrive", 40, 2.0, side="defender"),
        transfer("battalion", "leave", 20, 1.0, 1.5, side="defender"),
    ],
    "forces.recruit_quality.attacker": 0.7,
    "calendar.p_good_weather": 0.5,
    "command.release_share_per_day": 1.0,
    "command.defender_policy": "mobile_reserve",
    "command.gap_trigger": 0.1,
    "defender.reserve": 200,
    "reserves.packet": 20,
    "reserves.prep_h": 0.0,
    "reserves.behind_km": 5.0,
    "reinforcement.rest_h": 3.0,
    "movement.path_hazard_per_km.motorcycle": 0.3,
    "direct_fire.p_exploit": 1.0,
    "defender.depth_share": 0.1,
    "control.hold_h": 4.0,
    "control.endurance_h": 3.0,
    "control.garrison_counterattack_per_day": 3.0,
    "detection.n_sensors": 30.0,
    "supply.interdiction_reach_km": 8.0,
    "supply.interdiction_max": 0.8,
    "supply.stock_days": 0.1,
    "supply.cuts": [{"name": "all", "kind": "road", "from_day": 2, "until_day": 3}],
    "cohesion.breakouts_per_day": 1.0,
    "ground.attacker_ground": AROUND_A_POCKET,
}
WARM_UP_DAYS, TRIAL_TICKS, SEEDS = 1, 96, range(1, 7)
# What a mechanism needs besides to write all it can: depth a line to fall back to, and one still to be built; reserves
# gaps that units plug.
ALSO = {
    "reserves": {"command.gap_trigger": 0.05},
    "depth": {
        "command.defender_policy": "elastic",
        "depth.withdraw_at_gaps": 0.01,
        "depth.withdraw_h": 2.0,
        "depth.unopposed_h_per_km": 1.0,
        "ground.belts": [
            {"name": "built", "path": [[-6.0, 4.5], [6.0, 4.5]], "width_km": 1.0} | SKETCH,
            {"name": "begun", "path": [[-6.0, 6.5], [6.0, 6.5]], "width_km": 1.0, "ready": 0.2} | SKETCH,
        ],
    },
}
# Declared writes that change nothing in the trial.
CITY = {"was_city_lost", "was_city_encircled"}  # it is neither lost nor encircled
UNCHANGED = {
    "calendar": {"events", "n_events"},  # no ceasefire begins
    # Each axis has its own stock from the start; ground that is given up is fought for no more.
    "depth": {"sector", "assault_force", "is_held_by_enemy"} | CITY,
    # Ground that counter-attacks win back borders on the line: no soldier fights in it or behind it. The attacker has
    # no units here.
    "reserves": CITY.union(
        {"assault_force", "is_held_by_enemy", "cursor", "pool", "pool_soldiers", "remaining_km"},
        {"reserve_due", "rest", "unit_mode"},
    ),
    # An empty pocket is taken over: no soldier fights in it or stands in it, and its edge was watched before.
    "pockets": CITY.union(
        {"assault_force", "is_held_by_enemy", "n_soldiers", "stock", "is_connected"},
        {"is_watched", "n_watch", "watch"},
    ),
    "direct_fire": {"axis"},  # groups go on into ground of their own lane
    # A team sent forward was not tracked before, and no unit of the attacker comes.
    "command": {"is_tracked", "reserve_due"},
    "movement": {"is_tracked"},  # a team that comes back from beyond the kill zone was not either
    "control": CITY,
}


ON = [name for name in PHASES if name not in toy(BUSY).off]


def mechanism(name):
    """Return a mechanism of its busy scenario."""
    return PHASES[name](toy(BUSY | ALSO.get(name, {})))


def arrays(model):
    """Return the arrays of State and Ground with their names; `axis` is a name of both."""
    named = [item for owner in (model.state, model.ground) for item in vars(owner).items()]
    return [(name, value) for name, value in named if isinstance(value, np.ndarray)]


def live(name=None, seed=1):
    """Return a campaign in its second day, busy for a mechanism."""
    return simulated(toy(BUSY | ALSO.get(name, {})), seed, days=WARM_UP_DAYS)


class Wrapped:
    """A mechanism whose call is wrapped."""

    def __init__(self, mechanism, wrap):
        self.acts_in_ceasefire, self._call = mechanism.acts_in_ceasefire, wrap(mechanism)

    def __call__(self, *args):
        self._call(*args)


def run_trial(model, name, wrap):
    """Run the trial's ticks with the mechanism's call wrapped."""
    position = [phase for phase in PHASES if phase not in model.inputs.off].index(name)
    model.phases[position] = Wrapped(model.phases[position], wrap)
    for _ in range(TRIAL_TICKS):
        model.step()


def try_out(name, writable):
    """Let the mechanism act with every array read-only except those named; raise what it raises."""
    model = live(name)

    def guard(act):
        def guarded(*args):
            locked = [value for key, value in arrays(model) if key not in writable]
            for value in locked:
                value.flags.writeable = False
            try:
                act(*args)
            finally:
                for value in locked:
                    value.flags.writeable = True

        return guarded

    run_trial(model, name, guard)


@cache
def written(name):
    """Return the names of the arrays whose bytes the mechanism changes within the trials."""
    changed = set()

    def watch(act):
        def watched(*args):
            # Tracks beyond n_tracks are not initialised: bytes are compared, not numbers.
            before = [value.tobytes() for _, value in arrays(model)]
            act(*args)
            after = [(key, value.tobytes()) for key, value in arrays(model)]
            changed.update(key for (key, now), then in zip(after, before, strict=True) if now != then)

        return watched

    for seed in SEEDS:
        model = live(name, seed)
        run_trial(model, name, watch)
    return frozenset(changed)


@pytest.mark.parametrize("name", PHASES)
def test_every_array_that_is_declared_exists(name):
    assert mechanism(name).reads | mechanism(name).writes <= {key for key, _ in arrays(live())}


@pytest.mark.parametrize("name", ON)
def test_nothing_is_written_that_is_not_declared(name):
    try_out(name, mechanism(name).writes)


@pytest.mark.parametrize("name", ON)
def test_what_changes_is_what_is_declared(name):
    assert written(name) == mechanism(name).writes - UNCHANGED.get(name, set())


@pytest.mark.parametrize("name", ON)
def test_a_write_left_out_of_the_declaration_is_refused(name):
    """The guard would notice: without any one of the declared writes the mechanism fails."""
    missing = min(written(name) - {"events"})  # numba allows writing the fields of a read-only record
    with pytest.raises((ValueError, TypingError), match=r"read-?only"):
        try_out(name, mechanism(name).writes - {missing})


@pytest.mark.parametrize("name", PHASES)
def test_what_is_read_is_declared(name):
    """Every array that the mechanism's own file takes from state or ground is declared."""
    source = inspect.getsource(type(mechanism(name)))
    taken = set(re.findall(r"\b(?:state|ground)\.(\w+)", source)) & {key for key, _ in arrays(live())}
    assert taken <= mechanism(name).reads | mechanism(name).writes
