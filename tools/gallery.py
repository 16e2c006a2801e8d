"""Regenerate docs/gallery: a page with pictures for every shipped scenario, with the same bytes every time.

Run: make gallery, or python tools/gallery.py [FOLDER [SCENARIO ...]]; with scenarios, only their pages are written, and
no index. Scenarios that can be compared with the baseline are compared with it; the others have pages of their own
results. All runs use the same random seed. The whole takes some minutes.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import jinja2
import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from PIL import Image
from PIL.PngImagePlugin import PngInfo

import sim
from sim import plots
from sim.apps.cli.progress import terminal_progress
from sim.apps.report.day_by_day import chronicle
from sim.apps.report.provenance_section import assumptions, changes
from sim.apps.report.text_table import Grid, with_interval
from sim.campaign.replications import replicate_all, spread
from sim.errors import InputError
from sim.plots.drawing.labelled_figure import alt_text, figure_of, save
from sim.results.atomic_write import whole_folder
from sim.results.comparison.comparability import check_scenarios
from sim.results.comparison.comparison import Comparison
from sim.results.comparison.comparison_wording import (
    interpretation,
    judgement,
    outcome_changes,
    runs_in_words,
    title,
    unequal_ends,
)
from sim.results.outcome_summaries import summarise
from sim.results.outcome_wording import measure
from sim.results.result import Ensemble
from sim.scenario.reading.file_lookup import shipped_names

ROOT = Path(__file__).parents[1]
THRESHOLD = ROOT / "docs" / "images" / "threshold.png"
REFERENCE = "baseline"
SEED, REPLICATIONS = 1, 12
# Series that answer a scenario's own question, beside the ground taken.
OWN_SERIES = {"fortress-belt": "throughput_t", "whole-front": "flot_displacement_km"}
WIDTH = 118
COLOURS = 256


@dataclass(frozen=True)
class Entry:
    """A page of the gallery: a scenario's file name, its runs, and the comparison with the reference, if any."""

    name: str
    ensemble: Ensemble
    comparison: Comparison | None


def main(folder: Path, names: list[str]) -> None:
    """Run every shipped scenario, or those named, and write the gallery; one that is there already is replaced."""
    mpl.use("agg")
    with whole_folder(folder, None if names else is_gallery) as partial:
        write(partial, names)


def is_gallery(folder: Path) -> bool:
    """Return whether a folder is an earlier gallery."""
    index = folder / "README.md"
    return index.is_file() and index.read_text("utf-8").startswith("# Gallery")


def write(folder: Path, names: list[str]) -> None:
    """Run, draw and write everything, or the pages of some scenarios, into an empty folder."""
    (folder / "images").mkdir()
    every = [name for name in shipped_names() if "/" not in name]
    entries = simulate([name for name in every if not names or name in (REFERENCE, *names)])
    entries = [entry for entry in entries if not names or entry.name in names]
    alt = dict(spread(draw, [(entry, folder / "images") for entry in entries], None))
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    pages.filters |= {"wrapped": wrapped, "item": item, "table": table}
    for entry in entries:
        text = pages.get_template("gallery_page.md.jinja").render(page(entry, alt[entry.name]))
        (folder / f"{entry.name}.md").write_text(text, "utf-8")
    if names:
        return
    alt["overview"] = draw_overview(entries, folder / "images")
    text = pages.get_template("gallery_index.md.jinja").render(index(entries, alt["overview"]))
    (folder / "README.md").write_text(text, "utf-8")


def simulate(names: list[str]) -> list[Entry]:
    """Run all scenarios over one set of processes, and pair them with the reference where possible."""
    scenarios = [sim.load(name) for name in names]
    with terminal_progress(len(scenarios) * REPLICATIONS) as progress:
        ensembles = replicate_all(scenarios, REPLICATIONS, SEED, progress=progress)
    reference = names.index(REFERENCE)

    def paired(i: int) -> Comparison | None:
        try:
            check_scenarios([scenarios[reference], scenarios[i]])
        except InputError:
            return None
        return Comparison((ensembles[reference], ensembles[i]))

    return [Entry(name, ensembles[i], paired(i)) for i, name in enumerate(names)]


def draw(job: tuple[Entry, Path]) -> tuple[str, dict[str, str]]:
    """Draw the pictures of a page; return its name and the alternative text of each picture."""
    entry, folder = job
    pictures = {"map": plots.map(entry.ensemble), "timeline": plots.timeline(entry.comparison or entry.ensemble)}
    if entry.name in OWN_SERIES:
        pictures["answer"] = plots.timeline(entry.ensemble, variable=OWN_SERIES[entry.name], events=False)
    if entry.comparison:
        pictures["comparison"] = plots.comparison(entry.comparison)
    return entry.name, {name: _save(ax, folder / f"{entry.name}-{name}.png") for name, ax in pictures.items()}


def draw_overview(entries: list[Entry], folder: Path) -> str:
    """Draw the ground taken in all scenarios that share the reference's measures, the largest fall first."""
    reference = next(entry for entry in entries if entry.name == REFERENCE).ensemble
    others = [entry.ensemble for entry in sorted(entries, key=_effect) if entry.comparison]
    return _save(plots.small_multiples([reference, *others]), folder / "overview.png")


