"""A scenario or a result as a notebook shows it: a short piece of HTML with the main measures and what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.apps.report.effect_tables import measures
from sim.apps.report.origins import counts_of, disputed
from sim.apps.report.report_inputs import title_of
from sim.apps.report.report_page import facts, template
from sim.apps.report.text_table import Grid
from sim.results.outcome_tables import count
from sim.scenario.teaching_label import label_line

if TYPE_CHECKING:
    from sim.apps.report.report_inputs import Source
    from sim.scenario.schema import Scenario


def result_display(source: Source) -> str:
    """Return a Result, an Ensemble or a Comparison as HTML: its main measures, with intervals."""
    shown = measures(source, is_whole=False)
    next_steps = ("sim.report(…, path) writes all of it as a page", ".save(folder) keeps it")
    return _render(title_of(source), source.label, [facts(source)], shown["tables"], shown["notes"], next_steps)


def scenario_display(scenario: Scenario) -> str:
    """Return a scenario as HTML: its question, how it is played, and where its values come from."""
    time, rows = scenario.time, scenario.provenance
    lines = [
        scenario.question,
        f"{count(time.horizon_days, 'day')} from {time.start_date}, ticks of {time.tick_h:g} h.",
    ]
    tables = [counts_of({scenario.name: rows}), *([found] if (found := disputed(rows)).rows else [])]
    next_steps = ("sim.run(…) plays it once", "sim.replicate(…) often", "sim.explore(…) with sliders")
    return _render(scenario.name, label_line(rows), lines, tables, (), next_steps)


def _render(
    title: str,
    label: str,
    lines: Sequence[str],
    tables: Sequence[Grid],
    notes: Sequence[str],
    next_steps: Sequence[str],
) -> str:
    return template("display.html").render(
        title=title, label=label, lines=lines, tables=tables, notes=notes, next_steps="; ".join(next_steps)
    )
