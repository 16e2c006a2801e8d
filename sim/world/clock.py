"""Simulated time: ticks of fixed length, split where a dated event falls."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

H_PER_DAY = 24.0
_ROUNDING_H = 1e-6  # an hour is a sum of floats; what ends a day belongs to it


def day_of(hours: np.ndarray) -> np.ndarray:
    """Return the day to whose end each hour belongs, whole numbers; hour 0 is the start, day 0."""
    return np.ceil((hours - _ROUNDING_H) / H_PER_DAY).astype(np.int64)


class Tick(NamedTuple):
    """One step of time, from `start_h` to `start_h + dt_h` hours after the campaign's start."""

    start_h: float
    dt_h: float

    @property
    def end_h(self) -> float:
        """Hour at which the tick ends."""
        return self.start_h + self.dt_h

    @property
    def time_s(self) -> int:
        """Start in whole seconds: the time key of every draw made in this tick."""
        return round(self.start_h * 3600.0)

    @property
    def is_new_day(self) -> bool:
        """True when the tick begins a day."""
        return self.start_h % H_PER_DAY == 0.0


@lru_cache(maxsize=8)
def ticks(horizon_h: float, tick_h: float, event_hours: tuple[float, ...] = ()) -> tuple[Tick, ...]:
    """Return the ticks of a campaign; each day and each event hour inside the horizon begins a tick.

    Start hours are products, not running sums, so that an event adds a cut and moves no other one. A year has 8,760
    ticks: the runs of one scenario share them.
    """
    n_per_day = round(H_PER_DAY / tick_h)
    days = int(-(-horizon_h // H_PER_DAY))
    regular = {day * H_PER_DAY + i * tick_h for day in range(days) for i in range(n_per_day)}
    starts = sorted({h for h in regular | set(event_hours) if 0.0 <= h < horizon_h})
    return tuple(Tick(start, end - start) for start, end in zip(starts, [*starts[1:], horizon_h], strict=True))
