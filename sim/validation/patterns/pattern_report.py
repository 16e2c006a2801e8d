"""The report of a study: its table, its document for other programs, and its files."""

from __future__ import annotations

import math
import textwrap
from importlib.metadata import version
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib import pyplot as plt

from sim.errors import printable
from sim.plots.drawing.labelled_figure import figure_of, save
from sim.results.manifest_file import write_manifest
from sim.results.number_format import fixed, percent
from sim.results.table_files import as_csv, write_table
from sim.validation.patterns.pattern_figure import plot_patterns
from sim.validation.patterns.pattern_measures import MEASURES
from sim.validation.patterns.pattern_study import Study
from sim.validation.patterns.verdicts import FEWEST, Share, Verdict

TABLE_FILE, PAGE_FILE, DOCUMENT_FILE = "patterns.csv", "patterns.md", "patterns.json"
RUNS_FILE, VALUES_FILE = "runs.csv", "draws.csv"
PICTURES = ("patterns.png", "patterns.svg")
FILES = (TABLE_FILE, PAGE_FILE, DOCUMENT_FILE, RUNS_FILE, VALUES_FILE, *PICTURES, "patterns.alt.txt")
NOTES = (
    "Samples as claimed, equal (exactly the same value), contrary: shares of all samples with 95 % Wilson intervals.",
    "Most, no difference, few: over half are as claimed, equal, contrary (exact binomial test, 2.5 %); else mixed.",
    f"Undecided: fewer than {FEWEST} samples, or a measure has no value in most. Where they differ: sign test at 5 %.",
    "Measured: median over samples (10 to 90 %); ratio and difference are paired: same values, same random numbers.",
    "Contested: public sources, or the pattern's two measures, disagree. Without its driver: its cause is off.",
    "P3 depends on one assumption: a share of the pool is released per day. With an absolute release it should vanish.",
)
_PAGE_WIDTH = 118


def marks(verdict: Verdict) -> str:
    """Return the remarks in brackets beside a claim."""
    claim = verdict.claim
    words = ["without its driver"] * claim.is_driver + ["contested"] * claim.is_contested
    return f" ({', '.join(words)})" if words else ""


def show_share(share: Share | None) -> str:
    """Return a share of the samples with its interval, in per cent; a dash for what a claim does not have."""
    if share is None:
        return "\u2013"
    if math.isnan(share.low):
        return percent(share.share)
    return f"{percent(share.share)} ({fixed(100 * share.low)} to {fixed(100 * share.high)})"


def share_lines(v: Verdict) -> list[str]:
    """Return a line for each kind of sample that the claim can have."""
    lines = [f"as claimed {show_share(v.as_claimed)}", f"contrary {show_share(v.contrary)}"]
    if v.equal:
        lines.insert(1, f"equal {show_share(v.equal)}")
    return lines + [f"{v.n_undecided} cannot be judged"] * bool(v.n_undecided)


def show_verdict(v: Verdict) -> str:
    """Return the verdict's word, and how the samples that differ do, where that adds something."""
    return v.word + (f"; where they differ, {v.where_different}" if v.where_different else "")


def measured_lines(verdict: Verdict) -> list[str]:
    """Return a line for each measure and each variant, with the median and the middle 80 % over the samples."""
    lines, title = [], ""
    for (variant, name), (low, middle, high) in verdict.measured.items():
        measure = MEASURES[name]
        if title != measure.title:
            title = measure.title
            lines.append(title + (f", {measure.unit}" if measure.unit != "1" else ""))
        decimals = 2 if variant == "paired" and measure.is_ratio else measure.decimals
        heading = _compared_by(variant, name) or variant
        low_text, middle_text, high_text = (fixed(value, decimals) for value in (low, middle, high))
        lines.append(f"  {heading}: {middle_text} ({low_text} to {high_text})")
    return lines


def title_of(study: Study) -> str:
    """Return the title of the table: the scenario and the size of the study."""
    r = study.n_replications
    return printable(
        f"Patterns of the article, {study.scenario.name}: {study.n_draws} samples of {study.n_values} assumed values, "
        f"{r} replication{'s' * (r > 1)} each, {study.sizes.days} days (P1: {study.days_of_p1}), seed {study.seed}"
    )


