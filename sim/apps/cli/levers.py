"""`sim levers`: measure what each lever of the model does beside what was predicted of it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from sim.apps.cli.options import AsJson, Out, RunOptions, check_numbers, print_json, print_where

if TYPE_CHECKING:
    from sim.validation.levers.lever_study import LeverStudy


def levers(
    options: RunOptions,
    pairs: Annotated[int, typer.Option(help="Runs of each scenario variant, paired by random numbers.")] = 30,
    days: Annotated[int, typer.Option(help="Simulated days at most; each prediction has a horizon.")] = 3660,
    only: Annotated[
        str | None, typer.Option(metavar="WORD", help="Only levers whose name contains this word.", show_default="all")
    ] = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Check predictions on the levers of the model.

    They were written down before the runs. Each compares variants of shipped scenarios over paired runs: the baseline
    without its reserve, with half the replacements, every scenario of the library, and others. All of them take about
    an hour at 30 pairs.

    Example: sim levers --only reserve --pairs 10
    """
    check_numbers(options.seed, pairs, options.workers)
    from sim.apps.cli.progress import progress_of_runs
    from sim.errors import InputError
    from sim.results.atomic_write import whole_folder
    from sim.validation.levers.lever_report import FILES, document, write
    from sim.validation.levers.lever_study import Sizes, check, n_runs, study
    from sim.validation.levers.predictions import predictions
    from sim.validation.levers.variant import BASELINE

    sizes = Sizes(pairs, days)
    check(sizes)
    BASELINE.load(options.changes, 1)  # wrong changes are reported before anything is compiled
    asked = [one for one in predictions() if (only or "").lower() in one.lever.lower()]
    if not asked:
        raise InputError([f"--only: no lever's name contains {only!r}"])
    with whole_folder(out) if out else nullcontext() as folder:
        with progress_of_runs(n_runs(asked, sizes)) as progress:
            found = study(asked, sizes, options.seed, options.changes, options.workers, progress)
        if folder:
            write(found, folder)
    if as_json:
        print_json({**document(found), "folder": out and str(out), "files": list(FILES) if out else []})
        return
    print_levers(found)
    print_where(out, "The tables are")


def print_levers(study: LeverStudy) -> None:
    """Print the table with its notes and the label."""
    from rich.text import Text

    from sim.apps.cli.terminal_tables import new_table, print_notes, print_table
    from sim.validation.levers.lever_report import HEADINGS, NOTES, cells, title_of

    table = new_table(title_of(study), has_lines=True)
    for column in HEADINGS:
        table.add_column(column, overflow="fold")
    for verdict in study.verdicts:
        table.add_row(*map(Text, cells(verdict)))
    print_table(table)
    print_notes(study.label, NOTES)
