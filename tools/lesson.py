"""Regenerate docs/lesson: the page and the animation that a teacher hands out without installing anything.

Run: make lesson, or python tools/lesson.py [SWEEP], where SWEEP is the folder of a finished sweep of classroom-levers.
Without it the sweep is run first, which takes five minutes on two cores.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import matplotlib as mpl

import sim
from sim.apps.cli.progress import progress_of_runs
from sim.apps.explorer import write_page
from sim.experiment.designs import design_of
from sim.experiment.experiment_loader import load_experiment
from sim.plots.animation.animate import animate
from sim.results.atomic_write import whole_folder

FOLDER = Path(__file__).parents[1] / "docs/lesson"
EXPERIMENT, SCENARIO = "classroom-levers", "baseline"
CLASSROOM: dict[str, object] = {"time.tick_h": 3}
LESSON, ANIMATION = "lesson.html", "animation.html"


def main(swept: Path | None) -> None:
    """Write both pages; a folder that holds nothing but earlier ones is replaced."""
    mpl.use("agg")
    with whole_folder(FOLDER, is_lesson) as folder, tempfile.TemporaryDirectory() as scratch:
        write_page(swept or simulate(Path(scratch) / "swept"), folder / LESSON)
        animate(sim.run(sim.load(SCENARIO, set=CLASSROOM)), folder / ANIMATION)


def is_lesson(folder: Path) -> bool:
    """Return whether a folder holds pages of a lesson and nothing else."""
    return {path.name for path in folder.iterdir()} <= {LESSON, ANIMATION}


def simulate(out: Path) -> Path:
    """Run the sweep of the lesson and return its folder."""
    experiment = load_experiment(EXPERIMENT)
    with progress_of_runs(design_of(experiment).n_points * experiment.replications) as progress:
        return sim.sweep(experiment, out, progress=progress).folder


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
