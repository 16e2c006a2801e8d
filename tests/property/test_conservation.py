"""Soldiers and ground are conserved at every tick of any valid scenario, not only of the shipped ones."""

from typing import Literal, get_args, get_origin

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim.campaign.mesa_model import Campaign
from sim.campaign.phases import PHASES
from sim.quantity import section_models
from sim.scenario.schema import Scenario
from sim.world.ground import ATTACKER_HELD
from sim.world.integer_codes import N_ACTIVE, POOL_HEAD, REST_HEAD, SIDES
from tests.support.bookkeeping import faults
from tests.support.toy_theatre import returning, simulated, toy, transfer

DAYS = 3


def bound(field, *kinds):
    """Return the first bound of a field of the given kinds (ge, gt, le, lt), None without one."""
    values = [getattr(item, kind) for item in field.metadata for kind in kinds if hasattr(item, kind)]
    return values[0] if values else None


def numbers(model, values, path):
    """Yield each number of a section with a strategy that reaches its bounds, or far beyond its usual value.

    A value that is one of several words is drawn among them, so that a new policy is drawn as well.
    """
    for name, field in model.model_fields.items():
        inner, value = section_models(field.annotation), values[name]
        if inner:
            yield from numbers(inner[0], value, f"{path}{name}.")
        elif get_origin(field.annotation) is Literal:
            yield f"{path}{name}", st.sampled_from(get_args(field.annotation))
        elif field.annotation in (int, float):
            low, high = bound(field, "ge"), bound(field, "le")
            least = low if low is not None else value / 30
            most = max(10 * value, 1)  # bounds may be those of a machine's memory: a test stays well below them
            most = min(high, most) if high is not None else most
            kind = field.annotation
            options = {kind(least), kind(most), kind(value / 3), kind(min(3 * value, most))}
            strategy = st.sampled_from(sorted(o for o in options if o >= least))
            yield f"{path}{name}", strategy


BASE = toy()
SKIPPED = ("time.", "resolution.", "ground.", "attacker.group_size", "attacker.mobility_share")
NUMBERS = {
    path: strategy for path, strategy in numbers(Scenario, BASE.model_dump(), "") if not path.startswith(SKIPPED)
}
SIZES = [(team, team * teams) for team in (1, 2, 4, 5, 25) for teams in (1, 2, 6, 25)]
SHARES = [(1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 0.5, 0.5), (0.2, 0.3, 0.3, 0.2)]


# More leave than there are, on both sides; some are away before the start, and come back while others arrive.
BOTH_WAYS = [
    transfer("away", "leave", 300, -2.0, 3.0, is_diversion=True),
    transfer("back", "arrive", 300, 1.3, 1.5, is_diversion=True),
    transfer("brigades", "leave", 90, -1.0, side="defender", is_diversion=True),
    transfer("brigades back", "arrive", 90, 0.5, 1.0, side="defender", is_diversion=True),
    transfer("more", "arrive", 301, 0.4, 2.0, quality=1.2),
    transfer("fewer", "leave", 5000, 1.1, 1.0),
    transfer("fewer defenders", "leave", 5000, 0.0, 2.0, side="defender"),
    transfer("more defenders", "arrive", 33, 1.0, side="defender", quality=0.5),
]


REPLACEMENTS = [[], [[0.0, 30.0]], [[0.5, 0.0], [1.5, 200.0], [2.5, 10.0]]]


@st.composite
def scenarios(draw):
    """Return a random scenario with a few values far from usual, and any mechanisms off."""
    changes = draw(st.fixed_dictionaries({}, optional=NUMBERS))
    team_size, group_size = draw(st.sampled_from(SIZES))
    shares = dict(zip(("foot", "motorcycle", "atv", "armour"), draw(st.sampled_from(SHARES)), strict=True))
    changes |= {
        "resolution.team_size": team_size,
        "attacker.group_size": group_size,
        "attacker.mobility_share": shares,
        "forces.transfers": draw(st.sampled_from([returning(day) for day in (0.0, 0.3, 1.0, 2.5, 99.0)] + [BOTH_WAYS])),
        "forces.diversion": {side: draw(st.sampled_from(["away", "stays"])) for side in SIDES},
        "forces.share_free": {side: draw(st.sampled_from([0.0, 0.3, 1.0])) for side in SIDES},
        "forces.replacements": {side: draw(st.sampled_from(REPLACEMENTS)) for side in SIDES},
        "forces.recruit_quality.attacker": draw(st.sampled_from([0.5, 1.0])),
        "calendar.ceasefire_day": draw(st.sampled_from([None, None, 0.0, 1.3, 2.0])),
        "time.tick_h": draw(st.sampled_from([0.25, 1.0, 6.0, 24.0])),
        "time.horizon_days": DAYS,
        "ground.cell_km": draw(st.sampled_from([0.5, 1.0, 2.0])),
        "off": sorted(
            draw(st.sets(st.sampled_from(sorted(PHASES)), max_size=len(PHASES))) if draw(st.booleans()) else []
        ),
    }
    stops = changes.get("command.culmination_share", 0.0)
    changes["command.resume_share"] = max(stops, changes.get("command.resume_share", 0.0))
    infantry_share = changes.get("attacker.infantry_share", BASE.attacker.infantry_share)
    infantry = round(infantry_share * changes.get("attacker.troops", BASE.attacker.troops))
    changes["attacker.reserve"] = min(infantry, changes.get("attacker.reserve", BASE.attacker.reserve))
    most_groups = (infantry - changes["attacker.reserve"]) // group_size
    changes["attacker.forward_groups"] = min(most_groups, changes.get("attacker.forward_groups", 0))
    density, urban = changes.get("defender.density_per_km", 0.0), changes.get("defender.urban_multiplier", 2.0)
    spread = changes.get("command.pressure_cap", 1.5) / changes.get("command.pressure_floor", 0.6)
    if density * max(1.0, urban) * spread > 1e5:  # sections too large to count are refused
        changes["command.pressure_floor"] = 1.0
    return toy(changes)


