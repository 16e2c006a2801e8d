"""Outcomes as tables for reading and as documents for other programs; each carries the label."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.errors import printable
from sim.results.outcome_summaries import summarise
from sim.results.outcome_wording import Measure
from sim.results.outcome_wording import measure as measure_of

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console
    from rich.table import Table

    from sim.results.result import Result

CENTRAL = (
    "95 % intervals of the mean (Student t; of a share: Wilson, Newcombe), each by itself: "
    "of chance only, not of doubt about the assumed values."
)
DRAWN = (
    "95 % intervals over the draws of the assumed values, each by itself: of chance and of doubt about these values "
    "within their ranges, not of doubt about the model."
)
ONE_RUN = "One run, no interval: other dice give other numbers."
_WIDTH_OF_A_PIPE = 130


def intervals_of(result: Result) -> str:
    """Return in words what the intervals of a result are of."""
    return CENTRAL if result.draws is None else DRAWN


def print_result(result: Result, is_whole: bool = False) -> None:
    """Print the main outcomes of a result, or all, with intervals when there is more than one replication."""
    n = len(result.outcomes)
    table = new_table(f"{result.name}: {count(n, 'replication')}, seed {result.manifest['seed']}")
    table.add_column("outcome")
    table.add_column("value" if n == 1 else "mean", justify="right")
    if n > 1:
        table.add_column("95 % interval", justify="right")
    table.add_column("unit")
    for row in shown(summarise(result), is_whole):
        measure = measure_of(row["outcome"])
        texts = cells(measure, row["value"], row["low"], row["high"])
        of = f" (of {row['n']} runs)" if 0 < row["n"] < n else ""
        table.add_row(measure.title + of, *(texts[:1] if n == 1 else texts), measure.unit)
    print_labelled(table, result.label, intervals_of(result) if n > 1 else ONE_RUN)


def shown(table: pd.DataFrame, is_whole: bool) -> list[dict[Any, Any]]:
    """Return the rows of the main outcomes, or all."""
    rows = table.to_dict("records")
    return [row for row in rows if is_whole or measure_of(row["outcome"]).is_main]


def result_document(result: Result) -> dict[str, Any]:
    """Return what `sim run --json` prints."""
    return {
        "label": result.label,
        "scenario": result.name,
        "seed": result.manifest["seed"],
        "n_replications": len(result.outcomes),
        "intervals": intervals_of(result),
        "outcomes": [record(row) for row in summarise(result).to_dict("records")],
    }


def finite(row: dict[Any, Any]) -> dict[str, Any]:
    """Return a row for JSON, which knows neither NaN nor infinity."""
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}


def record(row: dict[Any, Any]) -> dict[str, Any]:
    """Return a row of outcomes for JSON, with its unit."""
    measure = measure_of(row["outcome"])
    return {**finite(row), "unit": "1" if measure.is_share else measure.unit}


def cells(measure: Measure, value: float, low: float, high: float, *, sign: bool = False) -> tuple[str, str]:
    """Return a value and its interval for reading; the latter empty when there is none."""
    interval = "" if math.isnan(low) else f"{measure.show(low, sign)} to {measure.show(high, sign)}"
    return measure.show(value, sign), interval


def count(n: int, noun: str) -> str:
    """Return a number with its noun, as 3 pairs."""
    return f"{n} {noun}{'' if n == 1 else 's'}"


def new_table(title: str) -> Table:
    """Return an empty table with a title."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    return Table(title=Text(printable(title)), title_justify="left", box=box.SIMPLE_HEAD, show_lines=False)


def print_labelled(table: Table, label: str, note: str) -> None:
    """Print a table, what is to be known when reading it, and the label."""
    print_table(table)
    print_notes(label, [note])


def print_table(table: Table) -> None:
    """Print a table as wide as the terminal, or wide enough in a pipe."""
    _console().print(table)


def print_notes(label: str, notes: list[str]) -> None:
    """Print what is to be known when reading tables, and the label."""
    console = _console()
    for note in notes:
        console.print(printable(note))
    console.print(label, style="bold")


def _console() -> Console:
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = _WIDTH_OF_A_PIPE
    return console
