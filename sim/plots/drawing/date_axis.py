"""A time axis with dates and days of the campaign, and room for text to the right of its end."""

from __future__ import annotations

from datetime import datetime

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.plots.drawing.colours_and_type import points
from sim.plots.drawing.labelled_figure import draw_now, size_pt

LETTER = 0.62  # mean width of a letter that is not bold, in font sizes
_DATE_PT, _GAP_PT = 50, 17  # width of a date with the space around it; between the axis's end and the text
_MOST_ROOM = 0.6
_LABEL_PT, _TICK_PT = 14, 13
_STEPS = ("D", "2D", "7D", "14D", "MS", "2MS", "3MS", "6MS", "YS", "2YS", "5YS", "10YS")


def set_dates(ax: Axes, time: np.ndarray, text_pt: float) -> float:
    """Label the x axis with dates and days over `time`; return the x at which text `text_pt` points wide begins."""
    draw_now(ax)
    width = size_pt(ax)[0] / points(1)
    room = min(_MOST_ROOM, (text_pt + _GAP_PT) / width)
    start, end = number_of(time[0]), number_of(time[-1])
    scale = max(end - start, 1.0) / (1 - room)
    ax.set_xlim(start, start + scale)
    most = max(2, int(width * (1 - room) / _DATE_PT))
    every = (pd.date_range(time[0], time[-1], freq=step) for step in _STEPS)
    dates = next((dates for dates in every if len(dates) <= most), time[:1])
    ticks = [number_of(date) for date in dates]
    # The name of the month is enough where every tick is the first day of a month.
    has_days = any(date.day != 1 for date in pd.DatetimeIndex(dates))
    ax.set_xticks(ticks, [_date(tick, tick - start, end - start > 120, has_days) for tick in ticks])
    ax.set_xlabel("Date and day of the campaign", x=(1 - room) / 2, fontsize=points(_LABEL_PT))
    ax.tick_params(axis="x", labelsize=points(_TICK_PT))
    ax.spines["bottom"].set_bounds(start, end)
    return end + scale * _GAP_PT / width


def number_of(date: np.datetime64 | datetime) -> float:
    """Return a date as the axis's number: days since Matplotlib's epoch."""
    return float(mdates.date2num(date))  # type: ignore[no-untyped-call]


def _date(number: float, day: float, is_long: bool, has_days: bool) -> str:
    date = mdates.num2date(number)  # type: ignore[no-untyped-call]
    month = f"{date.day} {date:%b}" if has_days or not is_long else f"{date:%b}"
    return f"{month}\n{date:%Y}\nd {day:.0f}" if is_long else f"{month}\nday {day:.0f}"
