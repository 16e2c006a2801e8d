"""The article's patterns as claims about measures, written down before anything is run."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.patterns.arms import YEAR_BEFORE
from sim.patterns.measures import fastest_reported_m_per_day

# More than nothing, and more of one thing than of another.
_POSITIVE, _OUTNUMBERS = (0.0, math.inf), (1.0, math.inf)
_MOST = (0.5, math.inf)


@dataclass(frozen=True)
class Within:
    """What must hold of one arm: low < measure <= high."""

    measure: str
    low: float
    high: float


@dataclass(frozen=True)
class Claim:
    """One claim: an arm has more (or less) of a measure than a reference arm, or what must hold of it alone.

    pattern: P1 to P6; is_contested: public sources or the measures themselves disagree; is_driver: shows where the
    pattern comes from and is no pattern itself. A claim with a reference is shown by a draw when the arm's measure
    is strictly more (less) than the reference's; one without, when everything in `within` holds.
    """

    pattern: str
    text: str
    arm: str
    measure: str
    reference: str = ""
    is_more: bool = True
    within: tuple[Within, ...] = ()
    is_contested: bool = False
    is_driver: bool = False

    @property
    def measures(self) -> list[str]:
        """Names of all measures that are told with the claim."""
        return list(dict.fromkeys([self.measure, *(one.measure for one in self.within)]))


def claims() -> list[Claim]:
    """Return every claim, in the order in which it is told."""
    return [
        Claim(
            "P1", "a year of attacks, and the city is never lost", YEAR_BEFORE, "city_held",
            within=(
                Within("city_held", *_MOST), Within("assaults_at_the_end", *_POSITIVE),
                Within("city_share_held", -math.inf, math.inf), Within("advance_m_per_day", -math.inf, math.inf),
            ),
        ),
        *_massed("", ""),
        *_massed(", no drones", ", without drones too"),
        *_diversion("", "", is_driver=False),
        *_diversion(", absolute release", ", with an absolute release", is_driver=True),
        Claim(
            "P4", "encirclement costs less for each km2 than frontal assault", "encirclement", "losses_per_km2",
            "frontal", is_more=False, is_contested=True,
        ),
        Claim(
            "P4", "encirclement takes the city earlier", "encirclement", "day_city_lost", "frontal", is_more=False,
            is_contested=True,
        ),
        Claim(
            "P5", "motorcycles plant more flags than soldiers on foot", "on motorcycles", "flags_per_day", "on foot",
            is_contested=True,
        ),
        Claim(
            "P5", "fewer of their flags are followed by ground held", "on motorcycles", "held_share", "on foot",
            is_more=False, is_contested=True,
        ),
        Claim(
            "P6", "slow progress in spite of more soldiers and guns", "as given", "advance_m_per_day",
            within=(
                Within("advance_m_per_day", 0.0, fastest_reported_m_per_day()),
                Within("force_ratio", *_OUTNUMBERS), Within("shells_ratio", *_OUTNUMBERS),
            ),
        ),
    ]  # fmt: skip


def _massed(arm: str, words: str) -> list[Claim]:
    names = {"arm": f"columns{arm}", "reference": f"frontal{arm}", "is_driver": bool(arm)}
    return [
        Claim("P2", f"columns lose more for each km2 than fireteams{words}", measure="losses_per_km2", **names),
        Claim("P2", f"columns lose more for each assault{words}", measure="losses_per_assault", **names),
        Claim("P2", f"columns lose more of those sent forward{words}", measure="losses_per_100_sent", **names),
    ]  # type: ignore[arg-type]


def _diversion(arm: str, words: str, is_driver: bool) -> list[Claim]:
    names = {
        "arm": f"diverted{arm}", "reference": f"not diverted{arm}", "is_contested": True, "is_driver": is_driver,
    }  # fmt: skip
    return [
        Claim("P3", f"the diversion sends fewer soldiers forward{words}", measure="sent_per_day", is_more=False, **names),
        Claim("P3", f"the diversion lowers the area taken{words}", measure="area_per_day", is_more=False, **names),
        Claim("P3", f"the diversion leaves more defenders in line{words}", measure="line_soldiers", **names),
    ]  # type: ignore[arg-type]
