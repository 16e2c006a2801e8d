"""Artillery: area fire of both sides, on tracked groups and on line sections."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.mechanisms.contract import Mechanism
from sim.mechanisms.shared.rows import end_of_group, soldiers_of, strike_off
from sim.quantity import Params, quantity
from sim.world.clock import H_PER_DAY, Tick
from sim.world.compiled_code import kernel
from sim.world.integer_codes import ATTACKER, DEFENDER, N_ACTIVE, SHELLS
from sim.world.keyed_draws import ARTILLERY, Draws, binomial, uniform
from sim.world.state import State

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.world.ground import Ground

WHO_FALLS = 1 << 20


class ArtilleryParams(Params):
    """Guns, shells and what a shell does."""

    shells_per_day: float = quantity("shells/day", "shells the defender fires at what is tracked", ge=0, le=1_000_000)
    shells_ratio: float = quantity("1", "attacker's shells for each of the defender's", ge=0)
    shells_per_aim_point_h: float = quantity("shells/h", "most shells on one aim point in an hour", ge=0)
    lethal_area_km2: float = quantity("km2", "area in which one shell strikes soldiers in the open", ge=0)
    lethal_area_dug_in_km2: float = quantity(
        "km2", "the same for soldiers dug in, before dividing by fortification", ge=0
    )
    area_per_aim_point_km2: float = quantity("km2", "ground that fire on one aim point covers at least", gt=0)
    area_per_soldier_km2: float = quantity("km2", "additional ground that each soldier of a group takes", ge=0)
    p_own_observer: float = quantity(
        "1", "probability that the defender's guns see a tracked group themselves, without being told", ge=0, le=1
    )
    share_on_objectives: float = quantity("1", "share of the attacker's shells that falls on objectives", ge=0, le=1)


class Artillery(Mechanism):
    """Shell the tracked groups and the sections of the front.

    The defender's guns know of a tracked group with probability p_integration + (1 - p_integration) p_own_observer (his
    integration: see drone strikes), drawn once a group. On those they know, his s shells (shells_per_day x mean supply
    level) an aim-point-hour (at most shells_per_aim_point_h) give a soldier of a group the hazard s lethal_area
    terrain_cover / (area_per_aim_point + area_per_soldier group_size) an hour, the cover being that of the objective's
    terrain, so the loss grows with how many stand together: Lanchester's linear law. The attacker's shells_ratio x as
    many shells fall on sections, share_on_objectives on the objectives and the rest on the whole front, hazard shells
    lethal_area_dug_in / (area_per_aim_point fortification): fortification holds what the terrain gives a section.
    Losses are Binomial(n, 1 - exp(-hazard x hours)). The shells that fall on a cell are noted in `shells`; cohesion
    reads them.
    """

    reads = frozenset(
        {
            "active", "cursor", "fortification", "group_id", "line_cells", "line_count", "n_objectives", "n_tracks",
            "objective_cell", "objectives", "section_of_cell", "supply_level", "terrain", "terrain_cover", "track_at",
            "track_from_h", "track_to_h"
        }
    )  # fmt: skip
    writes = frozenset({"losses", "n_soldiers", "shells"})

    def __init__(self, scenario: Scenario) -> None:
        self._params = p = scenario.artillery
        self._group_size = scenario.attacker.group_size
        p_told = scenario.drone_strikes.defender.p_integration
        self._p_known = p_told + (1.0 - p_told) * p.p_own_observer
        self._area_km2 = p.area_per_aim_point_km2 + p.area_per_soldier_km2 * self._group_size

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Fire one tick's shells of both sides."""
        p = self._params
        stream = draws.stream(ARTILLERY, tick)
        shells = p.shells_per_day * tick.dt_h / H_PER_DAY
        shell_groups(
            shells * state.mean_supply_level(), p.shells_per_aim_point_h, p.lethal_area_km2 / self._area_km2,
            float(self._group_size), self._p_known, draws.lifelong(ARTILLERY), ground.terrain, ground.terrain_cover,
            stream, state.active, state.cursor, state.group_id, state.n_soldiers, state.objective_cell, state.track_at,
            state.track_from_h, state.track_to_h, state.n_tracks, state.losses,
        )  # fmt: skip
        shell_sections(
            p.shells_ratio * shells, p.share_on_objectives, p.lethal_area_dug_in_km2 / p.area_per_aim_point_km2, stream,
            state.objectives, state.n_objectives, ground.line_cells, ground.line_count, ground.fortification,
            state.section_of_cell, state.n_soldiers, state.losses, ground.shells,
        )  # fmt: skip


