"""What `sim verify` prints and writes: tables, documents, the page of panels."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from sim.results.outcome_tables import new_table, print_labelled
from sim.scenario.teaching_label import LABEL
from sim.validation.verification.suite import N_COMPARISONS, Row
from sim.validation.verification.tick_convergence import CONFIDENCE, TICKS_H, Convergence
from sim.validation.verification.tolerance_bounds import FAMILY_ERROR

FILES = ("verification.png", "verification.svg", "verification.csv", "verification.json", "verification.alt.txt")


@dataclass(frozen=True)
class Report:
    """What one call of the suite found."""

    rows: list[Row]
    options: tuple[str, ...]
    sampling: str
    seed: int
    convergence: list[Convergence] = field(default_factory=list)
    resolution: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def failed(self) -> list[str]:
        """Names of the cases with a comparison outside its bound."""
        names = dict.fromkeys(row.case for row in self.rows if not row.is_ok)
        if len(self.resolution) and not self.resolution["is_ok"].all():
            names["resolution"] = None
        return list(names)

    @property
    def verdict(self) -> str:
        """The last line."""
        n = len(self.rows) + len(self.resolution)
        if not self.failed:
            return f"verified: {n} comparisons, all within their bounds"
        n_failed = sum(not row.is_ok for row in self.rows) + sum(not ok for ok in self.resolution.get("is_ok", []))
        return f"verification failed: {n_failed} of {n} comparisons outside their bounds: {', '.join(self.failed)}"

    @property
    def note(self) -> str:
        """How the bounds are to be read."""
        return (
            f"{self.sampling.capitalize()} sampling, seed {self.seed}. Bounds come from sampling error alone: a right "
            f"model fails anywhere in the suite's {N_COMPARISONS} comparisons with probability {FAMILY_ERROR:g}. "
            "n: trials; a bound of a comparison without chance is the rounding of its arithmetic."
        )


def document(report: Report) -> dict[str, Any]:
    """Return what `sim verify --json` prints."""
    return {
        "label": LABEL,
        "sampling": report.sampling,
        "seed": report.seed,
        "family_error": FAMILY_ERROR,
        "n_comparisons_of_the_suite": N_COMPARISONS,
        "passed": not report.failed,
        "failed": report.failed,
        "comparisons": [row.document() for row in report.rows],
        "convergence": [one.document() for one in report.convergence],
        "resolution": report.resolution.to_dict("records"),
    }


def print_report(report: Report) -> None:
    """Print the tables, and the verdict as the last line."""
    if report.rows:
        table = new_table("The model against published results")
        table.add_column("case, point", no_wrap=True)
        table.add_column("formula's source, quantity")
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


def write(report: Report, folder: Path) -> None:
    """Write the page of panels, the comparisons as CSV, and the document."""
    from sim.plots.drawing import labelled_figure
    from sim.validation.verification.verification_figure import page

    if report.rows:
        axes = page(report)
        for name in FILES[:2]:
            labelled_figure.save(axes[0], folder / name)
    with (folder / FILES[2]).open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {LABEL}\n")
        pd.DataFrame([row.document() for row in report.rows]).to_csv(file, index=False, lineterminator="\n")
    text = json.dumps(document(report), indent=1, ensure_ascii=False)
    (folder / FILES[3]).write_text(text + "\n", "utf-8")


def is_earlier_report(folder: Path) -> bool:
    """Tell whether a folder holds what `write` writes, and nothing else."""
    return folder.is_dir() and {path.name for path in folder.iterdir()} <= set(FILES) and (folder / FILES[3]).is_file()


def _print_convergence(studied: list[Convergence]) -> None:
    table = new_table(f"The baseline by length of tick, against {TICKS_H[0]:g} h")
    table.add_column("outcome")
    table.add_column(f"at {TICKS_H[0]:g} h", justify="right")
    for tick in TICKS_H[1:]:
        table.add_column(f"{tick:g} h, %", justify="right", no_wrap=True)
    table.add_column("order", justify="right")
    for one in studied:
        errors = [f"{100 * e:+.1f} ±{100 * h:.1f}" for e, h in zip(one.errors, one.half_widths, strict=True)]
        order = "not resolvable" if one.order is None else "{:.1f} ({:.1f} to {:.1f})".format(*one.order)
        table.add_row(one.outcome, f"{one.finest:,.0f}", *errors, order)
    print_labelled(table, LABEL, f"Errors with the half width of a {CONFIDENCE:.0%} interval; they are no verdict.")


def _print_resolution(compared: pd.DataFrame) -> None:
    table = new_table("The baseline by team_size, against one row a group")
    for name in ("group_size", "team_size", "outcome", "expected", "simulated", "n", "bound", "verdict"):
        table.add_column(name, justify="left" if name == "outcome" else "right")
    for row in compared.to_dict("records"):
        numbers = _numbers(row["expected"], row["simulated"], row["n"], row["bound"])
        table.add_row(str(row["group_size"]), str(row["team_size"]), row["outcome"], *numbers,
                      "ok" if row["is_ok"] else "FAILS")  # fmt: skip
    print_labelled(table, LABEL, "Bounds: Student's t of the paired differences, in the same family of comparisons.")


def _numbers(expected: float, simulated: float, n: int, bound: float) -> tuple[str, str, str, str]:
    decimals = 4 if abs(expected) < 10 else 3 if abs(expected) < 1000 else 1
    small = f"{bound:.0e}" if 0.0 < bound < 10**-decimals else f"{bound:.{decimals}f}"
    return f"{expected:.{decimals}f}", f"{simulated:.{decimals}f}", f"{n:,}", small
