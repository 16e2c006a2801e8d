"""The names of the outcomes that every run has, for scenarios to say which of them their question asks about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sim.errors import suggestion

OUTCOME_NAMES = (
    "city_held", "day_city_lost", "days_city_held", "encirclement_fraction", "city_supply_level", "area_changed_km2",
    "advance_km", "flot_displacement_km", "attacker_losses", "defender_losses", "loss_exchange_ratio",
    "fractional_exchange_ratio", "attacker_days_of_combat_left", "defender_days_of_combat_left", "flags_planted",
    "held_share", "drone_strikes_on_attacker", "drone_strikes_on_defender", "blocking_probability", "throughput_t",
)  # fmt: skip
"""The outcomes of the model; `flot_displacement_km` and `throughput_t` are families of several."""


def asks_problems(asks: Sequence[str], own: Collection[str]) -> Iterator[str]:
    """Yield the names under `asks` that are no outcome, neither of the model nor one of the scenario's own."""
    known = (*OUTCOME_NAMES, *own)
    for name in asks:
        if name == "day_city_lost":
            yield "asks: day_city_lost has no value in runs in which the city is held; ask days_city_held"
        if name.partition(".")[0] not in known:
            near = suggestion(name, known)
            yield f"asks: {name!r} is no outcome{near or '; there are ' + ', '.join(known)}"


def is_asked(outcome: str, asks: Collection[str]) -> bool:
    """Return whether a question asks about an outcome: by its name, or by that of its family."""
    return outcome in asks or outcome.partition(".")[0] in asks
