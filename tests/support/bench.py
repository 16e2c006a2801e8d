"""One mechanism on arrays that a test fills by hand: no YAML, no campaign, no other mechanism.

    bench = Bench(Cohesion(VALUES._replace(raid_fear=0.25)))
    bench.ground.raids[bench.cell(3.5, 0.5)] = 1
    bench.act(dt_h=1.0)

The ground is 12 x 10 km with two axes and one town; the attacker holds the south. The line is manned at its target and
400 attackers wait in the pool.
"""

from __future__ import annotations

import numpy as np

from sim.world.clock import Tick
from sim.world.ground import FRONT, URBAN, Ground
from sim.world.integer_codes import POOL_HEAD, STATES
from sim.world.keyed_draws import Draws
from sim.world.map_values import GroundParams
from sim.world.row_queues import bring_forward
from sim.world.state import State

TEAM_SIZE = 4
N_CREWS = 5, 6  # the attacker's and the defender's
DENSITY_PER_KM, URBAN_MULTIPLIER, DEPTH_SHARE = 8.0, 2.0, 0.5


def line_of_communication(kind, start, end, path, throughput_t_per_day):
    """Return a road, railway or track; its name is "start to end"."""
    ends = {"name": f"{start} to {end}", "kind": kind, "start": start, "end": end, "path": path}
    return ends | {"throughput_t_per_day": throughput_t_per_day, "source": "test"}


def _axis(name, x_km):
    return {"name": name, "path": [[x_km, 0.0], [x_km, 6.0]], "half_width_km": 3.0, "source": "test"}


def feature(terrain, path, width_km):
    """Return a tree line or a stretch of water."""
    return {"name": terrain, "terrain": terrain, "path": path, "width_km": width_km, "source": "test"}


TOWN = {"name": "Town", "x_km": 0.0, "y_km": 3.0, "radius_km": 1.5, "is_contested_city": True, "source": "test"}

GROUND = {
    "cell_km": 1.0,
    "x_range_km": [-6.0, 6.0],
    "y_range_km": [-3.0, 7.0],
    "attacker_ground": [[-6.0, 0.0], [6.0, 0.0], [6.0, -3.0], [-6.0, -3.0]],
    "settlements": [TOWN],
    "features": [
        feature("tree_line", [[-6.0, 4.5], [-3.0, 4.5]], 1.0),
        feature("water", [[3.0, 3.5], [4.0, 3.5]], 1.0),
    ],
    "belts": [{"name": "belt", "path": [[-6.0, 1.5], [0.0, 1.5]], "width_km": 1.0, "source": "test"}],
    "axes": [_axis("west", -3.0), _axis("east", 3.0)],
    "symbolic_objectives": [],
    "lines_of_communication": [
        line_of_communication("road", "rear", "Town", [[0.0, 7.0], [0.0, 3.0]], 14.0),
        line_of_communication("track", "Town", "west", [[0.0, 3.0], [-3.0, 1.0]], 6.0),
        line_of_communication("track", "Town", "east", [[0.0, 3.0], [3.0, 1.0]], 6.0),
        line_of_communication("track", "rear", "west", [[-6.0, 6.0], [-4.0, 1.0]], 3.0),
        line_of_communication("track", "rear", "east", [[6.0, 6.0], [4.0, 1.0]], 3.0),
    ],
    "fortification": {"open": 2.5, "tree_line": 3.0, "water": 3.0, "belt": 3.5, "city": 5.0},
    "terrain_speed": {"open": 1.0, "urban": 0.5, "tree_line": 0.8, "water": 0.3},
    "terrain_signature": {"open": 1.0, "urban": 0.7, "tree_line": 0.7, "water": 1.0},
    "terrain_cover": {"open": 1.0, "urban": 0.7, "tree_line": 0.8, "water": 1.0},
    "kill_zone_km": 4.0,
    "stage_km": 6.0,
}

# The attacker's ground of a map on which it reaches around four cells of the defender.
AROUND_A_POCKET = [
    [-6.0, -3.0], [6.0, -3.0], [6.0, 0.0], [5.0, 0.0], [5.0, 4.0], [1.0, 4.0], [1.0, 1.0], [2.0, 1.0], [2.0, 3.0],
    [4.0, 3.0], [4.0, 1.0], [2.0, 1.0], [1.0, 1.0], [1.0, 0.0], [-6.0, 0.0],
]  # fmt: skip


def all_of(terrain):
    """Return the changes of GROUND that make the whole map of one terrain; only "urban" leaves a town."""
    if terrain == "urban":
        return {"settlements": [TOWN | {"radius_km": 50.0}]}
    features = [] if terrain == "open" else [feature(terrain, [[-6.0, 0.0], [6.0, 0.0]], 50.0)]
    return {"features": features, "settlements": [], "lines_of_communication": [], "belts": []}


def ground_of(**changes):
    """Return the ground with some of its declared values changed."""
    return Ground(GroundParams.model_validate(GROUND | changes))


def state_on(ground, troops=400, n_crews=N_CREWS, capacity=200, team_size=TEAM_SIZE):
    """Return a state on a ground: the line manned at its target, `troops` attackers in the pool."""
    state = State(ground, capacity, team_size, n_crews)
    state.form_teams(troops)
    line = ground.line_cells[: ground.line_count[1]]
    target = np.full(len(line), DENSITY_PER_KM * ground.km_per_front_cell)
    target *= np.where(ground.terrain[line] == URBAN, URBAN_MULTIPLIER, 1.0)
    target *= np.where(ground.line[line] == FRONT, 1.0, DEPTH_SHARE)
    ground.target_soldiers[line] = np.floor(target + 0.5)
    state.n_soldiers[state.section_of_cell[line]] = ground.target_soldiers[line]
    return state


class Bench:
    """A mechanism, the ground and the state that it acts on, and the means to put units down by hand."""

    def __init__(self, mechanism, ground=None, troops=400, n_crews=N_CREWS, capacity=200, team_size=TEAM_SIZE):
        self.mechanism = mechanism
        self.ground = ground_of() if ground is None else ground
        self.state = state_on(self.ground, troops, n_crews, capacity, team_size)
        self.draws = Draws(1)
        mechanism.begin(self.state, self.ground)

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
        self.mechanism(self.state, self.ground, Tick(start_h, dt_h), self.draws)

    def events(self, kind):
        """Return the hours of the events of a kind that were logged."""
        logged = self.state.events[: self.state.n_events[0]]
        return logged["hour"][logged["kind"] == kind].tolist()
