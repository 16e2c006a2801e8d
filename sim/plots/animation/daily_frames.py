"""One run told day by day: what each frame of its animation shows, in whatever form it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.results.control_history import control_by_day
from sim.results.event_texts import told_events, with_number
from sim.results.outcome_wording import percent
from sim.results.result_ground import ground_of
from sim.world.clock import H_PER_DAY
from sim.world.ground import Ground

if TYPE_CHECKING:
    from sim.results.result import Result

MOST_FRAMES = 90
MOST_TOLD = 3
# For how many days after it was planted a flag is shown, or until the next frame.
FLAG_DAYS = 3
_SECONDS, _LEAST_PER_S, _MOST_PER_S = 20, 1, 6  # a run is told in about so many seconds


@dataclass(frozen=True)
class Frame:
    """What is shown of one day.

    numbers: name and value of each running number; told: the latest events up to that day, in words;
    flags: (x_km, y_km) of flags planted lately; control: who holds each cell (y, x), 1 the attacker.
    """

    day: int
    date: str
    numbers: tuple[tuple[str, str], ...]
    told: tuple[str, ...]
    flags: tuple[tuple[float, float], ...]
    control: np.ndarray


@dataclass(frozen=True)
class Story:
    """The frames of one run, with what is said on all of them."""

    title: str
    label: str
    caption: str
    ground: Ground
    frames: tuple[Frame, ...]

    @property
    def frames_per_s(self) -> int:
        """How fast the frames follow each other."""
        return min(_MOST_PER_S, max(_LEAST_PER_S, len(self.frames) // _SECONDS))


def story_of(result: Result, replication: int | None = None) -> Story:
    """Return the story of a run; of an ensemble, that of the replication of this number (without one, its first).

    A frame is a day; of a run longer than MOST_FRAMES days, every k-th day and the last. Raises InputError when there
    is no such replication, and when a map cannot be drawn because it has but one row or column of cells.
    """
    result, number = _one_run(result, replication)
    ground = ground_of(result)
    if min(ground.nx, ground.ny) < 2:
        raise InputError([f"{result.name}: the map is one cell wide, there is nothing to draw"])
    last = result.series.sizes["time"] - 1
    step = max(1, -(-last // MOST_FRAMES))
    days = [*range(0, last, step), last]
    control = control_by_day(result)
    events = _Events(result)
    frames = tuple(
        Frame(
            day=day,
            date=f"{date.day} {date:%B %Y}",
            numbers=_numbers(result, ground, day),
            told=events.told(day),
            flags=events.flags(min(before, day - FLAG_DAYS), day),
            control=control[day],
        )
        for before, day, date in zip([-1, *days], days, result.series["time"].to_pandas().iloc[days], strict=False)
    )
    every = "each day" if step == 1 else f"every {step} days"
    caption = (
        f"Replication {number} of this scenario, {every}: one run has no interval, other dice give another story. "
        "Stylised map: the front trace is invented, places are rounded to the kilometre."
    )
    return Story(result.name, result.label, caption, ground, frames)


def _one_run(result: Result, replication: int | None) -> tuple[Result, int]:
    from sim.results.result import Ensemble

    if isinstance(result, Ensemble):
        number = int(result.outcomes["replication"].iloc[0]) if replication is None else replication
        return result.run(number), number
    number = int(result.manifest["replication"])
    if replication not in (None, number):
        raise InputError([f"replication: must be {number}, the one run that there is, is {replication}"])
    return result, number


class _Events:
    """The events of a run by the day that they belong to: what ends a day is of that day, the start of day 0."""

    def __init__(self, result: Result) -> None:
        self._table = _by_day(result.events)
        self._told: list[tuple[int, str]] = []
        for event in _by_day(told_events(result)).to_dict("records"):
            words = with_number(event)
            # What goes on, as one pocket after the other, is not told again while it can still be read.
            if words not in [told for _, told in self._told[-MOST_TOLD:]]:
                self._told.append((int(event["day"]), words))

    def told(self, day: int) -> tuple[str, ...]:
        """Return the latest events up to a day."""
        return tuple([f"Day {when}: {words}" for when, words in self._told if when <= day][-MOST_TOLD:])

    def flags(self, after: int, day: int) -> tuple[tuple[float, float], ...]:
        """Return where flags were planted after one day and up to another."""
        flags = self._table.query("kind == 'flag_planted' and @after < day <= @day")
        return tuple(zip(flags["x_km"].tolist(), flags["y_km"].tolist(), strict=True))


def _numbers(result: Result, ground: Ground, day: int) -> tuple[tuple[str, str], ...]:
    now = result.series.isel(time=day)
    losses = {side: float(now["losses"].sel(side=side)) for side in ("attacker", "defender")}
    rows = [
        ("Attacker's losses", f"{losses['attacker']:,.0f}"),
        ("Defender's losses", f"{losses['defender']:,.0f}"),
        ("Ground taken", f"{_short(float(now['area_changed_km2']))} km²"),
        ("Flags planted", f"{float(now['flags_planted']):,.0f}"),
    ]
    if ground.is_city.any():
        rows.append((f"{_city(ground)} held", percent(float(now["city_share_held"]))))
    if "supply" not in result.manifest["scenario"]["off"]:
        rows.append(("Defender's supply, worst axis", percent(float(now["supply_level"].min()))))
    return tuple(rows)


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _by_day(events: pd.DataFrame) -> pd.DataFrame:
    return events.assign(day=np.ceil(events["hour"] / H_PER_DAY - 1e-6).astype(np.int64))


def _city(ground: Ground) -> str:
    return next((place.name for place in ground.params.settlements if place.is_contested_city), "the city")
