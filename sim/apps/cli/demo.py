"""`sim demo`: the baseline against its variant without drones, as a table, pictures and files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.apps.cli.options import AsJson, Seed, Workers, check_numbers, draw_files_only, print_json
from sim.errors import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results.comparison.comparison import Comparison

REFERENCE, VARIANT = "baseline", "no-drones"
CLASSROOM: dict[str, object] = {"time.tick_h": 3}
"""Changes that halve the time of a run; outcomes are within some per cent of those at 1-hour ticks (limitations.md)."""
PICTURES = ("map", "timeline", "comparison")
ANIMATION = "animation.html"
FILES = (
    ANIMATION,
    *(f"{name}.{kind}" for name in PICTURES for kind in ("png", "svg", "alt.txt")),
    "outcomes.csv",
    "manifest.json",
)
_OF_FILE_MANAGERS = (".DS_Store", "Thumbs.db", "desktop.ini")  # they do not make the folder the user's
TRY_NEXT = (
    "sim run baseline --replications 10 --set command.doctrine=frontal",
    "sim run no-drones --replications 10 --set time.horizon_days=90 --out results/no-drones",
    "sim list scenarios",
)


def demo(
    seed: Seed = 1,
    replications: Annotated[int, typer.Option(help="Pairs of runs; more than one gives intervals.")] = 30,
    workers: Workers = None,
    out: Annotated[
        Path,
        typer.Option(metavar="DIR", help="Folder of pictures and files; an earlier, unchanged one is replaced."),
    ] = Path("results/demo"),
    as_json: AsJson = False,
) -> None:
    """Compare the baseline with a variant without strike drones.

    Prints a table, and saves an animation to open in a browser, pictures, outcomes and a manifest.

    Example: sim demo --replications 10
    """
    from sim.apps.cli.compare import print_comparison
    from sim.results.comparison.comparison_wording import comparison_document

    check_numbers(seed, replications, workers)
    is_replaced = os.path.lexists(out)
    comparison = _run(seed, replications, workers, out)
    if as_json:
        files = {"folder": str(out), "files": list(FILES), "set": CLASSROOM}
        print_json({**comparison_document(comparison), **files})
        return
    print_comparison(comparison)
    print("Classroom resolution: " + ", ".join(f"{path}={value}" for path, value in CLASSROOM.items()) + ".")
    replaced = ", in place of an earlier demonstration" if is_replaced else ""
    print(f"Open in a browser: {printable(str(out / ANIMATION))} (one run, day by day).")
    print(f"Pictures, outcomes and manifest are in {printable(str(out))}{replaced}.")
    print("\n".join(["Try next:", *(f"  {command}" for command in TRY_NEXT)]))


def is_earlier_demo(folder: Path) -> bool:
    """Return whether a folder holds an earlier demonstration, unchanged, and nothing else."""
    from sim.errors import InputError
    from sim.results.manifest_file import MANIFEST_FILE, checked_bytes, read_manifest

    names = {path.name for path in folder.iterdir()} - {MANIFEST_FILE, *_OF_FILE_MANAGERS}
    if folder.is_symlink() or not names <= set(FILES):
        return False
    try:
        digests = read_manifest(folder, "demonstration")["sha256"]
        for name in names:
            checked_bytes(folder, name, digests)
    except InputError:
        return False
    return True


def _run(seed: int, replications: int, workers: int | None, out: Path) -> Comparison:
    """Run the two scenarios in pairs at classroom resolution, and save pictures and files."""
    from sim.apps.cli.progress import progress_of_runs
    from sim.campaign.compare_scenarios import compare
    from sim.results.atomic_write import whole_folder
    from sim.scenario.loader import load

    scenarios = [load(name, set=CLASSROOM) for name in (REFERENCE, VARIANT)]
    with whole_folder(out, is_earlier_demo) as folder:
        with progress_of_runs(len(scenarios) * replications) as progress:
            comparison = compare(*scenarios, replications=replications, seed=seed, workers=workers, progress=progress)
        _write(comparison, folder)
    return comparison


def _write(comparison: Comparison, folder: Path) -> None:
    """Write animation, pictures, outcomes and manifest into an empty folder."""
    from sim.plots.animation.animate import animate
    from sim.results.comparison.comparison_files import all_outcomes
    from sim.results.manifest_file import MADE_BY, MANIFEST_FILE, sha256, write_manifest
    from sim.results.result import OUTCOMES_FILE
    from sim.results.table_files import write_table

    _draw_all(comparison, folder)
    animate(comparison.reference, folder / ANIMATION)
    write_table(all_outcomes(comparison.ensembles), comparison.label, folder / OUTCOMES_FILE)
    manifest = {
        "label": comparison.label,
        "made_by": MADE_BY["demonstration"],
        "reference": comparison.reference.manifest,
        "variant": comparison.variants[0].manifest,
        "sha256": {name: sha256(folder / name) for name in FILES if name != MANIFEST_FILE},
    }
    write_manifest(manifest, folder / MANIFEST_FILE)


def _draw_all(comparison: Comparison, folder: Path) -> None:
    from matplotlib import pyplot as plt

    from sim.plots.drawing.labelled_figure import figure_of, save

    draw_files_only()
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
