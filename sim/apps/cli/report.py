"""`sim report`: write a saved result as one HTML page."""

from pathlib import Path
from typing import Annotated

import typer

from sim.apps.cli.options import draw_files_only, page_beside
from sim.errors import printable
from sim.results.safe_files import check_folder


def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder saved by sim run or sim compare with --out.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="New file.", show_default="DIR.html beside the folder")
    ] = None,
) -> None:
    """Write a result as one HTML page that needs no network.

    Example: sim report results/no-drones
    """
    check_folder(folder)  # at once: the imports below take a second
    from sim.apps.report import report as write_report
    from sim.apps.report.report_inputs import read

    draw_files_only()
    path = write_report(read(folder), out or page_beside(folder))
    print(f"The report is in {printable(str(path))}.")
