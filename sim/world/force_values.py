"""What a scenario declares about the two forces: soldiers, mobility, the diversion, the line and the reserve."""

from __future__ import annotations

import numpy as np

from sim.quantity import MOBILITIES, Params, quantity, setting


class Diversion(Params):
    """The force drawn away by the Kursk operation."""

    russian: int = quantity("soldiers", "Russian soldiers drawn away", ge=0, le=10_000_000)
    north_korean: int = quantity("soldiers", "North Korean soldiers beside them", ge=0, le=10_000_000)
    share_free_for_pokrovsk: float = quantity(
        "1", "share of the diverted force that comes to the sector on the return day", ge=0, le=1
    )
    return_day: float = quantity("day", "day on which that share arrives (0: it was there from the start)", ge=0)


class MobilityShare(Params):
    """How the attacker's groups move: shares of the groups released."""

    foot: float = quantity("1", "share of groups on foot", ge=0, le=1)
    motorcycle: float = quantity("1", "share of groups on motorcycles", ge=0, le=1)
    atv: float = quantity("1", "share of groups on ATVs and buggies", ge=0, le=1)
    armour: float = quantity("1", "share of groups in armour", ge=0, le=1)

    def cumulative(self) -> np.ndarray:
        """Return the cumulative shares in the order of MOBILITIES, scaled to end at 1."""
        total = np.cumsum([getattr(self, name) for name in MOBILITIES])
        return total / total[-1]


class AttackerParams(Params):
    """The force that attacks."""

    troops: int = quantity("soldiers", "soldiers massed near the city", ge=0, le=10_000_000)
    group_size: int = quantity("soldiers", "soldiers that move, are seen and assault together", ge=1, le=1000)
    forward_groups: int = setting(
        "groups", "groups that are on their way, or in contact, at the start", ge=0, le=1_000_000
    )
    forward_km: float = setting("km", "their distance to their objectives; at 0 they wait before them", ge=0)
    mobility_share: MobilityShare = setting("1", "shares of mobility classes among groups")
    diversion: Diversion = setting("soldiers", "force away at the start")


class DefenderParams(Params):
    """The force that defends."""

    density_per_km: float = quantity("soldiers/km", "infantry on a kilometre of the front line", ge=0, le=1000)
    urban_multiplier: float = quantity("1", "factor on that density in a built-up area", gt=0, le=20)
    depth_share: float = quantity("1", "strength of the second line relative to the front", ge=0, le=1)
    reserve: int = quantity("soldiers", "uncommitted reserve at the start", ge=0, le=10_000_000)
