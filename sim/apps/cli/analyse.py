"""`sim analyse`: analyse a sweep, print the findings, and save tables and pictures."""

from __future__ import annotations

import json
import math
import re
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.apps.cli.options import AsJson, draw_files_only, print_json, print_where
from sim.errors import InputError, printable
from sim.results.safe_files import check_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.axes import Axes

    from sim.analysis.analyses_by_design import Findings
    from sim.analysis.findings import Analysis

_MAX_ROWS = 20
# Indices in the unit of the outcome; all others are dimensionless.
_IN_UNITS = {
    "mu", "mu_star", "noise_floor", "sigma", "at_low", "at_high", "swing", "mean", "linear", "quadratic", "twist",
}  # fmt: skip
_SORTED_BY = {"morris": "mu_star", "sobol": "ST", "one_at_a_time": "swing", "rank_regression": "SRRC"}
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
    check_folder(folder)  # at once: the imports below take a second
    from sim.analysis import SweepResults
    from sim.analysis import analyse as analyse_all
    from sim.analysis.findings_document import document
    from sim.results.atomic_write import whole_folder

    results = SweepResults.load(folder)
    with whole_folder(out) if out else nullcontext() as partial_folder:
        findings = analyse_all(results, outcome, above, below)
        findings, files = write_folder(findings, partial_folder) if partial_folder else (findings, [])
    if as_json:
        print_json({**document(findings), "folder": out and str(out), "files": files})
        return
    print_findings(findings)
    print_where(out, "Tables and pictures are")


def write_folder(findings: Findings, folder: Path) -> tuple[Findings, list[str]]:
    """Write indices, details, the JSON document and all pictures into an empty folder.

    Returns the findings, with the pictures that could not be drawn added to `refused`, and the names of the files.
    """
    from sim.analysis.findings_document import details, document
    from sim.results.table_files import write_table

    label = findings.results.label
    write_table(findings.table, label, folder / "indices.csv")
    for one in findings.analyses:
        for name, table in details(one).items():
            write_table(table.reset_index(), label, folder / f"{_slug(one.method, one.outcome, name)}.csv")
    findings = replace(findings, refused=(*findings.refused, *_draw_all(findings, folder)))
    text = json.dumps(document(findings), indent=2, ensure_ascii=False)
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


class _Words:
    """Puts the meanings of values in the place of their paths; `used` are the paths that were met, with these names."""

    def __init__(self, paths: list[str]) -> None:
        from sim.plots.sweeps.factor_names import factor_names

        self.used: dict[str, str] = {}
        self._names = factor_names(paths)
        options = "|".join(re.escape(path) for path in sorted(paths, key=len, reverse=True))
        self._paths = re.compile(rf"(?<![\w.])(?:{options})(?!\w|\.\w)")

    def of(self, text: str) -> str:
        """Return a text for readers: a path alone is its name, a path among other words is its name in quotes."""
        return self._paths.sub(lambda found: self._name(found[0], is_alone=found[0] == text), text)

    def _name(self, path: str, is_alone: bool) -> str:
        name = self.used[path] = self._names[path]
        return name if is_alone else f'"{name}"'


def print_findings(findings: Findings) -> None:
    """Print each analysis as a table with its notes, then what could not be done."""
    from sim.apps.cli.terminal_tables import print_notes

    words = _Words(findings.results.paths)
    for one in findings.analyses:
        _print_analysis(one, words)
        for name, title in _DETAILS.items():
            if name in one.details:
                _print_detail(one.details[name], title, words)
        print_notes(findings.results.label, [words.of(note) for note in one.notes])
        print()
    _print_paths(words)
    if findings.refused:
        print("Not done:")
        for line in findings.refused:
            print(f"  {printable(line)}")


def _print_paths(words: _Words) -> None:
    """Print by which path a file or --set reaches each factor that was named."""
    from sim.apps.cli.terminal_tables import new_table, print_table

    table = new_table("The same factors in files and in --set")
    table.add_column("factor", overflow="fold")
    table.add_column("path", overflow="fold")
    for path, name in words.used.items():
        table.add_row(printable(name), printable(path))
    print_table(table)


