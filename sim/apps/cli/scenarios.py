"""Commands about scenario files: validate, provenance, schema."""

import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from sim.apps.cli.options import AsJson, File, Set, print_json
from sim.errors import InputError, printable


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    markdown = "markdown"


def validate(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Scenario files or shipped names.")],
    as_json: AsJson = False,
) -> None:
    """Check scenario files and say what is wrong, with line and column."""
    from sim.scenario.teaching_label import LABEL

    reports = [_check(file) for file in files]
    if as_json:
        print_json({"label": LABEL, "files": reports})
    for report in reports:
        if report["ok"] and not as_json:
            print(f"ok  {printable(report['file'])}: {printable(report['name'])}")
        for line in report["errors"]:
            print(line, file=sys.stderr)
    if not all(report["ok"] for report in reports):
        raise typer.Exit(2)


def provenance(
    file: File,
    format: Annotated[Format, typer.Option("--format", help="How the table is printed.")] = Format.table,
    as_json: AsJson = False,
    set: Set = None,
) -> None:
    """Show where every value comes from, and who disputes it."""
    from sim.scenario import provenance as table
    from sim.scenario.loader import load
    from sim.scenario.reading.extends_and_changes import parse_options

    scenario = load(file, set=parse_options(set or []))
    rows = scenario.provenance
    if as_json:
        print_json(table.document(scenario.name, rows))
    elif format is Format.csv:
        print(table.to_csv(rows), end="")
    elif format is Format.markdown:
        print(table.to_markdown(rows), end="")
    else:
        table.print_table(scenario.name, rows)


def schema(
    experiment: Annotated[bool, typer.Option("--experiment", help="Of experiment files.")] = False,
) -> None:
    """Print the JSON Schema of scenario files, for editors; with --experiment, that of experiment files."""
    from sim.experiment.experiment_schema import Experiment
    from sim.scenario import editor_schema
    from sim.scenario.schema import Scenario

    print_json(editor_schema.experiment_schema(Experiment) if experiment else editor_schema.editor_schema(Scenario))


def _check(file: str) -> dict[str, Any]:
    from sim.scenario.loader import load

    try:
        return {"file": file, "ok": True, "name": load(file).name, "errors": []}
    except InputError as error:
        return {"file": file, "ok": False, "name": None, "errors": error.lines}
