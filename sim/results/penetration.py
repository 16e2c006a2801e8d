"""How deep the attacker gets into the defender's ground within a few days: the sign of a breakthrough."""

from __future__ import annotations

import numpy as np

from sim.world.ground import ATTACKER_HELD, Ground

WITHIN_DAYS = 3
"""Days within which ground is taken that counts as one penetration."""


def deepest_penetration_km(control: np.ndarray, ground: Ground, days: int = WITHIN_DAYS) -> np.ndarray:
    """Return how far the ground taken within some days lies from the front before them, by day and axis [km].

    control is int8 (day, cell). The depth of a cell that the attacker holds on a day, but did not hold `days` before,
    is the distance to the nearest cell that it held then; the deepest cell of each axis counts, 0 where none was taken.
    """
    depth = np.zeros((len(control), len(ground.axis_names)))
    is_held = control == ATTACKER_HELD
    for day in range(1, len(control)):
        before = is_held[max(0, day - days)]
        won = np.flatnonzero(is_held[day] & ~before & (ground.axis >= 0))
        held = np.flatnonzero(before)
        if len(won) and len(held):
            away_km = np.hypot(
                ground.x_km[won, None] - ground.x_km[held], ground.y_km[won, None] - ground.y_km[held]
            ).min(axis=1)
            np.maximum.at(depth[day], ground.axis[won], away_km)
    return depth
