"""Cohesion: raids, lost neighbours and shells shake a section; it recovers with time; pockets are given up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.mechanisms.contract import Mechanism
from sim.quantity import Params, quantity
from sim.world.clock import H_PER_DAY, Tick
from sim.world.compiled_code import kernel
from sim.world.integer_codes import BREAKOUT, BROKE_OUT, DEFENDER
from sim.world.keyed_draws import COHESION, Draws, binomial, uniform, waiting_h
from sim.world.row_queues import log_event
from sim.world.state import State

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.world.ground import Ground


class CohesionParams(Params):
    """What fear, fire and isolation do to a line section."""

    raid_fear: float = quantity("1", "cohesion lost when a neighbouring cell is raided or lost", ge=0, le=1)
    suppression_per_shell: float = quantity("1", "cohesion lost to each shell that falls on the section", ge=0, le=1)
    floor: float = quantity("1", "least cohesion of a section", ge=0, le=1)
    recovery_h: float = quantity("h", "time constant with which cohesion recovers", gt=0)
    breakouts_per_day: float = quantity("1/day", "rate at which a section in a pocket gives it up", ge=0)
    p_lost_breaking_out: float = quantity("1", "probability that one of its soldiers is lost on the way", ge=0, le=1)


class Cohesion(Mechanism):
    """Shake the sections by the raids and shells of a tick, let all recover, and let pockets break out.

    First c <- max(floor, c - raid_fear x raids beside it), then 1 - c <- (1 - c) exp(-dt / recovery_h) +
    suppression_per_shell x shells x (recovery_h / dt) (1 - exp(-dt / recovery_h)), which is exact for shells that fall
    evenly over the tick; c is not below floor. Cohesion scales a section's fire and how strong it looks to those who
    wait before it (see direct fire). A section that stands in a pocket and is not assaulted leaves it with probability
    1 - exp(-breakouts_per_day dt / 24); of its n soldiers Binomial(n, p_lost_breaking_out) are lost, and the others are
    at hand again.
    """

    reads = frozenset({"assault_force", "is_connected", "is_held_by_enemy", "neighbours", "objective_cell"})
    writes = frozenset({"cohesion", "events", "losses", "n_events", "n_soldiers", "raids", "shells", "unassigned"})

    def __init__(self, scenario: Scenario) -> None:
        self._params = scenario.cohesion

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Spread one tick's fear and one tick's recovery."""
        p = self._params
        kept = math.exp(-tick.dt_h / p.recovery_h)
        suppression = p.suppression_per_shell * (1.0 - kept) * p.recovery_h / tick.dt_h
        cells = state.objective_cell[: state.n_sections]
        shake(
            p.raid_fear, suppression, p.floor, kept, cells, ground.neighbours, ground.raids, ground.shells,
            ground.cohesion,
        )  # fmt: skip
        break_out(
            tick.start_h, tick.dt_h, p.breakouts_per_day / H_PER_DAY, p.p_lost_breaking_out,
            draws.stream(COHESION, tick), cells, ground.is_connected, ground.assault_force, ground.is_held_by_enemy,
            state.n_soldiers, state.unassigned, state.losses, state.events, state.n_events,
        )  # fmt: skip


@kernel
def shake(raid_fear, suppression, floor, kept, cells, neighbours, raids, shells, cohesion):
    """Apply the raids of a tick to the neighbours of the cells raided and its shells where they fell, then recover."""
    is_quiet = raids.sum() == 0
    for cell in cells:
        fear = 0.0 if is_quiet else fear_of_raids(raid_fear, cell, neighbours, raids)
        shaken = (1.0 - max(floor, cohesion[cell] - fear)) * kept + suppression * shells[cell]
        cohesion[cell] = max(floor, 1.0 - shaken)
        shells[cell] = 0.0
    if not is_quiet:
        raids[:] = 0


@kernel
def fear_of_raids(raid_fear, cell, neighbours, raids):
    """Return the loss of cohesion by the raids on the cells beside one."""
    fear = 0.0
    for j in range(4):
        other = neighbours[cell, j]
        fear += raid_fear * raids[other] if other >= 0 else 0.0
    return fear


@kernel
def break_out(
    hour, dt, rate, p_lost, stream, cells, is_connected, assault_force, is_held_by_enemy, n_soldiers, unassigned,
    losses, events, n_events,
):  # fmt: skip
    """Let the sections in pockets leave; a section's row is the place of its cell in `cells`."""
    for section in range(len(cells)):
        cell = cells[section]
        if is_connected[cell] or n_soldiers[section] == 0 or assault_force[cell] > 0 or is_held_by_enemy[cell]:
            continue
        leaves_h = waiting_h(stream, section, 0, rate)
        if leaves_h < dt:
            n_lost = binomial(uniform(stream, section, 1), n_soldiers[section], p_lost)
            losses[DEFENDER, BREAKOUT] += n_lost
            unassigned[DEFENDER] += n_soldiers[section] - n_lost
            log_event(BROKE_OUT, hour + leaves_h, cell, n_soldiers[section], events, n_events)
            n_soldiers[section] = 0
