"""The report of the levers: a table of what was predicted, what was measured, and the verdict."""

from __future__ import annotations

import math
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from sim.errors import printable
from sim.results.manifest_file import write_manifest
from sim.results.number_format import fixed, rounded
from sim.results.table_files import as_csv
from sim.validation.levers.lever_study import LeverStudy, Verdict

TABLE_FILE, PAGE_FILE, DOCUMENT_FILE = "levers.csv", "levers.md", "levers.json"
FILES = (TABLE_FILE, PAGE_FILE, DOCUMENT_FILE)
NOTES = (
    "Measured: in brackets the 95 % interval; x is the ratio of the second variant to the first, by paired runs.",
    "No effect: exactly none. Not clear: the interval contains none. Outside: the sign is right, the size is not.",
    "The windows were written down before the runs; a size outside its window is a finding, a wrong sign a fault.",
)


def window(verdict: Verdict) -> str:
    """Return the window of a prediction in words."""
    low, high, dead = verdict.prediction.low, verdict.prediction.high, verdict.prediction.no_effect
    if math.isinf(low) and math.isinf(high):
        return "any clear effect"
    if math.isinf(high) or math.isinf(low):
        end, words = (low, "above") if math.isinf(high) else (high, "below")
        return f"{words} {rounded(end)}"
    if dead is not None and low == 0.0 and high == dead:
        return f"below {rounded(high)}"
    return rounded(low) if low == high else f"{rounded(low)} to {rounded(high)}"


def measured(verdict: Verdict) -> str:
    """Return the measured value with its interval, its unit and the remark."""
    value, low, high, remark = verdict.measured
    unit = verdict.prediction.unit
    before, after = ("x ", "") if unit == "x" else ("", f" {unit}" if unit else "")
    ends = f" ({_number(low)} to {_number(high)})" if low < high else ""
    return f"{before}{_number(value)}{ends}{after}" + (f"; {remark}" if remark else "")


def _number(value: float) -> str:
    return fixed(value, 2) if abs(value) < 10.0 else rounded(value)


def size(verdict: Verdict) -> str:
    """Return how many runs of each variant there were, and of how many days."""
    return f"{verdict.n_runs} x {verdict.days} days"


def cells(verdict: Verdict) -> tuple[str, ...]:
    """Return the cells of a prediction's row: lever, prediction, window, size, measured, verdict."""
    one = verdict.prediction
    return one.lever, one.text, window(verdict), size(verdict), measured(verdict), verdict.word


HEADINGS = ("lever", "prediction", "window", "runs", "measured", "verdict")


def title_of(study: LeverStudy) -> str:
    """Return the title of the table: how many predictions, and the seed."""
    n_right = sum(verdict.word == "as predicted" for verdict in study.verdicts)
    return printable(f"Levers: {n_right} of {len(study.verdicts)} predictions as predicted, seed {study.seed}")


def document(study: LeverStudy) -> dict[str, Any]:
    """Return the study for JSON, which has neither NaN nor infinity."""
    return {
        "label": study.label,
        "made_by": "sim levers",
        "seed": study.seed,
        "pairs": study.sizes.pairs,
        "version": version("pokrovsk-sim"),
        "notes": list(NOTES),
        "predictions": [_record(verdict) for verdict in study.verdicts],
    }


def _record(verdict: Verdict) -> dict[str, Any]:
    one, found = verdict.prediction, verdict.measured
    return {
        "lever": one.lever,
        "prediction": one.text,
        "variants": "; ".join(variant.name for variant in one.variants[:3]),
        "n_variants": len(one.variants),
        "window_low": _finite(one.low),
        "window_high": _finite(one.high),
        "no_effect": one.no_effect,
        "unit": one.unit,
        "n_runs": verdict.n_runs,
        "days": verdict.days,
        **{name: _finite(value) for name, value in zip(("value", "low", "high"), found[:3], strict=True)},
        "remark": found.remark,
        "verdict": verdict.word,
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def to_markdown(study: LeverStudy) -> str:
    """Return the table, with the label above it."""
    rows = [HEADINGS, ("---",) * len(HEADINGS), *map(cells, study.verdicts)]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([f"*{study.label}*", "", f"{title_of(study)}.", "", *lines, ""])


def write(study: LeverStudy, folder: Path) -> None:
    """Write table, page and document into an empty folder."""
    records = pd.DataFrame([_record(verdict) for verdict in study.verdicts])
    (folder / TABLE_FILE).write_text(as_csv(records, study.label), "utf-8")
    (folder / PAGE_FILE).write_text(to_markdown(study), "utf-8")
    write_manifest(document(study), folder / DOCUMENT_FILE)
