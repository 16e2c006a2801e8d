"""What happened in one run, day by day, as a table."""

from __future__ import annotations

from typing import Any

from sim.apps.report.report_inputs import Source, runs_of
from sim.apps.report.text_table import Grid
from sim.results.event_texts import COUNTED
from sim.results.event_texts import chronicle as chronicle_of
from sim.results.number_format import fixed
from sim.results.result import Ensemble, Result


def chronicle(source: Source) -> dict[str, Any]:
    """Return, for each scenario, the main events of its first run as a table and the counts of the frequent ones."""
    return {"runs": [_events_of(run) for run in runs_of(source)]}


def _events_of(run: Result) -> dict[str, Any]:
    number = int(run.manifest.get("replication", 0))
    if isinstance(run, Ensemble):
        number = int(run.outcomes["replication"].iloc[0])
        run = run.run(number)
    rows = [
        (f"{event['day']}", f"{event['date'].day} {event['date']:%B %Y}", str(event["what"]))
        for event in chronicle_of(run).to_dict("records")
    ]
    counts = [(words, n) for kind, words in COUNTED.items() if (n := int((run.events["kind"] == kind).sum()))]
    return {
        "table": Grid(f"{run.name}, run {number}", ("Day", "Date", "What happened"), rows, n_text=3),
        "counts": ", ".join(f"{fixed(n)} {words}" for words, n in counts),
    }
