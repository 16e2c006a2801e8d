"""A study as a table for reading, as a document for other programs, and as files."""

from __future__ import annotations

import csv
import io
import math
import textwrap
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sim.errors import printable
from sim.results.outcome_wording import percent
from sim.results.result import write_manifest, write_outcomes
from sim.validation.patterns.pattern_measures import MEASURES
from sim.validation.patterns.pattern_study import Study
from sim.validation.patterns.verdicts import Verdict

TABLE_FILE, PAGE_FILE, DOCUMENT_FILE = "patterns.csv", "patterns.md", "patterns.json"
RUNS_FILE, VALUES_FILE = "runs.csv", "draws.csv"
PICTURES = ("patterns.png", "patterns.svg")
FILES = (TABLE_FILE, PAGE_FILE, DOCUMENT_FILE, RUNS_FILE, VALUES_FILE, *PICTURES, "patterns.alt.txt")
NOTES = (
    "Share of the draws that show the claim, with its 95 % Wilson interval; a draw that cannot be judged does not.",
    "Measured: median over the draws (10 to 90 %); ratio and difference are paired, same values and same dice.",
    "Most, few: the whole interval lies above, below one half; cannot tell: most draws cannot be judged.",
    "Contested: public sources, or the pattern's two measures, disagree. Without its driver: its cause is off.",
    "P3 hangs on one assumption: a share of the pool is released each day. With an absolute release it should vanish.",
)
_WIDTH_OF_A_PIPE, _PAGE = 130, 118


def marks(verdict: Verdict) -> str:
    """Return what is said in brackets beside a claim."""
    claim = verdict.claim
    words = ["without its driver"] * claim.is_driver + ["contested"] * claim.is_contested
    return f" ({', '.join(words)})" if words else ""


def show_share(verdict: Verdict) -> str:
    """Return the share of draws with its interval."""
    if math.isnan(verdict.low):
        return percent(verdict.share)
    return f"{percent(verdict.share)} ({100 * verdict.low:.0f} to {100 * verdict.high:.0f})"


def show_number(value: float, decimals: int) -> str:
    """Return a number for reading: a dash for none, a lemniscate for an infinite one."""
    if math.isnan(value):
        return "\N{EN DASH}"
    text = f"{abs(value):,.{decimals}f}" if math.isfinite(value) else "\N{INFINITY}"
    return text if value >= 0 or not text.strip("0.,") else f"\N{MINUS SIGN}{text}"


def measured_lines(verdict: Verdict) -> list[str]:
    """Return a line for each measure and each arm, with the median and the middle 80 % over the draws."""
    lines, title = [], ""
    for (arm, name), (low, middle, high) in verdict.measured.items():
        measure = MEASURES[name]
        if title != measure.title:
            title = measure.title
            lines.append(title + (f", {measure.unit}" if measure.unit != "1" else ""))
        decimals = 2 if arm == "paired" and measure.is_ratio else measure.decimals
        who = {True: "ratio", False: "difference"}[measure.is_ratio] if arm == "paired" else arm
        low_text, middle_text, high_text = (show_number(value, decimals) for value in (low, middle, high))
        lines.append(f"  {who}: {middle_text} ({low_text} to {high_text})")
    return lines


