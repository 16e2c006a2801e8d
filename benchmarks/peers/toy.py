"""The toy job that all contenders play: walk up, find the enemies in radius, be lost to them.

Teams of four soldiers stand on a grid of 1 km cells, one of FARTHEST_KM rows before a front line; shooters stand in
some cells of the line. In each tick of an hour

1. every team walks one cell straight towards the line, until it stands in it;
2. every team finds whether any shooter is within RADIUS_KM (between the centres of cells);
3. if so, each of its soldiers is lost with probability 1 - exp(-HAZARD_PER_H), each on his own.

Teams without soldiers leave the game. Nobody fires back: so each soldier's fate depends on his own hours under fire
only, the number left of each team is binomial, and every contender can be checked against that (`expected`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

N_TICKS = 24
SOLDIERS = 4
FARTHEST_KM = 15
RADIUS_KM = 3
HAZARD_PER_H = 0.05
TEAMS_PER_KM, KM_PER_SHOOTER = 25, 4


class Played(NamedTuple):
    """What a contender returns: the seconds that the ticks took, and the soldiers left of each team."""

    seconds: float
    n_soldiers: list[int]


@dataclass(frozen=True)
class Job:
    """Where everybody stands at the start; the front grows with the number of teams, so that density is the same."""

    n_teams: int
    seed: int
    width_km: int = field(init=False)
    column: np.ndarray = field(init=False)
    distance_km: np.ndarray = field(init=False)
    shooter_column: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        width = max(KM_PER_SHOOTER, self.n_teams // TEAMS_PER_KM)
        for name, value in (
            ("width_km", width),
            ("column", rng.integers(0, width, self.n_teams)),
            ("distance_km", rng.integers(1, FARTHEST_KM + 1, self.n_teams)),
            ("shooter_column", rng.integers(0, width, width // KM_PER_SHOOTER)),
        ):
            object.__setattr__(self, name, value)


def is_in_radius(dx_km, dy_km):  # type: ignore[no-untyped-def]
    """Tell whether a shooter so far away is in radius: numbers or arrays."""
    return dx_km * dx_km + dy_km * dy_km <= RADIUS_KM * RADIUS_KM


def p_lost() -> float:
    """Return the probability that a soldier under fire is lost in a tick."""
    return float(1.0 - np.exp(-HAZARD_PER_H))


def expected(job: Job) -> np.ndarray:
    """Return the probability of each team's soldiers to be left at the end."""
    walked = np.arange(1, N_TICKS + 1)
    distance = np.maximum(0, job.distance_km[:, None] - walked)
    nearest = np.abs(job.column[:, None] - job.shooter_column).min(axis=1)
    return np.exp(-HAZARD_PER_H * is_in_radius(nearest[:, None], distance).sum(axis=1))
