"""What two scenarios, or two ensembles, must share to be compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.errors import InputError
from sim.results.result import Ensemble
from sim.scenario.schema import Scenario


def check_scenarios(scenarios: Sequence[Scenario]) -> None:
    """Raise InputError when scenarios differ in horizon, tick or measures, or have one name."""
    _check(
        [scenario.name for scenario in scenarios], [_terms(scenario.model_dump(mode="json")) for scenario in scenarios]
    )


def check_ensembles(ensembles: Sequence[Ensemble]) -> None:
    """Raise InputError when ensembles differ in seed policy, horizon, tick or measures, or have one name."""
    _check(
        [e.name for e in ensembles], [{**_seed_policy(e.manifest), **_terms(e.manifest["scenario"])} for e in ensembles]
    )


def _seed_policy(manifest: dict[str, Any]) -> dict[str, Any]:
    return {
        "seeds": manifest["seed"],
        "numbers of replications": manifest["n_replications"],
        "ways with the assumed values": manifest["assumptions"],
        "numbers of draws": manifest.get("n_draws", 0),
        "numbers of Latin hypercubes": manifest.get("n_hypercubes", 1),
        "own outcomes": sorted({*manifest["scenario"].get("own_outcomes", ()), *manifest.get("own_outcomes", ())}),
    }


def _terms(scenario: dict[str, Any]) -> dict[str, Any]:
    ground = scenario["ground"]
    lines = [line for line in ground["lines_of_communication"] if line.get("side") != "attacker"]
    ends = {end for line in lines for end in (line["start"], line["end"])}
    return {
        "horizons in days": scenario["time"]["horizon_days"],
        "ticks in hours": scenario["time"]["tick_h"],
        "measures by axis of advance": [axis["name"] for axis in ground["axes"]],
        "measures by settlement": [place["name"] for place in ground["settlements"] if place["name"] in ends],
        "contested cities": [place["name"] for place in ground["settlements"] if place["is_contested_city"]],
    }


def _check(names: list[str], terms: list[dict[str, Any]]) -> None:
    if len(names) < 2:
        raise InputError(["a comparison needs two scenarios or more"])
    faults = [f"two scenarios are called {name!r}: give each a name of its own" for name in sorted(set(names))
              if names.count(name) > 1]  # fmt: skip
    for name, other in zip(names[1:], terms[1:], strict=True):
        for what, value in terms[0].items():
            if other[what] != value:
                pair = f"{_words(value)} and {_words(other[what])}"
                faults.append(f"{names[0]} and {name} cannot be compared: they have different {what}: {pair}")
    if faults:
        raise InputError(faults)


def _words(value: Any) -> str:
    return (", ".join(map(str, value)) or "none") if isinstance(value, list) else str(value)
