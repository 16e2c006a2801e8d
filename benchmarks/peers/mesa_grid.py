"""The toy job with Mesa's cell agents on an OrthogonalMooreGrid.

It follows Mesa's own Wolf-Sheep example: `CellAgent`s with a `cell`, neighbours by `get_neighborhood`, activation by
`agents_by_type[...].do`, `remove` for the dead. A Moore neighbourhood is a square, so agents also check the distance.
"""

from __future__ import annotations

import time

import mesa
from mesa.discrete_space import CellAgent, OrthogonalMooreGrid

from benchmarks.peers.toy import FARTHEST_KM, N_TICKS, RADIUS_KM, SOLDIERS, Job, Outcome, is_in_radius, p_lost


class Shooter(CellAgent):
    """A shooter in the line."""

    def __init__(self, model, cell):
        super().__init__(model)
        self.cell = cell


class Team(CellAgent):
    """A team of four moving soldiers."""

    def __init__(self, model, number, cell):
        super().__init__(model)
        self.number, self.cell, self.n_soldiers = number, cell, SOLDIERS

    def step(self):
        """Move, look for shooters, and lose soldiers at random."""
        x, y = self.cell.coordinate
        if y > 0:
            y -= 1
            self.cell = self.model.grid[x, y]
        for other in self.cell.get_neighborhood(radius=RADIUS_KM, include_center=True).agents:
            if isinstance(other, Shooter):
                at_x, at_y = other.cell.coordinate
                if is_in_radius(at_x - x, at_y - y):
                    self.take_losses()
                    return

    def take_losses(self):
        """Lose each soldier at random; leave the model when none is left."""
        p, random = self.model.p_lost, self.random.random
        self.n_soldiers -= sum(random() < p for _ in range(self.n_soldiers))
        self.model.n_soldiers[self.number] = self.n_soldiers
        if self.n_soldiers == 0:
            self.remove()


class Approach(mesa.Model):
    """The model."""

    def __init__(self, job: Job) -> None:
        super().__init__(rng=job.seed + 1)
        self.p_lost, self.n_soldiers = p_lost(), [SOLDIERS] * job.n_teams
        self.grid = OrthogonalMooreGrid((job.width_km, FARTHEST_KM + 1), torus=False, random=self.random)
        for column in job.shooter_column.tolist():
            Shooter(self, self.grid[column, 0])
        places = zip(job.column.tolist(), job.distance_km.tolist(), strict=True)
        for number, (column, distance) in enumerate(places):
            Team(self, number, self.grid[column, distance])

    def step(self):
        """Simulate an hour."""
        self.agents_by_type[Team].do("step")


def run(job: Job) -> Outcome:
    """Run the job."""
    model = Approach(job)
    began = time.perf_counter()
    for _ in range(N_TICKS):
        if any(model.n_soldiers):
            model.step()
    return Outcome(time.perf_counter() - began, model.n_soldiers)
