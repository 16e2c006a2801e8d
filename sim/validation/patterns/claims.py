"""The patterns of the article as claims about measures, fixed before the first run."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from sim.validation.patterns.pattern_measures import fastest_reported_m_per_day
from sim.validation.patterns.scenario_variants import YEAR_BEFORE

# Intervals (low, high): above 0, a ratio above 1, a share above one half, any value.
_POSITIVE, _OUTNUMBERS = (0.0, math.inf), (1.0, math.inf)
_MOST, _ANY = (0.5, math.inf), (-math.inf, math.inf)


@dataclass(frozen=True)
class Within:
    """A condition on one scenario variant: low < measure <= high."""

    measure: str
    low: float
    high: float


@dataclass(frozen=True)
class Claim:
    """One claim: a scenario variant has more (or less) of a measure than a reference, or meets conditions by itself.

    pattern: P1 to P6; is_contested: public sources or the measures themselves disagree; is_driver: the variants lack
    the supposed cause of the pattern. A sample supports a claim with a reference when the variant's measure is
    strictly more (less) than the reference's; one without a reference, when all conditions in `within` hold.
    """

    pattern: str
    text: str
    variant: str
    measure: str
    reference: str = ""
    is_more: bool = True
    within: tuple[Within, ...] = ()
    is_contested: bool = False
    is_driver: bool = False

    @property
    def measures(self) -> list[str]:
        """The names of all measures that are reported with the claim."""
        return list(dict.fromkeys([self.measure, *(one.measure for one in self.within)]))


def claims() -> list[Claim]:
    """Return every claim, in the order of the report."""
    massed = [
        Claim("P2", "columns lose more per km2 than fireteams", "columns", "losses_per_km2", "frontal"),
        Claim("P2", "columns lose more per assault", "columns", "losses_per_assault", "frontal"),
        Claim("P2", "columns lose more per soldier sent forward", "columns", "losses_per_100_sent", "frontal"),
    ]
    diversion = [
        _contested(
            "P3", "the diversion sends fewer soldiers forward", "diverted", "sent_per_day", "not diverted", False
        ),
        _contested("P3", "the diversion lowers the area taken", "diverted", "area_per_day", "not diverted", False),
        _contested(
            "P3", "the diversion leaves more defenders in the line", "diverted", "line_soldiers", "not diverted"
        ),
    ]
    return [
        _year_of_attacks(),
        *massed,
        *(_driver(claim, ", no drones", ", without drones") for claim in massed),
        *diversion,
        *(_driver(claim, ", absolute release", ", absolute release") for claim in diversion),
        _contested("P4", "encirclement costs less per km2", "encirclement", "losses_per_km2", "frontal", False),
        _contested("P4", "encirclement takes the city earlier", "encirclement", "day_city_lost", "frontal", False),
        _contested(
            "P5", "groups on motorcycles plant more flags than on foot", "on motorcycles", "flags_per_day", "on foot"
        ),
        _contested("P5", "a smaller share of their flags is held", "on motorcycles", "held_share", "on foot", False),
        _slow_progress(),
    ]


def _year_of_attacks() -> Claim:
    within = (
        Within("city_held", *_MOST), Within("assaults_at_the_end", *_POSITIVE),
        Within("city_share_held", *_ANY), Within("advance_m_per_day", *_ANY),
    )  # fmt: skip
    return Claim("P1", "a year of attacks, and the city is never lost", YEAR_BEFORE, "city_held", within=within)


def _slow_progress() -> Claim:
    slow = Within("advance_m_per_day", 0.0, fastest_reported_m_per_day())
    within = (slow, Within("theatre_force_ratio", *_OUTNUMBERS), Within("shells_ratio", *_OUTNUMBERS))
    return Claim("P6", "slow progress in spite of more soldiers and shells", "as given", slow.measure, within=within)


def _contested(pattern: str, text: str, variant: str, measure: str, reference: str, is_more: bool = True) -> Claim:
    return Claim(pattern, text, variant, measure, reference, is_more, is_contested=True)


def _driver(claim: Claim, variant: str, words: str) -> Claim:
    """Return the same claim on the scenario variants without the pattern's supposed cause."""
    names = claim.variant + variant, claim.reference + variant
    return replace(claim, text=claim.text + words, variant=names[0], reference=names[1], is_driver=True)
