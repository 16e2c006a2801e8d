"""Artillery: area fire of both sides, on tracked groups and on line sections."""

from __future__ import annotations

import math
from typing import ClassVar, NamedTuple

import numpy as np

from sim.mechanisms.mechanism_interface import Mechanism
from sim.mechanisms.shared.groups import end_of_group, soldiers_of, strike_off
from sim.quantity import Params, quantity
from sim.world.clock import H_PER_DAY, Tick
from sim.world.compiled_code import kernel
from sim.world.ground import Ground
from sim.world.integer_codes import ATTACKER, DEFENDER, N_ACTIVE, SHELLS
from sim.world.keyed_draws import ARTILLERY, Draws, binomial, uniform
from sim.world.state import State
from sim.world.value_records import record_of

# A group's draws in a tick: one for each interval in which it is tracked, and, from here on, one for each loss.
STRUCK = 1 << 20


class ArtilleryParams(Params):
    """Guns, shells and what a shell does."""

    shells_per_day: float = quantity("shells/day", "shells fired by the defender at tracked groups", ge=0, le=1_000_000)
    shells_ratio: float = quantity("1", "shells of the attacker for each shell of the defender", ge=0, le=1000)
    shells_per_aim_point_h: float = quantity("shells/h", "most shells on one aim point in an hour", ge=0, le=100_000)
    lethal_area_km2: float = quantity("km2", "lethal area of one shell for soldiers in the open", ge=0, le=1)
    lethal_area_dug_in_km2: float = quantity(
        "km2", "lethal area of one shell for soldiers dug in, before dividing by fortification", ge=0, le=1
    )
    area_per_aim_point_km2: float = quantity("km2", "least area covered by fire on one aim point", gt=0, le=1000)
    area_per_soldier_km2: float = quantity("km2", "additional area under fire for each soldier of a group", ge=0, le=1)
    p_own_observer: float = quantity(
        "1", "probability that the defender's guns see a tracked group themselves", ge=0, le=1
    )
    share_on_objectives: float = quantity("1", "share of the attacker's shells that falls on objectives", ge=0, le=1)


class ArtilleryValues(NamedTuple):
    """Values of artillery; units and meanings are those of ArtilleryParams."""

    shells_per_day: float
    shells_ratio: float
    shells_per_aim_point_h: float
    lethal_area_km2: float
    lethal_area_dug_in_km2: float
    area_per_aim_point_km2: float
    area_per_soldier_km2: float
    p_own_observer: float
    share_on_objectives: float
    group_size: int  # soldiers of an attacker's group
    p_integration: float  # of the defender's drones


class Rows(NamedTuple):
    """Columns of State by row, and the list of n_active active rows."""

    active: np.ndarray
    n_active: int
    group_id: np.ndarray
    n_soldiers: np.ndarray
    objective_cell: np.ndarray


class Cells(NamedTuple):
    """Columns of Ground by cell, cover by terrain, the line, the objectives by axis, and the section of each cell."""

    terrain: np.ndarray
    terrain_cover: np.ndarray
    fortification: np.ndarray
    shells: np.ndarray
    line_cells: np.ndarray
    n_front: int
    objectives: np.ndarray
    n_objectives: np.ndarray
    section: np.ndarray


class Tracks(NamedTuple):
    """The n intervals of a tick in which groups are tracked; those of a group follow each other."""

    at: np.ndarray
    from_h: np.ndarray
    to_h: np.ndarray
    n: int


class Guns(NamedTuple):
    """The defender's guns in a tick; `group_stream` decides which groups they know of."""

    shells: float
    most_per_aim_point_h: float
    hazard_per_shell: float
    group_size: int
    p_known: float
    group_stream: np.ndarray


class Barrage(NamedTuple):
    """The attacker's shells in a tick."""

    shells: float
    share_on_objectives: float
    hazard_per_shell: float
    stream: np.ndarray


