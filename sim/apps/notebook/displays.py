"""Scenarios and results as a notebook shows them: a short table with the main outcomes and where the values come from.

`import sim` registers these displays in a notebook, so what they need is imported when the first of them is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.apps.report.report_inputs import Source
    from sim.apps.report.text_table import Grid
    from sim.scenario.schema import Scenario


def register() -> None:
    """Make a notebook show scenarios, results and comparisons as HTML; where no shell runs, do nothing."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return
    html = shell.display_formatter.formatters["text/html"]
    html.for_type_by_name("sim.scenario.schema", "Scenario", scenario_display)
    html.for_type_by_name("sim.results.result", "Result", result_display)
    html.for_type_by_name("sim.results.comparison.comparison", "Comparison", result_display)


def result_display(source: Source) -> str:
    """Return a Result, an Ensemble or a Comparison as HTML: its main outcomes, with intervals."""
    from sim.apps.report.effect_tables import measures
    from sim.apps.report.report_inputs import facts, title_of

    shown = measures(source, is_whole=False)
    next_steps = ("sim.report(…, path) writes the whole report as a page", ".save(folder) saves the result")
    return _render(title_of(source), source.label, [facts(source)], shown["tables"], shown["notes"], next_steps)


def scenario_display(scenario: Scenario) -> str:
    """Return a scenario as HTML: its question, its length and tick, and where its values come from."""
    from sim.apps.report.provenance_section import counts_of, disputed
    from sim.results.outcome_tables import count
    from sim.scenario.teaching_label import label_line

    time, rows = scenario.time, scenario.provenance
    lines = [
        scenario.question,
        f"{count(time.horizon_days, 'day')} from {time.start_date}, ticks of {time.tick_h:g} h.",
    ]
    tables = [counts_of({scenario.name: rows}), *([found] if (found := disputed(rows)).rows else [])]
    next_steps = ("sim.run(…) runs it once", "sim.replicate(…) many times", "sim.explore(…) with sliders")
    return _render(scenario.name, label_line(rows), lines, tables, (), next_steps)


def _render(
    title: str,
    label: str,
    lines: Sequence[str],
    tables: Sequence[Grid],
    notes: Sequence[str],
    next_steps: Sequence[str],
) -> str:
    from sim.plots.drawing.html_templates import html_template

    return html_template("apps/notebook/display.html").render(
        title=title, label=label, lines=lines, tables=tables, notes=notes, next_steps="; ".join(next_steps)
    )
