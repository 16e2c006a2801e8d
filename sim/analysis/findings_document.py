"""Findings as tables for reading, as a document for other programs, and as a folder of tables and pictures."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.cases_of_interest import told
from sim.errors import InputError, printable
from sim.results.outcome_tables import count, finite, new_table, print_notes, print_table
from sim.results.result import write_outcomes
from sim.scenario.reading.error_wording import number_in_words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.analysis.analyses_by_design import Findings
    from sim.analysis.findings import Analysis

_MOST_ROWS = 20
# Indices that come in the outcome's unit; all others are pure numbers.
_IN_UNITS = {"mu", "mu_star", "sigma", "at_low", "at_high", "swing", "mean", "linear", "quadratic", "twist"}
_SORTED_BY = {"morris": "mu_star", "sobol": "ST", "one_at_a_time": "swing", "rank_regression": "SRRC"}


def print_findings(findings: Findings) -> None:
    """Print each analysis as a table with the share of the dice in its title, then what could not be done."""
    results = findings.results
    for one in findings.analyses:
        _print_analysis(one)
        for detail in ("box", "leaves"):
            if detail in one.details:
                _print_detail(one.details[detail], "limits of the box" if detail == "box" else "leaves of the tree")
        print_notes(results.label, list(one.notes))
        print()
    if findings.refused:
        print("Not done:")
        for line in findings.refused:
            print(f"  {printable(line)}")


def document(findings: Findings) -> dict[str, Any]:
    """Return what `sim analyse --json` prints."""
    results = findings.results
    return {
        "label": results.label,
        "sweep": results.name,
        "design": results.design,
        "n_points": results.n_points,
        "n_replications": results.n_replications,
        "analyses": [
            {
                "method": one.method,
                "title": one.title,
                "outcome": one.outcome,
                "notes": list(one.notes),
                "noise": finite(dict(vars(one.noise))),
                "indices": [finite(row) for row in one.table.to_dict("records")],
                **{name: [finite(row) for row in table.to_dict("records")] for name, table in _kept(one).items()},
            }
            for one in findings.analyses
        ],
        "refused": list(findings.refused),
    }


def write(findings: Findings, folder: Path) -> tuple[Findings, list[str]]:
    """Write indices, details, the document and all pictures into an empty folder.

    Returns the findings with the pictures that could not be drawn among what is refused, and the names of the files.
    """
    label = findings.results.label
    write_outcomes(findings.table, label, folder / "indices.csv")
    for one in findings.analyses:
        for name, table in _kept(one).items():
            write_outcomes(table.reset_index(), label, folder / f"{_slug(one.method, one.outcome, name)}.csv")
    findings = replace(findings, refused=(*findings.refused, *_draw_all(findings, folder)))
    text = json.dumps(document(findings), indent=2, ensure_ascii=False)
    (folder / "analysis.json").write_text(text + "\n", "utf-8")
    return findings, sorted(path.name for path in folder.iterdir())


def _kept(one: Analysis) -> dict[str, pd.DataFrame]:
    return {name: table for name, table in one.details.items() if name != "cases"}


def _draw_all(findings: Findings, folder: Path) -> list[str]:
    """Draw all pictures; return the reasons why some were not drawn, as a heat map of three factors."""
    from matplotlib import pyplot as plt

    from sim.plots.drawing.labelled_figure import figure_of, save

    refused: list[str] = []
    for name, draw in _pictures(findings):
        try:
            ax: Axes = draw()
        except InputError as error:
            refused += [f"picture {name}: {line}" for line in error.lines]
            continue
        save(ax, folder / f"{name}.png")
        plt.close(figure_of(ax))
    return refused


def _pictures(findings: Findings) -> list[tuple[str, Any]]:
    from functools import partial

    from sim.plots import sweeps

    by_method = {
        "one_at_a_time": (sweeps.tornado, sweeps.spider),
        "morris": (sweeps.morris_plane,),
        "prim": (sweeps.peeling_trajectory, sweeps.discovery_box),
        **dict.fromkeys(("sobol", "pawn", "rbd_fast", "rank_regression"), (sweeps.index_bars,)),
    }
    pictures = []
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


def _print_analysis(one: Analysis) -> None:
    measure = told(one.outcome)
    noise = f"dice {100 * one.noise.share:.1f} % of the variance of means" if one.noise.is_known else "dice unknown"
    unit = f" ({'% of runs' if measure.is_share else measure.unit})" if measure.unit else ""
    size = f"{count(one.noise.n_points, 'point')} x {count(one.noise.n_replications, 'replication')}"
    table = new_table(f"{one.title}: {measure.title}{unit}; {size}; {noise}")
    indices = list(dict.fromkeys(one.table["index"]))
    table.add_column("factor", overflow="fold")
    for index in indices:
        table.add_column(index, justify="right", overflow="fold")
    rows = _rows(one)
    for name, cells in rows[:_MOST_ROWS]:
        table.add_row(printable(name), *(cells.get(index, "") for index in indices))
    if len(rows) > _MOST_ROWS:
        table.add_row(f"... and {len(rows) - _MOST_ROWS} more; --out DIR keeps all")
    print_table(table)


def _rows(one: Analysis) -> list[tuple[str, dict[str, str]]]:
    """Return the rows of a table, the largest first: a factor, or a pair of them, with its indices in words."""
    rows: dict[str, dict[str, str]] = {}
    sizes: dict[str, float] = {}
    for row in one.table.to_dict("records"):
        if row["index"] == "importance" and row["value"] == 0.0:
            continue  # a tree uses a few factors: a page of noughts tells nothing
        name = f"{row['factor']} with {row['with_factor']}" if row["with_factor"] else str(row["factor"])
        rows.setdefault(name, {})[row["index"]] = _cell(one.outcome, row)
        if row["index"] == _SORTED_BY.get(one.method, row["index"]):
            sizes.setdefault(name, abs(float(row["value"])))
    # What is of the whole analysis stands last, pairs stand after single factors.
    return sorted(rows.items(), key=lambda item: (item[0].startswith("("), " with " in item[0], -sizes.get(item[0], 0)))


def _cell(outcome: str, row: dict[Any, Any]) -> str:
    measure = told(outcome)

    def show(value: float) -> str:
        if row["index"] in _IN_UNITS:
            return measure.show(value)
        is_tiny = row["index"] in ("quasi_p", "lack_of_fit") and value < 0.001
        return "< 0.001" if is_tiny else f"{value:.3f}".replace("-", "\N{MINUS SIGN}")

    value, low, high = (float(row[name]) for name in ("value", "low", "high"))
    if math.isnan(value):
        return "\N{EN DASH}"
    return show(value) if math.isnan(low) else f"{show(value)} ({show(low)} to {show(high)})"


def _print_detail(rows: pd.DataFrame, title: str) -> None:
    table = new_table(title)
    words = rows.map(_word)
    words = words.loc[:, (words != "").any()]
    for name in words.columns:
        table.add_column(str(name).replace("_", " "), overflow="fold")
    for row in words.itertuples(index=False):
        table.add_row(*row)
    print_table(table)


def _word(value: Any) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else number_in_words(value)
    return printable(str(value))
