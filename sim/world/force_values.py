"""What a scenario declares about the two forces: soldiers, mobility, the line and the reserve."""

from __future__ import annotations

import numpy as np

from sim.quantity import MAX_KM, MOBILITIES, Params, quantity, setting


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

    troops: int = quantity("soldiers", "attacking soldiers massed near the city, of all arms", ge=0, le=10_000_000)
    infantry_share: float = quantity("1", "share of the attacker's soldiers who go forward to fight", gt=0, le=1)
    group_size: int = quantity("soldiers", "soldiers of a group that moves and assaults together", ge=1, le=1000)
    reserve: int = quantity("soldiers", "attackers held back in units of the reserve at the start", ge=0, le=10_000_000)
    forward_groups: int = setting(
        "groups", "attacking groups on their way, or in contact, at the start", ge=0, le=1_000_000
    )
    forward_km: float = setting(
        "km", "distance of groups forward at the start to their objectives (0: waiting before them)", ge=0, le=MAX_KM
    )
    mobility_share: MobilityShare = setting("1", "shares of mobility classes among groups")

    @property
    def infantry(self) -> int:
        """Soldiers who go forward to fight: a share of all arms."""
        return round(self.infantry_share * self.troops)


class DefenderParams(Params):
    """The force that defends."""

    troops: int | None = quantity(
        "soldiers", "defending soldiers of all arms but the reserve (null: line and stocks)", ge=0, le=10_000_000
    )
    infantry_share: float = quantity("1", "share of the defender's soldiers who man the line in turn", gt=0, le=1)
    in_line_share: float = quantity(
        "1", "largest share of the infantry of the line's brigades that is forward at a time", gt=0, le=1
    )
    density_per_km: float = quantity("soldiers/km", "defending infantry per kilometre of the front line", ge=0, le=1000)
    urban_multiplier: float = quantity("1", "factor on the defender's density in a built-up area", gt=0, le=20)
    depth_share: float = quantity("1", "strength of the defender's second line relative to the front", ge=0, le=1)
    reserve: int = quantity("soldiers", "defenders in units of the reserve at the start", ge=0, le=10_000_000)

    @property
    def infantry(self) -> int | None:
        """Soldiers who man the line in turn: a share of all arms; None when these are not counted."""
        return None if self.troops is None else round(self.infantry_share * self.troops)
