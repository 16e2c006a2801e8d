"""`sim run`: run a scenario, print its outcomes and save the result."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.apps.cli.options import (
    AsJson,
    File,
    Out,
    RunOptions,
    ShowAll,
    check_names,
    check_numbers,
    print_json,
    print_where,
)

if TYPE_CHECKING:
    from sim.results.result import Result
    from sim.scenario.schema import Scenario


def run(
    file: File,
    options: RunOptions,
    replications: Annotated[int, typer.Option(help="Number of runs; more than one gives intervals.")] = 1,
    show_all: ShowAll = False,
    monthly: Annotated[bool, typer.Option("--monthly", help="Show a table of the months too.")] = False,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Run a scenario and print its outcomes.

    Example: sim run baseline --replications 10
    """
    check_names([file])
    from sim.results.monthly_summary import monthly_document
    from sim.results.outcome_tables import result_document
    from sim.scenario.loader import load

    check_numbers(options.seed, replications, options.workers)
    scenario = load(file, set=options.changes)
    result = _run(scenario, replications, options, out)
    if as_json:
        months = {"monthly": monthly_document(result)} if monthly else {}
        print_json({**result_document(result), **months, "folder": out and str(out)})
        return
    print_result(result, show_all)
    if monthly:
        print_months(result)
    print_where(out, "The result is", "sim report {}", "sim animate {} --out {}-animated.html")


def _run(scenario: Scenario, replications: int, options: RunOptions, out: Path | None) -> Result:
    """Run one replication (a Result) or more (an Ensemble), and save it when a folder is given."""
    from sim.apps.cli.progress import progress_of_runs
    from sim.campaign import replications as running
    from sim.results.atomic_write import whole_folder

    with whole_folder(out) if out else nullcontext() as folder:
        with progress_of_runs(replications, scenario.off) as progress:
            result = (
                running.run(scenario, options.seed)
                if replications == 1
                else running.replicate(scenario, replications, options.seed, options.workers, progress)
            )
        if folder:
            result.write(folder)
    return result


def print_result(result: Result, show_all: bool = False) -> None:
    """Print the main outcomes of a result, or all of them, with intervals when there is more than one replication."""
    from sim.apps.cli.terminal_tables import new_table, print_labelled
    from sim.results.outcome_summaries import summarise
    from sim.results.outcome_tables import ONE_RUN, cells, count, intervals_of, shown
    from sim.results.outcome_wording import measure as measure_of

    n = len(result.outcomes)
    table = new_table(f"{result.name}: {count(n, 'replication')}, seed {result.manifest['seed']}")
    table.add_column("outcome")
    table.add_column("value" if n == 1 else "mean", justify="right")
    if n > 1:
        table.add_column("95 % interval", justify="right")
    table.add_column("unit")
    for row in shown(summarise(result), show_all):
        measure = measure_of(row["outcome"])
        texts = cells(measure, row["value"], row["low"], row["high"], why_none=row["no_interval"])
        of = f" (of {count(row['n'], 'run')})" if 0 < row["n"] < n else ""
        table.add_row(measure.title + of, *(texts[:1] if n == 1 else texts), measure.unit)
    print_labelled(table, result.label, intervals_of(result) if n > 1 else ONE_RUN)


def print_months(result: Result) -> None:
    """Print the main columns of the monthly table for the whole map, as medians over the replications."""
    from sim.apps.cli.terminal_tables import new_table, print_labelled
    from sim.results.monthly_summary import COLUMNS, monthly_summary, note_of

    table = new_table(f"{result.name}: month by month")
    table.add_column("month")
    for column in COLUMNS:
        table.add_column(f"{column.title}\n({column.unit})", justify="right")
    for row in monthly_summary(result).to_dict("records"):
        table.add_row(row["month"], *(column.show(row[column.name]) for column in COLUMNS))
    print_labelled(table, result.label, note_of(result))
