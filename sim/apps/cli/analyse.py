"""`sim analyse`: analyse a sweep, print the findings, and save tables and pictures."""

from __future__ import annotations

import json
import re
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.apps.cli.options import AsJson, draw_files_only, print_json, print_where
from sim.errors import InputError, printable

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.axes import Axes

    from sim.analysis.analyses_by_design import Findings
    from sim.analysis.findings import Analysis

_MAX_ROWS = 20
_DETAILS = {"box": "limits of the box", "leaves": "leaves of the tree"}


def analyse(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished sim sweep.")],
    outcome: Annotated[
        str | None, typer.Option(help="Analyse one outcome.", show_default="all that can be analysed")
    ] = None,
    above: Annotated[float | None, typer.Option(help="Scenario discovery looks for means above this value.")] = None,
    below: Annotated[float | None, typer.Option(help="Scenario discovery looks for means below this value.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Save tables and pictures in this new folder.", show_default="nothing is saved"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Analyse a sweep: which factors matter, and where.

    The design of the sweep decides which methods fit. Each table says how much of the variance is noise.

    Example: sim analyse results/two-levers
    """
    from sim.analysis import SweepResults
    from sim.analysis import analyse as analyse_all
    from sim.analysis.findings_document import findings_document
    from sim.results.atomic_write import whole_folder

    results = SweepResults.load(folder)
    with whole_folder(out) if out else nullcontext() as partial_folder:
        findings = analyse_all(results, outcome, above, below)
        findings, files = write_folder(findings, partial_folder) if partial_folder else (findings, [])
    if as_json:
        print_json({**findings_document(findings), "folder": out and str(out), "files": files})
        return
    print_findings(findings)
    print_where(out, "Tables and pictures are")


def write_folder(findings: Findings, folder: Path) -> tuple[Findings, list[str]]:
    """Write indices, details, the JSON document and all pictures into an empty folder.

    Returns the findings, with the pictures that could not be drawn added to `refused`, and the names of the files.
    """
    from sim.analysis.findings_tables import findings_document, saved_details
    from sim.results.table_files import write_table

    label = findings.results.label
    write_table(findings.table, label, folder / "indices.csv")
    for one in findings.analyses:
        for name, table in saved_details(one).items():
            write_table(table.reset_index(), label, folder / f"{_slug(one.method, one.outcome, name)}.csv")
    findings = replace(findings, refused=(*findings.refused, *_draw_all(findings, folder)))
    text = json.dumps(findings_document(findings), indent=2, ensure_ascii=False)
    (folder / "analysis.json").write_text(text + "\n", "utf-8")
    return findings, sorted(path.name for path in folder.iterdir())


def _draw_all(findings: Findings, folder: Path) -> list[str]:
    """Draw all pictures; return why some could not be drawn, for example a heat map of three factors."""
    from matplotlib import pyplot as plt

    from sim.plots.drawing.labelled_figure import figure_of, save

    draw_files_only()
    refused: list[str] = []
    for name, draw in _pictures(findings):
        try:
            ax = draw()
        except InputError as error:
            refused += [f"picture {name}: {line}" for line in error.lines]
            continue
        save(ax, folder / f"{name}.png")
        plt.close(figure_of(ax))
    return refused


def _pictures(findings: Findings) -> list[tuple[str, Callable[[], Axes]]]:
    """Return the file name of each picture, and the call that draws it."""
    from sim.plots import sweeps

    by_method: dict[str, tuple[Callable[[Analysis], Axes], ...]] = {
        "one_at_a_time": (sweeps.tornado, sweeps.spider),
        "morris": (sweeps.morris_plane,),
        "prim": (sweeps.peeling_trajectory, sweeps.discovery_box),
        **dict.fromkeys(("sobol", "pawn", "rbd_fast", "rank_regression"), (sweeps.index_bars,)),
    }
    pictures: list[tuple[str, Callable[[], Axes]]] = []
    for one in findings.analyses:
        for function in by_method.get(one.method, ()):
            name = one.method if function is sweeps.index_bars else function.__name__
            pictures.append((_slug(name, one.outcome), partial(function, one)))
    results, methods = findings.results, {one.method for one in findings.analyses}
    for outcome in dict.fromkeys(one.outcome for one in findings.analyses):
        own = [sweeps.exceedance]
        own += [sweeps.heat_map] if results.design.get("kind") == "full_grid" else []
        own += [sweeps.parallel_coordinates] if "prim" in methods else []
        pictures += [(_slug(function.__name__, outcome), partial(function, results, outcome)) for function in own]
    return pictures


def _slug(*words: str) -> str:
    return "-".join(re.sub(r"[^A-Za-z0-9]+", "-", word).strip("-") for word in words)


def print_findings(findings: Findings) -> None:
    """Print each analysis as a table with its notes, then what could not be done."""
    from sim.apps.cli.terminal_tables import print_notes

    for one in findings.analyses:
        _print_analysis(one)
        for name, title in _DETAILS.items():
            if name in one.details:
                _print_detail(one.details[name], title)
        print_notes(findings.results.label, one.notes)
        print()
    if findings.refused:
        print("Not done:")
        for line in findings.refused:
            print(f"  {printable(line)}")


def _print_analysis(one: Analysis) -> None:
    from sim.analysis.findings_tables import rows_in_words, title_in_words
    from sim.apps.cli.terminal_tables import new_table, print_table

    table = new_table(title_in_words(one))
    indices = list(dict.fromkeys(one.table["index"]))
    table.add_column("factor", overflow="fold")
    for index in indices:
        table.add_column(index, justify="right", overflow="fold")
    rows = rows_in_words(one)
    for name, cells in rows[:_MAX_ROWS]:
        table.add_row(printable(name), *(cells.get(index, "") for index in indices))
    if len(rows) > _MAX_ROWS:
        table.add_row(f"... and {len(rows) - _MAX_ROWS} more; --out DIR saves all")
    print_table(table)


def _print_detail(rows: pd.DataFrame, title: str) -> None:
    from sim.analysis.findings_tables import detail_in_words
    from sim.apps.cli.terminal_tables import new_table, print_table

    table, words = new_table(title), detail_in_words(rows)
    for name in words.columns:
        table.add_column(str(name).replace("_", " "), overflow="fold")
    for row in words.itertuples(index=False):
        table.add_row(*row)
    print_table(table)
