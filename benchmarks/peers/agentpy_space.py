"""The toy job with AgentPy's agents in its Space.

As AgentPy's own Flocking behavior model does it: `AgentList`s of which all move first and all look around then, so
that the space's tree of places is built once a tick; neighbours by `Space.neighbors`, `remove_agents` for the dead.
"""

from __future__ import annotations

import time

import agentpy as ap

from benchmarks.peers.toy import FARTHEST_KM, N_TICKS, RADIUS_KM, SOLDIERS, Job, Played, p_lost


class Shooter(ap.Agent):
    """One that stands in the line."""


class Team(ap.Agent):
    """Four soldiers on their way."""

    def setup(self):
        """Begin at full strength."""
        self.n_soldiers = SOLDIERS

    def walk(self):
        """Walk one cell."""
        if self.model.space.positions[self][1] > 0.0:
            self.model.space.move_by(self, (0.0, -1.0))

    def suffer(self):
        """Look around; lose each soldier by chance."""
        if any(isinstance(other, Shooter) for other in self.model.space.neighbors(self, RADIUS_KM)):
            random, p = self.model.random.random, self.model.p_lost
            self.n_soldiers -= sum(random() < p for _ in range(self.n_soldiers))


class Approach(ap.Model):
    """The model; `job` is among its parameters."""

    def setup(self):
        """Put everybody in place."""
        job = self.p.job
        self.p_lost = p_lost()
        self.space = ap.Space(self, (job.width_km, FARTHEST_KM + 1))
        self.shooters = ap.AgentList(self, len(job.shooter_column), Shooter)
        self.teams = ap.AgentList(self, job.n_teams, Team)
        self.everybody = list(self.teams)
        self.space.add_agents(self.shooters, [(x, 0) for x in job.shooter_column.tolist()])
        self.space.add_agents(self.teams, list(zip(job.column.tolist(), job.distance_km.tolist(), strict=True)))

    def step(self):
        """Play an hour."""
        self.teams.walk()
        self.teams.suffer()
        dead = self.teams.select(self.teams.n_soldiers == 0)
        if len(dead):
            self.space.remove_agents(dead)
            self.teams = self.teams.select(self.teams.n_soldiers > 0)


def play(job: Job) -> Played:
    """Play the job."""
    model = Approach({"job": job, "seed": job.seed + 1, "steps": N_TICKS})
    model.sim_setup()
    began = time.perf_counter()
    for _ in range(N_TICKS):
        if len(model.teams):
            model.sim_step()
    return Played(time.perf_counter() - began, [team.n_soldiers for team in model.everybody])
