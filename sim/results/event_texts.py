"""What happened in a run, in words: the events worth telling afterwards, and when they first came in many runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.results.result_ground import ground_of

if TYPE_CHECKING:
    from sim.results.result import Result

CITY_ENTERED, SYMBOLIC_FLAG = "city_entered", "symbolic_flag"
# Events in words, the most telling first. Two are read from where cells were taken and flags planted.
WORDS = {
    "city_lost": "city lost",
    "city_encircled": "city encircled",
    "city_cut_off": "city cut off",
    "reserve_committed": "reserve committed",
    "force_culminated": "attack culminated",
    "diversion_returned": "diverted force arrives",
    "ceasefire_began": "ceasefire",
    "line_closed": "closed",
    "city_retaken": "city retaken",
    "offensive_resumed": "attack resumed",
    CITY_ENTERED: "first cell of the city taken",
    SYMBOLIC_FLAG: "first flag on a symbolic objective",
    "encirclement_lifted": "encirclement lifted",
    "city_reconnected": "city reconnected",
    "reserve_arrived": "reserve arrives",
    "line_reopened": "reopened",
    "broke_out": "first section breaks out",
    "diversion_left": "diverted force is away",
}
TURNING_POINTS = (
    "city_lost", "city_encircled", "city_cut_off", "reserve_committed", "force_culminated", "diversion_returned",
    "ceasefire_began", "offensive_resumed",
)  # fmt: skip
# Too many to tell one by one: they are counted.
COUNTED = {
    "cell_taken": "cells taken",
    "cell_retaken": "cells retaken",
    "flag_planted": "flags planted",
    "assault_broken": "assaults broken off",
}
_FIRST_ONLY = (CITY_ENTERED, SYMBOLIC_FLAG, "broke_out")
_LINES = {"road": "road", "rail": "railway", "track": "track"}
_WITH_SOLDIERS = ("reserve_committed", "reserve_arrived", "diversion_left", "diversion_returned")


def chronicle(result: Result) -> pd.DataFrame:
    """Return what happened in one run: a row an event in the order of time, with day, date, kind and what (in words).

    Of events that come again and again the first and the last are told. Raises ValueError for an ensemble.
    """
    if "replication" in result.events:
        raise ValueError(
            f"{result.name}: a chronicle tells one run; of an ensemble, first_times tells when and how often"
        )
    told = told_events(result)
    nth, times = told.groupby("words").cumcount() + 1, told.groupby("words")["words"].transform("size")
    is_told = (nth == 1) | ((nth == times) & ~told["kind"].isin(_FIRST_ONLY))
    what = [
        _sentence(row, int(i), int(n))
        for row, i, n in zip(told[is_told].to_dict("records"), nth[is_told], times[is_told], strict=True)
    ]
    day = np.floor(told["hour"][is_told] / 24.0).astype(int)
    return pd.DataFrame(
        {"day": day, "date": told["time"][is_told].dt.normalize(), "kind": told["kind"][is_told], "what": what}
    ).reset_index(drop=True)


def told_events(result: Result) -> pd.DataFrame:
    """Return the events that have words, with a column `words`, in the order of time within each replication.

    Cells taken in the city, and flags on a symbolic objective, are kinds of their own.
    """
    events, ground = result.events.copy(), ground_of(result)
    for kind, told_as, mask in (
        ("cell_taken", CITY_ENTERED, ground.is_city),
        ("flag_planted", SYMBOLIC_FLAG, ground.is_symbolic),
    ):
        places = events.loc[events["kind"] == kind, ["x_km", "y_km"]].dropna()
        cells = ground.cell_at(*places.to_numpy(float).T)
        events.loc[places.index[mask[cells]], "kind"] = told_as
    events = events[events["kind"].isin(WORDS)]
    lines = result.manifest["scenario"]["ground"].get("lines_of_communication", [])
    words = [_words(kind, value, lines) for kind, value in zip(events["kind"], events["value"], strict=True)]
    return events.assign(words=np.array(words, dtype=object))


def with_number(event: Mapping[Any, Any]) -> str:
    """Return an event's words with the soldiers that it is about, if it is about any."""
    number = f": {event['value']:,.0f} soldiers" if event["kind"] in _WITH_SOLDIERS else ""
    return f"{event['words']}{number}"


def first_times(result: Result) -> pd.DataFrame:
    """Return when each event that has words first came: a row an event, the most telling first.

    Columns: kind, words, share of the runs that saw it, and low, median and high (5, 50 and 95 % of the first times, in
    days since the start, over the runs that saw it).
    """
    told, n = told_events(result), len(result.outcomes)
    if "replication" not in told:
        told = told.assign(replication=0)
    told = told.drop_duplicates(["words", "replication"])  # the first of each: events are in the order of time
    rows = [
        {"kind": firsts["kind"].iloc[0], "words": words, "share": len(firsts) / n,
         **dict(zip(("low", "median", "high"), firsts["hour"].quantile([0.05, 0.5, 0.95]) / 24.0, strict=True))}
        for words, firsts in told.groupby("words", sort=False)
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["kind", "words", "share", "low", "median", "high"])
    order = table["kind"].map(list(WORDS).index)
    return table.iloc[np.argsort(order.to_numpy(int), kind="stable")].reset_index(drop=True)


def _words(kind: str, value: float, lines: list[dict[str, Any]]) -> str:
    if kind not in ("line_closed", "line_reopened"):
        return WORDS[kind]
    line = lines[int(value)]
    return f"{_LINES[line['kind']]} {line['name']} {WORDS[kind]}"


def _sentence(event: dict[Any, Any], i: int, n: int) -> str:
    words = with_number(event)
    if event["kind"] in _FIRST_ONLY or n == 1:
        return words
    return f"{words} ({'first' if i == 1 else 'last'} of {n} times)"
