"""The page: what it shows of a sweep, and the templates and scripts that it is made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from sim.apps.explorer import loaded_sweep as sweeps
from sim.apps.explorer.daily_content import Days, days_of
from sim.apps.explorer.loaded_sweep import LoadedSweep
from sim.apps.explorer.number_packing import MISSING, base64_of
from sim.apps.explorer.point_outcomes import STATS, measures_of
from sim.apps.explorer.sliders import Lever, levers_of, origin_in_sweep, reference_of
from sim.apps.report.provenance_section import GENERAL_QUESTIONS, card_of, whole_table
from sim.errors import InputError
from sim.plots.drawing.html_templates import html_template
from sim.results.atomic_write import whole_file
from sim.results.number_format import fixed
from sim.results.outcome_wording import measure
from sim.scenario.teaching_label import few_in_words

MAX_BYTES = 3_000_000
_ROOM_FOR_DAYS = 150_000  # for the fixed part of the map, its legend and the tables by day
MODULES = (
    "unpack.js", "numbers.js", "points.js", "drawing.js", "levers.js", "strips.js", "curves.js", "ground.js",
    "tables.js", "prediction.js", "explorer.js",
)  # fmt: skip
"""In this order they make one script: what a module imports is exported by those before it."""
_IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export const (\w+)", re.MULTILINE)


def write_page(folder: str | Path, path: str | Path, reference: int | None = None) -> Path:
    """Write the folder of a sweep as one HTML page that opens offline, and return its path.

    `reference` is the point with which all others are compared; default: the point nearest to the values of the base
    scenario. The file is written whole or not at all. Raises InputError when it exists or cannot be written, for a
    folder without a finished sweep, for a sweep with too many levers, and for a page larger than MAX_BYTES.
    """
    with whole_file(Path(path)) as partial:
        partial.write_text(render(sweeps.read(Path(folder)), reference), "utf-8")
    return Path(path)


def render(swept: LoadedSweep, reference: int | None = None) -> str:
    """Return the page; the same sweep and reference give the same text."""
    levers = levers_of(swept.manifest["factors"], swept.results.values)
    at = reference_of(levers, swept.results.unit.index.tolist(), swept.has_runs, reference)
    measures, stats, dots, asked = measures_of(swept.results, at)
    data = {
        "n_points": swept.results.n_points, "n_replications": swept.results.n_replications, "reference": at,
        "asked": asked, "stats": STATS, "missing": MISSING, "measures": measures,
        "levers": [_lever_data(lever) for lever in levers],
    }  # fmt: skip
    packed = {"stats": stats, "dots": dots, "has_runs": base64_of(swept.has_runs.astype(np.uint8))}
    bare = _fill(swept, levers, at, data | {"days": {}}, packed, Days({}, {}, ()))
    room = MAX_BYTES - len(bare.encode()) - _ROOM_FOR_DAYS
    if room < 0:
        size = (MAX_BYTES - room) / 1e6
        most = f"at most {fixed(MAX_BYTES / 1e6)} MB are allowed; name fewer outcomes, or sweep fewer points"
        raise InputError([f"{swept.results.name}: the page would have {fixed(size, 1)} MB, and {most}"])
    days = days_of(swept, room)
    return _fill(swept, levers, at, data | {"days": days.data}, packed | days.packed, days)


def _fill(
    swept: LoadedSweep, levers: list[Lever], at: int, data: Mapping[str, Any], packed: Mapping[str, Any],
    days: Days,
) -> str:  # fmt: skip
    rows = next(iter(swept.provenance.values()))
    by_path = {row.path: row for row in rows}
    origins = {one.path: origin_in_sweep(one, by_path[one.path]) for one in levers if one.path in by_path}
    return html_template("apps/explorer/page/explorer.html.jinja").render(
        label=swept.results.label, experiment=swept.experiment, facts=_facts(swept), method=_method(swept), days=days,
        levers=[{**_lever_text(lever, at), "origin": origins.get(lever.path, [])} for lever in levers],
        card=card_of(rows), tables=[whole_table(name, own) for name, own in swept.provenance.items()],
        data=data, packed=packed, debrief=swept.experiment["debrief"] or GENERAL_QUESTIONS, script=script(),
    )  # fmt: skip


def script() -> str:
    """Return the modules as one script: each in a scope of its own, which returns what the module exports."""
    folder = Path(__file__).parent / "page"
    return "\n".join(_in_its_scope((folder / name).read_text("utf-8")) for name in MODULES)


def _in_its_scope(module: str) -> str:
    names = ", ".join(_EXPORT.findall(module))
    body = _EXPORT.sub(r"const \1", _IMPORT.sub("", module)).strip()
    return f"const {{ {names} }} = (() => {{\n{body}\nreturn {{ {names} }};\n}})();"


def _facts(swept: LoadedSweep) -> str:
    """Return in everyday words what the page holds."""
    time, n = swept.scenario["time"], swept.results.n_replications
    first = date.fromisoformat(time["start_date"])
    runs = "once" if n == 1 else f"{fixed(n)} times"
    return (
        f"The simulation ran {runs} for each of {fixed(swept.results.n_points)} settings of the sliders: "
        f"{time['horizon_days']} days from {first.day} {first:%B %Y}. Chance makes every run different."
    )


def _method(swept: LoadedSweep) -> str:
    n = (swept.results.n_points - 1) * sum(measure(name).is_summarised for name in swept.results.outcomes)
    return (
        f"Each run has ticks of {swept.scenario['time']['tick_h']:g} h. Run r has the same random numbers in all "
        "settings (common random numbers). Each difference is judged by its own 95 % interval: of twenty without an "
        f"effect, one is called higher or lower by chance; of the {fixed(n)} differences on this page, about "
        f"{fixed(n / 20)} if none had an effect."
        f"{few_in_words(swept.results.n_replications, 'runs of each setting')}"
    )


def _lever_data(lever: Lever) -> dict[str, Any]:
    return {
        "path": lever.path, "unit": _unit(lever), "meaning": lever.meaning, "stops": lever.shown,
        "places": base64_of(lever.places.astype(np.float32)), "at_points": base64_of(lever.at_points.astype(np.uint32)),
    }  # fmt: skip


def _lever_text(lever: Lever, at: int) -> dict[str, Any]:
    return {
        "path": lever.path, "meaning": lever.meaning[:1].upper() + lever.meaning[1:], "unit": _unit(lever),
        "at": float(lever.places[lever.at_points[at]]),
    }  # fmt: skip


def _unit(lever: Lever) -> str:
    return "" if lever.unit in ("1", "text", "flag", "id", "date") else lever.unit
