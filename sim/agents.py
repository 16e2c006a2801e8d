"""The agents: commanders and formations, which decide once a day, and fireteams, which are views of rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.codes import ATTACKER, DEFENDER, FORCE_CULMINATED, N_ACTIVE, RESERVE_COMMITTED, SIDES, STATES
from sim.ground import ATTACKER_HELD, DEFENDER_HELD
from sim.mechanisms.command import (
    choose_objectives,
    order_relief,
    post_crews,
    pressure_weights,
    set_targets,
    spread_entries,
)
from sim.quantity import MOBILITIES

if TYPE_CHECKING:
    from sim.model import Campaign
    from sim.schema import Scenario


@dataclass(frozen=True)
class Observation:
    """What a side's commander knows at the start of a day."""

    day: int
    pool_soldiers: int
    line_soldiers: int
    target_soldiers: int
    reserve_soldiers: int
    area_taken_km2_by_axis: tuple[float, ...]


@dataclass(frozen=True)
class Orders:
    """What a commander decides for a day; a defender's orders leave effort empty."""

    effort: tuple[float, ...] = ()
    release_per_day: float = 0.0
    is_reserve_committed: bool = False


Policy = Callable[[Observation], Orders]


def doctrine(scenario: Scenario) -> Policy:
    """Return the attacker's scripted policy: the doctrine's effort, a share of the pool (or a fixed number) a day."""
    command = scenario.command
    effort = command.effort[command.doctrine]
    shares = tuple(effort.get(axis.name, 0.0) / sum(effort.values()) for axis in scenario.ground.axes)

    def policy(observation: Observation) -> Orders:
        from_pool = command.release_share_per_day * observation.pool_soldiers
        is_absolute = command.release == "absolute"
        return Orders(shares, command.release_soldiers_per_day if is_absolute else from_pool)

    return policy


def hold_the_line(scenario: Scenario) -> Policy:
    """Return the defender's scripted policy: commit the reserve once the line falls below a share of its target."""
    threshold = scenario.command.reserve_threshold

    def policy(observation: Observation) -> Orders:
        is_thin = observation.line_soldiers < threshold * observation.target_soldiers
        return Orders(is_reserve_committed=is_thin and observation.reserve_soldiers > 0)

    return policy


class Commander(mesa.Agent):
    """One side's commander: turns what the side sees into the day's orders by a replaceable policy."""

    def __init__(self, model: Campaign, side: int, policy: Policy) -> None:
        super().__init__(model)
        self.side, self.policy = side, policy
        self.orders = Orders()
        self.has_culminated = False

    def step(self) -> None:
        """Observe, decide, and write the orders down."""
        self.orders = self.policy(self.observe())
        model: Campaign = self.model
        if self.side == ATTACKER:
            model.state.effort[:] = self.orders.effort or 0.0
            model.state.release_per_day[0] = self.orders.release_per_day
            pool = int(model.state.pool_soldiers[0])
            if pool < max(self.orders.release_per_day, 1.0) and not self.has_culminated:
                self.has_culminated = True
                model.state.log(FORCE_CULMINATED, model.hour, value=float(pool))
        elif self.orders.is_reserve_committed and np.isinf(model.state.reserve_arrives_h[0]):
            delay_h = model.inputs.reinforcement.reserve_delay_h
            model.state.reserve_arrives_h[0] = model.hour + delay_h
            model.state.log(RESERVE_COMMITTED, model.hour, value=float(model.state.reserve[0]))

    def observe(self) -> Observation:
        """Gather what the commander knows."""
        model: Campaign = self.model
        state, ground = model.state, model.ground
        line = ground.line_cells[: ground.line_count[1]]
        taken = (ground.control == ATTACKER_HELD) & (ground.initial_control == DEFENDER_HELD) & (ground.axis >= 0)
        area = np.bincount(ground.axis[taken], minlength=len(ground.axis_names)) * ground.cell_km**2
        return Observation(
            day=int(model.hour // 24),
            pool_soldiers=int(state.pool_soldiers[0]),
            line_soldiers=int(state.n_soldiers[state.section_of_cell[line]].sum()),
            target_soldiers=int(ground.target_soldiers[line].sum()),
            reserve_soldiers=int(state.reserve[0]),
            area_taken_km2_by_axis=tuple(float(a) for a in area),
        )


class Formation(mesa.Agent):
    """One side's force on one axis: the attacker's chooses objectives, the defender's mans the line."""

    def __init__(self, model: Campaign, side: int, axis: int) -> None:
        super().__init__(model)
        self.side, self.axis = side, axis
        self.name = f"{SIDES[side]}, {model.ground.axis_names[axis]}"

    def step(self) -> None:
        """Carry out the day's orders on this axis."""
        model: Campaign = self.model
        if self.side == ATTACKER:
            command = model.inputs.command
            n = int(command.n_objectives * model.state.effort[self.axis] + 0.5)
            n = max(n, 1) if model.state.effort[self.axis] > 0 and command.n_objectives > 0 else n
            choose_objectives(model.state, model.ground, self.axis, n, command, model.tick, model.draws)
        else:
            force = model.inputs.defender
            set_targets(
                model.ground, self.axis, model.weights, force.density_per_km, force.urban_multiplier, force.depth_share
            )

    @property
    def n_soldiers(self) -> int:
        """Soldiers of this side in the field on this axis (the attacker's pool belongs to no axis)."""
        state = self.model.state
        if self.side == DEFENDER:
            rows = np.flatnonzero(state.axis[: state.n_sections] == self.axis)
        else:
            active = state.active[: state.cursor[N_ACTIVE]]
            rows = active[state.axis[active] == self.axis]
        return int(state.n_soldiers[rows].sum())


class Fireteam(mesa.Agent):
    """A view of one row of the state: nothing is stored here, everything is read through the model."""

    def __init__(self, model: Campaign, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def state(self) -> str:
        """What the team is doing, one of `sim.state.STATES`."""
        return STATES[self.model.state.state[self.row]]

    @property
    def side(self) -> str:
        """Attacker or defender."""
        return SIDES[self.model.state.side[self.row]]

    @property
    def n_soldiers(self) -> int:
        """Soldiers alive in the team."""
        return int(self.model.state.n_soldiers[self.row])

    @property
    def mobility(self) -> str:
        """How the team moves."""
        return MOBILITIES[self.model.state.mobility[self.row]]

    @property
    def group_id(self) -> int:
        """First row of the group it belongs to; -1 while it was never sent forward."""
        return int(self.model.state.group_id[self.row])

    @property
    def remaining_km(self) -> float:
        """Distance to its objective, or back to the staging area."""
        return float(self.model.state.remaining_km[self.row])


def daily_orders(model: Campaign) -> None:
    """Let commanders decide, then formations carry it out: the first thing that happens in a day."""
    if "command" in model.inputs.off:
        return
    spread_entries(model.state, model.ground, model.inputs.command)
    for commander in model.commanders:
        commander.step()
    model.weights = pressure_weights(model.ground, model.inputs.command)
    for formation in model.formations:
        formation.step()
    post_crews(model.state, model.ground, model.weights)
    garrison = model.inputs.control.garrison_per_km * model.ground.km_per_front_cell
    order_relief(model.state, model.ground, garrison)
