"""The toy job with AgentPy's agents in its Space.

It follows AgentPy's own Flocking behavior model: in an `AgentList` all agents move first and then all look around, so
that the space builds its tree of positions once per tick; neighbours by `Space.neighbors`, and `remove_agents` for the
dead.
"""

from __future__ import annotations

import time

import agentpy as ap

from benchmarks.peers.toy import FARTHEST_KM, N_TICKS, RADIUS_KM, SOLDIERS, Job, Outcome, p_lost


class Shooter(ap.Agent):
    """A shooter in the line."""


class Team(ap.Agent):
    """A team of four moving soldiers."""

    def setup(self):
        """Start at full strength."""
        self.n_soldiers = SOLDIERS

    def walk(self):
        """Move one cell."""
        if self.model.space.positions[self][1] > 0.0:
            self.model.space.move_by(self, (0.0, -1.0))

    def take_losses(self):
        """Look for shooters; lose each soldier at random."""
        if any(isinstance(other, Shooter) for other in self.model.space.neighbors(self, RADIUS_KM)):
            random, p = self.model.random.random, self.model.p_lost
            self.n_soldiers -= sum(random() < p for _ in range(self.n_soldiers))


class Approach(ap.Model):
    """The model; `job` is one of its parameters."""

    def setup(self):
        """Place shooters and teams."""
        job = self.p.job
        self.p_lost = p_lost()
        self.space = ap.Space(self, (job.width_km, FARTHEST_KM + 1))
        self.shooters = ap.AgentList(self, len(job.shooter_column), Shooter)
        self.teams = ap.AgentList(self, job.n_teams, Team)
        self.all_teams = list(self.teams)
        self.space.add_agents(self.shooters, [(x, 0) for x in job.shooter_column.tolist()])
        self.space.add_agents(self.teams, list(zip(job.column.tolist(), job.distance_km.tolist(), strict=True)))

    def step(self):
        """Simulate an hour."""
        self.teams.walk()
        self.teams.take_losses()
        dead = self.teams.select(self.teams.n_soldiers == 0)
        if len(dead):
            self.space.remove_agents(dead)
            self.teams = self.teams.select(self.teams.n_soldiers > 0)


def run(job: Job) -> Outcome:
    """Run the job."""
    model = Approach({"job": job, "seed": job.seed + 1, "steps": N_TICKS})
    model.sim_setup()
    began = time.perf_counter()
    for _ in range(N_TICKS):
        if len(model.teams):
            model.sim_step()
    return Outcome(time.perf_counter() - began, [team.n_soldiers for team in model.all_teams])
