"""`sim validate`: check files of scenarios and experiments, and print every fault."""

import sys
from typing import Annotated, Any

import typer

from sim.apps.cli.options import AsJson, complete_experiment, complete_scenario, print_json
from sim.errors import InputError, printable


def validate(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="Files of scenarios or experiments, or names of shipped ones.",
            autocompletion=lambda incomplete: complete_scenario(incomplete) + complete_experiment(incomplete),
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Check files of scenarios and experiments for faults.

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
    try:
        return {"file": file, "ok": True, "name": _name_of_checked(file), "errors": []}
    except InputError as error:
        return {"file": file, "ok": False, "name": None, "errors": error.lines}


def _name_of_checked(file: str) -> str:
    """Return the name that a scenario or experiment without faults has; raises InputError for one with faults."""
    from sim.results.own_outcomes import check_own_outcomes
    from sim.scenario.loader import is_experiment, load
    from sim.scenario.reading.file_lookup import find, shipped_experiments
    from sim.scenario.reading.yaml_nodes import read_file

    found = find(file, file in shipped_experiments())
    if is_experiment(read_file(found.path, found.shown)):
        from sim.experiment.experiment_loader import load_experiment

        return load_experiment(file).name
    scenario = load(file)
    check_own_outcomes(scenario)
    return scenario.name
