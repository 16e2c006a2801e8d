"""A comparison as tables for reading and as a document for other programs: what differs, and what that means."""

from __future__ import annotations

import math
from typing import Any

from sim.results.comparison.common_end import last_day
from sim.results.comparison.comparison import Comparison
from sim.results.confidence_intervals import CONFIDENCE
from sim.results.number_format import fixed, percent, rounded, with_unit
from sim.results.outcome_tables import count, finite, intervals_of, record
from sim.results.outcome_wording import measure as measure_of
from sim.results.result import Ensemble

ONE_PAIR = "One pair, no interval: another random seed gives other numbers."


def runs_in_words(result: Ensemble) -> str:
    """Return how many pairs of runs a comparison has, of how many parameter samples, and their seed."""
    n, seed = result.n_replications, result.manifest["seed"]
    pairs = f"{count(n, 'pair')} of runs with common random numbers"
    if result.draws is not None:
        pairs += f" and assumed values ({count(result.manifest['n_draws'], 'parameter sample')})"
    return f"{pairs}, seed {seed}"


def title(row: dict[Any, Any], is_brief: bool = False) -> str:
    """Return the title of a row's outcome, with its limit unless brief, and marked when a question asks about it."""
    has_limit = row["outcome"] == "days_city_held" and not is_brief
    limit = f", until day {row['until_day']} at most" if has_limit else ""
    return measure_of(row["outcome"]).title + limit + (" (asked)" if row["is_asked"] else "")


def interpretation(row: dict[Any, Any]) -> str:
    """Return what a difference means: higher, lower, or no clear difference and how large a one would show."""
    if row["n_pairs"] == 0:
        return "no pair has a value in both"
    if math.isnan(row["difference_low"]):
        return f"no interval: {row['no_interval']}"
    if row["is_clear"]:
        return "higher" if row["difference"] > 0.0 else "lower"
    if row["difference_low"] > 0.0 or row["difference_high"] < 0.0:
        return "no clear difference after adjustment"
    if math.isnan(row["detectable"]):
        return "no clear difference"
    return f"no clear difference; {_size(row['outcome'], row['detectable'])} or more would show"


def _size(outcome: str, value: float) -> str:
    """Return the size of a difference with its unit; one of a ratio or fraction has none."""
    measure = measure_of(outcome)
    unit = "percentage points" if measure.is_share else measure.unit
    is_ratio = measure.is_fraction or (" per " in unit and unit != "t per day")
    shown = measure.show(value)
    if not any(digit in shown for digit in "123456789"):  # more decimals than the measure has
        shown = rounded(100.0 * value if measure.is_share else value, 1)
    return shown if is_ratio or not unit else with_unit(shown, unit)


def shown_rows(comparison: Comparison, is_whole: bool) -> list[dict[Any, Any]]:
    """Return the rows of what a question asks about, then of the main outcomes, or of all."""
    rows = comparison.table.to_dict("records")
    chosen = [row for row in rows if is_whole or row["is_asked"] or measure_of(row["outcome"]).is_main]
    return sorted(chosen, key=lambda row: not row["is_asked"])


def remarks(comparison: Comparison) -> list[str]:
    """Return sentences on how to read a comparison: what changes, until when, how it is judged, and what varies."""
    found = [*outcome_changes(comparison), *unequal_ends(comparison)]
    if comparison.reference.n_replications > 1:
        found.append(judgement(comparison))
    if not all(one.outcomes["city_held"].all() for one in comparison.ensembles):
        found.append(
            "Days the city is held: a run in which it is never lost counts until the last day, so that the mean "
            "is a restricted one (Royston and Parmar 2013): of a loss that a change moves beyond that day it shows a "
            "part."
        )
    if comparison.reference.draws is None:
        found.append(
            "The assumed values are held at their central values: all of the spread is random variation. Sampled over "
            'their ranges (--assumptions drawn, assumptions="drawn"), the two are separated.'
        )
    if any("would show" in interpretation(row) for row in comparison.table.to_dict("records")):
        found.append(
            '"Or more would show" is the smallest true difference that so many pairs find clear in four of five '
            "comparisons; of outcomes judged together, whatever the others show. It follows from the spread of the "
            "pairs, not from the difference seen. To see a smaller one, plan new runs (sim plan)."
        )
    return found


def outcome_changes(comparison: Comparison) -> list[str]:
    """Return, for each variant, how often the fate of the city changes, and when paired runs diverge."""
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
            f"{_delay_in_words(change)}{_divergence_in_words(diverged)}"
        )
    return found


def _delay_in_words(change: dict[Any, Any]) -> str:
    """Return by how much the first losses of the city move; nothing where the city is never lost in one scenario."""
    n, days = change["n_first_lost"], change["days_later"]
    if n == 0:
        return ""
    shown = fixed(abs(days))
    when = f"{with_unit(shown, 'days')} {'later' if days > 0.0 else 'earlier'}" if shown != "0" else "on the same day"
    first = (
        f"The first {n} losses of the city come {when} on average (no interval)."
        if n > 1
        else f"The city's first loss comes {when} (no interval)."
    )
    return f"{first} "


def unequal_ends(comparison: Comparison) -> list[str]:
    """Return a sentence for each variant whose fighting ends on another day than that of the reference."""
    ours, name = last_day(comparison.reference), comparison.reference.name
    return [
        f"The fighting ends on day {ours} in {name} and on day {theirs} in {variant.name}: all outcomes of both are "
        f"compared as they stood on day {min(ours, theirs)}. sim run gives those of each at its own end."
        for variant in comparison.variants
        if (theirs := last_day(variant)) != ours
    ]


def judgement(comparison: Comparison) -> str:
    """Return which outcomes were asked about beforehand, and how these and the others are judged."""
    table = comparison.table
    if not table["p_value"].notna().any():
        return "No difference has an interval, so none is judged."
    others = int((~table["is_asked"] & table["p_value"].notna()).groupby(table["scenario"]).sum().max())
    together = (
        "judged together: a difference is clear when its p-value, adjusted by Holm's method, is below 5 %, so that in "
        "one comparison of twenty at most any of them is clear by chance; their intervals are not adjusted."
    )
    if not comparison.table["is_asked"].any():
        return f"No outcome was named beforehand (asks: in a scenario's file), so all {others} are {together}"
    n_asked = int(table["is_asked"].groupby(table["scenario"]).sum().max())
    return (
        "Outcomes marked (asked) were named beforehand by a question; each is judged by its own 95 % interval. "
        f"The other {others} are {together} Of {n_asked} asked about without any difference, about "
        f"{(1.0 - CONFIDENCE) * n_asked:.2g} would be clear by chance."
    )


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
        "remarks": remarks(comparison),
        "outcomes": [record(row) for row in comparison.table.to_dict("records")],
        "outcome_changes": [finite(row) for row in comparison.outcome_changes.to_dict("records")],
        "divergence": [finite(row) for row in comparison.divergence.to_dict("records")],
        "variance": [record(row) for row in comparison.variance.to_dict("records")],
    }
