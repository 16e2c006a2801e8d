"""The campaign: a Mesa model that builds ground, forces and mechanisms from a scenario and runs them."""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import mesa
import numpy as np
from mesa.agent import AgentSet
from mesa.discrete_space import Cell, OrthogonalMooreGrid

from sim.campaign.agents import Commander, Fireteam, Formation, give_daily_orders
from sim.campaign.cell_space import CellSpace
from sim.campaign.daily_orders import attacker_front
from sim.campaign.data_collection import Collected, check_collected, data_collector
from sim.campaign.manning import put_behind_the_line
from sim.campaign.own_mechanisms import build_mechanisms
from sim.campaign.phases import PHASES, Build
from sim.campaign.policies import Policy, named_policies, policy_pair
from sim.campaign.recorder import Recorder
from sim.campaign.scenario_argument import scenario_of
from sim.errors import InputError
from sim.mechanisms.calendar import ceasefire_h
from sim.mechanisms.forces import away_at_start, log_away, starts_h
from sim.mechanisms.mechanism_interface import Mechanism
from sim.mechanisms.shared.release import pick_mobility
from sim.scenario.consistency import most_attackers
from sim.scenario.schema import Scenario
from sim.world.clock import H_PER_DAY, Tick, ticks
from sim.world.ground import Ground
from sim.world.integer_codes import ADVANCE, ATTACKER, DEFENDER, GARRISON, POOL_HEAD, SIDES, WAIT
from sim.world.keyed_draws import COMMAND, MAX_SEED, Draws, uniform
from sim.world.row_queues import drop_inactive
from sim.world.state import State


