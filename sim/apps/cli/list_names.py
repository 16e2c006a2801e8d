"""`sim list`: the names that other commands accept, each with what it means."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, NamedTuple

import typer

from sim.apps.cli.options import AsJson, print_json
from sim.errors import printable


class Kind(StrEnum):
    """What can be listed."""

    scenarios = "scenarios"
    experiments = "experiments"
    outcomes = "outcomes"
    series = "series"
    policies = "policies"
    mechanisms = "mechanisms"


class Named(NamedTuple):
    """A name, and what it means in one line."""

    name: str
    meaning: str


def list_names(
    kind: Annotated[Kind | None, typer.Argument(metavar="[KIND]", help="One kind.", show_default="all")] = None,
    as_json: AsJson = False,
) -> None:
    """List scenarios, experiments, outcomes and other names.

    KIND is scenarios, experiments, outcomes, series, policies or mechanisms. The small scenarios of sim verify are
    listed by sim list scenarios alone.

    Example: sim list scenarios
    """
    listed = {one: _LISTS[one]() for one in ([kind] if kind else Kind)}
    if as_json:
        print_json({one: [named._asdict() for named in names] for one, names in listed.items()})
        return
    for one, names in listed.items():
        shown = [named for named in names if kind or "/" not in named.name]
        width = max(len(named.name) for named in shown)
        if not kind:
            print(f"{one.capitalize()} ({_USED_IN[one]})")
        print("\n".join(f"  {named.name:{width}}  {printable(named.meaning)}" for named in shown))


def _scenarios() -> list[Named]:
    """Return the shipped scenarios: the questions of the library first, then files in folders."""
    from sim.scenario.reading.file_lookup import shipped_names

    return [_asked(name) for name in sorted(shipped_names(), key=lambda name: ("/" in name, name))]


def _experiments() -> list[Named]:
    from sim.scenario.reading.file_lookup import shipped_experiments

    return [_asked(name, is_experiment=True) for name in shipped_experiments()]


def _asked(name: str, is_experiment: bool = False) -> Named:
    """Return the name of a shipped file with the question that the file itself asks."""
    from sim.scenario.reading.file_lookup import find
    from sim.scenario.reading.yaml_nodes import read_file

    file = find(name, is_experiment)
    return Named(name, str(read_file(file.path, file.shown).value["question"].value))


def _outcomes() -> list[Named]:
    from sim.results.outcome_wording import OUTCOMES

    return [Named(name, f"{measure.title}, {measure.unit}") for name, measure in OUTCOMES.items()]


def _series() -> list[Named]:
    """Return the daily series; a family has a member for each side, cause, axis or settlement."""
    from sim.results.record import SERIES
    from sim.world.integer_codes import COUNTS

    named = []
    for family, (dims, meaning, *_) in SERIES.items():
        if family == "count":
            named += [Named(what, f"{what.replace('_', ' ')}, since the start") for what in COUNTS]
        else:
            named.append(Named(".".join((family, *(dim.upper() for dim in dims))), meaning))
    return named


def _policies() -> list[Named]:
    from sim.campaign.policies import ATTACKER_POLICIES, DEFENDER_POLICIES

    sides = {"attacker": ATTACKER_POLICIES, "defender": DEFENDER_POLICIES}
    return [
        Named(f"command.{side}_policy={name}", _meaning(policy))
        for side, policies in sides.items()
        for name, policy in policies.items()
    ]


def _mechanisms() -> list[Named]:
    from sim.scenario.schema import Scenario, mechanism_names

    modules = {name: sys.modules[Scenario.model_fields[name].annotation.__module__] for name in mechanism_names()}
    return [Named(name, _meaning(module)) for name, module in modules.items()]


def _meaning(documented: object) -> str:
    """Return what stands after the colon in the first line of a docstring."""
    text = (documented.__doc__ or "").partition("\n")[0].partition(": ")[2]
    return text[:1].upper() + text[1:]


_LISTS: dict[Kind, Callable[[], list[Named]]] = {
    Kind.scenarios: _scenarios,
    Kind.experiments: _experiments,
    Kind.outcomes: _outcomes,
    Kind.series: _series,
    Kind.policies: _policies,
    Kind.mechanisms: _mechanisms,
}
_USED_IN = {
    Kind.scenarios: "sim run NAME, sim compare NAME NAME",
    Kind.experiments: "sim sweep NAME",
    Kind.outcomes: "columns of outcomes.csv, outcomes: of an experiment",
    Kind.series: "series: of an experiment, own_outcomes: of a scenario",
    Kind.policies: "sim run baseline --set NAME",
    Kind.mechanisms: "sections of a scenario, off: of a scenario",
}
