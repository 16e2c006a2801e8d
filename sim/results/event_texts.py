"""The events of a run in words, and when each of them first happened over many runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.results.number_format import fixed, with_unit
from sim.results.result import Result

CITY_ENTERED, SYMBOLIC_FLAG = "city_entered", "symbolic_flag"
# Events in words, the most important first. Two are derived from where cells were taken and flags planted.
WORDS = {
    "city_lost": "city lost",
    "city_encircled": "city encircled",
    "city_cut_off": "city cut off",
    "reserve_committed": "a side's reserve sent",
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
    "reserve_arrived": "a side's reserve arrives",
    "reserve_attacked": "a side's reserve counter-attacks",
    "line_reopened": "reopened",
    "broke_out": "first section breaks out",
    "withdrawal_ordered": "withdrawal ordered",
    "diversion_left": "diverted force leaves",
    "brigades_left": "defender's diverted brigades leave",
    "brigades_returned": "defender's diverted brigades return",
    "attackers_arrive": "attacking soldiers begin to arrive",
    "attackers_leave": "attacking soldiers begin to leave",
    "defenders_arrive": "defending soldiers begin to arrive",
    "defenders_leave": "defending soldiers begin to leave",
    "transfer_short": "fewer soldiers leave than were to",
}
TURNING_POINTS = (
    "city_lost", "city_encircled", "city_cut_off", "reserve_committed", "force_culminated", "diversion_returned",
    "ceasefire_began", "offensive_resumed",
)  # fmt: skip
# Too frequent to list one by one: they are counted.
COUNTED = {
    "cell_taken": "cells taken",
    "cell_retaken": "cells retaken",
    "flag_planted": "flags planted",
    "assault_broken": "assaults broken off",
    "mopped_up": "empty cells of pockets taken over",
}
_FIRST_ONLY = (CITY_ENTERED, SYMBOLIC_FLAG, "broke_out")
_LINES = {"road": "road", "rail": "railway", "track": "track"}
_WITH_SOLDIERS = (
    "reserve_committed", "reserve_arrived", "reserve_attacked", "diversion_left", "diversion_returned", "brigades_left",
    "brigades_returned", "attackers_arrive", "attackers_leave", "defenders_arrive", "defenders_leave", "transfer_short",
)  # fmt: skip


def chronicle(result: Result) -> pd.DataFrame:
    """Return what happened in one run, one row per event in order of time: day, date, kind and what (in words).

    Of events that happen several times, the first and the last are listed. Raises InputError for an ensemble.
    """
    if "replication" in result.events:
        raise InputError(
            [f"{result.name}: a chronicle describes one run; for an ensemble, first_times gives when and how often"]
        )
    events = events_in_words(result)
    nth, times = events.groupby("words").cumcount() + 1, events.groupby("words")["words"].transform("size")
    is_listed = (nth == 1) | ((nth == times) & ~events["kind"].isin(_FIRST_ONLY))
    what = [
        _sentence(row, int(i), int(n))
        for row, i, n in zip(events[is_listed].to_dict("records"), nth[is_listed], times[is_listed], strict=True)
    ]
    listed = events[is_listed]
    day = np.floor(listed["hour"] / 24.0).astype(int)
    return pd.DataFrame(
        {"day": day, "date": listed["time"].dt.normalize(), "kind": listed["kind"], "what": what}
    ).reset_index(drop=True)


def events_in_words(result: Result) -> pd.DataFrame:
    """Return the events that have a text, with a column `words`, in order of time within each replication.

    Cells taken in the city, by assault or as an empty pocket, and flags on a symbolic objective are kinds of their own.
    """
    events, ground = result.events.copy(), result.ground
    for kind, own_kind, mask in (
        ("cell_taken", CITY_ENTERED, ground.is_city),
        ("mopped_up", CITY_ENTERED, ground.is_city),
        ("flag_planted", SYMBOLIC_FLAG, ground.is_symbolic),
    ):
        places = events.loc[events["kind"] == kind, ["x_km", "y_km"]].dropna()
        cells = ground.cell_at(*places.to_numpy(float).T)
        events.loc[places.index[mask[cells]], "kind"] = own_kind
    events = events[events["kind"].isin(WORDS)]
    lines = result.manifest["scenario"]["ground"].get("lines_of_communication", [])
    words = [_words(kind, value, lines) for kind, value in zip(events["kind"], events["value"], strict=True)]
    return events.assign(words=np.array(words, dtype=object))


def with_number(event: Mapping[Any, Any]) -> str:
    """Return an event's words, with the number of soldiers when it has one."""
    number = f": {with_unit(fixed(event['value']), 'soldiers')}" if event["kind"] in _WITH_SOLDIERS else ""
    return f"{event['words']}{number}"


def first_times(result: Result) -> pd.DataFrame:
    """Return when each event that has a text first happened, one row per event, the most important first.

    Columns: kind, words, share of runs in which it happened, and low, median and high (the 5 %, 50 % and 95 % quantiles
    of the first times, in days since the start, over those runs).
    """
    events, n = events_in_words(result), len(result.outcomes)
    if "replication" not in events:
        events = events.assign(replication=0)
    events = events.drop_duplicates(["words", "replication"])  # the first of each: events are in order of time
    rows = [
        {"kind": firsts["kind"].iloc[0], "words": words, "share": len(firsts) / n,
         **dict(zip(("low", "median", "high"), firsts["hour"].quantile([0.05, 0.5, 0.95]) / 24.0, strict=True))}
        for words, firsts in events.groupby("words", sort=False)
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
