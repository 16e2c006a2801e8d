"""A campaign day by day in the browser, on Mesa's own page; needs the extra `viz`.

Start it with `solara run sim.apps.mesa_page`. For another scenario write a file with `from sim.apps.mesa_page import
page_of` and `Page = page_of("one-hill")`, and start it with `solara run FILE`.
"""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import solara
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from mesa.visualization import SolaraViz

from sim import plots
from sim.apps.notebook.panel_inputs import Input, first_shown, inputs_of
from sim.campaign.mesa_model import Campaign
from sim.plots.drawing.labelled_figure import alt_text, figure_of
from sim.results.result import Result
from sim.results.result_from_records import from_record
from sim.scenario.loader import load
from sim.scenario.schema import Scenario

_LAST_SEED = 100  # of the slider
_DPI = 80
# A label stands above its slider: beside it, a sentence would leave no room.
_STYLE = """
.v-input__slider .v-input__slot { flex-wrap: wrap; }
.v-input__slider .v-label { height: auto !important; }
.v-input__slider .v-slider { min-width: 90%; }
"""
_ONE_AT_A_TIME = threading.Lock()  # each visitor has a thread, and pyplot knows of none


def page_of(scenario: Scenario | str) -> Callable[[], Any]:
    """Return a page for `solara run`: the map, ground taken and losses after each day, and inputs for the main values.

    Every visitor has a campaign of their own, in steps of a day. Raises InputError for an unknown scenario.
    """
    scenario = load(scenario) if isinstance(scenario, str) else scenario
    fixed: dict[str, Any] = {"scenario": scenario, "time.tick_h": 24.0}
    seed = {"type": "SliderInt", "label": "random seed", "value": 1, "min": 0, "max": _LAST_SEED, "step": 1}
    inputs = inputs_of(scenario, first_shown(scenario))
    parameters = {**fixed, "seed": seed, **{one.path: _widget(one) for one in inputs}}
    components = [(_picture(draw), 0) for draw in (plots.map, plots.timeline, _losses)]

    @solara.component
    def page() -> None:
        campaign = solara.use_memo(lambda: Campaign(seed=1, **fixed), [])
        solara.Style(_STYLE)
        SolaraViz(campaign, components=components, model_params=parameters, name=scenario.name)

    return page


def _widget(one: Input) -> dict[str, Any]:
    """Return an input as Mesa describes it."""
    unit = "" if one.provenance.unit in ("1", "flag", "text") else f" [{one.provenance.unit}]"
    label = f"{one.provenance.meaning}{unit}"
    if one.kind == "flag":
        return {"type": "Checkbox", "label": label, "value": one.value}
    if one.options:
        return {"type": "Select", "label": label, "value": one.value, "values": list(one.options)}
    if one.kind == "whole":
        ends: dict[str, Any] = {"min": int(one.low), "max": int(one.high), "step": one.step}
        return {"type": "SliderInt", "label": label, "value": one.value} | ends
    ends = {"min": one.low, "max": one.high, "step": (one.high - one.low) / 100}
    return {"type": "SliderFloat", "label": label, "value": one.value} | ends


def _losses(result: Result) -> Axes:
    return plots.timeline(result, variable="losses")


def _picture(draw: Callable[[Result], Axes]) -> Callable[[Campaign], Any]:
    """Return a component of Mesa's page: what a plot draws of the days so far, with its alternative text."""

    def picture(model: Campaign) -> Any:
        record = model.recorder.finish(model.draws.replication)
        result, file = from_record(record, model.inputs, model.draws.seed, 0.0), io.BytesIO()
        with _ONE_AT_A_TIME:
            mpl.use("agg")
            axes = draw(result)
            figure_of(axes).savefig(file, format="png", dpi=_DPI)
            plt.close(figure_of(axes))
        source = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
        return solara.HTML("img", attributes={"src": source, "alt": alt_text(axes), "style": "width: 100%"})

    return picture


Page: Callable[[], Any] = page_of("baseline")
