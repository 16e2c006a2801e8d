"""The toy job as a scenario of this package: the phases of movement, detection and drone strikes, and the record.

The same as in the job: movement, the radius, and the distribution of the losses. Different: a team's position is its
objective cell and its distance from it, which is equivalent on a straight path; only teams with a drone request look
for a shooter, because the requests are drawn first; and the defender's sections are in the line, without any effect.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from benchmarks.peers.toy import HAZARD_PER_H, N_TICKS, RADIUS_KM, SOLDIERS, Job, Outcome
from sim.campaign.mesa_model import Campaign
from sim.campaign.replications import release_memory
from sim.scenario.loader import load
from sim.world.integer_codes import N_ACTIVE

FILE = Path(__file__).with_name("approach.yaml")


def campaign(job: Job) -> Campaign:
    """Return a campaign with teams and shooters at the positions of the job."""
    width = job.width_km
    scenario = load(
        FILE,
        set={
            "ground.x_range_km": [0, width],
            "ground.attacker_ground": [[0, 0], [width, 0], [width, -2], [0, -2]],
            "ground.axes": [
                {
                    "name": "bench", "path": [[width / 2, 0], [width / 2, 2]], "half_width_km": float(width),
                    "source": "theatre_sketch",
                }
            ],
            "attacker.troops": SOLDIERS * job.n_teams,
            "attacker.forward_groups": job.n_teams,
            "drone_strikes.calls_per_team_h": SOLDIERS * HAZARD_PER_H,
            "drone_strikes.defender.range_km": RADIUS_KM,
            "drone_strikes.defender.n_crews": len(job.shooter_column),
        },
    )  # fmt: skip
    model = Campaign(scenario, job.seed + 1, collect="nothing")
    state, ground = model.state, model.ground
    front = ground.line_cells[: ground.line_count[0]]
    front = front[np.argsort(ground.x_km[front])]
    rows = state.active[: state.cursor[N_ACTIVE]]
    state.objective_cell[rows], state.remaining_km[rows] = front[job.column], job.distance_km
    state.crew_cell[:] = front[job.shooter_column]
    return model


def run(job: Job) -> Outcome:
    """Run the job."""
    model = campaign(job)
    rows = model.state.active[: job.n_teams].copy()
    began = time.perf_counter()
    for _ in range(N_TICKS):
        model.step()
    seconds = time.perf_counter() - began
    left = model.state.n_soldiers[rows].tolist()
    release_memory(model)
    return Outcome(seconds, left)
