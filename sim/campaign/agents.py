"""The agents: commanders and formations, which decide once a day, and fireteams, which are views of rows."""

from __future__ import annotations

from typing import Protocol

import mesa
import numpy as np
from mesa.discrete_space import Cell

from sim.campaign.daily_orders import (
    choose_objectives,
    order_relief,
    post_crews,
    spread_entries,
)
from sim.campaign.fallback_lines import give_up, lines_behind
from sim.campaign.manning import Finite, by_density, man_sector, pressure_weights, set_targets
from sim.campaign.orders import Observation, Orders, check
from sim.campaign.policies import Policy, name_of
from sim.campaign.reserve_orders import send_units, soldiers_sent
from sim.campaign.sector_indicators import Breaks, breaks, gap_share, line_soldiers, note_taken_ground, units_ready
from sim.errors import InputError
from sim.quantity import MOBILITIES
from sim.scenario.schema import Scenario
from sim.world.clock import H_PER_DAY, Tick
from sim.world.ground import Ground
from sim.world.integer_codes import (
    ATTACKER,
    DEFENDER,
    FORCE_CULMINATED,
    N_ACTIVE,
    OFFENSIVE_RESUMED,
    SIDES,
    STATES,
)
from sim.world.keyed_draws import Draws
from sim.world.state import State


class AgentsCampaign(Protocol):
    """What agents need of the campaign that they act in."""

    inputs: Scenario
    state: State
    ground: Ground
    draws: Draws
    tick: Tick
    weights: np.ndarray
    commanders: list[Commander]
    formations: list[Formation]

    @property
    def hour(self) -> float:
        """Hours of the campaign so far."""

    def cell_of(self, row: int) -> Cell | None:
        """Return the cell of Mesa's grid in which the team of a row is."""


class CampaignAgent(mesa.Agent):
    """An agent of a campaign: all that it does and knows lies in the campaign's arrays."""

    def __init__(self, model: AgentsCampaign) -> None:
        super().__init__(model)
        self.campaign: AgentsCampaign = model

    def remove(self) -> None:
        """Refuse, whoever asks: the soldiers would go on fighting in the arrays. Raises InputError."""
        what = type(self).__name__.lower()
        raise InputError(
            [f"a {what} cannot be removed: it only shows what the campaign's arrays hold; to remove soldiers, write a "
             "mechanism that lowers n_soldiers of the state"]
        )  # fmt: skip


