"""What a notebook shows: scenarios and results as a short table, figures as pictures with their alternative text.

`import sim` registers these displays in a notebook, so what they need is imported when the first of them is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.apps.report.report_inputs import Source
    from sim.apps.report.text_table import Grid
    from sim.scenario.schema import Scenario


def register() -> None:
    """Make a notebook show scenarios, results and our figures as HTML; where no shell runs, do nothing."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return
    formatters = shell.display_formatter.formatters
    html, png = formatters["text/html"], formatters["image/png"]
    html.for_type_by_name("sim.scenario.schema", "Scenario", scenario_display)
    html.for_type_by_name("sim.results.result", "Result", result_display)
    html.for_type_by_name("sim.results.comparison.comparison", "Comparison", result_display)

    # JupyterLab shows no alternative text of a plain picture: it must be part of HTML. The picture comes once.
    def picture(figure: Figure) -> str | None:
        return figure_display(figure, _format_of_figures(png))

    html.for_type_by_name("sim.plots.drawing.full_figure", "FullFigure", picture)
    png.for_type_by_name("sim.plots.drawing.full_figure", "FullFigure", lambda figure: None)


def result_display(source: Source) -> str:
    """Return a Result, an Ensemble or a Comparison as HTML: its main outcomes, with intervals."""
    from sim.apps.report.effect_tables import measures
    from sim.apps.report.report_inputs import facts, title_of

    shown = measures(source, is_whole=False)
    next_steps = ("sim.report(…, path) writes the whole report as a page", ".save(folder) saves the result")
    return _render(title_of(source), source.label, [facts(source)], shown["tables"], shown["notes"], next_steps)


def _format_of_figures(png: Any) -> Callable[[Figure], Any] | None:
    """Return what makes a PNG of other figures, as the user has set it up; None where figures are not shown so."""
    from matplotlib.figure import Figure

    try:
        return png.lookup_by_type(Figure)
    except KeyError:
        return None


def figure_display(figure: Figure, as_png: Callable[[Figure], Any] | None) -> str | None:
    """Return a figure as an HTML picture with its alternative text, None where `as_png` makes none of it.

    `as_png` returns Base64 text, or a tuple of it and the picture's width and height.
    """
    from sim.plots.drawing.labelled_figure import alt_text

    made = as_png(figure) if as_png else None
    if made is None or not figure.axes:
        return None
    data, size = made if isinstance(made, tuple) else (made, {})
    return picture_html(data, alt_text(figure.axes[0]), size.get("width"))


def picture_html(data: str, alt: str, width: int | None = None) -> str:
    """Return an HTML picture of a PNG in Base64 with its alternative text; width in pixels."""
    from html import escape

    from sim.plots.drawing.html_templates import page_text

    wide = f' width="{width}"' if width else ""
    return f'<img alt="{escape(page_text(alt))}"{wide} style="max-width: 100%;" src="data:image/png;base64,{data}">'


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
