"""One run day by day: what each frame of its animation shows, as a page or as a film."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.results.control_history import control_by_day
from sim.results.event_texts import events_in_words, with_number
from sim.results.number_format import fixed, percent, rounded
from sim.results.result import Ensemble, Result
from sim.world.clock import H_PER_DAY
from sim.world.ground import Ground

MOST_FRAMES = 90
MOST_EVENTS = 3
# The number of days for which a flag is shown after it was planted; at least until the next frame.
FLAG_DAYS = 3
_SECONDS, _LEAST_PER_S, _MOST_PER_S = 20, 1, 6  # approximate duration of an animation, and the limits of its frame rate


@dataclass(frozen=True)
class Frame:
    """What is shown of one day.

    numbers: name and value of each measure; events: the latest events up to that day, in words;
    flags: (x_km, y_km) of recently planted flags; control: which side holds each cell (y, x), 1 is the attacker.
    """

    day: int
    date: str
    numbers: tuple[tuple[str, str], ...]
    events: tuple[str, ...]
    flags: tuple[tuple[float, float], ...]
    control: np.ndarray


@dataclass(frozen=True)
class Story:
    """The frames of one run, with the texts that are on all of them."""

    title: str
    label: str
    caption: str
    ground: Ground
    frames: tuple[Frame, ...]

    @property
    def frames_per_s(self) -> int:
        """The frame rate, in frames per second."""
        return min(_MOST_PER_S, max(_LEAST_PER_S, len(self.frames) // _SECONDS))


def story_of(result: Result, replication: int | None = None) -> Story:
    """Return the story of a run, or of one replication of an ensemble (default: the first).

    There is one frame per day; for a run longer than MOST_FRAMES days, one per k days and one for the last. Raises
    InputError when there is no such replication, and when the map has only one row or column of cells.
    """
    result, number = _one_run(result, replication)
    ground = result.ground
    if min(ground.nx, ground.ny) < 2:
        raise InputError([f"{result.name}: the map is one cell wide; an animation needs two rows and two columns"])
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
            events=events.latest(day),
            flags=events.flags(min(before, day - FLAG_DAYS), day),
            control=control[day],
        )
        for before, day, date in zip([-1, *days], days, result.series["time"].to_pandas().iloc[days], strict=False)
    )
    every = "one frame per day" if step == 1 else f"one frame per {step} days"
    caption = (
        f"Replication {number} of this scenario, {every}: one run has no interval, and another random seed gives "
        "another run. Stylised map: the front is invented, positions are rounded to 1 km. "
        "Supply lines: the defender's only."
    )
    return Story(result.name, result.label, caption, ground, frames)


def _one_run(result: Result, replication: int | None) -> tuple[Result, int]:
    if isinstance(result, Ensemble):
        number = int(result.outcomes["replication"].iloc[0]) if replication is None else replication
        return result.run(number), number
    number = int(result.manifest["replication"])
    if replication not in (None, number):
        raise InputError([f"replication: must be {number}, the only run, is {replication}"])
    return result, number


class _Events:
    """The events of a run by day: an event at the end of a day belongs to that day, the start of the run to day 0."""

    def __init__(self, result: Result) -> None:
        self._table = _by_day(result.events)
        self._texts: list[tuple[int, str]] = []
        shown: list[str] = []
        for event in _by_day(events_in_words(result)).to_dict("records"):
            # A repeated event, such as one unit of a reserve after the other, is not listed again while it is shown.
            if event["words"] not in shown[-MOST_EVENTS:]:
                shown.append(event["words"])
                self._texts.append((int(event["day"]), with_number(event)))

    def latest(self, day: int) -> tuple[str, ...]:
        """Return the latest events up to a day."""
        return tuple([f"Day {when}: {words}" for when, words in self._texts if when <= day][-MOST_EVENTS:])

    def flags(self, after: int, day: int) -> tuple[tuple[float, float], ...]:
        """Return where flags were planted after one day and up to another."""
        flags = self._table.query("kind == 'flag_planted' and @after < day <= @day")
        return tuple(zip(flags["x_km"].tolist(), flags["y_km"].tolist(), strict=True))


def _numbers(result: Result, ground: Ground, day: int) -> tuple[tuple[str, str], ...]:
    now = result.series.isel(time=day)
    losses = {side: float(now["losses"].sel(side=side)) for side in ("attacker", "defender")}
    rows = [
        ("Attacker's losses", fixed(losses["attacker"])),
        ("Defender's losses", fixed(losses["defender"])),
        ("Ground taken", f"{rounded(float(now['area_changed_km2']))} km²"),
        ("Flags planted", fixed(float(now["flags_planted"]))),
    ]
    if ground.is_city.any():
        rows.append((f"{_city(ground)} held by the defender", percent(float(now["city_share_held"]))))
    if "supply" not in result.manifest["scenario"]["off"]:
        rows.append(("Defender's supply, lowest axis", percent(float(now["supply_level"].min()))))
    return tuple(rows)


def _by_day(events: pd.DataFrame) -> pd.DataFrame:
    return events.assign(day=np.ceil(events["hour"] / H_PER_DAY - 1e-6).astype(np.int64))


def _city(ground: Ground) -> str:
    return next((place.name for place in ground.params.settlements if place.is_contested_city), "the city")
