"""The values of a case that `--set` may change: those that its formula uses; any other change is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from sim.errors import InputError
from sim.quantity import MOBILITIES
from sim.scenario.schema import Scenario
from sim.world.ground import Ground
from sim.world.map_values import TERRAINS, GroundParams

# The length of a run and its resolution never change what theory expects.
ALWAYS = ("name", "question", "article_says", "time", "resolution")


def require_covered(name: str, inputs: tuple[str, ...], shipped: Scenario, changed: Scenario) -> None:
    """Raise InputError for the first changed value that the formula of the case `name` does not use."""
    for path in changed_paths(shipped.model_dump(), changed.model_dump()):
        if not any(path == one or path.startswith(f"{one}.") for one in (*ALWAYS, *inputs)):
            known = ", ".join(dict.fromkeys(inputs)) or "no other value"
            raise InputError([f"{name}: {path}: the formula does not allow a change of this value; it uses {known}"])
    if shipped.attacker.forward_groups and not changed.attacker.forward_groups:
        raise InputError([f"{name}: attacker.forward_groups must be above 0"])
    size, groups, troops = changed.attacker.group_size, changed.attacker.forward_groups, changed.attacker.troops
    if size * groups > troops:
        raise InputError([f"{name}: attacker.troops must be at least {size * groups}, {groups} groups of {size}"])


def changed_paths(before: object, after: object, path: str = "") -> Iterator[str]:
    """Yield the dotted paths of values that differ; a list counts as one value."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys((*before, *after)):
            yield from changed_paths(before.get(key), after.get(key), f"{path}.{key}" if path else str(key))
    elif before != after:
        yield path


def require(is_covered: bool, path: str, must: str) -> None:
    """Raise ValueError with the path and what its value must be, unless the formula covers the value."""
    if not is_covered:
        raise ValueError(f"{path} must be {must}")


def require_positive(**values: float) -> None:
    """Raise ValueError for a value that is not above 0; names are paths with __ in place of each dot."""
    for name, value in values.items():
        require(value > 0.0, name.replace("__", "."), "above 0")


def mobility_of(s: Scenario) -> str:
    """Return the one mobility class of all groups; raise ValueError where there are several."""
    found = [name for name in MOBILITIES if getattr(s.attacker.mobility_share, name) > 0.0]
    require(len(found) == 1, "attacker.mobility_share", "above 0 for one class only")
    return found[0]


def terrain_of(s: Scenario) -> str:
    """Return the one terrain of the front; raise ValueError where there are several."""
    found = _terrains_of_front(s.ground.model_dump_json())
    require(len(found) == 1, "the terrain of the front", "the same in every cell")
    return TERRAINS[min(found)]


@lru_cache(maxsize=64)
def _terrains_of_front(ground: str) -> frozenset[int]:
    built = Ground(GroundParams.model_validate_json(ground))
    return frozenset(built.terrain[built.line_cells[: built.line_count[0]]].tolist())


def weather_of(s: Scenario) -> float:
    """Return the weather factor on search and on the pace of crews; raise ValueError where it varies by day."""
    if "calendar" in s.off:
        return 1.0
    p = s.calendar.p_good_weather
    require(p in (0.0, 1.0), "calendar.p_good_weather", "0 or 1, so that all days are the same")
    return 1.0 if p == 1.0 else s.calendar.bad_weather_factor
