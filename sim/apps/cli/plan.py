"""`sim plan`: how many pairs a comparison needs for an interval of a wished width, from a pilot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.apps.cli.options import AsJson, print_json
from sim.results.safe_files import check_folder


def plan(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a saved comparison: the pilot.")],
    outcome: Annotated[str, typer.Argument(metavar="OUTCOME", help="Name of an outcome; sim list outcomes shows all.")],
    half_width: Annotated[
        float,
        typer.Argument(metavar="WIDTH", help="How far the 95 % interval may reach to each side of the difference."),
    ],
    as_json: AsJson = False,
) -> None:
    """Say how many pairs an interval of a given width needs.

    Plan before the runs that answer the question, and run those with another seed than the pilot.

    Example: sim plan results/pilot attacker_losses 500
    """
    check_folder(folder)  # at once: the imports below take a second
    from sim.apps.cli.terminal_tables import new_table, print_notes, print_table
    from sim.errors import printable
    from sim.results.comparison.comparison import Comparison
    from sim.results.outcome_wording import measure as measure_of

    pilot = Comparison.load(folder)
    numbers = {one.name: pilot.pairs_for(outcome, half_width, i) for i, one in enumerate(pilot.variants)}
    n, is_drawn = pilot.reference.n_replications, pilot.reference.draws is not None
    noun = "parameter samples" if is_drawn else "pairs"
    notes = [
        f"These numbers rest on the spread of the pilot's {n} pairs, an estimate that few pairs can put far off.",
        f"Run the {noun} with another --seed than {pilot.reference.manifest['seed']}, and leave the pilot out of the "
        "answer.",
    ]
    if as_json:
        document = {"label": pilot.label, "outcome": outcome, "half_width": half_width, "counted": noun}
        print_json({**document, "variants": numbers, "notes": notes})
        return
    measure = measure_of(outcome)
    table = new_table(f"{measure.title}: 95 % interval of the difference within {half_width:g} of it to each side")
    table.add_column(f"compared with {printable(pilot.reference.name)}")
    table.add_column(f"{noun} needed", justify="right")
    for name, needed in numbers.items():
        table.add_row(printable(name), f"{needed:,}")
    print_table(table)
    print_notes(pilot.label, notes)