class Artillery(Mechanism):
    """Shell the tracked groups and the sections of the front.

    The defender's guns know of a tracked group with probability p_integration + (1 - p_integration) p_own_observer (the
    integration of its drones), drawn once per group. On those they know, s shells (shells_per_day x mean supply level)
    per aim-point-hour (at most shells_per_aim_point_h) give a soldier of a group the hazard s lethal_area terrain_cover
    / (area_per_aim_point + area_per_soldier group_size) per hour, the cover being that of the objective's terrain, so
    the loss grows with the number that stand together: Lanchester's linear law. The attacker's shells_ratio x
    shells_per_day x its own mean supply level fall on sections, share_on_objectives on the objectives and the rest on
    the whole front, hazard shells lethal_area_dug_in / (area_per_aim_point fortification): fortification includes the
    cover of a section's terrain. Losses are Binomial(n, 1 - exp(-hazard x hours)). The shells that fall on a cell are
    added to `shells`, which cohesion uses.
    """

    reads: ClassVar[frozenset[str]] = frozenset(
        {
            "active", "cursor", "fortification", "group_id", "line_cells", "line_count", "n_objectives", "n_tracks",
            "objective_cell", "objectives", "section_of_cell", "supply_level", "terrain", "terrain_cover", "track_at",
            "track_from_h", "track_to_h"
        }
    )  # fmt: skip
    writes: ClassVar[frozenset[str]] = frozenset({"losses", "n_soldiers", "shells"})

    def __init__(self, values: ArtilleryValues) -> None:
        self._record = record_of(values)

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Fire one tick's shells of both sides."""
        shell(
            self._record, tick.dt_h, state.mean_supply_level(ATTACKER), state.mean_supply_level(DEFENDER),
            draws.lifelong(ARTILLERY), draws.stream(ARTILLERY, tick), state.active, state.cursor, state.group_id,
            state.n_soldiers, state.objective_cell, state.section_of_cell, state.objectives, state.n_objectives,
            state.track_at, state.track_from_h, state.track_to_h, state.n_tracks, state.losses, ground.terrain,
            ground.terrain_cover, ground.fortification, ground.shells, ground.line_cells, ground.line_count,
        )  # fmt: skip


@kernel
def shell(
    record, dt_h, attackers_level, defenders_level, group_stream, stream, active, cursor, group_id, n_soldiers,
    objective_cell, section_of_cell, objectives, n_objectives, track_at, track_from_h, track_to_h, n_tracks, losses,
    terrain, terrain_cover, fortification, shells_in_cell, line_cells, line_count,
):  # fmt: skip
    """Fire one tick's shells of both sides.

    record: ArtilleryValues. dt_h: length of the tick, h. attackers_level, defenders_level: mean supply levels.
    group_stream, stream: (4,) uint64, of draws per group and per tick. active to objective_cell: list, cursors and
    columns of State by row. section_of_cell: int32 by cell. objectives: (axes, cells) int32, the first n_objectives of
    each axis. track_at to n_tracks: the intervals in which groups are tracked, (1,) int64 of them. losses: (2, causes)
    int64. terrain, fortification, shells_in_cell: columns of Ground by cell. terrain_cover: by terrain. line_cells:
    int32, the first line_count[0] of them are the front.
    """
    values, rows = record[0], Rows(active, cursor[N_ACTIVE], group_id, n_soldiers, objective_cell)
    cells = Cells(
        terrain, terrain_cover, fortification, shells_in_cell, line_cells, line_count[0], objectives, n_objectives,
        section_of_cell,
    )  # fmt: skip
    shells = values.shells_per_day * dt_h / H_PER_DAY
    area_km2 = values.area_per_aim_point_km2 + values.area_per_soldier_km2 * values.group_size
    p_known = values.p_integration + (1.0 - values.p_integration) * values.p_own_observer
    guns = Guns(
        shells * defenders_level, values.shells_per_aim_point_h, values.lethal_area_km2 / area_km2, values.group_size,
        p_known, group_stream,
    )  # fmt: skip
    shell_groups(guns, stream, rows, Tracks(track_at, track_from_h, track_to_h, n_tracks[0]), cells, losses)
    hazard_per_shell = values.lethal_area_dug_in_km2 / values.area_per_aim_point_km2
    n_shells = values.shells_ratio * shells * attackers_level
    barrage = Barrage(n_shells, values.share_on_objectives, hazard_per_shell, stream)
    losses[DEFENDER, SHELLS] += shell_sections(barrage, rows, cells)


