"""`sim validate`: check scenario files and print every fault."""

import sys
from typing import Annotated, Any

import typer

from sim.apps.cli.options import AsJson, complete_scenario, print_json
from sim.errors import InputError, printable


def validate(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...", help="Scenario files, or names of shipped ones.", autocompletion=complete_scenario
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Check scenario files; print faults with line and column.

    Example: sim validate my-scenario.yaml
    """
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


def _check(file: str) -> dict[str, Any]:
    from sim.results.own_outcomes import check_own_outcomes
    from sim.scenario.loader import load

    try:
        scenario = load(file)
        check_own_outcomes(scenario)
        return {"file": file, "ok": True, "name": scenario.name, "errors": []}
    except InputError as error:
        return {"file": file, "ok": False, "name": None, "errors": error.lines}