class Commander(CampaignAgent):
    """The commander of one side, who turns what the side sees into orders for the day by a replaceable policy."""

    def __init__(self, model: AgentsCampaign, side: int, policy: Policy) -> None:
        super().__init__(model)
        self.side: int = side
        self.policy: Policy = policy
        self.orders: Orders = Orders()
        self.has_culminated: bool = False

    def step(self, seen: Breaks | None = None) -> None:
        """Observe, decide, and give the orders; a force that has culminated releases no soldiers.

        seen: the breaks of this morning, where somebody has looked already.
        """
        if self.side == ATTACKER:
            self._take_stock()
        self.orders = self.policy(self.observe(seen))
        model = self.campaign
        whose = f"the {SIDES[self.side]}'s policy {name_of(self.policy)}"
        check(self.orders, len(model.ground.axis_names), whose, self.side)
        if self.side == ATTACKER:
            effort = np.array(self.orders.effort or [0.0])
            model.state.effort[:] = effort / max(effort.sum(), 1e-12)
            model.state.release_per_day[0] = 0.0 if self.has_culminated else self.orders.release_per_day
        if self.orders.to_units and "reserves" not in model.inputs.off:
            send_units(model.state, self.side, self.orders.to_units, model.hour, model.inputs)
        if self.side == DEFENDER:
            self._order_depth()

    def _take_stock(self) -> None:
        """Stop the offensive when the pool is below a share of the initial force; resume it above another share."""
        model = self.campaign
        command, force = model.inputs.command, model.inputs.attacker.infantry
        pool = int(model.state.pool_soldiers[0])
        share = command.resume_share if self.has_culminated else command.culmination_share
        has_culminated = pool < share * force
        if has_culminated != self.has_culminated:
            kind = FORCE_CULMINATED if has_culminated else OFFENSIVE_RESUMED
            model.state.log(kind, model.hour, value=float(pool))
        self.has_culminated = has_culminated

    def _order_depth(self) -> None:
        """Weigh the sectors' needs, and give up the ground before the lines that axes withdraw to."""
        model = self.campaign
        if "depth" in model.inputs.off:
            return
        model.state.sector_weight[:] = self.orders.sector_weights or 1.0
        for axis, name in enumerate(self.orders.withdraw):
            if name is not None:
                give_up(model.state, model.ground, axis, name, model.hour)

    def observe(self, seen: Breaks | None = None) -> Observation:
        """Gather what the commander knows; `seen` as in `step`."""
        model = self.campaign
        state, ground = model.state, model.ground
        there, target = line_soldiers(state, ground)
        ready = units_ready(state, self.side)
        if seen is None:
            seen = breaks(state, ground, model.hour, model.inputs.reserves.fresh_days)
        garrison = model.inputs.control.garrison_per_km * ground.km_per_front_cell
        return Observation(
            day=int(model.hour // H_PER_DAY),
            pool_soldiers=int(state.pool_soldiers[0]),
            has_culminated=self.has_culminated,
            reserve_soldiers=int(state.unit_soldiers[ready].sum()),
            line_soldiers_by_axis=there,
            target_soldiers_by_axis=target,
            area_taken_km2_by_axis=tuple(n * ground.cell_km**2 for n in ground.cells_won()[0].tolist()),
            reserve_units=len(ready),
            reserve_sent_by_axis=soldiers_sent(state, self.side),
            gap_share_by_axis=gap_share(state, ground, self.side, garrison),
            penetration_km_by_axis=seen.penetration_km,
            intruders_by_axis=seen.intruders,
            stock_soldiers_by_axis=tuple(state.stock[self.side].tolist()),
            resting_soldiers=int(state.resting[self.side]),
            lines_behind_by_axis=lines_behind(ground) if self.side == DEFENDER else (),
        )


class Formation(CampaignAgent):
    """One side's force on one axis: the attacker's chooses objectives, the defender's mans the line."""

    def __init__(self, model: AgentsCampaign, side: int, axis: int) -> None:
        super().__init__(model)
        self.side: int = side
        self.axis: int = axis
        self.axis_name: str = model.ground.axis_names[axis]
        self.name: str = f"{SIDES[side]}, {self.axis_name}"

    def step(self) -> None:
        """Carry out the day's orders on this axis."""
        model = self.campaign
        if self.side == ATTACKER:
            command = model.inputs.command
            n = int(command.n_objectives * model.state.effort[self.axis] + 0.5)
            n = max(n, 1) if model.state.effort[self.axis] > 0 and command.n_objectives > 0 else n
            choose_objectives(model.state, model.ground, self.axis, n, command, model.tick, model.draws)
        elif "depth" in model.inputs.off:
            self.man_by_density()
        else:
            held = model.commanders[DEFENDER].orders.hold_back
            inputs = model.inputs
            hold_back = inputs.depth.hold_back if held is None else held
            man_sector(
                model.state, model.ground, self.axis,
                Finite(inputs.defender, inputs.command, inputs.depth, hold_back),
            )  # fmt: skip

    def man_by_density(self) -> None:
        """Set the defender's targets on this axis by density: every day without `depth`, with it at the start only."""
        model = self.campaign
        set_targets(model.ground, self.axis, model.weights, by_density(model.ground, model.inputs.defender))

    @property
    def n_soldiers(self) -> int:
        """Soldiers of this side in the field on this axis (the attacker's pool belongs to no axis)."""
        state = self.campaign.state
        if self.side == DEFENDER:
            rows = np.flatnonzero(state.axis[: state.n_sections] == self.axis)
        else:
            active = state.active[: state.cursor[N_ACTIVE]]
            rows = active[state.axis[active] == self.axis]
        return int(state.n_soldiers[rows].sum())


class Fireteam(CampaignAgent):
    """A view of one row of the state: nothing is stored here, every value is taken from the model."""

    def __init__(self, model: AgentsCampaign, row: int) -> None:
        self.row: int = row
        super().__init__(model)

    @property
    def cell(self) -> Cell | None:
        """The cell of the campaign's `grid` in which the team is; None in the pool, at rest and on its way."""
        return self.campaign.cell_of(self.row)

    @property
    def pos(self) -> tuple[int, int] | None:
        """Column and row of `cell`, from the south-west; None without one."""
        cell = self.cell
        return None if cell is None else cell.coordinate

    @pos.setter
    def pos(self, pos: tuple[int, int] | None) -> None:
        if pos is not None:  # Mesa sets None when it makes an agent
            raise InputError(["a fireteam cannot be put into a cell: it is where its row of the state says"])

    @property
    def state(self) -> str:
        """What the team is doing, one of `sim.world.state.STATES`."""
        return STATES[self.campaign.state.state[self.row]]

    @property
    def side(self) -> str:
        """Attacker or defender."""
        return SIDES[self.campaign.state.side[self.row]]

    @property
    def n_soldiers(self) -> int:
        """Soldiers alive in the team."""
        return int(self.campaign.state.n_soldiers[self.row])

    @property
    def mobility(self) -> str:
        """How the team moves."""
        return MOBILITIES[self.campaign.state.mobility[self.row]]

    @property
    def group_id(self) -> int:
        """First row of the group it belongs to; -1 while it was never sent forward."""
        return int(self.campaign.state.group_id[self.row])

    @property
    def remaining_km(self) -> float:
        """Distance to its objective, or back to the staging area."""
        return float(self.campaign.state.remaining_km[self.row])


def give_daily_orders(model: AgentsCampaign) -> None:
    """Let commanders decide, then formations carry out the orders: the first step of a day."""
    if "command" in model.inputs.off:
        return
    spread_entries(model.state, model.ground, model.inputs.command)
    note_taken_ground(model.ground, model.hour)
    seen = breaks(model.state, model.ground, model.hour, model.inputs.reserves.fresh_days)
    for commander in model.commanders:
        commander.step(seen)
    model.weights = pressure_weights(model.ground, model.inputs.command)
    for formation in model.formations:
        formation.step()
    post_crews(model.state, model.ground, model.weights)
    control = model.inputs.control
    garrison = control.garrison_per_km * model.ground.km_per_front_cell
    order_relief(model.state, model.ground, garrison, do_riders_stay=control.rider_stay >= 1.0)
