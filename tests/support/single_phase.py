"""One mechanism at work on units put down by hand, with everything else of the campaign at rest."""

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.campaign.phases import PHASES
from sim.world.clock import Tick
from sim.world.integer_codes import POOL_HEAD, STATES
from sim.world.keyed_draws import Draws
from sim.world.row_queues import bring_forward
from tests.support.toy_theatre import toy

# Nobody stands anywhere until a test puts him there.
EMPTY = {"control.garrison_per_km": 0.0, "attacker.troops": 400}


class Bench:
    """A state and a ground without orders, and the one mechanism under test."""

    def __init__(self, name, changes=None):
        self.scenario = toy(EMPTY | (changes or {}))
        self.model = Campaign(self.scenario)
        self.state, self.ground = self.model.state, self.model.ground
        self.phase = PHASES[name](self.scenario)
        self.draws = Draws(1)

    def cell(self, x_km, y_km):
        """Return the cell of a point."""
        return int(self.ground.cell_at(np.array(x_km), np.array(y_km)))

    def section(self, x_km, y_km, n_soldiers=None):
        """Return the row of a cell's line section, made this strong if asked."""
        row = int(self.state.section_of_cell[self.cell(x_km, y_km)])
        if n_soldiers is not None:
            self.state.n_soldiers[row] = n_soldiers
        return row

    def put(self, state, x_km, y_km, n_soldiers=4, **columns):
        """Take a group off the pool, put it down in a state at a cell, and return its rows."""
        s = self.state
        rows = []
        while n_soldiers > 0:
            row = int(s.pool[s.cursor[POOL_HEAD] % len(s.pool)])
            s.cursor[POOL_HEAD] += 1
            s.pool_soldiers[0] -= s.n_soldiers[row]
            s.n_soldiers[row] = min(n_soldiers, s.team_size)
            n_soldiers -= s.team_size
            bring_forward(row, s.active, s.forward, s.cursor)
            rows.append(row)
        s.state[rows], s.group_id[rows] = STATES.index(state), rows[0]
        s.objective_cell[rows] = self.cell(x_km, y_km)
        s.axis[rows] = self.ground.axis[self.cell(x_km, y_km)]
        s.static_from_h[rows] = 0.0
        for name, value in columns.items():
            getattr(s, name)[rows] = value
        return np.array(rows)

    def track(self, *intervals, at=0):
        """Say that the group at a place of the active rows is tracked from and to these hours of the tick."""
        s = self.state
        for start, end in intervals:
            m = s.n_tracks[0]
            s.track_at[m], s.track_from_h[m], s.track_to_h[m] = at, start, end
            s.n_tracks[0] = m + 1

    def act(self, start_h=0.0, dt_h=1.0, seed=None):
        """Let the mechanism act for one tick."""
        if seed is not None:
            self.draws = Draws(seed)
        self.phase(self.state, self.ground, Tick(start_h, dt_h), self.draws)

    def events(self, kind):
        """Return the hours of the events of a kind that were logged."""
        logged = self.state.events[: self.state.n_events[0]]
        return logged["hour"][logged["kind"] == kind].tolist()