def _print_analysis(one: Analysis, words: _Words) -> None:
    from sim.apps.cli.terminal_tables import new_table, print_table

    table = new_table(_title(one))
    indices = list(dict.fromkeys(one.table["index"]))
    table.add_column("factor", overflow="fold")
    for index in indices:
        table.add_column(index, justify="right", overflow="fold")
    rows = _rows(one)
    for name, cells in rows[:_MAX_ROWS]:
        table.add_row(printable(words.of(name)), *(cells.get(index, "") for index in indices))
    if len(rows) > _MAX_ROWS:
        table.add_row(f"... and {len(rows) - _MAX_ROWS} more; --out DIR saves all")
    print_table(table)


def _title(one: Analysis) -> str:
    """Return the title of a table: method, outcome with unit, size of the design, share of noise."""
    from sim.results.number_format import percent
    from sim.results.outcome_tables import count
    from sim.results.outcome_wording import measure as measure_of

    measure, noise = measure_of(one.outcome), one.noise
    unit = f" ({'% of runs' if measure.is_share else measure.unit})" if measure.unit else ""
    size = f"{count(noise.n_points, 'point')} x {count(noise.n_replications, 'replication')}"
    share = f"{percent(noise.share, 1)} of the variance of means" if noise.is_known else "unknown"
    return f"{one.title}: {measure.title}{unit}; {size}; noise: {share}"


def _rows(one: Analysis) -> list[tuple[str, dict[str, str]]]:
    """Return the rows of a table, the largest effect first: a factor, or a pair of factors, with its indices."""
    rows: dict[str, dict[str, str]] = {}
    sizes: dict[str, float] = {}
    for row in one.table.to_dict("records"):
        if row["index"] == "importance" and row["value"] == 0.0:
            continue  # a tree uses few factors: rows of zeros would only fill the page
        name = f"{row['factor']} with {row['with_factor']}" if row["with_factor"] else str(row["factor"])
        rows.setdefault(name, {})[row["index"]] = _cell(one.outcome, row)
        if row["index"] == _SORTED_BY.get(one.method, row["index"]):
            sizes.setdefault(name, abs(float(row["value"])))
    # Rows about the whole analysis come last, pairs of factors after single factors.
    return sorted(rows.items(), key=lambda item: (item[0].startswith("("), " with " in item[0], -sizes.get(item[0], 0)))


def _cell(outcome: str, row: dict[Any, Any]) -> str:
    from sim.results.number_format import NO_VALUE, fixed
    from sim.results.outcome_wording import measure as measure_of

    measure = measure_of(outcome)

    def show(value: float) -> str:
        if row["index"] in _IN_UNITS:
            return measure.show(value)
        is_tiny = row["index"] in ("quasi_p", "lack_of_fit") and value < 0.001
        return "< 0.001" if is_tiny else fixed(value, 3)

    value, low, high = (float(row[name]) for name in ("value", "low", "high"))
    if math.isnan(value):
        return NO_VALUE
    shown = show(value) if math.isnan(low) else f"{show(value)} ({show(low)} to {show(high)})"
    p = float(row.get("p_adjusted", math.nan))
    return shown if math.isnan(p) else f"{shown}, p {'< 0.001' if p < 0.001 else fixed(p, 3)}"


def _print_detail(rows: pd.DataFrame, title: str, names: _Words) -> None:
    """Print a detail table, without the columns that are empty in every row."""
    from sim.apps.cli.terminal_tables import new_table, print_table

    table, words = new_table(title), rows.map(lambda value: names.of(_word(value)))
    words = words.loc[:, (words != "").any()]
    for name in words.columns:
        table.add_column(str(name).replace("_", " "), overflow="fold")
    for row in words.itertuples(index=False):
        table.add_row(*row)
    print_table(table)


def _word(value: object) -> str:
    from sim.results.number_format import rounded

    if isinstance(value, float):
        return "" if math.isnan(value) else rounded(value, 4)
    return printable(str(value))
