"""What happened in one run, day by day, in words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.outcomes import percent
from sim.reporting.grid import Grid
from sim.reporting.sources import Source, runs_of
from sim.result import Result

# What an event says, with its value as soldiers, tonnes or cells (n), as a share of the city (p), or as a line (line).
SENTENCES = {
    "diversion_left": "The diverted force is away: {n} soldiers.",
    "diversion_returned": "The free share of the diverted force arrives: {n} soldiers.",
    "reserve_committed": "The defender commits the reserve: {n} soldiers.",
    "reserve_arrived": "The reserve is at hand behind its axis: {n} soldiers.",
    "city_encircled": "The city is encircled; the defender holds {p} of it.",
    "encirclement_lifted": "The encirclement is lifted; the defender holds {p} of the city.",
    "city_lost": "The city is lost: the defender holds {p} of it.",
    "city_retaken": "The city is retaken: the defender holds {p} of it.",
    "force_culminated": "The attack stops: {n} attackers are ready.",
    "offensive_resumed": "The attack goes on: {n} attackers are ready.",
    "ceasefire_began": "A ceasefire begins.",
    "city_cut_off": "The city is cut off: no supply arrives.",
    "city_reconnected": "Supply reaches the city again: {n} t a day.",
    "line_closed": "{line} is closed.",
    "line_reopened": "{line} is open again.",
}
# Too frequent to be told one by one.
COUNTED = {
    "cell_taken": "cells taken",
    "cell_retaken": "cells retaken",
    "flag_planted": "flags planted",
    "assault_broken": "assaults broken off",
    "broke_out": "sections that left a pocket",
}


def chronicle(source: Source) -> dict[str, Any]:
    """Return, for each scenario, the events of its first run as a table and the frequent ones as counts."""
    return {"runs": [_told(run) for run in runs_of(source)]}


def _told(run: Result) -> dict[str, Any]:
    events, number = run.events, int(run.manifest.get("replication", 0))
    if "replication" in run.outcomes:
        number = int(run.outcomes["replication"].iloc[0])
        events = events[events["replication"] == number]
    lines = run.manifest["scenario"]["ground"]["lines_of_communication"]
    rows = [
        (f"{event['hour'] / 24:.0f}", f"{event['time']:%-d %B %Y, %H:%M}", _sentence(event, lines))
        for event in events[events["kind"].isin(SENTENCES)].to_dict("records")
    ]
    counts = [(words, n) for kind, words in COUNTED.items() if (n := int((events["kind"] == kind).sum()))]
    return {
        "table": Grid(f"{run.name}, run {number}", ("Day", "Time", "What happened"), rows, n_text=3),
        "counts": ", ".join(f"{n:,} {words}" for words, n in counts),
    }


def _sentence(event: dict[Any, Any], lines: list[dict[str, Any]]) -> str:
    value, kind = float(event["value"]), str(event["kind"])
    line = lines[int(value)]["name"] if kind.startswith("line_") else ""
    share = percent(value) if not pd.isna(value) else ""
    return SENTENCES[kind].format(n=f"{value:,.0f}", p=share, line=line)
