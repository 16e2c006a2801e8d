"""The predictions on the levers, written down before the first run: what each should do, as sign and window.

A window is a prediction of size, not a target that values are tuned to: a wrong sign is a fault of the model, a size
outside its window is reported with its reason.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from sim.scenario.loader import load
from sim.scenario.reading.file_lookup import shipped_names
from sim.scenario.reading.seed_facts import load_facts
from sim.validation.levers.lever_measures import (
    Measure,
    area_over,
    clearest_asked,
    days_of_fall,
    mean_of,
    ratio_of,
    ratio_of_losses_per_km2,
    share_between,
)
from sim.validation.levers.policy_grid import defenders_share, policy_variants
from sim.validation.levers.two_diversions import (
    HISTORY,
    TWO_DIVERSIONS,
    delay_at_nothing,
    grid_variants,
    rank_correlation,
    signs_that_occur,
)
from sim.validation.levers.variant import BASELINE, Variant

YEAR, HALF_YEAR = 365, 180
FEW = 8
"""Runs of each variant where a grid of many variants is compared."""
REFERENCES = ("baseline", HISTORY)
_DAYS_HELD, _AREA = "days_city_held", "area_changed_km2"
_REPLACEMENTS = "reinforcement.defender_replacements_per_day"


@dataclass(frozen=True)
class Prediction:
    """One prediction: the variants that are run and compared, what is measured, and what is expected of it.

    low, high: the window of the value. no_effect: the value of a dead lever, where a sign is predicted: the interval
    must exclude it, on the side of the window (or on either, when the window has it inside). days: horizon of the runs,
    at most; most_runs: the most replications.
    """

    lever: str
    text: str
    variants: tuple[Variant, ...]
    measure: Measure
    low: float = -math.inf
    high: float = math.inf
    no_effect: float | None = None
    unit: str = "x"
    days: int = YEAR
    most_runs: int | None = None


def predictions() -> list[Prediction]:
    """Return every prediction, in the order of the table."""
    return [*_manpower(), *_supply(), *_figures(), *_kursk(), *_policies(), *_library()]


def _manpower() -> list[Prediction]:
    none, late = Variant("no-reserve"), Variant("late-reserve")
    fewer, more = (Variant(factors={_REPLACEMENTS: factor}) for factor in (0.5, 1.5))
    never, sent = Variant(changes={"depth.flow_days": 3660.0}), Variant(factors={"command.release_share_per_day": 4.0})
    held = ratio_of(_DAYS_HELD)
    return [
        Prediction("reserve", "without it the city is lost 5 to 25 % earlier", (BASELINE, none), held, 0.75, 0.95, 1.0),
        Prediction(
            "reserve", "five days late: between none and baseline in 80 % of pairs", (none, late, BASELINE),
            share_between(_DAYS_HELD), 0.8, 1.0, unit="of pairs",
        ),
        Prediction("replacements", "half: the city is lost earlier", (BASELINE, fewer), held, 0.0, 1.0, 1.0),
        Prediction("replacements", "half as many again: later", (BASELINE, more), held, 1.0, math.inf, 1.0),
        Prediction(
            "flow between sectors", "3 days against never: lost 10 to 40 % later", (never, BASELINE), held, 1.1, 1.4,
            1.0,
        ),
        Prediction(
            "order x 4", "more area in 120 days, at most x 1.8", (BASELINE, sent), ratio_of(_AREA), 1.0, 1.8, 1.0,
            days=120,
        ),
        Prediction(
            "order x 4", "losses per km2 fall by a third at most", (BASELINE, sent), ratio_of_losses_per_km2, 2 / 3,
            days=120,
        ),
    ]  # fmt: skip


def _supply() -> list[Prediction]:
    road, rail, both = (Variant(f"supply-cut-{what}") for what in ("road", "rail", "both"))
    held = ratio_of(_DAYS_HELD)

    def earlier(text: str, *pair: Variant) -> Prediction:
        return Prediction("supply cuts", text, pair, held, 0.0, 1.0, 1.0)

    return [
        earlier("road and railway: lost earlier than in the baseline", BASELINE, both),
        earlier("road and railway: earlier than the railway alone", rail, both),
        earlier("road and railway: earlier than the road alone", road, both),
        Prediction("supply cuts", "railway: no later than the road", (road, rail), held, 0.0, 1.0),
        Prediction("supply cuts", "road: no later than in the baseline", (BASELINE, road), held, 0.0, 1.0),
        Prediction(
            "supply level", "falls from 0.9 to 0.3 over 20 days or more, median run", (BASELINE,),
            days_of_fall(0.9, 0.3), 20.0, unit="days",
        ),
    ]  # fmt: skip


def _figures() -> list[Prediction]:
    found = []
    for month, name in ((7, "July"), (8, "August"), (9, "September")):
        km2 = float(load_facts()[f"area_gained_sector_2025_{month:02}"].value)
        start = load("baseline").time.start_date
        first, last = ((dt.date(2025, m, 1) - start).days for m in (month, month + 1))
        found.append(
            Prediction(
                "published months", f"{name}: {km2:g} km2, within a factor of two", (BASELINE,),
                area_over(km2, first, last), 0.5, 2.0, days=HALF_YEAR,
            )
        )  # fmt: skip
    return found


def _kursk() -> list[Prediction]:
    grid = grid_variants()
    return [
        Prediction(
            "Kursk", "the city is held for a year in the historical variant in a share of .2 to .9",
            (Variant(HISTORY),), mean_of("city_held"), 0.2, 0.9, unit="of runs",
        ),
        Prediction(TWO_DIVERSIONS, "no delay, to the bit, when none would have stood here", grid, delay_at_nothing,
                   0.0, 0.0, unit="days", days=480, most_runs=FEW),
        Prediction(TWO_DIVERSIONS, "the delay rises with the attacker's share", grid, rank_correlation(0), 0.8, 1.0,
                   0.0, "rank correlation", 480, FEW),
        Prediction(TWO_DIVERSIONS, "and falls with the defender's", grid, rank_correlation(1), -1.0, -0.8, 0.0,
                   "rank correlation", 480, FEW),
        Prediction(TWO_DIVERSIONS, "both signs occur", grid, signs_that_occur, 2.0, 2.0, unit="signs", days=480,
                   most_runs=FEW),
    ]  # fmt: skip


def _policies() -> list[Prediction]:
    return [
        Prediction(
            "policies", "the defender's policy explains more than 5 % of the variance of area", policy_variants(),
            defenders_share, 0.05, 1.0, 0.0, "of variance", 90, FEW,
        )
    ]  # fmt: skip


def _library() -> list[Prediction]:
    return [
        Prediction(
            f"scenario {name}", f"a clear effect, against {reference}, on an outcome that its question asks about",
            (Variant(reference), Variant(name)), clearest_asked, no_effect=0.0, unit="",
            days=load(reference).time.horizon_days,
        )
        for name, reference in library().items()
    ]  # fmt: skip


def library() -> dict[str, str]:
    """Return what each scenario whose question names outcomes is compared with: the reference with the same dates."""
    scenarios = {name: load(name) for name in shipped_names() if "/" not in name}
    return {
        name: reference
        for reference in REFERENCES
        for name, one in scenarios.items()
        if one.asks and name not in REFERENCES and one.time == scenarios[reference].time
    }
