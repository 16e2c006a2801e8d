"""The recorder of a run: it fills the series, one row per day, and collects the events in the order of time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mesa
import numpy as np

from sim.errors import InputError
from sim.mechanisms.direct_fire import DRAWS_PER_FIGHT
from sim.results.outcome_measures import Layout, outcomes_of
from sim.results.own_outcomes import check_own_outcomes, own_outcomes_of
from sim.results.record import SERIES, Record
from sim.scenario.schema import Scenario
from sim.world.encirclement_fraction import COMPASS_POINTS, CompassDirections
from sim.world.ground import Ground
from sim.world.integer_codes import ATTACKER, CAUSES, COUNTS, DEFENDER, EVENT, SIDES
from sim.world.soldiers_by_role import AWAY, ROLES, count_soldiers
from sim.world.state import State


class Recorder:
    """Daily series and events of one run, filled in place."""

    def __init__(self, scenario: Scenario, ground: Ground) -> None:
        check_own_outcomes(scenario)
        n = scenario.time.horizon_days + 1
        n_places = len(ground.params.supplied_places)
        sizes = {
            "side": len(SIDES), "cause": len(CAUSES), "axis": len(ground.axis_names), "settlement": n_places,
            "what": len(COUNTS), "role": len(ROLES), "bearing": len(COMPASS_POINTS),
        }  # fmt: skip
        self.series: dict[str, np.ndarray] = {
            name: np.zeros((n, *(sizes[dim] for dim in dims))) for name, (dims, _) in SERIES.items()
        }
        self.n_recorded: int = 0
        self._row = 0
        self.initial_soldiers: np.ndarray = np.zeros(2, np.int64)
        self._events: list[np.ndarray] = []
        self._front_km = max(ground.front_km, 1e-9)
        self._front_km_by_axis = np.maximum(ground.front_km_by_axis, 1e-9)
        self._n_symbolic = int(np.count_nonzero(ground.is_symbolic))
        self._control = ground.control
        self._directions, self._layout = CompassDirections(ground), Layout.of(ground)
        self._grid, self._lanes = (ground.ny, ground.nx), np.flatnonzero(ground.axis >= 0)
        self._own_outcomes, self._ground_params = scenario.own_outcomes, ground.params

    def record(self, state: State, ground: Ground, hour: float) -> None:
        """Write the row of the day that ends at `hour` and take over the events of the day."""
        self.measure(state, ground)
        self._take_events(state)
        self.n_recorded += 1

    def measure(self, state: State, ground: Ground) -> None:
        """Write the present values into the row of the day that has not ended; a later call overwrites them."""
        self._row = day = self.n_recorded
        s = self.series
        losses = state.losses.sum(axis=1)
        if day == 0:
            self.initial_soldiers = np.array([state.soldiers(ATTACKER), state.soldiers(DEFENDER)])
        # Counted, not by the ledger: a mechanism of somebody's own may have taken soldiers away.
        by_role, s["soldiers_by_axis"][day] = count_soldiers(state, len(ground.axis_names))
        s["soldiers_by_role"][day] = by_role
        s["soldiers"][day] = by_role.sum(axis=1) - by_role[:, AWAY]
        s["losses"][day] = losses
        s["losses_by_cause"][day] = state.losses
        s["pool_soldiers"][day] = state.pool_soldiers[0]
        s["reserve_soldiers"][day] = state.reserve_soldiers(DEFENDER)
        front = ground.line_cells[: ground.line_count[0]]
        s["line_soldiers"][day] = state.n_soldiers[state.section_of_cell[front]].sum()
        by_axis, n_symbolic = ground.cells_won()
        area = by_axis * float(ground.cell_km**2)
        s["area_changed_km2"][day] = area.sum()
        s["advance_km"][day] = area.sum() / self._front_km
        s["flot_displacement_km"][day] = area / self._front_km_by_axis
        s["supply_level"][day] = state.supply_level[DEFENDER]
        s["attacker_supply_level"][day] = state.supply_level[ATTACKER]
        s["throughput_t"][day] = state.throughput_t
        s["city_share_held"][day] = ground.city_share_held()
        s["symbolic_share_held"][day] = n_symbolic / max(1, self._n_symbolic)
        s["city_share_contested"][day] = ground.city_share_contested()
        s["encirclement_fraction"][day], s["front_to_city_km"][day] = self._directions.measure()
        s["is_city_encircled"][day] = ground.was_city_encircled[0]
        fights = ground.fight_draws[self._lanes] // DRAWS_PER_FIGHT  # each fight in a cell has its own block of draws
        s["assaults_by_axis"][day] = np.bincount(ground.axis[self._lanes], fights, len(ground.axis_names))
        s["count"][day] = state.count
        s["readiness"][day] = state.readiness

    def _take_events(self, state: State) -> None:
        n = int(state.n_events[0])
        if n > len(state.events):
            raise InputError([f"{n:,} events in one day; at most {len(state.events):,} can be recorded"])
        self._events.append(state.events[:n].copy())
        state.n_events[0] = 0

    @property
    def events(self) -> np.ndarray:
        """All events so far in the order of time, as a structured array."""
        events = np.concatenate(self._events) if self._events else np.zeros(0, EVENT)
        return events[np.argsort(events["hour"], kind="stable")]

    @property
    def control(self) -> np.ndarray:
        """Who holds each cell now, as a grid of rows from the south (1: the attacker)."""
        return self._control.reshape(self._grid).copy()

    def outcomes(self) -> dict[str, Any]:
        """Return the measures of effectiveness so far, under the names of the glossary."""
        return outcomes_of({name: values[: self.n_recorded] for name, values in self.series.items()}, self.events,
                           self._layout)  # fmt: skip

    def finish(self, replication: int) -> Record:
        """Return the record of the run, cut to the days that were run."""
        series = {name: values[: self.n_recorded] for name, values in self.series.items()}
        outcomes = self.outcomes() | own_outcomes_of(self._own_outcomes, series, self._ground_params)
        return Record(replication, series, self.events, self.control, outcomes)

    def reporters(self) -> dict[str, Callable[[mesa.Model], float]]:
        """Return what a Mesa data collector reads: the scalar series and both sides' losses, as last measured."""

        def last_of(name: str, index: tuple[int, ...] = ()) -> Callable[[mesa.Model], float]:
            return lambda model: float(self.series[name][(self._row, *index)])

        reporters = {name: last_of(name) for name, (dims, _) in SERIES.items() if not dims}
        for side, name in enumerate(SIDES):
            reporters[f"{name}_losses"] = last_of("losses", (side,))
        reporters["flags_planted"] = last_of("count", (COUNTS.index("flags_planted"),))
        return reporters
