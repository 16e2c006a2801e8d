"""The report: its sections in order, and the page that they fill."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from sim.apps.report.day_by_day import chronicle
from sim.apps.report.effect_tables import measures
from sim.apps.report.figures import figures
from sim.apps.report.provenance_section import GENERAL_QUESTIONS, assumptions, changes, provenance, question
from sim.apps.report.report_inputs import Source, check, facts, runs_of, title_of
from sim.apps.report.reproduction import reproduction
from sim.plots.animation.animate import fragment
from sim.plots.drawing.html_templates import html_template
from sim.results.atomic_write import whole_file


@dataclass(frozen=True)
class Section:
    """One part of the page: the name of its template, its title, and the function that fills it from a source."""

    name: str
    title: str
    fill: Callable[[Source], dict[str, Any]]


def _debrief(source: Source) -> dict[str, Any]:
    asked = [line for run in runs_of(source) for line in run.manifest["scenario"].get("debrief", [])]
    return {"questions": list(dict.fromkeys(asked)), "general": GENERAL_QUESTIONS}


def _animations(source: Source) -> dict[str, Any]:
    return {"animations": [Markup(fragment(run, id=f"run-{i}")) for i, run in enumerate(runs_of(source), 1)]}


def _limitations(source: Source) -> dict[str, Any]:
    return {}


SECTIONS = (
    Section("question", "The question", question),
    Section("changes", "What was changed", changes),
    Section("assumptions", "Assumptions", assumptions),
    Section("measures", "Results", measures),
    Section("figures", "Figures", figures),
    Section("animation", "Replay of one run", _animations),
    Section("chronicle", "One run, day by day", chronicle),
    Section("debrief", "Questions for discussion", _debrief),
    Section("limitations", "What this cannot show", _limitations),
    Section("provenance", "Where every value comes from", provenance),
    Section("reproduction", "How to reproduce this", reproduction),
)


def report(source: Source, path: str | Path) -> Path:
    """Write a Result, an Ensemble or a Comparison as one HTML file that opens offline, and return its path.

    The file is written whole or not at all. Raises InputError when it exists or cannot be written, or when another
    version of the package wrote the result.
    """
    with whole_file(Path(path)) as partial:
        check(source)
        partial.write_text(render(source), "utf-8")
    return Path(path)


def render(source: Source) -> str:
    """Return the page; the same source gives the same text."""
    sections = [(section, section.fill(source)) for section in SECTIONS]
    return html_template("apps/report/templates/page.html").render(
        title=title_of(source), label=source.label, facts=facts(source), sections=sections
    )
