"""`sim patterns`: check the patterns of the article over samples of the assumed values."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.apps.cli.options import AsJson, File, Out, RunOptions, check_names, check_numbers, print_json, print_where

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.validation.patterns.pattern_study import Sizes, Study


def patterns(
    file: File,
    options: RunOptions,
    draws: Annotated[int, typer.Option(help="Samples of the assumed values from their ranges.")] = 40,
    replications: Annotated[int, typer.Option(help="Runs of each sample and scenario variant.")] = 1,
    days: Annotated[int, typer.Option(help="Simulated days for P2 to P6; P1 runs the whole of year-before.")] = 180,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Check patterns P1 to P6 of the article over parameter samples.

    There are 13 runs for each sample of the assumed values and replication: 40 samples take five to ten minutes on two
    cores. P1 is checked on the shipped scenario year-before, the others on FILE. --set changes both; a value that is
    set is not sampled.

    Example: sim patterns baseline --draws 20
    """
    check_names([file])
    from sim.scenario.loader import load
    from sim.validation.patterns.pattern_report import FILES, document
    from sim.validation.patterns.pattern_study import Sizes
    from sim.validation.patterns.scenario_variants import YEAR_BEFORE

    check_numbers(options.seed, replications, options.workers)
    scenario, year_before = (load(name, set=options.changes) for name in (file, YEAR_BEFORE))
    study = _study(scenario, year_before, Sizes(draws, replications, days), options, out)
    if as_json:
        print_json({**document(study), "folder": out and str(out), "files": list(FILES) if out else []})
        return
    print_study(study)
    print_where(out, "Tables and picture are")


def _study(scenario: Scenario, year_before: Scenario, sizes: Sizes, options: RunOptions, out: Path | None) -> Study:
    """Run the study, and save tables and picture when a folder is given."""
    from sim.apps.cli.progress import progress_of_runs
    from sim.results.atomic_write import whole_folder
    from sim.validation.patterns.pattern_report import write
    from sim.validation.patterns.pattern_study import check, n_runs, study

    check(scenario, sizes)
    with whole_folder(out) if out else nullcontext() as folder:
        with progress_of_runs(n_runs(scenario, sizes)) as progress:
            found = study(scenario, year_before, sizes, options.seed, options.workers, progress)
        if folder:
            write(found, folder)
    return found


def print_study(study: Study) -> None:
    """Print the table with its notes and the label."""
    from rich.text import Text

    from sim.apps.cli.terminal_tables import new_table, print_notes, print_table
    from sim.validation.patterns.pattern_report import (
        NOTES,
        edge_note,
        marks,
        measured_lines,
        share_lines,
        show_verdict,
        title_of,
    )

    table = new_table(title_of(study), has_lines=True)
    for column in ("pattern", "claim", "samples", "verdict", "measured"):
        table.add_column(column, overflow="fold")
    for v in study.verdicts:
        shares, measured = "\n".join(share_lines(v)), "\n".join(measured_lines(v))
        table.add_row(*map(Text, (v.claim.pattern, v.claim.text + marks(v), shares, show_verdict(v), measured)))
    print_table(table)
    print_notes(study.label, [*NOTES, edge_note(study)])
