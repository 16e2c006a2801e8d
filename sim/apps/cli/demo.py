"""The demonstration: the baseline against its what-if without drones, as a table, pictures and files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from sim.campaign.replications import Progress, replicate_all
from sim.results.comparison.comparison import Comparison, compare
from sim.results.comparison.comparison_files import all_outcomes
from sim.results.result import MANIFEST_FILE, OUTCOMES_FILE, sha256, write_manifest, write_outcomes
from sim.scenario.loader import load

if TYPE_CHECKING:
    from matplotlib.axes import Axes

REFERENCE, VARIANT = "baseline", "no-drones"
# Classroom resolution: a run takes half as long, and its totals are within some per cent of those at 1-hour ticks (see
# docs/limitations.md).
CLASSROOM: dict[str, object] = {"time.tick_h": 3}
PICTURES = ("map", "timeline", "comparison")
FILES = (*(f"{name}.{kind}" for name in PICTURES for kind in ("png", "svg", "alt.txt")), OUTCOMES_FILE, MANIFEST_FILE)
TRY_NEXT = (
    "sim run baseline --replications 10 --set command.doctrine=frontal",
    "sim run no-drones --replications 10 --set time.horizon_days=90 --out results/no-drones",
    "sim provenance baseline",
)
_MADE_BY = "sim demo"


def play(replications: int, seed: int, workers: int | None, progress: Progress | None = None) -> Comparison:
    """Play the two scenarios at classroom resolution, paired."""
    scenarios = [load(name, set=CLASSROOM) for name in (REFERENCE, VARIANT)]
    reference, variant = replicate_all(scenarios, replications, seed, workers, progress)
    return compare(reference, variant)


def is_earlier_demo(folder: Path) -> bool:
    """Tell whether a folder holds an earlier demonstration and nothing else."""
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_text("utf-8"))
        is_made_here = isinstance(manifest, dict) and manifest.get("made_by") == _MADE_BY
        # File managers leave hidden files of their own: they do not make the folder the user's.
        names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
        return is_made_here and not folder.is_symlink() and names <= set(FILES)
    except (OSError, ValueError):
        return False


def write(comparison: Comparison, folder: Path) -> None:
    """Write pictures, outcomes and manifest into an empty folder."""
    _draw_all(comparison, folder)
    write_outcomes(all_outcomes(comparison), comparison.label, folder / OUTCOMES_FILE)
    manifest = {
        "label": comparison.label,
        "made_by": _MADE_BY,
        "reference": comparison.reference.manifest,
        "variant": comparison.variants[0].manifest,
        "sha256": {name: sha256(folder / name) for name in FILES if name != MANIFEST_FILE},
    }
    write_manifest(manifest, folder / MANIFEST_FILE)


def _draw_all(comparison: Comparison, folder: Path) -> None:
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    from sim.plots.drawing.labelled_figure import figure_of, save

    mpl.use("agg")  # files only: no window, on whatever screen there is
    for name in PICTURES:
        ax = _draw(name, comparison)
        for kind in ("png", "svg"):
            save(ax, folder / f"{name}.{kind}")
        plt.close(figure_of(ax))


def _draw(name: str, comparison: Comparison) -> Axes:
    from sim import plots
    from sim.plots.drawing.labelled_figure import panels

    if name == "comparison":
        return plots.comparison(comparison)
    left, right = panels(2)
    if name == "map":
        plots.map(comparison.reference, left)
        return plots.map(comparison.variants[0], right)
    plots.timeline(comparison, left)
    return plots.timeline(comparison, right, "losses", events=False)
