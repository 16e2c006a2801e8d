"""The command line; what a command needs is imported inside it, so that help answers at once."""

import json
import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from sim.errors import InputError, printable

_INTERRUPTED = 130  # 128 + SIGINT, as shells count

app = typer.Typer(
    name="sim",
    help="What if? A teaching simulator of a contested city. Hypothetical illustration, not a forecast.",
    epilog="A FILE is a path, or the name of a shipped scenario such as baseline.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

File = Annotated[
    str, typer.Argument(metavar="FILE", help="Scenario file, or the name of a shipped scenario.")
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change one value, as attacker.troops=90000. Repeatable."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    markdown = "markdown"


@app.command()
def validate(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Scenario files or shipped names.")],
    as_json: AsJson = False,
) -> None:
    """Check scenario files and say what is wrong, with line and column."""
    from sim.label import LABEL

    reports = [_check(file) for file in files]
    if as_json:
        _print_json({"label": LABEL, "files": reports})
    for report in reports:
        if report["ok"] and not as_json:
            print(f"ok  {printable(report['file'])}: {printable(report['name'])}")
        for line in report["errors"]:
            print(line, file=sys.stderr)
    if not all(report["ok"] for report in reports):
        raise typer.Exit(2)


@app.command()
def provenance(
    file: File,
    format: Annotated[Format, typer.Option("--format", help="How the table is printed.")] = Format.table,
    as_json: AsJson = False,
    set: Set = None,
) -> None:
    """Show where every value comes from, and who disputes it."""
    from sim import provenance as table
    from sim.changes import parse_options
    from sim.loader import load

    scenario = load(file, set=parse_options(set or []))
    rows = scenario.provenance
    if as_json:
        _print_json(table.document(scenario.name, rows))
    elif format is Format.csv:
        print(table.to_csv(rows), end="")
    elif format is Format.markdown:
        print(table.to_markdown(rows), end="")
    else:
        table.print_table(scenario.name, rows)


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from sim.editor_schema import editor_schema
    from sim.schema import Scenario

    _print_json(editor_schema(Scenario))


def _check(file: str) -> dict[str, Any]:
    from sim.loader import load

    try:
        return {"file": file, "ok": True, "name": load(file).name, "errors": []}
    except InputError as error:
        return {"file": file, "ok": False, "name": None, "errors": error.lines}


def _print_json(document: Any) -> None:
    print(json.dumps(document, indent=2, ensure_ascii=False))


def main() -> None:
    """Run the command line: exit 0 well, 1 a run failed, 2 bad input, 130 interrupted."""
    try:
        app(prog_name="sim")
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except SystemExit as end:
        if end.code == _INTERRUPTED:
            print("interrupted", file=sys.stderr)  # typer ends without a word
        raise
