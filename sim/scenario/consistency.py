"""What must fit together between the sections of a scenario, although each value alone is within its bounds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sim.mechanisms.command import CommandParams
from sim.mechanisms.reinforcement import ReinforcementParams
from sim.mechanisms.supply import Cut
from sim.world.force_values import AttackerParams
from sim.world.ground import REAR_NODE
from sim.world.map_values import GroundParams, LineOfCommunication

MAX_CELLS = 1_000_000
MAX_TEAMS = 10_000_000


def most_attackers(attacker: AttackerParams, reinforcement: ReinforcementParams, horizon_days: int) -> float:
    """Return how many soldiers the attacker can ever have in the theatre: at the start, returned, and replaced."""
    diversion = attacker.diversion
    returns = round(diversion.share_free_for_pokrovsk * (diversion.russian + diversion.north_korean))
    return attacker.troops + returns + reinforcement.attacker_replacements_per_day * horizon_days


def resolution_problems(team_size: int, tick_h: float, attacker: AttackerParams, n_attackers: float) -> Iterator[str]:
    """Yield what does not fit between the rows, the groups and the tick; n_attackers is what `most_attackers` returns.

    Like all functions of this module it yields one line for each fault, which begins with a value's path.
    """
    group_size = attacker.group_size
    if team_size > group_size:
        yield (
            f"resolution.team_size {team_size} exceeds attacker.group_size {group_size}: a row cannot be larger than "
            "the group that moves together"
        )
    elif group_size % team_size:
        yield "attacker.group_size must be a whole multiple of resolution.team_size"
    if 24 / tick_h % 1:
        yield f"time.tick_h {tick_h} does not divide a day of 24 h"
    n_teams = n_attackers / team_size
    if n_teams > MAX_TEAMS:
        yield f"resolution.team_size {team_size} makes up to {n_teams:.0f} teams; at most {MAX_TEAMS} are allowed"
    forward = attacker.forward_groups * group_size
    if forward > attacker.troops:
        yield (
            f"attacker.forward_groups {attacker.forward_groups} of {group_size} soldiers are more than "
            f"attacker.troops {attacker.troops}"
        )
    shares = attacker.mobility_share
    if shares.foot + shares.motorcycle + shares.atv + shares.armour <= 0:
        yield "attacker.mobility_share gives no mobility class any share"


def map_problems(ground: GroundParams) -> Iterator[str]:
    """Yield what does not fit between the map, its places and its lines of communication."""
    yield from _size(ground)
    yield from _places(ground)
    yield from _lines(ground)


def _size(ground: GroundParams) -> Iterator[str]:
    size = 1.0
    for name in ("x_range_km", "y_range_km"):
        low, high = getattr(ground, name)
        if high - low < ground.cell_km:
            yield f"ground.{name} must span at least one cell of {ground.cell_km} km from its first to its second value"
        size *= max(0.0, high - low) / ground.cell_km
    if size > MAX_CELLS:
        yield f"ground.cell_km {ground.cell_km} makes a map of {size:.0f} cells; at most {MAX_CELLS} are allowed"


def command_problems(command: CommandParams, axes: Collection[str]) -> Iterator[str]:
    """Yield what does not fit between the orders and the axes of the map."""
    doctrine = command.doctrine
    if doctrine not in command.effort:
        yield f"command.doctrine {doctrine!r} is not one of {', '.join(command.effort)}"
    # Doctrines that are not followed may be for the axes of another map.
    effort = command.effort.get(doctrine, {})
    for name in sorted(effort.keys() - set(axes)):
        yield f"command.effort.{doctrine}.{name} is not an axis of the ground; there are {', '.join(axes)}"
    if effort and sum(effort.values()) <= 0:
        yield f"command.effort.{doctrine} gives no axis any effort"
    stops, resumes = command.culmination_share, command.resume_share
    if resumes < stops:
        yield (
            f"command.resume_share {resumes} is below command.culmination_share {stops}: an attack that resumed would "
            "stop again at once"
        )


def _places(ground: GroundParams) -> Iterator[str]:
    for kind in ("features", "belts", "symbolic_objectives"):
        for place in getattr(ground, kind):
            if not _touches_map(place.path, ground):
                yield f"ground.{kind}: {place.name!r} has no point on the map"


def _touches_map(path: list[list[float]], ground: GroundParams) -> bool:
    (x0, x1), (y0, y1) = ground.x_range_km, ground.y_range_km
    return any(x0 <= x < x1 and y0 <= y < y1 for x, y in path)


def _lines(ground: GroundParams) -> Iterator[str]:
    lines = ground.lines_of_communication
    starts = {place.name for place in ground.settlements} | {REAR_NODE}
    ends = starts | {axis.name for axis in ground.axes}
    for line in lines:
        for node, known in ((line.start, starts), (line.end, ends)):
            if node not in known:
                yield (
                    f"ground.lines_of_communication: {line.name!r} joins {node!r}, which is neither {REAR_NODE!r}, a "
                    "settlement nor, at its end, an axis"
                )
        if not _touches_map(line.path, ground):
            yield f"ground.lines_of_communication: {line.name!r} has no point on the map"
    if lines and all(line.start != REAR_NODE for line in lines):
        yield f"ground.lines_of_communication: none starts at {REAR_NODE!r}, so nothing can arrive"


def cut_problems(cuts: Sequence[Cut], lines: Sequence[LineOfCommunication]) -> Iterator[str]:
    """Yield what does not fit between dated cuts and the lines of communication."""
    for cut in cuts:
        if cut.name != "all" and not any(cut.is_of(line) for line in lines):
            named = ", ".join(["all", *sorted({line.name for line in lines if line.kind == cut.kind})])
            yield f"supply.cuts: there is no {cut.kind} {cut.name!r}; there are {named}"
        if cut.until_day <= cut.from_day:
            yield f"supply.cuts: {cut.name!r} ends on day {cut.until_day}, which is not after day {cut.from_day}"


def off_problems(off: Sequence[str], mechanisms: Collection[str]) -> Iterator[str]:
    """Yield the names under `off` that no mechanism has."""
    for name in off:
        if name not in mechanisms:
            yield f"off: {name!r} is no mechanism; there are {', '.join(mechanisms)}"