def print_study(study: Study) -> None:
    """Print the table with label and notes."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title_of(study)), title_justify="left", box=box.SIMPLE_HEAD, show_lines=True)
    for column in ("pattern", "claim", "share of draws", "verdict", "measured"):
        table.add_column(column, overflow="fold")
    for v in study.verdicts:
        untold = f"\n{v.n_undecided} cannot be judged" if v.n_undecided else ""
        cells = (v.claim.pattern, v.claim.text + marks(v), show_share(v) + untold, v.word, "\n".join(measured_lines(v)))
        table.add_row(*map(Text, cells))
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = _WIDTH_OF_A_PIPE
    console.print(table)
    for note in (*NOTES, edge_note(study)):
        console.print(note)
    console.print(study.label, style="bold")


def title_of(study: Study) -> str:
    """Say what was played."""
    r = study.n_replications
    return printable(
        f"Patterns of the article, {study.scenario.name}: {study.n_draws} draws of {study.n_values} assumed values, "
        f"{r} replication{'s' * (r > 1)} each, {study.sizes.days} days (P1: {study.days_of_p1}), seed {study.seed}"
    )


def edge_note(study: Study) -> str:
    """Say in how many runs the map gave out."""
    return (
        f"In {study.n_at_edge} of {len(study.runs)} runs nine tenths of a lane were taken before the end: what is "
        "divided by days or by ground is counted until then."
    )


def document(study: Study) -> dict[str, Any]:
    """Return what `--json` prints; JSON knows neither NaN nor infinity."""
    return {
        "label": study.label,
        "made_by": "sim patterns",
        "scenario": study.scenario.name,
        "digest": study.scenario.digest,
        "seed": study.seed,
        "n_draws": study.n_draws,
        "n_replications": study.n_replications,
        "n_assumed_values": study.n_values,
        "days": study.sizes.days,
        "days_p1": study.days_of_p1,
        "n_runs": len(study.runs),
        "n_runs_at_the_edge": study.n_at_edge,
        "version": version("pokrovsk-sim"),
        "notes": list(NOTES),
        "claims": [_record(verdict) for verdict in study.verdicts],
    }


def _record(v: Verdict) -> dict[str, Any]:
    return {
        "pattern": v.claim.pattern,
        "claim": v.claim.text,
        "is_contested": v.claim.is_contested,
        "is_driver": v.claim.is_driver,
        "arm": v.claim.arm,
        "reference": v.claim.reference or None,
        "n_draws": v.n,
        "n_shown": v.n_shown,
        "n_cannot_be_judged": v.n_undecided,
        "share": v.share,
        "low": _finite(v.low),
        "high": _finite(v.high),
        "verdict": v.word,
        "measured": [
            {"measure": name, "unit": MEASURES[name].unit, "arm": arm, "compared_by": _compared_by(arm, name),
             "p10": _finite(low), "median": _finite(middle), "p90": _finite(high)}
            for (arm, name), (low, middle, high) in v.measured.items()
        ],
    }  # fmt: skip


def _compared_by(arm: str, name: str) -> str | None:
    return ("ratio" if MEASURES[name].is_ratio else "difference") if arm == "paired" else None


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def to_csv(study: Study) -> str:
    """Return the table, a row a claim and measured quantity, below a line with the label."""
    text = io.StringIO()
    text.write(f"# {study.label}\n")
    records = [_record(verdict) for verdict in study.verdicts]
    rows = [
        {**{name: value for name, value in record.items() if name not in ("measured", "arm")}, **measured}
        for record in records
        for measured in record["measured"]
    ]
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def to_markdown(study: Study) -> str:
    """Return a short table: each claim's share and verdict, and its measure (paired where two arms are compared)."""
    rows = [(f"{v.claim.pattern} {v.claim.text}", show_share(v), v.word, _headline(v)) for v in study.verdicts]
    head = ("claim", "draws that show it", "verdict", "measured")
    lines = ["| " + " | ".join(row) + " |" for row in (head, ("---",) * len(head), *rows)]
    title, note = (textwrap.fill(text, _PAGE) for text in (f"{title_of(study)}.", edge_note(study)))
    return "\n".join([f"*{study.label}*", "", title, "", *lines, "", note, ""])


def _headline(v: Verdict) -> str:
    name = v.claim.measure
    measure, is_paired = MEASURES[name], bool(v.claim.reference)
    low, middle, high = v.measured["paired" if is_paired else v.claim.arm, name]
    if is_paired and measure.is_ratio:
        return f"x {show_number(middle, 2)} ({show_number(low, 2)} to {show_number(high, 2)})"
    unit = f" {measure.unit}" if measure.unit != "1" else ""
    low_text, middle_text, high_text = (show_number(value, measure.decimals) for value in (low, middle, high))
    return f"{middle_text} ({low_text} to {high_text}){unit}"


def write(study: Study, folder: Path) -> None:
    """Write tables and picture into an empty folder."""
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    from sim import plots
    from sim.plots.drawing.labelled_figure import figure_of, save

    (folder / TABLE_FILE).write_text(to_csv(study), "utf-8")
    (folder / PAGE_FILE).write_text(to_markdown(study), "utf-8")
    write_outcomes(study.runs, study.label, folder / RUNS_FILE)
    write_outcomes(study.values, study.label, folder / VALUES_FILE)
    write_manifest(document(study), folder / DOCUMENT_FILE)
    mpl.use("agg")  # files only: no window, on whatever screen there is
    ax = plots.patterns(study)
    for name in PICTURES:
        save(ax, folder / name)
    plt.close(figure_of(ax))
