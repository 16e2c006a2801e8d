"""The ground as a cell space of Mesa, with a view of each fireteam in the cell where it is."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import mesa
import numpy as np
from mesa.discrete_space import Cell, OrthogonalMooreGrid

from sim.world.ground import Ground
from sim.world.integer_codes import ASSAULT, GARRISON, HOLD, STATES, WAIT
from sim.world.state import State

_HAS_CELL = np.isin(np.arange(len(STATES)), [WAIT, ASSAULT, HOLD, GARRISON])


class CellSpace:
    """Mesa's grid of the ground's cells; `update` moves the views of the teams that changed their cell.

    A team that waits before its objective, assaults it, holds it or garrisons it is in the objective's cell. In the
    pool, at rest, and on its way there or back, it has none: of a team on its way the model knows only `remaining_km`.
    """

    def __init__(self, state: State, ground: Ground, teams: Sequence[mesa.Agent], random: Random) -> None:
        self.grid: OrthogonalMooreGrid = OrthogonalMooreGrid((ground.nx, ground.ny), random=random)
        self._state, self._teams = state, teams
        # The ground counts its cells row by row from the south-west; Mesa names them (column, row).
        self._cells: list[Cell] = [self.grid[cell % ground.nx, cell // ground.nx] for cell in range(ground.n_cells)]
        self._cell_of_team = np.full(len(teams), -1, np.int32)
        self.update()

    def update(self) -> None:
        """Put every view into the cell where its team is now."""
        rows = slice(self._state.n_sections, self._state.capacity)
        now = np.where(_HAS_CELL[self._state.state[rows]], self._state.objective_cell[rows], -1)
        for i in np.flatnonzero(now != self._cell_of_team).tolist():
            before, after, team = self._cell_of_team[i], now[i], self._teams[i]
            if before >= 0:
                self._cells[before].remove_agent(team)
            if after >= 0:
                self._cells[after].add_agent(team)
        self._cell_of_team = now

    def cell_of(self, row: int) -> Cell | None:
        """Return the cell of the team in a row of the state, None where it has none."""
        cell = int(self._cell_of_team[row - self._state.n_sections])
        return self._cells[cell] if cell >= 0 else None
