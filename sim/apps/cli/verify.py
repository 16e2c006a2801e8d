"""`sim verify`: check the model against published results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.apps.cli.options import AsJson, RunOptions, check_numbers, print_json
from sim.errors import InputError, printable
from sim.validation.verification.case_names import STUDIES, check_names

if TYPE_CHECKING:
    import pandas as pd

    from sim.validation.verification.tick_convergence import Convergence
    from sim.validation.verification.verification_report import Report

DEFAULT_FOLDER = Path("results/verify")


def verify(
    options: RunOptions,
    cases: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE|CASE]...", help="Cases, or their scenario files.", show_default="the whole suite"
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Run fewer trials, and no studies of ticks and team sizes.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="New folder of page and tables.",
            show_default=f"{DEFAULT_FOLDER}; an earlier one is replaced",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check the model against published results.

    Prints a table and saves a page of panels. The exit status is 1 if a comparison is outside its bound.

    Example: sim verify --quick
    """
    check_names(cases or [])
    check_numbers(options.seed, 1, options.workers)
    from sim.validation.verification.verification_report import document

    report = _check(cases or [], options, quick, out)
    if as_json:
        print_json(document(report))
    else:
        print(f"Page and tables are in {printable(str(out or DEFAULT_FOLDER))}.")
        print_report(report)
    if report.failed:
        raise typer.Exit(1)


def _check(names: list[str], options: RunOptions, quick: bool, out: Path | None) -> Report:
    """Run the named cases, or all of them, and write their page; an earlier default folder is replaced.

    The studies of ticks and of team sizes belong to the full suite: a quick one, or one with changed values, leaves
    them out unless they are named.
    """
    import pandas as pd

    from sim.apps.cli.progress import progress_of_runs
    from sim.results.atomic_write import whole_folder
    from sim.validation.verification import suite, team_size_resolution, tick_convergence, verification_report

    changes, seed, workers = tuple(options.set or []), options.seed, options.workers
    studies = [name for name in STUDIES if name in names or not (names or quick or changes)]
    if changes and studies:
        raise InputError([f"--set: changes cases only; {studies[0]} is a study of the baseline as it is"])
    others = [name for name in names if name not in STUDIES]
    cases = suite.choose(others) if others or not names else []
    n_runs = len(suite.jobs_of(cases, changes, seed, quick))
    n_runs += tick_convergence.n_runs() if "convergence" in studies else 0
    n_runs += team_size_resolution.n_runs() if "resolution" in studies else 0
    with whole_folder(out or DEFAULT_FOLDER, None if out else verification_report.is_earlier_report) as folder:
        with progress_of_runs(n_runs) as progress:
            report = verification_report.Report(
                rows=suite.check(cases, changes, seed, quick, workers, progress),
                options=changes,
                sampling="quick" if quick else "full",
                seed=seed,
                convergence=tick_convergence.study_ticks(seed, workers, progress) if "convergence" in studies else [],
                resolution=team_size_resolution.compare_team_sizes(suite.ERROR, seed, workers, progress)
                if "resolution" in studies
                else pd.DataFrame(),
            )
        verification_report.write(report, folder)
    return report


def print_report(report: Report) -> None:
    """Print the tables, and the verdict as the last line."""
    from sim.apps.cli.terminal_tables import new_table, print_labelled
    from sim.scenario.teaching_label import LABEL

    if report.rows:
        table = new_table("The model against published results")
        table.add_column("case, point", no_wrap=True)
        table.add_column("source of the formula, quantity")
        for name in ("expected", "simulated", "n", "bound", "verdict"):
            table.add_column(name, justify="right", no_wrap=True)
        before = ""
        for row in report.rows:
            if row.case != before:
                table.add_row(row.case, row.source)
                before = row.case
            numbers = _numbers(row.expected, row.simulated, row.n, row.bound)
            table.add_row(f"  {row.point}", f"  {row.quantity}", *numbers, "ok" if row.is_ok else "FAILS")
        print_labelled(table, LABEL, report.note)
    if report.convergence:
        _print_convergence(report.convergence)
    if len(report.resolution):
        _print_resolution(report.resolution)
    print(report.verdict)


def _print_convergence(studied: list[Convergence]) -> None:
    from sim.apps.cli.terminal_tables import new_table, print_labelled
    from sim.results.number_format import fixed
    from sim.scenario.teaching_label import LABEL
    from sim.validation.verification.tick_convergence import CONFIDENCE, TICKS_H

    table = new_table(f"The baseline by length of tick, against {TICKS_H[0]:g} h")
    table.add_column("outcome")
    table.add_column(f"at {TICKS_H[0]:g} h", justify="right")
    for tick in TICKS_H[1:]:
        table.add_column(f"{tick:g} h, %", justify="right", no_wrap=True)
    table.add_column("order", justify="right")
    for one in studied:
        errors = [
            f"{fixed(100 * e, 1, sign=True)} ±{fixed(100 * h, 1)}"
            for e, h in zip(one.errors, one.half_widths, strict=True)
        ]
        order = "not resolvable" if one.order is None else "{} ({} to {})".format(*(fixed(x, 1) for x in one.order))
        table.add_row(one.outcome, fixed(one.finest), *errors, order)
    note = f"Errors with the half width of a {CONFIDENCE:.0%} interval; they do not count for the verdict."
    print_labelled(table, LABEL, note)


def _print_resolution(compared: pd.DataFrame) -> None:
    from sim.apps.cli.terminal_tables import new_table, print_labelled
    from sim.scenario.teaching_label import LABEL

    table = new_table("The baseline by team_size, against one row per group")
    for name in ("group_size", "team_size", "outcome", "expected", "simulated", "n", "bound", "verdict"):
        table.add_column(name, justify="left" if name == "outcome" else "right")
    for row in compared.to_dict("records"):
        numbers = _numbers(row["expected"], row["simulated"], row["n"], row["bound"])
        verdict = "ok" if row["is_ok"] else "FAILS"
        table.add_row(str(row["group_size"]), str(row["team_size"]), row["outcome"], *numbers, verdict)
    print_labelled(table, LABEL, "Bounds: Student's t of the paired differences, in the same family of comparisons.")


def _numbers(expected: float, simulated: float, n: int, bound: float) -> tuple[str, str, str, str]:
    from sim.results.number_format import fixed

    decimals = 4 if abs(expected) < 10 else 3 if abs(expected) < 1000 else 1
    small = f"{bound:.0e}" if 0.0 < bound < 10**-decimals else fixed(bound, decimals)
    return fixed(expected, decimals), fixed(simulated, decimals), fixed(n), small
