"""What several commands share: arguments, options and their checks, and what is printed about files."""

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.errors import InputError, printable


def complete_scenario(incomplete: str) -> list[str]:
    """Return the shipped scenarios that begin so, for the completion of a shell."""
    from sim.scenario.reading.file_lookup import shipped_names

    return [name for name in shipped_names() if name.startswith(incomplete)]


def complete_experiment(incomplete: str) -> list[str]:
    """Return the shipped experiments that begin so, for the completion of a shell."""
    from sim.scenario.reading.file_lookup import shipped_experiments

    return [name for name in shipped_experiments() if name.startswith(incomplete)]


File = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="Scenario file, or the name of a shipped scenario (sim list scenarios).",
        autocompletion=complete_scenario,
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change one value, for example attacker.troops=90000. Repeatable."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
Seed = Annotated[int, typer.Option(help="Random seed; the same seed gives the same runs.")]
Workers = Annotated[int | None, typer.Option(help="Worker processes.", show_default="one per core")]
ShowAll = Annotated[bool, typer.Option("--all", help="Show all outcomes, not only the main ones.")]
Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Save the results in this new folder.", show_default="nothing is saved"),
]


@dataclass(frozen=True)
class RunOptions:
    """The options of every command that runs scenarios: changes of values, random seed, worker processes."""

    set: Set = None
    seed: Seed = 1
    workers: Workers = None

    @property
    def changes(self) -> dict[str, Any]:
        """The changes of --set by path; raises InputError for one that is not PATH=VALUE."""
        from sim.scenario.reading.extends_and_changes import parse_options

        return parse_options(self.set or [])


def with_single_options(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command in which each field of a dataclass parameter is an option of its own, as typer needs it."""
    parameters: list[Parameter] = []
    groups: dict[str, tuple[type, Mapping[str, Parameter]]] = {}
    for parameter in signature(command, eval_str=True).parameters.values():
        if is_dataclass(parameter.annotation) and isinstance(parameter.annotation, type):
            fields = signature(parameter.annotation, eval_str=True).parameters
            groups[parameter.name] = parameter.annotation, fields
            parameters += fields.values()
        else:
            parameters.append(parameter)
    if not groups:
        return command

    @wraps(command)
    def call(**values: Any) -> None:
        for name, (group, fields) in groups.items():
            values[name] = group(**{field: values.pop(field) for field in fields})
        command(**values)

    # Options may stand before others without a default: typer calls by name.
    parameters = [parameter.replace(kind=Parameter.KEYWORD_ONLY) for parameter in parameters]
    call.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return call


def check_names(names: Sequence[str], is_experiment: bool = False) -> None:
    """Raise InputError for names of no file at once: what reads and runs the files takes a second to import."""
    from sim.scenario.reading.file_lookup import find

    faults: list[str] = []
    for name in dict.fromkeys(names):
        try:
            find(name, is_experiment)
        except InputError as error:
            faults += error.lines
    if faults:
        raise InputError(faults)


def check_numbers(seed: int, replications: int, workers: int | None, draws: int | None = None) -> None:
    """Raise InputError for numbers outside their limits; there are as many replications of each parameter sample."""
    from sim.campaign.run_numbers import run_numbers

    run_numbers(seed, replications, workers, draws, prefix="--")


def print_json(document: Any) -> None:
    """Print a document as JSON, as every `--json` does."""
    print(json.dumps(document, indent=2, ensure_ascii=False))


def print_where(out: Path | None, what: str, *next_commands: str) -> None:
    """Print where the named files are and what can be done next, or how the files could have been saved."""
    print(f"{what} in {printable(str(out))}." if out else "Nothing was saved; --out DIR saves the results.")
    if out and next_commands:
        print(next_line(out, *next_commands))


def next_line(folder: Path, *commands: str) -> str:
    """Return a line that says which commands come next, with the folder in place of {}."""
    name = printable(shlex.quote(str(folder)))
    return f"Next: {' or '.join(command.replace('{}', name) for command in commands)}"


def page_beside(folder: Path) -> Path:
    """Return FOLDER.html beside the folder; a folder such as `.` is resolved to find its name."""
    named = folder if folder.name and folder.name != ".." else folder.resolve()
    return named.with_name(f"{named.name}.html")


def draw_files_only() -> None:
    """Let matplotlib draw into files only: it opens no window, whatever the screen."""
    import matplotlib as mpl

    mpl.use("agg")
