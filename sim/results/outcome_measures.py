"""The measures of effectiveness of one run, computed from its daily series; `docs/glossary.md` defines each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.results.outcome_wording import OUTCOMES, in_family
from sim.world.clock import H_PER_DAY
from sim.world.ground import Ground
from sim.world.integer_codes import (
    ATTACKER,
    BLOCKED_ON_ATTACKER,
    BLOCKED_ON_DEFENDER,
    CALLS_ON_ATTACKER,
    CALLS_ON_DEFENDER,
    CELLS_TAKEN,
    CITY_LOST,
    DEFENDER,
    FLAGS,
    SIDES,
)  # fmt: skip
from sim.world.map_values import GroundParams

# "Current rates" are those of the last month.
CURRENT_DAYS = 30
NAN = math.nan


@dataclass(frozen=True)
class Layout:
    """What names the columns of the series: axes, supplied settlements, and the axis whose lane holds the city."""

    axes: tuple[str, ...]
    settlements: tuple[str, ...]
    city_axis: int | None

    @classmethod
    def of(cls, ground: Ground) -> Layout:
        """Return the layout of a ground."""
        cities = [place for place in ground.params.settlements if place.is_contested_city]
        cells = ground.cell_at(np.array([c.x_km for c in cities]), np.array([c.y_km for c in cities]))
        lanes = [int(ground.axis[cell]) for cell in cells if cell >= 0 and ground.axis[cell] >= 0]
        names = ground.params.supplied_places
        return cls(tuple(ground.axis_names), tuple(names), lanes[0] if lanes else None)


def outcomes_of(series: Mapping[str, np.ndarray], events: np.ndarray, layout: Layout) -> dict[str, Any]:
    """Return the outcomes of a run, given its series from the start to the last day and its events."""
    lost_h = events["hour"][events["kind"] == CITY_LOST]
    day_lost = float(lost_h[0] / H_PER_DAY) if len(lost_h) else NAN
    axis = layout.city_axis
    losses, count = series["losses"][-1], series["count"][-1]
    shares = losses / np.maximum(series["soldiers"][0], 1)
    return {
        "city_held": len(lost_h) == 0,
        "day_city_lost": day_lost,
        "days_city_held": float(np.fmin(day_lost, len(series["losses"]) - 1)),
        "encirclement_fraction": _while_held(series["encirclement_fraction"], day_lost),
        "city_supply_level": NAN if axis is None else _while_held(series["supply_level"][:, axis], day_lost),
        "area_changed_km2": float(series["area_changed_km2"][-1]),
        "advance_km": float(series["advance_km"][-1]),
        **_by_name("flot_displacement_km", layout.axes, series["flot_displacement_km"][-1]),
        "attacker_losses": int(losses[ATTACKER]),
        "defender_losses": int(losses[DEFENDER]),
        "loss_exchange_ratio": ratio(losses[ATTACKER], losses[DEFENDER]),
        "fractional_exchange_ratio": ratio(shares[ATTACKER], shares[DEFENDER]),
        **_days_of_combat_left(series),
        "flags_planted": int(count[FLAGS]),
        "held_share": ratio(count[CELLS_TAKEN], count[FLAGS]),
        "drone_strikes_on_attacker": int(count[CALLS_ON_ATTACKER] - count[BLOCKED_ON_ATTACKER]),
        "drone_strikes_on_defender": int(count[CALLS_ON_DEFENDER] - count[BLOCKED_ON_DEFENDER]),
        "blocking_probability": ratio(count[BLOCKED_ON_ATTACKER], count[CALLS_ON_ATTACKER]),
        **_by_name("throughput_t", layout.settlements, series["throughput_t"][-1]),
    }


def outcome_names(ground: GroundParams) -> list[str]:
    """Return the names of all outcomes that a run on this ground has, in the order of `outcomes_of`."""
    members = {"flot_displacement_km": [axis.name for axis in ground.axes], "throughput_t": ground.supplied_places}
    families = {family: [in_family(family, name) for name in names] for family, names in members.items()}
    return [name for outcome in OUTCOMES for name in families.get(outcome, [outcome])]


def ratio(a: float, b: float) -> float:
    """Return a / b; NaN when b is zero."""
    return float(a / b) if b else NAN


def _by_name(family: str, names: tuple[str, ...], values: np.ndarray) -> dict[str, float]:
    return {in_family(family, name): float(value) for name, value in zip(names, values, strict=True)}


def _while_held(values: np.ndarray, day_lost: float) -> float:
    """Mean over the days until the city is lost, or all; the row of day 0 is from before the first day."""
    last = len(values) - 1 if math.isnan(day_lost) else max(1, math.ceil(day_lost))
    return float(values[1 : last + 1].mean()) if len(values) > 1 else NAN


def _days_of_combat_left(series: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Soldiers alive over losses per day in the last month; NaN for a side without losses in it."""
    first = max(0, len(series["losses"]) - 1 - CURRENT_DAYS)
    n_days = max(1, len(series["losses"]) - 1 - first)
    per_day = (series["losses"][-1] - series["losses"][first]) / n_days
    alive = series["soldiers"][-1]
    return {f"{side}_days_of_combat_left": ratio(alive[i], per_day[i]) for i, side in enumerate(SIDES)}
