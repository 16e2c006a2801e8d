"""Commands that hold the model against what is known: patterns, verify."""

from pathlib import Path
from typing import Annotated

import typer

from sim.apps.cli.options import AsJson, File, Seed, Set, Workers, print_json, say_where
from sim.errors import printable


def patterns(
    file: File,
    draws: Annotated[int, typer.Option(help="Draws of the assumed values over their ranges.")] = 40,
    replications: Annotated[int, typer.Option(help="Runs of each draw and arm, with other dice.")] = 1,
    days: Annotated[int, typer.Option(help="Days played for P2 to P6; P1 plays the whole of year-before.")] = 180,
    seed: Seed = 1,
    workers: Workers = None,
    set: Set = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep tables and picture in this new folder; without it, nothing is written."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Judge the patterns of the article (P1 to P6) over draws of the assumed values.

    13 runs for each draw and replication: 40 draws take five to ten minutes on two cores. P1 is judged on the shipped
    year-before, the others on FILE; --set changes both, and a value that is set is not drawn.
    """
    from sim.apps.cli.running import check_numbers, play_patterns
    from sim.scenario.loader import load
    from sim.scenario.reading.extends_and_changes import parse_options
    from sim.validation.patterns.pattern_report import FILES, document, print_study
    from sim.validation.patterns.pattern_study import Sizes
    from sim.validation.patterns.scenario_variants import YEAR_BEFORE

    check_numbers(seed, replications, workers)
    scenario, year_before = (load(name, set=parse_options(set or [])) for name in (file, YEAR_BEFORE))
    study = play_patterns(scenario, year_before, Sizes(draws, replications, days), seed, workers, out)
    if as_json:
        print_json({**document(study), "folder": out and str(out), "files": list(FILES) if out else []})
        return
    print_study(study)
    say_where(out, "Tables and picture are", "them")


def verify(
    cases: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE|CASE]...", help="Cases or their scenarios; without any, the whole suite."),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer trials, and no studies of ticks and team sizes.")
    ] = False,
    set: Set = None,
    seed: Seed = 1,
    workers: Workers = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="New folder of page and tables; else results/verify, an earlier one replaced."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold the model against published results: a table, a page of panels, and exit status 1 if it fails."""
    from sim.apps.cli.running import check_numbers
    from sim.apps.cli.verifying import DEFAULT_FOLDER, verify
    from sim.validation.verification import verification_report

    check_numbers(seed, 1, workers)
    found = verify(cases or [], tuple(set or []), seed, quick, workers, out)
    if as_json:
        print_json(verification_report.document(found))
    else:
        print(f"Page and tables are in {printable(str(out or DEFAULT_FOLDER))}.")
        verification_report.print_report(found)
    if found.failed:
        raise typer.Exit(1)
