"""Commands that play scenarios: run, compare, demo."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sim.apps.cli.options import All, AsJson, File, Out, Seed, Set, Workers, print_json, say_where
from sim.errors import InputError, printable


class Assumptions(StrEnum):
    """What is done with the values that nobody knows."""

    central = "central"
    drawn = "drawn"


def run(
    file: File,
    set: Set = None,
    seed: Seed = 1,
    replications: Annotated[int, typer.Option(help="How many runs; more than one gives intervals.")] = 1,
    workers: Workers = None,
    all: All = False,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Play a scenario and print its outcomes."""
    from sim.apps.cli.running import check_numbers, play
    from sim.results import outcome_tables
    from sim.scenario.loader import load
    from sim.scenario.reading.extends_and_changes import parse_options

    check_numbers(seed, replications, workers)
    scenario = load(file, set=parse_options(set or []))
    result = play(scenario, seed, replications, workers, out)
    if as_json:
        print_json({**outcome_tables.result_document(result), "folder": out and str(out)})
        return
    outcome_tables.print_result(result, all)
    say_where(out, "The result is", "the result")


def compare(
    files: Annotated[list[str], typer.Argument(metavar="A B [C...]", help="Scenarios; the first is the reference.")],
    replications: Annotated[
        int | None, typer.Option(help="Runs of each scenario (30), or of each draw of it (2).", show_default=False)
    ] = None,
    assumptions: Annotated[
        Assumptions, typer.Option(help="Hold assumed values at their central values, or draw them over their ranges.")
    ] = Assumptions.central,
    draws: Annotated[
        int | None, typer.Option(help="Draws of the assumed values (30), with --assumptions drawn.", show_default=False)
    ] = None,
    seed: Seed = 1,
    workers: Workers = None,
    set: Set = None,
    all: All = False,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Compare scenarios, pair by pair with the same dice: what differs, how sure that is, what it rests on."""
    from sim.apps.cli.running import check_numbers, play_comparison
    from sim.results.comparison import comparison_tables
    from sim.results.comparison.comparison import DRAWS, default_replications
    from sim.scenario.loader import load
    from sim.scenario.reading.extends_and_changes import parse_options

    if draws is not None and assumptions is Assumptions.central:
        raise InputError([f"--draws: {draws} draws need --assumptions drawn"])
    n_draws = None if assumptions is Assumptions.central else DRAWS if draws is None else draws
    n = default_replications(assumptions) if replications is None else replications
    check_numbers(seed, n, workers, 1 if n_draws is None else n_draws)
    scenarios = [load(file, set=parse_options(set or [])) for file in files]
    comparison = play_comparison(scenarios, n, seed, n_draws, workers, out)
    if as_json:
        print_json({**comparison_tables.comparison_document(comparison), "folder": out and str(out)})
        return
    comparison_tables.print_comparison(comparison, all)
    say_where(out, "The comparison is", "the result")


def demo(
    seed: Seed = 1,
    replications: Annotated[int, typer.Option(help="Pairs of runs; more than one gives intervals.")] = 30,
    workers: Workers = None,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the pictures; an earlier demonstration in it is replaced.")
    ] = Path("results/demo"),
    as_json: AsJson = False,
) -> None:
    """Compare the baseline with a war without strike drones: table, pictures, files."""
    from sim.apps.cli.demo import CLASSROOM, FILES, TRY_NEXT
    from sim.apps.cli.running import check_numbers, play_demo
    from sim.results.comparison import comparison_tables

    check_numbers(seed, replications, workers)
    replaced = out.exists()
    comparison = play_demo(seed, replications, workers, out)
    if as_json:
        print_json(
            {
                **comparison_tables.comparison_document(comparison),
                "folder": str(out),
                "files": list(FILES),
                "set": CLASSROOM,
            }
        )
        return
    comparison_tables.print_comparison(comparison)
    print("Classroom resolution: " + ", ".join(f"{path}={value}" for path, value in CLASSROOM.items()) + ".")
    where = printable(str(out))
    print(
        f"Pictures, outcomes and manifest are in {where}"
        + (", in place of an earlier demonstration." if replaced else ".")
    )
    print("\n".join(["Try next:", *(f"  {command}" for command in TRY_NEXT)]))