@kernel
def shell_groups(guns, stream, rows, tracks, cells, losses):
    """Share a tick's shells among the aim-point-hours that the guns know of and remove the soldiers that they hit."""
    aim_point_h = 0.0
    for m in range(tracks.n):
        i = tracks.at[m]
        if is_known(i, guns, rows):
            size = soldiers_of(i, end_of_group(i, rows.n_active, rows), rows)
            aim_point_h += size / guns.group_size * (tracks.to_h[m] - tracks.from_h[m])
    if aim_point_h <= 0.0:
        return
    hazard = min(guns.most_per_aim_point_h, guns.shells / aim_point_h) * guns.hazard_per_shell
    k, n_struck, before = 0, 0, -1
    for m in range(tracks.n):
        i = tracks.at[m]
        if i != before:
            k, n_struck, before = 0, 0, i
        if not is_known(i, guns, rows):
            continue
        j = end_of_group(i, rows.n_active, rows)
        row = rows.active[i]
        cover = cells.terrain_cover[cells.terrain[rows.objective_cell[row]]]
        p_lost = 1.0 - math.exp(-hazard * cover * (tracks.to_h[m] - tracks.from_h[m]))
        n_lost = binomial(uniform(stream, rows.group_id[row], k), soldiers_of(i, j, rows), p_lost)
        k += 1
        losses[ATTACKER, SHELLS] += n_lost
        for s in range(n_lost):
            strike_off(uniform(stream, rows.group_id[row], STRUCK + n_struck + s), i, j, rows)
        n_struck += n_lost


@kernel
def is_known(i, guns, rows):
    """Return whether the guns know of the group at position i while it is tracked."""
    return uniform(guns.group_stream, rows.group_id[rows.active[i]], 0) < guns.p_known


@kernel
def shell_sections(barrage, rows, cells):
    """Shell the objectives, then the front, with a tick's shells spread evenly over each; return the losses."""
    n_lost = 0
    n_aimed = cells.n_objectives.sum()
    if n_aimed > 0:
        n_shells = barrage.shells * barrage.share_on_objectives / n_aimed
        for axis in range(len(cells.n_objectives)):
            for i in range(cells.n_objectives[axis]):
                n_lost += shell_section(n_shells, 0, cells.objectives[axis, i], barrage, rows, cells)
    n_shells = barrage.shells * (1.0 - barrage.share_on_objectives) / max(1, cells.n_front)
    for i in range(cells.n_front):
        n_lost += shell_section(n_shells, 1, cells.line_cells[i], barrage, rows, cells)
    return n_lost


@kernel
def shell_section(n_shells, k, cell, barrage, rows, cells):
    """Let shells fall on a cell and remove the soldiers of its section that they hit; return how many."""
    cells.shells[cell] += n_shells
    hazard = n_shells * barrage.hazard_per_shell
    section = cells.section[cell]
    if rows.n_soldiers[section] == 0:
        return 0
    u, hazard = uniform(barrage.stream, section, k), hazard / cells.fortification[cell]
    # 1 - exp(-hazard) <= hazard: few hazards are so large that it takes more to see that no soldier is lost.
    if u < 1.0 - rows.n_soldiers[section] * hazard - 1e-9:
        return 0
    n_lost = binomial(u, rows.n_soldiers[section], 1.0 - math.exp(-hazard))
    rows.n_soldiers[section] -= n_lost
    return n_lost