class Campaign(mesa.Model):
    """One replication of a scenario, as a Mesa model.

    Example: `model = sim.Campaign("baseline", seed=1, **{"attacker.troops": 90000}); model.run()`, then
    `model.datacollector.get_model_vars_dataframe()`.

    Parameters:
        scenario: a scenario, or the name or file of one.
        seed: random seed; the same seed gives the same run. Default: a random one, which `draws.seed` holds.
        replication: number of the run; runs with the same seed and different numbers are independent.
        policies: the attacker's and the defender's, see `sim.campaign.policies`. Default: those the scenario names.
        mechanisms: what acts in each step, in order. Default: the model's own; you may add to them.
        collect: what `datacollector` collects after each step: "model" for the main series, "agents" for commanders
            and formations too, "nothing" for speed.
        check: whether to watch the mechanisms: your own may change only what they declare, soldiers must add up.
        kwargs: values to change, by path.

    Attributes:
        state, ground: everything about the units and about the map, as arrays.
        inputs, draws: the scenario, and the random numbers with their seed.
        hour, running, clock: hours so far; whether the horizon is still ahead; all ticks.
        commanders, formations: the agents that decide, once per day.
        agents, agents_by_type: these, and a `Fireteam` view of every team, made when you first ask for agents.
        grid: Mesa's cell space, with the views of teams in their cells, made when you first ask for it.
        recorder, datacollector: the series of each day, and what Mesa collected after each step.

    `step()` runs one tick, `run()` the rest of the horizon. Raises InputError for a wrong argument, and when one of
    the model's mechanisms is missing.
    """

    running: bool

    def __init__(
        self,
        scenario: Scenario | str | Path,
        seed: int | None = None,
        replication: int = 0,
        policies: tuple[Policy, Policy] | None = None,
        mechanisms: Mapping[str, Build] | None = None,
        collect: Collected = "model",
        check: bool = False,
        **kwargs: Any,  # Mesa pages look for this name
    ) -> None:
        """Build the campaign; the class describes the arguments."""
        check_collected(collect)
        scenario = scenario_of(scenario, kwargs)
        # Mesa's batch_run asks for independent runs by seed=None.
        draws = Draws(secrets.randbelow(MAX_SEED + 1) if seed is None else seed, replication)
        super().__init__(rng=draws.seed)
        # Mesa 3.5 reserves `scenario` and `time`.
        self.inputs: Scenario = scenario
        self.draws: Draws = draws
        self.ground: Ground = Ground(scenario.ground)
        drones = scenario.drone_strikes
        self.state: State = State(
            self.ground, _n_teams(scenario), scenario.resolution.team_size,
            (drones.attacker.n_crews, drones.defender.n_crews),
        )  # fmt: skip
        self.phases: list[Mechanism] = build_mechanisms(PHASES if mechanisms is None else mechanisms, scenario, check)
        self._ceasefire_h = ceasefire_h(None if "calendar" in scenario.off else scenario.calendar.ceasefire_day)
        transfers_h = () if "forces" in scenario.off else starts_h(scenario.forces)
        dated_h = (*transfers_h, self._ceasefire_h)
        self.clock: tuple[Tick, ...] = ticks(scenario.time.horizon_days * H_PER_DAY, scenario.time.tick_h, dated_h)
        self.tick: Tick = self.clock[0]
        self._n_ticks = 0
        self._teams: list[Fireteam] = []
        self._space: CellSpace | None = None
        self.weights: np.ndarray = np.ones(int(self.ground.line_count[1]))
        sides = enumerate(named_policies(scenario) if policies is None else policy_pair(policies))
        self.commanders: list[Commander] = [Commander(self, side, policy) for side, policy in sides]
        axes = range(len(self.ground.axis_names))
        self.formations: list[Formation] = [
            Formation(self, side, axis) for side in (ATTACKER, DEFENDER) for axis in axes
        ]
        self._deploy()
        self._list_active()
        for phase in self.phases:
            phase.begin(self.state, self.ground)
        self.recorder: Recorder = Recorder(scenario, self.ground)
        self.recorder.record(self.state, self.ground, 0.0)
        self._collects = collect != "nothing"
        self.datacollector: mesa.DataCollector = data_collector(self.recorder, collect)

    @property
    def hour(self) -> float:
        """Hours of the campaign so far."""
        return self.clock[self._n_ticks].start_h if self.running else self.clock[-1].end_h

    def step(self) -> None:
        """Run one tick: orders at the start of a day, then every phase in order, then the record."""
        if not self.running:
            raise InputError(["the campaign's horizon is reached: no step is left"])
        self.tick = tick = self.clock[self._n_ticks]
        is_ceasefire = tick.start_h >= self._ceasefire_h
        if tick.is_new_day and not is_ceasefire:
            give_daily_orders(self)
        for phase in self.phases:
            if not is_ceasefire or phase.acts_in_ceasefire:
                phase(self.state, self.ground, tick, self.draws)
        self._list_active()  # not a phase: whichever mechanisms are off
        self._n_ticks += 1
        self.running = self._n_ticks < len(self.clock)
        if tick.end_h % H_PER_DAY == 0.0:
            self.recorder.record(self.state, self.ground, tick.end_h)
        elif self._collects:
            self.recorder.measure(self.state, self.ground)
        if self._collects:
            self.datacollector.collect(self)
        if self._space is not None:
            self._space.update()

    def run(self) -> Recorder:
        """Run to the horizon and return the record."""
        while self.running:
            self.step()
        return self.recorder

    @property
    def agents(self) -> AgentSet:
        """All agents, with a view of every fireteam."""
        self._make_views()
        return super().agents

    @property
    def agents_by_type(self) -> dict[type[mesa.Agent], AgentSet]:
        """Agents by type, with a view of every fireteam."""
        self._make_views()
        return super().agents_by_type

    @property
    def grid(self) -> OrthogonalMooreGrid:
        """The ground as a cell space of Mesa, column and row from the south-west, with the views of teams in it."""
        self._make_views()
        return self._cell_space().grid

    def cell_of(self, row: int) -> Cell | None:
        """Return the cell of `grid` in which the team of a row of the state is; see `CellSpace` for those in none."""
        return self._cell_space().cell_of(row)

    def _cell_space(self) -> CellSpace:
        if self._space is None:
            self._space = CellSpace(self.state, self.ground, self._teams, self.random)
        return self._space

    def _make_views(self) -> None:
        if not self._teams:
            self._teams += [Fireteam(self, row) for row in range(self.state.n_sections, self.state.capacity)]

    def _list_active(self) -> None:
        state = self.state
        drop_inactive(state.active, state.forward, state.cursor, state.state, state.n_soldiers)

    def _deploy(self) -> None:
        """Man the line at its target, garrison the attacker's front, and put the rest in the pool."""
        state, ground, defender = self.state, self.ground, self.inputs.defender
        force = self.inputs.attacker
        log_away(self.inputs.forces, state)
        state.form_teams(force.infantry - force.reserve)
        for side, reserve in ((ATTACKER, force.reserve), (DEFENDER, defender.reserve)):
            state.form_units(side, reserve, self.inputs.reserves.packet)
        for formation in self.formations:
            if formation.side == DEFENDER:
                formation.man_by_density()
        line = ground.line_cells[: ground.line_count[1]]
        state.n_soldiers[state.section_of_cell[line]] = ground.target_soldiers[line]
        if "depth" not in self.inputs.off:
            put_behind_the_line(state, ground, defender, self.inputs.depth.hold_back)
        self._deploy_forward()
        garrison = math.floor(self.inputs.control.garrison_per_km * ground.km_per_front_cell + 0.5)
        for cell in attacker_front(ground, state.objective_cell[: state.n_sections]) if garrison else ():
            self._garrison(int(cell), garrison)

    def _deploy_forward(self) -> None:
        """Put the groups that are forward at the start before the front's cells, spread evenly along it."""
        force, front = self.inputs.attacker, self.ground.line_cells[: self.ground.line_count[0]]
        shares, stream = force.mobility_share.cumulative(), self.draws.stream(COMMAND, self.tick)
        for group in range(force.forward_groups if len(front) else 0):
            leader = self.state.pool[self.state.cursor[POOL_HEAD] % len(self.state.pool)]
            by = pick_mobility(uniform(stream, leader, 1), shares)
            for row in self.state.take_from_pool(force.group_size // self.state.team_size):
                s, cell = self.state, front[group * len(front) // force.forward_groups]
                s.state[row], s.group_id[row], s.objective_cell[row] = ADVANCE, leader, cell
                s.axis[row], s.mobility[row], s.remaining_km[row] = self.ground.axis[cell], by, force.forward_km
                if force.forward_km == 0.0:
                    s.state[row], s.static_from_h[row] = WAIT, 0.0

    def _garrison(self, cell: int, n_soldiers: int) -> None:
        """Put soldiers into a cell in groups, as if they had taken it; the last team is as small as it must be."""
        state = self.state
        rows = state.take_from_pool(math.ceil(n_soldiers / state.team_size))
        rows_per_group = self.inputs.attacker.group_size // state.team_size
        for i, row in enumerate(rows):
            state.state[row], state.group_id[row] = GARRISON, rows[i - i % rows_per_group]
            state.objective_cell[row], state.axis[row], state.timer_h[row] = cell, self.ground.axis[cell], -1.0
        surplus = int(state.n_soldiers[rows].sum()) - n_soldiers
        if surplus > 0:
            state.n_soldiers[rows[-1]] -= surplus
            state.form_teams(surplus)


def _n_teams(scenario: Scenario) -> int:
    """Return how many rows of teams the campaign can ever need."""
    forces = None if "forces" in scenario.off else scenario.forces
    most = most_attackers(scenario.attacker, scenario.reinforcement, forces, scenario.time.horizon_days)
    # Units that refit take rows out of the pool, and bring new ones when they come forward again.
    n_refits = math.ceil(scenario.time.horizon_days / scenario.reserves.refit_days) + 1
    most += 0 if "reserves" in scenario.off else scenario.attacker.reserve * n_refits
    return math.ceil(most / scenario.resolution.team_size) + 1


def soldiers_ledger(model: Campaign) -> dict[str, dict[str, int]]:
    """Return each side's soldiers: initial + arrived = alive + lost + away, at every tick.

    Those withdrawn from a fight are alive: they rest, and return. Arrived is a net number: diverted soldiers who go
    back come out of it, and it is below 0 when more go back than join.
    """
    state = model.state
    ledger = {}
    for side, name in enumerate(SIDES):
        away = int(state.away[side])
        ledger[name] = {
            "initial": int(model.recorder.initial_soldiers[side]) + away_at_start(model.inputs.forces, side),
            "arrived": int(state.arrived[side]),
            "alive": state.soldiers(side), "lost": int(state.losses[side].sum()), "away": away,
        }  # fmt: skip
    return ledger
