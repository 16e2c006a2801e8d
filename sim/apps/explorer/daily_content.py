"""What is shown day by day, and how many days the page has room for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from sim.apps.explorer.daily_control import HeldGround, held_ground_of
from sim.apps.explorer.daily_series import Daily, daily_of
from sim.apps.explorer.loaded_sweep import Swept
from sim.apps.explorer.number_packing import base64_of
from sim.world.ground import Ground
from sim.world.map_values import GroundParams

_STEPS = (1, 2, 3, 5, 7, 14, 28)
_NO_MAP = "The sweep kept no map; keeps_map: true in the experiment's file keeps it."
_NO_SERIES = "The sweep kept no daily series; series: in the experiment's file names those to keep."


@dataclass(frozen=True)
class Days:
    """What the page shows by day: which days, and the packed series and map; `notes` say what is missing and why.

    `drawn` is the picture that the map is drawn on, if there is a map.
    """

    told: dict[str, Any]
    packed: dict[str, Any]
    notes: tuple[str, ...]
    drawn: dict[str, Any] | None = None


def days_of(swept: Swept, room: int) -> Days:
    """Return as many days of series and map as fit into so many characters; every last day is kept.

    Series come before the map: it is left out where it has no room even with its last day alone.
    """
    notes: list[str] = []
    n_days = int(swept.scenario["time"]["horizon_days"]) + 1
    daily = _daily(swept, n_days, notes)
    held = _held_ground(swept, n_days, notes)
    if daily and daily.size(_every(_STEPS[-1], n_days)) > room:
        daily = None
        notes.append("There are too many points for daily series on a page of this size.")
    room_for_map = room - (daily.size(_every(_STEPS[-1], n_days)) if daily else 0)
    if held and held.size(_every(_STEPS[-1], n_days)) > room_for_map:
        held = None
        notes.append("There are too many points for a map on a page of this size.")
    if not daily and not held:
        return Days({}, {}, tuple(notes))
    step = _first_that_fits(daily, held, n_days, room)
    shown = _every(step, n_days)
    if step > 1:
        notes.append(f"Days are shown in steps of {step}, and the last, so that the page stays small.")
    drawn = held.drawn() if held else None
    told = _told(swept, shown, daily) | {"map": held.told(drawn["still"]["view"]) if held and drawn else None}
    return Days(told, _packed(shown, daily, held), tuple(notes), drawn)


def _every(step: int, n_days: int) -> np.ndarray:
    return np.unique([*range(0, n_days, step), n_days - 1])


def _first_that_fits(daily: Daily | None, held: HeldGround | None, n_days: int, room: int) -> int:
    for step in _STEPS[:-1]:
        days = _every(step, n_days)
        size = daily.size(days) if daily else 0
        if size <= room and size + (held.size(days) if held else 0) <= room:
            return step
    return _STEPS[-1]


def _daily(swept: Swept, n_days: int, notes: list[str]) -> Daily | None:
    if not swept.series:
        notes.append(_NO_SERIES)
    elif not swept.has_one_length:
        notes.append("There are no daily series here: the points are not equally long.")
    else:
        return daily_of(swept.results, swept.series, n_days)
    return None


def _held_ground(swept: Swept, n_days: int, notes: list[str]) -> HeldGround | None:
    if not swept.keeps_map:
        notes.append(_NO_MAP)
    elif not (swept.has_one_length and swept.has_one_map):
        notes.append("There is no map here: the points are not played on one map and equally long.")
    else:
        ground = Ground(GroundParams.model_validate_json(swept.ground_json))
        return held_ground_of(swept.results, ground, n_days)
    return None


def _told(swept: Swept, shown: np.ndarray, daily: Daily | None) -> dict[str, Any]:
    first = date.fromisoformat(swept.scenario["time"]["start_date"])
    dates = [first + timedelta(days=day) for day in shown.tolist()]
    return {
        "days": shown.tolist(),
        "dates": [f"{one.day} {one:%B %Y}" for one in dates],
        "series": daily.told() if daily else [],
    }


def _packed(shown: np.ndarray, daily: Daily | None, held: HeldGround | None) -> dict[str, Any]:
    packed: dict[str, Any] = {"bands": [base64_of(one) for one in daily.packed(shown)]} if daily else {}
    if held:
        starts, pieces = held.packed(shown)
        packed |= {"held_starts": base64_of(starts), "held": base64_of(np.frombuffer(pieces, np.uint8))}
    return packed
