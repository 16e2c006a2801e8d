"""Depth: the line is as strong as the soldiers there are; it digs in, moves and falls back."""

from __future__ import annotations

import math
from typing import ClassVar, NamedTuple

import numpy as np

from sim.mechanisms.mechanism_interface import Mechanism
from sim.mechanisms.shared import front
from sim.mechanisms.shared.marches import marching_to, set_out, survive_the_road
from sim.mechanisms.shared.positions import dig, make_positions, positions_of, settle_new_ground
from sim.mechanisms.shared.sectors import Sectors, apportion, distances_km, flows, sectors_of, wanted
from sim.mechanisms.shared.withdrawal import fall_back, walk_in
from sim.quantity import MAX_DAY, MAX_H, Params, quantity
from sim.world.clock import H_PER_DAY, Tick
from sim.world.compiled_code import allocating_kernel
from sim.world.ground import FRONT, URBAN, Ground
from sim.world.integer_codes import DEFENDER
from sim.world.keyed_draws import DEPTH, Draws, uniform
from sim.world.pairwise_sum import sum_in_pairs
from sim.world.row_queues import count_all
from sim.world.state import State


class DepthParams(Params):
    """A line of the soldiers there are, with stocks by sector."""

    hold_back: float = quantity("1", "share of a sector's soldiers in its stock behind the line", ge=0, le=0.9)
    max_per_km: float = quantity("soldiers/km", "most soldiers of a section per kilometre of front", gt=0, le=10_000)
    rotation_days: float = quantity(
        "day", "time constant with which soldiers rotate between the line and rest", gt=0, le=MAX_DAY
    )
    flow_days: float = quantity(
        "day", "time constant with which soldiers move to a sector that needs them", gt=0, le=MAX_DAY
    )
    share_by_length: float = quantity("1", "share of the soldiers wanted in a sector for its length alone", ge=0, le=1)
    gap_weight: float = quantity("1", "weight of gaps, beside pressure, in the threat to a sector", ge=0, le=1)
    move_prep_h: float = quantity("h", "time until soldiers who are sent to another sector set out", ge=0, le=MAX_H)
    road_km_per_night: float = quantity("km/day", "march behind the line in a night", gt=0, le=1000)
    road_loss_per_km: float = quantity("1/km", "hazard of a march behind the line", ge=0, le=1)
    dig_days: float = quantity("day", "time constant with which a manned position is dug in", gt=0, le=MAX_DAY)
    dug0: float = quantity("1", "share of a position's gain that new ground gives at once", ge=0, le=1)
    dug0_city: float = quantity("1", "the same in a built-up area", ge=0, le=1)
    build_days_per_line: float = quantity("day", "work of the engineers on a whole prepared line", gt=0, le=MAX_DAY)
    withdraw_h: float = quantity(
        "h", "mean time until a section leaves ground that is given up by order", gt=0, le=MAX_H
    )
    p_lost_withdraw: float = quantity("1", "share of soldiers lost in a withdrawal by order", ge=0, le=1)
    unopposed_h_per_km: float = quantity(
        "h/km", "time that the attacker takes over a kilometre of ground given up", ge=0, le=MAX_H
    )
    withdraw_at_gaps: float = quantity(
        "1", "share of gaps in an axis's front from which the policy `elastic` falls back", gt=0, le=1
    )


class Line(NamedTuple):
    """How dense the line is wanted: soldiers per km and the factors on it, the shares forward at most and held back."""

    density_per_km: float
    urban_multiplier: float
    depth_share: float
    in_line_share: float
    hold_back: float


class DepthValues(NamedTuple):
    """The values of DepthParams that the mechanism needs; the commanders use the others."""

    line: Line
    rotation_days: float
    flow_days: float
    share_by_length: float
    gap_weight: float
    move_prep_h: float
    road_km_per_night: float
    road_loss_per_km: float
    dig_days: float
    dug0: float
    dug0_city: float
    build_days_per_line: float
    withdraw_h: float
    p_lost_withdraw: float
    unopposed_h_per_km: float


