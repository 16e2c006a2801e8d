"""The toy job with mesa-frames: agents as rows of Polars frames, placed on its GridPolars.

It follows the README: an `AgentSetPolars` for each kind, whose step is a few expressions over all rows, and moves by
`space.move_agents`. In 0.1.0a0 `get_neighbors` looks along eight rays, which is not a radius. Teams within the radius
are therefore found by a join in Polars, of the teams' cells with all cells around the shooters.
"""

from __future__ import annotations

import time

import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, GridPolars, ModelDF

from benchmarks.peers.toy import FARTHEST_KM, N_TICKS, RADIUS_KM, SOLDIERS, Job, Outcome, is_in_radius, p_lost

CELL = ["dim_0", "dim_1"]
AROUND = pl.DataFrame(
    [(x, y) for x in range(-RADIUS_KM, RADIUS_KM + 1) for y in range(RADIUS_KM + 1) if is_in_radius(x, y)],
    schema=["dx", "dy"],
    orient="row",
)


class Shooters(AgentSetPolars):
    """The shooters in the line; their ids follow those of the teams."""

    def __init__(self, model, first, n_shooters):
        super().__init__(model)
        self.add(pl.DataFrame({"unique_id": np.arange(first, first + n_shooters)}))

    def step(self):
        """Do nothing."""


class Teams(AgentSetPolars):
    """The moving teams; their ids are their numbers."""

    def __init__(self, model, n_teams):
        super().__init__(model)
        self.add(pl.DataFrame({"unique_id": np.arange(n_teams), "n_soldiers": np.full(n_teams, SOLDIERS)}))

    def step(self):
        """Move, look for shooters, and lose soldiers at random."""
        space, first_shooter = self.model.space, self.model.first_shooter
        at = space.agents.filter(pl.col("agent_id") < first_shooter).with_columns(
            (pl.col("dim_1") - 1).clip(lower_bound=0)
        )
        space.move_agents(at["agent_id"], at.select(CELL))
        shooters = space.agents.filter(pl.col("agent_id") >= first_shooter)
        near = shooters.join(AROUND, how="cross").select(pl.col("dim_0") + pl.col("dx"), pl.col("dim_1") + pl.col("dy"))
        under_fire = at.join(near, on=CELL, how="semi")["agent_id"]
        left = self.model.random.binomial(self.agents["n_soldiers"].to_numpy(), 1.0 - self.model.p_lost)
        is_under_fire = pl.col("unique_id").is_in(under_fire.implode())
        self.agents = self.agents.with_columns(
            n_soldiers=pl.when(is_under_fire).then(pl.Series(left)).otherwise(pl.col("n_soldiers"))
        )
        dead = self.agents.filter(pl.col("n_soldiers") == 0)["unique_id"]
        if len(dead):
            space.remove_agents(dead)
            self.discard(dead)


class Approach(ModelDF):
    """The model."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.seed + 1)
        self.p_lost, self.first_shooter = p_lost(), job.n_teams
        n_shooters = len(job.shooter_column)
        self.agents += Teams(self, job.n_teams)
        self.agents += Shooters(self, job.n_teams, n_shooters)
        self.space = GridPolars(self, [job.width_km, FARTHEST_KM + 1])
        cells = np.column_stack(
            [np.concatenate([job.column, job.shooter_column]), np.concatenate([job.distance_km, [0] * n_shooters])]
        )
        self.space.place_agents(pl.Series(np.arange(job.n_teams + n_shooters)), pl.DataFrame(cells, schema=CELL))


def run(job: Job) -> Outcome:
    """Run the job."""
    model = Approach(job)
    began = time.perf_counter()
    for _ in range(N_TICKS):
        model.step()
    seconds = time.perf_counter() - began
    teams = model.get_agents_of_type(Teams).agents
    n_soldiers = np.zeros(job.n_teams, np.int64)
    n_soldiers[teams["unique_id"].to_numpy()] = teams["n_soldiers"].to_numpy()
    return Outcome(seconds, n_soldiers.tolist())
