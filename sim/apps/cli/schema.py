"""`sim schema`: print the JSON Schema by which an editor checks and completes YAML files."""

from typing import Annotated

import typer

from sim.apps.cli.options import print_json


def schema(
    experiment: Annotated[
        bool, typer.Option("--experiment", help="Print the schema of experiment files instead.")
    ] = False,
) -> None:
    """Print the JSON Schema of scenario files, for editors.

    Example: sim schema --experiment
    """
    from sim.experiment.experiment_schema import Experiment
    from sim.scenario import editor_schema
    from sim.scenario.schema import Scenario

    print_json(editor_schema.experiment_schema(Experiment) if experiment else editor_schema.editor_schema(Scenario))
