"""What `tools/fuzz.py` attacks: for each kind of input how it is made, and how it is run."""

from __future__ import annotations

import concurrent.futures
import contextlib
import io
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import distributed
from fuzz_folders import folder_input, run_folder
from fuzz_mutations import NASTY, Random, mutated, write
from typer import main as typer_main

import sim
import sim.apps.cli.main as command_line
from sim.campaign import replications
from sim.campaign.mesa_model import Campaign
from sim.errors import InputError, RunError
from sim.experiment import experiment_loader, run_sweep
from sim.experiment.factor_lookup import options_of
from sim.quantity import value_type
from sim.scenario import loader
from sim.scenario.parameter_sampling import assumed
from sim.scenario.reading.dotted_paths import get, keys
from sim.scenario.reading.extends_and_changes import parse_options
from sim.scenario.reading.file_lookup import ScenarioFile, find, shipped_experiments, shipped_names
from sim.scenario.reading.yaml_nodes import Node
from sim.scenario.schema import Scenario

OPTIONS = (
    "--set", "--seed", "--workers", "--replications", "--out", "--json", "--all", "--draws", "--assumptions", "--quick",
    "--resume", "--join", "--estimate", "--shard", "--scheduler", "--outcome", "--above", "--below", "--reference",
    "--format", "--days", "--replication", "--experiment", "--help", "--version", "--html", "-h", "--", "--no",
)  # fmt: skip


@cache
def text_of(name: str, is_experiment: bool = False) -> str:
    """Return the text of a shipped file."""
    return find(name, is_experiment).path.read_text("utf-8")


@cache
def paths() -> list[str]:
    """Return the paths of all values of the baseline and of the toy."""
    return sorted({row.path for name in ("baseline", "one-hill") for row in sim.load(name).provenance})


@cache
def shipped() -> frozenset[Path]:
    """Return the paths of the shipped scenarios, which no input changes."""
    return frozenset(find(name).path for name in shipped_names())


def keep_what_stays_the_same() -> None:
    """Read and load each shipped file once, and make the commands once: else most of the time goes there."""
    read, load = loader.read_file, experiment_loader.load
    read_once, load_once = cache(read), cache(load)

    def read_file(path: Path, shown: str) -> Node:
        return (read_once if path in shipped() else read)(path, shown)

    def load_base(file: ScenarioFile, set: Mapping[str, object]) -> Scenario:
        return load(file, set) if set or file.path not in shipped() else load_once(file)

    loader.read_file, experiment_loader.load = read_file, load_base
    typer_main.get_command = cache(typer_main.get_command)


def scenario_input(rng: Random) -> str:
    """Return a shipped scenario, mutated; a third of them is a theatre."""
    name = rng.choice([name for name in shipped_names() if name.startswith("theatre/") or rng.random() < 0.2])
    return mutated(rng, text_of(name))


def run_scenario(text: str) -> None:
    """Read a scenario file."""
    sim.load(write("scenario.yaml", text))


def set_input(rng: Random) -> str:
    """Return changes of values, one a line."""
    changes = []
    for _ in range(rng.randint(1, 3)):
        path = rng.choice(paths())
        parts = path.split(".")
        path = rng.choice((path, path, path, ".".join(parts[:-1]), f"{path}.x", path[1:], f"{path}[0]", parts[0]))
        changes.append(f"{path}{rng.choice(('=', '=', '=', ':', '=='))}{rng.choice(NASTY)}")
    return "\n".join(changes)


def run_set(text: str) -> None:
    """Load two scenarios with changes from the command line."""
    for name in ("baseline", "one-hill"):
        with contextlib.suppress(InputError):
            sim.load(name, set=parse_options(text.split("\n")))


def experiment_input(rng: Random) -> str:
    """Return a shipped experiment, mutated."""
    return mutated(rng, text_of(rng.choice(shipped_experiments()), True))


def run_experiment(text: str) -> None:
    """Read an experiment file, and make its design."""
    run_sweep.design_of(sim.load_experiment(write("experiment.yaml", text)))


@cache
def varied() -> list[str]:
    """Return the paths of the toy's assumed values."""
    return [row.path for row in assumed(sim.load("one-hill"))]


def csv_input(rng: Random) -> str:
    """Return a table of points, mutated."""
    names = rng.sample(varied(), rng.randint(1, 4))
    comma = rng.choice((",", ",", ";", "\t"))
    rows = [[f"{rng.uniform(0, 2):.3f}" for _ in names] for _ in range(rng.randint(0, 5))]
    return mutated(rng, "\n".join(comma.join(row) for row in [names, *rows]))


