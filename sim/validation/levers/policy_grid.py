"""Five ways to attack against every policy of the defender, and the share of the variance that each side explains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.campaign.policies import DEFENDER_POLICIES
from sim.results.outcome_summaries import values_of
from sim.results.result import Ensemble
from sim.validation.levers.lever_measures import Measured, jackknife
from sim.validation.levers.policy_variance import variance_shares
from sim.validation.levers.variant import Variant

_AXES = ("frontal", "south", "northeast", "rest")


def _effort(**weights: float) -> dict[str, Any]:
    return {f"command.effort.encirclement.{axis}": weights.get(axis, 0.0) for axis in _AXES}


ATTACKERS: dict[str, dict[str, Any]] = {
    "doctrine": {},
    "adaptive": {"command.attacker_policy": "adaptive"},
    "all on one axis": _effort(northeast=1.0),
    "uniform": _effort(**dict.fromkeys(_AXES, 1.0)),
    "frontal": {"command.doctrine": "frontal"},
}
"""What each way to attack sets; without its own setting the attacker's policy is `doctrine`."""


def policy_variants() -> tuple[Variant, ...]:
    """Return a variant for each policy of the attacker and each of the defender, the defender's changing first."""
    return tuple(
        Variant(
            changes={"command.attacker_policy": "doctrine", **changes, "command.defender_policy": defender},
            title=f"{attacker} against {defender}",
        )
        for attacker, changes in ATTACKERS.items()
        for defender in DEFENDER_POLICIES
    )


def defenders_share(of: Sequence[Ensemble]) -> Measured:
    """Measure the share of the variance of the area taken that the defender's policies explain."""
    values = np.array([values_of(one, "area_changed_km2") for one in of])
    values = values.reshape(len(ATTACKERS), -1, values.shape[-1])
    shares = variance_shares(values)
    words = ", ".join(f"{side} {share:.3f}" for side, share in shares._asdict().items())

    def of_defender(values: NDArray[np.float64]) -> float:
        return variance_shares(values).defender

    return Measured(*jackknife(of_defender, values), words)