def edge_note(study: Study) -> str:
    """Return the note on runs in which nearly all of a lane was taken before the end."""
    return (
        f"In {study.n_at_edge} of {len(study.runs)} runs, 90 % of a lane was taken before the end: measures per day or "
        "per km2 count only the days until then."
    )


def document(study: Study) -> dict[str, Any]:
    """Return the study for JSON, which has neither NaN nor infinity."""
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
        "variant": v.claim.variant,
        "reference": v.claim.reference or None,
        "n_draws": v.n,
        **_of_kind("as_claimed", v.as_claimed),
        **_of_kind("equal", v.equal),
        **_of_kind("contrary", v.contrary),
        "n_cannot_be_judged": v.n_undecided,
        "verdict": v.word,
        "where_different": v.where_different or None,
        "sign_test_p": _finite(v.sign_test_p),
        "measured": [
            {"measure": name, "unit": MEASURES[name].unit, "variant": variant,
             "compared_by": _compared_by(variant, name),
             "p10": _finite(low), "median": _finite(middle), "p90": _finite(high)}
            for (variant, name), (low, middle, high) in v.measured.items()
        ],
    }  # fmt: skip


def _of_kind(kind: str, share: Share | None) -> dict[str, Any]:
    values = (share.n, *map(_finite, share[1:])) if share else (None,) * 4
    return dict(zip((f"n_{kind}", f"share_{kind}", f"low_{kind}", f"high_{kind}"), values, strict=True))


def _compared_by(variant: str, name: str) -> str | None:
    return ("ratio" if MEASURES[name].is_ratio else "difference") if variant == "paired" else None


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def to_csv(study: Study) -> str:
    """Return the table as CSV, one row per claim and measured quantity, with the label in each row."""
    records = [_record(verdict) for verdict in study.verdicts]
    rows = [
        {**{name: value for name, value in record.items() if name not in ("measured", "variant")}, **measured}
        for record in records
        for measured in record["measured"]
    ]
    return as_csv(pd.DataFrame(rows), study.label)


def to_markdown(study: Study) -> str:
    """Return a table: each claim's three shares, verdict and measure (paired where two variants are compared)."""
    rows = [
        (f"{v.claim.pattern} {v.claim.text}", *map(show_share, (v.as_claimed, v.equal, v.contrary)), show_verdict(v),
         _headline(v))
        for v in study.verdicts
    ]  # fmt: skip
    head = ("claim", "samples as claimed", "equal", "contrary", "verdict", "measured")
    lines = ["| " + " | ".join(row) + " |" for row in (head, ("---",) * len(head), *rows)]
    title, note = (textwrap.fill(text, _PAGE_WIDTH) for text in (f"{title_of(study)}.", edge_note(study)))
    return "\n".join([f"*{study.label}*", "", title, "", *lines, "", note, ""])


def _headline(v: Verdict) -> str:
    name = v.claim.measure
    measure, is_paired = MEASURES[name], bool(v.claim.reference)
    low, middle, high = v.measured["paired" if is_paired else v.claim.variant, name]
    if is_paired and measure.is_ratio:
        return f"x {fixed(middle, 2)} ({fixed(low, 2)} to {fixed(high, 2)})"
    unit = f" {measure.unit}" if measure.unit != "1" else ""
    low_text, middle_text, high_text = (fixed(value, measure.decimals) for value in (low, middle, high))
    return f"{middle_text} ({low_text} to {high_text}){unit}"


def write(study: Study, folder: Path) -> None:
    """Write tables, document and figure into an empty folder."""
    (folder / TABLE_FILE).write_text(to_csv(study), "utf-8")
    (folder / PAGE_FILE).write_text(to_markdown(study), "utf-8")
    write_table(study.runs, study.label, folder / RUNS_FILE)
    write_table(study.values, study.label, folder / VALUES_FILE)
    write_manifest(document(study), folder / DOCUMENT_FILE)
    mpl.use("agg")  # write files without opening a window
    ax = plot_patterns(study)
    for name in PICTURES:
        save(ax, folder / name)
    plt.close(figure_of(ax))
