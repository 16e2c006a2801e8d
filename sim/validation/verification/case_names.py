"""The names of the suite, known without the model: a wrong one is answered before the slow imports."""

from __future__ import annotations

from sim.errors import InputError, suggestion

STUDIES = ("convergence", "resolution")
CASE_NAMES = (
    "aimed-fire", "aimed-fire-ticks", "fortification", "shaken", "area-fire", "mixed-fire", "three-to-one",
    "breakpoints", "square-law-over-time", "reinforced", "fill", "replacements", "shells-on-groups", "shells-shared",
    "shells-supplied", "shells-by-integration", "shells-in-woods", "shells-by-ground", "shells-on-sections", "search",
    "search-by-size", "search-on-the-move", "search-in-bad-weather", "search-in-woods", "search-by-ground",
    "search-by-class", "search-holding", "crews-1", "crews-2", "crews-4", "crews-apart", "crews-on-groups",
    "crews-in-bad-weather", "crews-short-of-supply", "crews-on-sections-in-bad-weather", "kill-chain",
    "hits-on-sections", "hits-in-woods", "burst", "burst-armour", "burst-on-few", "largest-flow", "interdiction",
    "bridge", "routes", "supply-level", "refill", "arrival", "weather", "recovery", "fear", "suppression", "hold",
    "counterattack", "retaking", "breakouts", "mop-up", "arrival-by-class", "fortification-by-ground", "manning",
    "garrisons", "reach-on-groups", "reach-on-sections", "garrison-requests", "tracks-by-class", "assault-ratio",
    "longest-wait", "flags", "too-few", "endurance", "rest", "counterattack-share", "mines", "dismounted",
    "sealing-race", "exploit-reach", "going-on", "release", "classes", "effort-frontal", "effort-encirclement",
    "adaptive-effort", "culmination", "resumption", "pressure", "objectives", "objectives-by-chance", "return",
    "staying", "flows", "training", "seasoned", "reserve", "reserve-depth", "fresh-ground", "reserve-delay",
    "reserve-road", "exploit", "unit-attack", "unit-attack-fortified", "unit-approach", "unit-attacks", "unit-refit",
    "unit-ready", "shifts", "rotation", "rotation-by-density", "digging", "soldiers-there-are", "withdrawal",
    "lift-release", "readiness", "attackers-level", "attackers-demand",
)  # fmt: skip
OTHER_SCENARIOS = (
    "square-law", "linear-law", "mixed-law", "network", "interdicted", "network-by-chance", "cohesion", "pocket",
    "grounds", "won-ground", "riders", "released", "encirclement", "adaptive", "sectors", "rest-in-turn", "lift",
)  # fmt: skip
"""Scenarios of cases that have another name."""


def scenario_name(name: str) -> str:
    """Return the scenario that a name or a file of the suite means."""
    return name.removesuffix(".yaml").rsplit("verification/", 1)[-1]


def check_names(names: list[str]) -> None:
    """Raise InputError for the first that is no case, no scenario of one and no study."""
    known = (*CASE_NAMES, *OTHER_SCENARIOS, *STUDIES)
    for name in names:
        if name not in known and scenario_name(name) not in (*CASE_NAMES, *OTHER_SCENARIOS):
            raise InputError([f"{name}: no such case or scenario of the suite{suggestion(name, known)}"])
