"""`sim explore`: write a sweep as one interactive HTML page."""

from pathlib import Path
from typing import Annotated

import typer

from sim.apps.cli.options import draw_files_only, page_beside
from sim.errors import printable
from sim.results.safe_files import check_folder


def explore(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder of a finished sim sweep over a full grid of a few levers.")
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="New file.", show_default="DIR.html beside the folder")
    ] = None,
    reference: Annotated[
        int | None,
        typer.Option(
            metavar="POINT",
            help="Point of the design to compare with.",
            show_default="the point nearest to the base scenario",
        ),
    ] = None,
) -> None:
    """Write a sweep as one interactive HTML page for a class.

    The page has sliders, outcomes, a map and daily series, and needs no network.

    Example: sim explore results/two-levers
    """
    check_folder(folder)  # at once: the imports below take a second
    from sim.apps.explorer import write_page

    draw_files_only()
    path = write_page(folder, out or page_beside(folder), reference)
    print(f"The page is in {printable(str(path))} ({path.stat().st_size / 1e6:.1f} MB).")
