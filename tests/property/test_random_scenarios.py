"""Random valid scenarios of the shipped theatre: every assumed value over its range, all mechanisms on.

The values come from the provenance of the scenario, so a parameter that is added with a range is drawn here too. With
--long there are a hundred scenarios; a warning is an error, as in every test.
"""

import numpy as np
import pytest

from sim.campaign.mesa_model import Campaign
from sim.campaign.policies import ATTACKER_POLICIES, DEFENDER_POLICIES
from sim.scenario.loader import load
from sim.scenario.parameter_sampling import assumed, draw
from tests.support.bookkeeping import faults

N, SEED = 5, 7
BASE = {"off": [], "time.tick_h": 6.0, "attacker.forward_groups": 100, "attacker.forward_km": 3.0}

REPLACEMENTS = [[0.0, 20.0], [10.0, 300.0], [20.0, 0.0]]


def transfer(side, kind, soldiers, from_day, is_diversion=False):
    """Return a transfer of soldiers over five days."""
    dates = {"from_day": from_day, "over_days": 5.0, "quality": 1.2}
    name = f"{kind} {from_day:g}"
    return {"name": name, "side": side, "kind": kind, "soldiers": soldiers, "is_diversion": is_diversion} | dates


TRANSFERS = [
    transfer("attacker", "leave", 20000, 0.0, True),
    transfer("attacker", "arrive", 20000, 8.0, True),
    transfer("defender", "leave", 4000, -3.0, True),
    transfer("defender", "arrive", 4000, 6.0, True),
    transfer("attacker", "arrive", 8000, 2.0),
    transfer("attacker", "leave", 90000, 9.0),
    transfer("defender", "leave", 15000, 4.0),
    transfer("defender", "arrive", 5000, 9.5),
]


def changes(i):
    """Return what the i-th scenario sets besides what is drawn: a horizon, policies of both sides, a doctrine."""
    attackers, defenders = [*ATTACKER_POLICIES], [*DEFENDER_POLICIES]
    return BASE | {
        "time.horizon_days": (12, 40, 20, 12, 25)[i % 5],
        "command.attacker_policy": attackers[i % len(attackers)],
        "command.defender_policy": defenders[i % len(defenders)],
        "command.doctrine": ("encirclement", "frontal")[i % 2],
        "command.release": ("share_of_pool", "absolute")[i // 2 % 2],
        "calendar.ceasefire_day": None if i % 4 else 10.5,
        "forces.transfers": TRANSFERS if i % 3 else [],
        "forces.diversion": {"attacker": ("away", "stays")[i % 2], "defender": ("stays", "away")[i // 2 % 2]},
        "forces.replacements": {"attacker": REPLACEMENTS if i % 3 else [], "defender": REPLACEMENTS if i % 2 else []},
    }


def test_every_assumed_value_with_a_range_of_the_new_mechanisms_is_drawn():
    drawn = {row.path.partition(".")[0] for row in assumed(load("baseline", set=BASE))}
    assert drawn >= {"forces", "depth", "reserves", "lift", "pockets"}


def test_the_ledger_is_exact_at_each_tick_of_random_scenarios(n_samples):
    n = n_samples(N)
    bases = [load("baseline", set=changes(i)) for i in range(n)]
    for i, base in enumerate(bases):
        model = Campaign(draw(base, n, SEED)[i], SEED, i)
        lost = model.state.losses.copy()
        while model.running:
            model.step()
            found = faults(model)
            if found:
                pytest.fail(f"scenario {i}, after hour {model.hour}: {found}")
            assert np.all(model.state.losses >= lost)
            lost = model.state.losses.copy()
