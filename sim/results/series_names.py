"""The daily series of a run by the names that experiments and expressions use, such as `losses.attacker`."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np

from sim.results.record import SERIES
from sim.world.encirclement_fraction import COMPASS_POINTS
from sim.world.integer_codes import CAUSES, COUNTS, SIDES
from sim.world.map_values import GroundParams
from sim.world.soldiers_by_role import ROLES


def series_names(ground: GroundParams) -> list[str]:
    """Return the names of all daily series on a ground; a family has one name per member, such as `losses.attacker`."""
    return [name for family in SERIES for name in _members(family, ground)]


def series_by_name(series: Mapping[str, np.ndarray], ground: GroundParams) -> dict[str, np.ndarray]:
    """Return every daily series of a record by its name, one value per day; those it does not have are left out."""
    columns: dict[str, np.ndarray] = {}
    for family in (name for name in SERIES if name in series):
        values = series[family].reshape(len(series[family]), -1)
        columns |= dict(zip(_members(family, ground), values.T, strict=True))
    return columns


def _members(family: str, ground: GroundParams) -> list[str]:
    if family == "count":
        return list(COUNTS)  # a Result names them so too
    of: Mapping[str, Sequence[str]] = {
        "side": SIDES, "cause": CAUSES, "axis": [axis.name for axis in ground.axes],
        "settlement": ground.supplied_places, "role": ROLES, "bearing": COMPASS_POINTS,
    }  # fmt: skip
    return [".".join((family, *names)) for names in itertools.product(*(of[dim] for dim in SERIES[family][0]))]
