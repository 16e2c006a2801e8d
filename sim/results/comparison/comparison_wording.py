"""A comparison as tables for reading and as a document for other programs: what differs, and what that means."""

from __future__ import annotations

import math
from typing import Any

from sim.results.comparison.comparison import Comparison
from sim.results.number_format import fixed, percent
from sim.results.outcome_tables import (
    count,
    finite,
    intervals_of,
    record,
)  # fmt: skip
from sim.results.result import Ensemble

ONE_PAIR = "One pair, no interval: another random seed gives other numbers."
_MOST_PAIRS = 10_000


def runs_in_words(result: Ensemble) -> str:
    """Return how many pairs of runs a comparison has, of how many parameter samples, and their seed."""
    n, seed = result.n_replications, result.manifest["seed"]
    pairs = f"{count(n, 'pair')} of runs with common random numbers"
    if result.draws is not None:
        pairs += f" and assumed values ({count(result.manifest['n_draws'], 'parameter sample')})"
    return f"{pairs}, seed {seed}"


def interpretation(row: dict[Any, Any], comparison: Comparison) -> str:
    """Return what a difference means: higher, lower, or no clear difference and how many pairs one would need."""
    unit = "pairs" if comparison.reference.draws is None else "parameter samples"
    if row["n_pairs"] == 0:
        return "no pair has a value in both"
    if row["is_clear"]:
        return "higher" if row["difference"] > 0.0 else "lower"
    if row["difference"] == 0.0 or math.isnan(row["n_needed"]):
        return "no clear difference"
    if row["n_needed"] <= _MOST_PAIRS:
        return f"no clear difference; about {fixed(row['n_needed'])} {unit} would show one"
    return f"no clear difference; more than {_MOST_PAIRS:,} {unit} would be needed"


def remarks(comparison: Comparison) -> list[str]:
    """Return sentences on outcome changes, on when paired runs diverge, and on what the spread consists of."""
    found = []
    divergence = comparison.divergence.to_dict("records")
    for change, diverged in zip(comparison.outcome_changes.to_dict("records"), divergence, strict=True):
        share = f"{percent(change['share'])}"
        if not math.isnan(change["low"]):
            share += f", {percent(change['low'])} to {percent(change['high'])}"
        n_held, n_lost = change["n_held_to_lost"], change["n_lost_to_held"]
        found.append(
            f"{change['scenario']}: the fate of the city changes in {n_held + n_lost} of "
            f"{count(change['n_pairs'], 'pair')} ({share}): {n_held} from held to lost, {n_lost} from lost to held. "
            f"{_divergence_in_words(diverged)}"
        )
    if comparison.reference.draws is None:
        found.append(
            "The assumed values are held at their central values: all of the spread is random variation. Sampled over "
            'their ranges (--assumptions drawn, assumptions="drawn"), the two are separated.'
        )
    if (comparison.table["n_needed"] <= _MOST_PAIRS).any():
        found.append(
            '"About N would show one": with N, a difference as large as the one seen is clear in four of five tries.'
        )
    return found


def _divergence_in_words(row: dict[Any, Any]) -> str:
    if row["n_diverged"] == 0:
        return "Paired runs are the same in everything."
    return (
        f"Paired runs diverge on day {row['day_first']:.0f} at the earliest, day {row['day_median']:.0f} in the median."
    )


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """Return what `sim compare --json` and `sim demo --json` print."""
    reference = comparison.reference
    return {
        "label": comparison.label,
        "reference": reference.name,
        "variants": [variant.name for variant in comparison.variants],
        "seed": reference.manifest["seed"],
        "n_pairs": reference.n_replications,
        "assumptions": reference.manifest["assumptions"],
        "n_draws": reference.manifest.get("n_draws", 0),
        "intervals": intervals_of(reference),
        "outcomes": [record(row) for row in comparison.table.to_dict("records")],
        "outcome_changes": [finite(row) for row in comparison.outcome_changes.to_dict("records")],
        "divergence": [finite(row) for row in comparison.divergence.to_dict("records")],
        "variance": [record(row) for row in comparison.variance.to_dict("records")],
    }
