"""The measures of effectiveness in words: what a table or a picture calls each outcome."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sim.results.confidence_intervals import Kind
from sim.results.number_format import fixed


@dataclass(frozen=True)
class Measure:
    """An outcome's title, its unit in words and the decimals that mean something.

    A share is of the runs, and shown in per cent; a fraction lies between 0 and 1 in every run, and a count is a
    whole number of events. The main measures are those that a table shows unless asked for all. What is not summarised
    is read run by run: a mean of the day of an event would leave out the runs in which it never comes.
    """

    title: str
    unit: str
    decimals: int = 0
    is_share: bool = False
    is_main: bool = False
    is_fraction: bool = False
    is_count: bool = False
    can_be_negative: bool = False
    is_summarised: bool = True

    @property
    def kind(self) -> Kind:
        """The kind of value that an interval of its mean is chosen by."""
        return "fraction" if self.is_fraction else "count" if self.is_count else "any"

    def show(self, value: float, sign: bool = False) -> str:
        """Return a value for reading, without its unit; a share in per cent, NaN as a dash."""
        return fixed(value * 100 if self.is_share else value, self.decimals, sign)


OUTCOMES: dict[str, Measure] = {
    "city_held": Measure("City never lost", "% of runs", is_share=True, is_main=True),
    "day_city_lost": Measure("Day on which the city is lost", "days", is_summarised=False),
    "days_city_held": Measure("Days the city is held", "days", is_main=True),
    "encirclement_fraction": Measure(
        "Encirclement", "of compass directions closed", decimals=2, is_main=True, is_fraction=True
    ),
    "city_supply_level": Measure(
        "Supply level of the city", "of the demand", decimals=2, is_main=True, is_fraction=True
    ),
    "area_changed_km2": Measure("Area taken", "km²", decimals=1, is_main=True, can_be_negative=True),
    "advance_km": Measure("Mean advance", "km", decimals=1, can_be_negative=True),
    "flot_displacement_km": Measure("Front moved", "km", decimals=1, can_be_negative=True),
    "attacker_losses": Measure("Attacker's losses", "soldiers", is_main=True),
    "defender_losses": Measure("Defender's losses", "soldiers", is_main=True),
    "loss_exchange_ratio": Measure("Loss exchange ratio", "attackers per defender", decimals=2, is_main=True),
    "fractional_exchange_ratio": Measure("Fractional exchange ratio", "share per share", decimals=2),
    "attacker_days_of_combat_left": Measure("Attacker's days of combat left", "days"),
    "defender_days_of_combat_left": Measure("Defender's days of combat left", "days"),
    "flags_planted": Measure("Flags planted", "flags", is_main=True, is_count=True),
    "held_share": Measure("Cells held per flag", "cells per flag", decimals=2),
    "drone_strikes_on_attacker": Measure("Strikes by the defender's drones", "sorties", is_count=True),
    "drone_strikes_on_defender": Measure("Strikes by the attacker's drones", "sorties", is_count=True),
    "blocking_probability": Measure(
        "Blocked drone requests", "of the defender's requests", decimals=2, is_main=True, is_fraction=True
    ),
    "throughput_t": Measure("Throughput at the end", "t per day"),
}
"""The measures of effectiveness; `flot_displacement_km` has one for each axis, `throughput_t` for each settlement."""

_UNITS = {"km2": ("km²", 1), "km": ("km", 1), "days": ("days", 1), "soldiers": ("soldiers", 0), "t": ("t", 0)}
"""Unit and decimals by the last word of an own outcome's name."""


def in_family(family: str, name: str) -> str:
    """Return the name of one axis's or settlement's outcome, as `flot_displacement_km.south`."""
    return f"{family}.{name}"


def measure(outcome: str) -> Measure:
    """Return the wording of an outcome; that of an axis or settlement has its name in the title.

    An outcome of the user's own is worded by its name: `is_late` is a share of runs, `width_km` has the unit km.
    """
    family, _, name = outcome.partition(".")
    if family not in OUTCOMES:
        return _own_measure(outcome)
    return replace(OUTCOMES[family], title=f"{OUTCOMES[family].title}, {name}") if name else OUTCOMES[family]


def is_yes_or_no(own_outcome: str) -> bool:
    """Return whether an outcome of the user's own is true or false, which its name says."""
    return own_outcome.startswith("is_")


def _own_measure(outcome: str) -> Measure:
    words = outcome.split("_")
    if is_yes_or_no(outcome):
        return Measure(" ".join(words[1:]).capitalize(), "% of runs", is_share=True, is_main=True)
    unit, decimals = _UNITS.get(words[-1], ("", 3))
    title = " ".join(words[:-1] if unit and len(words) > 1 else words).capitalize()
    return Measure(title, unit, decimals, is_main=True, can_be_negative=True)
