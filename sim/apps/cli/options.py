"""What several commands share: arguments and options, what they print, and where a page goes."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.errors import printable

File = Annotated[str, typer.Argument(metavar="FILE", help="Scenario file, or the name of a shipped scenario.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change one value, as attacker.troops=90000. Repeatable."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
Seed = Annotated[int, typer.Option(help="Seed of the dice; the same seed gives the same runs.")]
Workers = Annotated[int | None, typer.Option(help="Worker processes; without it, one a core.")]
All = Annotated[bool, typer.Option("--all", help="Show all measures; without it, the main ones.")]
Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Keep the result in this new folder; without it, nothing is written."),
]


def print_json(document: Any) -> None:
    """Print a document as JSON, as every `--json` does."""
    print(json.dumps(document, indent=2, ensure_ascii=False))


def say_where(out: Path | None, what: str, kept: str) -> None:
    """Say where what was asked for is, or how it would have been kept."""
    print(f"{what} in {printable(str(out))}." if out else f"Nothing was written; --out DIR keeps {kept}.")


def page_beside(folder: Path) -> Path:
    """Return FOLDER.html, beside the folder, whose name may have to be looked up."""
    whole = folder if folder.name and folder.name != ".." else folder.resolve()
    return whole.with_name(f"{whole.name}.html")


def draw_files_only() -> None:
    """Let matplotlib open no window, on whatever screen there is."""
    import matplotlib as mpl

    mpl.use("agg")