@kernel
def shell_groups(
    shells, most_per_aim_point_h, hazard_per_shell, group_size, p_known, group_stream, terrain, terrain_cover, stream,
    active, cursor, group_id, n_soldiers, objective_cell, track_at, track_from_h, track_to_h, n_tracks, losses,
):  # fmt: skip
    """Share a tick's shells among the aim-point-hours that the guns know of and strike off those they hit."""
    aim_point_h = 0.0
    for m in range(n_tracks[0]):
        i = track_at[m]
        if uniform(group_stream, group_id[active[i]], 0) >= p_known:
            continue
        size = soldiers_of(i, end_of_group(i, cursor[N_ACTIVE], active, group_id), active, n_soldiers)
        aim_point_h += size / group_size * (track_to_h[m] - track_from_h[m])
    if aim_point_h <= 0.0:
        return
    hazard = min(most_per_aim_point_h, shells / aim_point_h) * hazard_per_shell
    k, n_struck, before = 0, 0, -1
    for m in range(n_tracks[0]):
        i = track_at[m]
        if i != before:
            k, n_struck, before = 0, 0, i
        j = end_of_group(i, cursor[N_ACTIVE], active, group_id)
        key = group_id[active[i]]
        if uniform(group_stream, key, 0) >= p_known:
            continue
        size = soldiers_of(i, j, active, n_soldiers)
        cover = terrain_cover[terrain[objective_cell[active[i]]]]
        p_lost = 1.0 - math.exp(-hazard * cover * (track_to_h[m] - track_from_h[m]))
        n_lost = binomial(uniform(stream, key, k), size, p_lost)
        k += 1
        losses[ATTACKER, SHELLS] += n_lost
        for s in range(n_lost):
            strike_off(uniform(stream, key, WHO_FALLS + n_struck + s), i, j, active, n_soldiers)
        n_struck += n_lost


@kernel
def shell_sections(
    shells, share_on_objectives, hazard_per_shell, stream, objectives, n_objectives, line_cells, line_count,
    fortification, section_of_cell, n_soldiers, losses, shells_in_cell,
):  # fmt: skip
    """Shell the objectives, then the front, with a tick's shells spread evenly over each."""
    n_aimed = n_objectives.sum()
    if n_aimed > 0:
        n_shells = shells * share_on_objectives / n_aimed
        for axis in range(len(n_objectives)):
            for i in range(n_objectives[axis]):
                cell = objectives[axis, i]
                shells_in_cell[cell] += n_shells
                hazard = n_shells * hazard_per_shell
                shell_section(hazard, 0, cell, stream, fortification, section_of_cell, n_soldiers, losses)
    n_shells = shells * (1.0 - share_on_objectives) / max(1, line_count[0])
    for i in range(line_count[0]):
        shells_in_cell[line_cells[i]] += n_shells
        hazard = n_shells * hazard_per_shell
        shell_section(hazard, 1, line_cells[i], stream, fortification, section_of_cell, n_soldiers, losses)


@kernel
def shell_section(hazard, k, cell, stream, fortification, section_of_cell, n_soldiers, losses):
    """Strike off what the shells on one cell hit."""
    section = section_of_cell[cell]
    if n_soldiers[section] > 0:
        p_lost = 1.0 - math.exp(-hazard / fortification[cell])
        n_lost = binomial(uniform(stream, section, k), n_soldiers[section], p_lost)
        n_soldiers[section] -= n_lost
        losses[DEFENDER, SHELLS] += n_lost
