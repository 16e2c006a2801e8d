"""What may be set from outside: the values that a case's formula follows, and what it takes for granted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from sim.errors import InputError
from sim.quantity import MOBILITIES
from sim.scenario.schema import Scenario
from sim.world.ground import Ground
from sim.world.map_values import TERRAINS, GroundParams

# When and how finely a case is played never changes what theory says.
ALWAYS = ("name", "question", "article_says", "time", "resolution")


def require_covered(name: str, follows: tuple[str, ...], shipped: Scenario, moved: Scenario) -> None:
    """Raise InputError for the first value that was moved and that the formula of the case `name` does not follow."""
    for path in moved_paths(shipped.model_dump(), moved.model_dump()):
        if not any(path == one or path.startswith(f"{one}.") for one in (*ALWAYS, *follows)):
            known = ", ".join(dict.fromkeys(follows)) or "no other value"
            raise InputError([f"{name}: {path}: theory takes it as it is and covers no other; it follows {known}"])
    if shipped.attacker.forward_groups and not moved.attacker.forward_groups:
        raise InputError([f"{name}: attacker.forward_groups must be above 0"])
    size, groups, troops = moved.attacker.group_size, moved.attacker.forward_groups, moved.attacker.troops
    if size * groups > troops:
        raise InputError([f"{name}: attacker.troops must be at least {size * groups}, {groups} groups of {size}"])


def moved_paths(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Yield the dotted paths of values that differ; a list counts as one value."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys((*before, *after)):
            yield from moved_paths(before.get(key), after.get(key), f"{path}.{key}" if path else str(key))
    elif before != after:
        yield path


def require(is_covered: bool, path: str, must: str) -> None:
    """Raise ValueError unless a formula covers the value at a path, saying what it must be."""
    if not is_covered:
        raise ValueError(f"{path} must be {must}")


def require_positive(**values: float) -> None:
    """Raise ValueError for a value that is not above 0; names are paths with __ for each dot."""
    for name, value in values.items():
        require(value > 0.0, name.replace("__", "."), "above 0")


def mobility_of(s: Scenario) -> str:
    """Return the one mobility class of all groups; raises ValueError where there are several."""
    found = [name for name in MOBILITIES if getattr(s.attacker.mobility_share, name) > 0.0]
    require(len(found) == 1, "attacker.mobility_share", "of one class alone")
    return found[0]


def terrain_of(s: Scenario) -> str:
    """Return the one terrain of the front; raises ValueError where there are several."""
    found = _terrains_of_front(s.ground.model_dump_json())
    require(len(found) == 1, "the terrain of the front", "the same in every cell")
    return TERRAINS[min(found)]


@lru_cache(maxsize=64)
def _terrains_of_front(ground: str) -> frozenset[int]:
    laid_out = Ground(GroundParams.model_validate_json(ground))
    return frozenset(laid_out.terrain[laid_out.line_cells[: laid_out.line_count[0]]].tolist())


def weather_of(s: Scenario) -> float:
    """Return the factor of weather on search and crews' pace; raises ValueError where it changes from day to day."""
    if "calendar" in s.off:
        return 1.0
    p = s.calendar.p_good_weather
    require(p in (0.0, 1.0), "calendar.p_good_weather", "0 or 1, so that all days are alike")
    return 1.0 if p == 1.0 else s.calendar.bad_weather_factor
