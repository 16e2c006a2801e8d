"""The toy job with Mesa's agents in a ContinuousSpace.

It follows Mesa's own Boid flockers example: `ContinuousSpaceAgent`s with a `position`, neighbours by
`get_neighbors_in_radius`, activation by `agents_by_type[...].do`, `remove` for the dead.
"""

from __future__ import annotations

import time
import warnings

import mesa
import numpy as np
from mesa.experimental.continuous_space import ContinuousSpace, ContinuousSpaceAgent

from benchmarks.peers.toy import FARTHEST_KM, N_TICKS, RADIUS_KM, SOLDIERS, Job, Outcome, p_lost

WALK_KM = np.array([0.0, 1.0])


class Shooter(ContinuousSpaceAgent):
    """A shooter in the line."""

    def __init__(self, model, x):
        super().__init__(model.space, model)
        self.position = [x, 0.0]


class Team(ContinuousSpaceAgent):
    """A team of four moving soldiers."""

    def __init__(self, model, number, x, y):
        super().__init__(model.space, model)
        self.number, self.position, self.n_soldiers = number, [x, y], SOLDIERS

    def step(self):
        """Move, look for shooters, and lose soldiers at random."""
        if self.position[1] > 0.0:
            self.position -= WALK_KM
        others, _ = self.get_neighbors_in_radius(RADIUS_KM)
        if any(isinstance(other, Shooter) for other in others):
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
        self.space = ContinuousSpace(
            [[-1.0, job.width_km], [-1.0, FARTHEST_KM + 1.0]], torus=False, random=self.random,
            n_agents=job.n_teams + len(job.shooter_column),
        )  # fmt: skip
        for column in job.shooter_column.tolist():
            Shooter(self, float(column))
        places = zip(job.column.tolist(), job.distance_km.tolist(), strict=True)
        for number, (column, distance) in enumerate(places):
            Team(self, number, float(column), float(distance))

    def step(self):
        """Simulate an hour."""
        self.agents_by_type[Team].do("step")


def run(job: Job) -> Outcome:
    """Run the job."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the warning that the space is experimental
        model = Approach(job)
        began = time.perf_counter()
        for _ in range(N_TICKS):
            if any(model.n_soldiers):
                model.step()
        return Outcome(time.perf_counter() - began, model.n_soldiers)
