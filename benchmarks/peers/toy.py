"""The toy job that all contenders run: teams approach a line, detect shooters within a radius, and lose soldiers.

Teams of four soldiers are on a grid of 1 km cells, up to FARTHEST_KM rows in front of a line; shooters are in some
cells of the line. In each tick of one hour

1. every team moves one cell straight towards the line, until it is in the line;
2. every team determines whether any shooter is within RADIUS_KM (between the centres of cells);
3. if so, each of its soldiers is lost independently with probability 1 - exp(-HAZARD_PER_H).

Teams without soldiers leave the model. Teams do not fire: so the loss of a soldier depends only on the hours that its
team is under fire, the number left of each team is binomial, and every contender can be checked (`expected`).
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


class Outcome(NamedTuple):
    """The result of a contender: the seconds that the ticks took, and the soldiers left of each team."""

    seconds: float
    n_soldiers: list[int]


@dataclass(frozen=True)
class Job:
    """The positions at the start; the front grows with the number of teams, so that density is constant."""

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
    """Return whether a shooter at these distances is within the radius; numbers or arrays."""
    return dx_km * dx_km + dy_km * dy_km <= RADIUS_KM * RADIUS_KM


def p_lost() -> float:
    """Return the probability that a soldier under fire is lost in a tick."""
    return float(1.0 - np.exp(-HAZARD_PER_H))


def expected(job: Job) -> np.ndarray:
    """Return, for each team, the probability that a soldier is left at the end."""
    walked = np.arange(1, N_TICKS + 1)
    distance = np.maximum(0, job.distance_km[:, None] - walked)
    nearest = np.abs(job.column[:, None] - job.shooter_column).min(axis=1)
    return np.exp(-HAZARD_PER_H * is_in_radius(nearest[:, None], distance).sum(axis=1))
