"""The scenario variants of the study: one sampled scenario, changed only in the subject of a claim."""

from __future__ import annotations

from typing import Any

from sim.errors import InputError
from sim.quantity import MOBILITIES
from sim.scenario.parameter_sampling import set_values
from sim.scenario.reading.seed_facts import load_facts
from sim.scenario.schema import Scenario

YEAR_BEFORE = "year-before"
DOCTRINES = ("frontal", "encirclement")

# "Integrated drones" by definition: every target that is seen is reported to all crews in range.
_INTEGRATED = {"drone_strikes.defender.p_integration": 1.0}
_NO_DRONES = {"drone_strikes.defender.n_crews": 0, "drone_strikes.attacker.n_crews": 0}
_FRONTAL, _ENCIRCLEMENT = ({"command.doctrine": doctrine} for doctrine in DOCTRINES)


def variants(scenario: Scenario) -> dict[str, dict[str, Any]]:
    """Return the values that each scenario variant sets on a sampled scenario, by the variant's name.

    The diverted force is either away for the whole run or present from the start, with all of it free for the sector.
    """
    column = {"attacker.group_size": column_size(scenario.resolution.team_size)}
    transfers = {"off": [name for name in scenario.off if name != "forces"], "forces.share_free.attacker": 1.0}
    away, free = (transfers | {"forces.diversion.attacker": where} for where in ("away", "stays"))
    absolute, growing = ({"command.release": release} for release in ("absolute", "share_of_pool"))
    return {
        "as given": {},
        "frontal": _FRONTAL | _INTEGRATED,
        "columns": _FRONTAL | _INTEGRATED | column,
        "frontal, no drones": _FRONTAL | _NO_DRONES,
        "columns, no drones": _FRONTAL | _NO_DRONES | column,
        "encirclement": _ENCIRCLEMENT | _INTEGRATED,
        "diverted": away | growing,
        "not diverted": free | growing,
        "diverted, absolute release": away | absolute,
        "not diverted, absolute release": free | absolute,
        "on foot": _all_move_by("foot"),
        "on motorcycles": _all_move_by("motorcycle"),
    }


def scenarios_of(drawn: Scenario, year_before: Scenario, days: int) -> dict[str, Scenario]:
    """Return the scenario of every variant for one sample; all except the year before run for the given days."""
    found = {
        name: set_values(drawn, values | {"time.horizon_days": days}, f"sim patterns, variant {name}")
        for name, values in variants(drawn).items()
    }
    return found | {YEAR_BEFORE: year_before}


def column_size(team_size: int) -> int:
    """Return the soldiers of a massed attack: the published size, rounded to whole teams."""
    massed = float(load_facts()["massed_attack_size"].value)
    return team_size * max(1, round(massed / team_size))


def check_doctrines(scenario: Scenario) -> None:
    """Raise InputError when the scenario lacks a doctrine that a claim compares."""
    missing = [doctrine for doctrine in DOCTRINES if doctrine not in scenario.command.effort]
    if missing:
        raise InputError([f"command.effort: has no doctrine {name}, which patterns P2 and P4 need" for name in missing])


def _all_move_by(mobility: str) -> dict[str, Any]:
    return {f"attacker.mobility_share.{name}": float(name == mobility) for name in MOBILITIES}
