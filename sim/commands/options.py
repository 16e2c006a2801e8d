"""Arguments and options that several commands have, and how they print JSON."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

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
