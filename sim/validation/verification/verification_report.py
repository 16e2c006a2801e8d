"""The report of one call of the suite: its verdict, its document for other programs, and its files."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from sim.plots.drawing.labelled_figure import save
from sim.results.table_files import write_table
from sim.scenario.teaching_label import LABEL
from sim.validation.verification.suite import N_COMPARISONS, Row
from sim.validation.verification.tick_convergence import Convergence
from sim.validation.verification.tolerance_bounds import FAMILY_ERROR
from sim.validation.verification.verification_figure import pages

FILES = ("verification.png", "verification.svg", "verification.csv", "verification.json", "verification.alt.txt")
_PAGE = re.compile(r"verification(-\d+)?\.(png|svg|alt\.txt)")


@dataclass(frozen=True)
class Report:
    """The results of one call of the suite.

    rows: the comparisons of the cases; options: the changes of the scenarios, as `--set` takes them; sampling: full or
    quick; convergence, resolution: the studies of ticks and of team sizes, empty where they were not run.
    """

    rows: list[Row]
    options: tuple[str, ...]
    sampling: str
    seed: int
    convergence: list[Convergence] = field(default_factory=list)
    resolution: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def failed(self) -> list[str]:
        """The names of the cases with a comparison outside its bound."""
        names = dict.fromkeys(row.case for row in self.rows if not row.is_ok)
        if len(self.resolution) and not self.resolution["is_ok"].all():
            names["resolution"] = None
        return list(names)

    @property
    def verdict(self) -> str:
        """The result in one line."""
        n = len(self.rows) + len(self.resolution)
        if not self.failed:
            return f"verified: {n} comparisons, all within their bounds"
        n_failed = sum(not row.is_ok for row in self.rows) + sum(not ok for ok in self.resolution.get("is_ok", []))
        return f"verification failed: {n_failed} of {n} comparisons outside their bounds: {', '.join(self.failed)}"

    @property
    def note(self) -> str:
        """The meaning of the bounds."""
        return (
            f"{self.sampling.capitalize()} sampling, seed {self.seed}. Bounds allow for sampling error only: a correct "
            f"model fails anywhere in the suite's {N_COMPARISONS} comparisons with probability {FAMILY_ERROR:g}. "
            "n: trials; without random variation, the bound is the rounding error of the arithmetic."
        )


def document(report: Report) -> dict[str, Any]:
    """Return the report for JSON, as `sim verify --json` prints it."""
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


def write(report: Report, folder: Path) -> None:
    """Write the pages of panels (PNG and SVG), the comparisons (CSV) and the document (JSON) into a folder."""
    if report.rows:
        for number, axes in enumerate(pages(report.rows, report.options, report.sampling), 1):
            for ending in ("png", "svg"):
                save(axes[0], folder / page_name(number, ending))
    write_table(pd.DataFrame([row.document() for row in report.rows]), LABEL, folder / FILES[2])
    text = json.dumps(document(report), indent=1, ensure_ascii=False)
    (folder / FILES[3]).write_text(text + "\n", "utf-8")


def page_name(number: int, ending: str) -> str:
    """Return the file name of a page of panels, counted from 1: verification.png, verification-2.png and so on."""
    return f"verification.{ending}" if number == 1 else f"verification-{number}.{ending}"


def is_earlier_report(folder: Path) -> bool:
    """Return whether a folder holds a report that `write` wrote, and nothing else."""
    return (
        folder.is_dir()
        and all(path.name in FILES or _PAGE.fullmatch(path.name) for path in folder.iterdir())
        and (folder / FILES[3]).is_file()
    )
