"""`sim.explore`: inputs for the values of a scenario, and its runs with them beside those of the reference."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.apps.notebook.displays import picture_html, result_display
from sim.apps.notebook.panel_inputs import Input, changed, first_shown, inputs_of, paths_of
from sim.campaign.compare_scenarios import compare
from sim.campaign.replications import replicate
from sim.campaign.run_numbers import run_numbers
from sim.campaign.scenario_argument import scenario_of
from sim.errors import InputError
from sim.plots.drawing.html_templates import page_text
from sim.results.comparison.comparison import Comparison
from sim.results.result import Ensemble
from sim.scenario.provenance import show_value
from sim.scenario.schema import Scenario
from sim.scenario.teaching_label import label_line

if TYPE_CHECKING:
    import ipywidgets

_OUTDATED = "<b>The inputs have changed: these results are of the values named below.</b> Run again for the new ones."
_TO_BEGIN = "Change an input, write down what you expect, then run."


def explore(
    scenario: Scenario | str | Path,
    paths: Sequence[str] | None = None,
    replications: int = 30,
    seed: int = 1,
    workers: int | None = None,
) -> Panel:
    """Return a panel for a notebook: an input for each path, and runs paired with those of the unchanged scenario.

    Without `paths` it shows the subject of the article, as far as it is in the scenario. Any other value can be added
    by its path. Raises InputError for an unknown path, for numbers outside their limits, and when ipywidgets is not
    installed.
    """
    try:
        import ipywidgets  # noqa: F401
    except ImportError as error:
        raise InputError(["sim.explore needs ipywidgets: pip install ipywidgets"]) from error
    seed, replications, workers, _ = run_numbers(seed, replications, workers)
    scenario = scenario_of(scenario, {})
    return Panel(scenario, first_shown(scenario) if paths is None else paths, replications, seed, workers)


class Panel:
    """The panel of `explore`; `comparison` is the result of the last run, and `compared` the values that it changed.

    Inputs are above, results below. A result names its own inputs, and is marked as soon as the inputs change.
    """

    def __init__(
        self, scenario: Scenario, paths: Sequence[str], replications: int, seed: int, workers: int | None
    ) -> None:
        import ipywidgets as w

        self.scenario: Scenario = scenario
        self.replications: int = replications
        self.seed: int = seed
        self.workers: int | None = workers
        self.comparison: Comparison | None = None
        self.compared: dict[str, Any] = {}
        self._reference: Ensemble | None = None
        self.inputs: dict[str, Input] = {}
        self.widgets: dict[str, ipywidgets.ValueWidget] = {}
        self._rows = w.VBox()
        self.run_button: ipywidgets.Button = w.Button(
            description="Run", button_style="primary", tooltip="run the scenario with these inputs"
        )
        self.reset_button: ipywidgets.Button = w.Button(
            description="Reset", tooltip="set every input back to the value of the scenario"
        )
        self.add_box: ipywidgets.Combobox = w.Combobox(
            options=paths_of(scenario), placeholder="path or a part of it, such as p_hit", description="add a value",
            ensure_option=True, continuous_update=False, layout=w.Layout(width="36em"),
            style={"description_width": "initial"},
        )  # fmt: skip
        self.bar: ipywidgets.IntProgress = w.IntProgress(
            max=2 * replications, layout=w.Layout(width="20em", visibility="hidden")
        )
        self.status: ipywidgets.HTML = w.HTML(_TO_BEGIN)
        self.result: ipywidgets.HTML = w.HTML()
        self.picture: ipywidgets.HTML = w.HTML()
        self.run_button.on_click(lambda _: self.run())
        self.reset_button.on_click(lambda _: self.reset())
        self.add_box.observe(self._add_chosen, "value")
        for one in inputs_of(scenario, paths):
            self._add(one)
        runs, label = f"{replications} runs each, paired, seed {seed}", label_line(scenario.provenance)
        self.widget: ipywidgets.VBox = w.VBox(
            [
                w.HTML(f"<b>{_escaped(scenario.name)}</b>: {_escaped(scenario.question)}<br>{_escaped(label)}"),
                w.HTML("<b>Inputs</b>"), self._rows, self.add_box,
                w.HBox([self.run_button, self.reset_button, w.Label(runs), self.bar]),
                w.HTML("<hr><b>Results</b>"), self.status, self.result, self.picture,
            ]
        )  # fmt: skip

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any] | tuple[dict[str, Any], dict[str, Any]]:
        """Return what a notebook shows: the widget."""
        return self.widget._repr_mimebundle_(**options)

    @property
    def values(self) -> dict[str, Any]:
        """The inputs that differ from the values of the scenario, by path."""
        now = {path: _value(widget, self.inputs[path]) for path, widget in self.widgets.items()}
        return {path: value for path, value in now.items() if value != self.inputs[path].value}

    def run(self) -> None:
        """Run the scenario with the present inputs, and show the results beside those of the reference."""
        values = self.values
        if not values:
            self.status.value = f"Nothing is changed: change an input first. {_OUTDATED if self.comparison else ''}"
            return
        self.bar.value, self.bar.layout.visibility = 0, "visible"
        try:
            self._compare(values)
        except InputError as error:
            self.status.value = "These inputs do not fit together: " + _escaped("; ".join(error.lines))
        finally:
            self.bar.layout.visibility = "hidden"

    def reset(self) -> None:
        """Set every input back to the value of the scenario."""
        for path, widget in self.widgets.items():
            widget.value = self.inputs[path].value

    def _compare(self, values: dict[str, Any]) -> None:
        variant = changed(self.scenario, values)

        def advance(n: int) -> None:
            self.bar.value += n

        if self._reference is None:
            self._reference = replicate(self.scenario, self.replications, self.seed, self.workers, advance)
        else:
            advance(self.replications)
        other = replicate(variant, self.replications, self.seed, self.workers, advance)
        self.comparison, self.compared = compare(self._reference, other), values
        self.result.value = f"<p>{_inputs_in_words(values, self.inputs)}</p>{result_display(self.comparison)}"
        self.picture.value = _picture(self.comparison)
        self._mark()

    def _add(self, one: Input) -> None:
        import ipywidgets as w

        widget = _widget_of(one)
        widget.observe(lambda _: self._mark(), "value")
        self.inputs[one.path], self.widgets[one.path] = one, widget
        source = f"<details><summary><i>{_escaped(one.badge)}</i></summary>{_escaped(one.description)}</details>"
        meaning = f"{_escaped(one.provenance.meaning)}<br><small><code>{_escaped(one.path)}</code></small>"
        row = [w.HTML(meaning, layout=w.Layout(width="22em")), widget,
               w.HTML(_escaped("" if one.provenance.unit in ("1", "flag", "text") else one.provenance.unit)),
               w.HTML(f"<small>{_escaped(one.ends)}</small>"),
               w.HTML(source)]  # fmt: skip
        self._rows.children = (*self._rows.children, w.HBox(row, layout=w.Layout(flex_flow="row wrap")))

    def _add_chosen(self, change: Any) -> None:
        path = change["new"]
        if path and path not in self.inputs:
            self._add(inputs_of(self.scenario, [path])[0])
        self.add_box.value = ""

    def _mark(self) -> None:
        if self.comparison is None:
            return
        is_same = self.values == self.compared
        self.status.value = "These results are of the inputs above." if is_same else _OUTDATED


def _escaped(text: str) -> str:
    return escape(page_text(text))


def _widget_of(one: Input) -> Any:
    import ipywidgets as w

    if one.kind == "flag":
        return w.Checkbox(value=one.value, indent=False, layout=w.Layout(width="26em"))
    if one.options:
        return w.Dropdown(options=list(one.options), value=one.value, layout=w.Layout(width="26em"))
    kind = w.IntSlider if one.kind == "whole" else w.FloatSlider
    step = one.step if one.kind == "whole" else (one.high - one.low) / 100 or 1.0
    ends = (int(one.low), int(one.high)) if one.kind == "whole" else (one.low, one.high)
    return kind(
        value=one.value, min=ends[0], max=ends[1], step=step, continuous_update=False, layout=w.Layout(width="26em"),
        readout_format="," if one.kind == "whole" else ".4g",
    )  # fmt: skip


def _value(widget: Any, one: Input) -> Any:
    return float(widget.value) if one.kind == "real" else widget.value


def _inputs_in_words(values: dict[str, Any], inputs: dict[str, Input]) -> str:
    parts = []
    for path, value in values.items():
        now, before = (_escaped(show_value(one)) for one in (value, inputs[path].value))
        parts.append(f"<code>{_escaped(path)}</code> {now} instead of {before}")
    return "Run with " + ", ".join(parts) + "."


def _picture(comparison: Comparison) -> str:
    from matplotlib import pyplot as plt

    from sim import plots
    from sim.plots.drawing.labelled_figure import alt_text, figure_of

    axes = plots.comparison(comparison)
    figure = figure_of(axes)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=100)
    plt.close(figure)
    return picture_html(base64.b64encode(file.getvalue()).decode(), alt_text(axes))