def run_csv(text: str) -> None:
    """Read an experiment whose design is a table."""
    write("points.csv", text)
    first = text.split("\n")[0].replace(";", ",").split(",")
    named = [name.strip() for name in first if name.strip() in paths()] or ["direct_fire.breakpoint_attacker"]
    write("of-points.yaml", "name: P\nquestion: Q?\nbase: one-hill\nreplications: 1\n"
          "outcomes: [attacker_losses]\nuncertainties:\n"
          + "".join(f"  {name}: {{range: [0, 2]}}\n" for name in dict.fromkeys(named))
          + "design: {kind: csv, file: points.csv}\n")  # fmt: skip
    run_sweep.design_of(sim.load_experiment("of-points.yaml"))


def arguments_input(rng: Random) -> str:
    """Return a command line, one argument a line."""
    commands = list(typer_main.get_command(command_line.app).commands)
    names = [
        "baseline",
        "one-hill",
        "no-drones",
        "two-levers",
        "scenario.yaml",
        "experiment.yaml",
        ".",
        "nosuch",
        "new",
    ]
    words = [rng.choice(commands) if rng.random() < 0.95 else rng.choice(NASTY)]
    for _ in range(rng.randint(0, 6)):
        words.append(rng.choice(rng.choice((OPTIONS, OPTIONS, names, NASTY, [f"{rng.choice(paths())}=1"]))))
    return "\n".join(words)


def not_run(*_: object, **__: object) -> Any:
    """Stand for everything that runs a model, when command lines are tried."""
    raise RunError("runs are not part of the fuzz")


def run_arguments(text: str) -> None:
    """Run the command line as far as its first run of a model."""
    said = io.StringIO()
    sys.argv = ["sim", *text.split("\n")]
    with contextlib.ExitStack() as stack:
        for owner, name in (
            (Campaign, "run"), (concurrent.futures.ProcessPoolExecutor, "__init__"),
            (distributed.LocalCluster, "__init__"), (distributed.Client, "__init__"),
        ):  # fmt: skip
            stack.enter_context(mock.patch.object(owner, name, not_run))
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(contextlib.redirect_stderr(said))
        try:
            command_line.main()
        except SystemExit as end:
            if end.code not in (0, 1, 2):
                raise RuntimeError(f"exit status {end.code}") from None
    for line in said.getvalue().splitlines():
        if "Traceback" in line or not line.isprintable():
            raise RuntimeError(f"printed {line!r}")


_FIXED = ("time.", "ground.", "resolution.", "attacker.group_size")  # belong together


def valid_input(rng: Random) -> str:
    """Return changes within the bounds of the schema: a fifth of the values of a shipped scenario, one a line."""
    name = rng.choice([name for name in shipped_names() if "/" not in name])
    scenario = sim.load(name)
    values = scenario.model_dump(mode="json")
    ranges = {row.path: row.range for row in assumed(scenario)}
    lines = [name, "time.horizon_days=3"]
    for row in scenario.provenance:
        value = get(values, row.path)
        if rng.random() > 0.2 or row.path.startswith(_FIXED) or "[" in row.path or isinstance(value, bool):
            continue
        if isinstance(value, int | float):
            low, high = ranges.get(row.path) or _bounds(row.path, value)
            drawn = rng.choice((low, high, rng.uniform(low, high), rng.uniform(low, high)))
            lines.append(f"{row.path}={int(drawn) if isinstance(value, int) else drawn}")
        elif options := options_of(row.path):
            lines.append(f"{row.path}={rng.choice(options)}")
    return "\n".join(lines)


def _bounds(path: str, value: float) -> tuple[float, float]:
    """Return the bounds of a value, but not further than ten times the value itself: runs are to be short."""
    low, high = 0.0, max(1.0, 10 * abs(value))
    for bound in getattr(value_type(Scenario, keys(path)), "__metadata__", ()):
        if (least := getattr(bound, "ge", getattr(bound, "gt", None))) is not None:
            low = max(float(least), -10 * abs(value))
        if (most := getattr(bound, "le", getattr(bound, "lt", None))) is not None:
            high = min(high, float(most))
    return low, max(low, high)


def run_valid(text: str) -> None:
    """Run a scenario with its books checked; what the schema accepts must run."""
    name, *changes = text.split("\n")
    model = Campaign(sim.load(name, set=parse_options(changes)), seed=1, collect="nothing", check=True)
    try:
        model.run().finish(0)
    except InputError as error:
        raise RuntimeError(f"a valid scenario does not run: {error}") from error
    finally:
        replications.release_memory(model)


Kind = tuple[Callable[[Random], str], Callable[[str], None], int]
KINDS: dict[str, Kind] = {
    "scenario": (scenario_input, run_scenario, 20),
    "set": (set_input, run_set, 15),
    "experiment": (experiment_input, run_experiment, 15),
    "csv": (csv_input, run_csv, 15),
    "folder": (folder_input, run_folder, 15),
    "arguments": (arguments_input, run_arguments, 20),
    "valid": (valid_input, run_valid, 0),
}
"""Each kind of input: how it is made, how it is run, and its weight among the inputs."""
