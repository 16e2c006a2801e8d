"""What must fit together between the sections of a scenario, although each value alone is within its bounds."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

import numpy as np

from sim.errors import suggestion
from sim.mechanisms.command import CommandParams
from sim.mechanisms.forces import ForcesParams, most_arrivals
from sim.mechanisms.reinforcement import ReinforcementParams
from sim.mechanisms.supply import Cut
from sim.world.force_values import AttackerParams, DefenderParams
from sim.world.ground import REAR_NODE
from sim.world.integer_codes import ATTACKER, SIDES
from sim.world.map_values import GroundParams, LineOfCommunication

MAX_CELLS = 1_000_000
MAX_TEAMS = 4_000_000  # half a kilobyte each
MAX_SECTION_SOLDIERS = 1_000_000
MAX_PATHS_KM = 50_000.0  # paths are walked in steps of 50 m, or of half a cell
MAX_DISTANCES = 1_000_000_000  # from cells to pieces of paths, some nanoseconds each
MAX_CELLS_OF_AXES = 20_000_000  # 20 bytes each
# What time stamps of 64 bits in nanoseconds hold, in whole years: those of pandas, NetCDF and Parquet.
FIRST_DATE, LAST_DATE = dt.date(1678, 1, 1), dt.date(2261, 12, 31)

_KINDS_OF_PATH = ("features", "belts", "axes", "symbolic_objectives", "lines_of_communication")


def most_attackers(
    attacker: AttackerParams, reinforcement: ReinforcementParams, forces: ForcesParams | None, horizon_days: int
) -> float:
    """Return how many soldiers the attacker can ever have in the theatre: at the start, by transfer, and replaced.

    forces: None where no transfer moves anybody.
    """
    replaced = reinforcement.attacker_replacements_per_day * horizon_days
    if forces is None:
        return attacker.infantry + replaced
    if dated := forces.replacements.attacker:
        rates = np.interp(np.arange(horizon_days + 1), [at for at, _ in dated], [per_day for _, per_day in dated])
        replaced = float(np.maximum(rates[1:], rates[:-1]).sum()) + max(per_day for _, per_day in dated)
    return attacker.infantry + most_arrivals(forces, ATTACKER, attacker.infantry_share) + replaced


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
    if forward > attacker.infantry:
        whose = "" if attacker.infantry == attacker.troops else f" x infantry_share {attacker.infantry_share:g}"
        yield (
            f"attacker.forward_groups {attacker.forward_groups} of {group_size} soldiers are more than "
            f"attacker.troops {attacker.troops}{whose}"
        )
    if forward <= attacker.infantry < forward + attacker.reserve:
        yield (
            f"attacker.reserve {attacker.reserve} and {forward} soldiers forward at the start are more than the "
            f"attacker's infantry, {attacker.infantry}"
        )
    shares = attacker.mobility_share
    if shares.foot + shares.motorcycle + shares.atv + shares.armour <= 0:
        yield "attacker.mobility_share gives no mobility class any share"


def time_problems(start: dt.date, horizon_days: int) -> Iterator[str]:
    """Yield what does not fit between the dates of a campaign and the dates that can be saved."""
    if start < FIRST_DATE or start > LAST_DATE - dt.timedelta(days=horizon_days):
        yield (
            f"time.start_date {start} and {horizon_days} days: a campaign must lie between {FIRST_DATE} and "
            f"{LAST_DATE}, the dates that time stamps hold"
        )


def section_problems(ground: GroundParams, defender: DefenderParams, command: CommandParams) -> Iterator[str]:
    """Yield whether the line sections could hold more soldiers than can be counted."""
    # A cell's diagonal is the longest front that it can have; its weight is that of a cell alone under pressure.
    most = defender.density_per_km * math.sqrt(2.0) * ground.cell_km * max(1.0, defender.urban_multiplier)
    most *= command.pressure_cap / command.pressure_floor
    if most > MAX_SECTION_SOLDIERS:
        yield (
            f"defender.density_per_km {defender.density_per_km:g} makes line sections of up to {most:,.0f} soldiers "
            f"(density x cell_km x urban_multiplier x pressure_cap / pressure_floor); at most "
            f"{MAX_SECTION_SOLDIERS:,} are allowed"
        )


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
        return
    paths = [ground.attacker_ground, *(place.path for kind in _KINDS_OF_PATH for place in getattr(ground, kind))]
    n_distances = size * (len(ground.settlements) + sum(map(len, paths)))
    if n_distances > MAX_DISTANCES:
        yield (
            f"ground.cell_km {ground.cell_km} makes {n_distances:,.0f} distances from cells to points of paths; at "
            f"most {MAX_DISTANCES:,} are allowed"
        )
    if size * len(ground.axes) > MAX_CELLS_OF_AXES:
        yield (
            f"ground.axes: {len(ground.axes)} axes on a map of {size:,.0f} cells; cells x axes must be at most "
            f"{MAX_CELLS_OF_AXES:,}"
        )
    length_km = sum(math.dist(a, b) for path in paths for a, b in pairwise(path))
    if length_km > MAX_PATHS_KM:
        yield f"ground has paths of {length_km:,.0f} km in total; at most {MAX_PATHS_KM:,.0f} km are allowed"


def command_problems(command: CommandParams, axes: Collection[str]) -> Iterator[str]:
    """Yield what does not fit between the orders and the axes of the map."""
    later = command.doctrine_from
    for key, doctrine in [("doctrine", command.doctrine), *(("doctrine_from", one.doctrine) for one in later)]:
        if doctrine not in command.effort:
            near = suggestion(doctrine, command.effort)
            yield f"command.{key} {doctrine!r} is not one of {', '.join(command.effort)}{near}"
    # Doctrines that are not followed may be for the axes of another map.
    for doctrine in dict.fromkeys([command.doctrine, *(one.doctrine for one in later)]):
        effort = command.effort.get(doctrine, {})
        for name in sorted(effort.keys() - set(axes)):
            near = suggestion(name, axes)
            yield f"command.effort.{doctrine}.{name} is not an axis of the ground; there are {', '.join(axes)}{near}"
        if effort and sum(effort.values()) <= 0:
            yield f"command.effort.{doctrine} gives no axis any effort"
    if any(after.day <= before.day for before, after in pairwise(later)):
        yield "command.doctrine_from must have days that rise from each change to the next"
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
                    f"settlement nor, at its end, an axis{suggestion(node, known)}"
                )
        if not _touches_map(line.path, ground):
            yield f"ground.lines_of_communication: {line.name!r} has no point on the map"
    for side, name in enumerate(SIDES):
        own = ground.lines_of(side)
        if own and all(line.start != REAR_NODE for line in own):
            yield f"ground.lines_of_communication: none of the {name}'s starts at {REAR_NODE!r}, so nothing can arrive"


def cut_problems(cuts: Sequence[Cut], lines: Sequence[LineOfCommunication]) -> Iterator[str]:
    """Yield what does not fit between dated cuts and the lines of communication."""
    for cut in cuts:
        if cut.name != "all" and not any(cut.is_of(line) for line in lines):
            own = {line.name for line in lines if line.kind == cut.kind and line.side == cut.side}
            named = ["all", *sorted(own)]
            near = suggestion(cut.name, named)
            yield f"supply.cuts: there is no {cut.kind} {cut.name!r}; there are {', '.join(named)}{near}"
        if cut.until_day <= cut.from_day:
            yield f"supply.cuts: {cut.name!r} ends on day {cut.until_day}, which is not after day {cut.from_day}"


def off_problems(off: Sequence[str], mechanisms: Collection[str]) -> Iterator[str]:
    """Yield the names under `off` that no mechanism has."""
    for name in off:
        if name not in mechanisms:
            near = suggestion(name, mechanisms, "sim list mechanisms")
            yield f"off: {name!r} is no mechanism; there are {', '.join(mechanisms)}{near}"
