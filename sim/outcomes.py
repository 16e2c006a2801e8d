"""The measures of effectiveness in words: what a table or a picture calls each outcome."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """An outcome's title, its unit in words (empty for a ratio) and the decimals that mean something."""

    title: str
    unit: str
    decimals: int = 0
    is_share: bool = False

    def show(self, value: float, sign: bool = False) -> str:
        """Return a value for reading, without its unit; a share in per cent, NaN as a dash."""
        if math.isnan(value):
            return "\N{EN DASH}"
        number = f"{value * 100 if self.is_share else value:{'+' if sign else ''},.{self.decimals}f}"
        is_zero = not any(digit in number for digit in "123456789")
        return number.lstrip("+-") if is_zero else number.replace("-", "\N{MINUS SIGN}")


def percent(share: float) -> str:
    """Return a share in whole per cent."""
    return f"{100 * share:.0f} %"


OUTCOMES: dict[str, Measure] = {
    "city_held": Measure("City never lost", "% of runs", is_share=True),
    "day_city_lost": Measure("Days until the city is lost", "days"),
    "attacker_losses": Measure("Attacker's losses", "soldiers"),
    "defender_losses": Measure("Defender's losses", "soldiers"),
    "loss_exchange_ratio": Measure("Loss exchange ratio", "attackers per defender", decimals=2),
    "advance_km": Measure("Mean advance", "km", decimals=1),
    "area_changed_km2": Measure("Area taken", "km²"),
    "flags_planted": Measure("Flags planted", "flags"),
}
