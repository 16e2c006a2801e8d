"""The strength of both sides, like with like: troops of all arms beside troops, infantry beside infantry.

A number of all arms beside one of infantry says nothing: no table or figure shows the two without saying what each is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Strength:
    """One kind of soldiers on both sides: what is counted, and how many of them at the start; None: not counted."""

    of: str
    attacker: int | None
    defender: int | None

    @property
    def force_ratio(self) -> float | None:
        """Attackers per defender; None where a side is not counted or has no soldiers."""
        return self.attacker / self.defender if self.attacker is not None and self.defender else None


def strengths(scenario: Mapping[str, Any]) -> tuple[Strength, Strength]:
    """Return the troops of all arms and the infantry of both sides, of a scenario as its manifest gives it.

    The defender's reserve comes on top of its infantry, and those of all arms with it on top of its troops: troops +
    reserve / infantry_share. Where the defender's troops are not counted, nor is its infantry before a run: it is what
    the length of the line makes it.
    """
    attacker, defender = scenario.get("attacker") or {}, scenario.get("defender") or {}
    troops, of_defender = attacker.get("troops"), defender.get("troops")
    theirs: tuple[int | None, int | None] = (None, None)
    ours: tuple[int | None, int | None] = (None, None)
    if troops is not None:
        theirs = int(troops), round(attacker.get("infantry_share", 1.0) * troops)
    if of_defender is not None and "depth" not in scenario["off"]:
        share, reserve = defender.get("infantry_share", 1.0), defender.get("reserve", 0)
        ours = round(of_defender + reserve / share), round(share * of_defender) + reserve
    return Strength("troops of all arms", theirs[0], ours[0]), Strength("infantry", theirs[1], ours[1])


def who_counts(scenario: Mapping[str, Any]) -> str:
    """Return in one sentence whom the soldiers in the series are: infantry on both sides, or not of a kind."""
    if strengths(scenario)[1].force_ratio is None:
        return (
            "Strengths are not of a kind: the attacker's are of all arms, the defender's of line, stocks and reserve."
        )
    shares = [100.0 * scenario[side].get("infantry_share", 1.0) for side in ("attacker", "defender")]
    return (
        f"Soldiers are infantry: {shares[0]:.0f} % of the attacker's of all arms, {shares[1]:.0f} % of the defender's."
    )


def who_counts_in(scenarios: Sequence[Mapping[str, Any]]) -> str:
    """Return the same of several scenarios: one sentence for all that agree."""
    return " ".join(dict.fromkeys(map(who_counts, scenarios)))