def _effect(entry: Entry) -> float:
    """Return the mean paired difference in the area taken, in km2."""
    return float(np.mean(entry.comparison.differences("area_changed_km2"))) if entry.comparison else 0.0


def _save(ax: Any, path: Path) -> str:
    """Save a picture with few colours, which needs a third of the bytes, and return its alternative text."""
    save(ax, path)
    plt.close(figure_of(ax))
    with Image.open(path) as picture:
        words = PngInfo()
        for key, text in picture.text.items():
            words.add_text(key, text)
        few = picture.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(path, "PNG", optimize=True, pnginfo=words)
    return alt_text(ax)


def page(entry: Entry, alt: dict[str, str]) -> dict[str, Any]:
    """Return the values for the template of a page."""
    source = entry.comparison or entry.ensemble
    return {
        "name": entry.name,
        "scenario": entry.ensemble.manifest["scenario"],
        "note": note(entry.name),
        "label": entry.ensemble.label,
        "reference": REFERENCE if entry.comparison else "",
        "changes": changes(entry.ensemble)["tables"][0],
        "assumptions": assumptions(entry.ensemble),
        "measures": _differences(entry) if entry.comparison else _means(entry),
        "runs": runs_in_words(entry.ensemble) if entry.comparison else f"{REPLICATIONS} runs, seed {SEED}",
        "remarks": _remarks(entry.comparison),
        "run": chronicle(entry.ensemble)["runs"][0],
        "alt": alt,
        "replications": REPLICATIONS,
        "source": type(source).__name__,
    }


def note(name: str) -> str:
    """Return the comment at the top of a shipped scenario's file, which explains unexpected results; empty for none."""
    lines = (ROOT / "scenarios" / f"{name}.yaml").read_text("utf-8").splitlines()
    return " ".join(line.removeprefix("#").strip() for line in takewhile(lambda line: line.startswith("#"), lines))


def index(entries: list[Entry], alt: str) -> dict[str, Any]:
    """Return the values for the template of the index."""
    rows = []
    for entry in entries:
        found = summarise(entry.ensemble).set_index("outcome")
        scenario = entry.ensemble.manifest["scenario"]
        cells = [_interval(found.loc[name], name) for name in ("city_held", "days_city_held", "area_changed_km2")]
        rows.append((f"[{scenario['name']}]({entry.name}.md)", scenario["question"], *cells))
    head = ("Scenario", "Question", "City never lost (% of runs)", "Mean days held", "Mean area taken (km²)")
    return {
        "grid": Grid("", head, rows, n_text=2), "alt": alt, "label": entries[0].ensemble.label,
        "replications": REPLICATIONS, "seed": SEED, "threshold": _description(THRESHOLD),
    }  # fmt: skip


def _description(picture: Path) -> str:
    """Return the alternative text that a saved picture carries."""
    with Image.open(picture) as opened:
        return str(opened.text["Description"])


def _interval(row: Any, name: str) -> str:
    return with_interval(measure(name), row["value"], row["low"], row["high"])


def _is_shown(entry: Entry, outcome: str) -> bool:
    return measure(outcome).is_main or outcome.partition(".")[0] == OWN_SERIES.get(entry.name)


def _means(entry: Entry) -> Grid:
    rows = [
        (measure(row["outcome"]).title, measure(row["outcome"]).unit, _interval(row, row["outcome"]))
        for row in summarise(entry.ensemble).to_dict("records")
        if _is_shown(entry, row["outcome"]) and row["n"]
    ]
    return Grid("", ("Measure", "Unit", "Mean (95 % interval)"), rows, n_text=2)


def _remarks(comparison: Comparison | None) -> list[str]:
    if comparison is None:
        return []
    return [*outcome_changes(comparison), *unequal_ends(comparison), judgement(comparison)]


def _differences(entry: Entry) -> Grid:
    comparison, rows = entry.comparison, []
    assert comparison is not None
    for row in comparison.table.to_dict("records"):
        one = measure(row["outcome"])
        if not _is_shown(entry, row["outcome"]) or not row["n_pairs"]:
            continue
        cells = [
            with_interval(one, *(row[what + end] for end in ("", "_low", "_high")), sign=what == "difference")
            for what in ("reference", "variant", "difference")
        ]
        rows.append((title(row), one.unit, *cells, interpretation(row)))
    names = (comparison.reference.name, comparison.variants[0].name)
    return Grid("", ("Measure", "Unit", *names, "Mean paired difference", "Interpretation"), rows, n_text=2)


def table(grid: Grid) -> str:
    """Return a grid as a Markdown table; numbers are aligned to the right."""
    lines = [grid.head, ["---" if i < grid.n_text else "---:" for i in range(len(grid.head))], *grid.rows]
    return "\n".join(_row(line) for line in lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def wrapped(text: str) -> str:
    """Return text in lines of at most the page's width."""
    return textwrap.fill(" ".join(text.split()), WIDTH, break_long_words=False, break_on_hyphens=False)


def item(text: str) -> str:
    """Return text as an item of a list."""
    return textwrap.fill(text, WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "gallery", sys.argv[2:])
