"""Commands that show what was kept: animate, report."""

from pathlib import Path
from typing import Annotated

import typer

from sim.apps.cli.options import draw_files_only, page_beside
from sim.errors import printable


def animate(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="What `sim run --out` wrote.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="New file: .html to step through, .gif or .mp4 (ffmpeg).")],
    replication: Annotated[
        int | None, typer.Option(help="Which run of several; without it, the first.", show_default=False)
    ] = None,
) -> None:
    """Show one run day by day, as a page or a film."""
    from sim.plots.animation.animate import animate, check
    from sim.results.result import load_any

    draw_files_only()
    check(out)
    animate(load_any(folder), out, replication)
    print(f"The animation is in {printable(str(out))}.")


def report(
    folder: Annotated[Path, typer.Argument(metavar="RESULT", help="What `sim run` or `sim compare` wrote with --out.")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="New file; without it, RESULT.html beside the folder."),
    ] = None,
) -> None:
    """Write all of a result as one HTML file that opens in a browser without a network."""
    from sim.apps.report import report
    from sim.apps.report.report_inputs import read

    draw_files_only()
    path = report(read(folder), out or page_beside(folder))
    print(f"The report is in {printable(str(path))}.")
