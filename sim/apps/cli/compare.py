"""`sim compare`: run scenarios in pairs, print how they differ and save the comparison."""

from __future__ import annotations

import math
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.apps.cli.options import (
    AsJson,
    Out,
    RunOptions,
    ShowAll,
    check_names,
    check_numbers,
    complete_scenario,
    print_json,
    print_where,
)
from sim.errors import InputError, printable

if TYPE_CHECKING:
    from sim.results.comparison.comparison import Comparison
    from sim.scenario.schema import Scenario


class Assumptions(StrEnum):
    """How assumed values enter the runs."""

    central = "central"
    drawn = "drawn"


def compare(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="A B [C...]", help="Scenarios; the first is the reference.", autocompletion=complete_scenario
        ),
    ],
    options: RunOptions,
    replications: Annotated[
        int | None,
        typer.Option(help="Runs of each scenario, or of each parameter sample.", show_default="30, or 2 per sample"),
    ] = None,
    assumptions: Annotated[
        Assumptions, typer.Option(help="Hold assumed values at their central values, or draw them from their ranges.")
    ] = Assumptions.central,
    draws: Annotated[
        int | None,
        typer.Option(help="Parameter samples, with --assumptions drawn.", show_default="30"),
    ] = None,
    show_all: ShowAll = False,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Compare scenarios by pairs of runs with common random numbers.

    Replication i of every scenario uses the same random numbers, so a difference within a pair is due to the scenarios.

    Example: sim compare baseline no-drones --replications 30
    """
    check_names(files)
    from sim.campaign.compare_scenarios import DRAWS, default_replications
    from sim.results.comparison.comparison_wording import comparison_document
    from sim.scenario.loader import load

    if draws is not None and assumptions is Assumptions.central:
        raise InputError(["--draws: parameter samples need --assumptions drawn"])
    n_draws = None if assumptions is Assumptions.central else DRAWS if draws is None else draws
    n = default_replications(assumptions) if replications is None else replications
    check_numbers(options.seed, n, options.workers, 1 if n_draws is None else n_draws)
    scenarios = [load(file, set=options.changes) for file in files]
    comparison = _compare(scenarios, n, n_draws, options, out)
    if as_json:
        print_json({**comparison_document(comparison), "folder": out and str(out)})
        return
    print_comparison(comparison, show_all)
    print_where(out, "The comparison is", "sim report {}")


def _compare(
    scenarios: list[Scenario], replications: int, draws: int | None, options: RunOptions, out: Path | None
) -> Comparison:
    """Run the scenarios with common random numbers, and save the comparison when a folder is given."""
    from sim.apps.cli.progress import progress_of_runs
    from sim.campaign import compare_scenarios
    from sim.campaign.replications import replicate_all
    from sim.results.atomic_write import whole_folder
    from sim.results.comparison.comparability import check_scenarios

    check_scenarios(scenarios)
    off = set(scenarios[0].off).intersection(*(scenario.off for scenario in scenarios))
    with whole_folder(out) if out else nullcontext() as folder:
        with progress_of_runs(len(scenarios) * replications * (draws or 1), off) as progress:
            ensembles = replicate_all(scenarios, replications, options.seed, options.workers, progress, draws)
        comparison = compare_scenarios.compare(*ensembles)
        if folder:
            comparison.write(folder)
    return comparison


def print_comparison(comparison: Comparison, show_all: bool = False) -> None:
    """Print, for each variant, outcomes, paired differences and their interpretation; then the sources of variance."""
    from sim.apps.cli.terminal_tables import print_notes
    from sim.results.comparison.comparison_wording import ONE_PAIR, remarks
    from sim.results.outcome_tables import intervals_of

    for i in range(len(comparison.variants)):
        _print_pair(comparison.pair(i), show_all)
    if comparison.reference.draws is not None:
        _print_variance(comparison, show_all)
    n = comparison.reference.n_replications
    print_notes(comparison.label, [intervals_of(comparison.reference) if n > 1 else ONE_PAIR, *remarks(comparison)])


def _print_pair(comparison: Comparison, show_all: bool) -> None:
    from sim.apps.cli.terminal_tables import new_table, print_table
    from sim.results.comparison.comparison_wording import interpretation, runs_in_words, shown_rows, title
    from sim.results.outcome_tables import cells, count
    from sim.results.outcome_wording import measure as measure_of

    reference, (variant,) = comparison.reference, comparison.variants
    n = reference.n_replications
    table = new_table(f"{variant.name} against {reference.name}: {runs_in_words(reference)}")
    table.add_column("outcome")
    for name in (f"{reference.name}, mean", f"{variant.name}, mean", "mean paired difference"):
        table.add_column(printable(name), justify="right")
    table.add_column("interpretation")
    for row in shown_rows(comparison, show_all):
        measure = measure_of(row["outcome"])
        of = f" (of {count(row['n_pairs'], 'pair')})" if 0 < row["n_pairs"] < n else ""
        name = f"{title(row)}{of}\n{measure.unit}"
        texts = [
            cells(measure, *(float(row[what + end]) for end in ("", "_low", "_high")), sign=sign)
            for what, sign in (("reference", False), ("variant", False), ("difference", True))
        ]
        table.add_row(name.strip(), *("\n".join(text) for text in texts), interpretation(row))
    print_table(table)


def _print_variance(comparison: Comparison, show_all: bool) -> None:
    """Print, for each scenario and difference, the spread from noise and from the assumed values."""
    from sim.apps.cli.terminal_tables import new_table, print_table
    from sim.results.number_format import NO_VALUE, percent
    from sim.results.outcome_tables import shown
    from sim.results.outcome_wording import measure as measure_of

    table = new_table("Spread from noise (random variation) and from the assumed values, as standard deviations (s.d.)")
    table.add_column("outcome")
    table.add_column("of")
    for name in ("s.d. of noise", "s.d. of assumed values", "their share of variance", "95 % interval"):
        table.add_column(name, justify="right")
    frame = comparison.variance
    order = {name: place for place, name in enumerate(dict.fromkeys(frame["outcome"]))}
    rows = sorted(shown(frame, show_all), key=lambda row: order[row["outcome"]])
    last = None
    for row in rows:
        measure = measure_of(row["outcome"])
        title = "" if row["outcome"] == last else measure.title
        last = row["outcome"]
        of = row["scenario"] if row["of"] == "runs" else f"difference, {row['scenario']}"
        deviations = [measure.show(row[key]) for key in ("sd_noise", "sd_assumed")]
        shares = [row[key] for key in ("share_assumed", "share_low", "share_high")]
        share, low, high = (NO_VALUE if math.isnan(value) else percent(max(0.0, value)) for value in shares)
        table.add_row(title, printable(of), *deviations, share, "" if math.isnan(shares[1]) else f"{low} to {high}")
    print_table(table)