class Depth(Mechanism):
    """Once a day move soldiers between rest, stocks and sectors; dig positions in, and build prepared lines.

    Forward (in line, stock and on the march) are to be as many as the density wants, W = density_per_km x km x factors
    / (1 - hold_back), but at most in_line_share of those forward and at rest: losses are made good from rest the next
    morning, and rotation closes the rest of the difference with the time constant rotation_days, each sector in
    proportion to its soldiers. A sector with more than it wants, X_s (see `wanted`), sends 1 - exp(-1 day /
    flow_days) of its surplus from its stock to those with less. A manned position is dug in as d dug / dt = (1 - dug) /
    dig_days; the divisor of fire is 1 + (full - 1) dug, and new ground starts at dug0. Engineers finish one line after
    the other, the one next to the front first. Sections on ground that is given up leave it (see `withdrawal`).
    """

    reads: ClassVar[frozenset[str]] = front.READS | {
        "active", "belt", "fortification_full", "march_axis", "march_side", "pressure", "section_of_cell",
        "sector_weight", "state", "target_soldiers", "terrain"
    }  # fmt: skip
    writes: ClassVar[frozenset[str]] = front.WRITES | {
        "belt_ready", "ceded_h", "count", "dug", "fortification", "losses", "march_arrives_h", "march_axis",
        "march_side", "march_soldiers", "n_marching", "resting", "sector"
    }  # fmt: skip

    def __init__(self, values: DepthValues) -> None:
        self._values = values

    def begin(self, state: State, ground: Ground) -> None:
        """Give each axis its own stock, and dig in the line of the start."""
        p = self._values
        ground.sector[:] = np.maximum(ground.axis, 0)
        make_positions(ground, p.dug0, p.dug0_city)
        self._control, self._positions = ground.control.copy(), positions_of(ground)
        self._version = int(ground.front_version[0])
        self._due, self._lost, self._is_ceding = 0.0, 0, False

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Note what changed hands; in the morning rotate, shift, dig and build."""
        p = self._values
        if tick.is_new_day:  # ground is given up by the orders of a morning
            self._is_ceding = bool(np.isfinite(ground.ceded_h).any())
        if self._is_ceding:
            stream = draws.stream(DEPTH, tick)
            fall_back(state, ground, tick, stream, p.withdraw_h, p.p_lost_withdraw)
            walk_in(state, ground, tick, stream, p.unopposed_h_per_km)
        if self._version != ground.front_version[0]:
            settle_new_ground(
                p.dug0, p.dug0_city, self._control, ground.control, ground.terrain, ground.ceded_h, ground.dug,
                ground.fortification, ground.fortification_full,
            )  # fmt: skip
            self._version = int(ground.front_version[0])
        if not tick.is_new_day:
            return
        dig(state, ground, 1.0 - math.exp(-1.0 / p.dig_days), 1.0 / p.build_days_per_line, self._positions)
        sectors = sectors_of(state, ground)
        sectors.soldiers[:] += self._rotate(state, ground, sectors.soldiers)
        self._shift(state, ground, sectors, tick, draws)

    def _forward(self, state: State) -> int:
        in_line = count_all(state.n_soldiers[: state.n_sections])
        return int(in_line + state.stock[DEFENDER].sum() + marching_to(state, DEFENDER).sum())

    def _rotate(self, state: State, ground: Ground, by_sector: np.ndarray) -> np.ndarray:
        """Bring soldiers from rest into the stocks of their sectors, or send some to rest; return how many moved."""
        forward, stock, line = self._forward(state), state.stock[DEFENDER], self._values.line
        most = line.in_line_share * (forward + int(state.resting[DEFENDER]))
        gap = min(most, forward_by_density(ground, line)) - forward
        lost = int(state.losses[DEFENDER].sum())
        self._due += (
            lost - self._lost + (gap - (lost - self._lost)) * (1.0 - math.exp(-1.0 / self._values.rotation_days))
        )
        self._lost = lost
        n = math.floor(self._due)
        if n > 0:
            n = min(n, int(state.resting[DEFENDER]))
            moved = apportion(n, by_sector)
        else:
            n = max(n, -int(stock.sum()))
            moved = -apportion(-n, stock.astype(np.float64))
        self._due = min(max(self._due - n, -1.0), 1.0)
        stock += moved
        state.resting[DEFENDER] -= n
        return moved

    def _shift(self, state: State, ground: Ground, sectors: Sectors, tick: Tick, draws: Draws) -> None:
        """Send soldiers from the stocks of sectors with a surplus to those with a deficit."""
        p = self._values
        sent = flows(
            sectors.soldiers, wanted(sectors, p.share_by_length, p.gap_weight), 1.0 - math.exp(-1.0 / p.flow_days),
            state.stock[DEFENDER],
        )  # fmt: skip
        if not sent.any():
            return
        stream, km = draws.stream(DEPTH, tick), distances_km(ground)
        for start, end in zip(*np.nonzero(sent), strict=True):
            n, far = int(sent[start, end]), float(km[start, end])
            state.stock[DEFENDER, start] -= n
            p_lost = 1.0 - math.exp(-p.road_loss_per_km * far)
            n = survive_the_road(state, DEFENDER, n, p_lost, uniform(stream, int(start * len(sent) + end), 0))
            set_out(state, DEFENDER, int(end), n, tick.start_h + p.move_prep_h + far / p.road_km_per_night * H_PER_DAY)


def forward_by_density(ground: Ground, line: Line) -> float:
    """Return how many soldiers the density wants forward, in the line as it runs now and in stock behind it."""
    weight = weigh_line(
        line.urban_multiplier, line.depth_share, ground.line_cells[: ground.line_count[1]], ground.terrain, ground.line
    )
    return float(line.density_per_km * ground.km_per_front_cell * weight / (1.0 - line.hold_back))


@allocating_kernel
def weigh_line(urban_multiplier, depth_share, cells, terrain, line):
    """Return the sum over the cells of a line (int32) of the factors on their density; terrain, line (int8) by cell."""
    shares = np.ones(len(cells))
    for i in range(len(cells)):
        shares[i] *= urban_multiplier if terrain[cells[i]] == URBAN else 1.0
        shares[i] *= depth_share if line[cells[i]] != FRONT else 1.0
    return sum_in_pairs(shares)
