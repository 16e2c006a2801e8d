"""`sim animate`: write one saved run as a web page or a film."""

from pathlib import Path
from typing import Annotated

import typer

from sim.apps.cli.options import draw_files_only
from sim.errors import printable
from sim.results.safe_files import check_folder


def animate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder saved by sim run --out.")],
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="New file: .html to step through, .gif, or .mp4 (needs ffmpeg).")
    ],
    replication: Annotated[
        int | None, typer.Option(help="Number of the run, from 0.", show_default="the first run")
    ] = None,
) -> None:
    """Show one run day by day, as a web page or a film.

    Example: sim animate results/no-drones --out no-drones.html
    """
    check_folder(folder)  # at once: the imports below take a second
    from sim.plots.animation.animate import animate as write_animation
    from sim.plots.animation.animate import check
    from sim.results.comparison.comparison_files import load_run_or_ensemble

    draw_files_only()
    check(out)
    write_animation(load_run_or_ensemble(folder), out, replication)
    print(f"The animation is in {printable(str(out))}.")
