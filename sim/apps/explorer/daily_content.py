"""What the page shows day by day, and how many days it has room for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from sim.apps.explorer.daily_control import DailyControl, daily_control_of
from sim.apps.explorer.daily_series import DailySeries, daily_series_of
from sim.apps.explorer.loaded_sweep import LoadedSweep
from sim.apps.explorer.number_packing import base64_of
from sim.world.ground import Ground
from sim.world.map_values import GroundParams

_STEPS = (1, 2, 3, 5, 7, 14, 28)
_NO_MAP = "The sweep saved no map; save_map: true in the experiment file saves it."
_NO_SERIES = "The sweep saved no daily series; series: in the experiment file names those to save."


@dataclass(frozen=True)
class Days:
    """What the page shows by day: the days, and the packed series and map; `notes` say what is missing and why.

    `drawn` is the picture on which the map is drawn, if there is a map.
    """

    data: dict[str, Any]
    packed: dict[str, Any]
    notes: tuple[str, ...]
    drawn: dict[str, Any] | None = None


def days_of(swept: LoadedSweep, room: int) -> Days:
    """Return as many days of series and map as fit into so many characters; the last day is always shown.

    Series come before the map, which is left out when too few of its days fit.
    """
    notes: list[str] = []
    n_days = int(swept.scenario["time"]["horizon_days"]) + 1
    daily = _daily(swept, n_days, notes)
    control = _daily_control(swept, n_days, notes)
    if daily and daily.size(_every(_STEPS[-1], n_days)) > room:
        daily = None
        notes.append("There are too many points for daily series on a page of this size.")
    room_for_map = room - (daily.size(_every(_STEPS[-1], n_days)) if daily else 0)
    if control and control.size(_every(_STEPS[-1], n_days)) > room_for_map:
        control = None
        notes.append("There are too many points for a map on a page of this size.")
    if not daily and not control:
        return Days({}, {}, tuple(notes))
    step = _first_that_fits(daily, control, n_days, room)
    shown = _every(step, n_days)
    if step > 1:
        notes.append(f"Every {step} days are shown, and the last day, so that the page stays small.")
    drawn = control.drawn() if control else None
    data = _described(swept, shown, daily) | {
        "map": control.described(drawn["still"]["view"]) if control and drawn else None
    }
    return Days(data, _packed(shown, daily, control), tuple(notes), drawn)


def _every(step: int, n_days: int) -> np.ndarray:
    return np.unique([*range(0, n_days, step), n_days - 1])


def _first_that_fits(daily: DailySeries | None, control: DailyControl | None, n_days: int, room: int) -> int:
    for step in _STEPS[:-1]:
        days = _every(step, n_days)
        size = daily.size(days) if daily else 0
        if size <= room and size + (control.size(days) if control else 0) <= room:
            return step
    return _STEPS[-1]


def _daily(swept: LoadedSweep, n_days: int, notes: list[str]) -> DailySeries | None:
    if not swept.series:
        notes.append(_NO_SERIES)
    elif not swept.has_one_length:
        notes.append("There are no daily series here, because the points do not cover the same days.")
    else:
        return daily_series_of(swept.results, swept.series, n_days)
    return None


def _daily_control(swept: LoadedSweep, n_days: int, notes: list[str]) -> DailyControl | None:
    if not swept.has_map:
        notes.append(_NO_MAP)
    elif not (swept.has_one_length and swept.has_one_map):
        notes.append("There is no map here, because the points do not have one map and the same days.")
    else:
        ground = Ground(GroundParams.model_validate_json(swept.ground_json))
        return daily_control_of(swept.results, ground, n_days)
    return None


def _described(swept: LoadedSweep, shown: np.ndarray, daily: DailySeries | None) -> dict[str, Any]:
    first = date.fromisoformat(swept.scenario["time"]["start_date"])
    dates = [first + timedelta(days=day) for day in shown.tolist()]
    return {
        "days": shown.tolist(),
        "dates": [f"{one.day} {one:%B %Y}" for one in dates],
        "series": daily.described() if daily else [],
    }


def _packed(shown: np.ndarray, daily: DailySeries | None, control: DailyControl | None) -> dict[str, Any]:
    packed: dict[str, Any] = {"bands": [base64_of(one) for one in daily.packed(shown)]} if daily else {}
    if control:
        starts, pieces = control.packed(shown)
        packed |= {"control_starts": base64_of(starts), "control": base64_of(np.frombuffer(pieces, np.uint8))}
    return packed
