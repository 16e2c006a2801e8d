"""The measures of effectiveness as tables: of one scenario, and paired between two."""

from __future__ import annotations

from typing import Any

from sim.comparison import Comparison, summarise
from sim.outcomes import OUTCOMES, percent
from sim.reporting.grid import Grid, counted, with_interval
from sim.reporting.sources import Source, pairs_of, runs_of
from sim.result import Result
from sim.tables import INTERVALS

CANNOT_TELL = (
    "A difference whose interval holds 0 may be the dice alone: these replications cannot tell whether the change "
    "raises or lowers the measure."
)


def measures(source: Source) -> dict[str, Any]:
    """Return the tables of the measures, with what to know when reading them."""
    pairs = pairs_of(source)
    tables = [_differences(pair) for pair in pairs] or [_means(source) for source in runs_of(source)]
    n = len(runs_of(source)[0].outcomes)
    notes = [INTERVALS] if n > 1 else ["One run has no interval: other dice give other numbers."]
    notes += [_flips(pair) for pair in pairs] + [CANNOT_TELL] * bool(pairs)
    return {"tables": tables, "notes": notes}


def _means(result: Result) -> Grid:
    n = len(result.outcomes)
    rows = []
    for row in summarise(result).to_dict("records"):
        measure = OUTCOMES[row["outcome"]]
        value = with_interval(measure, row["value"], row["low"], row["high"])
        rows.append((measure.title, measure.unit, value, f"{row['n']} of {n}"))
    caption = f"{result.name}: means of {counted(n, 'run')} with their 95 % intervals"
    head = ("Measure", "Unit", "Mean" if n > 1 else "Value", "Runs with a value")
    return Grid(caption if n > 1 else f"{result.name}: one run", head, rows, n_text=2)


def _differences(pair: Comparison) -> Grid:
    reference, variant = runs_of(pair)
    n = len(reference.outcomes)
    rows = []
    for row in pair.table.to_dict("records"):
        measure = OUTCOMES[row["outcome"]]
        cells = [
            with_interval(measure, *(float(row[what + end]) for end in ("", "_low", "_high")), sign=sign)
            for what, sign in (("reference", False), ("variant", False), ("difference", True))
        ]
        higher = percent(row["share_higher"]) if row["n_pairs"] else measure.show(float("nan"))
        rows.append((measure.title, measure.unit, *cells, higher, f"{row['n_pairs']} of {n}"))
    head = (
        "Measure", "Unit", reference.name, variant.name, "Paired difference", "Pairs with the variant higher",
        "Pairs with both values",
    )  # fmt: skip
    caption = f"{variant.name} against {reference.name}: means of {counted(n, 'pair')} of runs, with 95 % intervals"
    return Grid(caption, head, rows, n_text=2)


def _flips(pair: Comparison) -> str:
    reference, variant = runs_of(pair)
    n = len(reference.outcomes)
    flipped = round(pair.share_flipped * n)
    return (
        f"The city's fate flips, held in one run and lost in the other, in {flipped} of {counted(n, 'pair')} of "
        f"{variant.name} and {reference.name}."
    )
