"""Outcomes as tables for reading and as documents for other programs; each carries the label."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.errors import printable
from sim.outcomes import OUTCOMES, Measure

if TYPE_CHECKING:
    from rich.table import Table

    from sim.comparison import Comparison
    from sim.result import Result

INTERVALS = (
    "95 % intervals of the mean (Student t; of a share: Wilson, Newcombe): "
    "of chance only, not of doubt about the assumed values."
)
_WIDTH_OF_A_PIPE = 110


def print_result(result: Result) -> None:
    """Print the outcomes of a result, with intervals when there is more than one replication."""
    from sim.comparison import summarise

    n = len(result.outcomes)
    table = new_table(f"{result.name}: {_count(n, 'replication')}, seed {result.manifest['seed']}")
    table.add_column("outcome")
    table.add_column("value" if n == 1 else "mean", justify="right")
    if n > 1:
        table.add_column("95 % interval", justify="right")
    table.add_column("unit")
    for row in summarise(result).to_dict("records"):
        measure = OUTCOMES[row["outcome"]]
        cells = _cells(measure, row["value"], row["low"], row["high"])
        of = f" (of {row['n']} runs)" if 0 < row["n"] < n else ""
        table.add_row(measure.title + of, *(cells[:1] if n == 1 else cells), measure.unit)
    print_labelled(table, result.label, INTERVALS if n > 1 else "One run, no interval: other dice give other numbers.")


def print_comparison(comparison: Comparison) -> None:
    """Print the outcomes of reference and variant and their paired difference, each with its interval."""
    n = comparison.reference.n_replications
    names = (comparison.reference.name, comparison.variant.name)
    seed = comparison.reference.manifest["seed"]
    table = new_table(f"{names[1]} against {names[0]}: {_count(n, 'pair')} of runs with the same dice, seed {seed}")
    table.add_column("outcome")
    for name in (*names, "paired difference"):
        table.add_column(printable(name), justify="right")
    for row in comparison.table.to_dict("records"):
        measure = OUTCOMES[row["outcome"]]
        of = f" (of {_count(row['n_pairs'], 'pair')})" if 0 < row["n_pairs"] < n else ""
        title = f"{measure.title}{of}\n{measure.unit}"
        cells = [
            _cells(measure, *(float(row[what + end]) for end in ("", "_low", "_high")), sign=sign)
            for what, sign in (("reference", False), ("variant", False), ("difference", True))
        ]
        table.add_row(title.strip(), *("\n".join(cell) for cell in cells))
    print_labelled(
        table, comparison.label, INTERVALS if n > 1 else "One pair, no interval: other dice give other numbers."
    )


def result_document(result: Result) -> dict[str, Any]:
    """Return what `sim run --json` prints."""
    from sim.comparison import summarise

    rows = summarise(result).to_dict("records")
    return {
        "label": result.label,
        "scenario": result.name,
        "seed": result.manifest["seed"],
        "n_replications": len(result.outcomes),
        "intervals": INTERVALS,
        "outcomes": [_record(row) for row in rows],
    }


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """Return what `sim demo --json` prints."""
    return {
        "label": comparison.label,
        "reference": comparison.reference.name,
        "variant": comparison.variant.name,
        "seed": comparison.reference.manifest["seed"],
        "n_pairs": comparison.reference.n_replications,
        "intervals": INTERVALS,
        "outcomes": [_record(row) for row in comparison.table.to_dict("records")],
    }


def _record(row: dict[Any, Any]) -> dict[str, Any]:
    """Add the unit; JSON knows no NaN."""
    measure = OUTCOMES[row["outcome"]]
    values = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}
    return {**values, "unit": "1" if measure.is_share else measure.unit or "1"}


def _cells(measure: Measure, value: float, low: float, high: float, *, sign: bool = False) -> tuple[str, str]:
    interval = "" if math.isnan(low) else f"{measure.show(low, sign)} to {measure.show(high, sign)}"
    return measure.show(value, sign), interval


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"


def new_table(title: str) -> Table:
    """Return an empty table with a title."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    return Table(title=Text(printable(title)), title_justify="left", box=box.SIMPLE_HEAD, show_lines=False)


def print_labelled(table: Table, label: str, note: str) -> None:
    """Print a table, what is to be known when reading it, and the label."""
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = _WIDTH_OF_A_PIPE
    console.print(table)
    console.print(note)
    console.print(label, style="bold")
