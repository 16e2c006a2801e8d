"""The record of a run as plain arrays: which series there are, with their dimensions and meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

# Dimensions after time, and meaning with unit, of each variable of the record.
SERIES: dict[str, tuple[tuple[str, ...], str]] = {
    "soldiers": (("side",), "soldiers alive in the theatre"),
    "soldiers_by_role": (("side", "role"), "soldiers by side and by what they do, and those away"),
    "soldiers_by_axis": (("side", "axis"), "soldiers in the line or forward, by side and axis"),
    "losses": (("side",), "soldiers lost since the start"),
    "losses_by_cause": (("side", "cause"), "soldiers lost since the start, by cause"),
    "pool_soldiers": ((), "attackers ready and not sent forward"),
    "reserve_soldiers": (
        (),
        "defenders in units of the reserve: standing back, on the way, behind a sector or in refit",
    ),
    "line_soldiers": ((), "defenders in the front's sections"),
    "area_changed_km2": ((), "area taken by the attacker since the start, less what was retaken, in km2"),
    "advance_km": ((), "area_changed_km2 over the length of the front at the start, in km"),
    "flot_displacement_km": (("axis",), "the same for each axis of advance, in km"),
    "supply_level": (("axis",), "what the defender's supply covers of the demand, by axis"),
    "attacker_supply_level": (("axis",), "what the attacker's supply covers of the demand, by axis"),
    "throughput_t": (("settlement",), "what roads and railways can bring to each settlement alone, in t per day"),
    "city_share_held": ((), "share of the city's cells that the defender holds"),
    "city_share_contested": ((), "share of the city's cells that attackers hold, or have won and not yet taken"),
    "front_to_city_km": (("bearing",), "distance from the city's centre to the attacker's nearest ground, in km"),
    "symbolic_share_held": ((), "share of the symbolic objectives' cells that the attacker holds"),
    "encirclement_fraction": ((), "share of the compass directions from the city that the attacker's ground closes"),
    "is_city_encircled": ((), "1 when no way over own ground leads out of the city"),
    "assaults_by_axis": (("axis",), "fights begun since the start, by axis"),
    "count": (("what",), "running counts since the start"),
    "readiness": (("axis",), "share of the attacker's groups that are ready for what is ordered, by axis"),
}

ADDED_SERIES = frozenset(
    {
        "soldiers_by_role", "soldiers_by_axis", "attacker_supply_level", "city_share_contested", "front_to_city_km",
        "assaults_by_axis", "readiness",
    }
)  # fmt: skip
"""Series that results of earlier versions do not have."""


@dataclass(frozen=True)
class Record:
    """What one replication leaves, as plain arrays, which travel between processes.

    series: the variables of SERIES, one row per day; events: a structured array in time order; control: who holds
    each cell at the end, as a grid of rows from the south (1: the attacker); outcomes: the outcome measures by name.
    """

    replication: int
    series: dict[str, np.ndarray]
    events: np.ndarray
    control: np.ndarray
    outcomes: dict[str, Any]
