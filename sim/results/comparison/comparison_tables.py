"""A comparison as tables for reading and as a document for other programs: what differs, and what that tells."""

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

ONE_PAIR = "One pair, no interval: other dice give other numbers."
_MOST_PAIRS = 10_000


def runs_in_words(result: Ensemble) -> str:
    """Return how many pairs of runs a comparison has, of how many draws, and their seed."""
    n, seed = result.n_replications, result.manifest["seed"]
    pairs = f"{count(n, 'pair')} of runs with the same dice"
    if result.draws is not None:
        pairs += f" and assumed values ({count(result.manifest['n_draws'], 'draw')})"
    return f"{pairs}, seed {seed}"


def tells(row: dict[Any, Any], comparison: Comparison) -> str:
    """Return what a row's difference tells: higher, lower, or nothing yet and how many pairs would."""
    unit = "pairs" if comparison.reference.draws is None else "draws"
    if row["n_pairs"] == 0:
        return "no pair has a value in both"
    if row["is_clear"]:
        return "higher" if row["difference"] > 0.0 else "lower"
    if row["difference"] == 0.0:
        return "no difference seen"
    if row["n_needed"] <= _MOST_PAIRS:
        return f"too few {unit} to tell; about {fixed(row['n_needed'])} would"
    if math.isnan(row["n_needed"]):
        return f"one {unit[:-1]} cannot tell"
    return f"more than {_MOST_PAIRS:,} {unit} to tell so little"


def remarks(comparison: Comparison) -> list[str]:
    """Return sentences on flipped pairs, on when pairs part, and on what the spread is made of."""
    found = []
    partings = comparison.divergence.to_dict("records")
    for flip, parting in zip(comparison.outcome_changes.to_dict("records"), partings, strict=True):
        share = f"{percent(flip['share'])}"
        if not math.isnan(flip["low"]):
            share += f", {percent(flip['low'])} to {percent(flip['high'])}"
        n_held, n_lost = flip["n_held_to_lost"], flip["n_lost_to_held"]
        found.append(
            f"{flip['scenario']}: {n_held + n_lost} of {count(flip['n_pairs'], 'pair')} flipped ({share}): "
            f"{n_held} from held to lost, {n_lost} from lost to held. {_parting_in_words(parting)}"
        )
    if comparison.reference.draws is None:
        found.append(
            "The assumed values are held at their central values: all of the spread is dice. Drawn over their "
            'ranges (--assumptions drawn, assumptions="drawn"), both are sampled and taken apart.'
        )
    if (comparison.table["n_needed"] <= _MOST_PAIRS).any():
        found.append('"About N would": a difference as large as the one seen is told in four of five tries.')
    return found


def _parting_in_words(parting: dict[Any, Any]) -> str:
    if parting["n_diverged"] == 0:
        return "No pair differs in anything."
    return (
        f"Pairs part on day {parting['day_first']:.0f} at the earliest, day {parting['day_median']:.0f} in the median."
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