EVERYTHING_AT_ONCE = {
    "attacker.group_size": 8,
    "command.release_share_per_day": 2.0,
    "control.hold_h": 4.0,
    "control.endurance_h": 1.0,
    "control.counterattack_per_day": 12.0,
    "control.garrison_counterattack_per_day": 6.0,
    "reinforcement.rest_h": 0.0,
    "detection.n_sensors": 60.0,
    "command.defender_policy": "mobile_reserve",
    "defender.reserve": 200,
    "attacker.reserve": 60,
    "reserves.packet": 20,
    "reserves.prep_h": 0.0,
    "reserves.behind_km": 5.0,
    "command.depth_trigger_km": 1.0,
}


@given(scenario=scenarios(), seed=st.integers(0, 2**32 - 1))
@example(scenario=toy(), seed=1)
@example(scenario=toy(EVERYTHING_AT_ONCE), seed=2)
@example(scenario=toy(EVERYTHING_AT_ONCE, **{"time.tick_h": 6.0, "time.horizon_days": 20}), seed=3)
def test_soldiers_rows_and_ground_add_up_at_every_tick(scenario, seed):
    model = Campaign(scenario, seed)
    assert faults(model) == []
    lost = model.state.losses.copy()
    while model.running:
        model.step()
        assert faults(model) == [], f"after hour {model.hour}"
        assert np.all(model.state.losses >= lost)
        lost = model.state.losses.copy()
    changed = model.ground.control.astype(int) - model.ground.initial_control
    assert model.recorder.series["area_changed_km2"][-1] == changed.sum() * model.ground.cell_km**2


def lose_a_soldier(state, ground):
    state.n_soldiers[state.pool[state.cursor[POOL_HEAD] % len(state.pool)]] -= 1


def lose_a_loss(state, ground):
    state.losses[0, 0] -= 1


def lose_a_soldier_of_the_stock(state, ground):
    state.stock[1, 0] -= 1


def forget_a_replacement(state, ground):
    state.arrived[1] -= 1


def rest_twice(state, ground):
    state.cursor[REST_HEAD] -= 1


def split_a_group(state, ground):
    row = state.active[state.cursor[N_ACTIVE] - 1]
    state.group_id[row] = state.group_id[state.active[0]]


def shift_the_front(state, ground):
    ground.control[ground.line_cells[0]] = ATTACKER_HELD


def take_ground_outside_the_lanes(state, ground):
    ground.axis[np.flatnonzero(ground.control != ground.initial_control)[0]] = -1


@pytest.mark.parametrize(
    "damage",
    [
        lose_a_soldier,
        lose_a_loss,
        forget_a_replacement,
        lose_a_soldier_of_the_stock,
        rest_twice,
        split_a_group,
        shift_the_front,
        take_ground_outside_the_lanes,
    ],
)
def test_the_bookkeeping_notices(damage):
    model = simulated(toy(EVERYTHING_AT_ONCE), seed=3, days=3)
    assert faults(model) == []
    damage(model.state, model.ground)
    assert faults(model) != []


def test_the_bookkeeping_notices_a_transfer_that_counts_too_few():
    more = {"off": ["reinforcement"], "forces.transfers": [transfer("more", "arrive", 300, 0.5)]}
    state = (model := simulated(toy(EVERYTHING_AT_ONCE | more), seed=2, days=3)).state
    assert faults(model) == []
    state.arrived[0] -= 1
    state.losses[0, state.losses[0].argmax()] -= 1  # so that the ledger adds up
    assert len(faults(model)) == 1
