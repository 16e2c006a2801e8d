"""A comparison as tables for reading and as a document for other programs: what differs, and what that tells."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.errors import printable
from sim.results.outcome_tables import (
    cells,
    count,
    finite,
    intervals_of,
    new_table,
    print_notes,
    print_table,
    record,
    shown,
)  # fmt: skip
from sim.results.outcome_wording import measure as measure_of
from sim.results.outcome_wording import percent

if TYPE_CHECKING:
    from sim.results.comparison.comparison import Comparison
    from sim.results.result import Ensemble

ONE_PAIR = "One pair, no interval: other dice give other numbers."
_MOST_PAIRS = 10_000


def print_comparison(comparison: Comparison, is_whole: bool = False) -> None:
    """Print, for each variant, outcomes, paired differences and what they tell; then dice and doubt apart."""
    for i in range(len(comparison.variants)):
        _print_pair(comparison.pair(i), is_whole)
    if comparison.reference.draws is not None:
        _print_variance(comparison, is_whole)
    n = comparison.reference.n_replications
    notes = [intervals_of(comparison.reference) if n > 1 else ONE_PAIR, *remarks(comparison)]
    print_notes(comparison.label, notes)


def _print_pair(comparison: Comparison, is_whole: bool) -> None:
    reference, (variant,) = comparison.reference, comparison.variants
    n = reference.n_replications
    table = new_table(f"{variant.name} against {reference.name}: {runs_in_words(reference)}")
    table.add_column("outcome")
    for name in (reference.name, variant.name, "paired difference"):
        table.add_column(printable(name), justify="right")
    table.add_column("what this tells")
    for row in shown(comparison.table, is_whole):
        measure = measure_of(row["outcome"])
        of = f" (of {count(row['n_pairs'], 'pair')})" if 0 < row["n_pairs"] < n else ""
        title = f"{measure.title}{of}\n{measure.unit}"
        texts = [
            cells(measure, *(float(row[what + end]) for end in ("", "_low", "_high")), sign=sign)
            for what, sign in (("reference", False), ("variant", False), ("difference", True))
        ]
        table.add_row(title.strip(), *("\n".join(text) for text in texts), tells(row, comparison))
    print_table(table)


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
    if row["is_told"]:
        return "higher" if row["difference"] > 0.0 else "lower"
    if row["difference"] == 0.0:
        return "no difference seen"
    if row["n_needed"] <= _MOST_PAIRS:
        return f"too few {unit} to tell; about {row['n_needed']:,.0f} would"
    if math.isnan(row["n_needed"]):
        return f"one {unit[:-1]} cannot tell"
    return f"more than {_MOST_PAIRS:,} {unit} to tell so little"


def remarks(comparison: Comparison) -> list[str]:
    """Return sentences on flipped pairs, on when pairs part, and on what the spread is made of."""
    found = []
    partings = comparison.partings.to_dict("records")
    for flip, parting in zip(comparison.flips.to_dict("records"), partings, strict=True):
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
    if parting["n_parted"] == 0:
        return "No pair differs in anything."
    return (
        f"Pairs part on day {parting['day_first']:.0f} at the earliest, day {parting['day_median']:.0f} in the median."
    )


def _print_variance(comparison: Comparison, is_whole: bool) -> None:
    """Print, for each scenario and difference, the spread by dice and by the assumed values."""
    table = new_table(
        "Spread by dice and by the assumed values (standard deviations), and the latter's part of the variance"
    )
    table.add_column("outcome")
    table.add_column("of")
    for name in ("s.d. of dice", "s.d. of assumed values", "their part of the variance", "95 % interval"):
        table.add_column(name, justify="right")
    frame = comparison.variance
    order = {name: place for place, name in enumerate(dict.fromkeys(frame["outcome"]))}
    rows = sorted(shown(frame, is_whole), key=lambda row: order[row["outcome"]])
    last = None
    for row in rows:
        measure = measure_of(row["outcome"])
        title = "" if row["outcome"] == last else measure.title
        last = row["outcome"]
        of = row["scenario"] if row["of"] == "runs" else f"difference, {row['scenario']}"
        deviations = [measure.show(row[key]) for key in ("sd_dice", "sd_assumed")]
        shares = [row[key] for key in ("share_assumed", "share_low", "share_high")]
        part, low, high = ("\N{EN DASH}" if math.isnan(share) else percent(share) for share in shares)
        table.add_row(title, printable(of), *deviations, part, "" if math.isnan(shares[1]) else f"{low} to {high}")
    print_table(table)


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
        "flips": [finite(row) for row in comparison.flips.to_dict("records")],
        "partings": [finite(row) for row in comparison.partings.to_dict("records")],
        "variance": [record(row) for row in comparison.variance.to_dict("records")],
    }
