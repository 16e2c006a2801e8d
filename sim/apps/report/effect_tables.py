"""Tables of the measures of effectiveness: of one scenario, and paired between two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.apps.report.report_inputs import Source, pairs_of, runs_of
from sim.apps.report.text_table import Grid, with_interval
from sim.results.comparison.comparison import Comparison
from sim.results.comparison.comparison_wording import (
    ONE_PAIR,
    interpretation,
    remarks,
    runs_in_words,
    shown_rows,
    title,
)
from sim.results.number_format import fixed
from sim.results.outcome_summaries import summarise
from sim.results.outcome_tables import ONE_RUN, count, intervals_of, shown
from sim.results.outcome_wording import Measure
from sim.results.outcome_wording import measure as measure_of
from sim.results.result import Result


def measures(source: Source, is_whole: bool = True) -> dict[str, Any]:
    """Return the tables of all measures, or of the main ones, with notes on how to read them."""
    reference = runs_of(source)[0]
    notes = [intervals_of(reference)] if len(reference.outcomes) > 1 else []
    if isinstance(source, Result):
        return {"tables": [_means(source, is_whole)], "notes": notes or [ONE_RUN]}
    return {
        "tables": [_differences(pair, is_whole) for pair in pairs_of(source)] + _spread(source),
        "notes": [*(notes or [ONE_PAIR]), *remarks(source)],
    }


def _spread(comparison: Comparison) -> list[Grid]:
    """Return the spread by its two sources; nothing where the assumed values were not sampled."""
    if comparison.reference.draws is None:
        return []
    rows = []
    for row in comparison.variance.to_dict("records"):
        measure = measure_of(row["outcome"])
        of = row["scenario"] if row["of"] == "runs" else f"difference, {row['scenario']}"
        share = Measure("", "", is_share=True)
        assumed = with_interval(share, max(0.0, row["share_assumed"]), row["share_low"], row["share_high"])
        rows.append((_name(measure), of, measure.show(row["sd_noise"]), measure.show(row["sd_assumed"]), assumed))
    head = (
        "Measure", "Of", "Standard deviation from random variation", "Standard deviation from parameter uncertainty",
        "Parameter uncertainty, % of the variance",
    )  # fmt: skip
    return [Grid("Spread between runs: random variation and parameter uncertainty", head, rows, n_text=2)]


def _means(result: Result, is_whole: bool) -> Grid:
    n = len(result.outcomes)
    rows = []
    for row in shown(summarise(result), is_whole):
        measure = measure_of(row["outcome"])
        value = with_interval(measure, row["value"], row["low"], row["high"], why_none=row["no_interval"])
        rows.append((_name(measure), value, f"{row['n']} of {n}"))
    caption = f"{result.name}: means of {count(n, 'run')} with 95 % intervals"
    head = ("Measure", "Mean" if n > 1 else "Value", "Runs with a value")
    return Grid(caption if n > 1 else f"{result.name}: one run", head, rows)


def _differences(pair: Comparison, is_whole: bool) -> Grid:
    reference, (variant,) = pair.reference, pair.variants
    n = reference.n_replications
    rows = []
    for row in shown_rows(pair, is_whole):
        measure = measure_of(row["outcome"])
        cells = [
            with_interval(measure, row[what], row[f"{what}_low"], row[f"{what}_high"], sign)
            for what, sign in (("reference", False), ("variant", False), ("difference", True))
        ]
        pairs = _kinds_of_pairs(row) if row["n_pairs"] else measure.show(float("nan"))
        rows.append((_with_unit(title(row), measure), interpretation(row), *cells, pairs, f"{row['n_pairs']} of {n}"))
    head = (
        "Measure", "Interpretation", f"{reference.name}, mean", f"{variant.name}, mean", "Mean paired difference",
        "Pairs in which the variant is higher / equal / lower", "Pairs with both values",
    )  # fmt: skip
    caption = f"{variant.name} against {reference.name}: {runs_in_words(reference)}; means with 95 % intervals"
    return Grid(caption, head, rows, n_text=2)


def _kinds_of_pairs(row: Mapping[str, Any]) -> str:
    higher, lower = row["share_higher"], row["share_lower"]
    return " / ".join(fixed(100 * share) for share in (higher, max(0.0, 1.0 - higher - lower), lower)) + " %"


def _name(measure: Measure) -> str:
    return _with_unit(measure.title, measure)


def _with_unit(name: str, measure: Measure) -> str:
    return f"{name} ({measure.unit})" if measure.unit else name
